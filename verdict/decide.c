/* Production, deployment, and the matrix that joins them. */
#include <string.h>

#include "base/text.h"
#include "verdict/internal.h"

static void count_status(struct production_state *p, int status)
{
    p->total++;
    switch ((enum status)status) {
    case STATUS_PASS:
        p->passed++;
        break;
    case STATUS_DEGRADED:
        p->degraded++;
        break;
    case STATUS_FAIL:
        p->failed++;
        break;
    case STATUS_ERROR:
        p->errors++;
        break;
    case STATUS_BLOCKED:
        p->blocked++;
        break;
    case STATUS_SKIPPED:
        p->skipped++;
        break;
    }
}

/* What one result means for production; minor and info mean nothing. */
static int production_of(const struct result *r)
{
    bool critical = r->severity == SEVERITY_CRITICAL;
    if (!critical && r->severity != SEVERITY_MAJOR)
        return PRODUCTION_HEALTHY;
    switch ((enum status)r->status) {
    case STATUS_PASS:
        return PRODUCTION_HEALTHY;
    case STATUS_DEGRADED:
        return PRODUCTION_DEGRADED;
    case STATUS_FAIL:
        return critical ? PRODUCTION_DOWN : PRODUCTION_DEGRADED;
    case STATUS_ERROR:
    case STATUS_BLOCKED:
    case STATUS_SKIPPED:
        break;
    }
    return critical ? PRODUCTION_UNKNOWN : PRODUCTION_DEGRADED;
}

/* A failure that was seen outweighs what could not be told. */
static int worse_production(int a, int b)
{
    static const int rank[] = {[PRODUCTION_HEALTHY] = 0,
                               [PRODUCTION_DEGRADED] = 1,
                               [PRODUCTION_UNKNOWN] = 2,
                               [PRODUCTION_DOWN] = 3};
    return rank[a] >= rank[b] ? a : b;
}

static void explain_result(struct joining *j, const struct result *r)
{
    static const char *const became[] = {[STATUS_PASS] = "passed",
                                         [STATUS_DEGRADED] = "is degraded",
                                         [STATUS_FAIL] = "failed",
                                         [STATUS_ERROR] = "could not be judged",
                                         [STATUS_BLOCKED] = "was blocked",
                                         [STATUS_SKIPPED] = "was not judged"};
    add_reason(
        j, arena_printf(j->arena, "%s check '%s' %s: %s",
                        name_of(&severity_names, r->severity), r->id,
                        r->status < 0 ? "is not known" : became[r->status],
                        r->message == NULL ? "it was not run" : r->message));
}

void explain_passes(struct joining *j)
{
    const struct production_state *p = &j->record->production;
    if (p->total > 0 && p->passed == p->total)
        add_reason(j, "every check passed");
}

bool is_empty_shard(const struct joining *j)
{
    return j->in->shard.count > 0 && j->in->result_count == 0;
}

static const char *shard_name(const struct joining *j)
{
    return arena_printf(j->arena, "shard %lld of %lld",
                        (long long)j->in->shard.index,
                        (long long)j->in->shard.count);
}

void decide_production(struct joining *j)
{
    struct production_state *p = &j->record->production;
    p->state = PRODUCTION_HEALTHY;
    for (size_t i = 0; i < j->record->result_count; i++) {
        const struct result *r = &j->record->result[i];
        count_status(p, r->status);
        p->state = worse_production(p->state, production_of(r));
        if (r->status != STATUS_PASS)
            explain_result(j, r);
    }
    if (is_empty_shard(j)) {
        add_reason(j,
                   arena_printf(j->arena,
                                "%s has none of the %lld checks: what the "
                                "others say is not known here",
                                shard_name(j), (long long)j->in->shard.total));
        p->state = PRODUCTION_UNKNOWN;
    }
    for (size_t i = 0; i < j->in->gap_count; i++) {
        add_reason(j, j->in->gap[i]);
        p->state = worse_production(p->state, PRODUCTION_UNKNOWN);
    }
}

/* What a log proves; the overlap of runs speaks for itself. */
static const struct cause *proof(const struct joining *j, int deployment)
{
    const struct findings *logs = &j->record->logs;
    for (size_t i = 0; i < logs->cause_count; i++)
        if (logs->cause[i].deployment == deployment &&
            logs->cause[i].proof == NULL && !logs->cause[i].earlier)
            return &logs->cause[i];
    return NULL;
}

/*
 * A check that named no build proves neither the old one nor the new one.
 * Shipped is what has settled and was confirmed; in a single pass, what every
 * check that can tell responded from.
 */
static int state_from_answers(const struct joining *j)
{
    const struct tally *t = &j->tally;
    if (j->window.kind == WINDOW_CONFIRMED && j->in->gap_count == 0)
        return DEPLOYMENT_SHIPPED;
    if (t->other)
        return t->ours ? DEPLOYMENT_MIXED : DEPLOYMENT_STALE;
    if (j->window.kind != WINDOW_RUN || j->in->gap_count > 0)
        return DEPLOYMENT_UNKNOWN;
    return t->asked > 0 && t->told == t->asked ? DEPLOYMENT_SHIPPED
                                               : DEPLOYMENT_UNKNOWN;
}

static void explain_log(struct joining *j, const struct cause *c,
                        const char *what)
{
    const struct chain_link *at = c->chain_count > 0 ? &c->chain[0] : NULL;
    if (at == NULL)
        add_reason(j, arena_printf(j->arena, "%s: %s", what, c->title));
    else
        add_reason(j, arena_printf(j->arena, "%s: %s (%s:%lld)", what, c->title,
                                   at->file, (long long)at->line));
}

/* Each migration is one reason, however often it was edited. */
static bool is_told_before(const struct git_evidence *g, size_t index)
{
    const struct migration_edit *edit = &g->edit[index];
    for (size_t i = 0; i < index; i++)
        if (!g->edit[i].cosmetic && g->edit[i].deleted == edit->deleted &&
            g->edit[i].id != NULL && edit->id != NULL &&
            strcmp(g->edit[i].id, edit->id) == 0)
            return true;
    return false;
}

static void explain_edits(struct joining *j)
{
    const struct deploy_evidence *e = j->in->evidence;
    for (size_t i = 0, told = 0; e != NULL && i < e->git.edit_count && told < 3;
         i++) {
        const struct migration_edit *edit = &e->git.edit[i];
        if (edit->cosmetic || is_told_before(&e->git, i))
            continue;
        told++;
        add_reason(j, arena_printf(j->arena,
                                   "the migration %s was applied before, "
                                   "and has been %s since",
                                   edit->id,
                                   edit->deleted ? "deleted" : "edited"));
    }
}

/* Of the run, or else of the first check that names its own. */
static const char *expected_build(const struct joining *j)
{
    if (j->in->expected != NULL)
        return j->in->expected;
    for (size_t i = 0; i < j->in->result_count; i++)
        if (j->in->result[i].expected != NULL)
            return j->in->result[i].expected;
    return NULL;
}

/* All had their streak when the last of them had. */
static void note_settled(struct joining *j)
{
    struct deployment_state *d = &j->record->deployment;
    for (size_t i = 0; i < j->in->result_count; i++) {
        const struct result *r = &j->in->result[i];
        if (r->settled_ms > d->settled_ms)
            d->settled_ms = r->settled_ms;
        if (r->settled_after_us > d->settled_after_us)
            d->settled_after_us = r->settled_after_us;
    }
}

/*
 * The log outweighs the answers where it proves a failure, since a build can
 * answer while its migration is missing. A conflict does not: when every
 * answer comes from the expected build, the other deployment brought it.
 */
void decide_deployment(struct joining *j)
{
    struct deployment_state *d = &j->record->deployment;
    const struct cause *failed = proof(j, DEPLOYMENT_FAILED);
    const struct cause *conflict = proof(j, DEPLOYMENT_CONFLICT);
    const struct deployment_conflict *both = open_conflict(j);
    d->expected = expected_build(j);
    d->rollout = j->window.kind != WINDOW_RUN;
    d->streak = d->rollout ? j->window.last : 0;
    if (j->window.kind == WINDOW_CONFIRMED)
        note_settled(j);
    d->state = d->expected == NULL ? DEPLOYMENT_UNKNOWN : state_from_answers(j);
    if (d->expected != NULL)
        explain_answers(j);
    explain_conflicts(j);
    if (failed != NULL)
        explain_log(j, failed, "the deploy log reports a failure");
    explain_edits(j);
    if ((conflict != NULL || both != NULL) && d->state != DEPLOYMENT_SHIPPED)
        d->state = DEPLOYMENT_CONFLICT;
    else if (failed != NULL)
        d->state = DEPLOYMENT_FAILED;
}
