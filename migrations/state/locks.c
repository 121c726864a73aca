/* The locks that tools keep in tables, and whether a run holds them. */
#include <strings.h>

#include "base/clock.h"
#include "migrations/state/joined.h"
#include "migrations/state/tools/tool.h"

#define LOCK_YOUNG_MS (INT64_C(15) * 60 * 1000)

/* Knex and Liquibase keep a row that says whether it is held; a row of EF Core
   is the lock. */
static bool is_held(const struct row_at *r)
{
    static const char *const said_in[] = {"is_locked", "locked"};
    for (size_t k = 0; k < ARRAY_COUNT(said_in); k++)
        for (size_t i = 0; i < r->table->column_count; i++)
            if (strcasecmp(r->table->column[i], said_in[k]) == 0)
                return is_true(cell_of(r, said_in[k]));
    return true;
}

/* Liquibase says since when: a young lock is that of a run. */
static bool is_young(const struct row_at *r)
{
    int64_t since_ms = row_time_ms(cell_of(r, "lockgranted"));
    int64_t age_ms = clock_wall_ms() - since_ms;
    return since_ms > 0 && age_ms >= 0 && age_ms < LOCK_YOUNG_MS;
}

void look_at_lock(struct joined *j)
{
    const char *name = j->shipped->tool->lock;
    for (size_t i = 0; name != NULL && i < j->facts->table_count; i++) {
        const struct table_rows *t = &j->facts->table[i];
        for (size_t r = 0; strcasecmp(t->name, name) == 0 && r < t->row_count;
             r++) {
            const struct row_at at = {t, r};
            if (!is_held(&at))
                continue;
            j->running = j->running || is_young(&at);
            j->locked = j->locked || !is_young(&at);
        }
    }
}
