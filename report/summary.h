/* The status document within the bytes that there are. */
#ifndef REPORT_SUMMARY_H
#define REPORT_SUMMARY_H

#include "report/report.h"

/* At most out->max bytes: evidence goes first, and the end says what went. */
bool write_summary(struct buf *out, struct arena *a,
                   const struct report_templates *templates,
                   const struct report_inputs *in, struct err *e);

#endif
