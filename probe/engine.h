/* The one loop: queues, slots, transfers. */
#ifndef PROBE_ENGINE_H
#define PROBE_ENGINE_H

#include "probe/probe.h"
#include "probe/transfer.h"

/*
 * Runs all transfers; `done` is called for each when its result holds what
 * came of it and its easy handle is gone. It must judge a transfer that has
 * followers, since they start or are blocked by its status. Transfers are
 * zeroed but for check and result, in the order of the plan.
 */
struct engine_options {
    int64_t slots, host_slots;
    void (*done)(void *context, struct transfer *t);
    void *context;
};

bool engine_run(struct transfer *transfers, size_t count, struct arena *run,
                const struct engine_options *options, struct err *e) MUST_CHECK;

#endif
