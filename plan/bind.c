/* A definition read again, with the values that were captured. */
#include <string.h>

#include "plan/keys.h"

/* What the check is besides its request stays as it was. */
static void keep_whole(struct check *now, const struct check *before)
{
    now->id = before->id;
    now->need = before->need;
    now->need_count = before->need_count;
    now->use = before->use;
    now->use_count = before->use_count;
    now->late = NULL;
}

static bool read_again(struct loader *l, const struct late *late,
                       struct check *out)
{
    *out = late->defaults;
    out->pos = late->map->pos;
    if (!keys_read(l, late->map, &check_keys, false, out))
        return false;
    if (late->step == NULL)
        return check_finish(l, late->map, out);
    steps_base(out, out);
    l->inherited = out->inconclusive_count;
    out->pos = late->step->pos;
    return keys_read(l, late->step, &step_keys, false, out) &&
           check_finish(l, late->step, out);
}

const struct check *plan_bind(struct plan *plan, struct arena *run,
                              const struct check *check,
                              const struct captured *value, size_t count,
                              const char **why)
{
    static const struct captured none = {NULL, {NULL, 0}};
    struct diags d;
    struct loader l = {.arena = run,
                       .in = plan->inputs,
                       .diags = &d,
                       .plan = plan,
                       .prefix = "",
                       .captured = plan->captured,
                       .bound = value == NULL ? &none : value,
                       .bound_count = count,
                       .inherited = check->late->defaults.inconclusive_count,
                       .target = check->late->target};
    struct check *bound = arena_alloc(run, sizeof(*bound));
    diags_init(&d, run);
    if (read_again(&l, check->late, bound)) {
        captures_mark_secrets(&l);
        const char *title =
            check->late->step == NULL ? check->title : steps_title(&l, bound);
        keep_whole(bound, check);
        bound->title = title; /* of a step: it names what is requested */
        return bound;
    }
    *why = d.count == 0 ? "it cannot be read" : d.item[0].text;
    return NULL;
}
