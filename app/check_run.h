/* One run of the checks, from the network to what a verdict starts from. */
#ifndef APP_CHECK_RUN_H
#define APP_CHECK_RUN_H

#include "app/probing.h"
#include "base/clock.h"
#include "verdict/verdict.h"

struct check_run {
    struct probing *probing;
    const struct plan *whole; /* of which it probes a shard; NULL: all */
    struct shard shard;
    const char *expected; /* build; NULL: none */
    struct probe_options probe;
    bool limited;              /* by the deadline of the rollout */
    struct clock_anchor clock; /* its start, by which its times are */
};

/*
 * The settings of its probes, and what is waited for: the expected build, when
 * a deadline was given, or (patient) when the definitions have a rollout.
 * context is what probe_run gives back; its first member is the probing.
 */
void check_run_set(struct check_run *r, void *context, bool patient);

/*
 * The build that must be serving: of --expect, else of the definitions, which
 * may name one that no check of this selection can report. NULL: none.
 */
const char *check_run_version(const struct settings *s,
                              const struct plan *plan);

/* An expected build needs a check with an identity to read it from. */
bool check_run_identified(const struct check_run *r, struct err *e) MUST_CHECK;

/* Probes all checks once, or until they settle; NULL: e says why not. */
struct result *check_run_probe(struct check_run *r, struct err *e) MUST_CHECK;

/* What the verdict starts from; the run adds what else it knows. */
struct verdict_inputs check_run_inputs(const struct check_run *r,
                                       const struct result *results);

#endif
