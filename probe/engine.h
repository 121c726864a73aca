/* The one loop: queues, slots, delays, transfers. */
#ifndef PROBE_ENGINE_H
#define PROBE_ENGINE_H

#include "probe/probe.h"
#include "probe/transfer.h"

/*
 * Runs all transfers. When the easy handle of one has ended and its result
 * holds what came of it, `ended` says what is next: a hop at once, another
 * attempt at t->due_us, or the end. `begin` says the same of one that is to be
 * asked for the first time, and `over` of one that is not to be asked again,
 * whatever `ended` said. At the end of each, its handle gone,
 * `done` is called once; it must have judged a transfer that has followers,
 * since they start or are blocked by its status. Transfers are zeroed but for
 * check and result, in the order of the plan. One that is TRANSFER_DONE takes
 * no part: what needs it goes by the status of its result.
 */
struct pause;

struct engine_options {
    const struct probe_options *probe;
    struct pace *pace;
    int64_t slots;
    enum next (*begin)(void *context, struct transfer *t);
    enum next (*ended)(void *context, struct transfer *t);
    enum next (*over)(void *context, struct transfer *t);
    void (*done)(void *context, struct transfer *t);
    struct pause *pause; /* of the loop; zeroed before the first run */
    void *context;
};

bool engine_run(struct transfer *transfers, size_t count, struct arena *run,
                const struct engine_options *options, struct err *e) MUST_CHECK;

#endif
