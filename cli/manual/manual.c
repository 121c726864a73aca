/* postflight(1), from the tables of commands, options and exit codes. */
#include "cli/manual/manual.h"

#include <string.h>

#include "cli/cli.h"
#include "cli/manual/roff.h"

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

void manual_begin(struct buf *out, const char *name, int section,
                  const char *summary)
{
    struct buf upper;
    buf_init(&upper, 100);
    for (const char *c = name; *c != '\0'; c++)
        buf_char(&upper, (char)(*c >= 'a' && *c <= 'z' ? *c - 'a' + 'A' : *c));
    buf_text(out, ".\\\" Made from the tables of postflight.\n");
    buf_printf(out, ".TH \"%s\" %d \"%s\" \"postflight %s\" \"%s\"\n",
               upper.ptr, section, POSTFLIGHT_RELEASED, POSTFLIGHT_VERSION,
               section == 1 ? "User Commands" : "File Formats");
    /* Words are not hyphenated, and lines end where the words do. */
    buf_text(out, ".nr HY 0\n.ad l\n.SH NAME\n");
    roff_text(out, str_from(name), 0);
    buf_text(out, " \\- ");
    roff_text(out, str_from(summary), 0);
    roff_end_line(out);
    buf_release(&upper);
}

static void add_entries(struct buf *out, const char *heading,
                        const struct entry *entry, size_t count)
{
    roff_heading(out, "SH", str_from(heading));
    for (size_t i = 0; i < count; i++) {
        roff_term(out, str_from(entry[i].name));
        roff_paragraph(out, str_from(entry[i].text));
    }
}

static void add_synopsis(struct buf *out)
{
    roff_heading(out, "SH", STR("SYNOPSIS"));
    for (size_t i = 0; i < command_count(); i++) {
        const struct command *c = command_at(i);
        if (i > 0)
            roff_plain(out, "br");
        buf_printf(out, "\\fBpostflight %s\\fR [options] ", c->name);
        roff_text(out, str_from(c->arguments), ROFF_FILLED);
        roff_end_line(out);
    }
    roff_plain(out, "br");
    buf_text(out, "\\fBpostflight help\\fR [COMMAND]\n");
    roff_plain(out, "br");
    buf_text(out, "\\fBpostflight \\-\\-version\\fR\n");
}

static void add_command_options(struct buf *out, const struct command *c)
{
    const char *comma = "Options: ";
    for (int i = 0; i < OPTION_COUNT; i++) {
        if (!command_takes(c, (enum option_id)i))
            continue;
        buf_printf(out, "%s\\fB", comma);
        roff_text(out, str_from(option_doc((enum option_id)i).name),
                  ROFF_FILLED);
        buf_text(out, "\\fR");
        comma = ",\n";
    }
    buf_text(out, ".\n");
}

static void add_command_exits(struct buf *out, const char *name)
{
    const char *comma = "Exit status: ";
    for (size_t i = 0; i < exit_count(); i++) {
        struct exit_doc e = exit_doc(i);
        if (e.command == NULL || strcmp(e.command, name) != 0)
            continue;
        buf_printf(out, "%s\\fB%s\\fR (", comma, e.code);
        roff_text(out, str_from(e.meaning), ROFF_MARKED | ROFF_FILLED);
        buf_char(out, ')');
        comma = ",\n";
    }
    if (comma[0] == ',')
        buf_text(out, ".\n");
}

static void add_commands(struct buf *out)
{
    roff_heading(out, "SH", STR("COMMANDS"));
    for (size_t i = 0; i < command_count(); i++) {
        const struct command *c = command_at(i);
        roff_heading(out, "SS", str_from(c->name));
        roff_paragraph(out, str_from(c->help));
        roff_break(out);
        add_command_options(out, c);
        roff_break(out);
        add_command_exits(out, c->name);
        roff_break(out);
        roff_example(out, str_from(c->example));
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
    buf_text(out, ".\n");
}

/* What it is for a command that has a text of its own. */
static void add_own(struct buf *out, enum option_id id)
{
    for (size_t i = 0; i < command_count(); i++) {
        const struct command *c = command_at(i);
        const char *help = command_option(c, id).help;
        struct buf line;
        if (!command_takes(c, id) || help == option_doc(id).help)
            continue;
        buf_init(&line, 1000);
        buf_printf(&line, "For %s: %s.", c->name, help);
        roff_break(out);
        roff_paragraph(out, buf_view(&line));
        buf_release(&line);
    }
}

static void add_options(struct buf *out)
{
    roff_heading(out, "SH", STR("OPTIONS"));
    for (int i = 0; i < OPTION_COUNT; i++) {
        struct option_doc o = option_doc((enum option_id)i);
        struct buf term;
        buf_init(&term, 200);
        buf_printf(&term, "%s%s%s", o.name, o.value == NULL ? "" : " ",
                   o.value == NULL ? "" : o.value);
        roff_term(out, buf_view(&term));
        buf_release(&term);
        roff_paragraph(out, str_from(o.help));
        buf_truncate(out, out->len - 1);
        buf_text(out, ".\n");
        add_takers(out, (enum option_id)i);
        add_own(out, (enum option_id)i);
    }
    roff_break(out);
    roff_paragraph(out, STR("A value may also follow the option behind `=`. "
                            "`--` ends the options."));
}

static void add_exits(struct buf *out)
{
    roff_heading(out, "SH", STR("EXIT STATUS"));
    for (size_t i = 0; i < exit_count(); i++) {
        struct exit_doc e = exit_doc(i);
        if (e.command != NULL)
            continue;
        roff_term(out, str_from(e.code));
        roff_paragraph(out, str_from(e.meaning));
        if (e.advice[0] == '\0')
            continue;
        roff_plain(out, "br");
        buf_text(out, "To do: ");
        roff_text(out, str_from(e.advice), ROFF_MARKED | ROFF_FILLED);
    }
}

void manual_command(struct buf *out)
{
    manual_begin(out, "postflight", 1,
                 "tells whether a deploy shipped, is healthy, and what broke");
    add_synopsis(out);
    roff_heading(out, "SH", STR("DESCRIPTION"));
    roff_paragraph(
        out,
        STR("Tells after a deploy whether the build just shipped is the one "
            "that is serving, whether it is healthy, and if not what broke "
            "first, and writes it up.\n"
            "Checks ask services; logs are scanned for known errors; both "
            "together give a verdict, a record and documents.\n"));
    add_commands(out);
    add_options(out);
    add_exits(out);
    add_entries(out, "ENVIRONMENT", variables, ARRAY_COUNT(variables));
    add_entries(out, "FILES", files, ARRAY_COUNT(files));
    roff_heading(out, "SH", STR("EXAMPLES"));
    roff_paragraph(out, STR("A first file of checks, and the question whether "
                            "the build is serving:\n"));
    roff_example(out,
                 STR("postflight init https://api.example.com/health -o "
                     "checks.d/api.yaml\n"
                     "postflight verify --expect \"$GIT_SHA\" --log deploy.log "
                     "--out out\n"));
    roff_heading(out, "SH", STR("SEE ALSO"));
    buf_text(out, ".BR postflight\\-checks (5),\n"
                  ".BR postflight\\-signatures (5)\n");
}
