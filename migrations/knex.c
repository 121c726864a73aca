/* Knex: scripts in migrations/ that export "up". */
#include "migrations/internal.h"

static bool is_script(struct migration_file *m,
                      const struct migration_path *path)
{
    struct str name = path->name;
    m->asks = true;
    return str_is(path->parent, "migrations") &&
           !str_ends(name, STR(".d.ts")) &&
           (str_ends(name, STR(".js")) || str_ends(name, STR(".ts")) ||
            str_ends(name, STR(".mjs")) || str_ends(name, STR(".cjs")));
}

/* Sequelize and TypeORM write scripts into migrations/, too. */
static bool read_knex(struct migration_file *m, struct str text)
{
    static const char *const up[] = {"exports.up", "export async function up",
                                     "export function up", "export const up"};
    (void)m;
    if (!text_contains(text, "knex") || text_contains(text, "queryInterface"))
        return false;
    for (size_t i = 0; i < ARRAY_COUNT(up); i++)
        if (text_contains(text, up[i]))
            return true;
    return false;
}

const struct migration_tool_row knex_migrations = {
    .recognise = is_script,
    .read = read_knex,
    .comment = "//",
    .quotes = {"`", "/*"},
};
