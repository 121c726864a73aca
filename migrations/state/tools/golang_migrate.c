/* golang-migrate: one row, which may be dirty. */
#include "base/text.h"
#include "migrations/state/tools/tool.h"

static bool row(struct history_row *out, struct arena *a,
                const struct row_at *r)
{
    (void)a;
    out->id = cell_of(r, "version");
    out->state = is_true(cell_of(r, "dirty")) ? ROW_FAILED : ROW_APPLIED;
    return out->id != NULL && out->id[0] != '-';
}

static bool file(struct shipped_migration *m, struct arena *a, struct str path,
                 struct str text)
{
    struct str name = base_of(path);
    size_t n = leading_digits(name);
    (void)text;
    if (n == 0 || n >= name.len || name.ptr[n] != '_' ||
        str_find(name, STR(".up."), 0) >= name.len)
        return false;
    m->id = str_dup(a, no_zeros(str_sub(name, 0, n)));
    return true;
}

const struct state_tool state_golang_migrate = {.name = "golang-migrate",
                                                .table = "schema_migrations",
                                                .columns = {"version", "dirty"},
                                                .file = file,
                                                .row = row,
                                                .order = ORDER_BY_NUMBER,
                                                .one_row = true};
