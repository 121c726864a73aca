/*
 * The terminal that somebody looks at: its size, what it can show, and text
 * cut to it. Everything here is for standard output.
 */
#ifndef CLI_SCREEN_H
#define CLI_SCREEN_H

#include <stdbool.h>

#include "base/buf.h"

struct screen {
    bool live;  /* a terminal on which lines can be written again */
    bool wraps; /* lines are broken at its width: a terminal, or COLUMNS */
    bool utf8;  /* otherwise ASCII alone */
    unsigned columns, rows;
};

/* From the environment (TERM, COLUMNS, LINES, LC_ALL, …) and the terminal. */
struct screen screen_open(void);

/*
 * At most `rows` lines, each at most the width of the screen and ended; what
 * is cut off a line leaves an ellipsis. Returns the lines that were left out.
 * Text has been made harmless; colours ("ESC [ … m") take no room.
 */
unsigned screen_fit(const struct screen *s, struct buf *out, struct str text,
                    unsigned rows);

/*
 * One line with its end, broken at blanks into rows of at most the width; those
 * after the first stand in by `indent`. A word that fits in no row is split.
 */
void screen_wrap(const struct screen *s, struct buf *out, struct str line,
                 unsigned indent);

/* A bar of `width` columns of which part/whole is filled. */
void screen_bar(const struct screen *s, struct buf *out, unsigned width,
                unsigned long part, unsigned long whole);

#endif
