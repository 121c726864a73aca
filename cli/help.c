/* What --help prints, wrapped to 80 columns. */
#include <string.h>

#include "base/text.h"
#include "cli/cli.h"
#include "report/report.h"

#define COLUMNS       80
#define OPTION_COLUMN 28
#define CODE_COLUMN   12
#define FORMAT_COLUMN 18

/*
 * Words from column `at` on, each further line indented; a line end in the
 * text is a blank, an empty line parts paragraphs. Ends in a line end.
 */
static void add_wrapped(struct buf *out, size_t at, size_t indent,
                        const char *text)
{
    struct str rest = str_from(text);
    bool begins = true; /* nothing stands in this line yet */
    while (rest.len > 0) {
        size_t length = strcspn(rest.ptr, " \n");
        if (length > 0) {
            size_t width = text_width(str_sub(rest, 0, length));
            if (!begins && at + 1 + width > COLUMNS) {
                buf_char(out, '\n');
                buf_repeat(out, ' ', indent);
                at = indent;
                begins = true;
            }
            buf_text(out, begins ? "" : " ");
            buf_add(out, rest.ptr, length);
            at += width + !begins;
            begins = false;
        }
        if (str_starts(str_sub(rest, length, rest.len), STR("\n\n"))) {
            buf_text(out, "\n\n");
            buf_repeat(out, ' ', indent);
            at = indent;
            begins = true;
        }
        rest = str_sub(rest, length + 1, rest.len);
    }
    buf_char(out, '\n');
}

/* A term, and what it means from that column on. */
static void add_row(struct buf *out, const char *term, size_t column,
                    const char *text)
{
    size_t width = 2 + text_width(str_from(term));
    buf_printf(out, "  %s", term);
    if (width >= column) {
        buf_char(out, '\n');
        width = 0;
    }
    buf_repeat(out, ' ', column - width);
    add_wrapped(out, column, column, text);
}

static bool is_same(const char *a, const char *b)
{
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static void add_exits(struct buf *out, const char *command)
{
    bool any = false;
    for (size_t i = 0; i < exit_count(); i++) {
        struct exit_doc e = exit_doc(i);
        if (!is_same(e.command, command))
            continue;
        buf_text(out, any ? "" : "\nexit codes:\n");
        any = true;
        add_row(out, e.code, CODE_COLUMN, e.meaning);
    }
}

void help_overview(struct buf *out)
{
    buf_text(out, "usage: postflight COMMAND [options] [arguments]\n\n");
    add_wrapped(out, 0, 0,
                "Tells whether the build just shipped is the one that is "
                "serving, whether it is healthy, and if not what broke "
                "first.");
    buf_char(out, '\n');
    for (size_t i = 0; i < command_count(); i++) {
        struct str summary = command_summary(command_at(i));
        buf_printf(out, "  %-11s %.*s\n", command_at(i)->name,
                   STR_ARGS(summary));
    }
    buf_text(out, "\n`postflight COMMAND --help` tells more; --version names "
                  "the libraries.\n");
    add_exits(out, NULL);
}

static void add_options(struct buf *out, const struct command *c)
{
    buf_text(out, "\noptions:\n");
    for (int i = 0; i < OPTION_COUNT; i++) {
        struct option_doc o = command_option(c, (enum option_id)i);
        struct buf term;
        if (!command_takes(c, (enum option_id)i))
            continue;
        buf_init(&term, 200);
        buf_printf(&term, "%s%s%s", o.name, o.value == NULL ? "" : " ",
                   o.value == NULL ? "" : o.value);
        add_row(out, term.ptr, OPTION_COLUMN, o.help);
        buf_release(&term);
    }
}

static void add_formats(struct buf *out)
{
    buf_text(out, "\nformats of --report:\n");
    for (size_t i = 0; i < report_format_count(); i++)
        add_row(out, report_format_at(i)->name, FORMAT_COLUMN,
                report_format_at(i)->help);
}

static void add_examples(struct buf *out, const struct command *c)
{
    struct str rest = str_from(c->example);
    buf_text(out, "\nexamples:\n");
    while (rest.len > 0) {
        struct str line = str_cut(rest, '\n', &rest);
        buf_printf(out, "  %.*s\n", STR_ARGS(line));
    }
}

/* Each way to call it in a line, where all of them do not fit into one. */
static void add_usage(struct buf *out, const struct command *c)
{
    struct str rest = str_from(c->arguments);
    size_t start = out->len;
    buf_printf(out, "usage: postflight %s [options] %s\n", c->name,
               c->arguments);
    if (out->len - start <= COLUMNS + 1)
        return;
    buf_truncate(out, start);
    while (rest.len > 0) {
        size_t bar = str_find(rest, STR(" | "), 0);
        struct str way = str_sub(rest, 0, bar);
        buf_printf(out, "%s postflight %s [options] %.*s\n",
                   out->len == start ? "usage:" : "      ", c->name,
                   STR_ARGS(way));
        rest = str_sub(rest, bar + 3, rest.len);
    }
}

void help_command(struct buf *out, const struct command *c)
{
    add_usage(out, c);
    buf_char(out, '\n');
    add_wrapped(out, 0, 0, c->help);
    add_options(out, c);
    if (command_takes(c, OPTION_REPORT))
        add_formats(out);
    add_exits(out, c->name);
    add_examples(out, c);
}
