/* EF Core: classes below Migrations/, by their ids. */
#include "migrations/internal.h"

/* Migrations/20240102030405_Name.cs; the id is the name, or in its text. */
static bool is_efcore(struct migration_file *m,
                      const struct migration_path *path)
{
    struct str name = path->name;
    if (!str_ends(name, STR(".cs")) || !has_folder(path->folder, "migrations"))
        return false;
    m->id = str_sub(name, 0, name.len - 3);
    m->asks = leading_digits(name) != 14 || name.ptr[14] != '_';
    return !str_ends(name, STR("ModelSnapshot.cs")) &&
           !str_ends(name, STR(".Designer.cs"));
}

/* [Migration("20240102030405_Name")] */
static bool read_efcore(struct migration_file *m, struct str text)
{
    size_t at = str_find(text, STR("[Migration(\""), 0);
    struct str id = str_sub(text, at + 12, text.len);
    size_t end = str_find(id, STR("\""), 0);
    m->id = str_sub(id, 0, end);
    return end > 0 && end < id.len;
}

const struct migration_tool_row efcore_migrations = {
    .recognise = is_efcore,
    .read = read_efcore,
    .comment = "//",
    .quotes = {"@\"", "\"\"\"", "/*"},
};
