/* The outputs of a run: --out DIR and --report FORMAT=FILE. */
#ifndef CLI_OUTPUTS_H
#define CLI_OUTPUTS_H

#include "cli/cli.h"
#include "cli/console.h"
#include "model/record.h"
#include "report/report.h"

struct output {
    const struct report_format *format;
    const char *path; /* "-": standard output; NULL: GitHub's own places */
};

struct outputs {
    struct output *item; /* the record comes first */
    size_t count;
    bool in_stdout; /* one of them takes all of standard output */
};

/*
 * What is asked for, found before anything else is done: err tells an unknown
 * format, a place that is not given, or one that is given twice.
 */
bool outputs_open(struct outputs *out, struct arena *life,
                  const struct options *o, struct err *e) MUST_CHECK;

/* Writes all, whatever becomes of one; tells what failed. False: one did. */
bool outputs_write(const struct outputs *outputs, struct arena *life,
                   const struct record *r);

/* The record on standard output, as --format says, unless an output has it. */
void outputs_print(const struct outputs *outputs, struct arena *life,
                   const struct options *o, const struct console *console,
                   const struct record *r);

/* Of a run: what was not written is no success. */
int outputs_exit(const struct record *r, bool written);

#endif
