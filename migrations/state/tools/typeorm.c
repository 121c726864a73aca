/* TypeORM: the class is the id, not the file. */
#include "base/text.h"
#include "migrations/state/tools/tool.h"

static bool row(struct history_row *out, struct arena *a,
                const struct row_at *r)
{
    (void)a;
    return row_of_columns(out, r, "name", NULL);
}

/* The class is the id: a name that ends in 13 digits. */
static bool file(struct shipped_migration *m, struct arena *a, struct str path,
                 struct str text)
{
    if (!is_script(base_of(path)))
        return false;
    bool exported = str_find(text, STR("exports."), 0) < text.len;
    struct str word = exported ? STR("exports.") : STR("class ");
    for (size_t at = str_find(text, word, 0); at < text.len;
         at = str_find(text, word, at + 1)) {
        struct str name = str_trim(str_sub(text, at + word.len, 200));
        size_t n = 0;
        while (n < name.len &&
               (name.ptr[n] == '_' || name.ptr[n] == '$' ||
                (name.ptr[n] >= '0' && name.ptr[n] <= '9') ||
                ((name.ptr[n] | 32) >= 'a' && (name.ptr[n] | 32) <= 'z')))
            n++;
        name = str_sub(name, 0, n);
        if (n > 13 && leading_digits(str_sub(name, n - 13, 13)) == 13) {
            m->id = str_dup(a, name);
            return true;
        }
    }
    return false;
}

const struct state_tool state_typeorm = {.name = "typeorm",
                                         .table = "migrations",
                                         .columns = {"timestamp", "name"},
                                         .file = file,
                                         .row = row,
                                         .order = ORDER_BY_NUMBER};
