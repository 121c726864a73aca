/* Does what a check says fit its kind, and its kind what it says? */
#include <string.h>

#include "base/text.h"
#include "plan/keys.h"

static bool report_unanswered(struct loader *l, const struct check *check,
                              struct pos pos, const char *query)
{
    diags_add(l->diags, pos, "'%s' is not available in %s", query,
              kind_of(check->kind)->called);
    return false;
}

static bool answers_expect(int kind, const struct expect *e)
{
    return e->schema != NULL ? kind_of(kind)->takes_schema
                             : kind_answers(kind, e->query.kind);
}

static bool check_queries(struct loader *l, const struct check *check,
                          const struct expect *e, size_t count)
{
    bool ok = true;
    for (size_t i = 0; i < count; i++) {
        if (answers_expect(check->kind, &e[i]))
            continue;
        ok = report_unanswered(
            l, check, e[i].pos,
            e[i].schema != NULL ? "schema" : query_name(e[i].query.kind));
    }
    return ok;
}

static bool check_captures(struct loader *l, const struct check *check)
{
    bool ok = true;
    for (size_t i = 0; i < check->capture_count; i++) {
        const struct capture *c = &check->capture[i];
        if (!kind_answers(check->kind, c->query.kind))
            ok = report_unanswered(l, check, c->pos, query_name(c->query.kind));
    }
    return ok;
}

/* In the check itself; defaults are for checks of every kind. */
static bool check_keys_of_kind(struct loader *l, const struct yaml_node *map,
                               const struct check *check)
{
    bool ok = true;
    for (size_t i = 0; map->kind == YAML_MAP && i < map->count; i++) {
        const struct yaml_node *key = map->item[2 * i];
        if (kind_has_key(check->kind, key->text))
            continue;
        diags_add(l->diags, key->pos, "%s has no key '%s'",
                  kind_of(check->kind)->called, key->text.ptr);
        ok = false;
    }
    return ok;
}

/* Defaults may name a build for those checks of a file that can tell it. */
static bool version_is_used(struct loader *l, const struct yaml_node *map,
                            const struct check *check)
{
    const struct yaml_node *own =
        map->kind == YAML_MAP ? yaml_get(map, "version") : NULL;
    if (own == NULL || check->identity != NULL)
        return true;
    diags_add(l->diags, own->pos,
              "'version' has no effect without an 'identity', such as "
              "jsonpath \"$.commit\"");
    return false;
}

static bool same_place(struct pos a, struct pos b)
{
    return a.source == b.source && a.line == b.line && a.column == b.column;
}

/* --explain shows what has an effect. */
static void drop_origin(struct loader *l, struct check *check,
                        const struct expect *e)
{
    struct origin *kept =
        arena_array(l->arena, check->origin_count + 1, sizeof(*kept));
    size_t count = 0;
    for (size_t i = 0; i < check->origin_count; i++)
        if (!same_place(check->origin[i].pos, e->pos))
            kept[count++] = check->origin[i];
    check->origin = kept;
    check->origin_count = count;
}

/*
 * Defaults are for checks of every kind, and a flow's for all its steps: what
 * came with them and says nothing of this kind goes.
 */
static void drop_inherited(struct loader *l, struct check *check)
{
    size_t count = 0;
    struct expect *kept =
        arena_array(l->arena, check->inconclusive_count + 1, sizeof(*kept));
    for (size_t i = 0; i < check->inconclusive_count; i++) {
        const struct expect *e = &check->inconclusive[i];
        if (i >= l->inherited || answers_expect(check->kind, e))
            kept[count++] = *e;
        else
            drop_origin(l, check, e);
    }
    check->inconclusive = kept;
    check->inconclusive_count = count;
}

/* Those of a flow are looked at step by step. */
static bool check_inconclusive(struct loader *l, struct check *check)
{
    if (kind_of(check->kind)->is_flow)
        return true;
    drop_inherited(l, check);
    return check_queries(l, check, check->inconclusive,
                         check->inconclusive_count);
}

static bool report_no_target(struct loader *l, const struct yaml_node *map,
                             const struct check *check)
{
    struct buf text;
    buf_init(&text, 1000);
    kind_list_keys(&text, "or");
    diags_add(l->diags, map->pos, "check '%.100s' has no target: give it %s",
              check->id == NULL ? "?" : check->id, text.ptr);
    buf_release(&text);
    return false;
}

bool kind_check(struct loader *l, const struct yaml_node *map,
                struct check *check)
{
    if (check->url == NULL)
        return report_no_target(l, map, check);
    if (check->service != NULL && strlen(check->service) > SERVICE_BYTES_MAX) {
        diags_add(l->diags, map->pos, "a service of more than %d bytes",
                  SERVICE_BYTES_MAX);
        return false;
    }
    if (check->addresses == ADDRESSES_EACH &&
        (check->transport.proxy != NULL ||
         check->transport.unix_socket != NULL)) {
        diags_add(l->diags, map->pos,
                  "'addresses: each' cannot choose an address behind a proxy "
                  "or a socket");
        return false;
    }
    return check_keys_of_kind(l, map, check) &&
           version_is_used(l, map, check) &&
           check_queries(l, check, check->expect, check->expect_count) &&
           check_queries(l, check, check->degraded, check->degraded_count) &&
           check_inconclusive(l, check) && check_captures(l, check);
}
