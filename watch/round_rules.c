/* One round: states first, then what they mean for the incident. */
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "watch/internal.h"

void round_tell(struct watch_round *out, struct arena *a, int transition,
                const char *text)
{
    out->news = arena_grow(a, out->news, out->news_count, &out->news_cap,
                           sizeof(*out->news));
    out->news[out->news_count++] = (struct news){transition, text};
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

/* Gives what is to be told of it; NULL: nothing new. */
static const char *note_flapping(struct watch_round *out, struct arena *a,
                                 const struct check_state *s, bool before)
{
    if (s->flapping == before)
        return NULL;
    const char *text =
        arena_printf(a,
                     before ? "%s is calm again"
                            : "%s changes between pass and fail too often",
                     s->check);
    round_note(out, a, WITNESS_OBSERVED, text);
    return before ? NULL : text;
}

static void add_results(struct watch_round *out, struct arena *a,
                        const struct watch_inputs *in)
{
    const struct record *r = in->record;
    const char *told = NULL; /* a round tells it once, of all checks */
    out->state = arena_array(a, r->result_count + 1, sizeof(*out->state));
    for (size_t i = 0; i < r->result_count; i++) {
        struct check_state *s = &out->state[out->state_count++];
        *s = (struct check_state){.check = r->result[i].id};
        for (size_t k = 0; k < in->state_count; k++)
            if (strcmp(in->state[k].check, s->check) == 0)
                *s = in->state[k];
        bool before = s->flapping;
        state_add(s, &r->result[i], in->settings, out->now_ms);
        const char *text = note_flapping(out, a, s, before);
        if (text != NULL)
            told = told == NULL ? text : arena_printf(a, "%s; %s", told, text);
    }
    if (told != NULL)
        round_tell(out, a, TRANSITION_FLAPPING, told);
}

/* The watcher slept, or the clock was set. */
static void tell_late(struct watch_round *out, struct arena *a,
                      const struct watch_inputs *in)
{
    struct buf span;
    if (in->last == NULL || in->last->id == 0)
        return;
    if (in->now_ms < in->last->started_ms) {
        round_note(out, a, WITNESS_OBSERVED,
                   "the clock went back; times go on from the round before");
        return;
    }
    int64_t pause = in->now_ms - in->last->started_ms;
    if (pause <= in->settings->late_ms)
        return;
    buf_init(&span, 100);
    text_duration(&span, pause * 1000);
    const char *text =
        arena_printf(a,
                     "the last round began %s ago; of the time between "
                     "nothing is known",
                     span.ptr);
    buf_release(&span);
    round_note(out, a, WITNESS_INFERRED, text);
    round_tell(out, a, TRANSITION_LATE, text);
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
    add_results(out, a, in);
    incident_go_on(out, a, in);
}
