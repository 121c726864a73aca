/* What speaks for a cause, in points: role, severity, news, density, order. */
#ifndef SCAN_RANK_H
#define SCAN_RANK_H

#include "scan/internal.h"

/* Where it begins, in the order of events. */
int64_t rank_order(const struct cause_parts *p);

/* Sets p->rank. first: the least rank_order of all causes. */
void rank_cause(struct scan *s, struct cause_parts *p, int64_t first);

/*
 * The unknown error line that most likely tells what broke: the first of the
 * thickest heap of errors, of new ones if a good deploy is known. failed: the
 * log says that the run failed, so that any error will do. NULL: none.
 */
const struct error_line *rank_unknown(const struct scan *s, bool failed);

#endif
