/* Sequelize: names with their endings. */
#include "base/text.h"
#include "migrations/state/tools/tool.h"

static bool row(struct history_row *out, struct arena *a,
                const struct row_at *r)
{
    (void)a;
    return row_of_columns(out, r, "name", "createdAt");
}

static bool file(struct shipped_migration *m, struct arena *a, struct str path,
                 struct str text)
{
    struct str name = base_of(path);
    if (!is_script(name) || !text_contains(text, "up") ||
        text_contains(text, "knex") || text_contains(text, "class "))
        return false;
    m->id = str_dup(a, name);
    return true;
}

const struct state_tool state_sequelize = {.name = "sequelize",
                                           .table = "SequelizeMeta",
                                           .columns = {"name"},
                                           .file = file,
                                           .row = row};
