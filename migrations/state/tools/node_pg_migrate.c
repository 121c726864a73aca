/* node-pg-migrate: names without their endings, in one order. */
#include "base/text.h"
#include "migrations/state/tools/tool.h"

static bool row(struct history_row *out, struct arena *a,
                const struct row_at *r)
{
    (void)a;
    return row_of_columns(out, r, "name", "run_on");
}

static bool file(struct shipped_migration *m, struct arena *a, struct str path,
                 struct str text)
{
    struct str name = base_of(path);
    size_t n = leading_digits(name);
    bool sql = str_ends(name, STR(".sql"));
    if (n < 13 || n > 17 || (!sql && !is_script(name)) ||
        (!sql && !text_contains(text, "pgm")))
        return false;
    m->id = str_dup(a, stem_of(name));
    return true;
}

const struct state_tool state_node_pg_migrate = {.name = "node-pg-migrate",
                                                 .table = "pgmigrations",
                                                 .columns = {"name", "run_on"},
                                                 .common = true,
                                                 .file = file,
                                                 .row = row,
                                                 .order = ORDER_BY_NUMBER,
                                                 .skips = true};
