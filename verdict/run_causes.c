/*
 * Causes in the runs of CI: two that deployed at once, one that failed; and
 * the old build that responds, alone or beside the new one, where nothing else
 * explains it. A conflict that
 * has ended is history, here and in the log.
 */
#include <string.h>

#include "base/text.h"
#include "model/version.h"
#include "verdict/evidence_causes.h"

#define CLOCK_SKEW_MS INT64_C(60000) /* between a log and its host */

static const char *overlap_text(struct arena *a,
                                const struct deployment_conflict *c)
{
    struct buf span;
    buf_init(&span, 60);
    text_duration(&span, c->overlap_ms * 1000);
    const char *text = arena_printf(
        a, "runs %s and %s deployed to %s at the same time, for %s", c->first,
        c->second, c->target, span.ptr);
    buf_release(&span);
    return text;
}

static const struct deployment_conflict *last_overlap(const struct joining *j,
                                                      bool open)
{
    const struct deploy_evidence *e = j->in->evidence;
    for (size_t i = e == NULL ? 0 : e->conflict_count; i-- > 0;)
        if ((e->conflict[i].ended_by == NULL) == open)
            return &e->conflict[i];
    return NULL;
}

const struct deployment_conflict *open_conflict(const struct joining *j)
{
    return last_overlap(j, true);
}

/* The log says it already, when it holds a conflict that nothing resolved. */
static bool log_has_conflict(const struct joining *j)
{
    const struct findings *logs = &j->record->logs;
    for (size_t i = 0; i < logs->cause_count; i++)
        if (logs->cause[i].deployment == DEPLOYMENT_CONFLICT)
            return true;
    return false;
}

static const struct deployment_run *run_of(const struct joining *j,
                                           const char *id)
{
    const struct deploy_evidence *e = j->in->evidence;
    for (size_t i = 0; i < e->run_count; i++)
        if (e->run[i].id != NULL && id != NULL && strcmp(e->run[i].id, id) == 0)
            return &e->run[i];
    return NULL;
}

/* GitHub's number of a run, of which its tool can be asked; NULL: of others. */
static const char *github_run(struct arena *a, const struct deployment_run *run)
{
    static const char way[] = "/actions/runs/";
    const char *at =
        run == NULL || run->url == NULL ? NULL : strstr(run->url, way);
    size_t len = at == NULL ? 0 : strspn(at + strlen(way), "0123456789");
    return len == 0 || len > 20
               ? NULL
               : str_dup(a, (struct str){at + strlen(way), len});
}

/* Which of the two goes on; the second one if both do. */
static const struct deployment_run *
unfinished_of(const struct joining *j, const struct deployment_conflict *c)
{
    const struct deployment_run *first = run_of(j, c->first);
    const struct deployment_run *second = run_of(j, c->second);
    if (second != NULL && second->end_ms == 0)
        return second;
    return first != NULL && first->end_ms == 0 ? first : NULL;
}

void prove_overlap(struct joining *j)
{
    const struct deployment_conflict *c = open_conflict(j);
    struct proving p;
    if (c == NULL || log_has_conflict(j) ||
        !proving_begin(&p, j, DEPLOYMENTS_OVERLAP))
        return;
    proving_reason(&p, overlap_text(j->arena, c));
    proving_reason(&p, c->same_commit ? "both runs deployed the same commit"
                                      : "the runs deployed different commits");
    proving_capture(&p, "run", c->first);
    proving_capture(&p, "second_run", c->second);
    proving_capture(&p, "target", c->target);
    proving_capture(&p, "github_run",
                    github_run(j->arena, unfinished_of(j, c)));
    proving_end(&p, 1);
}

/* When the first finding of a cause's root was logged; 0: not known. */
static int64_t time_of(const struct findings *logs, const struct cause *c)
{
    for (size_t i = 0; c->signature != NULL && i < logs->finding_count; i++)
        if (strcmp(logs->finding[i].signature, c->signature) == 0)
            return logs->finding[i].last.time_ms;
    return 0;
}

/*
 * A later run that deployed what the conflict in the log kept out. Where the
 * log does not say when it happened, the overlap has to tell.
 */
static const char *resolved_by(const struct joining *j, const struct cause *c)
{
    const struct deploy_evidence *e = j->in->evidence;
    int64_t time_ms = time_of(&j->record->logs, c);
    const struct deployment_conflict *ended = last_overlap(j, false);
    if (e == NULL || c->deployment != DEPLOYMENT_CONFLICT ||
        open_conflict(j) != NULL)
        return NULL;
    for (size_t i = 0; time_ms != 0 && i < e->run_count; i++)
        if (e->run[i].start_ms >= time_ms &&
            deployment_run_succeeded(&e->run[i]) && e->run[i].commit != NULL &&
            j->in->expected != NULL &&
            version_matches(j->in->expected, e->run[i].commit))
            return e->run[i].id;
    if (ended == NULL ||
        (time_ms != 0 &&
         time_ms > ended->start_ms + ended->overlap_ms + CLOCK_SKEW_MS))
        return NULL;
    return ended->ended_by;
}

void resolve_conflicts(struct joining *j)
{
    struct findings *logs = &j->record->logs;
    for (size_t i = 0; i < logs->cause_count; i++) {
        struct cause *c = &logs->cause[i];
        const char *run = c->recovered == NULL ? resolved_by(j, c) : NULL;
        if (run == NULL)
            continue;
        c->recovered = arena_printf(j->arena, "run %s", run);
        c->deployment = -1;
    }
}

static const struct deploy_evidence *evidence_of(const struct joining *j)
{
    static const struct deploy_evidence none;
    return j->in->evidence == NULL ? &none : j->in->evidence;
}

static bool same_text(const char *one, const char *other)
{
    return one != NULL && other != NULL && strcmp(one, other) == 0;
}

static bool deployed(const struct deployment_run *run, const char *build)
{
    return run->commit != NULL && build != NULL &&
           version_matches(build, run->commit);
}

/* A later run on its target goes on, or has made up for it. */
static bool is_made_up(const struct joining *j, size_t index,
                       const char *expected)
{
    const struct deploy_evidence *e = evidence_of(j);
    const struct deployment_run *run = &e->run[index];
    for (size_t i = 0; i < e->run_count; i++) {
        const struct deployment_run *other = &e->run[i];
        if (i == index || other->start_ms < run->start_ms ||
            !same_text(other->target, run->target) ||
            (expected != NULL && !deployed(other, expected)))
            continue;
        if (other->end_ms == 0 || deployment_run_succeeded(other))
            return true;
    }
    return false;
}

/* The last run that was to deploy the build, or, where none is expected, the
   last one of a target, when it failed and nothing has made up for it. */
static const struct deployment_run *failed_run(const struct joining *j)
{
    const struct deploy_evidence *e = evidence_of(j);
    const char *expected = j->record->deployment.expected;
    for (size_t i = e->run_count; i-- > 0;) {
        if (expected != NULL && !deployed(&e->run[i], expected))
            continue;
        if (deployment_run_failed(&e->run[i]) && !is_made_up(j, i, expected))
            return &e->run[i];
    }
    return NULL;
}

/* Something stands that says more than that a run failed, or an old build
   serves; an edited migration does not keep a build out by itself. */
static bool is_explained(const struct joining *j)
{
    const struct findings *logs = &j->record->logs;
    for (size_t i = 0; i < logs->cause_count; i++) {
        const struct cause *c = &logs->cause[i];
        if (!cause_stands(c) || c->confidence == CONFIDENCE_LOW)
            continue;
        if (c->proof == NULL || strcmp(c->proof, DEPLOYMENTS_OVERLAP) == 0 ||
            strcmp(c->proof, RUN_FAILED) == 0)
            return true;
    }
    return false;
}

static bool is_well(const struct record *r)
{
    return r->production.state == PRODUCTION_HEALTHY &&
           (r->deployment.expected == NULL ||
            r->deployment.state == DEPLOYMENT_SHIPPED);
}

static const char *run_text(struct arena *a, const struct deployment_run *run)
{
    const char *build =
        run->commit == NULL ? "a build" : version_short(a, run->commit);
    return arena_printf(a, "run %s %s %s%s%s and ended with %s", run->id,
                        deployment_run_succeeded(run) ? "deployed"
                                                      : "was to deploy",
                        build, run->target == NULL ? "" : " to ",
                        run->target == NULL ? "" : run->target, run->status);
}

static void no_rollback(struct proving *p)
{
    p->out->rollback = -1;
    p->out->rollback_why = NULL;
}

void prove_failed_run(struct joining *j)
{
    struct deployment_state *d = &j->record->deployment;
    struct proving p;
    if (is_well(j->record) || is_explained(j))
        return;
    const struct deployment_run *run = failed_run(j);
    if (run == NULL || !proving_begin(&p, j, RUN_FAILED))
        return;
    proving_reason(&p, run_text(j->arena, run));
    proving_capture(&p, "run", run->id);
    proving_capture(&p, "workflow",
                    run->workflow == NULL ? "the deployment" : run->workflow);
    proving_capture(&p, "status", run->status);
    proving_capture(&p, "url", run->url);
    proving_capture(&p, "github_run", github_run(j->arena, run));
    proving_end(&p, 1);
    if (j->record->production.state == PRODUCTION_HEALTHY)
        no_rollback(&p); /* the build before is what serves */
    if (d->expected != NULL && d->state == DEPLOYMENT_STALE)
        d->state = DEPLOYMENT_FAILED;
    else if (d->state != DEPLOYMENT_FAILED)
        p.out->deployment = -1;
    add_reason(j, arena_printf(j->arena, "the deploy did not succeed: %s",
                               run_text(j->arena, run)));
}

/* It responds, so something deployed it. */
static const char *unlisted(struct arena *a, size_t runs, const char *expected)
{
    const char *build = version_short(a, expected);
    return runs == 1
               ? arena_printf(a,
                              "%s responds, and the run that is listed did not "
                              "deploy it; the list may be incomplete",
                              build)
               : arena_printf(a,
                              "%s responds, and none of the %zu runs that are "
                              "listed deployed it; the list may be incomplete",
                              build, runs);
}

/* What the runs say of the build that does not serve, or not alone. */
static void look_at_runs(struct proving *p, const char *expected)
{
    const struct deploy_evidence *e = evidence_of(p->j);
    const struct deployment_run *last = NULL;
    for (size_t i = 0; i < e->run_count; i++)
        if (deployed(&e->run[i], expected))
            last = &e->run[i];
    if (e->run_count == 0)
        return;
    if (last == NULL && p->j->tally.from_ours > 0) {
        proving_reason(p, unlisted(p->j->arena, e->run_count, expected));
    } else if (last == NULL) {
        proving_capture(p, "undeployed", version_short(p->j->arena, expected));
        proving_reason(p, arena_printf(p->j->arena,
                                       "none of %zu runs has deployed %s",
                                       e->run_count,
                                       version_short(p->j->arena, expected)));
    } else if (last->end_ms == 0) {
        proving_capture(p, "unfinished", last->id);
        proving_reason(
            p, arena_printf(p->j->arena, "run %s has not ended", last->id));
    } else if (last->status != NULL) {
        proving_reason(p, run_text(p->j->arena, last));
    }
}

void prove_old_build(struct joining *j)
{
    const struct deployment_state *d = &j->record->deployment;
    const struct tally *t = &j->tally;
    struct proving p;
    if (d->state != DEPLOYMENT_STALE || t->other_build == NULL ||
        is_explained(j) || !proving_begin(&p, j, OLD_BUILD_SERVING))
        return;
    const struct git_evidence *g = &j->record->evidence.git;
    proving_reason(&p,
                   arena_printf(j->arena, "none of %lld responses came from %s",
                                (long long)t->all.answers,
                                version_short(j->arena, d->expected)));
    if (g->from != NULL && version_matches(t->other_build, g->from))
        proving_reason(&p, "it is the build of the last good deploy");
    proving_capture(&p, "served", version_short(j->arena, t->other_build));
    proving_capture(&p, "expected", version_short(j->arena, d->expected));
    look_at_runs(&p, d->expected);
    proving_end(&p, 1);
    if (j->record->production.state == PRODUCTION_DOWN)
        no_rollback(&p); /* why it is down is another question */
}

void prove_mixed_builds(struct joining *j)
{
    const struct deployment_state *d = &j->record->deployment;
    const struct tally *t = &j->tally;
    struct proving p;
    if (d->state != DEPLOYMENT_MIXED || t->other_build == NULL ||
        is_explained(j) || !proving_begin(&p, j, BUILDS_MIXED))
        return;
    const char *expected = version_short(j->arena, d->expected);
    proving_reason(&p,
                   arena_printf(j->arena, "%lld of %lld responses came from %s",
                                (long long)t->from_ours,
                                (long long)t->all.answers, expected));
    proving_capture(&p, "served", version_short(j->arena, t->other_build));
    proving_capture(&p, "expected", expected);
    look_at_runs(&p, d->expected);
    proving_end(&p, 1);
    if (j->record->production.state == PRODUCTION_HEALTHY)
        no_rollback(&p);
}

void explain_conflicts(struct joining *j)
{
    const struct deployment_conflict *open = open_conflict(j);
    const struct deployment_conflict *ended = last_overlap(j, false);
    if (open != NULL)
        add_reason(j, overlap_text(j->arena, open));
    else if (ended != NULL)
        add_reason(j, arena_printf(
                          j->arena, "%s; run %s has deployed the commit since",
                          overlap_text(j->arena, ended), ended->ended_by));
}
