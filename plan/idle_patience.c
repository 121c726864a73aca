/* patience: how many attempts there are, and which of its keys are idle. */
#include "plan/idle.h"

void patience_finish(struct patience *p)
{
    if (p->attempts == 0)
        p->attempts = p->deadline_ms > 0 ? PATIENCE_UNLIMITED : 1;
}

static const char *why_alone(const struct check *check, struct str key)
{
    const struct patience *p = &check->patience;
    if (str_is(key, "attempts") || (str_is(key, "passes") && p->passes == 1))
        return NULL;
    if (!str_is(key, "deadline"))
        return "'patience' needs 'attempts' above 1 or a 'deadline'";
    return p->deadline_ms < check->timeout_ms
               ? NULL
               : "the one attempt ends before it, at its timeout";
}

const char *patience_idle(const struct check *check, struct str key)
{
    const struct patience *p = &check->patience;
    bool grows = p->backoff_milli > 1000;
    if (p->attempts == 1)
        return why_alone(check, key);
    if (p->deadline_ms > 0 && p->interval_ms >= p->deadline_ms)
        return str_is(key, "interval") || str_is(key, "attempts")
                   ? "the deadline is over before a second attempt"
                   : NULL;
    if (p->retry == 0 && p->passes == 1)
        return str_is(key, "attempts") || str_is(key, "interval")
                   ? "'retry' is empty, so nothing is tried again"
                   : NULL;
    if (str_is(key, "max_interval") && !grows)
        return "it needs a 'backoff' above 1";
    if (str_is(key, "interval") && grows && p->interval_ms > p->max_interval_ms)
        return "'max_interval' is shorter";
    return NULL;
}

static bool check_classes(struct loader *l, const struct yaml_node *list,
                          const struct check *check)
{
    bool ok = true;
    for (size_t i = 0; list->kind == YAML_LIST && i < list->count; i++) {
        int bit = 0;
        if (!name_find(&retry_class_names, list->item[i]->text, &bit) ||
            (kind_of(check->kind)->fails >> bit & 1u) != 0)
            continue;
        diags_add(l->diags, list->item[i]->pos,
                  "'%s' has no effect: %s never fails like that",
                  name_of(&retry_class_names, bit),
                  kind_of(check->kind)->called);
        ok = false;
    }
    return ok;
}

bool patience_check(struct loader *l, const struct yaml_node *map,
                    const struct check *check)
{
    const struct patience *p = &check->patience;
    bool ok = true;
    for (size_t i = 0; map->kind == YAML_MAP && i < map->count; i++) {
        const struct yaml_node *key = map->item[2 * i];
        const char *why = patience_idle(check, key->text);
        if (why != NULL)
            diags_add(l->diags, key->pos, "'%s' has no effect: %s",
                      key->text.ptr, why);
        ok = why == NULL && ok;
        if (str_is(key->text, "retry"))
            ok = check_classes(l, map->item[2 * i + 1], check) && ok;
    }
    if (!ok || p->passes <= p->attempts || p->attempts == 1)
        return ok;
    diags_add(l->diags, map->pos,
              "%lld passes in a row need as many attempts, and there are %lld",
              (long long)p->passes, (long long)p->attempts);
    return false;
}
