/* Diesel: the digits of a folder's name. */
#include "base/text.h"
#include "migrations/state/tools/tool.h"

static bool row(struct history_row *out, struct arena *a,
                const struct row_at *r)
{
    (void)a;
    return row_of_columns(out, r, "version", "run_on");
}

static bool file(struct shipped_migration *m, struct arena *a, struct str path,
                 struct str text)
{
    struct buf id;
    (void)text;
    if (!str_ends(path, STR("/up.sql")))
        return false;
    struct str folder = base_of(str_sub(path, 0, path.len - 7));
    size_t end = str_find(folder, STR("_"), 0);
    buf_init(&id, 200);
    for (size_t i = 0; i < end && i < folder.len; i++)
        if (folder.ptr[i] != '-')
            buf_char(&id, folder.ptr[i]);
    m->id = buf_take(a, &id);
    return m->id[0] != '\0';
}

const struct state_tool state_diesel = {.name = "diesel",
                                        .table = "__diesel_schema_migrations",
                                        .columns = {"version", "run_on"},
                                        .file = file,
                                        .row = row};
