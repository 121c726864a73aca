/* Which checks are asked: those that are named, and what they need. */
#include <fnmatch.h>
#include <string.h>

#include "plan/internal.h"

static bool has_tag(const struct check *c, const char *const *tag, size_t count)
{
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < c->tag_count; k++)
            if (strcmp(tag[i], c->tag[k]) == 0)
                return true;
    return false;
}

static bool is_selected(const struct plan_inputs *in, const struct check *c)
{
    bool named = in->id_count == 0;
    for (size_t i = 0; i < in->id_count && !named; i++)
        named = fnmatch(in->id[i], c->id, 0) == 0;
    return named && !has_tag(c, in->not_tag, in->not_tag_count) &&
           (in->tag_count == 0 || has_tag(c, in->tag, in->tag_count));
}

/* What a kept check needs is kept; a chain may be as long as the folder. */
static void keep_needed(struct arena *a, const struct check *all, size_t count,
                        bool *kept)
{
    size_t *todo = arena_array(a, count + 1, sizeof(*todo));
    size_t left = 0;
    for (size_t i = 0; i < count; i++)
        if (kept[i])
            todo[left++] = i;
    while (left > 0) {
        const struct check *c = &all[todo[--left]];
        for (size_t k = 0; k < c->need_count; k++) {
            if (kept[c->need[k]])
                continue;
            kept[c->need[k]] = true;
            todo[left++] = c->need[k];
        }
    }
}

/* Indices become those among the checks that are left. */
static void renumber(struct arena *a, struct check *c, const size_t *now)
{
    size_t *need = arena_array(a, c->need_count + 1, sizeof(*need));
    struct use *use = arena_array(a, c->use_count + 1, sizeof(*use));
    for (size_t k = 0; k < c->need_count; k++)
        need[k] = now[c->need[k]];
    for (size_t k = 0; k < c->use_count; k++)
        use[k] = (struct use){c->use[k].name, now[c->use[k].from]};
    c->need = need;
    c->use = use;
}

struct check *checks_keep(struct arena *a, const struct check *all,
                          size_t *count, const bool *kept)
{
    size_t *now = arena_array(a, *count + 1, sizeof(*now));
    struct check *left = arena_array(a, *count + 1, sizeof(*left));
    size_t left_count = 0;
    for (size_t i = 0; i < *count; i++) {
        if (!kept[i])
            continue;
        now[i] = left_count;
        left[left_count++] = all[i];
    }
    for (size_t i = 0; i < left_count; i++)
        renumber(a, &left[i], now);
    *count = left_count;
    return left;
}

struct check *select_checks(struct arena *a, const struct check *all,
                            size_t *count, const struct plan_inputs *in)
{
    bool *kept = arena_array(a, *count + 1, sizeof(*kept));
    for (size_t i = 0; i < *count; i++)
        kept[i] = is_selected(in, &all[i]);
    keep_needed(a, all, *count, kept);
    return checks_keep(a, all, count, kept);
}

bool plan_select(struct plan *out, struct arena *a, const struct plan *from,
                 const struct plan_inputs *narrower)
{
    *out = *from;
    out->check = select_checks(a, from->check, &out->count, narrower);
    return out->count > 0;
}
