/*
 * How a request went, for the pace of its host; and whether a failure counts.
 * One that happened while more of ours was going on at that host may be of our
 * own making, so it is tried once more, with nothing else going on there.
 */
#include <string.h>

#include "base/clock.h"
#include "base/http_date.h"
#include "base/text.h"
#include "probe/kinds/probe_kind.h"
#include "probe/queue.h"

#define NO_FAILURE PACE_FAILURES

static bool has_passed(const struct result *r)
{
    return r->status == STATUS_PASS || r->status == STATUS_DEGRADED;
}

static bool has_pace(const struct transfer *t)
{
    return probe_kind_of(t->check->kind)->reach != REACHES_PROGRAM;
}

/* 429, or 503 with Retry-After. */
static bool is_limited(const struct transfer *t)
{
    const struct result *r = t->result;
    if (!r->answered || !has_pace(t))
        return false;
    return r->http_status == 429 ||
           (r->http_status == 503 &&
            http_head_retry_after_ms(buf_view(&t->head), transfer_now_ms(t)) >=
                0);
}

static bool is_slow(const struct result *r)
{
    return r->timing.connect_us + r->timing.tls_us >= PACE_SLOW_US;
}

/* Does the host serve others of ours, so that it is there at all? */
static bool is_alive(const struct transfer *t)
{
    const struct host *h = t->host;
    return h->open > (t->connected ? 1 : 0) ||
           h->pace.connected_us >= t->ticket.began_us;
}

static enum pace_failure failure_without_answer(const struct transfer *t)
{
    const struct result *r = t->result;
    if (r->cause == CAUSE_CONNECT)
        return PACE_REFUSED;
    if (r->cause == CAUSE_TIMEOUT && r->phase == PHASE_CONNECT)
        return PACE_NO_CONNECT;
    if (r->cause == CAUSE_TIMEOUT && r->phase != PHASE_DNS)
        return PACE_NO_ANSWER;
    if (r->cause == CAUSE_CLOSED || handshake_was_broken(t))
        return PACE_CLOSED;
    return NO_FAILURE;
}

/* Nothing is wrong but how long it took. */
static bool is_only_late(const struct transfer *t)
{
    const struct result *r = t->result;
    const struct check *c = t->check;
    bool late = false;
    if (r->cause != CAUSE_ASSERTION ||
        r->expectation_count != c->expect_count + c->degraded_count)
        return false;
    for (size_t i = 0; i < r->expectation_count; i++) {
        const struct expect *e = i < c->expect_count
                                     ? &c->expect[i]
                                     : &c->degraded[i - c->expect_count];
        if (r->expectation[i].status == STATUS_PASS)
            continue;
        if (e->schema != NULL || e->query.kind != QUERY_DURATION)
            return false;
        late = true;
    }
    return late;
}

static enum pace_failure failure_of(const struct transfer *t)
{
    if (!t->result->answered)
        return failure_without_answer(t);
    return is_only_late(t) ? PACE_DELAYED : NO_FAILURE;
}

static enum pace_event event_without_answer(const struct transfer *t)
{
    enum pace_failure failure = failure_without_answer(t);
    bool connecting = failure == PACE_REFUSED || failure == PACE_NO_CONNECT;
    if (failure == NO_FAILURE)
        return PACE_NEITHER;
    if (connecting && !is_alive(t))
        return PACE_UNREACHED;
    if (!pace_may_retry(&t->host->pace, failure))
        return PACE_NEITHER; /* it fails so alone, too */
    if (failure == PACE_REFUSED || failure == PACE_CLOSED)
        return PACE_RESET;
    /* It may be busy with the others. */
    return pace_was_crowded(&t->host->pace, &t->ticket) ? PACE_SLOW
                                                        : PACE_NEITHER;
}

static enum pace_event event_of(const struct transfer *t)
{
    const struct result *r = t->result;
    if (!r->answered)
        return event_without_answer(t);
    if (is_limited(t))
        return PACE_LIMITED;
    if (is_slow(r))
        return PACE_SLOW;
    return r->http_status >= 500 ? PACE_NEITHER : PACE_GOOD;
}

void polite_tell(struct transfer *t, int64_t now_us)
{
    struct pace_state *s = &t->host->pace;
    if (!has_pace(t))
        return;
    if (t->result->answered || t->result->timing.connect_us > 0)
        connecting_done(t, now_us);
    enum pace_event event = event_of(t);
    bool overtaken =
        event == PACE_GOOD && pace_may_widen(s) && connecting_overtaken(t);
    pace_tell(s, &t->ticket, event, overtaken, now_us);
    host_list(t->host); /* it may be wider now */
}

/* Sending it twice does no harm (RFC 9110, 9.2.2), or it was not sent. */
static bool is_repeatable(const struct transfer *t)
{
    const char *last = t->request.method;
    return !t->connected ||
           kind_may_resend(t->check, last != NULL ? last : t->check->method);
}

static void add_limits(struct transfer *t, struct arena *run)
{
    const struct pace_state *s = &t->host->pace;
    struct buf text;
    if (s->limited < 2 || t->result->message == NULL)
        return;
    buf_init(&text, 1000);
    buf_printf(&text, "%s; %lld responses of %s were 429 or 503",
               t->result->message, (long long)s->limited, t->host->name);
    if (s->paused_us > 0) {
        buf_text(&text, "; it was paused for ");
        text_duration(&text, s->paused_us);
    }
    t->result->message = buf_take(run, &text);
}

/* What a server limits goes on when its pause is over. */
static enum next limited_next(struct transfer *t, struct arena *run,
                              const struct probe_options *o)
{
    struct pace_state *s = &t->host->pace;
    int64_t requested = course_requested_us(t);
    int64_t limit = course_wait_limit_us(t, o);
    bool ours = pace_pause(s, &t->ticket, requested, limit, o->deadline_us != 0,
                           clock_now_us());
    bool patient = t->check->patience.attempts > 1;
    if (ours && (!patient || pace_was_crowded(s, &t->ticket)))
        return NEXT_AGAIN;
    if (!course_refuses_wait(t, o, requested))
        add_limits(t, run);
    return NEXT_FINISH;
}

static bool is_our_burst(const struct transfer *t, enum pace_failure failure,
                         const struct probe_options *o)
{
    const struct pace_state *s = &t->host->pace;
    bool reached = failure == PACE_DELAYED || t->connected || is_alive(t);
    bool time = o->deadline_us == 0 || clock_now_us() < o->deadline_us;
    return reached && time && !(t->course.cut && failure == PACE_NO_ANSWER) &&
           pace_was_crowded(s, &t->ticket) && pace_may_retry(s, failure) &&
           is_repeatable(t);
}

enum next polite_next(struct transfer *t, struct arena *run,
                      const struct probe_options *o)
{
    if (!has_pace(t))
        return NEXT_FINISH;
    enum pace_failure failure = failure_of(t);
    bool slow = t->failure == PACE_NO_CONNECT && is_slow(t->result);
    if (t->calm)
        pace_retried(&t->host->pace, t->failure, failure != NO_FAILURE || slow,
                     t->result->duration_us);
    bool again = !t->calm && failure != NO_FAILURE;
    t->calm = false;
    if (is_limited(t) && !has_passed(t->result))
        return limited_next(t, run, o);
    if (!again || !is_our_burst(t, failure, o))
        return NEXT_FINISH;
    t->failure = failure;
    t->calm = true;
    return NEXT_ALONE;
}

bool polite_is_vain(const struct transfer *t)
{
    return t->calm && !pace_may_retry(&t->host->pace, t->failure);
}

bool polite_preempts(const struct transfer *t)
{
    const struct pace_state *s = &t->host->pace;
    bool request = probe_kind_of(t->check->kind)->requests;
    return request && !t->calm && t->course.redirect_count == 0 &&
           is_alive(t) && pace_was_crowded(s, &t->ticket) &&
           pace_may_retry(s, PACE_NO_CONNECT);
}

void pace_notes(const struct pace *p,
                void (*note)(void *context, const char *text), void *context)
{
    for (const struct host *h = p->host; h != NULL; h = h->next) {
        struct buf text;
        if (h->pace.limited == 0)
            continue;
        buf_init(&text, 700);
        buf_printf(&text, "%lld %s of %s %s 429 or 503 with Retry-After",
                   (long long)h->pace.limited,
                   h->pace.limited == 1 ? "response" : "responses", h->name,
                   h->pace.limited == 1 ? "was" : "were");
        if (h->pace.paused_us > 0) {
            buf_text(&text, "; the host was paused for ");
            text_duration(&text, h->pace.paused_us);
        }
        buf_text(&text, "; --rate N keeps below its limit");
        note(context, text.ptr);
        buf_release(&text);
    }
}
