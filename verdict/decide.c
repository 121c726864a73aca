/* Production, deployment, and the matrix that joins them. */
#include <string.h>

#include "base/text.h"
#include "model/version.h"
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
}

static bool is_expected(const struct joining *j, const char *version)
{
    return j->in->expected != NULL && version != NULL &&
           version_matches(j->in->expected, version);
}

static bool same_text(const char *a, const char *b)
{
    return (a == NULL) == (b == NULL) && (a == NULL || strcmp(a, b) == 0);
}

/* The row of a build that a check saw at an address; a new one if need be. */
static struct observed_version *row_of(struct joining *j,
                                       const struct result *r,
                                       const struct sighting *s, size_t first)
{
    struct deployment_state *d = &j->record->deployment;
    for (size_t i = first; i < d->observed_count; i++)
        if (same_text(d->observed[i].version, s->version) &&
            same_text(d->observed[i].address, s->address))
            return &d->observed[i];
    struct observed_version *o = &d->observed[d->observed_count++];
    *o = (struct observed_version){.version = s->version,
                                   .check = r->id,
                                   .address = s->address,
                                   .expected = is_expected(j, s->version),
                                   .first_ms = s->started_ms};
    return o;
}

/* Counts are kept in share_ppm until all are known. */
static void observe(struct joining *j, const struct result *r)
{
    size_t first = j->record->deployment.observed_count;
    for (size_t i = 0; i < r->sighting_count; i++) {
        struct observed_version *o = row_of(j, r, &r->sighting[i], first);
        o->last_ms = r->sighting[i].finished_ms;
        o->share_ppm++;
    }
}

#define WINDOW 10 /* answers of each check that say how it is at the end */

/* Checks, by what they told; answers, of all of them. */
struct tally {
    size_t asked, answered, expected, settled;
    bool ours, other; /* seen at the end */
    size_t answers, answers_expected;
};

static void count_result(struct joining *j, const struct result *r,
                         struct tally *t)
{
    bool ours = false, other = false;
    size_t from = r->sighting_count > WINDOW ? r->sighting_count - WINDOW : 0;
    for (size_t i = 0; i < r->sighting_count; i++) {
        bool expected = is_expected(j, r->sighting[i].version);
        t->answers++;
        t->answers_expected += expected;
        ours = ours || (expected && i >= from);
        other = other || (!expected && i >= from && !r->settled);
    }
    t->asked += r->identity_asked;
    t->answered += r->sighting_count > 0;
    t->expected += ours && !other;
    t->settled += r->settled;
    t->ours = t->ours || ours;
    t->other = t->other || other;
}

static struct tally observe_all(struct joining *j)
{
    struct deployment_state *d = &j->record->deployment;
    struct tally t = {0};
    size_t most = 1;
    for (size_t i = 0; i < j->in->result_count; i++)
        most += j->in->result[i].sighting_count;
    d->observed = arena_array(j->arena, most, sizeof(*d->observed));
    for (size_t i = 0; i < j->in->result_count; i++) {
        const struct result *r = &j->in->result[i];
        observe(j, r);
        count_result(j, r, &t);
        if (r->settled && r->settled_after_us > d->settled_after_us)
            d->settled_after_us = r->settled_after_us;
    }
    if (t.settled < t.asked)
        d->settled_after_us = 0;
    for (size_t i = 0; t.answers > 0 && i < d->observed_count; i++)
        d->observed[i].share_ppm =
            d->observed[i].share_ppm * 1000000 / (int64_t)t.answers;
    return t;
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
        buf_printf(&text, ": %zu of %zu answers came from it",
                   t->answers_expected, t->answers);
    } else {
        buf_printf(&text,
                   "the rollout has not settled: %zu of %zu answers came from "
                   "%s",
                   t->answers_expected, t->answers, d->expected);
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
    struct tally t = observe_all(j);
    d->expected = j->in->expected;
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

/* The matrix of section 3; rows by production, columns by deployment. */
static struct outcome matrix(const struct record *r, bool fail_on_degraded)
{
    const struct outcome unknown = {VERDICT_INCONCLUSIVE, ADVICE_CHECK_RUNNER,
                                    EXIT_INCONCLUSIVE};
    int deployment = r->deployment.state;
    bool asked = r->deployment.expected != NULL;
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
    struct outcome o = gate(j, matrix(r, j->in->fail_on_degraded));
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
