/*
 * Time in which this process did not run: it was stopped and continued, its
 * machine or container was frozen, or it was kept busy. What was asked for
 * meanwhile is not late; its limits move by as much.
 */
#ifndef PROBE_PAUSE_H
#define PROBE_PAUSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PAUSE_MIN_US   INT64_C(200000) /* a shorter one is only load */
#define PAUSE_SLICE_MS 250 /* poll waits no longer, so that one is seen */
#define PAUSES_KEPT    16

struct pause_span {
    int64_t from_us, to_us; /* within these, but for ... */
    int64_t us;             /* its length: suspended, it may be longer */
};

/* Zeroed: none so far. Times are monotonic, and given by the caller. */
struct pause {
    int64_t woke_us;      /* the last time that the loop came from its wait */
    int64_t sleep_us;     /* when it began to wait; 0: it does not wait */
    int64_t until_us;     /* and until when it means to */
    int64_t suspended_us; /* the machine until then, all in all */
    int64_t owed_us;      /* limits must move by it still */
    struct pause_span span[PAUSES_KEPT]; /* a ring */
    size_t count;
};

/*
 * The loop waits from now for at most so long. The monotonic clock stands
 * still while the machine is suspended, so that time is given beside it.
 */
void pause_sleeps(struct pause *p, int64_t now_us, int64_t wait_us,
                  int64_t suspended_us);

/*
 * It is back. How much limits must move: 0 without a pause; otherwise all the
 * time since it last ran, since nobody knows when in its wait it was stopped.
 */
int64_t pause_wakes(struct pause *p, int64_t now_us, int64_t suspended_us);

/* How long it was paused since then, with what goes on right now. */
int64_t pause_since(const struct pause *p, int64_t from_us, int64_t now_us);

#endif
