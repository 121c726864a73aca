/* needs: names to checks, and no way round in a circle. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "plan/internal.h"

void needs_note(struct loader *l, const char *id, struct pos pos)
{
    l->need = arena_grow(l->arena, l->need, l->need_count, &l->need_cap,
                         sizeof(*l->need));
    l->need[l->need_count++] = (struct need){l->count, id, pos};
}

#define NOT_KEPT SIZE_MAX /* a check that was refused: it exists */

/* A check by its id, or as one of the family that targets made of it. */
struct named {
    const char *name;
    size_t index;
};

struct lookup {
    struct named *item;
    size_t count;
};

static int compare_named(const void *left, const void *right)
{
    const struct named *a = left, *b = right;
    int order = strcmp(a->name, b->name);
    return order != 0 ? order : (a->index > b->index) - (a->index < b->index);
}

static struct lookup make_lookup(struct loader *l)
{
    size_t most = 2 * l->count + l->refused_count + 1;
    struct lookup all = {arena_array(l->arena, most, sizeof(struct named)), 0};
    for (size_t i = 0; i < l->refused_count; i++)
        all.item[all.count++] = (struct named){l->refused[i], NOT_KEPT};
    for (size_t i = 0; i < l->count; i++) {
        all.item[all.count++] = (struct named){l->check[i].id, i};
        if (strcmp(l->family[i], l->check[i].id) != 0)
            all.item[all.count++] = (struct named){l->family[i], i};
    }
    if (all.count > 1)
        qsort(all.item, all.count, sizeof(*all.item), compare_named);
    return all;
}

/* Index of the first entry that is not below name. */
static size_t first_of(const struct lookup *all, const char *name)
{
    size_t low = 0, high = all->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(all->item[middle].name, name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void report_unknown_need(struct loader *l, const struct lookup *all,
                                const struct need *need)
{
    const char **known =
        arena_array(l->arena, all->count + 1, sizeof(const char *));
    for (size_t i = 0; i < all->count; i++)
        known[i] = all->item[i].name;
    diags_add(l->diags, need->pos,
              "needs the check '%.100s', which does not exist%s", need->id,
              text_hint(str_from(need->id), known, all->count).text);
}

static void add_need(struct loader *l, struct check *check, size_t index)
{
    size_t *all = arena_array(l->arena, check->need_count + 1, sizeof(*all));
    for (size_t i = 0; i < check->need_count; i++) {
        if (check->need[i] == index)
            return;
        all[i] = check->need[i];
    }
    all[check->need_count++] = index;
    check->need = all;
}

static void resolve_one(struct loader *l, const struct lookup *all,
                        const struct need *need)
{
    size_t at = first_of(all, need->id);
    if (at == all->count || strcmp(all->item[at].name, need->id) != 0) {
        report_unknown_need(l, all, need);
        return;
    }
    for (; at < all->count && strcmp(all->item[at].name, need->id) == 0; at++)
        if (all->item[at].index != NOT_KEPT)
            add_need(l, &l->check[need->from], all->item[at].index);
}

enum mark { MARK_NEW, MARK_OPEN, MARK_DONE };

struct walk {
    struct loader *loader;
    unsigned char *mark;
    size_t *path; /* the way from where the walk began */
    size_t *next; /* for each step, the need that is looked at next */
    size_t depth;
};

static struct pos pos_of_need(const struct loader *l, size_t from)
{
    for (size_t i = 0; i < l->need_count; i++)
        if (l->need[i].from == from)
            return l->need[i].pos;
    return l->check[from].pos;
}

static void report_cycle(struct walk *w, size_t again)
{
    struct loader *l = w->loader;
    struct buf text;
    size_t from = w->depth;
    buf_init(&text, 300);
    while (from > 0 && w->path[from - 1] != again)
        from--;
    for (size_t i = from - 1; i < w->depth; i++)
        buf_printf(&text, "%s -> ", l->check[w->path[i]].id);
    buf_text(&text, l->check[again].id);
    diags_add(l->diags, pos_of_need(l, again),
              "checks need each other in a circle: %s%s", text.ptr,
              text.full ? "..." : "");
    buf_release(&text);
}

static void enter(struct walk *w, size_t index)
{
    w->mark[index] = MARK_OPEN;
    w->path[w->depth] = index;
    w->next[w->depth++] = 0;
}

/* Depth first, without recursion: a chain may be as long as the folder. */
static void walk_from(struct walk *w, size_t start)
{
    const struct check *check = w->loader->check;
    enter(w, start);
    while (w->depth > 0) {
        size_t at = w->path[w->depth - 1];
        if (w->next[w->depth - 1] == check[at].need_count) {
            w->mark[at] = MARK_DONE;
            w->depth--;
            continue;
        }
        size_t to = check[at].need[w->next[w->depth - 1]++];
        if (w->mark[to] == MARK_OPEN)
            report_cycle(w, to);
        else if (w->mark[to] == MARK_NEW)
            enter(w, to);
    }
}

void needs_resolve(struct loader *l)
{
    struct lookup all = make_lookup(l);
    struct walk w = {
        .loader = l,
        .mark = arena_array(l->arena, l->count + 1, 1),
        .path = arena_array(l->arena, l->count + 1, sizeof(size_t)),
        .next = arena_array(l->arena, l->count + 1, sizeof(size_t)),
    };
    for (size_t i = 0; i < l->need_count; i++)
        resolve_one(l, &all, &l->need[i]);
    for (size_t i = 0; i < l->count; i++)
        if (w.mark[i] == MARK_NEW)
            walk_from(&w, i);
}
