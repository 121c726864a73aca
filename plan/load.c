/* One definition file to checks; every problem of it is reported. */
#include <string.h>

#include "base/text.h"
#include "plan/idle.h"

static bool report_no_expectation(struct loader *l, const struct yaml_node *map,
                                  const struct check *check)
{
    bool asserts = kind_of(check->kind)->asserts != ASSERTS_NOTHING;
    if (check->expect_count > 0 || map->kind != YAML_MAP || asserts)
        return true;
    if (yaml_get(map, "expect") == NULL && yaml_get(map, "schema") == NULL)
        diags_add(l->diags, map->pos,
                  "check '%.100s' has no 'expect': a check that expects "
                  "nothing cannot fail",
                  check->id == NULL ? "?" : check->id);
    return false;
}

static bool name_target(struct loader *l, const struct yaml_node *map,
                        struct check *check)
{
    const struct yaml_node *id = yaml_get(map, "id");
    if (l->target == NULL || str_find(id->text, STR("${"), 0) < id->text.len)
        return true;
    check->id = targets_id(l, check->id, l->target);
    if (check->id != NULL)
        return true;
    diags_add(l->diags, id->pos,
              "with the target '%.60s' this id is longer than %d",
              l->target->text.ptr, ID_BYTES_MAX);
    return false;
}

static void keep(struct loader *l, const struct check *check,
                 const char *family)
{
    l->check =
        arena_grow(l->arena, l->check, l->count, &l->cap, sizeof(*l->check));
    l->family = arena_grow(l->arena, (void *)l->family, l->count,
                           &l->family_cap, sizeof(const char *));
    l->family[l->count] = family;
    l->check[l->count++] = *check;
}

static void refuse(struct loader *l, const char *id)
{
    if (id == NULL)
        return;
    l->refused = arena_grow(l->arena, (void *)l->refused, l->refused_count,
                            &l->refused_cap, sizeof(const char *));
    l->refused[l->refused_count++] = id;
}

bool check_finish(struct loader *l, const struct yaml_node *map,
                  struct check *check)
{
    request_finish(l, check);
    patience_finish(&check->patience);
    if (!kind_check(l, map, check) || !idle_check(l, map, check) ||
        !contain_check(l, map, check))
        return false;
    if (check->connect_timeout_ms > check->timeout_ms)
        check->connect_timeout_ms = check->timeout_ms;
    return truth_check(l->arena, l->diags, check);
}

static bool finish_whole(struct loader *l, const struct yaml_node *map,
                         struct check *check)
{
    if (!name_target(l, map, check))
        return false;
    if (check->title == NULL)
        check->title = check->id;
    if (kind_of(check->kind)->is_flow && !steps_read(l, check))
        return false;
    return check_finish(l, map, check);
}

static void begin_check(struct loader *l, const struct yaml_node *map,
                        const struct check *defaults,
                        const struct target *target)
{
    l->map = map;
    l->defaults = defaults;
    l->inherited = defaults->inconclusive_count;
    l->target = target;
    l->body_type = NULL;
    l->steps = l->finally = NULL;
    l->own_count = 0;
}

/* Told of the first target; then the others are not read. */
static bool uses_target(struct loader *l, const struct yaml_node *map,
                        bool used)
{
    if (l->target == NULL || used)
        return true;
    diags_add(l->diags, yaml_get(map, "targets")->pos,
              "'targets' has no effect: no value of this check has ${target} "
              "or a field of it");
    return false;
}

static bool read_one(struct loader *l, const struct yaml_node *map,
                     const struct check *defaults, const struct target *target)
{
    struct check check = *defaults;
    size_t needs = l->need_count, wanted = l->wanted_count;
    size_t late = l->late_count;
    bool used = false;
    check.pos = map->pos;
    l->target_used = &used;
    begin_check(l, map, defaults, target);
    l->noted = l->in->origins ? &check : NULL;
    bool ok = keys_read(l, map, &check_keys, false, &check);
    ok = report_no_expectation(l, map, &check) && ok;
    const char *family = check.id;
    if (l->late_count > late)
        check.late = captures_late(l, NULL);
    if (ok)
        ok = finish_whole(l, map, &check);
    ok = ok && uses_target(l, map, used);
    if (ok)
        idle_defaults_note(l, map, &check);
    l->target = NULL;
    l->target_used = NULL;
    l->noted = NULL;
    if (ok) {
        keep(l, &check, family);
    } else {
        l->need_count = needs;
        l->wanted_count = wanted;
        refuse(l, family);
    }
    return ok;
}

/* Told once: what comes behind is too much as well. */
static bool has_room(struct loader *l, const struct yaml_node *map)
{
    if (l->count < CHECKS_MAX)
        return true;
    if (!l->overfull)
        diags_add(l->diags, map->pos,
                  "more than %d checks: verify them with a program for each "
                  "part of them",
                  CHECKS_MAX);
    l->overfull = true;
    return false;
}

/* A problem of one target is, most likely, one of all: reported once. */
static void read_check(struct loader *l, const struct yaml_node *map,
                       const struct check *defaults)
{
    const struct yaml_node *list = yaml_get(map, "targets");
    struct target *target = NULL;
    size_t count = 0;
    if (list == NULL) {
        read_one(l, map, defaults, NULL);
        return;
    }
    if (!targets_read(l, list, &target, &count))
        return;
    for (size_t i = 0; i < count; i++)
        if (!has_room(l, map) || !read_one(l, map, defaults, &target[i]))
            return;
}

static void read_checks(struct loader *l, const struct yaml_node *list,
                        const struct check *defaults)
{
    if (list->kind != YAML_LIST) {
        diags_add(l->diags, list->pos, "expected a list of checks, found %s",
                  yaml_kind_name(list));
        return;
    }
    for (size_t i = 0; i < list->count && has_room(l, list->item[i]); i++)
        read_check(l, list->item[i], defaults);
}

/* False: there is one already. */
static bool is_only(struct loader *l, const struct yaml_node *n,
                    const char *name, struct pos *pos)
{
    if (pos->source == NULL) {
        *pos = n->pos;
        return true;
    }
    diags_add(l->diags, n->pos,
              "a second '%s', the first stands at %s: there is one for all "
              "checks",
              name, pos_text(l->arena, *pos));
    return false;
}

static void read_rollout(struct loader *l, const struct yaml_node *n)
{
    struct rollout *rollout = &l->plan->rollout;
    if (!is_only(l, n, "rollout", &rollout->pos))
        return;
    if (keys_read(l, n, &rollout_keys, false, rollout))
        l->rollout = n;
    else
        rollout->version = NULL;
}

static void read_watch(struct loader *l, const struct yaml_node *n)
{
    struct watch *watch = &l->plan->watch;
    if (is_only(l, n, "watch", &watch->pos) &&
        (!keys_read(l, n, &watch_keys, false, watch) ||
         !watch_check(l, n, watch)))
        watch->receiver_count = 0;
}

void load_parse(struct loader *l, const struct source *source)
{
    const struct yaml_node *root = NULL;
    if (!yaml_parse(&root, l->arena, source, l->diags))
        return;
    l->file = arena_grow(l->arena, (void *)l->file, l->file_count, &l->file_cap,
                         sizeof(*l->file));
    l->file[l->file_count++] = root;
    captures_find(l, root);
}

static bool is_file_of_checks(struct loader *l, const struct yaml_node *root)
{
    static const char *const known[] = {"defaults", "rollout", "watch",
                                        "checks"};
    if (root->kind != YAML_MAP) {
        diags_add(l->diags, root->pos,
                  "expected a file with 'checks:' as a map, found %s",
                  yaml_kind_name(root));
        return false;
    }
    for (size_t i = 0; i < root->count; i++) {
        const struct yaml_node *key = root->item[2 * i];
        bool is_known = false;
        for (size_t k = 0; k < ARRAY_COUNT(known); k++)
            is_known = is_known || str_is(key->text, known[k]);
        if (!is_known)
            report_unknown(l, key, "a definition file", known,
                           ARRAY_COUNT(known));
    }
    return true;
}

static void load_file(struct loader *l, const struct yaml_node *root)
{
    struct check defaults;
    check_set_standards(&defaults);
    if (!is_file_of_checks(l, root))
        return;
    const struct yaml_node *rollout = yaml_get(root, "rollout");
    const struct yaml_node *watch = yaml_get(root, "watch");
    const struct yaml_node *given = yaml_get(root, "defaults");
    const struct yaml_node *checks = yaml_get(root, "checks");
    if (rollout != NULL)
        read_rollout(l, rollout);
    if (watch != NULL)
        read_watch(l, watch);
    l->noted = l->in->origins ? &defaults : NULL;
    if (given != NULL && !keys_read(l, given, &check_keys, true, &defaults))
        check_set_standards(&defaults);
    l->noted = NULL;
    idle_defaults_begin(l, given);
    if (checks != NULL)
        read_checks(l, checks, &defaults);
    idle_defaults_end(l);
    if (checks == NULL && rollout == NULL && watch == NULL)
        diags_add(l->diags, root->pos, "no 'checks' in this file");
}

void load_files(struct loader *l)
{
    for (size_t i = 0; i < l->file_count; i++)
        load_file(l, l->file[i]);
}
