/* dbmate: the digits of a file with a mark of its own. */
#include "base/text.h"
#include "migrations/state/tools/tool.h"

static bool row(struct history_row *out, struct arena *a,
                const struct row_at *r)
{
    (void)a;
    return row_of_columns(out, r, "version", NULL);
}

static bool file(struct shipped_migration *m, struct arena *a, struct str path,
                 struct str text)
{
    static const char *const endings[] = {".sql", NULL};
    return text_contains(text, "-- migrate:up") &&
           numbered(m, a, base_of(path), endings);
}

const struct state_tool state_dbmate = {.name = "dbmate",
                                        .table = "schema_migrations",
                                        .columns = {"version"},
                                        .file = file,
                                        .row = row,
                                        .order = ORDER_BY_NUMBER};
