/* Laravel: the file's name without its ending. */
#include "base/text.h"
#include "migrations/state/tools/tool.h"

static bool row(struct history_row *out, struct arena *a,
                const struct row_at *r)
{
    (void)a;
    return row_of_columns(out, r, "migration", NULL);
}

static bool file(struct shipped_migration *m, struct arena *a, struct str path,
                 struct str text)
{
    struct str name = base_of(path);
    (void)text;
    if (!str_ends(name, STR(".php")) || str_find(name, STR("_"), 0) >= name.len)
        return false;
    m->id = str_dup(a, stem_of(name));
    return true;
}

const struct state_tool state_laravel = {.name = "laravel",
                                         .table = "migrations",
                                         .columns = {"migration", "batch"},
                                         .file = file,
                                         .row = row};
