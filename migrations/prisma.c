/* Prisma: a folder a migration, in the order of their names. */
#include "migrations/internal.h"

/* prisma/migrations/NAME/migration.sql, or a NAME with Prisma's 14 digits */
static bool is_prisma(struct migration_file *m,
                      const struct migration_path *path)
{
    struct migration_path outer = path_parts(path->above);
    m->id = path->parent;
    m->chain = path->above;
    return str_is(path->name, "migration.sql") &&
           str_is(outer.name, "migrations") &&
           (leading_digits(m->id) == 14 || has_folder(outer.folder, "prisma"));
}

const struct migration_tool_row prisma_migrations = {
    .recognise = is_prisma,
    .comment = "--",
};
