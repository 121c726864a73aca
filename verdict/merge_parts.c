/* Do these records belong together, and are all of them there? */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "verdict/merging.h"

#define SIGNAL_EXIT 128 /* and more: a signal has ended the run */

static bool same_text(const char *a, const char *b)
{
    return (a == NULL) == (b == NULL) && (a == NULL || strcmp(a, b) == 0);
}

static const char *told(const char *version)
{
    return version == NULL ? "no build" : version;
}

static bool is_shard(const struct merge_part *p)
{
    return p->record->shard.count != 0 || p->record->shard.index != 0;
}

static bool refuse_shard(struct merging *m, const struct merge_part *p,
                         const char *why)
{
    return err_set(m->err, POS_NONE, "%.200s: %s", p->name, why);
}

static bool is_sound(struct merging *m, const struct merge_part *p)
{
    const struct shard *s = &p->record->shard;
    if (s->count < 1 || s->count > MERGE_RECORDS_MAX || s->index < 1 ||
        s->index > s->count)
        return refuse_shard(m, p, "there is no such shard");
    if (s->checks != (int64_t)p->record->result_count || s->total < s->checks)
        return refuse_shard(m, p,
                            "it has not the results that its shard tells: was "
                            "it changed?");
    return true;
}

static bool is_like(struct merging *m, const struct merge_part *first,
                    const struct merge_part *p)
{
    const struct shard *a = &first->record->shard, *b = &p->record->shard;
    if (a->count != b->count)
        return err_set(m->err, POS_NONE,
                       "%.150s is one of %lld shards, %.150s one of %lld: "
                       "merge those of one division",
                       first->name, (long long)a->count, p->name,
                       (long long)b->count);
    if (a->total != b->total)
        return err_set(m->err, POS_NONE,
                       "%.150s is of %lld checks, %.150s of %lld: each shard "
                       "needs the same checks and selection",
                       first->name, (long long)a->total, p->name,
                       (long long)b->total);
    return true;
}

static bool is_all(struct merging *m, const struct shard *any,
                   const struct merge_part **of, int64_t checks)
{
    struct buf missing;
    int64_t count = 0;
    bool ok = true;
    buf_init(&missing, 200);
    for (int64_t i = 1; i <= any->count; i++)
        if (of[i] == NULL)
            buf_printf(&missing, "%s%lld", count++ > 0 ? ", " : "",
                       (long long)i);
    const char *list = missing.full ? "many" : missing.ptr;
    if (count == 0 && checks != any->total)
        ok = err_set(m->err, POS_NONE,
                     "the shards have %lld checks together, not the %lld "
                     "that they are of: each needs the same checks",
                     (long long)checks, (long long)any->total);
    else if (count > 0 && !m->in->allow_missing)
        ok = err_set(m->err, POS_NONE,
                     "of %lld shards, %lld missing: %s (--allow-missing merges "
                     "the others, inconclusive)",
                     (long long)any->count, (long long)count, list);
    else if (count > 0)
        merge_add_gap(
            m, arena_printf(m->arena,
                            "of %lld shards, %lld missing: %s; what %lld "
                            "checks say is not known",
                            (long long)any->count, (long long)count, list,
                            (long long)(any->total - checks)));
    buf_release(&missing);
    return ok;
}

static bool shards_fit(struct merging *m)
{
    const struct merge_part *first = NULL;
    const struct merge_part **of =
        arena_array(m->arena, MERGE_RECORDS_MAX + 1, sizeof(*of));
    int64_t checks = 0;
    for (size_t i = 0; i < m->in->count; i++) {
        const struct merge_part *p = &m->in->part[i];
        if (!is_shard(p))
            continue;
        if (!is_sound(m, p) || (first != NULL && !is_like(m, first, p)))
            return false;
        first = first == NULL ? p : first;
        const struct merge_part **slot = &of[p->record->shard.index];
        if (*slot != NULL)
            return err_set(m->err, POS_NONE,
                           "shard %lld of %lld is there twice: %.150s and "
                           "%.150s",
                           (long long)p->record->shard.index,
                           (long long)p->record->shard.count, (*slot)->name,
                           p->name);
        *slot = p;
        checks += p->record->shard.checks;
    }
    return first == NULL || is_all(m, &first->record->shard, of, checks);
}

static bool builds_fit(struct merging *m)
{
    const struct merge_part *first = &m->in->part[0];
    const char *since = NULL;
    for (size_t i = 0; i < m->in->count; i++) {
        const struct merge_part *p = &m->in->part[i];
        const char *expected = p->record->deployment.expected;
        const char *before = p->record->comparison.since;
        if (!same_text(p->record->schema, RECORD_SCHEMA))
            return refuse_shard(m, p, "its schema is not " RECORD_SCHEMA);
        if (!same_text(expected, first->record->deployment.expected))
            return err_set(m->err, POS_NONE,
                           "%.100s expects %.60s, %.100s expects %.60s: "
                           "records of one deployment become one",
                           first->name,
                           told(first->record->deployment.expected), p->name,
                           told(expected));
        if (since != NULL && before != NULL && strcmp(since, before) != 0)
            return err_set(m->err, POS_NONE,
                           "%.100s was compared with the baseline %.100s, "
                           "another one with %.100s",
                           p->name, before, since);
        since = since == NULL ? before : since;
    }
    return true;
}

struct member {
    const char *id;
    const struct merge_part *part;
};

static int compare_members(const void *left, const void *right)
{
    const struct member *a = left, *b = right;
    int order = strcmp(a->id, b->id);
    return order != 0 ? order : (a->part > b->part) - (a->part < b->part);
}

static bool checks_differ(struct merging *m)
{
    size_t count = 0;
    for (size_t i = 0; i < m->in->count; i++)
        count += m->in->part[i].record->result_count;
    struct member *all = arena_array(m->arena, count + 1, sizeof(*all));
    count = 0;
    for (size_t i = 0; i < m->in->count; i++) {
        const struct merge_part *p = &m->in->part[i];
        for (size_t k = 0; k < p->record->result_count; k++) {
            if (p->record->result[k].id == NULL)
                return refuse_shard(m, p, "a result has no id");
            all[count++] = (struct member){p->record->result[k].id, p};
        }
    }
    if (count > 1)
        qsort(all, count, sizeof(*all), compare_members);
    for (size_t i = 1; i < count; i++)
        if (strcmp(all[i - 1].id, all[i].id) == 0)
            return err_set(m->err, POS_NONE,
                           "the check '%.100s' is in %.150s and in %.150s: "
                           "which one holds?",
                           all[i].id, all[i - 1].part->name, all[i].part->name);
    return true;
}

/* What a record could not tell, its results may not show: a merge of records
   of which some were missing is one. */
static bool is_shown(const struct record *r)
{
    for (size_t i = 0; i < r->result_count; i++)
        if (r->result[i].status == STATUS_ERROR ||
            r->result[i].status == STATUS_BLOCKED ||
            r->result[i].status == STATUS_SKIPPED)
            return true;
    return r->shard.count > 0 && r->result_count == 0;
}

static void find_gaps(struct merging *m)
{
    for (size_t i = 0; i < m->in->count; i++) {
        const struct merge_part *p = &m->in->part[i];
        if (p->record->exit > SIGNAL_EXIT)
            merge_add_gap(m, arena_printf(m->arena,
                                          "%.200s is of a run that was "
                                          "interrupted: what had not ended is "
                                          "not known",
                                          p->name));
        else if (p->record->production.state == PRODUCTION_UNKNOWN &&
                 !is_shown(p->record))
            merge_add_gap(m, arena_printf(m->arena,
                                          "%.200s could not tell how "
                                          "production is",
                                          p->name));
    }
}

bool merge_parts_fit(struct merging *m)
{
    if (m->in->count < 1 || m->in->count > MERGE_RECORDS_MAX)
        return err_set(m->err, POS_NONE, "1 to %d records become one, not %zu",
                       MERGE_RECORDS_MAX, m->in->count);
    if (!builds_fit(m) || !shards_fit(m) || !checks_differ(m))
        return false;
    find_gaps(m);
    return true;
}
