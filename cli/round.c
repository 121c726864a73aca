/* One asking of the checks, from the network to a record. */
#include "cli/round.h"

#include <string.h>

#include "base/clock.h"

bool round_fails_on(const struct options *o, const char *what)
{
    const struct texts *given = &o->given[OPTION_FAIL_ON];
    for (size_t i = 0; i < given->count; i++)
        if (strcmp(given->item[i], what) == 0)
            return true;
    return false;
}

/* A check may name the build that must respond to it. */
static bool names_builds(const struct plan *plan)
{
    for (size_t i = 0; i < plan->count; i++)
        if (plan->check[i].version != NULL && plan->check[i].identity != NULL)
            return true;
    return false;
}

bool round_set(struct round *r, void *context, bool patient, struct err *e)
{
    const struct options *o = r->asking->options;
    struct rollout *rollout = &r->asking->plan.rollout;
    bool limited =
        option_flag(o, OPTION_DEADLINE) || (patient && rollout->persists);
    bool defined = patient && rollout->pos.source != NULL;
    if (!asking_set(r->asking, &r->probe, e) ||
        !option_duration(o, OPTION_DEADLINE, &rollout->deadline_ms, e))
        return false;
    r->probe.on_response = asking_on_response;
    r->probe.on_result = asking_on_result;
    r->probe.context = context;
    r->probe.version = r->expected;
    r->probe.again_us = rollout->interval_ms * 1000;
    bool named = r->expected != NULL || names_builds(&r->asking->plan);
    if (named && (defined || limited))
        r->probe.rollout = rollout;
    r->probe.persists = limited && r->probe.rollout == NULL;
    r->limited = limited || r->probe.rollout != NULL;
    return true;
}

/* A check that has a build of its own does not ask for that of the run. */
static bool has_identity(const struct plan *plan)
{
    for (size_t i = 0; i < plan->count; i++)
        if (plan->check[i].identity != NULL && plan->check[i].version == NULL)
            return true;
    return false;
}

const char *round_version(const struct options *o, const struct plan *plan)
{
    return option_text(o, OPTION_EXPECT,
                       has_identity(plan) ? plan->rollout.version : NULL);
}

bool round_identified(const struct round *r, struct err *e)
{
    const struct plan *plan = r->whole != NULL ? r->whole : &r->asking->plan;
    const struct texts *from = &r->asking->checks;
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
static const struct check *with_borrowed(const struct round *r, size_t *count)
{
    const struct plan *ours = &r->asking->plan, *whole = r->whole;
    *count = ours->count;
    if (whole == NULL || r->probe.rollout == NULL || ours->count == 0)
        return ours->check;
    struct check *all =
        arena_array(r->asking->life, whole->count + 1, sizeof(*all));
    memcpy(all, ours->check, ours->count * sizeof(*all));
    for (size_t i = 0; i < whole->count; i++) {
        const struct check *c = &whole->check[i];
        if (c->identity != NULL && c->need_count == 0 && c->late == NULL &&
            !is_in(ours, c->id))
            all[(*count)++] = *c;
    }
    return all;
}

struct result *round_ask(struct round *r, struct err *e)
{
    struct asking *k = r->asking;
    size_t count = 0;
    const struct check *check = with_borrowed(r, &count);
    struct result *results = arena_array(k->life, count + 1, sizeof(*results));
    k->first = results;
    r->started_ms = clock_wall_ms();
    if (r->limited)
        r->probe.deadline_us =
            clock_now_us() + k->plan.rollout.deadline_ms * 1000;
    if (count > 0 && !probe_run(results, k->life, check, count, &r->probe, e))
        return NULL;
    for (size_t i = 0; k->plan.position != NULL && i < k->plan.count; i++)
        results[i].position = (int64_t)k->plan.position[i];
    return results;
}

struct verdict_inputs round_inputs(const struct round *r,
                                   const struct result *results)
{
    const struct asking *k = r->asking;
    return (struct verdict_inputs){
        .result = results,
        .result_count = k->plan.count,
        .expected = r->expected,
        .rollout = r->probe.rollout != NULL,
        .streak = k->plan.rollout.streak,
        .interrupted = asking_ended_by() == 0 ? 0 : 128 + asking_ended_by(),
        .fail_on_degraded = round_fails_on(k->options, "degraded"),
        .started_ms = r->started_ms,
        .finished_ms = clock_wall_ms(),
        .environment = {.check = k->checks.item,
                        .check_count = k->checks.count},
        .tool = {"postflight", POSTFLIGHT_VERSION, probe_library(k->life)},
        .shard = r->shard,
    };
}
