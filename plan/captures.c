/*
 * Captured values: an answer gives them, later requests are made with them.
 *
 * A definition in which such a name stands is checked with ${NAME} in its
 * place, and read again, by the same readers, when the value is known.
 */
#include <stdint.h>
#include <string.h>

#include "plan/definition.h"
#include "plan/keys.h"

/* Every `capture` map of a file, wherever it is allowed. */
static void find_in(struct loader *l, const struct yaml_node *map,
                    struct str check)
{
    const struct yaml_node *names = yaml_get(map, "capture");
    if (names == NULL || names->kind != YAML_MAP)
        return;
    for (size_t i = 0; i < names->count; i++) {
        struct captured_name *c = arena_alloc(l->arena, sizeof(*c));
        *c = (struct captured_name){.name = names->item[2 * i]->text,
                                    .check = check,
                                    .next = l->captured};
        l->captured = c;
    }
}

static void find_in_list(struct loader *l, const struct yaml_node *list,
                         struct str check)
{
    for (size_t i = 0; list != NULL && list->kind == YAML_LIST; i++) {
        if (i == list->count)
            return;
        if (list->item[i]->kind == YAML_MAP)
            find_in(l, list->item[i], check);
    }
}

void captures_find(struct loader *l, const struct yaml_node *root)
{
    const struct yaml_node *checks =
        root->kind == YAML_MAP ? yaml_get(root, "checks") : NULL;
    if (checks == NULL || checks->kind != YAML_LIST)
        return;
    for (size_t i = 0; i < checks->count; i++) {
        const struct yaml_node *map = checks->item[i];
        if (map->kind != YAML_MAP)
            continue;
        const struct yaml_node *id = yaml_get(map, "id");
        struct str check =
            id == NULL || id->kind != YAML_SCALAR ? STR("?") : id->text;
        find_in(l, map, check);
        find_in_list(l, yaml_get(map, "steps"), check);
        find_in_list(l, yaml_get(map, "finally"), check);
    }
}

struct captured_name *captures_named(const struct loader *l, struct str name)
{
    struct captured_name *c = l->captured;
    while (c != NULL && !str_equal(c->name, name))
        c = c->next;
    return c;
}

static bool find_bound(struct loader *l, struct str name, struct pos pos,
                       struct str *value)
{
    for (size_t i = 0; i < l->bound_count; i++)
        if (str_is(name, l->bound[i].name)) {
            *value = l->bound[i].value;
            return true;
        }
    diags_add(l->diags, pos, "'%.*s' was not captured", STR_ARGS(name));
    return false;
}

static bool is_own(const struct loader *l, struct str name)
{
    for (size_t i = 0; i < l->own_count; i++)
        if (str_is(name, l->own[i]))
            return true;
    return false;
}

static void want(struct loader *l, struct captured_name *name, struct pos pos)
{
    for (size_t i = l->wanted_count; i > 0; i--) {
        const struct need_capture *w = &l->wanted[i - 1];
        if (w->from == l->count && w->name == name)
            return;
    }
    l->wanted = arena_grow(l->arena, l->wanted, l->wanted_count, &l->wanted_cap,
                           sizeof(*l->wanted));
    l->wanted[l->wanted_count++] = (struct need_capture){l->count, name, pos};
}

/* Whichever check captures it. */
static void keep_secret(struct loader *l, struct str name)
{
    for (struct captured_name *c = l->captured; c != NULL; c = c->next)
        c->secret = c->secret || str_equal(c->name, name);
}

bool captures_value(struct loader *l, struct captured_name *name,
                    struct pos pos, struct str reference, struct str *value)
{
    if (l->bound != NULL)
        return find_bound(l, name->name, pos, value);
    if (!l->takes_captured) {
        diags_add(l->diags, pos,
                  "'%.*s' is captured by the check '%.*s' while it runs, and "
                  "this is needed before",
                  STR_ARGS(name->name), STR_ARGS(name->check));
        return false;
    }
    l->late_count++;
    if (l->keeps_secret)
        keep_secret(l, name->name);
    if (!is_own(l, name->name))
        want(l, name, pos);
    *value = reference;
    return true;
}

/* Names of the variables' own form, each with a query. */
static bool read_one(struct loader *l, const struct yaml_node *key,
                     const struct yaml_node *n, struct capture *out)
{
    *out = (struct capture){.name = key->text.ptr, .pos = n->pos};
    if (is_variable_name(key->text) && !str_is(key->text, "target")) {
        const char *meant = mistake_query(l->arena, n);
        if (meant == NULL)
            return query_parse(l, n, &out->query);
        diags_add(l->diags, n->pos,
                  "a capture is a query such as jsonpath \"$.id\"; write %s",
                  meant);
        return false;
    }
    diags_add(l->diags, key->pos,
              "'%.60s' is no variable name, expected letters, digits and _",
              key->text.ptr);
    return false;
}

bool read_capture(struct loader *l, const struct yaml_node *n, void *out)
{
    struct check *check = out;
    bool ok = true;
    if (n->kind != YAML_MAP)
        return read_wrong_kind(l, n, "a map of names and queries");
    if (n->count == 0 || n->count > CAPTURES_MAX) {
        diags_add(l->diags, n->pos, "expected 1 to %d captures, found %zu",
                  CAPTURES_MAX, n->count);
        return false;
    }
    struct capture *all = arena_array(l->arena, n->count, sizeof(*all));
    for (size_t i = 0; i < n->count; i++) {
        ok = read_one(l, n->item[2 * i], n->item[2 * i + 1], &all[i]) && ok;
        l->kept = arena_grow(l->arena, (void *)l->kept, l->kept_count,
                             &l->kept_cap, sizeof(struct capture *));
        l->kept[l->kept_count++] = &all[i];
    }
    check->capture = all;
    check->capture_count = n->count;
    return ok;
}

const struct late *captures_late(struct loader *l, const struct yaml_node *step)
{
    struct late *late = arena_alloc(l->arena, sizeof(*late));
    *late = (struct late){.defaults = *l->defaults,
                          .map = l->map,
                          .step = step,
                          .target = l->target};
    return late;
}

static bool captures_name(const struct check *c, struct str name)
{
    for (size_t i = 0; i < c->capture_count; i++)
        if (str_is(name, c->capture[i].name))
            return true;
    for (size_t i = 0; i < c->step_count; i++)
        if (captures_name(&c->step[i], name))
            return true;
    return false;
}

/* Every check that captures the name and that `from` needs, near or far. */
struct search {
    struct loader *loader;
    bool *seen;
    size_t *todo;
};

static size_t find_source(struct search *s, const struct need_capture *w)
{
    struct loader *l = s->loader;
    size_t count = 0, found = SIZE_MAX;
    memset(s->seen, 0, l->count);
    s->todo[count++] = w->from;
    while (count > 0) {
        size_t at = s->todo[--count];
        const struct check *c = &l->check[at];
        if (at != w->from && captures_name(c, w->name->name)) {
            if (found != SIZE_MAX) {
                diags_add(l->diags, w->pos,
                          "'%.*s' is captured by both '%s' and '%s'",
                          STR_ARGS(w->name->name), l->check[found].id, c->id);
                return found;
            }
            found = at;
        }
        for (size_t k = 0; k < c->need_count; k++) {
            if (s->seen[c->need[k]])
                continue;
            s->seen[c->need[k]] = true;
            s->todo[count++] = c->need[k];
        }
    }
    return found;
}

static void report_no_source(struct loader *l, const struct need_capture *w)
{
    struct str check = w->name->check;
    for (size_t i = 0; i < l->refused_count; i++)
        if (str_is(check, l->refused[i]))
            return; /* what is wrong with it was said */
    if (captures_name(&l->check[w->from], w->name->name))
        diags_add(l->diags, w->pos,
                  "'%.*s' is captured here, but not by a step before this",
                  STR_ARGS(w->name->name));
    else
        diags_add(l->diags, w->pos,
                  "'%.*s' is captured by the check '%.*s', which this one "
                  "must need: needs: [%.*s]",
                  STR_ARGS(w->name->name), STR_ARGS(check), STR_ARGS(check));
}

static void add_use(struct loader *l, const struct need_capture *w, size_t from)
{
    struct check *c = &l->check[w->from];
    struct use *all = arena_array(l->arena, c->use_count + 1, sizeof(*all));
    for (size_t i = 0; i < c->use_count; i++)
        all[i] = c->use[i];
    all[c->use_count++] = (struct use){w->name->name.ptr, from};
    c->use = all;
}

void captures_mark_secrets(struct loader *l)
{
    for (size_t i = 0; i < l->kept_count; i++) {
        struct capture *c = l->kept[i];
        const struct captured_name *n = captures_named(l, str_from(c->name));
        c->secret = n != NULL && n->secret;
    }
}

void captures_resolve(struct loader *l)
{
    struct search s = {
        .loader = l,
        .seen = arena_array(l->arena, l->count + 1, sizeof(bool)),
        .todo = arena_array(l->arena, l->count + 1, sizeof(size_t)),
    };
    for (size_t i = 0; i < l->wanted_count; i++) {
        const struct need_capture *w = &l->wanted[i];
        size_t from = find_source(&s, w);
        if (from == SIZE_MAX)
            report_no_source(l, w);
        else
            add_use(l, w, from);
    }
    captures_mark_secrets(l);
}
