/*
 * All notices once: a lane for each receiver, all lanes in one loop. Within
 * a lane a notice is sent when the one before it was, so that nobody reads
 * that something is resolved before it was opened.
 */
#include <signal.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "model/check.h"
#include "watch/notify/sending.h"

#define TURNS_MOST  3   /* timeouts that one call takes at most */
#define POLL_MS     200 /* between looks at `interrupted` */
#define COMMAND_MS  10  /* between looks at a program that is quiet */
#define ERROR_BYTES 300
#define PART_LEAST  8 /* bytes of a part of an address that is a secret */

struct sending {
    CURLM *multi;
    struct lane *lane;
    size_t lane_count;
    struct notice_row *notice;
    size_t count;
    const struct notify_options *options;
    struct arena *arena;
    int64_t start_us;
};

/* Parts of an address: "/services/T0/B0/XXXX" is a password. */
static void add_parts(struct redactor *r, const char *url)
{
    struct str rest = str_from(url);
    redactor_add(r, rest);
    while (rest.len > 0) {
        size_t n = 0;
        while (n < rest.len && strchr("/?&=#", rest.ptr[n]) == NULL)
            n++;
        if (n >= PART_LEAST)
            redactor_add(r, str_sub(rest, 0, n));
        rest = str_sub(rest, n + 1, rest.len);
    }
}

static void add_path(struct redactor *r, const char *url)
{
    const char *path = url == NULL ? NULL : strstr(url, "//");
    path = path == NULL ? NULL : strchr(path + 2, '/');
    if (path != NULL)
        add_parts(r, path);
}

static void add_own(struct redactor *r, const struct receiver *to)
{
    add_path(r, to->url);
    add_path(r, to->server);
    if (to->user != NULL)
        redactor_add(r, str_from(to->user));
    if (to->password != NULL)
        redactor_add(r, str_from(to->password));
    for (size_t i = 1; i < to->command_count; i++)
        if (strlen(to->command[i]) >= PART_LEAST)
            redactor_add(r, str_from(to->command[i]));
    for (size_t i = 0; i < to->env_count; i++)
        if (strlen(to->env[i].value) >= PART_LEAST)
            redactor_add(r, str_from(to->env[i].value));
    for (size_t i = 0; i < to->header_count; i++) {
        struct str value;
        str_cut(str_from(to->header[i]), ':', &value);
        value = str_trim(value);
        redactor_add(r, value);
        str_cut(value, ' ', &value); /* "Bearer X" */
        redactor_add(r, value);
    }
}

const char *sending_error(struct lane *l, const char *what, struct str said)
{
    struct redactor *own = redactor_open();
    add_own(own, l->to);
    said = str_trim(str_sub(said, 0, ANSWER_KEPT));
    struct str text = str_from(arena_printf(
        l->arena, "%s%s%.*s", what, said.len > 0 ? ": " : "", STR_ARGS(said)));
    text = redact(own, l->arena, sink_text(l->sink, l->arena, text));
    redactor_close(own);
    return text_elide(l->arena, text, ERROR_BYTES);
}

static int64_t now_ms(const struct sending *s)
{
    return s->options->now_ms + (clock_now_us() - s->start_us) / 1000;
}

static const struct receiver *receiver_named(const struct watch *w,
                                             const char *name)
{
    for (size_t i = 0; name != NULL && i < w->receiver_count; i++)
        if (strcmp(w->receiver[i].name, name) == 0)
            return &w->receiver[i];
    return NULL;
}

static void make_lanes(struct sending *s, const struct watch *settings)
{
    s->lane =
        arena_array(s->arena, settings->receiver_count + 1, sizeof(*s->lane));
    for (size_t i = 0; i < settings->receiver_count; i++)
        s->lane[s->lane_count++] =
            (struct lane){.to = &settings->receiver[i],
                          .channel = channel_of(&settings->receiver[i]),
                          .arena = s->arena,
                          .sink = s->options->sink,
                          .process = {.in = -1, .out = -1, .err = -1}};
    for (size_t i = 0; i < s->count; i++) {
        struct notice_row *n = &s->notice[i];
        if (n->state != NOTICE_PENDING ||
            receiver_named(settings, n->receiver) != NULL)
            continue;
        n->state = NOTICE_GIVEN_UP;
        n->error =
            arena_printf(s->arena, "the receiver '%.100s' is no longer defined",
                         n->receiver == NULL ? "" : n->receiver);
    }
}

/* Frees what the attempt used; its multi forgets it first. */
static void lane_clear(struct sending *s, struct lane *l)
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
    l->notice = NULL;
}

static void lane_end(struct sending *s, struct lane *l,
                     const struct attempt *attempt)
{
    struct notice_row *n = l->notice;
    outcome_settle(n, attempt, s->options->give_up_ms);
    lane_clear(s, l);
    if (attempt->outcome != OUTCOME_AGAIN)
        return;
    l->held = true;
    for (size_t i = l->next; i < s->count; i++)
        if (s->notice[i].state == NOTICE_PENDING &&
            strcmp(s->notice[i].receiver, l->to->name) == 0)
            s->notice[i].next_ms = n->next_ms;
}

static struct notice_row *lane_next(struct sending *s, struct lane *l)
{
    while (!l->held && l->next < s->count) {
        struct notice_row *n = &s->notice[l->next++];
        if (n->state == NOTICE_PENDING && strcmp(n->receiver, l->to->name) == 0)
            return n;
    }
    return NULL;
}

static bool lane_start(struct sending *s, struct lane *l)
{
    struct attempt attempt = {.outcome = OUTCOME_AGAIN, .retry_after_ms = -1};
    l->received = 0;
    l->said_by_curl[0] = '\0';
    l->message = str_from(l->notice->payload);
    l->until_us = clock_now_us() + s->options->timeout_ms * 1000;
    buf_init(&l->answer, ANSWER_KEPT);
    if (l->channel->start != NULL) {
        attempt.now_ms = now_ms(s);
        if (!l->channel->start(&attempt, l))
            lane_end(s, l, &attempt);
        return true;
    }
    return l->channel->prepare(l) &&
           curl_easy_setopt(l->easy, CURLOPT_TIMEOUT_MS,
                            (long)s->options->timeout_ms) == CURLE_OK &&
           curl_multi_add_handle(s->multi, l->easy) == CURLM_OK;
}

/* False: no memory for a handle. */
static bool start_lanes(struct sending *s)
{
    int64_t spent_ms = (clock_now_us() - s->start_us) / 1000;
    if (spent_ms >= (TURNS_MOST - 1) * s->options->timeout_ms && spent_ms > 0)
        return true; /* what begins now would end too late */
    for (size_t i = 0; i < s->lane_count; i++) {
        struct lane *l = &s->lane[i];
        while (l->notice == NULL && (l->notice = lane_next(s, l)) != NULL)
            if (!lane_start(s, l))
                return false;
    }
    return true;
}

static void end_transfers(struct sending *s)
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

static void end_commands(struct sending *s)
{
    for (size_t i = 0; i < s->lane_count; i++) {
        struct lane *l = &s->lane[i];
        struct attempt attempt = {.retry_after_ms = -1, .now_ms = now_ms(s)};
        if (l->process.pid > 0 && l->channel->step(&attempt, l))
            lane_end(s, l, &attempt);
    }
}

static bool is_busy(const struct sending *s, bool *commands)
{
    bool busy = false;
    *commands = false;
    for (size_t i = 0; i < s->lane_count; i++) {
        busy = busy || s->lane[i].notice != NULL;
        *commands = *commands || s->lane[i].process.pid > 0;
    }
    return busy;
}

static bool is_interrupted(const struct sending *s)
{
    const struct notify_options *o = s->options;
    return o->interrupted != NULL && o->interrupted(o->context);
}

static bool run(struct sending *s, struct err *e)
{
    int running = 0;
    bool commands = false;
    while (!is_interrupted(s)) {
        if (!start_lanes(s) ||
            curl_multi_perform(s->multi, &running) != CURLM_OK)
            return err_set(e, POS_NONE, "libcurl gives no handle for sending");
        end_transfers(s);
        end_commands(s);
        bool before = is_busy(s, &commands);
        if (!before && !start_lanes(s))
            return err_set(e, POS_NONE, "libcurl gives no handle for sending");
        if (!is_busy(s, &commands))
            break;
        if (before)
            curl_multi_poll(s->multi, NULL, 0, commands ? COMMAND_MS : POLL_MS,
                            NULL);
    }
    return true;
}

bool notify_send(struct notice_row *notice, size_t count,
                 const struct watch *settings, struct arena *a,
                 const struct notify_options *options, struct err *e)
{
    struct sending s = {.notice = notice,
                        .count = count,
                        .options = options,
                        .arena = a,
                        .start_us = clock_now_us()};
    struct sigaction ignore = {.sa_handler = SIG_IGN}, before;
    make_lanes(&s, settings);
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        return err_set(e, POS_NONE, "libcurl does not start");
    sigaction(SIGPIPE, &ignore, &before); /* OpenSSL writes without asking */
    s.multi = curl_multi_init();
    bool ok = s.multi == NULL ? err_set(e, POS_NONE, "libcurl has no memory")
                              : run(&s, e);
    for (size_t i = 0; i < s.lane_count; i++)
        lane_clear(&s, &s.lane[i]);
    curl_multi_cleanup(s.multi);
    sigaction(SIGPIPE, &before, NULL);
    curl_global_cleanup();
    return ok;
}
