/* Where the value of a key came from, for --explain. */
#include <string.h>

#include "plan/internal.h"

/* Expectations and queries read their variables themselves: as written. */
static const char *value_text(struct loader *l, const char *key,
                              const struct yaml_node *n)
{
    static const char *const own[] = {"expect", "degraded", "identity"};
    struct str text;
    for (size_t i = 0; i < ARRAY_COUNT(own); i++)
        if (strncmp(key, own[i], strlen(own[i])) == 0)
            return n->text.ptr;
    return vars_expand(l, n, &text) ? text.ptr : n->text.ptr;
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
static void put(struct loader *l, const char *key, const char *value,
                struct pos pos, bool adds)
{
    struct check *c = l->noted;
    struct origin *all =
        arena_array(l->arena, c->origin_count + 1, sizeof(*all));
    size_t count = 0;
    for (size_t i = 0; i < c->origin_count; i++)
        if (adds || !replaces(key, c->origin[i].key))
            all[count++] = c->origin[i];
    all[count++] = (struct origin){key, value, pos};
    c->origin = all;
    c->origin_count = count;
}

static void note(struct loader *l, const char *key, const struct yaml_node *n,
                 bool adds)
{
    if (n->kind == YAML_SCALAR) {
        put(l, key, value_text(l, key, n), n->pos, adds);
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

void origin_note(struct loader *l, const char *key, const struct yaml_node *n)
{
    if (l->noted != NULL && strcmp(key, "targets") != 0)
        note(l, arena_printf(l->arena, "%s%s", l->prefix, key), n, false);
}
