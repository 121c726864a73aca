/*
 * What a check asks, one thing after the other: itself, or its steps. Names
 * that were captured get their values here. The result is that of the first
 * step that did not pass, with the rows of all.
 */
#include "base/clock.h"
#include "probe/transfer.h"

static bool has_passed(const struct result *r)
{
    return r->status == STATUS_PASS || r->status == STATUS_DEGRADED;
}

static bool is_final(const struct check *c, size_t step)
{
    return step >= c->step_count - c->finally_count;
}

/* Sets what is asked; false when the values do not make a request of it. */
static bool set_check(struct transfer *t, struct arena *run,
                      const struct check *c,
                      const struct probe_options *options)
{
    const struct captured *value = NULL;
    const char *why = "nobody binds its values";
    t->check = c;
    if (c->late == NULL)
        return true;
    size_t count = captures_gather(t, run, &value);
    const struct check *bound =
        options->bind == NULL
            ? NULL
            : options->bind(options->context, run, c, value, count, &why);
    if (bound == NULL) {
        t->result->status = STATUS_FAIL;
        t->result->cause = CAUSE_ASSERTION;
        t->result->message = arena_printf(
            run, "cannot be asked with what was captured: %s", why);
        return false;
    }
    t->check = bound;
    t->result->url = bound->url;
    t->result->reproduce = reproduce_line(run, bound);
    return true;
}

/* A fresh course; cookies go along. */
static bool enter_step(struct transfer *t, struct arena *run,
                       const struct probe_options *options)
{
    const struct check *step = &t->whole->step[t->flow.step];
    struct result *r = t->result;
    t->flow.clearing = is_final(t->whole, t->flow.step);
    t->flow.step_us = clock_now_us();
    t->course = (struct course){.began_us = 0};
    r->attempts = 0;
    r->reason = NULL;
    r->reason_count = r->reason_cap = 0;
    r->flaky = false;
    r->insecure = step->transport.insecure;
    r->url = step->url;
    r->reproduce = step->late == NULL ? reproduce_line(run, step) : NULL;
    if (!set_check(t, run, step, options))
        return false;
    course_begin(t, options);
    return true;
}

static void keep_expectations(struct transfer *t, struct arena *run)
{
    struct flow *f = &t->flow;
    for (size_t i = 0; i < t->result->expectation_count; i++) {
        f->expectation =
            arena_grow(run, f->expectation, f->expectation_count,
                       &f->expectation_cap, sizeof(*f->expectation));
        f->expectation[f->expectation_count++] = t->result->expectation[i];
    }
}

/* Failures before degraded steps before what passed; the first of its kind. */
static bool is_worse(const struct transfer *t)
{
    const struct result *now = t->result, *worst = &t->flow.worst;
    if (!t->flow.has_worst)
        return true;
    if (has_passed(now) && has_passed(worst))
        return worst->status == STATUS_PASS;
    return has_passed(worst);
}

/* What came of the step that was asked, or could not be. */
static void end_step(struct transfer *t, struct arena *run)
{
    struct result *r = t->result;
    struct step *row = &r->step[t->flow.step];
    row->url = r->url;
    row->title = t->check->title; /* of a bound step: with its values */
    row->status = r->status;
    row->http_status = r->http_status;
    row->duration_us = clock_now_us() - t->flow.step_us;
    row->message = r->message;
    t->flow.attempts += r->attempts;
    keep_expectations(t, run);
    if (!has_passed(r))
        r->message =
            arena_printf(run, "step %zu of %zu, %s: %s", t->flow.step + 1,
                         t->whole->step_count, row->title,
                         r->message == NULL ? "it did not pass" : r->message);
    bool flaky = r->flaky || t->flow.worst.flaky;
    bool insecure = r->insecure || t->flow.worst.insecure;
    if (is_worse(t))
        t->flow.worst = *r;
    t->flow.has_worst = true;
    t->flow.worst.flaky = flaky;
    t->flow.worst.insecure = insecure;
}

static void end_flow(struct transfer *t)
{
    struct result *r = t->result;
    struct step *step = r->step;
    *r = t->flow.worst;
    r->step = step;
    r->started_ms = t->flow.began_ms;
    r->duration_us = clock_now_us() - t->flow.began_us;
    r->attempts = t->flow.attempts;
    r->flaky = (r->flaky || t->flow.failed_before) && has_passed(r);
    r->expectation = t->flow.expectation;
    r->expectation_count = t->flow.expectation_count;
    t->check = t->whole;
}

/* The step after this one: none is left out but what a failure makes vain. */
static size_t step_after(const struct transfer *t)
{
    const struct check *c = t->whole;
    if (has_passed(t->result) || is_final(c, t->flow.step))
        return t->flow.step + 1;
    return c->step_count - c->finally_count;
}

static void clear_between(struct result *r)
{
    r->status = STATUS_SKIPPED;
    r->cause = r->phase = -1;
    r->answered = false;
    r->http_status = 0;
    r->message = r->address = r->body = r->content_type = NULL;
    r->identity_problem = NULL;
    r->expectation = NULL;
    r->expectation_count = 0;
}

/* A clean-up that cannot be asked after a failure has nothing to clean. */
static void end_without_asking(struct transfer *t, struct arena *run)
{
    struct step *row = &t->result->step[t->flow.step];
    bool vain = is_final(t->whole, t->flow.step) && t->flow.has_worst &&
                !has_passed(&t->flow.worst);
    if (vain)
        row->message = t->result->message;
    else
        end_step(t, run);
}

/* A flow that did not pass may be begun again, from its first step. */
static enum next end_whole(struct transfer *t, struct arena *run,
                           const struct probe_options *options)
{
    end_flow(t);
    course_observe(t, run);
    enum next next = course_persist(t, options);
    if (next == NEXT_FINISH)
        return next;
    curl_slist_free_all(t->cookies);
    t->cookies = NULL;
    t->flow =
        (struct flow){.attempts = t->flow.attempts, .failed_before = true};
    t->course = (struct course){.began_us = 0};
    return next;
}

static enum next go_to(struct transfer *t, struct arena *run, size_t step,
                       const struct probe_options *options)
{
    for (; step < t->whole->step_count; step = step_after(t)) {
        t->flow.step = step;
        clear_between(t->result);
        if (enter_step(t, run, options))
            return NEXT_HOP;
        end_without_asking(t, run);
    }
    return end_whole(t, run, options);
}

enum next flow_begin(struct transfer *t, struct arena *run,
                     const struct probe_options *options)
{
    const struct check *c = t->whole;
    t->flow.began_us = clock_now_us();
    t->flow.began_ms = t->result->started_ms = transfer_now_ms(t);
    if (c->step_count > 0) {
        struct step *all = arena_array(run, c->step_count, sizeof(*all));
        for (size_t i = 0; i < c->step_count; i++)
            all[i] = (struct step){.title = c->step[i].title,
                                   .url = c->step[i].url,
                                   .status = STATUS_SKIPPED};
        t->result->step = all;
        t->result->step_count = c->step_count;
        return go_to(t, run, 0, options);
    }
    if (!set_check(t, run, c, options))
        return NEXT_FINISH;
    course_begin(t, options);
    return NEXT_HOP;
}

enum next flow_next(struct transfer *t, struct arena *run,
                    const struct probe_options *options)
{
    if (t->whole->step_count == 0)
        return NEXT_FINISH;
    if (t->easy != NULL && kind_of(t->check->kind)->has_url)
        hop_keep_cookies(t);
    end_step(t, run);
    return go_to(t, run, step_after(t), options);
}
