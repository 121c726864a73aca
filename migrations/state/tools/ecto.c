/* Ecto: the digits of a script's name. */
#include "base/text.h"
#include "migrations/state/tools/tool.h"

static bool row(struct history_row *out, struct arena *a,
                const struct row_at *r)
{
    (void)a;
    return row_of_columns(out, r, "version", "inserted_at");
}

static bool file(struct shipped_migration *m, struct arena *a, struct str path,
                 struct str text)
{
    static const char *const endings[] = {".exs", NULL};
    (void)text;
    return numbered(m, a, base_of(path), endings);
}

const struct state_tool state_ecto = {.name = "ecto",
                                      .table = "schema_migrations",
                                      .columns = {"version", "inserted_at"},
                                      .file = file,
                                      .row = row,
                                      .order = ORDER_BY_NUMBER};
