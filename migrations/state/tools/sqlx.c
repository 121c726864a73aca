/* sqlx: a checksum of the bytes. */
#include <string.h>

#include "base/text.h"
#include "migrations/state/tools/tool.h"

static bool row(struct history_row *out, struct arena *a,
                const struct row_at *r)
{
    const char *sum = cell_of(r, "checksum");
    (void)a;
    out->id = cell_of(r, "version");
    out->time = cell_of(r, "installed_on");
    if (sum != NULL)
        out->checksum =
            sum[0] == '\\' || sum[0] == '0' ? strchr(sum, 'x') : sum;
    if (out->checksum != NULL && out->checksum[0] == 'x')
        out->checksum++;
    out->state = is_true(cell_of(r, "success")) ? ROW_APPLIED : ROW_FAILED;
    return out->id != NULL;
}

static bool file(struct shipped_migration *m, struct arena *a, struct str path,
                 struct str text)
{
    static const char *const endings[] = {".sql", NULL};
    struct str name = base_of(path);
    (void)text;
    return !str_ends(name, STR(".down.sql")) && numbered(m, a, name, endings);
}

const struct state_tool state_sqlx = {.name = "sqlx",
                                      .table = "_sqlx_migrations",
                                      .columns = {"version", "checksum"},
                                      .common = true,
                                      .file = file,
                                      .row = row,
                                      .order = ORDER_BY_NUMBER,
                                      .checksum = CHECKSUM_SHA384,
                                      .refuses_edit = true};
