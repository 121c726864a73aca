/*
 * The graph's sources are the causes. They are ranked by what speaks for
 * each, in points, and the points are told.
 */
#include <string.h>

#include "scan/graph.h"
#include "scan/internal.h"
#include "scan/log_window.h"
#include "scan/rank.h"
#include "scan/readers.h"
#include "scan/recovery.h"
#include "scan/run_end.h"
#include "scan/speakers.h"

#define GROUPS_MAX 1000 /* that are compared */
#define CAUSES_MAX 50   /* that are reported, best first */

struct group {
    struct cause_parts parts;
    const struct occurrence *first; /* what it is told from */
    const char *cluster;
    size_t follower_cap;
};

struct finder {
    struct scan *scan;
    struct graph graph;
    struct run_ends ends;
    struct root_choice *choice;
    struct group *group;
    size_t count;
};

static bool same_group(const struct group *a, const struct link *root,
                       const char *cluster)
{
    if (cluster != NULL || a->cluster != NULL)
        return cluster != NULL && a->cluster != NULL &&
               strcmp(cluster, a->cluster) == 0;
    return same_finding(a->first, root->parent);
}

static struct group *group_for(struct finder *f, const struct link *root)
{
    const char *cluster = root->unknown == NULL
                              ? NULL
                              : cluster_id(f->scan->arena, root->unknown->text);
    for (size_t i = 0; i < f->count; i++)
        if (same_group(&f->group[i], root, cluster))
            return &f->group[i];
    if (f->count == GROUPS_MAX) {
        f->scan->coverage.gave_up++;
        f->scan->coverage.unjudged +=
            root->parent != NULL && root->parent->signature->deployment >= 0;
        return NULL;
    }
    struct group *made = &f->group[f->count++];
    made->cluster = cluster;
    made->first = root->parent;
    made->parts.unknown = root->unknown;
    if (root->parent != NULL && root->parent->signature->role == ROLE_ROOT)
        made->parts.root = root->parent;
    return made;
}

static void add_follower(struct finder *f, struct group *group,
                         const struct occurrence *o)
{
    struct cause_parts *p = &group->parts;
    p->follower = arena_grow(f->scan->arena, p->follower, p->follower_count,
                             &group->follower_cap, sizeof(*p->follower));
    p->follower[p->follower_count++] = o;
    p->across = p->across || graph_leaves_scope(&f->graph, o);
}

static void make_groups(struct finder *f)
{
    const struct occurrences *all = f->graph.all;
    for (size_t i = 0; i < all->count; i++) {
        const struct occurrence *o = &all->item[i];
        if (o->signature->role >= ROLE_BOILERPLATE)
            continue;
        struct link root = graph_root(&f->graph, o);
        struct group *mine = group_for(f, &root);
        if (mine == NULL)
            continue;
        const struct occurrence *top = mine->parts.root;
        if (top == NULL || !same_finding(top, o))
            add_follower(f, mine, o);
    }
}

static const struct occurrence *head_of(const struct cause_parts *p)
{
    bool elsewhere = p->root == NULL && p->unknown == NULL;
    return elsewhere && p->follower_count > 0 ? p->follower[0] : p->root;
}

/* The success of the run that makes all that is like the head history. */
static const struct occurrence *excuse_of(const struct finder *f,
                                          const struct cause_parts *p)
{
    const struct occurrence *head = head_of(p), *found = NULL;
    const struct occurrences *all = f->graph.all;
    for (size_t i = 0; head != NULL && i < all->count; i++) {
        const struct occurrence *o = &all->item[i];
        if (!same_finding(o, head))
            continue;
        struct run_error e = {o->last_at, &o->scope,
                              o->signature->deployment >= 0};
        found = run_ends_excuse(&f->ends, &e);
        if (found == NULL)
            return NULL;
    }
    return found;
}

/* What nobody knows is over where all that it brought is. */
static const struct occurrence *recovery_of_all(const struct finder *f,
                                                const struct cause_parts *p)
{
    const struct occurrence *found = NULL;
    for (size_t i = 0; i < p->follower_count; i++) {
        const struct occurrence *o = p->follower[i];
        struct trouble t = {.last = NULL};
        struct run_error e = {o->last_at, &o->scope,
                              o->signature->deployment >= 0};
        trouble_add(&t, o);
        found = recovery_find(&f->graph, &t);
        if (found == NULL)
            found = run_ends_excuse(&f->ends, &e);
        if (found == NULL)
            return NULL;
    }
    return found;
}

/* Good news counts when it comes after the last that the cause brought. */
static const struct occurrence *recovery_of(const struct finder *f,
                                            const struct cause_parts *p)
{
    const struct occurrence *root = head_of(p);
    if (p->unknown != NULL)
        return recovery_of_all(f, p);
    struct trouble t = {.last = NULL};
    if (root == NULL)
        return NULL;
    trouble_add(&t, root);
    for (size_t i = 0; i < p->follower_count; i++)
        trouble_add(&t, p->follower[i]);
    if (t.fatal && t.migration_count == 0 && p->opener != NULL)
        trouble_add(&t, p->opener);
    const struct occurrence *found = recovery_find(&f->graph, &t);
    for (size_t i = 0; found != NULL && i < p->follower_count; i++)
        if (p->follower[i]->first_at.order > found->first_at.order)
            found = NULL;
    return found;
}

/* By which line its process or run ended, with it or a consequence. */
static const struct occurrence *end_of(const struct finder *f,
                                       const struct cause_parts *p)
{
    const struct occurrence *o = head_of(p);
    if (p->last_word != NULL)
        return p->last_word;
    return o == NULL || p->recovery != NULL ? NULL : recovery_end(&f->graph, o);
}

/* The line that started the migration in which the cause stands. */
static const struct occurrence *opener_of(const struct occurrences *all,
                                          const struct cause_parts *p)
{
    const struct scope *scope = p->root != NULL         ? &p->root->scope
                                : p->unknown != NULL    ? &p->unknown->scope
                                : p->follower_count > 0 ? &p->follower[0]->scope
                                                        : NULL;
    for (size_t i = 0; scope != NULL && i < all->count; i++)
        if (all->item[i].signature->opens_scope &&
            all->item[i].scope.region == scope->region)
            return &all->item[i];
    return NULL;
}

/* Only the host's or tool's last word that it failed, or NULL. */
static const struct occurrence *last_word(const struct finder *f)
{
    const struct graph *g = &f->graph;
    for (size_t i = 0; i < g->end_count; i++) {
        const struct occurrence *o = g->end[i];
        struct run_error e = {o->last_at, &o->scope, false};
        if (!recovery_is_over(g, o) && run_ends_excuse(&f->ends, &e) == NULL)
            return o;
    }
    return NULL;
}

/*
 * Nothing known broke. Where the run is said to have failed, or a program to
 * have died, or a line is new since a good deploy, the thickest of the unknown
 * errors is the best guess, and a guess it is.
 */
static void guess(struct finder *f)
{
    const struct occurrence *word = last_word(f);
    const struct error_line *line = root_choice_for(f->choice, word);
    if (word != NULL && (line == NULL || line->weak)) {
        const struct error_line *near = root_choice_near(f->choice, word);
        line = near != NULL && !near->weak ? near : line;
    }
    if (line == NULL && word == NULL)
        return;
    struct group *made = &f->group[f->count++];
    *made = (struct group){.parts = {.unknown = line, .last_word = word}};
}

static int compare_groups(const struct group *a, const struct group *b)
{
    return (b->parts.rank.score > a->parts.rank.score) -
           (b->parts.rank.score < a->parts.rank.score);
}

/* Stable: equals stay in the order of events. */
static void sort_groups(struct group *group, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        struct group moved = group[i];
        size_t at = i;
        for (; at > 0 && compare_groups(&moved, &group[at - 1]) < 0; at--)
            group[at] = group[at - 1];
        group[at] = moved;
    }
}

/* What proves something of the deploy is among those that are reported. */
static void keep_proof(struct finder *f)
{
    for (size_t i = CAUSES_MAX; i < f->count; i++) {
        if (cause_deployment(&f->group[i].parts) < 0)
            continue;
        struct group moved = f->group[CAUSES_MAX - 1];
        f->group[CAUSES_MAX - 1] = f->group[i];
        f->group[i] = moved;
        break;
    }
    if (f->count > CAUSES_MAX)
        f->count = CAUSES_MAX;
}

static void judge_one(struct finder *f, struct cause_parts *p)
{
    p->opener = opener_of(f->graph.all, p);
    p->recovery = recovery_of(f, p);
    if (p->recovery == NULL)
        p->recovery = excuse_of(f, p);
    p->end = end_of(f, p);
    p->earlier = window_is_earlier(f->scan, f->graph.all, p);
}

static void judge_guess(struct finder *f, struct cause_parts *p)
{
    p->end = end_of(f, p);
    p->earlier = window_is_earlier(f->scan, f->graph.all, p);
}

/* The good deploy had it, too, so it is not what broke this one. */
static bool cause_is_old(const struct cause_parts *p)
{
    return p->root != NULL ? p->root->good.all
           : p->unknown != NULL
               ? p->unknown->good.all
               : p->follower_count > 0 && p->follower[0]->good.all;
}

/* By what it was, and not because something else was not there. */
static bool something_ended(const struct cause_parts *p)
{
    bool waited = false;
    for (size_t i = 0; i < p->follower_count; i++)
        waited = waited || p->follower[i]->signature->of_another;
    return p->recovery == NULL &&
           (p->root == NULL || !p->root->signature->of_another) &&
           (p->end != NULL || (p->unknown != NULL && waited && p->across));
}

static void judge(struct finder *f)
{
    int64_t first = INT64_MAX;
    bool alive = false;
    for (size_t i = 0; i < f->count; i++) {
        struct cause_parts *p = &f->group[i].parts;
        judge_one(f, p);
        alive =
            alive || (p->recovery == NULL && !p->earlier && !cause_is_old(p));
        int64_t order = rank_order(p);
        first = order < first ? order : first;
    }
    size_t known = f->count;
    if (!alive && f->count < GROUPS_MAX)
        guess(f);
    for (size_t i = known; i < f->count; i++)
        judge_guess(f, &f->group[i].parts);
    bool ended = false;
    for (size_t i = 0; i < f->count; i++)
        ended = ended || something_ended(&f->group[i].parts);
    for (size_t i = 0; i < f->count; i++)
        rank_cause(f->scan, &f->group[i].parts, first, ended);
}

void find_causes(struct scan *s, const struct occurrences *all,
                 struct findings *out)
{
    struct finder f = {
        .scan = s,
        .group = arena_array(s->arena, GROUPS_MAX, sizeof(*f.group)),
    };
    run_ends_find(&f.ends, s, all);
    speakers_settle(s->readers->speakers, s, all);
    f.choice = root_choice_open(s, &f.ends);
    graph_make(&f.graph, s, all, f.choice);
    graph_write(&f.graph, s->arena, out);
    recovery_mark(&f.graph, s->arena, out);
    make_groups(&f);
    judge(&f);
    sort_groups(f.group, f.count);
    keep_proof(&f);
    out->cause = arena_array(s->arena, f.count + 1, sizeof(*out->cause));
    out->cause_count = f.count;
    for (size_t i = 0; i < f.count; i++) {
        f.group[i].parts.rivals = f.count - 1;
        cause_write(s, &f.group[i].parts, &out->cause[i]);
    }
    root_choice_close(f.choice);
    run_ends_write(&f.ends, s, out);
}
