/*
 * The expectation language: what a response must be, and whether it is. It
 * knows nothing of the network: a recorded response is judged as a fresh one.
 */
#ifndef EXPECT_EXPECT_H
#define EXPECT_EXPECT_H

#include <stdbool.h>

#include "base/arena.h"
#include "model/check.h"
#include "model/response.h"
#include "model/result.h"

/* Fills status, cause, expectations, identity and message of the result. */
void expect_judge(struct result *result, struct arena *run,
                  const struct check *check, const struct response *response);

/*
 * Takes the captures of the check from a response: *out gets the text of each
 * in its order, alive as long as `run`. Returns how many could be taken; when
 * that is not all of them, *problem says what the next one found instead.
 */
size_t expect_captures(struct captured *out, struct arena *run,
                       const struct check *check, const char *content_type,
                       const struct response *response, const char **problem);

/* Does some expectation of the check, or a `degraded` one, look at this? */
bool check_asks(const struct check *c, enum query_kind kind);

/* Or what makes a response inconclusive? */
bool check_looks_at(const struct check *c, enum query_kind kind);

#endif
