/*
 * An error that a log repeats without end: after the first thousand, the same
 * incident is only counted, so that memory stays what it is.
 */
#ifndef SCAN_FLOOD_H
#define SCAN_FLOOD_H

#include "scan/internal.h"

#define FLOOD_HITS_MIN 1000 /* hits of one signature that are kept */

struct flood;                      /* handle */
void flood_close(struct flood *f); /* NULL too */

/* Is this signature's next hit one of a flood? Its texts may be short-lived. */
bool flood_is_on(const struct scan *s, const struct signature *signature);

/* Counts a hit of a flood; false: its incident is new, so it must be kept. */
bool flood_takes(struct scan *s, const struct hit *hit) MUST_CHECK;
void flood_kept(struct scan *s, const struct signature *signature);

/* Counts an error line for which there is no room. */
void flood_error(struct scan *s, const struct error_line *e);

/* Adds the error lines that signatures explained, by signature. */
void flood_explained(const struct scan *s, int64_t *lines);

/* What was counted goes to the findings and clusters that are there. */
void flood_write(const struct scan *s, struct findings *out);

#endif
