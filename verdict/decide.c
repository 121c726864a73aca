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
    return PRODUCTION_UNKNOWN;
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
    add_reason(j, arena_printf(j->arena, "%s check '%s' %s: %s",
                               name_of(&severity_names, r->severity), r->id,
                               r->status == STATUS_DEGRADED ? "is degraded"
                               : r->status == STATUS_FAIL   ? "failed"
                                                          : "could not be told",
                               r->message == NULL ? "not run" : r->message));
}

static bool is_empty_shard(const struct joining *j)
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
    for (size_t i = 0; i < j->in->result_count; i++) {
        const struct result *r = &j->in->result[i];
        count_status(p, r->status);
        p->state = worse_production(p->state, production_of(r));
        if (r->status != STATUS_PASS)
            explain_result(j, r);
    }
    if (p->total > 0 && p->passed == p->total)
        add_reason(j, "every check passed");
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

static const struct cause *proof(const struct joining *j, int deployment)
{
    for (size_t i = 0; j->in->logs != NULL && i < j->in->logs->cause_count; i++)
        if (j->in->logs->cause[i].deployment == deployment)
            return &j->in->logs->cause[i];
    return NULL;
}

/* A check that stayed silent proves neither the old build nor the new one. */
static int state_from_answers(const struct joining *j, const struct tally *t)
{
    bool all = t->answered > 0 && t->answered == t->asked;
    if (t->other)
        return t->ours ? DEPLOYMENT_MIXED : DEPLOYMENT_STALE;
    if (j->in->rollout)
        all = all && t->settled == t->asked;
    all = all && j->in->gap_count == 0;
    return all ? DEPLOYMENT_SHIPPED : DEPLOYMENT_UNKNOWN;
}

static const char *first_other(const struct deployment_state *d)
{
    for (size_t i = 0; i < d->observed_count; i++)
        if (!d->observed[i].expected)
            return d->observed[i].version == NULL
                       ? "a build that does not tell its version"
                       : d->observed[i].version;
    return "no other build";
}

static const char *rollout_text(const struct joining *j, const struct tally *t)
{
    const struct deployment_state *d = &j->record->deployment;
    struct buf text;
    buf_init(&text, 600);
    if (t->settled == t->asked) {
        buf_printf(&text, "the rollout settled on %s after ", d->expected);
        text_duration(&text, d->settled_after_us);
        buf_printf(&text, ": %lld of %lld answers came from it",
                   (long long)t->answers_expected, (long long)t->answers);
    } else {
        buf_printf(&text,
                   "the rollout has not settled: %lld of %lld answers came "
                   "from %s",
                   (long long)t->answers_expected, (long long)t->answers,
                   d->expected);
        if (t->answers_expected < t->answers)
            buf_printf(&text, ", others from %s", first_other(d));
    }
    const char *shown = buf_dup(j->arena, &text);
    buf_release(&text);
    return shown;
}

static const char *answers_text(const struct joining *j, const struct tally *t)
{
    const struct deployment_state *d = &j->record->deployment;
    if (t->asked == 0 && j->in->shard.count > 0)
        return arena_printf(j->arena,
                            "no check of %s can tell whether %s is serving: "
                            "the others are asked",
                            shard_name(j), d->expected);
    if (t->answered == 0)
        return arena_printf(j->arena,
                            "no answer told which build is serving; expected "
                            "%s",
                            d->expected);
    if (j->in->rollout)
        return rollout_text(j, t);
    if (t->expected == t->asked)
        return arena_printf(j->arena,
                            "every check that tells its build answered from "
                            "%s",
                            d->expected);
    if (!t->ours)
        return arena_printf(j->arena, "the build that answers is %s, not %s",
                            first_other(d), d->expected);
    return arena_printf(j->arena,
                        "%zu of %zu checks that tell their build answered "
                        "from %s, %s%s",
                        t->expected, t->asked, d->expected,
                        t->other ? "others from " : "the others did not tell",
                        t->other ? first_other(d) : "");
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

/* The last two runs that held one target at once, or NULL. */
static const struct deployment_conflict *overlap(const struct joining *j)
{
    const struct deploy_evidence *e = j->in->evidence;
    return e == NULL || e->conflict_count == 0
               ? NULL
               : &e->conflict[e->conflict_count - 1];
}

static void explain_overlap(struct joining *j,
                            const struct deployment_conflict *c)
{
    struct buf span;
    buf_init(&span, 60);
    text_duration(&span, c->overlap_ms * 1000);
    add_reason(j, arena_printf(j->arena,
                               "runs %s and %s deployed to %s at the same "
                               "time, for %s",
                               c->first, c->second, c->target, span.ptr));
    buf_release(&span);
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
    const struct deployment_conflict *both = overlap(j);
    struct tally t = observe_answers(j);
    j->asks_build = t.asked > 0;
    d->expected = j->in->expected;
    d->rollout = j->in->rollout;
    d->state =
        d->expected == NULL ? DEPLOYMENT_UNKNOWN : state_from_answers(j, &t);
    if (d->expected != NULL)
        add_reason(j, answers_text(j, &t));
    if (conflict != NULL)
        explain_log(j, conflict, "the deploy log holds a conflict");
    if (both != NULL)
        explain_overlap(j, both);
    if (failed != NULL)
        explain_log(j, failed, "the deploy log holds a fatal cause");
    explain_edits(j);
    if ((conflict != NULL || both != NULL) && d->state != DEPLOYMENT_SHIPPED)
        d->state = DEPLOYMENT_CONFLICT;
    else if (failed != NULL)
        d->state = DEPLOYMENT_FAILED;
}

struct outcome {
    enum verdict verdict;
    enum advice advice;
    enum exit_code exit;
};

static bool is_out(int deployment)
{
    return deployment == DEPLOYMENT_SHIPPED || deployment == DEPLOYMENT_UNKNOWN;
}

static struct outcome when_down(int deployment)
{
    bool wait =
        deployment == DEPLOYMENT_CONFLICT || deployment == DEPLOYMENT_MIXED;
    return (struct outcome){VERDICT_UNHEALTHY,
                            wait ? ADVICE_WAIT : ADVICE_ROLL_BACK,
                            EXIT_UNHEALTHY};
}

/*
 * The matrix of section 3; rows by production, columns by deployment. A shard
 * without checks is no failure of its job, and nothing that was verified.
 */
static struct outcome matrix(const struct joining *j)
{
    const struct record *r = j->record;
    const struct outcome unknown = {VERDICT_INCONCLUSIVE, ADVICE_CHECK_RUNNER,
                                    EXIT_INCONCLUSIVE};
    int deployment = r->deployment.state;
    bool fail_on_degraded = j->in->fail_on_degraded;
    bool asked = r->deployment.expected != NULL &&
                 (j->in->shard.count == 0 || j->asks_build);
    if (is_empty_shard(j) && is_out(deployment))
        return (struct outcome){VERDICT_INCONCLUSIVE, ADVICE_REVIEW,
                                EXIT_VERIFIED};
    switch ((enum production)r->production.state) {
    case PRODUCTION_DOWN:
        return when_down(deployment);
    case PRODUCTION_UNKNOWN:
        return unknown;
    case PRODUCTION_HEALTHY:
    case PRODUCTION_DEGRADED:
        break;
    }
    bool degraded = r->production.state == PRODUCTION_DEGRADED;
    if (!is_out(deployment))
        return (struct outcome){VERDICT_NOT_SHIPPED,
                                degraded ? ADVICE_REVIEW : ADVICE_FIX_DEPLOY,
                                EXIT_NOT_SHIPPED};
    if (asked && deployment == DEPLOYMENT_UNKNOWN)
        return unknown; /* asked for a build, and nobody told one */
    if (degraded)
        return (struct outcome){VERDICT_DEGRADED, ADVICE_REVIEW,
                                fail_on_degraded ? EXIT_DEGRADED
                                                 : EXIT_VERIFIED};
    return (struct outcome){VERDICT_VERIFIED, ADVICE_PROCEED, EXIT_VERIFIED};
}

/* A difference that was asked to count makes a good verdict a degraded one. */
static struct outcome gate(struct joining *j, struct outcome o)
{
    const struct comparison *c = &j->record->comparison;
    size_t gates = 0;
    for (size_t i = 0; i < c->difference_count; i++) {
        const struct difference *d = &c->difference[i];
        if (!d->gates)
            continue;
        gates++;
        add_reason(j, arena_printf(j->arena, "since the baseline, '%s': %s",
                                   d->check, d->text));
    }
    bool good = o.verdict == VERDICT_VERIFIED || o.verdict == VERDICT_DEGRADED;
    if (gates == 0 || !good)
        return o;
    return (struct outcome){VERDICT_DEGRADED, ADVICE_REVIEW, EXIT_DEGRADED};
}

void decide_verdict(struct joining *j)
{
    struct record *r = j->record;
    struct outcome o = gate(j, matrix(j));
    const struct findings *logs = j->in->logs;
    bool gave_up = logs != NULL && logs->coverage.gave_up > 0;
    if (gave_up)
        add_reason(j, "the log scan gave up on some lines: what they say is "
                      "not known");
    if (gave_up && o.exit == EXIT_VERIFIED)
        o = (struct outcome){VERDICT_INCONCLUSIVE, ADVICE_REVIEW,
                             EXIT_INCONCLUSIVE};
    if (logs != NULL && logs->coverage.lines == 0)
        add_reason(j, "the log is empty: nothing was found in it");
    if (j->in->interrupted != 0)
        add_reason(j, "the run was interrupted: what had not ended is not "
                      "known");
    r->verdict = (int)o.verdict;
    r->advice = (int)o.advice;
    r->exit = j->in->interrupted != 0 ? j->in->interrupted : (int64_t)o.exit;
}
