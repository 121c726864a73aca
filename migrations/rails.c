/* Rails: scripts of db/migrate/, in the order of their versions. */
#include "migrations/internal.h"

/* db/migrate/VERSION_name.rb, and db/animals_migrate/ of a second database */
static bool is_rails(struct migration_file *m,
                     const struct migration_path *path)
{
    size_t n = leading_digits(path->name);
    m->id = str_sub(path->name, 0, n);
    return str_ends(path->name, STR(".rb")) && n > 0 && n < path->name.len &&
           path->name.ptr[n] == '_' &&
           str_is(path_parts(path->above).name, "db") &&
           (str_is(path->parent, "migrate") ||
            str_ends(path->parent, STR("_migrate")));
}

const struct migration_tool_row rails_migrations = {
    .recognise = is_rails,
    .order = ORDER_VERSIONS,
    .comment = "#",
    .quotes = {"<<", "%", "=begin"},
};
