/*
 * Runs checks against the network, all at once within the slots, and judges
 * their expectations. A failed check is a result, never an error.
 *
 * Each transfer is fresh: a new connection, no cookies, no cached names, no
 * proxy from the environment, no redirect followed unless asked, http and https
 * only, TLS verified, every wait bounded.
 */
#ifndef PROBE_PROBE_H
#define PROBE_PROBE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/clock.h"
#include "base/err.h"
#include "model/check.h"
#include "model/response.h"
#include "model/result.h"
#include "trust/trust.h"

#define PROBE_SLOTS_STANDARD                                                   \
    1024 /* of which 256 are used at once, others                              \
            while servers let us wait */
#define PROBE_SLOTS_MAX 4096

enum probe_stage { PROBE_WAITS, PROBE_ASKS, PROBE_RESTS, PROBE_OVER };

/* How a check stands while others go on. */
struct probe_progress {
    const struct result *result;   /* not complete before PROBE_OVER */
    enum probe_stage stage;        /* PROBE_RESTS: until its next attempt */
    int64_t attempts;              /* that are over */
    int64_t elapsed_us;            /* since the first; 0: none yet */
    const char *reason;            /* of the last that failed; NULL: none has */
    int64_t streak, streak_wanted; /* of the rollout; wanted 0: not in it */
    bool settling; /* it is waited for a build, or that is being confirmed */
    bool confirming;
};

#define PROBE_PROGRESS_US INT64_C(100000) /* between two looks */

/*
 * What is known of the hosts: how much each is asked at once, and until when it
 * is paused. Several runs may share it, one after the other, so that none
 * learns it anew. host_slots: 0 adapts, from 8 on.
 */
struct pace;
struct pace *pace_open(int64_t host_slots) MUST_CHECK;
void pace_close(struct pace *p); /* NULL is none */

/* Calls `note` with a line for each host that limited us (429, 503). */
void pace_notes(const struct pace *p,
                void (*note)(void *context, const char *text), void *context);

struct probe_options {
    int64_t slots;       /* transfers at once, 1 to PROBE_SLOTS_MAX */
    int64_t host_slots;  /* of them to one host and port; 0: adapts */
    struct pace *pace;   /* that goes on after the run; NULL: its own */
    int64_t rate;        /* requests started a second; 0: no limit */
    int64_t deadline_us; /* monotonic, of the whole run; 0: none */

    /* What wall time is to the whole run; NULL: what it is now. */
    const struct clock_anchor *clock;

    /* The build that is expected where a check names none of its own; with a
       rollout the run settles on it and confirms it (probe/settle.h). */
    const char *version;
    const struct rollout *rollout; /* NULL: a single pass */

    /* In a single pass: what does not pass is probed again until it does, or
       until the deadline. */
    bool persists;
    int64_t again_us; /* wait before that */

    const struct trust
        *trust; /* where to anything may be sent; NULL: anywhere */

    bool certificates; /* responses tell them, expected or not */

    /* A check or step in which captured names stand, complete with their
       values; NULL and why when it cannot be asked like that. May be NULL when
       no check is late. */
    const struct check *(*bind)(void *context, struct arena *run,
                                const struct check *check,
                                const struct captured *value, size_t count,
                                const char **why);

    /* Called ten times a second with all checks in their order, which are no
       longer there when it returns; may be NULL. */
    void (*on_progress)(void *context, const struct probe_progress *all,
                        size_t count);

    /* Called with each captured value that is a secret; may be NULL. */
    void (*on_secret)(void *context, struct str value);

    /* Asked often: has somebody ended the run? May be NULL. */
    bool (*interrupted)(void *context);

    /* Asked often: is it of no use to wait any more? Nothing is asked again
       then, but what was not asked yet is. May be NULL. */
    bool (*hurries)(void *context);

    /* Called once for each check: as it finishes in a single pass, when all
       have with a rollout, since what is seen later may change it. May be
       NULL. */
    void (*on_result)(void *context, const struct result *result);

    /* Called before it with each complete response, to the check or to a
       step of it, bound, but for those before the rollout settled; may be
       NULL. */
    void (*on_response)(void *context, const struct result *result,
                        const struct check *check,
                        const struct response *response);
    void *context;
};

/*
 * results has room for count results, in the order of checks; their `seen`
 * lists every attempt. False only when libcurl cannot be used at all.
 */
bool probe_run(struct result *results, struct arena *run,
               const struct check *checks, size_t count,
               const struct probe_options *options, struct err *e) MUST_CHECK;

/* "libcurl/7.88.1 OpenSSL/3.0.17 …" */
const char *probe_library(struct arena *a);

/* The version of brotli, or that there is none. */
void probe_brotli(struct buf *out);

#endif
