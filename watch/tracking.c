/* Episodes, round by round: they begin, continue, alarm and end. */
#include "watch/internal.h"

static struct tracked_episode *add(struct watch_round *out, struct arena *a)
{
    out->episode = arena_grow(a, out->episode, out->episode_count,
                              &out->episode_cap, sizeof(*out->episode));
    struct tracked_episode *t = &out->episode[out->episode_count++];
    *t = (struct tracked_episode){.changed = false};
    return t;
}

void tracking_begin(struct watch_round *out, struct arena *a,
                    const struct watch_inputs *in)
{
    by_check_begin(&out->ongoing, a, in->episode_count);
    for (size_t i = 0; i < in->episode_count; i++) {
        add(out, a)->is = in->episode[i];
        if (in->episode[i].to_ms == 0)
            by_check_add(&out->ongoing, in->episode[i].check, i);
    }
    by_check_sort(&out->ongoing);
}

/* A check has one result in a round, so what begins in it is never asked for.
 */
static struct tracked_episode *ongoing(struct watch_round *out,
                                       const char *check)
{
    size_t at = by_check_find(&out->ongoing, check);
    return at == BY_CHECK_NONE ? NULL : &out->episode[at];
}

/* A check with several attempts has several responses in a round. */
static void count_answers(struct episode *e, const struct result *r)
{
    int64_t failed = r->window.failed > 0 ? r->window.failed : 1;
    e->rounds++;
    e->failed += failed;
    e->answers += r->window.answers > failed ? r->window.answers : failed;
}

static void take_failure(struct tracked_episode *t, const struct result *r,
                         int64_t now_ms)
{
    struct episode *e = &t->is;
    int severity = state_severity(r);
    t->changed = true;
    t->rose = e->alarm_ms != 0 && severity < e->last_severity;
    if (severity < e->severity)
        e->severity = severity;
    if (r->status > e->worst)
        e->worst = r->status;
    e->last_severity = severity;
    e->title = r->title;
    e->last_ms = now_ms;
    e->http_status = r->http_status;
    e->last_failure = r->message;
    count_answers(e, r);
}

static struct tracked_episode *begin(struct watch_round *out, struct arena *a,
                                     const struct result *r)
{
    struct tracked_episode *t = add(out, a);
    t->is = (struct episode){.check = r->id,
                             .region = "",
                             .severity = state_severity(r),
                             .last_severity = state_severity(r),
                             .worst = r->status,
                             .from_ms = out->now_ms,
                             .first_failure = r->message};
    return t;
}

static void end(struct tracked_episode *t, int64_t now_ms)
{
    t->is.to_ms = now_ms > t->is.last_ms ? now_ms : t->is.last_ms;
    t->changed = t->ended = true;
}

void tracking_step(struct watch_round *out, struct arena *a,
                   const struct watch_inputs *in, const struct result *r,
                   const struct check_state *s, enum outcome outcome)
{
    struct tracked_episode *t = ongoing(out, r->id);
    if (outcome == OUTCOME_UNJUDGED)
        return;
    if (outcome == OUTCOME_PASSED) {
        if (t != NULL)
            end(t, out->now_ms);
        return;
    }
    if (t == NULL)
        t = begin(out, a, r);
    take_failure(t, r, out->now_ms);
    if (t->is.alarm_ms == 0 && state_alarms(s, r, in->settings)) {
        t->is.alarm_ms = out->now_ms;
        t->alarmed = true;
        t->rose = false;
    }
}

void tracking_end(struct watch_round *out, struct arena *a)
{
    for (size_t i = 0; i < out->episode_count; i++) {
        struct tracked_episode *t = &out->episode[i];
        if (t->is.to_ms != 0 ||
            by_check_find(&out->states, t->is.check) != BY_CHECK_NONE)
            continue;
        end(t, out->now_ms);
        t->ended = false; /* it did not recover */
        round_note(out, a, WITNESS_OBSERVED,
                   arena_printf(a, "%s is no longer defined", t->is.check));
    }
}
