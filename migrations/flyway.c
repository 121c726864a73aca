/* Flyway: V1_2__name.sql anywhere, in the order of their versions. */
#include "migrations/internal.h"

/* Its folders below the first one called after migrations are one location. */
static struct str location_of(struct str folder)
{
    size_t at = str_find(folder, STR("migration"), 0);
    struct str rest = str_sub(folder, at, folder.len);
    return str_sub(folder, 0, at + str_cut(rest, '/', &rest).len);
}

/* V1_2__name.sql is version 1.2; R__ and U are no versions. */
static bool is_flyway(struct migration_file *m,
                      const struct migration_path *path)
{
    struct str name = path->name;
    size_t end = str_find(name, STR("__"), 0);
    if (!str_ends(name, STR(".sql")) || name.ptr[0] != 'V' || end < 2 ||
        end + 6 >= name.len || leading_digits(str_sub(name, end - 1, end)) == 0)
        return false;
    char *id = str_dup(m->arena, str_sub(name, 1, end - 1));
    for (char *c = id; *c != '\0'; c++) {
        if (*c == '_')
            *c = '.';
        if ((*c < '0' || *c > '9') && (*c != '.' || c == id || c[1] == '.'))
            return false;
    }
    m->id = str_from(id);
    m->chain = location_of(path->folder);
    return true;
}

const struct migration_tool_row flyway_migrations = {
    .recognise = is_flyway,
    .order = ORDER_VERSIONS,
    .comment = "--",
};
