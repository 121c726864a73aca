/*
 * What each line of a log adds to its excerpt, from what is known of the line
 * alone and from the lines around it.
 */
#ifndef SCAN_EXCERPT_POINTS_H
#define SCAN_EXCERPT_POINTS_H

#include "scan/excerpt.h"

/* Of a line that is the exit of a failed run, at least. */
#define POINTS_EXIT 160

struct excerpt_run {
    struct excerpt_line *line; /* with points of their own */
    size_t count;
    bool failed;
};

/*
 * Lines far from the failure lose points, and so do those alike to an earlier
 * one; lines beside one with many points gain some, and so does the command
 * that was running.
 */
void excerpt_points(const struct excerpt_run *run);

#endif
