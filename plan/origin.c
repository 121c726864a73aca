/* Where the value of a key came from, for --explain. */
#include <string.h>

#include "plan/internal.h"

/* Expectations and queries read their variables themselves: as written. */
static bool is_language(const char *key)
{
    static const char *const own[] = {"expect", "degraded", "inconclusive",
                                      "identity", "capture"};
    for (size_t i = 0; i < ARRAY_COUNT(own); i++)
        if (strncmp(key, own[i], strlen(own[i])) == 0)
            return true;
    return false;
}

static struct origin origin_of(struct loader *l, const char *key,
                               const struct yaml_node *n)
{
    size_t late = l->late_count;
    struct origin o = {key, n->text.ptr, true, n->pos};
    struct str text;
    if (is_language(key) || !vars_expand(l, n, &text) || l->late_count > late)
        return o;
    o.value = text.ptr;
    o.as_written = false;
    return o;
}

/* Credentials replace each other, whatever their kind. */
static bool replaces(const char *key, const char *before)
{
    static const char basic[] = "auth.basic.";
    bool both_basic = strncmp(key, basic, sizeof(basic) - 1) == 0 &&
                      strncmp(before, basic, sizeof(basic) - 1) == 0;
    if (strncmp(key, "auth.", 5) == 0 && strncmp(before, "auth.", 5) == 0)
        return !both_basic || strcmp(key, before) == 0;
    return str_equal_nocase(str_from(key), str_from(before));
}

/* A later value of a key takes the place of the earlier one. */
static void put(struct loader *l, struct origin origin, bool adds)
{
    struct check *c = l->noted;
    struct origin *all =
        arena_array(l->arena, c->origin_count + 1, sizeof(*all));
    size_t count = 0;
    for (size_t i = 0; i < c->origin_count; i++)
        if (adds || !replaces(origin.key, c->origin[i].key))
            all[count++] = c->origin[i];
    all[count++] = origin;
    c->origin = all;
    c->origin_count = count;
}

static void note(struct loader *l, const char *key, const struct yaml_node *n,
                 bool adds)
{
    if (n->kind == YAML_SCALAR) {
        put(l, origin_of(l, key, n), adds);
        return;
    }
    for (size_t i = 0; i < n->count; i++) {
        if (n->kind == YAML_LIST)
            note(l, arena_printf(l->arena, "%s[]", key), n->item[i], true);
        else
            note(l,
                 arena_printf(l->arena, "%s.%s", key, n->item[2 * i]->text.ptr),
                 n->item[2 * i + 1], adds);
    }
}

/* Lists that add to those of the defaults: one value alone is an item, too. */
static bool adds_up(const char *key)
{
    return strcmp(key, "tags") == 0 || strcmp(key, "inconclusive") == 0;
}

void origin_note(struct loader *l, const char *key, const struct yaml_node *n)
{
    static const char *const not_shown[] = {"targets", "steps", "finally"};
    for (size_t i = 0; i < ARRAY_COUNT(not_shown); i++)
        if (strcmp(key, not_shown[i]) == 0)
            return; /* what became of them is */
    if (l->noted == NULL)
        return;
    if (n->kind == YAML_SCALAR && adds_up(key))
        note(l, arena_printf(l->arena, "%s[]", key), n, true);
    else
        note(l, arena_printf(l->arena, "%s%s", l->prefix, key), n, false);
}
