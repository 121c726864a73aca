/* Records of shards become the record of one run; its verdict is decided anew,
   since the worst of several exit codes is not what all of them say. */
#include <stdlib.h>
#include <string.h>

#include "verdict/merging.h"

void merge_add_gap(struct merging *m, const char *text)
{
    m->gap = arena_grow(m->arena, (void *)m->gap, m->gap_count, &m->gap_cap,
                        sizeof(*m->gap));
    m->gap[m->gap_count++] = text;
}

#define TEXTS_MAX 2000 /* that are named: each is compared with each */

/* Texts that are not in a list yet go to its end. */
static void merge_texts(struct arena *a, const char ***list, size_t *count,
                        const char *const *from, size_t from_count)
{
    if (from_count > TEXTS_MAX - *count)
        from_count = TEXTS_MAX - *count;
    const char **all = arena_array(a, *count + from_count + 1, sizeof(*all));
    size_t n = 0;
    for (; n < *count; n++)
        all[n] = (*list)[n];
    for (size_t i = 0; i < from_count; i++) {
        bool is_new = from[i] != NULL;
        for (size_t k = 0; is_new && k < n; k++)
            is_new = strcmp(all[k], from[i]) != 0;
        if (is_new)
            all[n++] = from[i];
    }
    *list = all;
    *count = n;
}

/* A result, and where it stands in the joined record. */
struct placed {
    struct result result;
    bool last; /* its record is no shard */
    size_t order;
};

static int compare_placed(const void *left, const void *right)
{
    const struct placed *a = left, *b = right;
    if (a->last != b->last)
        return a->last ? 1 : -1;
    if (!a->last && a->result.position != b->result.position)
        return a->result.position < b->result.position ? -1 : 1;
    return (a->order > b->order) - (a->order < b->order);
}

static int compare_ids(const void *left, const void *right)
{
    const struct result *const *a = left, *const *b = right;
    return strcmp((*a)->id, (*b)->id);
}

static int find_id(const void *key, const void *item)
{
    const struct result *const *r = item;
    return strcmp(key, (*r)->id);
}

static bool add_observation(struct merging *m, const char *name,
                            struct result *r, const struct observation *o)
{
    if (r->seen.count == OBSERVATIONS_MAX)
        return err_set(m->err, POS_NONE,
                       "%.200s: '%.100s' has more than %d observations", name,
                       r->id, OBSERVATIONS_MAX);
    if (o->count < 1 || o->count > MERGE_ANSWERS_MAX)
        return err_set(m->err, POS_NONE,
                       "%.200s: an observation of '%.100s' counts %lld "
                       "attempts, expected 1 to %lld",
                       name, r->id, (long long)o->count,
                       (long long)MERGE_ANSWERS_MAX);
    observation_add(&r->seen, m->arena, o);
    return true;
}

/* The observations of a record go back to the results they belong to. */
static bool add_observations(struct merging *m, const struct merge_part *p,
                             struct placed *of)
{
    size_t count = p->record->result_count;
    struct result **by_id = arena_array(m->arena, count + 1, sizeof(*by_id));
    for (size_t i = 0; i < count; i++)
        by_id[i] = &of[i].result;
    if (count > 1)
        qsort(by_id, count, sizeof(*by_id), compare_ids);
    for (size_t i = 0; i < p->record->observation_count; i++) {
        const struct observation *o = &p->record->observation[i];
        const char *id = o->check == NULL ? "" : o->check;
        struct result **r = bsearch(id, by_id, count, sizeof(*by_id), find_id);
        if (r == NULL)
            return err_set(m->err, POS_NONE,
                           "%.200s: '%.100s' was observed and has no result",
                           p->name, id);
        if (!add_observation(m, p->name, *r, o))
            return false;
    }
    return true;
}

static bool join_results(struct merging *m, struct verdict_inputs *in)
{
    size_t count = 0;
    for (size_t i = 0; i < m->in->count; i++)
        count += m->in->part[i].record->result_count;
    struct placed *all = arena_array(m->arena, count + 1, sizeof(*all));
    struct result *result = arena_array(m->arena, count + 1, sizeof(*result));
    count = 0;
    for (size_t i = 0; i < m->in->count; i++) {
        const struct merge_part *p = &m->in->part[i];
        struct placed *of = &all[count];
        for (size_t k = 0; k < p->record->result_count; k++, count++) {
            all[count] = (struct placed){p->record->result[k],
                                         p->record->shard.count == 0, count};
            all[count].result.seen = (struct observations){.count = 0};
        }
        if (!add_observations(m, p, of))
            return false;
    }
    if (count > 1)
        qsort(all, count, sizeof(*all), compare_placed);
    for (size_t i = 0; i < count; i++) {
        result[i] = all[i].result;
        result[i].position = 0;
    }
    in->result = result;
    in->result_count = count;
    return true;
}

static void join_comparisons(struct merging *m)
{
    struct comparison *c = &m->comparison;
    size_t latencies = 0;
    for (size_t i = 0; i < m->in->count; i++) {
        const struct comparison *more = &m->in->part[i].record->comparison;
        if (more->since != NULL && c->since == NULL) {
            c->since = more->since;
            c->taken_ms = more->taken_ms;
        }
        for (size_t k = 0; k < more->difference_count; k++) {
            c->difference =
                arena_grow(m->arena, c->difference, c->difference_count,
                           &c->difference_cap, sizeof(*c->difference));
            c->difference[c->difference_count++] = more->difference[k];
        }
        for (size_t k = 0; k < more->latency_count; k++) {
            c->latency = arena_grow(m->arena, c->latency, c->latency_count,
                                    &latencies, sizeof(*c->latency));
            c->latency[c->latency_count++] = more->latency[k];
        }
    }
}

static bool tells_git(const struct record *r)
{
    return r->evidence.git.to != NULL || r->commit_count > 0;
}

/* Every shard asks the same clone and the same list of runs: the first record
   that has them tells for all. */
static void join_evidence(struct merging *m)
{
    struct deploy_evidence *e = &m->evidence;
    e->git = m->in->part[0].record->evidence.git;
    for (size_t i = m->in->count; i-- > 0;) {
        const struct record *r = m->in->part[i].record;
        if (tells_git(r)) {
            e->git = r->evidence.git;
            e->git.commit = r->commit;
            e->git.commit_count = r->commit_count;
        }
        if (r->evidence.ci.host != NULL)
            e->ci = r->evidence.ci;
        if (r->evidence.run_count > 0) {
            e->run = r->evidence.run;
            e->run_count = r->evidence.run_count;
        }
        if (r->evidence.conflict_count > 0) {
            e->conflict = r->evidence.conflict;
            e->conflict_count = r->evidence.conflict_count;
        }
    }
}

static void join_migrations(const struct merging *m, struct verdict_inputs *in)
{
    size_t count = 0;
    for (size_t i = 0; i < m->in->count; i++)
        count += m->in->part[i].record->migration_count;
    in->migration = arena_array(m->arena, count + 1, sizeof(*in->migration));
    for (size_t i = 0; i < m->in->count; i++) {
        const struct record *r = m->in->part[i].record;
        for (size_t k = 0; k < r->migration_count; k++)
            in->migration[in->migration_count++] = r->migration[k];
    }
}

/* Each once, as the first part that was able to read it says. */
static void join_sources(struct arena *a, struct environment *e,
                         const struct environment *more)
{
    struct log_source *all =
        arena_array(a, e->source_count + more->source_count + 1, sizeof(*all));
    size_t count = e->source_count;
    if (count > 0)
        memcpy(all, e->source, count * sizeof(*all));
    for (size_t i = 0; i < more->source_count; i++) {
        const struct log_source *s = &more->source[i];
        size_t at = 0;
        while (at < count && (s->name == NULL || all[at].name == NULL ||
                              strcmp(all[at].name, s->name) != 0))
            at++;
        if (at == count)
            all[count++] = *s;
        else if (all[at].state != SOURCE_READ && s->state == SOURCE_READ)
            all[at] = *s;
    }
    e->source = all;
    e->source_count = count;
}

void merge_environments(struct merging *m)
{
    struct environment *e = &m->environment;
    for (size_t i = 0; i < m->in->count; i++) {
        const struct record *r = m->in->part[i].record;
        const struct environment *more = &r->environment;
        merge_texts(m->arena, &e->check, &e->check_count, more->check,
                    more->check_count);
        merge_texts(m->arena, &e->log, &e->log_count, more->log,
                    more->log_count);
        join_sources(m->arena, e, more);
        if (more->secrets_redacted > 0 &&
            more->secrets_redacted < INT64_MAX / MERGE_RECORDS_MAX)
            e->secrets_redacted += more->secrets_redacted;
    }
}

static void join_runs(const struct merging *m, struct verdict_inputs *in)
{
    for (size_t i = 0; i < m->in->count; i++) {
        const struct record *r = m->in->part[i].record;
        if (i == 0 || r->started_ms < in->started_ms)
            in->started_ms = r->started_ms;
        if (r->finished_ms > in->finished_ms)
            in->finished_ms = r->finished_ms;
        in->rollout = in->rollout || r->deployment.rollout;
        if (r->deployment.streak > in->streak)
            in->streak = r->deployment.streak;
        in->fail_on_degraded = in->fail_on_degraded || r->exit == EXIT_DEGRADED;
    }
}

bool verdict_merge(struct record *out, struct arena *run,
                   const struct merge_inputs *in, struct redactor *redactor,
                   struct err *e)
{
    struct merging m = {.arena = run, .in = in, .err = e};
    struct verdict_inputs joined = {.started_ms = 0};
    if (!merge_parts_fit(&m) || !join_results(&m, &joined))
        return false;
    joined.logs = merge_logs(&m) ? &m.logs : NULL;
    join_comparisons(&m);
    join_evidence(&m);
    merge_environments(&m);
    join_runs(&m, &joined);
    joined.expected = in->part[0].record->deployment.expected;
    joined.comparison = m.comparison.since == NULL ? NULL : &m.comparison;
    joined.evidence = &m.evidence;
    join_migrations(&m, &joined);
    joined.environment = m.environment;
    joined.tool = in->part[0].record->tool;
    joined.gap = m.gap;
    joined.gap_count = m.gap_count;
    verdict_join(out, run, &joined, redactor);
    out->environment.secrets_redacted += m.environment.secrets_redacted;
    return true;
}
