/* Logs of several records: each is counted once, whoever has read it. */
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "verdict/merging.h"

/* Where an item that is known by this text stands, and whose it is. */
struct known {
    const char *key; /* NULL: free */
    size_t at, part;
};

/* A list of the joined findings while it grows. */
struct joint {
    struct arena *arena;
    size_t size; /* of an item */
    char *item;
    size_t count, cap;
    struct known *known; /* open addressing, never full */
    size_t slots;
    const char *(*key)(struct arena *a, const void *item);
    int64_t (*times)(const void *item);
};

static struct known *slot_of(const struct joint *j, const char *key)
{
    size_t at = (size_t)hash_add(HASH_START, str_from(key)) & (j->slots - 1);
    while (j->known[at].key != NULL && strcmp(j->known[at].key, key) != 0)
        at = (at + 1) & (j->slots - 1);
    return &j->known[at];
}

/* What another record has, too, is the same thing in the same log: the one
   that was read later has counted more of it. */
static void add_item(struct joint *j, const void *item, size_t part)
{
    struct known *k = slot_of(j, j->key(j->arena, item));
    if (j->item != NULL && k->key != NULL && k->part != part) {
        char *old = j->item + k->at * j->size;
        if (j->times(item) > j->times(old))
            memcpy(old, item, j->size);
        return;
    }
    if (k->key == NULL)
        *k = (struct known){j->key(j->arena, item), j->count, part};
    j->item = arena_grow(j->arena, j->item, j->count, &j->cap, j->size);
    memcpy(j->item + j->count++ * j->size, item, j->size);
}

struct source_list {
    size_t at, count_at; /* in struct findings */
    size_t size;
    const char *(*key)(struct arena *a, const void *item);
    int64_t (*times)(const void *item);
};

static const char *or_none(const char *text)
{
    return text == NULL ? "" : text;
}

/* Lengths in front, so that no text can look like two. */
static const char *key_of(struct arena *a, const char *one, const char *two,
                          const struct place *p)
{
    one = or_none(one);
    two = or_none(two);
    return arena_printf(a, "%zu:%s%zu:%s%s:%lld:%lld", strlen(one), one,
                        strlen(two), two, or_none(p->file), (long long)p->line,
                        (long long)p->time_ms);
}

static const char *finding_key(struct arena *a, const void *item)
{
    const struct finding *f = item;
    return key_of(a, f->signature, f->fingerprint, &f->first);
}

static int64_t finding_times(const void *item)
{
    return ((const struct finding *)item)->count;
}

static const char *cluster_key(struct arena *a, const void *item)
{
    const struct cluster *c = item;
    return key_of(a, c->id, c->text, &c->first);
}

static int64_t cluster_times(const void *item)
{
    return ((const struct cluster *)item)->count;
}

static const char *cause_key(struct arena *a, const void *item)
{
    const struct cause *c = item;
    struct place at = {.file = NULL};
    if (c->chain_count > 0)
        at = (struct place){.file = c->chain[0].file, .line = c->chain[0].line};
    return key_of(a, c->signature != NULL ? c->signature : c->cluster,
                  c->elsewhere != NULL ? c->elsewhere : c->title, &at);
}

static int64_t cause_times(const void *item)
{
    return (int64_t)((const struct cause *)item)->chain_count;
}

static const char *edge_key(struct arena *a, const void *item)
{
    const struct edge_row *e = item;
    const struct place from = {.file = e->file, .line = e->line};
    const struct place to = {
        .file = e->to_file, .line = e->to_line, .time_ms = e->kind};
    return key_of(a, key_of(a, e->from, e->to, &from), NULL, &to);
}

static int64_t edge_times(const void *item)
{
    return ((const struct edge_row *)item)->count;
}

static const char *run_key(struct arena *a, const void *item)
{
    const struct log_run *r = item;
    const struct place at = {.file = r->scope, .line = r->line};
    return key_of(a, r->said_by, NULL, &at);
}

static int64_t run_times(const void *item)
{
    return ((const struct log_run *)item)->to;
}

#define LIST_OF(member, row, key, times)                                       \
    {                                                                          \
        offsetof(struct findings, member),                                     \
            offsetof(struct findings, member##_count), sizeof(row), key, times \
    }

static const struct source_list list[] = {
    LIST_OF(finding, struct finding, finding_key, finding_times),
    LIST_OF(news, struct finding, finding_key, finding_times),
    LIST_OF(cause, struct cause, cause_key, cause_times),
    LIST_OF(unknown, struct cluster, cluster_key, cluster_times),
    LIST_OF(edge, struct edge_row, edge_key, edge_times),
    LIST_OF(run, struct log_run, run_key, run_times),
};

static size_t count_in(const struct findings *f, const struct source_list *s)
{
    return *(const size_t *)(const void *)((const char *)f + s->count_at);
}

static const char *items_in(const struct findings *f,
                            const struct source_list *s)
{
    return *(const char *const *)(const void *)((const char *)f + s->at);
}

static void join_list(struct merging *m, const struct source_list *s)
{
    struct joint j = {.arena = m->arena,
                      .size = s->size,
                      .slots = 16,
                      .key = s->key,
                      .times = s->times};
    size_t most = 0;
    for (size_t i = 0; i < m->in->count; i++)
        most += count_in(&m->in->part[i].record->logs, s);
    while (j.slots < 2 * most)
        j.slots *= 2;
    j.known = arena_array(m->arena, j.slots, sizeof(*j.known));
    for (size_t i = 0; i < m->in->count; i++) {
        const struct findings *f = &m->in->part[i].record->logs;
        for (size_t k = 0; k < count_in(f, s); k++)
            add_item(&j, items_in(f, s) + k * s->size, i);
    }
    *(void **)(void *)((char *)&m->logs + s->at) = j.item;
    *(size_t *)(void *)((char *)&m->logs + s->count_at) = j.count;
}

struct ranked {
    struct cause cause;
    size_t order;
};

static int compare_ranked(const void *left, const void *right)
{
    const struct ranked *a = left, *b = right;
    if (a->cause.score != b->cause.score)
        return a->cause.score < b->cause.score ? 1 : -1;
    return (a->order > b->order) - (a->order < b->order);
}

/* Best first; of equal ones the order in which they were given. */
static void rank_causes(struct findings *f, struct arena *a)
{
    struct ranked *all = arena_array(a, f->cause_count + 1, sizeof(*all));
    for (size_t i = 0; i < f->cause_count; i++)
        all[i] = (struct ranked){f->cause[i], i};
    if (f->cause_count > 1)
        qsort(all, f->cause_count, sizeof(*all), compare_ranked);
    for (size_t i = 0; i < f->cause_count; i++)
        f->cause[i] = all[i].cause;
}

static bool same_logs(const struct record *a, const struct record *b)
{
    bool same = a->environment.log_count == b->environment.log_count;
    for (size_t i = 0; same && i < a->environment.log_count; i++)
        same = strcmp(or_none(a->environment.log[i]),
                      or_none(b->environment.log[i])) == 0;
    return same;
}

/* Of one list of logs the reading that saw most of it. */
static bool is_best_reading(const struct merging *m, size_t index)
{
    const struct record *r = m->in->part[index].record;
    for (size_t i = 0; i < m->in->count; i++) {
        const struct record *o = m->in->part[i].record;
        int64_t more = o->logs.coverage.bytes - r->logs.coverage.bytes;
        if (i != index && same_logs(o, r) &&
            (more > 0 || (more == 0 && i < index)))
            return false;
    }
    return true;
}

/* Sums of what foreign files tell stay within what can be told. */
static void add(int64_t *sum, int64_t more)
{
    if (more > 0)
        *sum = *sum > INT64_MAX - more ? INT64_MAX : *sum + more;
}

static int compare_explanations(const void *left, const void *right)
{
    const struct explanation *a = left, *b = right;
    if (a->lines != b->lines)
        return a->lines < b->lines ? 1 : -1;
    return strcmp(or_none(a->signature), or_none(b->signature));
}

static int compare_signatures(const void *left, const void *right)
{
    const struct explanation *a = left, *b = right;
    return strcmp(or_none(a->signature), or_none(b->signature));
}

/* Rows of one signature become one. */
static void join_explanations(struct coverage *c)
{
    size_t left = 0;
    if (c->by_count < 2)
        return;
    qsort(c->by, c->by_count, sizeof(*c->by), compare_signatures);
    for (size_t i = 1; i < c->by_count; i++) {
        if (compare_signatures(&c->by[left], &c->by[i]) == 0)
            add(&c->by[left].lines, c->by[i].lines);
        else
            c->by[++left] = c->by[i];
    }
    c->by_count = left + 1;
    qsort(c->by, c->by_count, sizeof(*c->by), compare_explanations);
}

static void add_coverage(struct merging *m, const struct coverage *more,
                         size_t *cap)
{
    struct coverage *c = &m->logs.coverage;
    add(&c->files, more->files);
    add(&c->lines, more->lines);
    add(&c->bytes, more->bytes);
    add(&c->errors, more->errors);
    add(&c->explained, more->explained);
    add(&c->suppressed, more->suppressed);
    add(&c->interpreted, more->interpreted);
    add(&c->cut, more->cut);
    add(&c->mixed, more->mixed);
    add(&c->unread, more->unread);
    for (size_t i = 0; i < more->by_count; i++) {
        c->by = arena_grow(m->arena, c->by, c->by_count, cap, sizeof(*c->by));
        c->by[c->by_count++] = more->by[i];
    }
}

bool merge_logs(struct merging *m)
{
    size_t read = 0, cap = 0;
    for (size_t i = 0; i < ARRAY_COUNT(list); i++)
        join_list(m, &list[i]);
    for (size_t i = 0; i < m->in->count; i++) {
        const struct record *r = m->in->part[i].record;
        if (r->environment.log_count == 0)
            continue;
        read++;
        if (is_best_reading(m, i)) {
            add_coverage(m, &r->logs.coverage, &cap);
            add(&m->logs.coverage.gave_up, r->logs.coverage.gave_up);
            add(&m->logs.coverage.unjudged, r->logs.coverage.unjudged);
        } else if (m->logs.coverage.gave_up == 0) {
            add(&m->logs.coverage.gave_up, r->logs.coverage.gave_up);
            add(&m->logs.coverage.unjudged, r->logs.coverage.unjudged);
        }
    }
    if (read > 1) {
        join_explanations(&m->logs.coverage);
        rank_causes(&m->logs, m->arena);
    }
    return read > 0;
}
