/*
 * One run of the checks over time, so that what decides was seen when it was
 * true.
 *
 * A single pass probes each check once, with its own patience. Where a build
 * is expected, checks with an identity go first, and with what they need; the
 * others follow when those have responded, so nothing is sent twice.
 *
 * With a rollout, the run settles first: checks with an identity are probed
 * at an interval, all of them until the last `streak` responses of each come
 * from the expected build at the same moment, T. Checks without one are
 * probed at the same interval where that is safe, as evidence of what happens
 * on the way. Then the run confirms: every check is probed after T, with its
 * own patience, and only that decides. A failure of a check with an identity,
 * or another build, unsettles, and the run settles again until the deadline.
 * What was never probed when the deadline comes is probed once then.
 */
#ifndef PROBE_SETTLE_H
#define PROBE_SETTLE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "model/check.h"

enum pass {
    PASS_SINGLE,
    PASS_SETTLING,
    PASS_CONFIRMING,
    PASS_LAST /* what was not probed before the deadline */
};

/* What the checks of a run share while they settle. */
struct settling {
    enum pass pass;
    struct clock_anchor clock;     /* all wall times of the run are by it */
    int64_t began_us;              /* monotonic */
    const struct rollout *rollout; /* NULL: no build is waited for */
    bool persists; /* what does not pass is probed again until the deadline */
    int64_t again_us;   /* wait before that */
    int64_t wanted;     /* checks whose build is waited for */
    int64_t holding;    /* of them: those with a streak at this moment */
    bool broken;        /* while confirming: another build, or a failure */
    int64_t settled_us; /* monotonic T, and the same as wall time */
    int64_t settled_ms;
};

static inline bool settling_is_done(const struct settling *s)
{
    return s->wanted > 0 && s->holding == s->wanted;
}

#endif
