/* One run of checks, of which the engine makes each pass. */
#ifndef PROBE_RUN_H
#define PROBE_RUN_H

#include "probe/pause.h"
#include "probe/probe.h"
#include "probe/settle.h"
#include "probe/transfer.h"

struct run {
    const struct probe_options *options;
    struct probe_options phase; /* as this pass needs them */
    struct arena *arena;
    const struct check *check;
    struct result *result;
    struct transfer *transfer; /* in the order of the plan */
    size_t count;
    size_t held; /* bytes of bodies that wait to be judged */
    struct settling settling;
    struct pace *pace;
    bool hurried;       /* it is of no use to wait any more */
    bool *first;        /* of these checks the run begins, or they settle */
    struct pause pause; /* of this process, in this pass */
};

/*
 * What is next: NEXT_HOP, another attempt at t->due_us, or the end; of a check
 * that is to be probed for the first time, of one whose handle has ended and
 * whose result says what came of it, and of one that is not to be probed again,
 * whatever was said before.
 */
enum next run_begin(struct run *r, struct transfer *t);
enum next run_ended(struct run *r, struct transfer *t);
enum next run_over(struct run *r, struct transfer *t);

/* Called once at the end of each, its handle gone. One that others need was
   judged before, since they start or are blocked by its status. */
void run_done(struct run *r, struct transfer *t);

/* Large bodies that were held are judged when nothing else goes on. */
void run_judge_held(struct run *r);

/* Before its deadline? Is it of no use to wait any more, and may that be? */
bool run_has_time(const struct run *r);
bool run_hurries(struct run *r);
bool run_may_hurry(const struct run *r);
bool run_is_interrupted(const struct run *r);

/*
 * Runs all transfers of the run. They are zeroed but for check and result. One
 * that is TRANSFER_DONE takes no part: what needs it goes by the status of its
 * result. False only when libcurl cannot be used.
 */
bool engine_run(struct run *run, struct err *e) MUST_CHECK;

#endif
