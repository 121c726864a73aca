/* One asking of the checks, from the network to a record: verify and serve. */
#ifndef CLI_ROUND_H
#define CLI_ROUND_H

#include "cli/asking.h"
#include "verdict/verdict.h"

struct round {
    struct asking *asking;
    const struct plan *whole; /* of which it asks a shard; NULL: it asks all */
    struct shard shard;
    const char *expected; /* version; NULL: not asked */
    struct probe_options probe;
    bool limited; /* by the deadline of the rollout */
    int64_t started_ms;
};

bool round_fails_on(const struct options *o, const char *what);

/*
 * The asking's options, and what is waited for: the expected build, when a
 * deadline was given, or (patient) when the definitions have a rollout.
 * context is what probe_run gives back; its first member is the asking.
 */
bool round_set(struct round *r, void *context, bool patient,
               struct err *e) MUST_CHECK;

/*
 * The build that must be serving: of --expect, else of the definitions, which
 * may name one that no check of this selection can report. NULL: none.
 */
const char *round_version(const struct options *o, const struct plan *plan);

/* An expected build needs a check with an identity to read it from. */
bool round_identified(const struct round *r, struct err *e) MUST_CHECK;

/* Asks all checks once, or until they settle; NULL: e says why not. */
struct result *round_ask(struct round *r, struct err *e) MUST_CHECK;

/* What the verdict starts from; the command adds what else it knows. */
struct verdict_inputs round_inputs(const struct round *r,
                                   const struct result *results);

#endif
