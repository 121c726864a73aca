/*
 * Occurrences to causes. Each occurrence gets at most one parent: a wrapper
 * the error inside its block, a symptom the first error of its transaction.
 * What has no parent and may be one is a root; what should have one and has
 * none says that the root is elsewhere.
 */
#include <string.h>

#include "scan/internal.h"

#define CAUSES_MAX    50
#define LOOK_BACK_MAX 5000 /* happenings above a symptom that are looked at */

/* Where an occurrence leads: another one, an unknown line, or nowhere. */
struct link {
    const struct occurrence *parent;
    const struct error_line *unknown;
};

struct graph {
    struct scan *scan;
    const struct occurrences *all;
    struct link *link; /* one for each occurrence */
};

static bool in_list(const char *id, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (signature_id_matches(id, list[i]))
            return true;
    return false;
}

/* Index of the first error line at or after a place. */
static size_t error_from(const struct scan *s, int64_t sequence)
{
    size_t low = 0, high = s->error_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (s->error[middle].sequence < sequence)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Some tools print the error first: the nearest one within the span above. */
static struct link above(const struct graph *g, const struct occurrence *w)
{
    const struct signature *sig = w->signature;
    size_t i = (size_t)(w - g->all->item);
    for (size_t steps = 0; i-- > 0 && steps < LOOK_BACK_MAX; steps++) {
        const struct occurrence *o = &g->all->item[i];
        if (o->region == w->region &&
            o->last_sequence >= w->first_sequence - sig->span &&
            in_list(o->signature->id, sig->wraps, sig->wraps_count))
            return (struct link){.parent = o};
    }
    return (struct link){NULL, NULL};
}

/* The first error in the block that starts with wrapper w. */
static struct link inside(const struct graph *g, const struct occurrence *w)
{
    const struct signature *sig = w->signature;
    const struct scan *s = g->scan;
    int64_t end = w->last_sequence + sig->span;
    size_t i = (size_t)(w - g->all->item);
    while (i > 0 && g->all->item[i - 1].first_sequence == w->first_sequence)
        i--; /* what stands on the same line is inside, too */
    for (; i < g->all->count && g->all->item[i].first_sequence <= end; i++) {
        const struct occurrence *o = &g->all->item[i];
        if (o != w && o->region == w->region &&
            in_list(o->signature->id, sig->wraps, sig->wraps_count))
            return (struct link){.parent = o};
    }
    struct link before_it = above(g, w);
    if (before_it.parent != NULL)
        return before_it;
    for (i = error_from(s, w->first_sequence);
         i < s->error_count && s->error[i].sequence <= end; i++)
        if (!s->error[i].explained && s->error[i].region == w->region)
            return (struct link){.unknown = &s->error[i]};
    return (struct link){NULL, NULL};
}

/*
 * The nearest root above symptom s in its session; or what a symptom of the
 * same kind in between has found. *nearest gets the place of either.
 */
static struct link known_before(const struct graph *g,
                                const struct occurrence *s, int64_t *nearest)
{
    const struct signature *sig = s->signature;
    size_t i = (size_t)(s - g->all->item);
    for (size_t steps = 0; i-- > 0 && steps < LOOK_BACK_MAX; steps++) {
        const struct occurrence *o = &g->all->item[i];
        if (o->region != s->region || strcmp(o->scope, s->scope) != 0 ||
            o->first_sequence == s->first_sequence)
            continue;
        *nearest = o->first_sequence;
        if (o->signature == sig)
            return g->link[i];
        if (o->signature->role == ROLE_ROOT &&
            in_list(o->signature->id, sig->symptom_of, sig->symptom_of_count))
            return (struct link){.parent = o};
    }
    *nearest = 0;
    return (struct link){NULL, NULL};
}

/*
 * The first error of the transaction that holds s. In an aborted transaction
 * nothing but 25P02 can be raised, so it is the nearest other database error
 * above s in the same session, with a signature or without.
 */
static struct link before(const struct graph *g, const struct occurrence *s)
{
    int64_t nearest = 0;
    struct link found = known_before(g, s, &nearest);
    size_t i = error_from(g->scan, s->first_sequence);
    for (size_t steps = 0; i-- > 0 && steps < LOOK_BACK_MAX; steps++) {
        const struct error_line *e = &g->scan->error[i];
        if (e->sequence <= nearest)
            break;
        if (!e->explained && e->database && e->region == s->region &&
            strcmp(e->scope, s->scope) == 0)
            return (struct link){.unknown = e};
    }
    return found;
}

static void make_links(struct graph *g)
{
    for (size_t i = 0; i < g->all->count; i++) {
        const struct occurrence *o = &g->all->item[i];
        if (o->signature->role == ROLE_WRAPPER)
            g->link[i] = inside(g, o);
        else if (o->signature->role == ROLE_SYMPTOM)
            g->link[i] = before(g, o);
    }
}

/* Links go to other occurrences, and a wrapper may wrap a wrapper. */
static struct link ultimate(const struct graph *g, const struct occurrence *o)
{
    for (size_t steps = 0; steps < g->all->count; steps++) {
        struct link l = g->link[o - g->all->item];
        if (l.unknown != NULL)
            return l;
        if (l.parent == NULL)
            break;
        o = l.parent;
    }
    return (struct link){.parent = o};
}

struct group {
    struct cause_parts parts;
    const struct occurrence *first; /* what it is told from */
    const char *cluster;
    size_t follower_cap;
};

static bool same_group(const struct group *a, const struct link *root,
                       const char *cluster)
{
    if (cluster != NULL || a->cluster != NULL)
        return cluster != NULL && a->cluster != NULL &&
               strcmp(cluster, a->cluster) == 0;
    return same_finding(a->first, root->parent);
}

static struct group *group_for(struct graph *g, struct group *group,
                               size_t *count, const struct link *root)
{
    const char *cluster = root->unknown == NULL
                              ? NULL
                              : cluster_id(g->scan->arena, root->unknown->text);
    for (size_t i = 0; i < *count; i++)
        if (same_group(&group[i], root, cluster))
            return &group[i];
    if (*count == CAUSES_MAX)
        return NULL;
    struct group *made = &group[(*count)++];
    made->cluster = cluster;
    made->first = root->parent;
    made->parts.unknown = root->unknown;
    if (root->parent != NULL && root->parent->signature->role == ROLE_ROOT)
        made->parts.root = root->parent;
    return made;
}

static void add_follower(struct graph *g, struct group *group,
                         const struct occurrence *o)
{
    struct cause_parts *p = &group->parts;
    p->follower = arena_grow(g->scan->arena, p->follower, p->follower_count,
                             &group->follower_cap, sizeof(*p->follower));
    p->follower[p->follower_count++] = o;
}

static size_t make_groups(struct graph *g, struct group *group)
{
    size_t count = 0;
    for (size_t i = 0; i < g->all->count; i++) {
        const struct occurrence *o = &g->all->item[i];
        if (o->signature->role == ROLE_BOILERPLATE)
            continue;
        struct link root = ultimate(g, o);
        struct group *mine = group_for(g, group, &count, &root);
        if (mine == NULL)
            continue;
        const struct occurrence *top = mine->parts.root;
        if (top == NULL || !same_finding(top, o))
            add_follower(g, mine, o);
    }
    return count;
}

static int severity_of(const struct group *g)
{
    int worst = SEVERITY_INFO;
    if (g->parts.root != NULL)
        worst = (int)g->parts.root->signature->severity;
    for (size_t i = 0; i < g->parts.follower_count; i++) {
        int severity = (int)g->parts.follower[i]->signature->severity;
        worst = severity < worst ? severity : worst;
    }
    return worst;
}

/* Known before unknown before elsewhere. */
static int kind_of(const struct group *g)
{
    if (g->parts.root != NULL)
        return 0;
    return g->parts.unknown != NULL ? 1 : 2;
}

static bool has_consequence(const struct group *g)
{
    return g->parts.follower_count > 0;
}

/* What a good deploy prints as well is hardly what broke this one. */
static bool is_old_news(const struct group *g)
{
    if (g->parts.root != NULL)
        return g->parts.root->in_good;
    return g->parts.unknown != NULL && g->parts.unknown->in_good;
}

static int compare_groups(const struct group *a, const struct group *b)
{
    if (is_old_news(a) != is_old_news(b))
        return is_old_news(a) ? 1 : -1;
    if (severity_of(a) != severity_of(b))
        return severity_of(a) - severity_of(b);
    if (kind_of(a) != kind_of(b))
        return kind_of(a) - kind_of(b);
    if (has_consequence(a) != has_consequence(b))
        return has_consequence(a) ? -1 : 1;
    return 0;
}

/* Stable: equals stay in the order of the logs. */
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

/* The line that started the migration in which the cause stands. */
static const struct occurrence *opener_of(const struct occurrences *all,
                                          const struct cause_parts *p)
{
    int64_t region = p->root != NULL      ? p->root->region
                     : p->unknown != NULL ? p->unknown->region
                                          : p->follower[0]->region;
    for (size_t i = 0; i < all->count; i++)
        if (all->item[i].signature->opens_scope &&
            all->item[i].region == region)
            return &all->item[i];
    return NULL;
}

void find_causes(struct scan *s, const struct occurrences *all,
                 struct findings *out)
{
    struct graph g = {
        .scan = s,
        .all = all,
        .link = arena_array(s->arena, all->count + 1, sizeof(*g.link)),
    };
    struct group *group = arena_array(s->arena, CAUSES_MAX, sizeof(*group));
    make_links(&g);
    size_t count = make_groups(&g, group);
    sort_groups(group, count);
    out->cause = arena_array(s->arena, count + 1, sizeof(*out->cause));
    out->cause_count = count;
    for (size_t i = 0; i < count; i++) {
        group[i].parts.opener = opener_of(all, &group[i].parts);
        cause_write(s, &group[i].parts, &out->cause[i]);
    }
}
