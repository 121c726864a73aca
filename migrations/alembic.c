/* Alembic: files of versions/, a chain of revisions. */
#include "migrations/internal.h"

static bool is_alembic(struct migration_file *m,
                       const struct migration_path *path)
{
    m->asks = true;
    return str_ends(path->name, STR(".py")) && str_is(path->parent, "versions");
}

static bool read_alembic(struct migration_file *m, struct str text)
{
    struct str value, id;
    if (!python_assigned(text, STR("revision"), &value) ||
        !python_next_text(&value, &m->id) || m->id.len == 0 ||
        !python_assigned(text, STR("down_revision"), &value))
        return false;
    while (python_next_text(&value, &id))
        add_parent(m, id);
    return true;
}

const struct migration_tool_row alembic_migrations = {
    .recognise = is_alembic,
    .read = read_alembic,
    .order = ORDER_PARENTS,
    .comment = "#",
    .quotes = {"\"\"\"", "'''"},
    .blanks_count = true,
};
