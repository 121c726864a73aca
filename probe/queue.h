/* Who waits for whom: queues by host, and followers of needs. */
#ifndef PROBE_QUEUE_H
#define PROBE_QUEUE_H

#include "probe/transfer.h"

/* One server, and the transfers that wait for a slot of it. */
struct host {
    const char *name; /* scheme://host:port */
    struct transfer *first, *last;
    int64_t active;
};

/* A queue for each host; what needs nothing stands in it already. */
struct host *queues_make(struct arena *run, struct transfer *t, size_t count,
                         size_t *hosts);
void queue_add(struct transfer *t);
struct transfer *queue_take(struct host *h); /* it is not empty */

/* Turns "i needs k" into "k is followed by i"; before the queues are made. */
void needs_link(struct arena *run, struct transfer *t, size_t count);

/*
 * After t has ended: followers that may start are queued, those that may not
 * are put before *blocked, linked by next.
 */
void needs_release(const struct transfer *t, struct transfer **blocked);

#endif
