/* Keys that are about many checks: the defaults of a file, rollout, watch. */
#include <fnmatch.h>

#include "plan/idle.h"

/* Keys whose values add to those of a check, or are joined with them. */
static bool adds_up(struct str key)
{
    static const char *const joined[] = {"tags", "headers", "cookies", "auth"};
    for (size_t i = 0; i < ARRAY_COUNT(joined); i++)
        if (str_is(key, joined[i]))
            return true;
    return false;
}

void idle_defaults_begin(struct loader *l, const struct yaml_node *defaults)
{
    const struct yaml_node *patience =
        defaults == NULL ? NULL : yaml_get(defaults, "patience");
    bool map = defaults != NULL && defaults->kind == YAML_MAP;
    bool inner = patience != NULL && patience->kind == YAML_MAP;
    l->given = map ? defaults : NULL;
    l->given_patience = map && inner ? patience : NULL;
    l->given_used =
        arena_array(l->arena, (map ? defaults->count : 0) + 1, sizeof(bool));
    l->patience_used =
        arena_array(l->arena, (inner ? patience->count : 0) + 1, sizeof(bool));
    l->errors_before = diags_errors(l->diags);
}

static void note_patience(struct loader *l, const struct yaml_node *map,
                          const struct check *check)
{
    const struct yaml_node *own = yaml_get(map, "patience");
    for (size_t i = 0; i < l->given_patience->count; i++) {
        const struct yaml_node *key = l->given_patience->item[2 * i];
        bool own_one = own != NULL && own->kind == YAML_MAP &&
                       yaml_get(own, key->text.ptr) != NULL;
        l->patience_used[i] =
            l->patience_used[i] ||
            (!own_one && patience_idle(check, key->text) == NULL);
    }
}

void idle_defaults_note(struct loader *l, const struct yaml_node *map,
                        const struct check *check)
{
    for (size_t i = 0; l->given != NULL && i < l->given->count; i++) {
        const struct yaml_node *key = l->given->item[2 * i];
        bool own = yaml_get(map, key->text.ptr) != NULL;
        l->given_used[i] = l->given_used[i] || str_is(key->text, "patience") ||
                           (kind_has_key(check->kind, key->text) &&
                            (!own || adds_up(key->text)) &&
                            idle_reason(l, map, check, key->text) == NULL);
    }
    if (l->given_patience != NULL)
        note_patience(l, map, check);
}

static void report_unused(struct loader *l, const struct yaml_node *map,
                          const bool *used)
{
    for (size_t i = 0; map != NULL && i < map->count; i++) {
        const struct yaml_node *key = map->item[2 * i];
        if (!used[i])
            diags_add(l->diags, key->pos,
                      "'%s' has no effect on any check of this file",
                      key->text.ptr);
    }
}

void idle_defaults_end(struct loader *l)
{
    if (diags_errors(l->diags) == l->errors_before) {
        report_unused(l, l->given, l->given_used);
        report_unused(l, l->given_patience, l->patience_used);
    }
    l->given = l->given_patience = NULL;
}

/* At the key, when it is written. */
static bool refuse_key(struct loader *l, const struct yaml_node *map,
                       const char *name, const char *why)
{
    for (size_t i = 0; i < map->count; i++) {
        const struct yaml_node *key = map->item[2 * i];
        if (!str_is(key->text, name))
            continue;
        diags_add(l->diags, key->pos, "'%s' has no effect: %s", name, why);
        return false;
    }
    return true;
}

bool watch_check(struct loader *l, const struct yaml_node *map,
                 const struct watch *watch)
{
    bool ok = true;
    if (watch->remind_ms == 0) {
        ok = refuse_key(l, map, "remind_most", "'remind: 0s' sends none");
        ok = refuse_key(l, map, "remind_backoff", "'remind: 0s' sends none") &&
             ok;
    } else if (watch->remind_backoff_milli == 1000) {
        ok = refuse_key(l, map, "remind_most", "the pause does not grow");
    } else if (watch->remind_most_ms <= watch->remind_ms) {
        ok = refuse_key(l, map, "remind_backoff",
                        "'remind_most' is not above 'remind'");
    }
    return ok;
}

static bool any_identity(const struct loader *l)
{
    for (size_t i = 0; i < l->count; i++)
        if (l->check[i].identity != NULL)
            return true;
    return false;
}

static bool any_for_rollout(const struct loader *l)
{
    for (size_t i = 0; i < l->count; i++)
        if (l->check[i].identity != NULL && l->check[i].version == NULL)
            return true;
    return false;
}

/* Without an identity they are for checks that are probed until they pass. */
static bool needs_identity(struct str key)
{
    return !str_is(key, "deadline") && !str_is(key, "interval");
}

static void check_rollout(struct loader *l)
{
    const struct yaml_node *map = l->rollout;
    bool identity = any_identity(l);
    l->plan->rollout.persists =
        map != NULL && !identity && yaml_get(map, "deadline") != NULL;
    if (map != NULL && map->count == 0 && !identity)
        diags_add(l->diags, map->pos,
                  "'rollout' has no effect: no check has an 'identity'");
    for (size_t i = 0; map != NULL && i < map->count; i++) {
        const struct yaml_node *key = map->item[2 * i];
        if (!identity && needs_identity(key->text))
            diags_add(l->diags, key->pos,
                      "'%s' has no effect: no check has an 'identity' to read "
                      "the build from; add for example: identity: jsonpath "
                      "\"$.commit\"",
                      key->text.ptr);
        else if (str_is(key->text, "version") && !any_for_rollout(l))
            diags_add(l->diags, key->pos,
                      "'version' has no effect: every check with an "
                      "'identity' has a 'version' of its own");
        else if (str_is(key->text, "tolerate") &&
                 l->plan->rollout.streak == 1 && l->plan->rollout.tolerate > 0)
            diags_add(l->diags, key->pos,
                      "'tolerate' has no effect: nothing is within a streak "
                      "of 1");
    }
}

static void check_window(struct loader *l, const struct downtime *w)
{
    for (size_t i = 0; i < w->check_count; i++) {
        size_t k = 0;
        while (k < l->count && fnmatch(w->check[i], l->check[k].id, 0) != 0)
            k++;
        if (k == l->count)
            diags_add(l->diags, w->pos,
                      "'%.100s' in 'checks' has no effect: it matches no check",
                      w->check[i]);
    }
}

void idle_folder(struct loader *l)
{
    const struct watch *watch = &l->plan->watch;
    check_rollout(l);
    for (size_t i = 0; i < watch->downtime_count; i++)
        check_window(l, &watch->downtime[i]);
}
