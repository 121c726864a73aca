/*
 * curl_multi with our own slots: a handle is added only when a global and a
 * per-host slot are free, because a handle that waits inside libcurl burns
 * its timeout there.
 */
#include "base/clock.h"
#include "probe/descriptors.h"
#include "probe/engine_step.h"
#include "probe/run.h"

#define POLL_MS 1000
#define LOOK_MS INT64_C(200) /* when somebody may want to hurry */

/* Slots are opened while servers let us wait: handles cost, the more of them
   there are. */
#define WIDTH_FIRST INT64_C(96)
#define WIDTH_STEP  INT64_C(256)
#define WIDTH_US    INT64_C(5000)

/* What waits for its time is queued when it has come. */
static void queue_due(struct engine *g)
{
    size_t kept = 0;
    int64_t now = clock_now_us();
    if (g->first_due_us == 0 || now < g->first_due_us)
        return;
    g->first_due_us = 0;
    for (size_t i = 0; i < g->delayed_count; i++) {
        struct transfer *t = g->delayed[i];
        if (t->due_us <= now) {
            engine_set_state(g, t, TRANSFER_WAITING);
            queue_add(t);
            continue;
        }
        g->delayed[kept++] = t;
        if (g->first_due_us == 0 || t->due_us < g->first_due_us)
            g->first_due_us = t->due_us;
    }
    g->delayed_count = kept;
}

/* Does the rate allow another start now? */
static bool may_start(struct engine *g)
{
    int64_t now = clock_now_us();
    if (g->probe->rate == 0)
        return true;
    if (now < g->next_start_us)
        return false;
    int64_t from = g->next_start_us == 0 ? now : g->next_start_us;
    int64_t step = 1000000 / g->probe->rate;
    g->next_start_us = (now - from > step ? now : from) + step;
    return true;
}

static bool may_widen(const struct engine *g)
{
    return g->active >= g->width && g->width < g->most;
}

static void widen(struct engine *g)
{
    int64_t now = clock_now_us();
    if (!may_widen(g) || now - g->finished_us < WIDTH_US)
        return;
    g->finished_us = now;
    g->width += WIDTH_STEP;
    if (g->width > g->most)
        g->width = g->most;
}

/* Hosts take turns, so that one long queue does not starve the others. */
static void fill_slots(struct engine *g)
{
    int64_t now = clock_now_us();
    queues_wake(g->pace, now);
    while (g->active < g->width) {
        struct host *h = queues_next(g->pace, now);
        if (h == NULL)
            return;
        if (!may_start(g)) {
            host_list_first(h);
            return;
        }
        engine_start(g, queue_take(h, now));
        host_list(h);
    }
}

/* A connection that takes so long tells it before it ends. */
static void tell_slow(struct engine *g)
{
    int64_t now = clock_now_us();
    struct transfer *t = g->pace->connecting_first, *next;
    for (; t != NULL && t->socket_us + PACE_SLOW_US <= now; t = next) {
        next = t->connecting_next;
        if (t->slow_told)
            continue;
        t->slow_told = true;
        pace_tell(&t->host->pace, &t->ticket, PACE_SLOW, false, now);
        if (polite_preempts(t))
            engine_preempt(g, t);
    }
}

static void collect_finished(struct engine *g)
{
    int queued = 0;
    for (;;) {
        CURLMsg *m = curl_multi_info_read(g->multi, &queued);
        if (m == NULL)
            return;
        if (m->msg != CURLMSG_DONE)
            continue;
        struct transfer *t = NULL;
        CURLcode code = m->data.result; /* m dies with its handle */
        g->finished_us = clock_now_us();
        curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, &t);
        outcome_read(t, memory_of(t, g->arena), code);
        if (talk_begin(t)) { /* its handle stays, and the connection with it */
            connecting_done(t, g->finished_us);
            engine_begin_talk(g, t);
            continue;
        }
        curl_multi_remove_handle(g->multi, t->easy);
        engine_go_on(g, t);
    }
}

/* The addresses are known, or are not: the first one is asked. */
static void end_lookup(struct engine *g, struct transfer *t, enum talk how)
{
    addresses_drop(t);
    if (how == TALK_ENDED) {
        engine_open(g, t);
        return;
    }
    outcome_not_resolved(t, how);
    engine_go_on(g, t);
}

static void end_talk(struct engine *g, struct transfer *t)
{
    if (t->lookup != NULL) {
        end_lookup(g, t, t->talk.how);
        return;
    }
    talk_end(t, memory_of(t, g->arena));
    if (t->easy != NULL)
        curl_multi_remove_handle(g->multi, t->easy);
    engine_go_on(g, t);
}

/* Every talk that goes on is looked at: its descriptor may have news. */
static void step_talks(struct engine *g)
{
    size_t kept = 0, count = g->talking_count;
    struct transfer **over = g->talking + count; /* the array has room */
    size_t over_count = 0;
    for (size_t i = 0; i < count; i++) {
        struct transfer *t = g->talking[i];
        struct arena *memory = memory_of(t, g->arena);
        if (talk_is_quiet(t)) {
            g->talking[kept++] = t;
            continue;
        }
        enum talk how = t->lookup != NULL ? addresses_step(t, memory)
                                          : talk_step(t, memory);
        t->talk.how = how;
        if (how == TALK_GOES_ON)
            g->talking[kept++] = t;
        else
            over[over_count++] = t;
    }
    g->talking_count = kept;
    for (size_t i = 0; i < over_count; i++)
        end_talk(g, over[i]);
}

static unsigned wait_list(struct engine *g)
{
    unsigned count = 0;
    for (size_t i = 0; i < g->talking_count; i++) {
        const struct transfer *t = g->talking[i];
        if (t->talk.fd < 0)
            continue;
        g->waited[count++] =
            (struct curl_waitfd){.fd = t->talk.fd, .events = talk_events(t)};
    }
    return count;
}

/* In the order of wait_list, after the wait. */
static void note_news(struct engine *g)
{
    size_t count = 0;
    for (size_t i = 0; i < g->talking_count; i++)
        if (g->talking[i]->talk.fd >= 0)
            g->talking[i]->talk.quiet = g->waited[count++].revents == 0;
}

/* Until something is due, or the sockets have news. */
static int poll_ms(const struct engine *g)
{
    int64_t now = clock_now_us(), wake = now + (int64_t)POLL_MS * 1000;
    if (run_may_hurry(g->run) && !g->hurries)
        wake = now + LOOK_MS * 1000;
    if (g->probe->on_progress != NULL && g->told_us + PROBE_PROGRESS_US < wake)
        wake = g->told_us + PROBE_PROGRESS_US;
    if (may_widen(g) && g->finished_us + WIDTH_US < wake)
        wake = g->finished_us + WIDTH_US;
    if (g->first_due_us != 0 && g->first_due_us < wake)
        wake = g->first_due_us;
    int64_t slow = connecting_slow_us(g->pace);
    if (slow != 0 && slow < wake)
        wake = slow;
    if (g->pace->wake_us != 0 && g->pace->wake_us < wake)
        wake = g->pace->wake_us;
    if (g->next_start_us > now && g->next_start_us < wake)
        wake = g->next_start_us;
    for (size_t i = 0; i < g->talking_count; i++)
        if (g->talking[i]->talk.wake_us < wake)
            wake = g->talking[i]->talk.wake_us;
    return wake <= now ? 0 : (int)((wake - now + 999) / 1000);
}

/* Whoever waits for another attempt ends with the last one. */
static void look_for_hurry(struct engine *g)
{
    if (g->hurries || !run_may_hurry(g->run) || !run_hurries(g->run))
        return;
    g->hurries = true;
    size_t count = g->delayed_count;
    g->delayed_count = 0;
    g->first_due_us = 0;
    queues_hurry(g->pace);
    for (size_t i = 0; i < count; i++) {
        engine_set_state(g, g->delayed[i], TRANSFER_ACTIVE);
        engine_end_asking(g, g->delayed[i]);
    }
}

/* What had attempts keeps what the last one told; the others were not asked. */
static void end_early(struct engine *g, struct transfer *t, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (t[i].state == TRANSFER_DONE)
            continue;
        addresses_drop(&t[i]);
        talk_close(&t[i]);
        if (t[i].state == TRANSFER_ACTIVE && t[i].easy != NULL)
            curl_multi_remove_handle(g->multi, t[i].easy);
        if (t[i].state != TRANSFER_DELAYED)
            outcome_skipped(&t[i], "the run was interrupted before its end");
        handle_close(&t[i]);
        curl_slist_free_all(t[i].cookies);
        t[i].cookies = NULL;
        memory_close(&t[i].memory, g->arena);
        engine_set_state(g, &t[i], TRANSFER_DONE);
        run_done(g->run, &t[i]);
    }
}

static void tell_progress(struct engine *g, const struct transfer *t,
                          size_t count)
{
    int64_t now = clock_now_us();
    if (g->probe->on_progress == NULL || now < g->told_us + PROBE_PROGRESS_US)
        return;
    g->told_us = now;
    progress_tell(t, count, g->probe);
}

static bool run_loop(struct engine *g, struct transfer *t, size_t count,
                     struct err *e)
{
    CURLMcode rc = CURLM_OK;
    resume_after(&g->run->pause, t, count); /* from now on a pause is seen */
    while (g->left > 0 && rc == CURLM_OK && !run_is_interrupted(g->run)) {
        int running = 0;
        tell_progress(g, t, count);
        look_for_hurry(g);
        queue_due(g);
        widen(g);
        fill_slots(g);
        rc = curl_multi_perform(g->multi, &running);
        collect_finished(g);
        step_talks(g);
        tell_slow(g);
        unsigned waited = wait_list(g);
        bool waits = running > 0 || g->delayed_count > 0 ||
                     g->talking_count > 0 || g->next_start_us != 0 ||
                     g->pace->wake_us != 0;
        if (rc == CURLM_OK && g->left > 0 && waits) {
            rc = resume_poll(&g->run->pause, g->multi, g->waited, waited,
                             poll_ms(g));
            note_news(g);
        }
        resume_after(&g->run->pause, t, count);
    }
    return rc == CURLM_OK ||
           err_set(e, POS_NONE, "libcurl: %s", curl_multi_strerror(rc));
}

/* What needs a check that had failed before this run is blocked at once. */
static void block_vain(struct engine *g, struct transfer *t, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (t[i].state != TRANSFER_WAITING || t[i].open_needs > 0 ||
            t[i].failed_need == NULL)
            continue;
        outcome_blocked(&t[i], g->arena);
        engine_finish(g, &t[i]);
    }
}

static size_t count_left(const struct transfer *t, size_t count)
{
    size_t left = 0;
    for (size_t i = 0; i < count; i++)
        left += t[i].state != TRANSFER_DONE;
    return left;
}

bool engine_run(struct run *run, struct err *e)
{
    struct transfer *transfers = run->transfer;
    size_t count = run->count;
    struct arena *a = run->arena;
    struct engine g = {.run = run,
                       .probe = &run->phase,
                       .pace = run->pace,
                       .arena = a,
                       .left = count_left(transfers, count)};
    g.multi = curl_multi_init();
    if (g.multi == NULL)
        return err_set(e, POS_NONE, "libcurl: no multi handle");
    g.most = descriptors_slots(run->options->slots);
    g.width = g.most < WIDTH_FIRST ? g.most : WIDTH_FIRST;
    g.finished_us = clock_now_us();
    curl_multi_setopt(g.multi, CURLMOPT_PIPELINING, CURLPIPE_NOTHING);
    g.delayed = arena_array(a, count + 1, sizeof(struct transfer *));
    g.talking = arena_array(a, 2 * count + 1, sizeof(struct transfer *));
    g.waited = arena_array(a, count + 1, sizeof(*g.waited));
    needs_link(a, transfers, count);
    queues_fill(g.pace, transfers, count);
    block_vain(&g, transfers, count);
    bool ok = run_loop(&g, transfers, count, e);
    end_early(&g, transfers, count);
    queues_clear(g.pace);
    curl_multi_cleanup(g.multi);
    return ok;
}
