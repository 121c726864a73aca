/* One transfer from state to state: started, opened, repeated, ended. */
#include "probe/engine_step.h"

#include <errno.h>

#include "base/clock.h"
#include "probe/descriptors.h"
#include "probe/kinds/probe_kind.h"

#define STARVED_MAX 1000 /* tries of one transfer without a descriptor */

/* Its slot is free: somebody else of the host may have it. */
static void leave_host(struct transfer *t)
{
    struct host *h = t->host;
    connecting_end(t);
    if (h->alone == t)
        h->alone = NULL;
    host_list(h);
}

void engine_set_state(struct engine *g, struct transfer *t,
                      enum transfer_state state)
{
    int64_t before = t->state == TRANSFER_ACTIVE;
    int64_t after = state == TRANSFER_ACTIVE;
    t->state = state;
    t->host->active += after - before;
    g->active += after - before;
    if (before > after)
        leave_host(t);
    if (state == TRANSFER_DONE)
        g->left--;
}

void engine_finish(struct engine *g, struct transfer *t)
{
    struct transfer *blocked = NULL;
    for (;;) {
        handle_close(t);
        curl_slist_free_all(t->cookies);
        t->cookies = NULL;
        memory_close(&t->memory, g->arena);
        engine_set_state(g, t, TRANSFER_DONE);
        run_done(g->run, t);
        needs_release(t, &blocked);
        if (blocked == NULL)
            return;
        t = blocked;
        blocked = t->next;
        outcome_blocked(t, g->arena);
    }
}

static void delay(struct engine *g, struct transfer *t)
{
    handle_close(t);
    engine_set_state(g, t, TRANSFER_DELAYED);
    g->delayed[g->delayed_count++] = t;
    if (g->first_due_us == 0 || t->due_us < g->first_due_us)
        g->first_due_us = t->due_us;
}

static void hop(struct engine *g, struct transfer *t);

void engine_end_asking(struct engine *g, struct transfer *t)
{
    enum next next = run_over(g->run, t);
    if (next == NEXT_HOP) {
        hop(g, t);
        return;
    }
    handle_close(t);
    engine_finish(g, t);
}

/* It is made once more, and waits in front of the others, or behind them. */
static void requeue(struct engine *g, struct transfer *t, bool alone)
{
    if (g->hurries) {
        engine_end_asking(g, t);
        return;
    }
    handle_close(t);
    engine_set_state(g, t, TRANSFER_WAITING);
    if (alone)
        queue_add_calm(t, clock_now_us());
    else
        queue_add_first(t);
}

/* Another slot of another host: at once, or as soon as that has room. */
static bool change_host(struct engine *g, struct transfer *t)
{
    struct host *to = host_of(g->pace, t);
    if (to == t->host)
        return true;
    engine_set_state(g, t, TRANSFER_WAITING);
    t->host = to;
    if (host_has_room(to, clock_now_us())) {
        engine_set_state(g, t, TRANSFER_ACTIVE);
        return true;
    }
    t->hops = true;
    queue_add_first(t);
    return false;
}

/* What is asked next in the same attempt, or as the next step of a flow. */
static void hop(struct engine *g, struct transfer *t)
{
    handle_close(t);
    connecting_end(t);
    if (!change_host(g, t))
        return;
    pace_begin(&t->host->pace, &t->ticket, t, t->host->active - 1,
               clock_now_us());
    engine_open(g, t);
}

/*
 * Without a descriptor nothing was asked: it waits for one that is open, and
 * as many as there are now are enough.
 */
static bool starves(struct engine *g, struct transfer *t)
{
    if (t->result->answered || g->active < 2 || t->starved >= STARVED_MAX ||
        !(t->sockets.error == EMFILE || t->sockets.error == ENFILE ||
          descriptors_short()))
        return false;
    t->starved++;
    g->most = g->active - 1;
    if (g->width > g->most)
        g->width = g->most;
    return true;
}

void engine_go_on(struct engine *g, struct transfer *t)
{
    if (starves(g, t)) {
        t->shelved = true;
        requeue(g, t, false);
        return;
    }
    polite_tell(t, clock_now_us());
    enum next next = run_ended(g->run, t);
    switch (next) {
    case NEXT_FINISH:
        engine_finish(g, t);
        break;
    case NEXT_HOP:
        hop(g, t);
        break;
    case NEXT_LATER:
        if (g->hurries)
            engine_end_asking(g, t);
        else
            delay(g, t);
        break;
    case NEXT_AGAIN:
    case NEXT_ALONE:
        requeue(g, t, next == NEXT_ALONE);
        break;
    }
}

void engine_begin_talk(struct engine *g, struct transfer *t)
{
    g->talking[g->talking_count++] = t;
}

static void refuse(struct engine *g, struct transfer *t, const char *why)
{
    outcome_not_started(t, memory_of(t, g->arena), why);
    engine_end_asking(g, t);
}

static void join_loop(struct engine *g, struct transfer *t)
{
    CURLMcode rc = curl_multi_add_handle(g->multi, t->easy);
    if (rc != CURLM_OK)
        refuse(g, t, curl_multi_strerror(rc));
}

/* False, and it has ended: it would go to where it may not. */
static bool is_allowed(struct engine *g, struct transfer *t)
{
    struct arena *memory = memory_of(t, g->arena);
    const char *url = t->request.url == NULL ? t->check->url : t->request.url;
    const char *why = trust_check_problem(memory, t->trust, t->check, url);
    if (why == NULL)
        return true;
    t->result->answered = false;
    outcome_not_allowed(t, memory, why);
    engine_end_asking(g, t);
    return false;
}

void engine_open(struct engine *g, struct transfer *t)
{
    struct arena *memory = memory_of(t, g->arena);
    if (!is_allowed(g, t))
        return;
    switch (probe_kind_of(t->check->kind)->begin(t, memory)) {
    case BEGAN_CONNECTION:
        join_loop(g, t);
        break;
    case BEGAN_TALK:
        engine_begin_talk(g, t);
        break;
    case BEGAN_NOTHING:
        engine_go_on(g, t);
        break;
    case BEGAN_REFUSED:
        refuse(g, t, "libcurl refused an option");
        break;
    }
}

static bool is_late(const struct engine *g)
{
    return g->probe->deadline_us != 0 &&
           clock_now_us() >= g->probe->deadline_us;
}

/* Is what was to be tried once more no use any more? */
static bool is_over(const struct engine *g, const struct transfer *t)
{
    return t->shelved && (g->hurries || is_late(g) || polite_is_vain(t));
}

/* What is asked now: the first attempt, the next one, or this one again. */
static bool prepare(struct engine *g, struct transfer *t)
{
    bool hops = t->hops, again = t->shelved || t->preempted;
    t->shelved = t->hops = t->preempted = false;
    if (t->course.began_us == 0)
        return run_begin(g->run, t) != NEXT_FINISH;
    if (hops && t->course.redirect_count > 0)
        return true; /* the request is there, and its time runs */
    if (hops || (again && t->course.address_count > 0))
        course_turn(t, g->probe);
    else
        course_attempt(t, g->probe);
    return true;
}

void engine_start(struct engine *g, struct transfer *t)
{
    engine_set_state(g, t, TRANSFER_ACTIVE);
    if (t->preempted && polite_is_vain(t)) {
        t->calm = false; /* it is always so slow */
        engine_set_state(g, t, TRANSFER_WAITING);
        queue_add_first(t);
        return;
    }
    if (t->course.began_us == 0 && is_late(g)) {
        if (t->result->attempts == 0)
            outcome_skipped(t, "the deadline passed before it was probed");
        engine_finish(g, t);
        return;
    }
    if (is_over(g, t)) {
        engine_end_asking(g, t);
        return;
    }
    if (!prepare(g, t)) {
        engine_finish(g, t);
        return;
    }
    if (!change_host(g, t))
        return;
    pace_begin(&t->host->pace, &t->ticket, t, t->host->active - 1,
               clock_now_us());
    if (!is_allowed(g, t))
        return;
    if (t->course.address_count == 0 && addresses_begin(t))
        engine_begin_talk(g, t);
    else
        engine_open(g, t);
}

void engine_preempt(struct engine *g, struct transfer *t)
{
    curl_multi_remove_handle(g->multi, t->easy);
    handle_close(t);
    t->preempted = t->calm = true;
    t->failure = PACE_NO_CONNECT;
    engine_set_state(g, t, TRANSFER_WAITING);
    queue_add_calm(t, clock_now_us());
}
