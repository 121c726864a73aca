/* The verdict: the worst that holds. */
#include "migrations/state/joined.h"

static bool any_there(const struct migration_fact *f, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (f[i].there_count > 0)
            return true;
    return false;
}

/* All is applied, and no table of it is there. */
static bool lacks_tables(const struct joined *j)
{
    size_t wanted = 0;
    if (!j->facts->has_objects || j->out->pending_count > 0 ||
        j->out->failed_count > 0)
        return false;
    for (size_t i = 0; i < j->shipped->count; i++)
        for (size_t k = 0; k < j->shipped->item[i].creates_count; k++) {
            const struct database_object *o = &j->shipped->item[i].creates[k];
            if (o->kind != OBJECT_TABLE)
                continue;
            wanted++;
            if (find_object(j, o->name, o->schema, OBJECT_TABLE) != NULL)
                return false;
        }
    return wanted > 0;
}

/* The first one alone, and not to its end: it failed on an empty history. */
static bool is_first_try(const struct joined *j)
{
    const struct migration_state *o = j->out;
    return j->history != NULL && o->pending[0].there_count > 0 &&
           o->pending[0].missing_count > 0 &&
           !any_there(o->pending + 1, o->pending_count - 1);
}

static bool lacks_history(const struct joined *j)
{
    const struct migration_state *o = j->out;
    return j->row_count == 0 && o->failed_count == 0 &&
           any_there(o->pending, o->pending_count) && !is_first_try(j);
}

/* What began without an end, while somebody migrates, is what runs. */
static bool has_failed(const struct joined *j)
{
    const struct migration_state *o = j->out;
    for (size_t i = 0; i < o->failed_count; i++)
        if (j->facts->busy == NULL || !o->failed[i].interrupted)
            return true;
    return false;
}

/* While a migration runs, its traces are not those of one that failed. */
int verdict_of(const struct joined *j)
{
    const struct migration_state *o = j->out;
    bool quiet = j->facts->busy == NULL && !j->running;
    bool bare = lacks_history(j);
    const struct {
        bool applies;
        int verdict;
    } rules[] = {
        {has_failed(j), MIGRATIONS_FAILED},
        {quiet && !bare && o->pending_count > 0 &&
             o->pending[0].there_count > 0,
         MIGRATIONS_HALF_APPLIED},
        {quiet && lacks_tables(j), MIGRATIONS_WITHOUT_TABLES},
        {o->edited_count > 0, MIGRATIONS_EDITED},
        {quiet && bare, MIGRATIONS_NO_HISTORY},
        {j->broken, MIGRATIONS_BROKEN_CODE},
        {j->split, MIGRATIONS_MULTIPLE_HEADS},
        {o->skipped_count > 0, MIGRATIONS_SKIPPED},
        {o->inconsistent_count > 0, MIGRATIONS_INCONSISTENT},
        {quiet && j->locked, MIGRATIONS_LOCKED},
        {o->unknown_count > 0, MIGRATIONS_UNKNOWN_IN_CODE},
        {!quiet, MIGRATIONS_RUNNING},
        {o->pending_count > 0, MIGRATIONS_PENDING},
        {o->leftover_count > 0, MIGRATIONS_LEFTOVERS},
    };
    for (size_t i = 0; i < ARRAY_COUNT(rules); i++)
        if (rules[i].applies)
            return rules[i].verdict;
    return MIGRATIONS_UP_TO_DATE;
}
