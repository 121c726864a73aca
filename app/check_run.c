/* One run of the checks, from the network to what a verdict starts from. */
#include "app/check_run.h"

#include <string.h>

#include "app/interrupt.h"
#include "base/clock.h"
#include "base/text.h"

#define JUMP_MS 1000 /* less is only steered */

/* A check may name the build that must respond to it. */
static bool names_builds(const struct plan *plan)
{
    for (size_t i = 0; i < plan->count; i++)
        if (plan->check[i].version != NULL && plan->check[i].identity != NULL)
            return true;
    return false;
}

void check_run_set(struct check_run *r, void *context, bool patient)
{
    const struct settings *s = r->probing->settings;
    struct rollout *rollout = &r->probing->plan.rollout;
    bool limited = s->deadline_ms > 0 || (patient && rollout->persists);
    bool defined = patient && rollout->pos.source != NULL;
    probing_set(r->probing, &r->probe);
    if (s->deadline_ms > 0)
        rollout->deadline_ms = s->deadline_ms;
    r->probe.on_response = probing_on_response;
    r->probe.on_result = probing_on_result;
    r->probe.context = context;
    r->probe.version = r->expected;
    r->probe.again_us = rollout->interval_ms * 1000;
    bool named = r->expected != NULL || names_builds(&r->probing->plan);
    if (named && (defined || limited))
        r->probe.rollout = rollout;
    r->probe.persists = limited && r->probe.rollout == NULL;
    r->limited = limited || r->probe.rollout != NULL;
}

/* A check that has a build of its own does not wait for that of the run. */
static bool has_identity(const struct plan *plan)
{
    for (size_t i = 0; i < plan->count; i++)
        if (plan->check[i].identity != NULL && plan->check[i].version == NULL)
            return true;
    return false;
}

const char *check_run_version(const struct settings *s, const struct plan *plan)
{
    if (s->expect != NULL)
        return s->expect;
    return has_identity(plan) ? plan->rollout.version : NULL;
}

bool check_run_identified(const struct check_run *r, struct err *e)
{
    const struct plan *plan = r->whole != NULL ? r->whole : &r->probing->plan;
    const struct texts *from = &r->probing->checks;
    struct pos pos = plan->count > 0 ? plan->check[0].pos : POS_NONE;
    if (r->expected == NULL || has_identity(plan))
        return true;
    for (size_t i = 0; i < plan->count; i++)
        if (plan->check[i].identity != NULL)
            return err_set(e, plan->check[i].pos,
                           "build '%.60s' is expected, but every check with "
                           "an 'identity' has a 'version' of its own",
                           r->expected);
    if (from->count > 0 && strstr(from->item[0], "://") != NULL)
        pos = POS_NONE; /* it is in no file */
    if (from->count == 1 && pos.source != NULL)
        return err_set(e, pos,
                       "build '%.60s' is expected, but no check of %.100s has "
                       "an 'identity' to read the serving build from; add for "
                       "example: identity: jsonpath \"$.commit\"",
                       r->expected, from->item[0]);
    return err_set(e, pos,
                   "build '%.60s' is expected, but no check has an 'identity' "
                   "to read the serving build from; add for example: "
                   "identity: jsonpath \"$.commit\"",
                   r->expected);
}

static bool is_in(const struct plan *plan, const char *id)
{
    for (size_t i = 0; i < plan->count; i++)
        if (strcmp(plan->check[i].id, id) == 0)
            return true;
    return false;
}

/*
 * A shard settles on what the whole run settles on: checks of others that can
 * tell the build are probed beside its own, and have no place in its record.
 */
static const struct check *with_borrowed(const struct check_run *r,
                                         size_t *count)
{
    const struct plan *ours = &r->probing->plan, *whole = r->whole;
    *count = ours->count;
    if (whole == NULL || r->probe.rollout == NULL || ours->count == 0)
        return ours->check;
    struct check *all =
        arena_array(r->probing->life, whole->count + 1, sizeof(*all));
    memcpy(all, ours->check, ours->count * sizeof(*all));
    for (size_t i = 0; i < whole->count; i++) {
        const struct check *c = &whole->check[i];
        if (c->identity != NULL && c->need_count == 0 && c->late == NULL &&
            !is_in(ours, c->id))
            all[(*count)++] = *c;
    }
    return all;
}

struct result *check_run_probe(struct check_run *r, struct err *e)
{
    struct probing *p = r->probing;
    size_t count = 0;
    const struct check *check = with_borrowed(r, &count);
    struct result *results = arena_array(p->life, count + 1, sizeof(*results));
    p->first = results;
    r->clock = clock_anchor();
    r->probe.clock = &r->clock;
    if (r->limited)
        r->probe.deadline_us =
            clock_now_us() + p->plan.rollout.deadline_ms * 1000;
    if (count > 0 && !probe_run(results, p->life, check, count, &r->probe, e))
        return NULL;
    for (size_t i = 0; p->plan.position != NULL && i < p->plan.count; i++)
        results[i].position = (int64_t)p->plan.position[i];
    return results;
}

/* Nothing here depends on it, but what others logged meanwhile may. */
static void note_jump(const struct check_run *r)
{
    int64_t ms = clock_jump_ms(&r->clock);
    struct buf text;
    if (ms > -JUMP_MS && ms < JUMP_MS)
        return;
    buf_init(&text, 200);
    buf_printf(&text, "warning: the clock of this machine was set %s by ",
               ms < 0 ? "back" : "forward");
    text_duration(&text, (ms < 0 ? -ms : ms) * 1000);
    buf_text(&text, " during the run; its times are counted from its start");
    notes_line(r->probing->notes, text.ptr);
    buf_release(&text);
}

struct verdict_inputs check_run_inputs(const struct check_run *r,
                                       const struct result *results)
{
    const struct probing *p = r->probing;
    note_jump(r);
    return (struct verdict_inputs){
        .result = results,
        .result_count = p->plan.count,
        .expected = r->expected,
        .rollout = r->probe.rollout != NULL,
        .streak = p->plan.rollout.streak,
        .interrupted = interrupt_came(NULL) ? 128 + interrupt_signal() : 0,
        .fail_on_degraded = settings_fail_on(p->settings, "degraded"),
        .started_ms = r->clock.wall_ms,
        .finished_ms = clock_anchored_ms(&r->clock),
        .environment = {.check = p->checks.item,
                        .check_count = p->checks.count},
        .tool = {"postflight", p->settings->version, probe_library(p->life)},
        .shard = r->shard,
    };
}
