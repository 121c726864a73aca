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

static size_t count_of(const struct joined *j, enum row_state state)
{
    size_t n = 0;
    for (size_t i = 0; i < j->row_count; i++)
        n += j->row[i].state == state;
    return n;
}

int verdict_of(const struct joined *j, bool broken, bool split)
{
    const struct migration_state *o = j->out;
    bool empty = count_of(j, ROW_APPLIED) == 0 && o->failed_count == 0;
    const struct {
        bool holds;
        int verdict;
    } rules[] = {
        {j->facts->busy != NULL, MIGRATIONS_RUNNING},
        {o->failed_count > 0, MIGRATIONS_FAILED},
        {broken, MIGRATIONS_BROKEN_CODE},
        {empty && j->row_count == 0 && any_there(o->pending, o->pending_count),
         MIGRATIONS_NO_HISTORY},
        {o->pending_count > 0 && o->pending[0].there_count > 0,
         MIGRATIONS_HALF_APPLIED},
        {lacks_tables(j), MIGRATIONS_WITHOUT_TABLES},
        {o->edited_count > 0, MIGRATIONS_EDITED},
        {split, MIGRATIONS_MULTIPLE_HEADS},
        {o->skipped_count > 0, MIGRATIONS_SKIPPED},
        {o->inconsistent_count > 0, MIGRATIONS_INCONSISTENT},
        {j->locked, MIGRATIONS_LOCKED},
        {o->unknown_count > 0, MIGRATIONS_UNKNOWN_IN_CODE},
        {o->pending_count > 0, MIGRATIONS_PENDING},
        {o->leftover_count > 0, MIGRATIONS_LEFTOVERS},
    };
    for (size_t i = 0; i < ARRAY_COUNT(rules); i++)
        if (rules[i].holds)
            return rules[i].verdict;
    return MIGRATIONS_UP_TO_DATE;
}
