/*
 * The matrix of production and deployment: verdict, advice and exit code. A
 * rollback is advised only where it can help: the cause is consulted, and the
 * window says whether the new build fails or the old one.
 */
#include "model/version.h"
#include "verdict/internal.h"

struct outcome {
    enum verdict verdict;
    enum advice advice;
    enum exit_code exit;
};

/* Names that do not exist are most likely mistyped, and no reason to act. */
static bool no_host_exists(const struct joining *j)
{
    size_t failed = 0;
    for (size_t i = 0; i < j->record->result_count; i++) {
        const struct result *r = &j->record->result[i];
        bool vain = r->status == STATUS_BLOCKED || r->status == STATUS_SKIPPED;
        if (!vain && (r->status != STATUS_FAIL || r->cause != CAUSE_DNS))
            return false;
        failed += !vain;
    }
    return failed > 0;
}

static void name_last_good(struct joining *j)
{
    const char *build = last_good_build(j);
    if (build != NULL)
        add_reason(j, arena_printf(j->arena, "the last good build is %s",
                                   version_short(j->arena, build)));
}

static enum advice when_roll_back(struct joining *j)
{
    const struct cause *c = deciding_cause(&j->record->logs);
    if (c == NULL || c->rollback == ROLLBACK_HELPS) {
        name_last_good(j);
        return ADVICE_ROLL_BACK;
    }
    add_reason(j, arena_printf(j->arena, "a rollback %s: %s",
                               rollback_words(c->rollback), c->rollback_why));
    return ADVICE_FIX_DEPLOY;
}

static enum advice when_down(struct joining *j)
{
    int deployment = j->record->deployment.state;
    if (no_host_exists(j)) {
        add_reason(j, "no host name of these checks exists; check the URLs");
        return ADVICE_REVIEW;
    }
    if (deployment == DEPLOYMENT_CONFLICT)
        return ADVICE_WAIT;
    if (deployment == DEPLOYMENT_MIXED && !fails_since_new(&j->tally))
        return ADVICE_WAIT;
    return when_roll_back(j);
}

static bool is_out(int deployment)
{
    return deployment == DEPLOYMENT_SHIPPED || deployment == DEPLOYMENT_UNKNOWN;
}

static struct outcome when_not_shipped(const struct joining *j)
{
    const struct record *r = j->record;
    bool degraded = r->production.state == PRODUCTION_DEGRADED;
    bool wait = r->deployment.state == DEPLOYMENT_CONFLICT;
    return (struct outcome){VERDICT_NOT_SHIPPED,
                            degraded ? ADVICE_REVIEW
                            : wait   ? ADVICE_WAIT
                                     : ADVICE_FIX_DEPLOY,
                            EXIT_NOT_SHIPPED};
}

/* Production is healthy, and no response named the build that is expected. */
static struct outcome when_not_named(const struct joining *j)
{
    bool waiting = j->tally.ours && !j->tally.other;
    return (struct outcome){VERDICT_INCONCLUSIVE,
                            waiting ? ADVICE_WAIT : ADVICE_CHECK_RUNNER,
                            EXIT_INCONCLUSIVE};
}

/* A shard without checks is no failure of its job, and verifies nothing. */
static struct outcome matrix(struct joining *j)
{
    const struct record *r = j->record;
    int deployment = r->deployment.state;
    bool asked = r->deployment.expected != NULL &&
                 (j->in->shard.count == 0 || j->tally.asked > 0);
    if (is_empty_shard(j) && is_out(deployment))
        return (struct outcome){VERDICT_INCONCLUSIVE, ADVICE_REVIEW,
                                EXIT_VERIFIED};
    if (r->production.state == PRODUCTION_DOWN)
        return (struct outcome){VERDICT_UNHEALTHY, when_down(j),
                                EXIT_UNHEALTHY};
    if (r->production.state == PRODUCTION_UNKNOWN)
        return (struct outcome){VERDICT_INCONCLUSIVE, ADVICE_CHECK_RUNNER,
                                EXIT_INCONCLUSIVE};
    if (!is_out(deployment))
        return when_not_shipped(j);
    if (r->production.state == PRODUCTION_DEGRADED)
        return (struct outcome){VERDICT_DEGRADED, ADVICE_REVIEW,
                                j->in->fail_on_degraded ? EXIT_DEGRADED
                                                        : EXIT_VERIFIED};
    if (asked && deployment == DEPLOYMENT_UNKNOWN)
        return when_not_named(j);
    return (struct outcome){r->deployment.expected == NULL ? VERDICT_HEALTHY
                                                           : VERDICT_VERIFIED,
                            ADVICE_PROCEED, EXIT_VERIFIED};
}

static bool is_good(struct outcome o)
{
    return verdict_is_good((int)o.verdict) || o.verdict == VERDICT_DEGRADED;
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
    if (gates == 0 || !is_good(o))
        return o;
    return (struct outcome){VERDICT_DEGRADED, ADVICE_REVIEW, EXIT_DEGRADED};
}

/* A log that was not read does not mean that there is no error. */
static void explain_sources(struct joining *j)
{
    const struct environment *e = &j->in->environment;
    for (size_t i = 0; i < e->source_count; i++) {
        const struct log_source *s = &e->source[i];
        if (s->state == SOURCE_UNREADABLE || s->state == SOURCE_WAITED)
            add_reason(j,
                       arena_printf(j->arena, "the log '%s' was not read: %s",
                                    s->name, s->message));
    }
}

void decide_verdict(struct joining *j)
{
    struct record *r = j->record;
    struct outcome o = gate(j, matrix(j));
    const struct findings *logs = j->in->logs;
    bool gave_up = logs != NULL && logs->coverage.gave_up > 0;
    if (gave_up && logs->coverage.unread > 0)
        add_reason(
            j, arena_printf(j->arena,
                            "%lld log%s not read to the end: the time "
                            "for reading had passed",
                            (long long)logs->coverage.unread,
                            logs->coverage.unread == 1 ? " was" : "s were"));
    else if (gave_up)
        add_reason(j, "the log scan hit a limit on some lines: what they say "
                      "is not known");
    if (gave_up && logs->coverage.unjudged > 0 && o.exit == EXIT_VERIFIED)
        o = (struct outcome){VERDICT_INCONCLUSIVE, ADVICE_REVIEW,
                             EXIT_INCONCLUSIVE};
    explain_sources(j);
    if (logs != NULL && logs->coverage.lines == 0)
        add_reason(j, "the log is empty: nothing was found in it");
    if (j->in->interrupted != 0)
        add_reason(j, "the run was interrupted: what had not finished is not "
                      "known");
    r->verdict = (int)o.verdict;
    r->advice = (int)o.advice;
    r->exit = j->in->interrupted != 0 ? j->in->interrupted : (int64_t)o.exit;
    degrade_for_edits(j);
}
