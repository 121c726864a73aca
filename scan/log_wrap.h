/*
 * Logs that went through a terminal of 80 columns, or a shell that wraps what
 * programs print: no line is longer than that, and what did not fit stands on
 * the line below. An error is read as one line again, at the place of its
 * first part. Lines that begin an entry (a time, a level, a tag, blanks) are no
 * such part; nor is what follows a line that ended by itself.
 */
#ifndef SCAN_LOG_WRAP_H
#define SCAN_LOG_WRAP_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

#define WRAP_LEAST ((size_t)72) /* columns */
#define WRAP_MOST  ((size_t)80)
#define WRAP_PARTS ((size_t)12)   /* of one line */
#define WRAP_BYTES ((size_t)4000) /* of all its parts */

/* What is learnt of a log, line by line. */
struct log_wrap {
    size_t lines, longer;          /* than WRAP_MOST */
    size_t full[WRAP_MOST + 2];    /* lines of a width that … */
    size_t goes_on[WRAP_MOST + 2]; /* … go on below, as it seems */
};

/* The next lines of the log. */
void log_wrap_learn(struct log_wrap *w, struct str text);

/* In columns; 0: the log is not wrapped. */
size_t log_wrap_width(const struct log_wrap *w);

/* Does next go on with what line says, which was wrapped at a width? */
bool log_wrap_joins(size_t width, struct str line, struct str next);

/* It was broken where the width ended, and not between words. */
bool log_wrap_is_full(size_t width, struct str line);

#endif
