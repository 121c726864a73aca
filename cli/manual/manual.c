/* postflight(1), from the tables of commands, options and exit codes. */
#include "cli/manual/manual.h"

#include <string.h>

#include "cli/cli.h"

struct entry {
    const char *name, *text;
};

static const struct entry variables[] = {
    {"NO_COLOR", "When it is set and not empty, nothing is coloured unless "
                 "`--color always` asks for it."},
    {"NAME of ${NAME}", "What definitions refer to, unless `--var` or "
                        "`--env-file` gives it."},
    {"GITHUB_ACTIONS, GITLAB_CI, TF_BUILD, JENKINS_URL, CIRCLECI and others",
     "Tell on which CI host it runs; commit, branch, run and actor are then "
     "read from that host's variables into the record."},
    {"http_proxy, https_proxy, no_proxy",
     "Are ignored, except by checks that say `proxy: env`."},
};

static const struct entry files[] = {
    {"checks.d", "The folder of checks, unless others are named. See "
                 "postflight-checks(5)."},
    {"out/record.json", "With `--out out`: the record, from which every other "
                        "output is made."},
    {"out/report.md", "With `--out out`: the report, in Markdown."},
    {"/usr/share/postflight", "JSON Schemas, and the templates and signatures "
                              "that are built in, to read and copy."},
};

static void add_entries(struct buf *out, const char *heading,
                        const struct entry *entry, size_t count)
{
    buf_printf(out, "# %s\n\n", heading);
    for (size_t i = 0; i < count; i++)
        buf_printf(out, "- `%s`: %s\n", entry[i].name, entry[i].text);
    buf_char(out, '\n');
}

/* Lines as they are. */
static void add_example(struct buf *out, const char *lines)
{
    buf_printf(out, "```\n%s\n```\n\n", lines);
}

static void add_synopsis(struct buf *out)
{
    buf_text(out, "# SYNOPSIS\n\n");
    for (size_t i = 0; i < command_count(); i++)
        buf_printf(out, "`postflight %s [options] %s`\n\n", command_at(i)->name,
                   command_at(i)->arguments);
    buf_text(out, "`postflight help [COMMAND]`\n\n"
                  "`postflight --version`\n\n");
}

static void add_command_options(struct buf *out, const struct command *c)
{
    const char *comma = "Options: ";
    for (int i = 0; i < OPTION_COUNT; i++) {
        if (!command_takes(c, (enum option_id)i))
            continue;
        buf_printf(out, "%s`%s`", comma, option_doc((enum option_id)i).name);
        comma = ", ";
    }
    buf_text(out, ".\n\n");
}

static void add_command_exits(struct buf *out, const char *name)
{
    const char *comma = "Exit status: ";
    for (size_t i = 0; i < exit_count(); i++) {
        struct exit_doc e = exit_doc(i);
        if (e.command == NULL || strcmp(e.command, name) != 0)
            continue;
        buf_printf(out, "%s`%s` (%s)", comma, e.code, e.meaning);
        comma = ", ";
    }
    if (comma[0] == ',')
        buf_text(out, ".\n\n");
}

static void add_commands(struct buf *out)
{
    buf_text(out, "# COMMANDS\n\n");
    for (size_t i = 0; i < command_count(); i++) {
        const struct command *c = command_at(i);
        buf_printf(out, "## %s\n\n%s\n\n", c->name, c->help);
        add_command_options(out, c);
        add_command_exits(out, c->name);
        add_example(out, c->example);
    }
}

static void add_takers(struct buf *out, enum option_id id)
{
    const char *before = "Taken by ";
    for (size_t i = 0; i < command_count(); i++) {
        if (!command_takes(command_at(i), id))
            continue;
        buf_printf(out, "%s%s", before, command_at(i)->name);
        before = ", ";
    }
    buf_text(out, ".");
}

/* What it is for a command that has a text of its own. */
static void add_own(struct buf *out, enum option_id id)
{
    for (size_t i = 0; i < command_count(); i++) {
        const struct command *c = command_at(i);
        const char *help = command_option(c, id).help;
        if (command_takes(c, id) && help != option_doc(id).help)
            buf_printf(out, " For %s: %s.", c->name, help);
    }
    buf_char(out, '\n');
}

static void add_options(struct buf *out)
{
    buf_text(out, "# OPTIONS\n\n");
    for (int i = 0; i < OPTION_COUNT; i++) {
        struct option_doc o = option_doc((enum option_id)i);
        buf_printf(out, "- `%s%s%s`: %s. ", o.name, o.value == NULL ? "" : " ",
                   o.value == NULL ? "" : o.value, o.help);
        add_takers(out, (enum option_id)i);
        add_own(out, (enum option_id)i);
    }
    buf_text(out, "\nA value may also follow the option behind `=`. `--` ends "
                  "the options.\n\n");
}

static void add_exits(struct buf *out)
{
    buf_text(out, "# EXIT STATUS\n\n");
    for (size_t i = 0; i < exit_count(); i++) {
        struct exit_doc e = exit_doc(i);
        if (e.command != NULL)
            continue;
        buf_printf(out, "- `%s`: %s%s%s\n", e.code, e.meaning,
                   e.advice[0] == '\0' ? "" : ". To do: ", e.advice);
    }
    buf_char(out, '\n');
}

void manual_command(struct buf *out)
{
    add_synopsis(out);
    buf_text(out, "# DESCRIPTION\n\n"
                  "Tells after a deploy whether the build just shipped is the "
                  "one that is serving, whether it is healthy, and if not what "
                  "broke first, and writes it up. Checks ask services; logs "
                  "are scanned for known errors; both together give a verdict, "
                  "a record and documents.\n\n");
    add_commands(out);
    add_options(out);
    add_exits(out);
    add_entries(out, "ENVIRONMENT", variables, ARRAY_COUNT(variables));
    add_entries(out, "FILES", files, ARRAY_COUNT(files));
    buf_text(out, "# EXAMPLES\n\nA first file of checks, and the question "
                  "whether the build is serving:\n\n");
    add_example(out, "postflight init https://api.example.com/health -o "
                     "checks.d/api.yaml\n"
                     "postflight verify --expect \"$GIT_SHA\" --log deploy.log "
                     "--out out");
    buf_text(out, "# SEE ALSO\n\n**postflight-checks**(5), "
                  "**postflight-signatures**(5)\n");
}
