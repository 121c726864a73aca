/* EF Core: the id stands in an attribute, or is the file's name. */
#include "base/text.h"
#include "migrations/state/tools/tool.h"

static bool row(struct history_row *out, struct arena *a,
                const struct row_at *r)
{
    (void)a;
    return row_of_columns(out, r, "MigrationId", NULL);
}

static bool file(struct shipped_migration *m, struct arena *a, struct str path,
                 struct str text)
{
    struct str name = base_of(path), stem = stem_of(name);
    size_t at = str_find(text, STR("[Migration(\""), 0);
    if (!str_ends(name, STR(".cs")) || str_ends(name, STR(".Designer.cs")) ||
        str_ends(name, STR("ModelSnapshot.cs")))
        return false;
    if (at < text.len) {
        struct str rest = str_sub(text, at + 12, text.len);
        m->id = str_dup(a, str_sub(rest, 0, str_find(rest, STR("\""), 0)));
        return true;
    }
    if (leading_digits(stem) != 14 || stem.len < 16 || stem.ptr[14] != '_')
        return false;
    m->id = str_dup(a, stem);
    return true;
}

const struct state_tool state_efcore = {.name = "efcore",
                                        .table = "__EFMigrationsHistory",
                                        .columns = {"MigrationId"},
                                        .lock = "__EFMigrationsLock",
                                        .file = file,
                                        .row = row};
