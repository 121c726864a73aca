/*
 * Another program, without a shell: its input given, its output read until an
 * end in time and size.
 */
#ifndef EVIDENCE_PROGRAM_H
#define EVIDENCE_PROGRAM_H

#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"

struct program {
    const char *const *argv;    /* argv[0] is looked up in PATH */
    const char *const *environ; /* all that it gets */
    struct str input;           /* on its standard input */
    size_t output_max;
    int64_t until_us; /* monotonic */
};

enum program_end {
    PROGRAM_EXITED,
    PROGRAM_CUT, /* it wrote more than output_max: ended, output is kept */
    PROGRAM_MISSING,
    PROGRAM_NOT_STARTED,
    PROGRAM_TIMED_OUT
};

struct program_result {
    enum program_end end;
    int exit_code;     /* 128 + n: ended by signal n */
    int error;         /* errno, when it was not started */
    struct str output; /* in the arena */
    const char *said;  /* first lines of its error output, one line */
};

void program_run(struct program_result *out, struct arena *a,
                 const struct program *p);

#endif
