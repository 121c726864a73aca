/*
 * A picture of the time of an incident, as SVG without script: a bar for each
 * check (passed, degraded or failed, not judged), and a mark for each deploy,
 * cause in a log and acknowledgement, over a time axis in UTC.
 */
#ifndef REPORT_PICTURE_H
#define REPORT_PICTURE_H

#include "base/buf.h"
#include "report/report.h"

#define PICTURE_BARS_MAX  40 /* checks; "and N more" beyond them */
#define PICTURE_MARKS_MAX 9

/* Is there a history with an episode, and a time to draw? */
bool picture_has(const struct report_inputs *in);

/* within_page: for a page, whose style it takes; otherwise a whole file. */
void picture_write(struct buf *out, struct arena *a,
                   const struct report_inputs *in, bool within_page);

#endif
