/*
 * Who waits for whom: queues by host, and followers of needs. Hosts outlive a
 * run of the engine, with what was learnt of them; their queues are empty then.
 */
#ifndef PROBE_QUEUE_H
#define PROBE_QUEUE_H

#include "probe/pace.h"
#include "probe/transfer.h"

/* One server, and the transfers that wait for a slot of it. */
struct host {
    const char *name; /* "host:port", "unix:PATH" or "dns:SERVER" */
    struct pace *owner;
    struct pace_state pace;
    struct transfer *first, *last;
    struct transfer *calm_first, *calm_last; /* wait to be tried alone */
    struct transfer *alone;                  /* is tried so; NULL: none is */
    int64_t active, open;                    /* open: of them connected */
    bool listed;                             /* among those that may start */
    struct host *next_ready, *next_same_hash, *next;
};

struct pace {
    struct arena arena;
    int64_t fixed; /* width that the user gave; 0: adapts */
    struct host **bucket;
    size_t bucket_count, count;
    struct host *host; /* all, the last one first */
    struct host *ready_first, *ready_last;
    int64_t wake_us; /* when the first pause ends; 0: none */
    /* Those that connect, in the order in which they began to. */
    struct transfer *connecting_first, *connecting_last;
};

/* Finds or makes the host of what the transfer requests next. */
struct host *host_of(struct pace *p, struct transfer *t);

/* Puts all into the queues of their hosts, but those that need others. */
void queues_fill(struct pace *p, struct transfer *t, size_t count);
void queues_clear(struct pace *p);
void queue_add(struct transfer *t);
void queue_add_first(struct transfer *t);
void queue_add_calm(struct transfer *t, int64_t now_us);

/* The next host, in turn, that may start one now; NULL: none. It is listed
   again by host_list, as soon as something has changed. */
struct host *queues_next(struct pace *p, int64_t now_us);
/* It may start one. */
struct transfer *queue_take(struct host *h, int64_t now_us);
void host_list(struct host *h);
void host_list_first(struct host *h);

/* Could one more start there now? */
bool host_has_room(const struct host *h, int64_t now_us);

/* Lists the hosts whose pause has ended; ends all pauses. */
void queues_wake(struct pace *p, int64_t now_us);
void queues_hurry(struct pace *p);

/* Its socket was opened; its connection can be used; its attempt has ended. */
void connecting_begin(struct transfer *t, int64_t now_us);
void connecting_done(struct transfer *t, int64_t now_us);
void connecting_end(struct transfer *t);

/* When the next one has taken too long; 0: none. */
int64_t connecting_slow_us(const struct pace *p);

/* Is one that began before `t` still not connected? */
bool connecting_overtaken(const struct transfer *t);

/* Turns "i needs k" into "k is followed by i"; before the queues are made. */
void needs_link(struct arena *run, struct transfer *t, size_t count);

/*
 * After t has ended: followers that may start are queued, those that may not
 * are put before *blocked, linked by next.
 */
void needs_release(const struct transfer *t, struct transfer **blocked);

#endif
