/*
 * The course of a check through its attempts: patience, the rollout, and what
 * remains of both in the result.
 */
#include <string.h>

#include "base/clock.h"
#include "base/http_date.h"
#include "base/text.h"
#include "model/version.h"
#include "probe/transfer.h"

#define MS_US INT64_C(1000)

static int64_t earlier(int64_t a, int64_t b)
{
    return a == 0 || (b != 0 && b < a) ? b : a;
}

/* The deadline that counts now; 0: none. */
static int64_t deadline_of(const struct transfer *t,
                           const struct probe_options *o)
{
    int64_t deadline = t->flow.clearing ? 0 : o->deadline_us;
    return earlier(deadline, t->course.deadline_us);
}

void course_begin(struct transfer *t, const struct probe_options *o)
{
    struct course *c = &t->course;
    bool settling = t->settling->pass == PASS_SETTLING;
    c->began_us = clock_now_us();
    if (t->check->patience.deadline_ms > 0 && !settling)
        c->deadline_us = c->began_us + t->check->patience.deadline_ms * MS_US;
    c->asks_for_build = t->settling->rollout != NULL &&
                        t->result->expected != NULL &&
                        t->check->identity != NULL;
    course_attempt(t, o);
}

/* The result as it was before any attempt, but for what adds up. */
static void clear_result(struct result *r)
{
    r->status = STATUS_SKIPPED;
    r->cause = -1;
    r->phase = -1;
    r->answered = false;
    r->http_status = 0;
    r->body_bytes = 0;
    r->address = r->identity = r->content_type = r->body = r->message = NULL;
    r->identity_problem = NULL;
    r->expectation = NULL;
    r->expectation_count = 0;
    r->hop = NULL; /* an attempt that is kept has the list still */
    r->hop_count = r->hop_cap = 0;
    r->timing = (struct timing){0};
}

void course_turn(struct transfer *t, const struct probe_options *o)
{
    struct course *c = &t->course;
    int64_t now = clock_now_us(), deadline = deadline_of(t, o);
    clear_result(t->result);
    buf_clear(&t->head);
    buf_clear(&t->body);
    t->response = (struct response){0};
    t->request = (struct request){.url = t->check->url,
                                  .method = t->check->method,
                                  .body = t->check->body,
                                  .body_bytes = t->check->body_bytes,
                                  .header = t->check->header,
                                  .header_count = t->check->header_count};
    t->result->started_ms = transfer_now_ms(t);
    c->attempt_us = now;
    c->hops_us = 0;
    c->redirect_count = 0;
    c->timeout_ms = t->check->timeout_ms;
    c->cut = deadline != 0 && (deadline - now) / MS_US < c->timeout_ms;
    if (c->cut)
        c->timeout_ms = (deadline - now) / MS_US;
    if (c->timeout_ms < 1)
        c->timeout_ms = 1;
}

void course_attempt(struct transfer *t, const struct probe_options *o)
{
    t->course.address_count = t->course.turn = 0;
    t->course.more_addresses = false;
    t->course.redirect = NULL;
    t->course.redirect_cap = 0;
    t->result->each = NULL;
    t->result->each_count = t->result->each_cap = 0;
    course_turn(t, o);
}

bool course_needs_judgement(const struct transfer *t)
{
    return t->follower_count > 0 || t->settling->rollout != NULL ||
           t->settling->persists || t->course.address_count > 0 ||
           t->check->capture_count > 0 || t->whole->step_count > 0 ||
           t->check->patience.attempts > 1 || t->check->patience.passes > 1;
}

static bool has_passed(const struct result *r)
{
    return r->status == STATUS_PASS || r->status == STATUS_DEGRADED;
}

/* "HTTP 503", "timed out", or the expectation that was not met */
static const char *short_reason(struct arena *run, const struct result *r,
                                bool cut)
{
    if (cut && r->cause == CAUSE_TIMEOUT)
        return "ended by the deadline";
    if (r->answered && r->http_status >= 400)
        return arena_printf(run, "HTTP %lld", (long long)r->http_status);
    struct str rest;
    struct str text = str_from(r->message == NULL ? "not told" : r->message);
    if (!r->answered)
        text = str_cut(str_cut(text, ';', &rest), ':', &rest);
    size_t after = str_find(text, STR(" after "), 0);
    if (!r->answered && r->cause == CAUSE_TIMEOUT && after < text.len)
        text = str_sub(text, 0, after);
    return text_elide(run, text, 100);
}

static void count_reason(struct transfer *t, struct arena *run)
{
    struct result *r = t->result;
    const char *text = short_reason(memory_of(t, run), r, t->course.cut);
    for (size_t i = 0; i < r->reason_count; i++) {
        if (strcmp(r->reason[i].reason, text) != 0)
            continue;
        r->reason[i].count++;
        r->reason[i].last_ms = transfer_now_ms(t);
        return;
    }
    if (r->reason_count == 20)
        return; /* more than anybody reads */
    r->reason = arena_grow(run, r->reason, r->reason_count, &r->reason_cap,
                           sizeof(*r->reason));
    r->reason[r->reason_count++] = (struct try_reason){
        str_dup(run, str_from(text)), 1, transfer_now_ms(t)};
}

static unsigned class_of_answer(const struct result *r)
{
    if (r->http_status == 408 || r->http_status == 425 ||
        r->http_status == 429 || r->http_status >= 500)
        return 1u << RETRY_STATUS;
    if (r->http_status >= 400)
        return 1u << RETRY_4XX;
    return 1u << RETRY_ASSERTION;
}

/* What may be tried again, as a bit; 0: nothing that trying could mend. */
static unsigned retry_class(const struct result *r)
{
    if (r->status == STATUS_ERROR)
        return 0;
    switch (r->cause) {
    case CAUSE_ASSERTION:
        return class_of_answer(r);
    case CAUSE_MIGRATION: /* one may be running */
        return 1u << RETRY_ASSERTION;
    case CAUSE_TIMEOUT:
        return 1u << RETRY_TIMEOUT;
    case CAUSE_CONNECT:
        return 1u << RETRY_CONNECT;
    case CAUSE_CLOSED:
        return 1u << RETRY_CLOSED;
    case CAUSE_DNS:
        return 1u << RETRY_DNS;
    case CAUSE_TLS:
        return 1u << RETRY_TLS;
    case CAUSE_EXEC:
        return 1u << RETRY_EXEC;
    case CAUSE_PROTOCOL:
    case CAUSE_DECODE:
        return 1u << RETRY_PROTOCOL;
    default:
        return 0;
    }
}

int64_t course_requested_us(const struct transfer *t)
{
    int64_t ms =
        http_head_retry_after_ms(buf_view(&t->head), transfer_now_ms(t));
    return ms < 0 ? -1 : ms * MS_US;
}

int64_t course_wait_limit_us(const struct transfer *t,
                             const struct probe_options *o)
{
    int64_t deadline = deadline_of(t, o);
    if (deadline != 0)
        return deadline - clock_now_us();
    return t->check->patience.max_interval_ms * MS_US;
}

bool course_refuses_wait(struct transfer *t, const struct probe_options *o,
                         int64_t us)
{
    struct course *c = &t->course;
    c->requested_limit_us = course_wait_limit_us(t, o);
    c->requested_bounded = deadline_of(t, o) != 0;
    c->requested_us = us > c->requested_limit_us ? us : 0;
    return c->requested_us > 0;
}

/* A tenth up or down, so that many checks do not come back together. */
static int64_t jittered(int64_t us)
{
    int64_t part = clock_now_us() % 1000; /* of a clock that nobody steers */
    return us - us / 10 + us / 5 * part / 1000;
}

static int64_t patience_delay_us(struct transfer *t)
{
    const struct patience *p = &t->check->patience;
    struct course *c = &t->course;
    int64_t most = p->max_interval_ms * MS_US;
    c->delay_us = c->delay_us == 0 ? p->interval_ms * MS_US
                                   : c->delay_us / 1000 * p->backoff_milli;
    if (p->backoff_milli > 1000 && c->delay_us > most)
        c->delay_us = most;
    return p->backoff_milli > 1000 ? jittered(c->delay_us) : c->delay_us;
}

/* Later, unless the deadline comes before. */
static enum next later(struct transfer *t, const struct probe_options *o,
                       int64_t delay_us)
{
    int64_t deadline = deadline_of(t, o);
    t->due_us = clock_now_us() + delay_us;
    return deadline != 0 && t->due_us >= deadline ? NEXT_FINISH : NEXT_LATER;
}

/*
 * The same, and not before the time that the server requested; one that
 * requested more than it gets is not probed again.
 */
static enum next later_or_requested(struct transfer *t,
                                    const struct probe_options *o,
                                    int64_t delay_us)
{
    int64_t requested = course_requested_us(t);
    t->course.requested_us = 0;
    if (requested <= delay_us)
        return later(t, o, delay_us);
    if (course_refuses_wait(t, o, requested))
        return NEXT_FINISH;
    return later(t, o, requested);
}

/* While a run waits for more than this check, a longer wait is only cut. */
static enum next later_or_cut(struct transfer *t, const struct probe_options *o,
                              int64_t delay_us)
{
    int64_t most = t->check->patience.max_interval_ms * MS_US;
    if (later_or_requested(t, o, delay_us) == NEXT_LATER)
        return NEXT_LATER;
    return later(t, o, most > delay_us ? most : delay_us);
}

/* That an attempt was not waited for says nothing of the service. */
static bool was_cut_off(const struct course *c, const struct result *r)
{
    return c->cut && r->cause == CAUSE_TIMEOUT;
}

static enum next patience_next(struct transfer *t,
                               const struct probe_options *o)
{
    const struct patience *p = &t->check->patience;
    struct course *c = &t->course;
    bool passed = has_passed(t->result);
    c->attempts++;
    c->passes = passed ? c->passes + 1 : 0;
    if (!passed && !was_cut_off(c, t->result))
        c->failed_before = true;
    if (c->passes >= p->passes || c->attempts >= p->attempts)
        return NEXT_FINISH;
    if (passed)
        return later(t, o, p->interval_ms * MS_US);
    if ((retry_class(t->result) & p->retry) == 0)
        return NEXT_FINISH;
    return later_or_requested(t, o, patience_delay_us(t));
}

/* Beyond its own patience, what does not pass is probed until the run ends. */
enum next course_persist(struct transfer *t, const struct probe_options *o)
{
    if (!t->settling->persists || has_passed(t->result))
        return NEXT_FINISH;
    t->flow.clearing = false;
    t->course.deadline_us = 0;
    return later_or_cut(t, o, t->settling->again_us);
}

/* An attempt that our deadline ended says nothing of the service. */
void course_observe(struct transfer *t, struct arena *run)
{
    struct result *r = t->result;
    const struct course *c = &t->course;
    if (was_cut_off(c, r) || r->status == STATUS_SKIPPED ||
        r->status == STATUS_BLOCKED)
        return;
    const char *address = r->address;
    if (address == NULL && c->address_count > 0 && c->turn < c->address_count)
        address = c->address[c->turn];
    const struct observation o = {
        .check = r->id,
        .version = r->identity,
        .address = address,
        .status = r->status,
        .cause = r->cause,
        .reason = has_passed(r) ? NULL : short_reason(run, r, false),
        .answered = r->answered,
        .confirms = t->settling->pass == PASS_CONFIRMING,
        .count = 1,
        .first_ms = r->started_ms,
        .last_ms = r->started_ms + r->duration_us / 1000};
    observation_add(&r->seen, run, &o);
}

static bool is_expected(const struct result *r)
{
    return r->identity != NULL && version_matches(r->expected, r->identity);
}

/* It responded, and was not the expected build, whatever it was. */
static bool is_of_other_build(const struct result *r)
{
    return r->answered && !is_expected(r) &&
           (r->identity != NULL || has_passed(r));
}

/*
 * A flake of the transport is forgiven within a streak, and again after a
 * whole one; a response that did not pass, or from another build, never is.
 */
static void count_streak(struct transfer *t)
{
    struct course *c = &t->course;
    const struct rollout *rollout = t->settling->rollout;
    const struct result *r = t->result;
    if (r->status == STATUS_ERROR || was_cut_off(c, r))
        return; /* nothing was learned of the service */
    if (has_passed(r) && is_expected(r)) {
        c->streak++;
        if (++c->since_flake >= rollout->streak)
            c->flakes = 0;
        return;
    }
    c->since_flake = 0;
    if (r->answered || ++c->flakes > rollout->tolerate)
        c->streak = c->flakes = 0;
}

static void note_streak(struct transfer *t)
{
    struct settling *s = t->settling;
    struct course *c = &t->course;
    bool holds = c->streak >= s->rollout->streak;
    s->holding += (int64_t)holds - (int64_t)c->holds;
    c->holds = holds;
    if (!settling_is_done(s))
        return;
    s->settled_us = clock_now_us();
    s->settled_ms = transfer_now_ms(t);
}

/* Until all have settled; what others need is only probed until it passes. */
static enum next settling_next(struct transfer *t,
                               const struct probe_options *o)
{
    if (t->course.asks_for_build) {
        count_streak(t);
        note_streak(t);
    } else if (t->follower_count > 0 && has_passed(t->result)) {
        return NEXT_FINISH;
    }
    return later_or_cut(t, o, t->settling->again_us);
}

/* What is seen of a settled build may still unsettle it. */
static void note_confirmation(struct transfer *t, enum next next)
{
    const struct result *r = t->result;
    if (t->settling->pass != PASS_CONFIRMING || !t->course.asks_for_build)
        return;
    bool failed = next == NEXT_FINISH && r->status == STATUS_FAIL;
    if (failed || is_of_other_build(r))
        t->settling->broken = true;
}

/* What adds up over the attempts goes along with the one that counts. */
static void restore(struct result *r, const struct result *good)
{
    struct result now = *r;
    *r = *good;
    r->attempts = now.attempts;
    r->reason = now.reason;
    r->reason_count = now.reason_count;
    r->reason_cap = now.reason_cap;
    r->seen = now.seen;
}

bool course_drop(struct transfer *t)
{
    if (t->course.has_last)
        restore(t->result, &t->course.last);
    return t->course.has_last;
}

static void add_attempts(struct buf *text, const struct result *r, int64_t us)
{
    buf_printf(text, " (%lld attempts in ", (long long)r->attempts);
    text_duration(text, us);
    for (size_t i = 0; i < r->reason_count; i++)
        buf_printf(text, "%s%lldx %s", i == 0 ? ": " : ", ",
                   (long long)r->reason[i].count, r->reason[i].reason);
    buf_char(text, ')');
}

static void add_reasons(struct arena *run, struct result *r,
                        const struct course *c, int64_t began_us)
{
    struct buf text;
    buf_init(&text, 800);
    buf_text(&text, r->message == NULL ? "" : r->message);
    if (r->attempts > 1)
        add_attempts(&text, r, clock_now_us() - began_us);
    if (c->requested_us > 0)
        buf_printf(&text, "; the server requested a wait of %lld s, beyond %s",
                   (long long)(c->requested_us / 1000000),
                   c->requested_bounded ? "the deadline" : "the limit of ");
    if (c->requested_us > 0 && !c->requested_bounded)
        text_duration(&text, c->requested_limit_us);
    r->message = buf_take(run, &text);
}

void course_end(struct transfer *t, struct arena *run)
{
    struct result *r = t->result;
    const struct patience *p = &t->check->patience;
    struct course *c = &t->course;
    if (was_cut_off(c, r) && c->has_last)
        restore(r, &c->last);
    if (has_passed(r) && p->passes > 1 && c->passes < p->passes &&
        t->settling->pass != PASS_SETTLING) {
        r->status = STATUS_FAIL;
        r->cause = CAUSE_ASSERTION;
        r->message = arena_printf(run, "passed %lld times in a row, not %lld",
                                  (long long)c->passes, (long long)p->passes);
    }
    r->flaky = has_passed(r) && c->failed_before;
    int64_t began =
        t->settling->rollout == NULL ? c->began_us : t->settling->began_us;
    if (!has_passed(r) && (r->attempts > 1 || c->requested_us > 0))
        add_reasons(run, r, c, began);
}

enum next course_next(struct transfer *t, struct arena *run,
                      const struct probe_options *o)
{
    enum next next = NEXT_FINISH;
    t->result->attempts++;
    if (!has_passed(t->result))
        count_reason(t, run);
    next = t->settling->pass == PASS_SETTLING ? settling_next(t, o)
                                              : patience_next(t, o);
    note_confirmation(t, next);
    if (next == NEXT_FINISH && t->whole->step_count == 0)
        next = course_persist(t, o);
    if (next == NEXT_FINISH)
        course_end(t, run);
    t->course.last = *t->result;
    t->course.has_last = true;
    if (next == NEXT_LATER)
        memory_next(&t->memory);
    return next;
}
