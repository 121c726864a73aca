/* How the checks stand, for somebody who watches. */
#include "base/clock.h"
#include "probe/transfer.h"

static enum probe_stage stage_of(const struct transfer *t)
{
    switch (t->state) {
    case TRANSFER_WAITING:
        return t->course.began_us == 0 ? PROBE_WAITS : PROBE_RESTS;
    case TRANSFER_DELAYED:
        return PROBE_RESTS;
    case TRANSFER_ACTIVE:
        return PROBE_ASKS;
    case TRANSFER_DONE:
        break;
    }
    bool later = t->settling->pass == PASS_SETTLING ||
                 t->settling->pass == PASS_CONFIRMING;
    if (later && t->result->status == STATUS_SKIPPED)
        return PROBE_WAITS; /* for the build */
    return PROBE_OVER;
}

static const char *last_reason(const struct result *r)
{
    const struct try_reason *last = NULL;
    for (size_t i = 0; i < r->reason_count; i++)
        if (last == NULL || r->reason[i].last_ms >= last->last_ms)
            last = &r->reason[i];
    return last == NULL ? NULL : last->reason;
}

void progress_tell(const struct transfer *t, size_t count,
                   const struct probe_options *o)
{
    struct arena scratch;
    int64_t now = clock_now_us();
    arena_init(&scratch);
    struct probe_progress *all = arena_array(&scratch, count + 1, sizeof(*all));
    for (size_t i = 0; i < count; i++) {
        const struct course *c = &t[i].course;
        all[i] = (struct probe_progress){
            .result = t[i].result,
            .stage = stage_of(&t[i]),
            .attempts = t[i].result->attempts,
            .elapsed_us = c->began_us == 0 ? 0 : now - c->began_us,
            .reason = last_reason(t[i].result),
            .streak = c->streak,
            .streak_wanted = c->asks_for_build ? o->rollout->streak : 0,
            .settling = t[i].settling->pass == PASS_SETTLING,
            .confirming = t[i].settling->pass == PASS_CONFIRMING,
        };
    }
    o->on_progress(o->context, all, count);
    arena_release(&scratch);
}
