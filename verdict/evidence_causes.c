/*
 * Causes that no log says. They stand behind those of the logs, and have what
 * a signature has: meaning, remedies, a rollback.
 */
#include "verdict/evidence_causes.h"

#include <string.h>

#include "model/version.h"

/* Space for what is appended; those of an earlier joining are found anew. */
static void copy_causes(struct joining *j)
{
    struct findings *logs = &j->record->logs;
    size_t kept = 0;
    struct cause *copy = arena_array(
        j->arena, logs->cause_count + j->record->migration_count + 8,
        sizeof(*copy));
    for (size_t i = 0; i < logs->cause_count; i++)
        if (logs->cause[i].proof == NULL)
            copy[kept++] = logs->cause[i];
    logs->cause = copy;
    logs->cause_count = kept;
}

void add_evidence_causes(struct joining *j)
{
    copy_causes(j);
    prove_migrations(j);
    if (j->in->evidence == NULL)
        return;
    resolve_conflicts(j);
    prove_overlap(j);
    prove_edits(j, MIGRATION_EDITED);
    prove_edits(j, MIGRATION_DELETED);
    prove_edits(j, MIGRATION_MISSING);
}

void add_deployment_causes(struct joining *j)
{
    prove_failed_run(j);
    prove_old_build(j);
    prove_mixed_builds(j);
}

static bool is_migration(const struct cause *c)
{
    return c->proof != NULL && (strcmp(c->proof, MIGRATION_EDITED) == 0 ||
                                strcmp(c->proof, MIGRATION_DELETED) == 0 ||
                                strcmp(c->proof, MIGRATION_MISSING) == 0 ||
                                strcmp(c->proof, "migrations/edited") == 0);
}

/* Nothing looks wrong, yet production and the files differ. */
void degrade_for_edits(struct joining *j)
{
    struct record *r = j->record;
    bool edited = false;
    for (size_t i = 0; i < r->logs.cause_count; i++)
        edited = edited || is_migration(&r->logs.cause[i]);
    if (!edited || r->advice != ADVICE_PROCEED)
        return;
    r->verdict = VERDICT_DEGRADED;
    r->advice = ADVICE_REVIEW;
    if (r->exit == EXIT_VERIFIED && j->in->fail_on_degraded)
        r->exit = EXIT_DEGRADED;
}

/* The database itself stops every build that migrates. */
static bool stops_every_build(const struct cause *c)
{
    static const char *const ids[] = {"migrations/failed",
                                      "migrations/half-applied",
                                      "migrations/applied-without-tables"};
    for (size_t i = 0; c->proof != NULL && i < ARRAY_COUNT(ids); i++)
        if (strcmp(c->proof, ids[i]) == 0)
            return true;
    return false;
}

const struct cause *deciding_cause(const struct findings *logs)
{
    for (size_t i = 0; logs != NULL && i < logs->cause_count; i++)
        if (stops_every_build(&logs->cause[i]) &&
            logs->cause[i].rollback_why != NULL)
            return &logs->cause[i];
    for (size_t i = 0; logs != NULL && i < logs->cause_count; i++)
        if (cause_stands(&logs->cause[i]) &&
            logs->cause[i].rollback_why != NULL)
            return &logs->cause[i];
    return NULL;
}

/* What was there before the build that is expected, by its own responses. */
static const char *observed_before(const struct joining *j)
{
    const struct deployment_state *d = &j->record->deployment;
    for (size_t i = 0; i < d->observed_count; i++)
        if (d->observed[i].version != NULL && !d->observed[i].expected)
            return d->observed[i].version;
    return NULL;
}

static bool is_expected(const struct joining *j, const char *build)
{
    const char *expected = j->record->deployment.expected;
    return expected != NULL && version_matches(expected, build);
}

const char *last_good_build(const struct joining *j)
{
    const struct deploy_evidence *e = j->in->evidence;
    if (e != NULL && e->git.from != NULL && !is_expected(j, e->git.from))
        return e->git.from;
    for (size_t i = e == NULL ? 0 : e->run_count; i-- > 0;)
        if (deployment_run_succeeded(&e->run[i]) && e->run[i].commit != NULL &&
            !is_expected(j, e->run[i].commit))
            return e->run[i].commit;
    return observed_before(j);
}
