/* What speaks for a cause, in points: role, severity, news, density, order. */
#ifndef SCAN_RANK_H
#define SCAN_RANK_H

#include "scan/internal.h"

/* Where it begins, in the order of events. */
int64_t rank_order(const struct cause_parts *p);

/* Error lines near a line, itself left out; both ways of it in the list. */
int64_t rank_crowd(const struct scan *s, size_t log, int64_t line,
                   int64_t order);

/* Sets p->rank. first: the least rank_order of all causes. */
void rank_cause(struct scan *s, struct cause_parts *p, int64_t first,
                bool another_ended);

#endif
