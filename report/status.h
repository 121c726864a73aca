/* The status document: what a deployment came to, with its evidence. */
#ifndef REPORT_STATUS_H
#define REPORT_STATUS_H

#include "report/report.h"

bool status_write(struct str *out, struct arena *a, const struct record *r,
                  struct err *e) MUST_CHECK;

/* cause_section.c */
struct markdown;
void write_causes(struct markdown *m, const struct record *r);

/* comparison.c */
void write_comparison(struct markdown *m, const struct record *r);

/* results.c */
void write_results(struct markdown *m, const struct record *r);

#endif
