/*
 * Events of all logs in the order in which they happened: logs that tell the
 * time are merged by it, others follow each other as they were given. Then
 * each event gets the transaction, step and migration in which it stands.
 */
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "scan/internal.h"

enum event_kind { EVENT_MARK, EVENT_HIT, EVENT_ERROR };

struct event {
    enum event_kind kind;
    size_t index;    /* in its list */
    int64_t time_ms; /* never goes back within its log; 0: none */
    struct position *at;
    struct scope *scope;
};

struct ordering {
    struct scan *scan;
    struct event *event;
    size_t count;
    bool merges;
};

static void add(struct ordering *o, enum event_kind kind, size_t index,
                struct position *at, struct scope *scope,
                const struct place *place)
{
    o->event[o->count++] =
        (struct event){kind, index, place->time_ms, at, scope};
}

static void collect(struct ordering *o)
{
    struct scan *s = o->scan;
    size_t most = s->hit_count + s->error_count + s->mark_count;
    o->event = arena_array(s->arena, most + 1, sizeof(*o->event));
    for (size_t i = 0; i < s->mark_count; i++)
        add(o, EVENT_MARK, i, &s->mark[i].at, &s->mark[i].scope,
            &s->mark[i].place);
    for (size_t i = 0; i < s->hit_count; i++)
        add(o, EVENT_HIT, i, &s->hit[i].at, &s->hit[i].scope, &s->hit[i].place);
    for (size_t i = 0; i < s->error_count; i++)
        add(o, EVENT_ERROR, i, &s->error[i].at, &s->error[i].scope,
            &s->error[i].place);
}

static int compare_ints(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

static int compare_rows(const void *left, const void *right)
{
    const struct event *a = left, *b = right;
    if (a->at->log != b->at->log)
        return a->at->log < b->at->log ? -1 : 1;
    if (a->at->row != b->at->row)
        return compare_ints(a->at->row, b->at->row);
    if (a->kind != b->kind)
        return (int)a->kind - (int)b->kind;
    return compare_ints((int64_t)a->index, (int64_t)b->index);
}

static int compare_times(const void *left, const void *right)
{
    const struct event *a = left, *b = right;
    if (a->time_ms != b->time_ms)
        return compare_ints(a->time_ms, b->time_ms);
    return compare_rows(left, right);
}

/* A log whose clock jumps back keeps its own order. */
static void settle_times(struct ordering *o)
{
    bool timed = true, many = false;
    for (size_t i = 0; i < o->count; i++) {
        struct event *e = &o->event[i];
        bool same = i > 0 && o->event[i - 1].at->log == e->at->log;
        timed = timed && e->time_ms != 0;
        many = many || (i > 0 && !same);
        if (same && e->time_ms < o->event[i - 1].time_ms)
            e->time_ms = o->event[i - 1].time_ms;
    }
    o->merges = timed && many;
}

/* All that one line says happens at once. */
static void number(struct ordering *o)
{
    int64_t order = 0;
    for (size_t i = 0; i < o->count; i++) {
        struct position *at = o->event[i].at;
        if (i > 0 && (o->event[i - 1].at->log != at->log ||
                      o->event[i - 1].at->row != at->row))
            order++;
        at->order = order;
    }
}

/* What goes on in a process, or in a whole log, while the events pass. */
struct stage {
    uint64_t key; /* 0: free */
    int64_t number;
    const char *name;
};

struct stages {
    struct stage *slot;
    size_t cap; /* a power of two, twice what can be in it */
};

static struct stage *stage_of(const struct stages *all, size_t log,
                              const char *source, const char *process,
                              char what)
{
    uint64_t key = hash_add(HASH_START + log, (struct str){&what, 1});
    key = hash_add(key, str_from(source));
    key = hash_add(key, (struct str){"", 1});
    key = hash_add(key, str_from(process)) | 1;
    size_t at = (size_t)(key >> 9) & (all->cap - 1);
    while (all->slot[at].key != 0 && all->slot[at].key != key)
        at = (at + 1) & (all->cap - 1);
    all->slot[at].key = key;
    return &all->slot[at];
}

static struct stages stages_for(struct arena *a, size_t events)
{
    struct stages all = {NULL, 64};
    while (all.cap < 16 * events)
        all.cap *= 2;
    all.slot = arena_array(a, all.cap, sizeof(*all.slot));
    return all;
}

/* Of one host: what builds and then deploys is one deploy. */
static void pass_deploy(const struct stages *all, struct mark *m)
{
    struct stage *run = stage_of(all, m->at.log, m->scope.unit, "", 'd');
    bool goes_on = m->kind == MARK_PHASE && run->name != NULL &&
                   strcmp(run->name, m->name) == 0;
    m->begins = !goes_on;
    run->number += m->begins;
    run->name = m->kind == MARK_RUN ? m->name : NULL;
}

static void pass_mark(const struct stages *all, struct mark *m)
{
    switch (m->kind) {
    case MARK_TRANSACTION:
        stage_of(all, m->at.log, m->scope.source, m->scope.process, 't')
            ->number++;
        break;
    case MARK_STEP:
        stage_of(all, m->at.log, m->scope.source, "", 's')->name = m->name;
        break;
    case MARK_TARGET:
        stage_of(all, m->at.log, m->scope.unit, "", 'g')->name = m->name;
        break;
    case MARK_RUN:
    case MARK_PHASE:
    case MARK_BUILD:
        pass_deploy(all, m);
        break;
    case MARK_LEVEL:
    case MARK_MENTION:
        break;
    }
}

static void place_in_run(const struct stages *all, const struct event *e)
{
    struct scope *scope = e->scope;
    const char *target = stage_of(all, e->at->log, scope->unit, "", 'g')->name;
    if (target != NULL)
        scope->target = target;
    scope->run = stage_of(all, e->at->log, "", "", 'd')->number;
    if (scope->unit[0] != '\0')
        scope->run += stage_of(all, e->at->log, scope->unit, "", 'd')->number;
}

static bool opens_migration(const struct scan *s, const struct event *e)
{
    return e->kind == EVENT_HIT && s->hit[e->index].signature->opens_scope &&
           !s->hit[e->index].detail;
}

static void place_in_stages(struct ordering *o)
{
    struct scan *s = o->scan;
    struct stages all = stages_for(s->arena, o->count);
    int64_t regions = 0;
    for (size_t i = 0; i < o->count; i++) {
        struct event *e = &o->event[i];
        if (e->kind == EVENT_MARK) {
            pass_mark(&all, &s->mark[e->index]);
            continue;
        }
        struct stage *region = stage_of(&all, e->at->log, "", "", 'r');
        if (region->number == 0 || opens_migration(s, e))
            region->number = ++regions;
        e->scope->region = region->number;
        e->scope->transaction =
            stage_of(&all, e->at->log, e->scope->source, e->scope->process, 't')
                ->number;
        const char *step =
            stage_of(&all, e->at->log, e->scope->source, "", 's')->name;
        if (e->scope->step[0] == '\0' && step != NULL)
            e->scope->step = step;
        place_in_run(&all, e);
    }
}

static void rearrange(struct ordering *o)
{
    struct scan *s = o->scan;
    struct hit *hit = arena_array(s->arena, s->hit_count + 1, sizeof(*hit));
    struct error_line *error =
        arena_array(s->arena, s->error_count + 1, sizeof(*error));
    size_t hits = 0, errors = 0;
    for (size_t i = 0; i < o->count; i++) {
        if (o->event[i].kind == EVENT_HIT)
            hit[hits++] = s->hit[o->event[i].index];
        else if (o->event[i].kind == EVENT_ERROR)
            error[errors++] = s->error[o->event[i].index];
    }
    s->hit = hit;
    s->error = error;
}

void order_events(struct scan *s)
{
    struct ordering o = {.scan = s};
    collect(&o);
    if (o.count > 1)
        qsort(o.event, o.count, sizeof(*o.event), compare_rows);
    settle_times(&o);
    if (o.merges)
        qsort(o.event, o.count, sizeof(*o.event), compare_times);
    number(&o);
    place_in_stages(&o);
    rearrange(&o);
}
