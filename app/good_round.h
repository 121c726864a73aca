/*
 * When production was last well: the latest round in which every check that
 * fails now passed. A log's error from before that round is not what broke
 * production, since production has worked after it.
 */
#ifndef APP_GOOD_ROUND_H
#define APP_GOOD_ROUND_H

#include "model/result.h"
#include "watch/history/history.h"

#define GOOD_ROUNDS_MAX 60 /* rounds that are looked at */

struct good_round {
    int64_t good_ms;   /* start of that round; 0: there is none, or not known */
    int64_t failed_ms; /* start of the first round that failed since; 0: now */
};

/* result: of this round, which is not in the history yet. */
bool good_round_find(struct good_round *out, struct history *h, struct arena *a,
                     const struct result *result, size_t count,
                     struct err *e) MUST_CHECK;

#endif
