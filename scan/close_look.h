/*
 * A closer look at the end of a log: line by line, without the filter. It is
 * taken where something failed or may have, and finds what no word on a line
 * gives away: blocks in the shape of an error (error_shape.h), messages of
 * tools that name no level, and what was said last before the failure.
 */
#ifndef SCAN_CLOSE_LOOK_H
#define SCAN_CLOSE_LOOK_H

#include "scan/internal.h"

/* Replaces the error lines of what was kept (kept.h) by what is seen there. */
void close_look(struct scan *s);

#endif
