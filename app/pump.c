/* The pump: looks, starts, and keeps what came of it. */
#include "app/pump.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

#define GIVE_UP_MS    (INT64_C(24) * 3600 * 1000)
#define LOOK_MOST_US  INT64_C(30000000) /* between looks at the outbox */
#define LOOK_LEAST_US INT64_C(500000)   /* while others are on their way */
#define AGAIN_US      INT64_C(5000000)  /* after the history failed */
#define CLAIM_US      INT64_C(200000)   /* while another process sends */
#define KEEPS_MOST    3                 /* tries to keep one outcome */

/* What a lane has. */
struct cargo {
    struct arena arena;
    struct notice_row row;
    bool used, ended;
    int keeps; /* that failed */
};

static void trouble(struct pump *p, const struct err *e)
{
    if (!p->troubled && p->plan.history == NULL)
        p->plan.say(p->plan.context, e->text);
    p->error = *e;
    p->troubled = true;
    p->claimed = false;
    p->look_us = clock_now_us() + AGAIN_US;
    p->look = false;
    if (p->plan.history == NULL) {
        history_close(p->history);
        p->history = NULL;
    }
}

bool pump_open(struct pump *p, const struct pump_plan *plan, struct err *e)
{
    const struct notify_options o = {.sink = plan->sink,
                                     .timeout_ms = PUMP_TIMEOUT_MS,
                                     .give_up_ms = GIVE_UP_MS};
    *p = (struct pump){.plan = *plan,
                       .history = plan->history,
                       .count = plan->settings->receiver_count + 1,
                       .look = true};
    if (!notify_lanes_open(&p->lanes, plan->settings, &o, e))
        return false;
    p->cargo = heap_zeroed(p->count * sizeof(*p->cargo));
    for (size_t i = 0; i < p->count; i++)
        arena_init(&p->cargo[i].arena);
    return true;
}

void pump_close(struct pump *p)
{
    notify_lanes_close(p->lanes);
    for (size_t i = 0; i < p->count; i++)
        arena_release(&p->cargo[i].arena);
    free(p->cargo);
    if (p->plan.history == NULL)
        history_close(p->history);
    else
        history_release_sending(p->history);
}

/* The history, and the claim on sending. */
static bool be_ready(struct pump *p)
{
    struct err e = {.set = false};
    struct arena a;
    const char *holder = NULL;
    if (p->claimed)
        return true;
    if (!p->look && clock_now_us() < p->look_us)
        return false;
    arena_init(&a);
    bool ok =
        (p->history != NULL || history_open(&p->history, p->plan.where, &e)) &&
        history_claim_sending(p->history, &a, &holder, &e);
    arena_release(&a);
    p->claimed = ok && holder == NULL;
    if (!ok)
        trouble(p, &e);
    p->look = p->claimed;
    if (ok && !p->claimed)
        p->look_us = clock_now_us() + CLAIM_US;
    return p->claimed;
}

static struct cargo *cargo_of(struct pump *p, const char *receiver)
{
    size_t last = p->count - 1;
    for (size_t i = 0; i < last; i++)
        if (strcmp(p->plan.settings->receiver[i].name, receiver) == 0)
            return &p->cargo[i];
    return &p->cargo[last];
}

/* The oldest of a receiver begins, whichever of them is due. */
static bool start_next(struct pump *p, const char *receiver, struct err *e)
{
    struct cargo *c = cargo_of(p, receiver);
    struct notice_rows rows;
    if (c->used)
        return true;
    arena_release(&c->arena);
    arena_init(&c->arena);
    if (!history_next_notice(p->history, &c->arena, receiver, &rows, e))
        return false;
    if (rows.count == 0)
        return true;
    c->row = rows.item[0];
    if (c->row.receiver == NULL)
        c->row.receiver = "";
    if (!notify_lane_start(p->lanes, &c->row, &c->arena, e))
        return false;
    c->used = true;
    c->keeps = 0;
    c->ended = c->row.state != NOTICE_PENDING;
    return true;
}

static bool any_used(const struct pump *p)
{
    for (size_t i = 0; i < p->count; i++)
        if (p->cargo[i].used)
            return true;
    return false;
}

/* When to look again: when the next is due, but not in a spin. */
static bool plan_look(struct pump *p, struct err *e)
{
    int64_t next_ms = 0, wait_us = LOOK_MOST_US;
    if (!history_next_due(p->history, &next_ms, e))
        return false;
    if (next_ms > 0)
        wait_us = (next_ms - clock_wall_ms()) * 1000;
    wait_us = wait_us > LOOK_MOST_US    ? LOOK_MOST_US
              : wait_us < LOOK_LEAST_US ? LOOK_LEAST_US
                                        : wait_us;
    p->look = false;
    p->look_us = clock_now_us() + wait_us;
    return true;
}

/* A fallback gets what its receiver was not given in time, or refused. */
static bool settle_fallbacks(struct pump *p, struct err *e)
{
    const struct watch *settings = p->plan.settings;
    int64_t now = clock_wall_ms();
    struct arena a;
    bool ok = true;
    arena_init(&a);
    for (size_t i = 0; ok && i < settings->receiver_count; i++) {
        const struct receiver *to = &settings->receiver[i];
        int64_t released = 0;
        if (to->fallback == NULL)
            continue;
        ok = history_settle_fallbacks(
            p->history, to->name, notify_fallback_end(&a, to),
            (struct fallback_times){now - PUMP_FALLBACK_MS, now}, &released, e);
    }
    arena_release(&a);
    return ok;
}

static void look(struct pump *p)
{
    struct err e = {.set = false};
    struct due_receivers due;
    struct arena a;
    if (!p->look && clock_now_us() < p->look_us)
        return;
    arena_init(&a);
    bool ok = settle_fallbacks(p, &e) &&
              history_due_receivers(p->history, &a, clock_wall_ms(), &due, &e);
    for (size_t i = 0; ok && i < due.count; i++)
        ok = start_next(p, due.name[i], &e);
    ok = ok && plan_look(p, &e);
    arena_release(&a);
    if (ok)
        p->troubled = false;
    else
        trouble(p, &e);
}

/* What nobody got is part of the incident's timeline. */
static bool add_event(struct pump *p, struct cargo *c, struct err *e)
{
    struct event_row event = {
        .time_ms = clock_wall_ms(),
        .incident = c->row.incident,
        .witness = WITNESS_OBSERVED,
        .source = "postflight",
        .text = arena_printf(
            &c->arena, "The page to %s could not be delivered: %s",
            c->row.receiver, c->row.error == NULL ? "?" : c->row.error)};
    return history_add_event(p->history, &event, e);
}

/* Others of a receiver that failed wait with the one that did. */
static bool keep_outcome(struct pump *p, struct cargo *c, struct err *e)
{
    const struct notice_row *n = &c->row;
    if (!history_begin(p->history, e))
        return false;
    if (history_put_notice(p->history, n, e) &&
        (n->state != NOTICE_PENDING ||
         history_hold_notices(p->history, n->receiver, n->next_ms, e)) &&
        (n->state != NOTICE_GIVEN_UP || add_event(p, c, e)) &&
        history_commit(p->history, e))
        return true;
    history_rollback(p->history);
    return false;
}

static void say_outcome(struct pump *p, struct cargo *c)
{
    const struct notice_row *n = &c->row;
    if (n->state == NOTICE_SENT)
        return;
    p->unsent++;
    p->plan.say(p->plan.context,
                arena_printf(&c->arena, "not sent to %s%s: %s", n->receiver,
                             n->state == NOTICE_GIVEN_UP ? ", given up" : "",
                             n->error == NULL ? "?" : n->error));
}

/* What was sent is kept as soon as the history takes it. */
static void keep_ended(struct pump *p)
{
    for (size_t i = 0; i < p->count && p->claimed; i++) {
        struct cargo *c = &p->cargo[i];
        struct err e = {.set = false};
        if (!c->used || !c->ended)
            continue;
        if (c->keeps == 0)
            say_outcome(p, c);
        bool ok = keep_outcome(p, c, &e);
        c->keeps++;
        if (!ok)
            trouble(p, &e);
        if (ok || c->keeps == KEEPS_MOST) {
            c->used = false;
            p->look = p->look || ok;
        }
    }
}

static void take_ended(struct pump *p)
{
    struct notice_row *n;
    while ((n = notify_lanes_take(p->lanes)) != NULL)
        for (size_t i = 0; i < p->count; i++)
            if (n == &p->cargo[i].row)
                p->cargo[i].ended = true;
}

/* No longer than until the next look. */
static int wait_of(const struct pump *p, int wait_ms)
{
    int64_t left_ms = (p->look_us - clock_now_us()) / 1000 + 1;
    if (p->look || left_ms <= 0)
        return 0;
    return left_ms < wait_ms ? (int)left_ms : wait_ms;
}

bool pump_turn(struct pump *p, int wait_ms)
{
    struct err e = {.set = false};
    bool ready = be_ready(p);
    if (ready)
        keep_ended(p);
    if (p->claimed && !p->closing)
        look(p);
    if (!notify_lanes_turn(p->lanes, p->closing ? wait_ms : wait_of(p, wait_ms),
                           &e))
        trouble(p, &e);
    take_ended(p);
    if (p->claimed)
        keep_ended(p);
    return any_used(p) || (!p->closing && (p->look || !p->claimed));
}
