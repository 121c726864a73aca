/*
 * From the outbox of the history to the receivers: what is due goes into the
 * lane of its receiver, and what came of it goes back into the history. One
 * thread uses a pump; several pumps of one history agree by its claim on
 * sending.
 */
#ifndef APP_PUMP_H
#define APP_PUMP_H

#include "redact/sink.h"
#include "watch/history/history.h"
#include "watch/notify/notify.h"

#define PUMP_TIMEOUT_MS INT64_C(10000) /* of one attempt */

/* A fallback gets what its receiver has not accepted for so long. */
#define PUMP_FALLBACK_MS (INT64_C(10) * 60 * 1000)

struct pump_plan {
    const char *where;            /* the history */
    struct history *history;      /* open; NULL: it opens its own */
    const struct watch *settings; /* outlives the pump */
    struct sink *sink;            /* used by the pump's thread alone */
    void (*say)(void *context, const char *line);
    void *context;
};

struct cargo;

struct pump {
    struct pump_plan plan;
    struct history *history; /* NULL: it cannot be opened now */
    struct notify_lanes *lanes;
    struct cargo *cargo; /* one for each receiver, and one for missing ones */
    size_t count;
    bool claimed;
    bool look;       /* what is due has to be looked for */
    int64_t look_us; /* or at this time */
    bool closing;    /* nothing begins any more */
    bool troubled;   /* the history failed, and that was said */
    struct err error;
    size_t unsent; /* attempts that failed */
};

bool pump_open(struct pump *p, const struct pump_plan *plan,
               struct err *e) MUST_CHECK;
void pump_close(struct pump *p);

/*
 * Goes on with everything, and waits up to wait_ms when nothing happens. True:
 * there is something to wait for: on its way, ended and not kept yet, or the
 * history or its claim, which may come back.
 */
bool pump_turn(struct pump *p, int wait_ms);

#endif
