/*
 * All notices once. Within a lane a notice is sent when the one before it was,
 * so that nobody reads that something is resolved before it was opened.
 */
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "watch/notify/notify.h"

#define TURNS_MOST 3   /* timeouts that one call takes at most */
#define POLL_MS    200 /* between looks at `interrupted` */

struct sending {
    struct notify_lanes *lanes;
    struct notice_row *notice;
    bool *held; /* of each: an earlier one of its receiver failed */
    size_t count;
    const struct notify_options *options;
    struct arena *arena;
    int64_t start_us;
};

static bool is_same(const struct notice_row *a, const struct notice_row *b)
{
    return a->receiver != NULL && b->receiver != NULL &&
           strcmp(a->receiver, b->receiver) == 0;
}

/* After a failure the later ones of its receiver wait for the same time. */
static void hold(struct sending *s, const struct notice_row *failed)
{
    for (size_t i = 0; i < s->count; i++) {
        struct notice_row *n = &s->notice[i];
        if (n == failed)
            s->held[i] = true;
        if (n <= failed || n->state != NOTICE_PENDING || !is_same(n, failed))
            continue;
        n->next_ms = failed->next_ms;
        s->held[i] = true;
    }
}

static bool start(struct sending *s, struct err *e)
{
    int64_t spent_ms = (clock_now_us() - s->start_us) / 1000;
    if (spent_ms >= (TURNS_MOST - 1) * s->options->timeout_ms && spent_ms > 0)
        return true; /* what begins now would end too late */
    for (size_t i = 0; i < s->count; i++) {
        struct notice_row *n = &s->notice[i];
        if (n->state == NOTICE_PENDING && !s->held[i] &&
            notify_lane_state(s->lanes, n->receiver) != LANE_BUSY &&
            !notify_lane_start(s->lanes, n, s->arena, e))
            return false;
    }
    return true;
}

static bool is_interrupted(const struct sending *s)
{
    const struct notify_options *o = s->options;
    return o->interrupted != NULL && o->interrupted(o->context);
}

/* Nobody has to be waited for to know that. */
static bool give_up_missing(struct sending *s, struct err *e)
{
    for (size_t i = 0; i < s->count; i++)
        if (s->notice[i].state == NOTICE_PENDING &&
            notify_lane_state(s->lanes, s->notice[i].receiver) ==
                LANE_MISSING &&
            !notify_lane_start(s->lanes, &s->notice[i], s->arena, e))
            return false;
    return true;
}

static bool run(struct sending *s, struct err *e)
{
    while (!is_interrupted(s)) {
        struct notice_row *n;
        if (!start(s, e))
            return false;
        if (notify_lanes_busy(s->lanes) == 0)
            return true;
        if (!notify_lanes_turn(s->lanes, POLL_MS, e))
            return false;
        while ((n = notify_lanes_take(s->lanes)) != NULL) {
            /* what it says lives in its lane */
            if (n->error != NULL)
                n->error = str_dup(s->arena, str_from(n->error));
            if (n->state == NOTICE_PENDING)
                hold(s, n);
        }
    }
    return true;
}

bool notify_send(struct notice_row *notice, size_t count,
                 const struct watch *settings, struct arena *a,
                 const struct notify_options *options, struct err *e)
{
    struct sending s = {.notice = notice,
                        .held = arena_array(a, count + 1, sizeof(*s.held)),
                        .count = count,
                        .options = options,
                        .arena = a,
                        .start_us = clock_now_us()};
    if (!notify_lanes_open(&s.lanes, settings, options, e))
        return false;
    bool ok = give_up_missing(&s, e) && run(&s, e);
    notify_lanes_close(s.lanes);
    return ok;
}
