/* steps and finally: requests in order, each like a check of its own. */
#include <string.h>

#include "base/text.h"
#include "plan/keys.h"

static bool keep_list(struct loader *l, const struct yaml_node *n,
                      const struct yaml_node **out)
{
    if (n->kind != YAML_LIST || n->count == 0)
        return read_wrong_kind(l, n, "a list of steps");
    *out = n;
    return true;
}

bool read_steps(struct loader *l, const struct yaml_node *n,
                struct check *check)
{
    (void)check;
    return keep_list(l, n, &l->steps);
}

bool read_finally(struct loader *l, const struct yaml_node *n, void *out)
{
    (void)out;
    return keep_list(l, n, &l->finally);
}

void steps_base(struct check *out, const struct check *whole)
{
    struct check base = *whole;
    base.kind = KIND_HTTP;
    base.url = base.title = NULL;
    base.need = NULL;
    base.late = NULL;
    base.tag = NULL;
    base.expect = base.degraded = NULL;
    base.expect_count = base.degraded_count = 0;
    base.origin = NULL;
    base.need_count = base.tag_count = base.origin_count = 0;
    base.transport.cookie_jar = true;
    *out = base;
}

/* Like a check, a step must be able to fail; a clean-up need not. */
static bool can_fail(struct loader *l, const struct yaml_node *map,
                     const struct check *step)
{
    if (kind_of(step->kind)->asserts != ASSERTS_NOTHING ||
        step->expect_count > 0 || step->capture_count > 0)
        return true;
    diags_add(l->diags, map->pos,
              "this step has no 'expect': what expects nothing cannot fail");
    return false;
}

/* "GET /orders", unless the step has a title of its own. */
const char *steps_title(struct loader *l, const struct check *step)
{
    if (step->title != NULL)
        return step->title;
    struct str url = str_from(step->url);
    size_t host = str_find(url, STR("://"), 0);
    size_t path = str_find(url, STR("/"), host + 3);
    if (!kind_of(step->kind)->has_url || path >= url.len)
        return step->url;
    struct str shown = str_sub(url, path, url.len);
    shown = str_sub(shown, 0, str_find(shown, STR("?"), 0));
    return arena_printf(l->arena, "%s %.*s", step->method, STR_ARGS(shown));
}

static void add_own(struct loader *l, const struct check *step)
{
    for (size_t i = 0; i < step->capture_count; i++) {
        l->own = arena_grow(l->arena, (void *)l->own, l->own_count, &l->own_cap,
                            sizeof(*l->own));
        l->own[l->own_count++] = step->capture[i].name;
    }
}

static bool read_step(struct loader *l, const struct yaml_node *map,
                      const struct check *whole, bool final, struct check *out)
{
    size_t late_before = l->late_count;
    struct check *noted = l->noted;
    steps_base(out, whole);
    out->pos = map->pos;
    l->noted = noted == NULL ? NULL : out;
    l->body_type = NULL;
    l->inherited = whole->inconclusive_count;
    bool ok = keys_read(l, map, &step_keys, false, out);
    l->noted = noted;
    if (!ok || (!final && !can_fail(l, map, out)) || !check_finish(l, map, out))
        return false;
    out->title = steps_title(l, out);
    if (whole->late != NULL || l->late_count > late_before)
        out->late = captures_late(l, map);
    add_own(l, out);
    return true;
}

bool steps_read(struct loader *l, struct check *check)
{
    size_t main = l->steps->count;
    size_t final = l->finally == NULL ? 0 : l->finally->count;
    bool ok = true;
    if (main + final > STEPS_MAX) {
        diags_add(l->diags, l->steps->pos, "more than %d steps", STEPS_MAX);
        return false;
    }
    struct check *all = arena_array(l->arena, main + final, sizeof(*all));
    for (size_t i = 0; i < main + final; i++) {
        const struct yaml_node *map =
            i < main ? l->steps->item[i] : l->finally->item[i - main];
        ok = read_step(l, map, check, i >= main, &all[i]) && ok;
    }
    check->late = NULL; /* each step has its own */
    check->step = all;
    check->step_count = main + final;
    check->finally_count = final;
    check->url = all[0].url;
    return ok;
}
