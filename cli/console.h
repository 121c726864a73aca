/* Standard output for people: progress, summary, errors; never raw text. */
#ifndef CLI_CONSOLE_H
#define CLI_CONSOLE_H

#include <stdbool.h>

#include "base/err.h"
#include "cli/cli.h"
#include "cli/screen.h"
#include "model/record.h"
#include "redact/redact.h"

struct console {
    bool quiet, color;
    struct screen screen;
    struct buf *page; /* lines gather there; NULL: they go out at once */
};

struct console console_open(const struct options *o);

/* One check's result, as it comes. */
void console_result(const struct console *c, const struct result *result);

/*
 * Verdict and advice, what broke, what broke first, the way out; on a
 * terminal, where no line stood before it, no more than fits on the screen.
 * last: the line that always closes it.
 */
void console_summary(const struct console *c, const struct record *r,
                     const char *last);
void console_causes(const struct console *c, const struct findings *f);

/* One line of foreign text, made harmless. */
void console_add_safe(struct buf *out, const char *text);

const char *console_color(int status); /* "ESC [ … m" */

/* "  label     text" with the text made harmless. */
/* The label in the colour of a status. */
void console_mark(const struct console *c, enum status status,
                  const char *label, const char *text);

void console_field(const struct console *c, const char *label,
                   const char *text);

/* A document or record, to standard output; inert where a CI host reads it. */
void console_print(struct str text);

/* What is a command for the CI host on purpose, its text escaped. */
void console_command(struct str text);

void console_error(const struct err *e);

/* A line on standard error, made harmless. */
void console_note(struct str text);
/* Lines to standard error, each made harmless. */
void console_lines(struct str text);

/* Rendered errors and warnings, to standard error. */
void console_problems(struct str text);

/*
 * Of each check that did not pass all that is known, worst first, in a group
 * that the host can fold. Nothing when no CI host is known.
 */
void print_details(const struct console *c, const struct record *r);

#endif
