/*
 * How many requests one host gets at once, and when it is left alone: pure,
 * from events and their times, without a network. Times are monotonic.
 *
 * A host starts at PACE_FIRST. As many good answers as its width, while the
 * width is used, double it. A connection that is reset or takes PACE_SLOW_US,
 * a 429, or a 503 with Retry-After halve it, once for all that began before;
 * it then grows to just below the width that was too much, and beyond that
 * only after PACE_STEADY good rounds. A width that the user gave is fixed.
 *
 * A host that refuses every connection has nothing to be spared, and its
 * checks should not wait for each other: it is silent, and its width open,
 * until one connects.
 */
#ifndef PROBE_PACE_H
#define PROBE_PACE_H

#include <stdbool.h>
#include <stdint.h>

#define PACE_FIRST   INT64_C(8)
#define PACE_MOST    INT64_C(1000000)
#define PACE_STEADY  10
#define PACE_SLOW_US INT64_C(1000000)

/* Failed retries of one kind may take so long in all; more than one, then. */
#define PACE_RETRIES_US INT64_C(2000000)

/* Pauses without a good answer in between, and in all without a deadline. */
#define PACE_VAIN_US  INT64_C(8000000)
#define PACE_TOTAL_US (INT64_C(300) * 1000000)
/* A limit of a rate may count what was asked so long ago. */
#define PACE_RATE_US INT64_C(60000000)
/* Where it does not say how long: doubled from pause to pause. */
#define PACE_PAUSE_US      INT64_C(250000)
#define PACE_PAUSE_MOST_US INT64_C(5000000)

enum pace_event {
    PACE_GOOD,    /* a complete response below 500 */
    PACE_NEITHER, /* as 500: it grows no width, and halves none */
    PACE_SLOW,    /* to connect */
    PACE_RESET,
    PACE_LIMITED,
    PACE_UNREACHED /* no connection, and none to this host since it began */
};

/* How an attempt failed: what retries are counted by. */
enum pace_failure {
    PACE_REFUSED,
    PACE_NO_CONNECT, /* in time */
    PACE_NO_ANSWER,  /* in time */
    PACE_CLOSED,
    PACE_DELAYED, /* an expectation failed after a slow connection */
    PACE_FAILURES
};

struct pace_state {
    int64_t fixed; /* given by the user; 0: adapts */
    int64_t width, ceiling;
    int64_t peak;          /* at once since the width changed */
    int64_t good, steady;  /* answers at this width; rounds at the ceiling */
    int64_t began, halved; /* attempts so far; so many had begun then */
    bool silent;
    int64_t connected_us, good_us; /* when last; 0: never */
    const void *good_owner;        /* whose answer that was */
    int64_t paused_until_us;
    int64_t limited; /* responses */
    int64_t pauses;  /* without a good answer since */
    int64_t vain_us, paused_us;
    int64_t retried_us[PACE_FAILURES];
};

/* One attempt. */
struct pace_ticket {
    const void *owner;
    int64_t number, began_us;
    bool crowded; /* others were active when it began */
};

void pace_init(struct pace_state *s, int64_t fixed);
int64_t pace_width(const struct pace_state *s);

/* others: attempts that are active, without this one. */
void pace_begin(struct pace_state *s, struct pace_ticket *t, const void *owner,
                int64_t others, int64_t now_us);
void pace_connected(struct pace_state *s, int64_t now_us);

/* overtaken: somebody who began before a good answer did is not connected. */
void pace_tell(struct pace_state *s, const struct pace_ticket *t,
               enum pace_event event, bool overtaken, int64_t now_us);

/* Would a good answer more widen it? What is overtaken matters only then. */
bool pace_may_widen(const struct pace_state *s);

/* Others of ours were active on the host while it lasted. */
bool pace_was_crowded(const struct pace_state *s, const struct pace_ticket *t);

/* May this failure be tried again? Not when trying has been vain. */
bool pace_may_retry(const struct pace_state *s, enum pace_failure failure);

/* What the retry of a failure came to. One that fails alone, too, was not due
   to the width, which becomes PACE_FIRST again. */
void pace_retried(struct pace_state *s, enum pace_failure failure, bool failed,
                  int64_t took_us);

/*
 * After PACE_LIMITED: pauses the host for what it requested (-1: it did not
 * say) within limit_us, and is true when it is worth to be tried again.
 * `bounded`: by a deadline.
 */
bool pace_pause(struct pace_state *s, const struct pace_ticket *t,
                int64_t requested_us, int64_t limit_us, bool bounded,
                int64_t now_us);

#endif
