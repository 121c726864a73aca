/* What an earlier run knew of an error whose root is not in these logs. */
#include <string.h>

#include "scan/internal.h"

/* The same migration, relation or target, where both name one. */
static bool agrees(const struct occurrence *o, const struct finding *f)
{
    bool named = false;
    for (size_t i = 0; i < o->signature->key_count; i++) {
        const char *key = o->signature->key[i];
        const char *now = capture_get(o->capture, o->capture_count, key);
        const char *then = capture_get(f->capture, f->capture_count, key);
        if (now != NULL && then != NULL && strcmp(now, then) != 0)
            return false;
        named = named || (now != NULL && then != NULL);
    }
    return named || o->signature->key_count == 0;
}

static bool may_follow(const struct occurrence *o, const struct finding *f)
{
    const struct signature *s = o->signature;
    for (size_t i = 0; i < s->symptom_of_count; i++)
        if (signature_id_matches(f->signature, s->symptom_of[i]))
            return agrees(o, f);
    return false;
}

static const struct cause *cause_with(const struct findings *found,
                                      const char *signature)
{
    for (size_t i = 0; i < found->cause_count; i++)
        for (size_t k = 0; k < found->cause[i].chain_count; k++) {
            const char *id = found->cause[i].chain[k].signature;
            if (id != NULL && strcmp(id, signature) == 0)
                return &found->cause[i];
        }
    return NULL;
}

bool previous_cause(const struct scan *s, const struct occurrence *o,
                    struct previous_hit *out)
{
    for (size_t i = 0; i < s->previous_count; i++) {
        const struct findings *found = s->previous[i].found;
        for (size_t k = 0; k < found->finding_count; k++) {
            const struct finding *f = &found->finding[k];
            const struct cause *cause =
                may_follow(o, f) ? cause_with(found, f->signature) : NULL;
            if (cause == NULL)
                continue;
            *out = (struct previous_hit){&s->previous[i], f, cause};
            return true;
        }
    }
    return false;
}
