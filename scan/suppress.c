/* Errors that somebody has decided to live with, for a reason and a while. */
#include <string.h>

#include "base/clock.h"
#include "scan/internal.h"

static bool read_until(struct signature_loader *l, const struct yaml_node *n,
                       int64_t *out)
{
    if (n->kind == YAML_SCALAR &&
        clock_parse_format(n->text, STR("%Y-%m-%d"), out))
        return true;
    diags_add(l->diags, n->pos, "expected a day such as 2026-12-31");
    return false;
}

static bool need_text(struct signature_loader *l, const struct yaml_node *n,
                      const char *what, const char **out)
{
    if (n->kind == YAML_SCALAR && n->text.len > 0 && !yaml_is_null(n)) {
        *out = str_dup(l->arena, n->text);
        return true;
    }
    diags_add(l->diags, n->pos, "expected %s", what);
    return false;
}

static bool read_member(struct signature_loader *l, const struct yaml_node *key,
                        const struct yaml_node *n, struct suppression *out)
{
    if (str_is(key->text, "signature"))
        return need_text(l, n, "the id of a signature, a final * for any",
                         &out->signature);
    if (str_is(key->text, "contains"))
        return need_text(l, n, "a text that the line holds", &out->contains);
    if (str_is(key->text, "reason"))
        return need_text(l, n, "why", &out->reason);
    if (str_is(key->text, "until"))
        return read_until(l, n, &out->until_ms);
    diags_add(l->diags, key->pos,
              "unknown key '%.60s', expected signature, contains, reason or "
              "until",
              key->text.ptr);
    return false;
}

bool suppression_read(struct signature_loader *l, const struct yaml_node *map,
                      struct suppression *out)
{
    bool ok = map->kind == YAML_MAP;
    *out = (struct suppression){.pos = map->pos};
    for (size_t i = 0; ok && i < map->count; i++)
        ok = read_member(l, map->item[2 * i], map->item[2 * i + 1], out);
    if (ok &&
        (out->signature == NULL || out->reason == NULL || out->until_ms == 0)) {
        diags_add(l->diags, map->pos,
                  "a suppression needs a signature, a reason and a day until "
                  "when it holds");
        return false;
    }
    if (map->kind != YAML_MAP)
        diags_add(l->diags, map->pos, "expected a map, found %s",
                  yaml_kind_name(map));
    return ok;
}

#define DAY_MS INT64_C(86400000)

bool suppression_is_over(const struct suppression *s, int64_t now_ms)
{
    return now_ms >= s->until_ms + DAY_MS; /* its last day is one of them */
}

const struct suppression *suppression_of(const struct catalogue *c,
                                         const char *signature, struct str line,
                                         int64_t now_ms)
{
    for (size_t i = 0; i < c->suppression_count; i++) {
        const struct suppression *s = &c->suppression[i];
        if (signature_id_matches(signature, s->signature) &&
            !suppression_is_over(s, now_ms) &&
            (s->contains == NULL ||
             str_find(line, str_from(s->contains), 0) < line.len))
            return s;
    }
    return NULL;
}
