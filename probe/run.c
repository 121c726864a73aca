/*
 * What the checks of a run come to: after each attempt, whether it is judged
 * now and what its check does next.
 */
#include "probe/run.h"

#include "base/clock.h"
#include "probe/kinds/probe_kind.h"

#define JUDGE_AT_ONCE_MAX ((size_t)64 * 1024)        /* bytes of one body */
#define HELD_MAX          ((size_t)32 * 1024 * 1024) /* of all held ones */

static void judge(struct run *r, struct transfer *t)
{
    if (!t->result->answered)
        return;
    t->response.head = buf_view(&t->head);
    t->response.body = buf_view(&t->body);
    t->response.now_ms = transfer_now_ms(t);
    const struct probe_kind *kind = probe_kind_of(t->check->kind);
    if (kind->read != NULL)
        kind->read(&t->response);
    expect_judge(t->result, memory_of(t, r->arena), t->check, &t->response);
    captures_take(t, r->arena, r->options);
    if (r->options->on_response != NULL && r->settling.pass != PASS_SETTLING)
        r->options->on_response(r->options->context, t->result, t->check,
                                &t->response);
}

/* With a rollout, a result is known when the whole run has ended. */
static bool is_final(const struct run *r, const struct transfer *t)
{
    bool left = r->settling.persists && t->result->status == STATUS_SKIPPED;
    return r->settling.rollout == NULL &&
           (!left || r->settling.pass == PASS_LAST);
}

static void report(struct run *r, struct transfer *t)
{
    buf_release(&t->head);
    buf_release(&t->body);
    gate_release(&t->gate);
    if (r->options->on_result != NULL && is_final(r, t))
        r->options->on_result(r->options->context, t->result);
}

bool run_has_time(const struct run *r)
{
    return r->options->deadline_us != 0 &&
           clock_now_us() < r->options->deadline_us;
}

/* Is this pass over, because it has settled, or has to settle again? */
static bool pass_is_over(const struct run *r)
{
    const struct settling *s = &r->settling;
    if (s->pass == PASS_SETTLING)
        return settling_is_done(s);
    return s->pass == PASS_CONFIRMING && s->broken && !r->hurried &&
           run_has_time(r);
}

/*
 * Judging a large body takes long enough to skew the timing of transfers that
 * are still under way, so where nothing depends on it, it waits for the loop
 * to end, within a bound.
 */
static bool may_wait(struct run *r, const struct transfer *t)
{
    return t->result->answered && t->body.len > JUDGE_AT_ONCE_MAX &&
           r->held + t->body.len <= HELD_MAX && !course_needs_judgement(t) &&
           t->result->http_status != 429 && t->result->http_status != 503;
}

enum next run_begin(struct run *r, struct transfer *t)
{
    if (pass_is_over(r))
        return NEXT_FINISH;
    return flow_begin(t, r->arena, &r->phase);
}

static void observe(struct run *r, struct transfer *t)
{
    if (t->whole->step_count == 0)
        course_observe(t, r->arena);
}

/* The attempt counts: what is next in this step? */
static enum next conclude(struct run *r, struct transfer *t)
{
    observe(r, t);
    if (addresses_next(t, memory_of(t, r->arena), t->result->expected)) {
        course_turn(t, &r->phase);
        return NEXT_HOP;
    }
    return course_next(t, r->arena, &r->phase);
}

/*
 * An attempt that was to be made once more is not made any more: it counts,
 * unless there is another that does.
 */
enum next run_over(struct run *r, struct transfer *t)
{
    bool shelved = t->shelved;
    enum next next = NEXT_LATER;
    t->shelved = t->calm = false;
    if (shelved && !course_drop(t))
        next = conclude(r, t);
    if (next == NEXT_HOP)
        return next;
    if (next == NEXT_LATER)
        course_end(t, r->arena);
    return flow_next(t, r->arena, &r->phase);
}

enum next run_ended(struct run *r, struct transfer *t)
{
    if (kind_of(t->check->kind)->has_url && t->result->answered &&
        hop_next(t, memory_of(t, r->arena)) == NEXT_HOP)
        return NEXT_HOP;
    t->judged = !may_wait(r, t);
    if (!t->judged) {
        r->held += t->body.len;
        return NEXT_FINISH;
    }
    judge(r, t);
    if (resume_again(t, memory_of(t, r->arena), &r->pause, &r->phase))
        return NEXT_HOP;
    enum next next = polite_next(t, memory_of(t, r->arena), &r->phase);
    t->shelved = next != NEXT_FINISH;
    if (next == NEXT_FINISH)
        next = conclude(r, t);
    if (next != NEXT_FINISH)
        return next;
    return flow_next(t, r->arena, &r->phase);
}

void run_done(struct run *r, struct transfer *t)
{
    if (t->judged || !t->result->answered)
        report(r, t);
}

bool run_hurries(struct run *r)
{
    const struct probe_options *o = r->options;
    if (!r->hurried && o->hurries != NULL)
        r->hurried = o->hurries(o->context);
    return r->hurried || pass_is_over(r);
}

bool run_may_hurry(const struct run *r)
{
    return r->options->hurries != NULL || r->settling.rollout != NULL;
}

bool run_is_interrupted(const struct run *r)
{
    const struct probe_options *o = r->options;
    return o->interrupted != NULL && o->interrupted(o->context);
}

/* Large bodies that were held are judged when nothing is under way. */
void run_judge_held(struct run *r)
{
    for (size_t i = 0; i < r->count; i++) {
        struct transfer *t = &r->transfer[i];
        if (t->result->answered && !t->judged && t->body.len > 0) {
            judge(r, t);
            observe(r, t);
            (void)course_next(t, r->arena, &r->phase);
            report(r, t);
        }
        buf_release(&t->head);
        buf_release(&t->body);
        gate_release(&t->gate);
    }
    r->held = 0;
}
