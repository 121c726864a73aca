/*
 * Bytes in hex: a body that is shown so, whatever it says. A needle in hex is
 * found by redact/search.h; here are those that were encoded before that.
 */
#ifndef REDACT_RUNS_H
#define REDACT_RUNS_H

#include "redact/search.h"

/* Adds what is found in runs of digits, in order with what is there. */
void runs_search(struct search *q, struct spans *out, const struct seen *s);

#endif
