/* Finds runs that overlap, and for how long. */
#include "evidence/conflicts.h"

#include <stdlib.h>
#include <string.h>

#include "evidence/evidence.h"
#include "model/version.h"

/* It has deployed nothing, although it has a start. */
static bool did_not_run(const struct deployment_run *run)
{
    static const char *const waiting[] = {"queued",    "waiting",
                                          "requested", "pending",
                                          "skipped",   "action_required"};
    for (size_t i = 0; run->status != NULL && i < ARRAY_COUNT(waiting); i++)
        if (strcmp(run->status, waiting[i]) == 0)
            return true;
    return false;
}

static int64_t newest_time(const struct deploy_evidence *d, int64_t now_ms)
{
    for (size_t i = 0; i < d->run_count; i++) {
        if (d->run[i].start_ms > now_ms)
            now_ms = d->run[i].start_ms;
        if (d->run[i].end_ms > now_ms)
            now_ms = d->run[i].end_ms;
    }
    return now_ms;
}

static bool is_same(const char *a, const char *b)
{
    return a != NULL && b != NULL && strcmp(a, b) == 0;
}

static int compare_conflicts(const void *left, const void *right)
{
    const struct deployment_conflict *a = left, *b = right;
    if (a->start_ms != b->start_ms)
        return a->start_ms < b->start_ms ? -1 : 1;
    int order = strcmp(a->target, b->target);
    if (order == 0)
        order = strcmp(a->second, b->second);
    return order != 0 ? order : strcmp(a->first, b->first);
}

/* 0: they do not overlap. The second one does not start before the first. */
static int64_t overlap(const struct deployment_run *first,
                       const struct deployment_run *second, int64_t now_ms)
{
    int64_t one = first->end_ms == 0 ? now_ms : first->end_ms;
    int64_t other = second->end_ms == 0 ? now_ms : second->end_ms;
    int64_t end = one < other ? one : other;
    return end > second->start_ms ? end - second->start_ms : 0;
}

/* The commit that the run was to deploy is what the conflict kept out. */
static bool is_kept_out(const struct deployment_run *run,
                        const struct deployment_run *other)
{
    return !deployment_run_succeeded(run) || deployment_run_succeeded(other);
}

static bool same_commit(const struct deployment_run *left,
                        const struct deployment_run *right)
{
    return left->commit != NULL && right->commit != NULL &&
           version_matches(left->commit, right->commit);
}

/*
 * The first run that began after both did, outlasted them, went well, and
 * deployed the commit that the conflict kept out. The second of the two can be
 * it. NULL: what the conflict kept out has not been deployed since.
 */
static const char *ended_by(const struct deploy_evidence *d,
                            const struct deployment_run *first,
                            const struct deployment_run *second)
{
    int64_t both =
        first->end_ms > second->end_ms ? first->end_ms : second->end_ms;
    for (size_t i = 0; i < d->run_count; i++) {
        const struct deployment_run *run = &d->run[i];
        if (run == first || first->end_ms == 0 || second->end_ms == 0 ||
            run->start_ms < second->start_ms || run->end_ms < both ||
            strcmp(run->target, second->target) != 0 ||
            !deployment_run_succeeded(run))
            continue;
        if ((is_kept_out(first, second) && same_commit(run, first)) ||
            (is_kept_out(second, first) && same_commit(run, second)))
            return run->id;
    }
    return NULL;
}

bool conflicts_find(struct deploy_evidence *out, struct arena *a,
                    int64_t now_ms)
{
    size_t cap = 0;
    now_ms = newest_time(out, now_ms);
    for (size_t i = 0; i < out->run_count; i++) {
        const struct deployment_run *first = &out->run[i];
        for (size_t k = i + 1; k < out->run_count; k++) {
            const struct deployment_run *second = &out->run[k];
            int64_t ms = overlap(first, second, now_ms);
            if (ms == 0 || strcmp(first->target, second->target) != 0 ||
                did_not_run(first) || did_not_run(second))
                continue;
            if (out->conflict_count == EVIDENCE_CONFLICTS_MAX)
                return false;
            out->conflict = arena_grow(a, out->conflict, out->conflict_count,
                                       &cap, sizeof(*out->conflict));
            out->conflict[out->conflict_count++] = (struct deployment_conflict){
                .target = second->target,
                .first = first->id,
                .second = second->id,
                .start_ms = second->start_ms,
                .overlap_ms = ms,
                .same_commit = is_same(first->commit, second->commit),
                .ended_by = ended_by(out, first, second)};
        }
    }
    if (out->conflict_count > 1)
        qsort(out->conflict, out->conflict_count, sizeof(*out->conflict),
              compare_conflicts);
    return true;
}
