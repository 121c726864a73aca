/*
 * curl_multi with our own slots: a handle is added only when a global and a
 * per-host slot are free, because a handle that waits inside libcurl burns
 * its timeout there.
 */
#include "probe/engine.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

#define POLL_MS 1000

struct host {
    const char *name; /* scheme://host:port */
    struct transfer *first, *last;
    int64_t active;
};

struct engine {
    const struct engine_options *options;
    struct arena *run;
    CURLM *multi;
    struct host *host;
    size_t host_count;
    size_t turn; /* host that is served next */
    int64_t active;
    size_t left;
};

/* Everything up to the path: one server, however the path is spelled. */
static const char *host_name(struct arena *run, const char *url)
{
    struct str s = str_from(url);
    size_t start = str_find(s, STR("//"), 0) + 2;
    size_t end = start;
    while (end < s.len && strchr("/?#", s.ptr[end]) == NULL)
        end++;
    return str_dup(run, str_sub(s, 0, end));
}

static void enqueue(struct transfer *t)
{
    struct host *h = t->host;
    t->next = NULL;
    if (h->last == NULL)
        h->first = t;
    else
        h->last->next = t;
    h->last = t;
}

static struct transfer *dequeue(struct host *h)
{
    struct transfer *t = h->first;
    h->first = t->next;
    if (h->first == NULL)
        h->last = NULL;
    return t;
}

struct named {
    const char *name;
    size_t index;
};

static int compare_named(const void *left, const void *right)
{
    const struct named *a = left, *b = right;
    int order = strcmp(a->name, b->name);
    return order != 0 ? order : (a->index > b->index) - (a->index < b->index);
}

/* Sorting finds the distinct hosts in n log n, whatever their number. */
static void make_queues(struct engine *g, struct transfer *t, size_t count)
{
    struct named *named = arena_array(g->run, count, sizeof(*named));
    struct host **of = arena_array(g->run, count, sizeof(struct host *));
    g->host = arena_array(g->run, count, sizeof(*g->host));
    for (size_t i = 0; i < count; i++)
        named[i] = (struct named){host_name(g->run, t[i].check->url), i};
    if (count > 1)
        qsort(named, count, sizeof(*named), compare_named);
    for (size_t i = 0; i < count; i++) {
        if (i == 0 || strcmp(named[i].name, named[i - 1].name) != 0)
            g->host[g->host_count++].name = named[i].name;
        of[named[i].index] = &g->host[g->host_count - 1];
    }
    for (size_t i = 0; i < count; i++) {
        t[i].host = of[i];
        if (t[i].open_needs == 0)
            enqueue(&t[i]);
    }
}

/* Turns "i needs k" into "k is followed by i". */
static void link_needs(struct engine *g, struct transfer *t, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        t[i].open_needs = t[i].check->need_count;
        for (size_t k = 0; k < t[i].open_needs; k++)
            t[t[i].check->need[k]].follower_count++;
    }
    for (size_t i = 0; i < count; i++) {
        t[i].follower =
            arena_array(g->run, t[i].follower_count, sizeof(struct transfer *));
        t[i].follower_count = 0;
    }
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < t[i].open_needs; k++) {
            struct transfer *need = &t[t[i].check->need[k]];
            need->follower[need->follower_count++] = &t[i];
        }
}

/* The one place where a transfer changes its state. */
static void set_state(struct engine *g, struct transfer *t,
                      enum transfer_state state)
{
    int64_t before = t->state == TRANSFER_ACTIVE;
    int64_t after = state == TRANSFER_ACTIVE;
    t->state = state;
    t->host->active += after - before;
    g->active += after - before;
    if (state == TRANSFER_DONE)
        g->left--;
}

static bool has_passed(const struct transfer *t)
{
    return t->result->status == STATUS_PASS ||
           t->result->status == STATUS_DEGRADED;
}

/* Followers that may start now are queued, those that may not are listed. */
static void release_followers(const struct transfer *t,
                              struct transfer **blocked)
{
    for (size_t i = 0; i < t->follower_count; i++) {
        struct transfer *f = t->follower[i];
        if (!has_passed(t) && f->failed_need == NULL)
            f->failed_need = t;
        if (--f->open_needs > 0)
            continue;
        if (f->failed_need == NULL) {
            enqueue(f);
        } else {
            f->next = *blocked;
            *blocked = f;
        }
    }
}

/* The one exit of a transfer, and of those that it blocks. */
static void finish(struct engine *g, struct transfer *t)
{
    struct transfer *blocked = NULL;
    for (;;) {
        http_close(t);
        set_state(g, t, TRANSFER_DONE);
        g->options->done(g->options->context, t);
        release_followers(t, &blocked);
        if (blocked == NULL)
            return;
        t = blocked;
        blocked = t->next;
        outcome_blocked(t, g->run);
    }
}

static void start(struct engine *g, struct transfer *t)
{
    t->result->started_ms = clock_wall_ms();
    set_state(g, t, TRANSFER_ACTIVE);
    if (!http_open(t)) {
        outcome_not_started(t, g->run, "libcurl refused an option");
        finish(g, t);
        return;
    }
    CURLMcode rc = curl_multi_add_handle(g->multi, t->easy);
    if (rc != CURLM_OK) {
        outcome_not_started(t, g->run, curl_multi_strerror(rc));
        finish(g, t);
    }
}

/* Hosts take turns, so that one long queue does not starve the others. */
static void fill_slots(struct engine *g)
{
    size_t idle = 0;
    while (g->active < g->options->slots && idle < g->host_count) {
        struct host *h = &g->host[g->turn];
        g->turn = (g->turn + 1) % g->host_count;
        if (h->first == NULL || h->active >= g->options->host_slots) {
            idle++;
            continue;
        }
        idle = 0;
        start(g, dequeue(h));
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
        curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, &t);
        outcome_read(t, g->run, code);
        curl_multi_remove_handle(g->multi, t->easy);
        finish(g, t);
    }
}

static bool run_loop(struct engine *g, struct err *e)
{
    CURLMcode rc = CURLM_OK;
    while (g->left > 0 && rc == CURLM_OK) {
        int running = 0;
        fill_slots(g);
        rc = curl_multi_perform(g->multi, &running);
        collect_finished(g);
        if (rc == CURLM_OK && g->left > 0 && running > 0)
            rc = curl_multi_poll(g->multi, NULL, 0, POLL_MS, NULL);
    }
    return rc == CURLM_OK ||
           err_set(e, POS_NONE, "libcurl: %s", curl_multi_strerror(rc));
}

static void close_rest(struct engine *g, struct transfer *t, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (t[i].state == TRANSFER_ACTIVE)
            curl_multi_remove_handle(g->multi, t[i].easy);
        http_close(&t[i]);
    }
}

bool engine_run(struct transfer *transfers, size_t count, struct arena *run,
                const struct engine_options *options, struct err *e)
{
    struct engine g = {.options = options, .run = run, .left = count};
    g.multi = curl_multi_init();
    if (g.multi == NULL)
        return err_set(e, POS_NONE, "libcurl: no multi handle");
    curl_multi_setopt(g.multi, CURLMOPT_PIPELINING, CURLPIPE_NOTHING);
    link_needs(&g, transfers, count);
    make_queues(&g, transfers, count);
    bool ok = run_loop(&g, e);
    close_rest(&g, transfers, count);
    curl_multi_cleanup(g.multi);
    return ok;
}
