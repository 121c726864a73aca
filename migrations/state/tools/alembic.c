/* Alembic: a row a head, and nothing of the past. */
#include "base/text.h"
#include "migrations/state/tools/tool.h"

static bool row(struct history_row *out, struct arena *a,
                const struct row_at *r)
{
    (void)a;
    return row_of_columns(out, r, "version_num", NULL);
}

/* Those of another file of the room read Python, too. */
static bool python_ids(struct shipped_migration *m, struct arena *a,
                       struct str text, const char *name)
{
    struct str value, one;
    size_t cap = m->parent_count;
    if (!python_assigned(text, str_from(name), &value))
        return false;
    while (python_next_text(&value, &one)) {
        m->parent =
            arena_grow(a, m->parent, m->parent_count, &cap, sizeof(*m->parent));
        m->parent[m->parent_count++] = one;
    }
    return true;
}

static bool file(struct shipped_migration *m, struct arena *a, struct str path,
                 struct str text)
{
    struct str value, id;
    if (!str_ends(path, STR(".py")) ||
        !python_assigned(text, STR("revision"), &value) ||
        !python_next_text(&value, &id))
        return false;
    m->id = str_dup(a, id);
    return python_ids(m, a, text, "down_revision");
}

const struct state_tool state_alembic = {.name = "alembic",
                                         .table = "alembic_version",
                                         .columns = {"version_num"},
                                         .file = file,
                                         .row = row,
                                         .order = ORDER_BY_PARENTS,
                                         .one_row = true};
