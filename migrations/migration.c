/* Which files are migrations: by their path, and where that does not tell, by
   their text. */
#include <string.h>

#include "migrations/internal.h"

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static size_t digits(struct str s)
{
    size_t n = 0;
    while (n < s.len && is_digit(s.ptr[n]))
        n++;
    return n;
}

/* The part after the last '/'; *folder gets what stands before it. */
static struct str base_name(struct str path, struct str *folder)
{
    size_t end = path.len;
    while (end > 0 && path.ptr[end - 1] != '/')
        end--;
    *folder = str_sub(path, 0, end == 0 ? 0 : end - 1);
    return str_sub(path, end, path.len);
}

static bool has_folder(struct str folder, const char *name)
{
    while (folder.len > 0)
        if (str_equal_nocase(str_cut(folder, '/', &folder), str_from(name)))
            return true;
    return false;
}

static struct str without(struct str s, const char *suffix)
{
    size_t len = strlen(suffix);
    return s.len >= len ? str_sub(s, 0, s.len - len) : s;
}

/* prisma/migrations/NAME/migration.sql, or a NAME with Prisma's 14 digits */
static bool is_prisma(struct migration_file *m, struct str folder,
                      struct str name)
{
    struct str above, top;
    struct str id = base_name(folder, &above);
    struct str parent = base_name(above, &top);
    if (!str_is(name, "migration.sql") || !str_is(parent, "migrations") ||
        (digits(id) != 14 && !has_folder(top, "prisma")))
        return false;
    m->id = id;
    m->chain = above;
    return true;
}

/* db/migrate/VERSION_name.rb, and db/animals_migrate/ of a second database */
static bool is_rails(struct migration_file *m, struct str folder,
                     struct str name)
{
    struct str above, top;
    struct str parent = base_name(folder, &above);
    size_t n = digits(name);
    if (!str_ends(name, STR(".rb")) || n == 0 || n >= name.len ||
        name.ptr[n] != '_' || !str_is(base_name(above, &top), "db") ||
        (!str_is(parent, "migrate") && !str_ends(parent, STR("_migrate"))))
        return false;
    m->id = str_sub(name, 0, n);
    m->chain = folder;
    return true;
}

/* V1_2__name.sql is version 1.2; R__ and U are no versions. */
static bool is_flyway(struct migration_file *m, struct arena *a,
                      struct str folder, struct str name)
{
    size_t end = str_find(name, STR("__"), 0);
    if (!str_ends(name, STR(".sql")) || name.ptr[0] != 'V' || end < 2 ||
        end + 6 >= name.len || !is_digit(name.ptr[end - 1]))
        return false;
    char *id = str_dup(a, str_sub(name, 1, end - 1));
    for (char *c = id; *c != '\0'; c++) {
        if (*c == '_')
            *c = '.';
        if (!is_digit(*c) && (*c != '.' || c == id || c[1] == '.'))
            return false;
    }
    m->id = str_from(id);
    m->chain = folder;
    size_t at = str_find(folder, STR("migration"), 0);
    if (at < folder.len) { /* its folders below are one location */
        struct str rest = str_sub(folder, at, folder.len);
        m->chain.len = at + str_cut(rest, '/', &rest).len;
    }
    return true;
}

/* Migrations/20240102030405_Name.cs; the id is the name, or in its text. */
static bool is_efcore(struct migration_file *m, struct str folder,
                      struct str name, bool *asks)
{
    if (!str_ends(name, STR(".cs")) || !has_folder(folder, "migrations") ||
        str_ends(name, STR("ModelSnapshot.cs")))
        return false;
    m->id = without(name, ".cs");
    m->chain = folder;
    *asks = digits(name) != 14 || name.len < 15 || name.ptr[14] != '_';
    return !str_ends(name, STR(".Designer.cs"));
}

static bool is_script(struct str name)
{
    return !str_ends(name, STR(".d.ts")) &&
           (str_ends(name, STR(".js")) || str_ends(name, STR(".ts")) ||
            str_ends(name, STR(".mjs")) || str_ends(name, STR(".cjs")));
}

bool migration_by_path(struct migration_file *m, struct arena *a,
                       struct str path, bool *asks)
{
    struct str folder, above;
    struct str name = base_name(path, &folder);
    struct str parent = base_name(folder, &above);
    *m = (struct migration_file){.path = path, .id = name, .chain = folder};
    *asks = false;
    if (name.len == 0)
        return false;
    if (is_prisma(m, folder, name))
        m->tool = MIGRATION_PRISMA;
    else if (is_rails(m, folder, name))
        m->tool = MIGRATION_RAILS;
    else if (is_flyway(m, a, folder, name))
        m->tool = MIGRATION_FLYWAY;
    else if (is_efcore(m, folder, name, asks))
        m->tool = MIGRATION_EFCORE;
    else if (str_ends(name, STR(".py")) && str_is(parent, "versions"))
        m->tool = MIGRATION_ALEMBIC;
    else if (str_ends(name, STR(".py")) && str_is(parent, "migrations") &&
             !str_is(name, "__init__.py"))
        m->tool = MIGRATION_DJANGO;
    else if (is_script(name) && str_is(parent, "migrations"))
        m->tool = MIGRATION_KNEX;
    else
        return false;
    *asks = *asks || m->tool == MIGRATION_ALEMBIC ||
            m->tool == MIGRATION_DJANGO || m->tool == MIGRATION_KNEX;
    return true;
}

static bool contains(struct str text, const char *part)
{
    return str_find(text, str_from(part), 0) < text.len;
}

/* [Migration("20240102030405_Name")] */
static bool read_efcore(struct migration_file *m, struct str text)
{
    size_t at = str_find(text, STR("[Migration(\""), 0);
    struct str id = str_sub(text, at + 12, text.len);
    size_t end = str_find(id, STR("\""), 0);
    if (end == 0 || end >= id.len)
        return false;
    m->id = str_sub(id, 0, end);
    return true;
}

/* Sequelize and TypeORM write scripts into migrations/, too. */
static bool is_knex(struct str text)
{
    static const char *const up[] = {"exports.up", "export async function up",
                                     "export function up", "export const up"};
    if (!contains(text, "knex") || contains(text, "queryInterface"))
        return false;
    for (size_t i = 0; i < ARRAY_COUNT(up); i++)
        if (contains(text, up[i]))
            return true;
    return false;
}

bool migration_by_text(struct migration_file *m, struct arena *a,
                       struct str text)
{
    switch ((enum migration_tool)m->tool) {
    case MIGRATION_EFCORE:
        return read_efcore(m, text);
    case MIGRATION_ALEMBIC:
    case MIGRATION_DJANGO:
        return migration_python(m, a, text);
    case MIGRATION_KNEX:
        return is_knex(text);
    case MIGRATION_PRISMA:
    case MIGRATION_RAILS:
    case MIGRATION_FLYWAY:
        return true;
    }
    return false;
}

/* What begins a line that is a comment, and what may hold lines that are not,
   although they begin so. */
struct comments {
    const char *start, *quotes[3];
    bool blanks_count; /* at the start of a line */
};

static const struct comments comments[] = {
    [MIGRATION_PRISMA] = {"--", {NULL}, false},
    [MIGRATION_ALEMBIC] = {"#", {"\"\"\"", "'''"}, true},
    [MIGRATION_EFCORE] = {"//", {"@\"", "\"\"\"", "/*"}, false},
    [MIGRATION_DJANGO] = {"#", {"\"\"\"", "'''"}, true},
    [MIGRATION_RAILS] = {"#", {"<<", "%", "=begin"}, false},
    [MIGRATION_FLYWAY] = {"--", {NULL}, false},
    [MIGRATION_KNEX] = {"//", {"`", "/*"}, false},
};

/* A quote that is open at the end of a line goes on in the next one. */
static bool spans_lines(struct str text, char quote)
{
    while (text.len > 0) {
        struct str line = str_cut(text, '\n', &text);
        size_t count = 0;
        for (size_t i = 0; i < line.len; i++)
            count += line.ptr[i] == quote;
        if (count % 2 != 0)
            return true;
    }
    return false;
}

static bool has_long_quotes(const struct comments *c, struct str text)
{
    for (size_t i = 0; i < ARRAY_COUNT(c->quotes); i++)
        if (c->quotes[i] != NULL && contains(text, c->quotes[i]))
            return true;
    return str_is(str_from(c->start), "--") && spans_lines(text, '\'');
}

static char *stripped(const struct comments *c, struct arena *a,
                      struct str text)
{
    struct buf out;
    buf_init(&out, text.len + 2);
    while (text.len > 0) {
        struct str line = str_cut(text, '\n', &text);
        struct str trimmed = str_trim(line);
        if (trimmed.len == 0 || str_starts(trimmed, str_from(c->start)))
            continue;
        if (c->blanks_count) /* keep those at its start */
            trimmed = (struct str){line.ptr, (size_t)(trimmed.ptr - line.ptr) +
                                                 trimmed.len};
        buf_str(&out, trimmed);
        buf_char(&out, '\n');
    }
    char *plain = buf_dup(a, &out);
    buf_release(&out);
    return plain;
}

bool migration_is_alike(int tool, struct arena *a, struct str left,
                        struct str right)
{
    const struct comments *c = &comments[tool];
    if (str_equal(left, right))
        return true;
    if (has_long_quotes(c, left) || has_long_quotes(c, right))
        return false;
    return strcmp(stripped(c, a, left), stripped(c, a, right)) == 0;
}
