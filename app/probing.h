/* What the runs that probe services have in common. */
#ifndef APP_PROBING_H
#define APP_PROBING_H

#include "app/notes.h"
#include "app/settings.h"
#include "compare/baseline/baseline.h"
#include "plan/plan.h"
#include "probe/probe.h"

/* The first member of what a run gives to probe_run as its context. */
struct probing {
    struct arena *life;
    const struct settings *settings;
    const struct notes *notes;
    struct redactor *redactor;
    struct trust *trust; /* what the checks may reach */
    struct plan_inputs inputs;
    struct texts checks; /* where they came from */
    struct plan plan;
    struct sampler *sampler; /* NULL: nothing is sampled */
    struct pace *pace;       /* of the hosts, over all runs; NULL: none yet */

    /* Called with each response, beside the sampler; may be NULL. */
    void (*on_answer)(struct probing *p, size_t index,
                      const struct check *check, const struct result *result,
                      const struct response *response);
    const struct result *first; /* of the results of the current pass */
    const size_t *index;        /* in the plan, of each; NULL: as they are */
};

/* Reads the checks; EXIT_VERIFIED, or the exit code of what was reported. */
int probing_open(struct probing *p, struct arena *life,
                 const struct settings *s, const struct notes *n, bool origins);
void probing_close(struct probing *p);

/* Slots, rate, interruption and captured values; context: it, or around it. */
void probing_set(struct probing *p, struct probe_options *out);

/* For probe_options: what comes goes into the sampler. */
void probing_on_response(void *context, const struct result *result,
                         const struct check *check,
                         const struct response *response);
void probing_on_result(void *context, const struct result *result);

/*
 * Asks the checks that may be repeated, and that passed in results, `rounds`
 * times more, all in each round.
 */
bool probing_repeat(struct probing *p, const struct result *results,
                    int64_t rounds, struct err *e) MUST_CHECK;

/* What was sampled, without secrets. */
void probing_sampled(struct probing *p, struct baseline *out);

#endif
