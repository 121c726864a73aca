/* goose: the newest row of a version counts. */
#include <string.h>

#include "base/text.h"
#include "migrations/state/tools/tool.h"

static bool row(struct history_row *out, struct arena *a,
                const struct row_at *r)
{
    (void)a;
    out->id = cell_of(r, "version_id");
    out->time = cell_of(r, "tstamp");
    out->state =
        is_true(cell_of(r, "is_applied")) ? ROW_APPLIED : ROW_ROLLED_BACK;
    return out->id != NULL && strcmp(out->id, "0") != 0;
}

static bool file(struct shipped_migration *m, struct arena *a, struct str path,
                 struct str text)
{
    static const char *const endings[] = {".sql", ".go", NULL};
    struct str name = base_of(path);
    if (!numbered(m, a, name, endings) ||
        !(text_contains(text, "+goose") || text_contains(text, "goose.")))
        return false;
    m->id = str_dup(a, no_zeros(str_from(m->id)));
    return true;
}

const struct state_tool state_goose = {.name = "goose",
                                       .table = "goose_db_version",
                                       .columns = {"version_id", "is_applied"},
                                       .file = file,
                                       .row = row,
                                       .order = ORDER_BY_NUMBER,
                                       .skips = true};
