/* Standard output for people: progress, summary, errors; never raw text. */
#ifndef CLI_CONSOLE_H
#define CLI_CONSOLE_H

#include <stdbool.h>

#include "base/err.h"
#include "base/redact.h"
#include "cli/cli.h"
#include "model/record.h"

struct console {
    bool quiet, color;
};

struct console console_open(const struct options *o);

/* One check's result, as it comes. */
void console_result(const struct console *c, const struct result *result);

void console_summary(const struct console *c, const struct record *r);
void console_causes(const struct console *c, const struct findings *f);

/* "  label     text" with the text made harmless. */
void console_field(const struct console *c, const char *label,
                   const char *text);

void console_print(struct str text); /* to standard output as it is */
void console_error(const struct err *e);

/* A line on standard error, made harmless. */
void console_note(const char *text);

/* redactor: takes secrets out of what is quoted; NULL when none are known. */
void console_diags(struct diags *d, struct redactor *redactor);

#endif
