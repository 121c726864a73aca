/* Several schemas with a history each: tenants. */
#include <fnmatch.h>
#include <string.h>
#include <strings.h>

#include "migrations/state/internal.h"

#define SCHEMAS_MAX 200

static bool fits(const char *schema, const char *const *glob, size_t count)
{
    for (size_t i = 0; schema != NULL && i < count; i++)
        if (fnmatch(glob[i], schema, 0) == 0)
            return true;
    return false;
}

static bool is_history(const struct table_rows *t, const struct shipped *s,
                       const struct compare_options *o)
{
    return strcasecmp(t->name, o->table == NULL ? s->tool->table : o->table) ==
           0;
}

/* The verdicts are in their order, worst first; unreadable is the last. */
static int rank_of(int verdict)
{
    return verdict == MIGRATIONS_UNREADABLE ? -1 : verdict;
}

bool state_compare_schemas(struct migration_state *out, struct arena *a,
                           const struct shipped *shipped,
                           const struct database_facts *facts,
                           const struct compare_options *options)
{
    struct migration_state all = {.note = NULL};
    size_t seen = 0;
    for (size_t i = 0; i < facts->table_count; i++) {
        const struct table_rows *t = &facts->table[i];
        struct database_facts of = *facts;
        struct compare_options one = *options;
        struct migration_state state;
        if (!fits(t->schema, options->schema, options->schema_count) ||
            !is_history(t, shipped, options))
            continue;
        if (seen == SCHEMAS_MAX) { /* what is not read is not fine */
            state_unreadable(out, a, NULL,
                             "more than 200 schemas fit: part them into "
                             "several checks");
            return true;
        }
        one.table = arena_printf(a, "%s.%s", t->schema, t->name);
        of.schema = t->schema;
        state_compare(&state, a, shipped, &of, &one);
        state_note(
            &all, a,
            arena_printf(a, "%s: %s", t->schema,
                         name_of(&migration_verdict_names, state.verdict)));
        if (seen++ == 0 || rank_of(state.verdict) < rank_of(out->verdict))
            *out = state;
    }
    for (size_t i = 0; i < all.note_count; i++)
        state_note(out, a, all.note[i]);
    return seen > 0;
}
