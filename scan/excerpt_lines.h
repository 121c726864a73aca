/*
 * The excerpt of a scan: what was kept of each log, with the points that the
 * scan's own results give to its lines.
 */
#ifndef SCAN_EXCERPT_LINES_H
#define SCAN_EXCERPT_LINES_H

#include "scan/internal.h"

/* Nothing unless the scan is to have an excerpt; after causes and runs. */
void excerpt_write(struct scan *s, struct findings *out);

#endif
