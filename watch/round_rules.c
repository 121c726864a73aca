/* One round: states first, then what they mean for the incident. */
#include "watch/internal.h"

void round_tell(struct watch_round *out, struct arena *a,
                const struct news *news)
{
    out->news = arena_grow(a, out->news, out->news_count, &out->news_cap,
                           sizeof(*out->news));
    out->news[out->news_count++] = *news;
}

void round_note(struct watch_round *out, struct arena *a, int witness,
                const char *text)
{
    out->event = arena_grow(a, out->event, out->event_count, &out->event_cap,
                            sizeof(*out->event));
    out->event[out->event_count++] = (struct event_row){
        .time_ms = out->now_ms,
        .incident = out->has_incident ? out->incident.id : NULL,
        .witness = witness,
        .source = "watch",
        .text = text};
}

/* News of the watcher itself, or of checks outside of any incident. */
static void tell_text(struct watch_round *out, struct arena *a, int transition,
                      const char *text)
{
    const struct news news = {
        .transition = transition, .title = text, .text = text};
    round_tell(out, a, &news);
}

/* Checks of one round that have the same news, for one message. */
struct gathered {
    const struct result *first;
    size_t others;
    int64_t since_ms;
};

static void gather(struct gathered *g, const struct result *r, int64_t since_ms)
{
    if (g->first != NULL)
        g->others++;
    else
        g->first = r;
    if (g->since_ms == 0 || since_ms < g->since_ms)
        g->since_ms = since_ms;
}

/* "Mail queue and 3 others" */
static const char *gathered_text(const struct gathered *g, struct arena *a)
{
    if (g->others == 0)
        return g->first->title;
    return arena_printf(a, "%s and %zu other%s", g->first->title, g->others,
                        g->others == 1 ? "" : "s");
}

struct round_news {
    struct gathered flapping, blind, sighted;
};

static void note_flapping(struct watch_round *out, struct arena *a,
                          struct gathered *g, const struct result *r,
                          const struct check_state *s, bool before)
{
    if (s->flapping == before)
        return;
    round_note(out, a, WITNESS_OBSERVED,
               arena_printf(a,
                            before ? "%s is calm again"
                                   : "%s changes between pass and fail "
                                     "repeatedly",
                            r->title));
    if (!before)
        gather(g, r, out->now_ms);
}

static void note_sight(struct round_news *news, const struct watch_inputs *in,
                       const struct result *r, struct check_state *s)
{
    bool blind = in->settings->blind > 0 && s->unjudged >= in->settings->blind;
    if (s->blind && s->unjudged == 0)
        gather(&news->sighted, r, 0);
    else if (!s->blind && blind)
        gather(&news->blind, r, s->unjudged_since_ms);
    else
        return;
    s->blind = blind;
}

static void tell_gathered(struct watch_round *out, struct arena *a,
                          const struct gathered *g, int transition,
                          const char *text)
{
    if (g->first == NULL)
        return;
    if (transition != TRANSITION_FLAPPING)
        round_note(out, a, WITNESS_OBSERVED, text);
    tell_text(out, a, transition, text);
}

static void tell_round(struct watch_round *out, struct arena *a,
                       const struct round_news *n)
{
    if (n->flapping.first != NULL)
        tell_gathered(out, a, &n->flapping, TRANSITION_FLAPPING,
                      arena_printf(a,
                                   "%s: changing between pass and fail "
                                   "repeatedly",
                                   gathered_text(&n->flapping, a)));
    if (n->blind.first != NULL)
        tell_gathered(out, a, &n->blind, TRANSITION_BLIND,
                      arena_printf(a, "%s: not judged since %s: %s",
                                   gathered_text(&n->blind, a),
                                   tell_time(a, n->blind.since_ms, out->now_ms),
                                   n->blind.first->message == NULL
                                       ? "no message"
                                       : n->blind.first->message));
    if (n->sighted.first != NULL)
        tell_gathered(
            out, a, &n->sighted, TRANSITION_SIGHTED,
            arena_printf(a, "%s: judged again", gathered_text(&n->sighted, a)));
}

/* Those that are known, and new ones. */
static void begin_states(struct watch_round *out, struct arena *a,
                         const struct watch_inputs *in)
{
    const struct record *r = in->record;
    struct by_check known;
    by_check_begin(&known, a, in->state_count);
    for (size_t i = 0; i < in->state_count; i++)
        by_check_add(&known, in->state[i].check, i);
    by_check_sort(&known);
    out->state = arena_array(a, r->result_count + 1, sizeof(*out->state));
    by_check_begin(&out->states, a, r->result_count);
    for (size_t i = 0; i < r->result_count; i++) {
        const char *check = r->result[i].id;
        size_t at = by_check_find(&known, check);
        out->state[i] = at == BY_CHECK_NONE
                            ? (struct check_state){.check = check}
                            : in->state[at];
        by_check_add(&out->states, check, i);
    }
    by_check_sort(&out->states);
    out->state_count = r->result_count;
}

static void add_results(struct watch_round *out, struct arena *a,
                        const struct watch_inputs *in)
{
    const struct record *r = in->record;
    struct round_news news = {.flapping = {.first = NULL}};
    begin_states(out, a, in);
    for (size_t i = 0; i < r->result_count; i++) {
        struct check_state *s = &out->state[i];
        const struct result *result = &r->result[i];
        bool before = s->flapping;
        enum outcome outcome = state_add(s, result, in->settings, out->now_ms);
        tracking_step(out, a, in, result, s, outcome);
        note_flapping(out, a, &news.flapping, result, s, before);
        note_sight(&news, in, result, s);
    }
    tell_round(out, a, &news);
}

/* The watcher slept, or the clock was set. */
static void tell_late(struct watch_round *out, struct arena *a,
                      const struct watch_inputs *in)
{
    if (in->last == NULL || in->last->id == 0)
        return;
    if (in->now_ms < in->last->started_ms) {
        round_note(out, a, WITNESS_OBSERVED,
                   "the clock went back; times continue from the last round");
        return;
    }
    if (in->now_ms - in->last->started_ms <= in->settings->late_ms)
        return;
    const char *text =
        arena_printf(a, "No monitoring data from %s to %s",
                     tell_time(a, in->last->started_ms, in->now_ms),
                     tell_time(a, in->now_ms, in->now_ms));
    round_note(out, a, WITNESS_INFERRED, text);
    tell_text(out, a, TRANSITION_LATE, text);
}

void watch_judge(struct watch_round *out, struct arena *a,
                 const struct watch_inputs *in)
{
    *out = (struct watch_round){.now_ms = in->now_ms};
    if (in->last != NULL && in->last->started_ms > out->now_ms)
        out->now_ms = in->last->started_ms;
    if (in->open != NULL) {
        out->incident = *in->open;
        out->has_incident = true;
    }
    tell_late(out, a, in);
    tracking_begin(out, a, in);
    add_results(out, a, in);
    tracking_end(out, a);
    incident_step(out, a, in);
}
