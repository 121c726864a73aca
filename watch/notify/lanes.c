/*
 * Lanes: each receiver has one, all of them are in one loop, and none waits
 * for another. A lane sends one notice at a time.
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "watch/notify/sending.h"

#define COMMAND_MS 10 /* between looks at a program that is quiet */

struct notify_lanes {
    CURLM *multi;
    struct lane *lane;
    size_t count;
    struct notify_options options;
    struct arena arena;
    sigset_t before; /* signals that were blocked */
    int64_t start_us;
};

static int64_t now_ms(const struct notify_lanes *s)
{
    return s->options.now_ms == 0
               ? clock_wall_ms()
               : s->options.now_ms + (clock_now_us() - s->start_us) / 1000;
}

static void make_lanes(struct notify_lanes *s, const struct watch *settings)
{
    s->lane =
        arena_array(&s->arena, settings->receiver_count + 1, sizeof(*s->lane));
    s->count = settings->receiver_count;
    for (size_t i = 0; i < s->count; i++) {
        s->lane[i] =
            (struct lane){.to = &settings->receiver[i],
                          .channel = channel_of(&settings->receiver[i]),
                          .sink = s->options.sink,
                          .process = {.in = -1, .out = -1, .err = -1}};
        arena_init(&s->lane[i].arena);
    }
}

/* OpenSSL writes to closed connections; the mask is of this thread alone. */
static void block_sigpipe(struct notify_lanes *s)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &set, &s->before);
}

static void unblock_sigpipe(const struct notify_lanes *s)
{
    const struct timespec none = {0, 0};
    sigset_t set;
    if (sigismember(&s->before, SIGPIPE) == 1)
        return;
    sigemptyset(&set);
    sigaddset(&set, SIGPIPE);
    while (sigtimedwait(&set, NULL, &none) == SIGPIPE)
        continue;
    pthread_sigmask(SIG_SETMASK, &s->before, NULL);
}

bool notify_lanes_open(struct notify_lanes **out, const struct watch *settings,
                       const struct notify_options *options, struct err *e)
{
    *out = NULL;
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        return err_set(e, POS_NONE, "libcurl does not start");
    struct notify_lanes *s = heap_zeroed(sizeof(*s));
    arena_init(&s->arena);
    s->options = *options;
    s->start_us = clock_now_us();
    s->multi = curl_multi_init();
    if (s->multi == NULL) {
        arena_release(&s->arena);
        free(s);
        curl_global_cleanup();
        return err_set(e, POS_NONE, "libcurl has no memory");
    }
    make_lanes(s, settings);
    *out = s;
    return true;
}

/* Frees what the attempt used; its multi forgets it first. */
static void lane_clear(struct notify_lanes *s, struct lane *l)
{
    if (l->easy != NULL) {
        curl_multi_remove_handle(s->multi, l->easy);
        curl_easy_cleanup(l->easy);
    }
    curl_slist_free_all(l->headers);
    curl_slist_free_all(l->rcpt);
    process_close(&l->process);
    buf_release(&l->answer);
    l->easy = NULL;
    l->headers = l->rcpt = NULL;
}

void notify_lanes_close(struct notify_lanes *s)
{
    if (s == NULL)
        return;
    block_sigpipe(s);
    for (size_t i = 0; i < s->count; i++) {
        lane_clear(s, &s->lane[i]);
        arena_release(&s->lane[i].arena);
    }
    curl_multi_cleanup(s->multi);
    unblock_sigpipe(s);
    arena_release(&s->arena);
    free(s);
    curl_global_cleanup();
}

static struct lane *lane_of(const struct notify_lanes *s, const char *receiver)
{
    for (size_t i = 0; receiver != NULL && i < s->count; i++)
        if (strcmp(s->lane[i].to->name, receiver) == 0)
            return &s->lane[i];
    return NULL;
}

enum notify_lane notify_lane_state(const struct notify_lanes *s,
                                   const char *receiver)
{
    const struct lane *l = lane_of(s, receiver);
    return l == NULL ? LANE_MISSING : l->notice != NULL ? LANE_BUSY : LANE_FREE;
}

static void lane_end(struct notify_lanes *s, struct lane *l,
                     const struct attempt *attempt)
{
    if (attempt->outcome == OUTCOME_ACCEPTED && s->options.responses)
        l->said =
            sending_error(l, l->channel->accepted(l), buf_view(&l->answer));
    outcome_settle(l->notice, attempt, s->options.give_up_ms);
    lane_clear(s, l);
    l->ended = true;
}

const char *notify_lane_said(const struct notify_lanes *s, const char *receiver)
{
    const struct lane *l = lane_of(s, receiver);
    return l == NULL ? NULL : l->said;
}

static void give_up_missing(struct notice_row *n, struct arena *a)
{
    n->state = NOTICE_GIVEN_UP;
    n->error = arena_printf(a, "the receiver '%.100s' is no longer defined",
                            n->receiver == NULL ? "" : n->receiver);
}

bool notify_lane_start(struct notify_lanes *s, struct notice_row *n,
                       struct arena *a, struct err *e)
{
    struct attempt attempt = {
        .outcome = OUTCOME_AGAIN, .retry_after_ms = -1, .now_ms = now_ms(s)};
    struct lane *l = lane_of(s, n->receiver);
    if (l == NULL) {
        give_up_missing(n, a);
        return true;
    }
    arena_release(&l->arena);
    arena_init(&l->arena);
    l->notice = n;
    l->ended = false;
    l->said = NULL;
    l->received = 0;
    l->said_by_curl[0] = '\0';
    l->message = str_from(n->payload);
    l->until_us = clock_now_us() + s->options.timeout_ms * 1000;
    buf_init(&l->answer, ANSWER_KEPT);
    if (l->channel->start != NULL) {
        if (!l->channel->start(&attempt, l))
            lane_end(s, l, &attempt);
        return true;
    }
    if (l->channel->prepare(l) &&
        curl_easy_setopt(l->easy, CURLOPT_TIMEOUT_MS,
                         (long)s->options.timeout_ms) == CURLE_OK &&
        curl_multi_add_handle(s->multi, l->easy) == CURLM_OK)
        return true;
    lane_clear(s, l);
    l->notice = NULL;
    return err_set(e, POS_NONE, "libcurl gives no handle for sending");
}

static void end_transfers(struct notify_lanes *s)
{
    int left = 0;
    CURLMsg *m;
    while ((m = curl_multi_info_read(s->multi, &left)) != NULL) {
        struct lane *l = NULL;
        struct attempt attempt = {.retry_after_ms = -1, .now_ms = now_ms(s)};
        if (m->msg != CURLMSG_DONE ||
            curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, &l) != CURLE_OK)
            continue;
        l->channel->judge(&attempt, l, m->data.result);
        lane_end(s, l, &attempt);
    }
}

static void end_commands(struct notify_lanes *s)
{
    for (size_t i = 0; i < s->count; i++) {
        struct lane *l = &s->lane[i];
        struct attempt attempt = {.retry_after_ms = -1, .now_ms = now_ms(s)};
        if (l->process.pid > 0 && l->channel->step(&attempt, l))
            lane_end(s, l, &attempt);
    }
}

/* How long nothing can happen without an event; 0: something has. */
static int wait_of(const struct notify_lanes *s, int wait_ms)
{
    for (size_t i = 0; i < s->count; i++) {
        if (s->lane[i].ended)
            return 0;
        if (s->lane[i].process.pid > 0 && wait_ms > COMMAND_MS)
            wait_ms = COMMAND_MS;
    }
    return wait_ms;
}

bool notify_lanes_turn(struct notify_lanes *s, int wait_ms, struct err *e)
{
    int running = 0;
    block_sigpipe(s);
    bool ok = curl_multi_perform(s->multi, &running) == CURLM_OK;
    end_transfers(s);
    end_commands(s);
    wait_ms = wait_of(s, wait_ms);
    if (ok && wait_ms > 0) {
        curl_multi_poll(s->multi, NULL, 0, wait_ms, NULL);
        ok = curl_multi_perform(s->multi, &running) == CURLM_OK;
        end_transfers(s);
        end_commands(s);
    }
    unblock_sigpipe(s);
    return ok || err_set(e, POS_NONE, "libcurl cannot send");
}

void notify_lanes_wake(struct notify_lanes *s)
{
    curl_multi_wakeup(s->multi);
}

struct notice_row *notify_lanes_take(struct notify_lanes *s)
{
    for (size_t i = 0; i < s->count; i++) {
        struct notice_row *n = s->lane[i].notice;
        if (!s->lane[i].ended)
            continue;
        s->lane[i].ended = false;
        s->lane[i].notice = NULL;
        return n;
    }
    return NULL;
}

size_t notify_lanes_busy(const struct notify_lanes *s)
{
    size_t busy = 0;
    for (size_t i = 0; i < s->count; i++)
        busy += s->lane[i].notice != NULL ? 1 : 0;
    return busy;
}
