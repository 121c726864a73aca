/* Links, and where they end. Searches are bounded: logs are not ours. */
#include "scan/graph.h"

#include <stdlib.h>
#include <string.h>

#include "scan/subject.h"
#include "scan/waits.h"

#define LOOK_MAX    5000 /* happenings that are looked at for one link */
#define NEAR_MS     2000 /* clocks of two logs of one transaction */
#define LONG_AGO_MS INT64_C(1800000)
#define EDGES_MAX   200

static const struct link no_link = {NULL, NULL, EDGE_WRAPS, false};

static bool in_list(const char *id, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (signature_id_matches(id, list[i]))
            return true;
    return false;
}

static int64_t lines_between(const struct place *a, const struct place *b)
{
    return a->line < b->line ? b->line - a->line : a->line - b->line;
}

static bool same_step(const struct scope *a, const struct scope *b)
{
    return a->step[0] == '\0' || b->step[0] == '\0' ||
           strcmp(a->step, b->step) == 0;
}

static bool joins(const struct occurrence *a, const struct occurrence *b)
{
    return scope_joins(&a->first_at, &a->scope, &b->first_at, &b->scope);
}

/* They name no two things: migrations, relations, targets. */
static bool agree(const struct occurrence *a, const struct occurrence *b)
{
    for (size_t i = 0; i < a->signature->key_count; i++) {
        const char *key = a->signature->key[i];
        const char *x = capture_get(a->capture, a->capture_count, key);
        const char *y = capture_get(b->capture, b->capture_count, key);
        if (x != NULL && y != NULL && strcmp(x, y) != 0)
            return false;
    }
    return true;
}

/* Does the way from o, as far as it is known, come to w? */
static bool leads_to(const struct graph *g, const struct occurrence *o,
                     const struct occurrence *w)
{
    for (size_t steps = 0; o != NULL && o != w && steps < LOOK_MAX; steps++)
        o = graph_link(g, o)->parent;
    return o == w;
}

static bool may_wrap(const struct graph *g, const struct occurrence *w,
                     const struct occurrence *o)
{
    const struct signature *s = w->signature;
    return o->signature->role < ROLE_BOILERPLATE && !leads_to(g, o, w) &&
           o->scope.region == w->scope.region && joins(o, w) &&
           same_step(&o->scope, &w->scope) &&
           in_list(o->signature->id, s->wraps, s->wraps_count);
}

/* The first error in the block that starts with wrapper w. */
static struct link inside(const struct graph *g, const struct occurrence *w)
{
    size_t i = (size_t)(w - g->all->item);
    while (i > 0 && g->all->item[i - 1].first_at.order == w->first_at.order)
        i--; /* what stands on the same line is inside, too */
    for (size_t steps = 0; i < g->all->count && steps < LOOK_MAX;
         i++, steps++) {
        const struct occurrence *o = &g->all->item[i];
        if (o->first_at.log == w->first_at.log &&
            lines_between(&w->last, &o->first) > w->signature->span &&
            o->first_at.order > w->last_at.order)
            break;
        if (may_wrap(g, w, o))
            return (struct link){.parent = o, .kind = EDGE_WRAPS};
    }
    return no_link;
}

/* Some tools print the error first: the nearest one within the span above. */
static struct link above(const struct graph *g, const struct occurrence *w)
{
    size_t i = (size_t)(w - g->all->item);
    for (size_t steps = 0; i-- > 0 && steps < LOOK_MAX; steps++) {
        const struct occurrence *o = &g->all->item[i];
        if (may_wrap(g, w, o) &&
            lines_between(&o->last, &w->first) <= w->signature->span)
            return (struct link){.parent = o, .kind = EDGE_WRAPS};
    }
    return no_link;
}

static struct link chosen(const struct graph *g, const struct occurrence *o,
                          enum edge kind)
{
    const struct error_line *e = root_choice_for(g->choice, o);
    bool across = e == NULL;
    if (across)
        e = root_choice_near(g->choice, o);
    return (struct link){
        .unknown = e, .kind = kind, .across = across && e != NULL};
}

/* Both are of the same step of a build, or of the same container. */
static bool same_lane(const struct occurrence *a, const struct occurrence *b)
{
    return (a->scope.step[0] != '\0' &&
            strcmp(a->scope.step, b->scope.step) == 0) ||
           (a->scope.source[0] != '\0' &&
            strcmp(a->scope.source, b->scope.source) == 0);
}

/* What stands in the wrapper's own step counts before what comes after it. */
static struct link of_wrapper(const struct graph *g, const struct occurrence *w)
{
    struct link found = inside(g, w);
    if (found.parent == NULL || !same_lane(found.parent, w)) {
        struct link own = above(g, w);
        if (own.parent != NULL &&
            (found.parent == NULL || same_lane(own.parent, w)))
            found = own;
    }
    return found.parent == NULL ? chosen(g, w, EDGE_WRAPS) : found;
}

/* What a symptom, or what usually follows, may come from. */
struct search {
    const struct occurrence *of;
    const char *const *id;
    size_t id_count;
    enum edge kind;
    bool any_region;
};

static bool named_in_full(const struct search *f, const char *id)
{
    for (size_t i = 0; i < f->id_count; i++)
        if (strcmp(f->id[i], id) == 0)
            return true;
    return false;
}

/* A symptom is one where it is named in full, not by a `*`. */
static bool may_cause(const struct graph *g, const struct search *f,
                      const struct occurrence *o)
{
    return (o->signature->role == ROLE_ROOT ||
            o->signature->role == ROLE_WRAPPER ||
            (o->signature->role == ROLE_SYMPTOM &&
             named_in_full(f, o->signature->id))) &&
           o->signature != f->of->signature &&
           in_list(o->signature->id, f->id, f->id_count) && agree(f->of, o) &&
           !leads_to(g, o, f->of);
}

static bool in_scope(const struct search *f, const struct occurrence *o)
{
    bool together = f->of->signature->in_transaction;
    enum subject subject = subject_of_line(f->of, &o->scope);
    return (joins(f->of, o) || subject == SUBJECT_SAME) &&
           subject != SUBJECT_ANOTHER &&
           (f->any_region || o->scope.region == f->of->scope.region) &&
           (!together || o->scope.transaction == f->of->scope.transaction) &&
           (f->kind == EDGE_USUALLY_AFTER ||
            o->first_at.order != f->of->first_at.order);
}

/*
 * The nearest root above in its scope; or what a symptom of the same kind in
 * between has found. *nearest gets the place of either.
 */
static struct link known_before(const struct graph *g, const struct search *f,
                                int64_t *nearest)
{
    size_t i = (size_t)(f->of - g->all->item);
    for (size_t steps = 0; i-- > 0 && steps < LOOK_MAX; steps++) {
        const struct occurrence *o = &g->all->item[i];
        bool twin = o->signature == f->of->signature;
        if (!in_scope(f, o) || (!twin && !may_cause(g, f, o)))
            continue;
        *nearest = o->first_at.order;
        if (!twin)
            return (struct link){.parent = o, .kind = f->kind};
        if (f->kind == EDGE_SYMPTOM_OF)
            return g->link[i];
    }
    *nearest = -1;
    return no_link;
}

/* In an aborted transaction nothing but 25P02 can be raised: the nearest
 * other database error above it is the first, with a signature or without. */
static struct link unknown_before(const struct graph *g, const struct search *f,
                                  int64_t nearest)
{
    const struct occurrence *s = f->of;
    size_t i = error_from(g->scan, s->first_at.order);
    for (size_t steps = 0; i-- > 0 && steps < LOOK_MAX; steps++) {
        const struct error_line *e = &g->scan->error[i];
        if (e->at.order <= nearest)
            break;
        if (!e->covered && !e->weak && e->database &&
            e->scope.region == s->scope.region &&
            (!s->signature->in_transaction ||
             e->scope.transaction == s->scope.transaction) &&
            scope_joins(&e->at, &e->scope, &s->first_at, &s->scope))
            return (struct link){.unknown = e, .kind = f->kind};
    }
    return no_link;
}

/* Another log or container sees the same; another session does not. */
static bool sees_the_same(const struct occurrence *a,
                          const struct occurrence *b)
{
    return a->first_at.log != b->first_at.log ||
           (a->scope.source[0] != '\0' && b->scope.source[0] != '\0' &&
            strcmp(a->scope.source, b->scope.source) != 0);
}

/* Times of two logs; or one log that several containers write. */
static bool is_close(const struct search *f, const struct occurrence *o)
{
    const struct occurrence *s = f->of;
    if (s->signature->in_transaction && !sees_the_same(s, o))
        return false;
    bool timed = o->first.time_ms != 0 && s->first.time_ms != 0;
    int64_t before = s->first.time_ms - o->first.time_ms;
    if (!timed)
        return o->first_at.log == s->first_at.log &&
               o->first_at.order < s->first_at.order &&
               !s->signature->in_transaction;
    if (s->signature->in_transaction)
        return before >= -NEAR_MS && before <= NEAR_MS;
    return before >= 0 && before <= LONG_AGO_MS &&
           o->first_at.order < s->first_at.order;
}

static bool is_elsewhere(const struct search *f, const struct occurrence *o)
{
    return !joins(f->of, o) &&
           subject_of_line(f->of, &o->scope) != SUBJECT_ANOTHER;
}

/* In another log, container or process: the nearest one, earlier first. */
static struct link elsewhere_in_logs(const struct graph *g,
                                     const struct search *f)
{
    size_t from = (size_t)(f->of - g->all->item);
    for (size_t i = from, steps = 0; i-- > 0 && steps < LOOK_MAX; steps++) {
        const struct occurrence *o = &g->all->item[i];
        if (is_elsewhere(f, o) && may_cause(g, f, o) && is_close(f, o))
            return (struct link){.parent = o, .kind = f->kind, .across = true};
    }
    for (size_t i = from + 1, steps = 0; i < g->all->count && steps < LOOK_MAX;
         i++, steps++) {
        const struct occurrence *o = &g->all->item[i];
        if (is_elsewhere(f, o) && may_cause(g, f, o) && is_close(f, o))
            return (struct link){.parent = o, .kind = f->kind, .across = true};
    }
    return no_link;
}

static bool is_linked(struct link l)
{
    return l.parent != NULL || l.unknown != NULL;
}

static struct link of_symptom(const struct graph *g, const struct occurrence *s)
{
    struct search f = {s, s->signature->symptom_of,
                       s->signature->symptom_of_count, EDGE_SYMPTOM_OF, false};
    int64_t nearest;
    struct link found = known_before(g, &f, &nearest);
    struct link unknown = unknown_before(g, &f, nearest);
    if (is_linked(unknown))
        return unknown;
    if (!is_linked(found) && !s->signature->in_transaction) {
        f.any_region = true;
        found = known_before(g, &f, &nearest);
    }
    if (!is_linked(found))
        found = elsewhere_in_logs(g, &f);
    return is_linked(found) || s->signature->in_transaction
               ? found
               : chosen(g, s, EDGE_SYMPTOM_OF);
}

static struct link of_follower(const struct graph *g,
                               const struct occurrence *o)
{
    struct search f = {o, o->signature->usually_after,
                       o->signature->usually_after_count, EDGE_USUALLY_AFTER,
                       true};
    int64_t nearest;
    struct link found = known_before(g, &f, &nearest);
    return is_linked(found) ? found : elsewhere_in_logs(g, &f);
}

static bool has_key(const struct occurrence *o)
{
    for (size_t i = 0; i < o->signature->key_count; i++)
        if (capture_get(o->capture, o->capture_count, o->signature->key[i]) !=
            NULL)
            return true;
    return false;
}

/* A tool tells only the code, the server's own log which relation it was. */
static bool tells_more(const struct occurrence *less,
                       const struct occurrence *o)
{
    int64_t apart = less->first.time_ms - o->first.time_ms;
    return o->signature == less->signature && has_key(o) && !joins(less, o) &&
           o->first.time_ms != 0 && less->first.time_ms != 0 &&
           apart >= -NEAR_MS && apart <= NEAR_MS;
}

static struct link of_vague(const struct graph *g, const struct occurrence *o)
{
    size_t from = (size_t)(o - g->all->item);
    size_t low = from > LOOK_MAX ? from - LOOK_MAX : 0;
    for (size_t i = low; i < g->all->count && i < from + LOOK_MAX; i++)
        if (tells_more(o, &g->all->item[i]))
            return (struct link){.parent = &g->all->item[i],
                                 .kind = EDGE_SAME_AS,
                                 .across = true};
    return no_link;
}

#define NEWS_MAX 2000
#define ENDS_MAX 200

static void list_news(struct graph *g, struct arena *a)
{
    g->news = arena_array(a, NEWS_MAX, sizeof(*g->news));
    g->end = arena_array(a, ENDS_MAX, sizeof(*g->end));
    for (size_t i = g->all->count; i-- > 0;) {
        const struct occurrence *o = &g->all->item[i];
        if (o->signature->recovers_count > 0 && g->news_count < NEWS_MAX)
            g->news[g->news_count++] = o;
        if (o->signature->says_failed && g->end_count < ENDS_MAX)
            g->end[g->end_count++] = o;
    }
}

void graph_make(struct graph *out, const struct scan *scan,
                const struct occurrences *all, const struct root_choice *choice)
{
    *out = (struct graph){
        .scan = scan,
        .choice = choice,
        .all = all,
        .link = arena_array(scan->arena, all->count + 1, sizeof(*out->link)),
    };
    list_news(out, scan->arena);
    for (size_t i = 0; i < all->count; i++) {
        const struct occurrence *o = &all->item[i];
        out->link[i] = no_link;
        if (o->signature->role == ROLE_WRAPPER)
            out->link[i] = of_wrapper(out, o);
        else if (o->signature->role == ROLE_SYMPTOM)
            out->link[i] = of_symptom(out, o);
        if (o->signature->usually_after_count > 0 && !is_linked(out->link[i]))
            out->link[i] = of_follower(out, o);
        if (o->signature->role == ROLE_ROOT && o->signature->key_count > 0 &&
            !has_key(o) && !is_linked(out->link[i]))
            out->link[i] = of_vague(out, o);
    }
    waits_link(out);
}

const struct link *graph_link(const struct graph *g, const struct occurrence *o)
{
    return &g->link[o - g->all->item];
}

/* Links go to other occurrences, and a wrapper may wrap a wrapper. */
struct link graph_root(const struct graph *g, const struct occurrence *o)
{
    for (size_t steps = 0; steps < g->all->count; steps++) {
        struct link l = *graph_link(g, o);
        if (l.unknown != NULL)
            return l;
        if (l.parent == NULL)
            break;
        o = l.parent;
    }
    return (struct link){.parent = o};
}

bool graph_leaves_scope(const struct graph *g, const struct occurrence *o)
{
    for (size_t steps = 0; o != NULL && steps < g->all->count; steps++) {
        const struct link *l = graph_link(g, o);
        if (l->across)
            return true;
        o = l->parent;
    }
    return false;
}

static void add_edge(struct findings *out, const struct link *l,
                     const struct occurrence *from)
{
    struct edge_row row = {
        .from = from->signature->id,
        .to = l->parent != NULL    ? l->parent->signature->id
              : l->unknown != NULL ? "unknown"
                                   : "elsewhere",
        .kind = (int)l->kind,
        .across = l->across,
        .file = from->first.file,
        .line = from->first.line,
        .to_file = l->parent != NULL    ? l->parent->first.file
                   : l->unknown != NULL ? l->unknown->place.file
                                        : NULL,
        .to_line = l->parent != NULL    ? l->parent->first.line
                   : l->unknown != NULL ? l->unknown->place.line
                                        : 0,
    };
    for (size_t i = 0; i < out->edge_count; i++)
        if (strcmp(out->edge[i].from, row.from) == 0 &&
            strcmp(out->edge[i].to, row.to) == 0) {
            out->edge[i].count++;
            return;
        }
    row.count = 1;
    if (out->edge_count < EDGES_MAX)
        out->edge[out->edge_count++] = row;
}

void graph_write(const struct graph *g, struct arena *a, struct findings *out)
{
    out->edge = arena_array(a, EDGES_MAX, sizeof(*out->edge));
    for (size_t i = 0; i < g->all->count; i++) {
        const struct occurrence *o = &g->all->item[i];
        bool follows = o->signature->role == ROLE_WRAPPER ||
                       o->signature->role == ROLE_SYMPTOM;
        if (follows || is_linked(g->link[i]))
            add_edge(out, &g->link[i], o);
    }
}
