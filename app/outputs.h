/*
 * The outputs of a run: --out DIR and --report FORMAT=FILE.
 *
 * The two files of --out are published together or not at all: report.md,
 * then record.json, so whoever sees the record has the report, too. What an
 * earlier run left there is gone before anything is probed, and when this run
 * cannot write: nobody takes it for this run's.
 */
#ifndef APP_OUTPUTS_H
#define APP_OUTPUTS_H

#include "app/notes.h"
#include "app/settings.h"
#include "model/record.h"
#include "report/report.h"

struct output {
    const struct report_format *format;
    const char *path; /* "-": standard output; NULL: GitHub's own places */
    bool in_folder;   /* of --out */
};

struct outputs {
    struct output *item; /* the record comes first */
    size_t count;
    bool in_stdout;     /* one of them takes all of standard output */
    const char *folder; /* of --out; NULL: not given */
    bool told;          /* that the folder cannot be written */
    bool published;     /* its two files are there */
    bool failed;        /* an output that is not of the folder is not there */
};

/*
 * What is asked for, found before anything else is done: err tells an unknown
 * format, a place that is not given, or one that is given twice, and a folder
 * that is none. Nothing is written or removed.
 */
bool outputs_open(struct outputs *out, struct arena *life,
                  const struct settings *s, struct err *e) MUST_CHECK;

/*
 * When all inputs were read, before anything is probed: makes the folder and
 * removes the files of an earlier run. What fails is told; the run goes on.
 */
void outputs_begin(struct outputs *outputs, const struct notes *n);

/*
 * For a run that ends before that: the files of an earlier run are removed,
 * unless they are inputs of this one.
 */
void outputs_forget(const struct outputs *outputs, const struct settings *s);

/* Writes all, whatever becomes of one; tells what failed. False: one did. */
bool outputs_write(struct outputs *outputs, struct arena *life,
                   const struct settings *s, const struct notes *n,
                   const struct record *r);

/* The verdict as a summary, or as --format has it, unless an output has it. */
void outputs_report(const struct outputs *outputs, struct arena *life,
                    const struct settings *s, const struct notes *n,
                    const struct record *r);

/*
 * Of a run: what was not written is no success. Without the files of --out
 * only "unhealthy" and an interruption keep their exit code; `written`: what
 * else the run had to write.
 */
int outputs_exit(const struct outputs *outputs, const struct record *r,
                 bool written);

#endif
