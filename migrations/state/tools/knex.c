/* Knex: names with their endings, and a lock. */
#include "base/text.h"
#include "migrations/state/tools/tool.h"

static bool row(struct history_row *out, struct arena *a,
                const struct row_at *r)
{
    (void)a;
    return row_of_columns(out, r, "name", "migration_time");
}

static bool file(struct shipped_migration *m, struct arena *a, struct str path,
                 struct str text)
{
    struct str name = base_of(path);
    if (!is_script(name) || !text_contains(text, "up") ||
        !text_contains(text, "knex"))
        return false;
    m->id = str_dup(a, name);
    return true;
}

const struct state_tool state_knex = {.name = "knex",
                                      .table = "knex_migrations",
                                      .columns = {"name", "batch"},
                                      .lock = "knex_migrations_lock",
                                      .file = file,
                                      .row = row};
