/* One definition file to checks; every problem of it is reported. */
#include <string.h>

#include "base/text.h"
#include "plan/internal.h"

void report_unknown(struct loader *l, const struct yaml_node *key,
                    const char *where, const char *const *known, size_t count)
{
    const char *near = text_nearest(key->text, known, count);
    if (near != NULL)
        diags_add(l->diags, key->pos,
                  "unknown key '%.60s' in %s, did you mean '%s'?",
                  key->text.ptr, where, near);
    else
        diags_add(l->diags, key->pos, "unknown key '%.60s' in %s",
                  key->text.ptr, where);
}

static void report_unknown_check_key(struct loader *l,
                                     const struct yaml_node *key,
                                     const char *where, bool in_defaults)
{
    const char *known[64];
    size_t count = 0;
    for (size_t i = 0; i < plan_key_count(); i++)
        if (!in_defaults || plan_key(i).in_defaults)
            known[count++] = plan_key(i).name;
    report_unknown(l, key, where, known, count);
}

static bool expect_map(struct loader *l, const struct yaml_node *n,
                       const char *what)
{
    if (n->kind == YAML_MAP)
        return true;
    diags_add(l->diags, n->pos, "expected %s as a map, found %s", what,
              yaml_kind_name(n));
    return false;
}

static bool read_keys(struct loader *l, const struct yaml_node *map,
                      bool in_defaults, struct check *out)
{
    const char *where = in_defaults ? "defaults" : "a check";
    bool ok = true;
    if (!expect_map(l, map, where))
        return false;
    for (size_t i = 0; i < map->count; i++) {
        const struct yaml_node *key = map->item[2 * i];
        const struct check_key *k = check_key_find(key->text);
        if (k == NULL) {
            report_unknown_check_key(l, key, where, in_defaults);
            ok = false;
        } else if (in_defaults && !k->in_defaults) {
            diags_add(l->diags, key->pos,
                      "'%s' belongs to one check, not to defaults", k->name);
            ok = false;
        } else {
            ok = k->read(l, map->item[2 * i + 1], out) && ok;
        }
    }
    return ok;
}

static void report_missing(struct loader *l, const struct yaml_node *map)
{
    const struct yaml_node *id = yaml_get(map, "id");
    const char *name = id == NULL ? "?" : id->text.ptr;
    for (size_t i = 0; i < plan_key_count(); i++) {
        struct key_doc key = plan_key(i);
        if (!key.required || yaml_get(map, key.name) != NULL)
            continue;
        diags_add(l->diags, map->pos, "check '%.60s' has no '%s'%s", name,
                  key.name,
                  strcmp(key.name, "expect") == 0
                      ? ": a check that expects nothing cannot fail"
                      : "");
    }
}

static void finish_check(struct check *check)
{
    if (check->title == NULL)
        check->title = check->id;
    if (check->method == NULL)
        check->method = check->body == NULL ? "GET" : "POST";
    if (check->connect_timeout_ms > check->timeout_ms)
        check->connect_timeout_ms = check->timeout_ms;
}

static void read_check(struct loader *l, const struct yaml_node *map,
                       const struct check *defaults)
{
    struct check check = *defaults;
    check.pos = map->pos;
    bool ok = read_keys(l, map, false, &check);
    if (map->kind == YAML_MAP)
        report_missing(l, map);
    if (!ok || check.id == NULL)
        return;
    finish_check(&check);
    l->check =
        arena_grow(l->arena, l->check, l->count, &l->cap, sizeof(*l->check));
    l->check[l->count++] = check;
}

static void read_checks(struct loader *l, const struct yaml_node *list,
                        const struct check *defaults)
{
    if (list->kind != YAML_LIST) {
        diags_add(l->diags, list->pos, "expected a list of checks, found %s",
                  yaml_kind_name(list));
        return;
    }
    for (size_t i = 0; i < list->count; i++) {
        if (l->count >= CHECKS_MAX) {
            diags_add(l->diags, list->item[i]->pos, "more than %d checks",
                      CHECKS_MAX);
            return;
        }
        read_check(l, list->item[i], defaults);
    }
}

void load_file(struct loader *l, const struct source *source)
{
    static const char *const known[] = {"defaults", "checks"};
    const struct yaml_node *root = NULL;
    struct check defaults;
    check_set_standards(&defaults);
    if (!yaml_parse(&root, l->arena, source, l->diags) ||
        !expect_map(l, root, "a file with 'checks:'"))
        return;
    for (size_t i = 0; i < root->count; i++) {
        const struct yaml_node *key = root->item[2 * i];
        if (!str_is(key->text, known[0]) && !str_is(key->text, known[1]))
            report_unknown(l, key, "a definition file", known,
                           ARRAY_COUNT(known));
    }
    const struct yaml_node *given = yaml_get(root, "defaults");
    if (given != NULL && !read_keys(l, given, true, &defaults))
        check_set_standards(&defaults);
    const struct yaml_node *checks = yaml_get(root, "checks");
    if (checks != NULL)
        read_checks(l, checks, &defaults);
    else
        diags_add(l->diags, root->pos, "no 'checks' in this file");
}
