/* What the commands that ask services have in common. */
#ifndef CLI_ASKING_H
#define CLI_ASKING_H

#include "cli/cli.h"
#include "compare/baseline/baseline.h"
#include "plan/plan.h"
#include "probe/probe.h"

/* The first member of what a command gives to probe_run as its context. */
struct asking {
    struct arena *life;
    const struct options *options;
    struct redactor *redactor;
    struct plan_inputs inputs;
    struct texts checks; /* where they came from */
    struct plan plan;
    struct sampler *sampler; /* NULL: nothing is sampled */
    struct pace *pace;       /* of the hosts, over all runs; NULL: none yet */

    /* Called with each response, beside the sampler; may be NULL. */
    void (*hears)(struct asking *k, size_t index, const struct check *check,
                  const struct result *result, const struct response *response);
    const struct result *first; /* of the results that are under way */
    const size_t *index;        /* in the plan, of each; NULL: as they are */
};

/* Reads the checks; EXIT_VERIFIED, or the exit code of what was reported. */
int asking_open(struct asking *k, struct arena *life, const struct options *o,
                bool origins);
void asking_close(struct asking *k);

/* Slots, rate, interruption and captured values; context: it, or around it. */
bool asking_set(struct asking *k, struct probe_options *out,
                struct err *e) MUST_CHECK;

/* From now on SIGINT and SIGTERM end what is asked, once, in order. */
void asking_catch_signals(void);
/* In a process that was forked for a run: only its parent ends it, by SIGUSR1
   for SIGINT and SIGUSR2 for SIGTERM. */
void asking_obey_parent(void);
int asking_ended_by(void); /* the signal; 0: none */

/* For probe_options: what comes goes into the sampler. */
void asking_on_response(void *context, const struct result *result,
                        const struct check *check,
                        const struct response *response);
void asking_on_result(void *context, const struct result *result);

/*
 * Asks the checks that may be repeated, and that passed in results, `rounds`
 * times more, all in each round.
 */
bool asking_repeat(struct asking *k, const struct result *results,
                   int64_t rounds, struct err *e) MUST_CHECK;

/* What was sampled, without secrets. */
void asking_sampled(struct asking *k, struct baseline *out);

#endif
