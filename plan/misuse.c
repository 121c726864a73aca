/*
 * Inputs of a run that have no effect on its plan: selectors that match no
 * check, a variable that no definition uses. All checks of all files count,
 * whatever else is selected.
 */
#include <fnmatch.h>
#include <string.h>

#include "base/text.h"
#include "plan/internal.h"

#define LISTED   10   /* names that a message lists */
#define COMPARED 1000 /* names that a mistyped one is compared with */

struct known {
    const char *name[COMPARED];
    size_t count;
};

static void add_known(struct known *k, const char *name)
{
    for (size_t i = 0; i < k->count; i++)
        if (strcmp(k->name[i], name) == 0)
            return;
    if (k->count < COMPARED)
        k->name[k->count++] = name;
}

/* ", did you mean 'web'?", or what there is: "; tags: api, web and 3 more" */
static const char *hint_of(struct arena *a, const struct known *k,
                           const char *word, const char *what)
{
    struct hint near = text_hint(str_from(word), k->name, k->count);
    struct buf out;
    if (near.text[0] != '\0')
        return str_dup(a, str_from(near.text));
    buf_init(&out, 400);
    for (size_t i = 0; i < k->count && i < LISTED; i++)
        buf_printf(&out, "%s%s%.30s", i > 0 ? ", " : "; ", i > 0 ? "" : what,
                   k->name[i]);
    if (k->count > LISTED)
        buf_printf(&out, " and %zu more", k->count - LISTED);
    return buf_take(a, &out);
}

static bool refuse(struct loader *l, const char *option, const char *word,
                   const char *why, const char *hint)
{
    diags_add(l->diags, POS_NONE, "%s '%.60s' %s%s", option, word, why, hint);
    l->plan->misused = true;
    return false;
}

static bool is_tag(const struct loader *l, const char *tag)
{
    for (size_t i = 0; i < l->count; i++)
        for (size_t k = 0; k < l->check[i].tag_count; k++)
            if (strcmp(l->check[i].tag[k], tag) == 0)
                return true;
    return false;
}

static bool check_tags(struct loader *l, const char *option,
                       const char *const *tag, size_t count, const char *why)
{
    struct known *known = arena_alloc(l->arena, sizeof(*known));
    for (size_t i = 0; i < count; i++) {
        if (is_tag(l, tag[i]))
            continue;
        known->count = 0;
        for (size_t k = 0; k < l->count; k++)
            for (size_t t = 0; t < l->check[k].tag_count; t++)
                add_known(known, l->check[k].tag[t]);
        return refuse(l, option, tag[i], why,
                      known->count == 0
                          ? "; no check has tags"
                          : hint_of(l->arena, known, tag[i], "tags: "));
    }
    return true;
}

/* A glob is compared with the names as if it had no star at its end. */
static bool check_ids(struct loader *l)
{
    struct known *known = arena_alloc(l->arena, sizeof(*known));
    for (size_t i = 0; i < l->in->id_count; i++) {
        struct str glob = str_from(l->in->id[i]);
        size_t k = 0;
        while (k < l->count && fnmatch(glob.ptr, l->check[k].id, 0) != 0)
            k++;
        if (k < l->count)
            continue;
        known->count = 0;
        for (k = 0; k < l->count && k < COMPARED; k++)
            known->name[known->count++] = l->check[k].id;
        while (glob.len > 0 && strchr("*/", glob.ptr[glob.len - 1]) != NULL)
            glob.len--;
        return refuse(
            l, "--id", l->in->id[i], "matches no check",
            hint_of(l->arena, known, str_dup(l->arena, glob), "ids: "));
    }
    return true;
}

static bool check_variables(struct loader *l)
{
    struct known *known = arena_alloc(l->arena, sizeof(*known));
    for (size_t i = 0; i < l->in->given_count; i++) {
        const char *name = l->in->variable[i].name;
        if (l->variable_used[i])
            continue;
        known->count = 0;
        for (size_t k = 0; k < l->reference_count; k++)
            add_known(known, l->reference[k]);
        return refuse(l, "--var", name, "is used by no definition",
                      hint_of(l->arena, known, name, "they use "));
    }
    return true;
}

bool misuse_check(struct loader *l, size_t selected)
{
    const struct plan_inputs *in = l->in;
    if (l->count == 0) {
        diags_add(l->diags, POS_NONE,
                  "no checks: a run without checks cannot pass");
        return false;
    }
    if (!check_variables(l) ||
        !check_tags(l, "--tag", in->tag, in->tag_count, "matches no check") ||
        !check_tags(l, "--not-tag", in->not_tag, in->not_tag_count,
                    "excludes no check") ||
        !check_ids(l))
        return false;
    if (selected > 0)
        return true;
    diags_add(l->diags, POS_NONE,
              "no check is left by --tag, --not-tag and --id together: a run "
              "without checks cannot pass");
    l->plan->misused = true;
    return false;
}
