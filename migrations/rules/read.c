/* The migrations of a folder, in the order of their tool, with their SQL. */
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/text.h"
#include "migrations/internal.h"
#include "migrations/rules/internal.h"
#include "migrations/state/internal.h"

#define STATEMENTS_MAX ((size_t)20000) /* of one migration */

static bool is_name_byte(char c)
{
    return ((c | 32) >= 'a' && (c | 32) <= 'z') || (c >= '0' && c <= '9') ||
           c == '_';
}

/* Where the mark begins as a word of its own, outside of comments. */
static size_t find_mark(const struct rules_review *r, struct str text,
                        const char *mark)
{
    struct str m = str_from(mark);
    for (size_t at = str_find(text, m, 0); at < text.len;
         at = str_find(text, m, at + 1)) {
        bool inside =
            is_name_byte(mark[0]) && at > 0 && is_name_byte(text.ptr[at - 1]);
        if (!inside && (r->tool->language == LANGUAGE_SQL ||
                        !in_comment(r->tool->language, text, at)))
            return at;
    }
    return text.len;
}

/* The first of several; 0: none. */
static size_t first_mark(const struct rules_review *r, struct str text,
                         const char *const *mark)
{
    size_t first = text.len;
    for (; *mark != NULL; mark++) {
        size_t at = find_mark(r, text, *mark);
        first = at < first ? at : first;
    }
    return first < text.len ? first : 0;
}

/* What undoes a migration is left out, wherever it stands. */
static void find_way_up(const struct rules_review *r,
                        struct judged_migration *m)
{
    static const char *const script_up[] = {"up(", "up:", "up =", NULL};
    const char *const up[] = {r->tool->up, NULL};
    struct str text = m->source.text;
    bool script = r->tool->language == LANGUAGE_SCRIPT &&
                  !ends_in(str_from(m->file->path), ".sql");
    size_t down = first_mark(r, text, r->tool->down);
    m->from = first_mark(r, text, script ? script_up : up);
    if (!script && r->tool->up != NULL &&
        m->from > 0) /* it is within a comment */
        m->from = str_find(text, STR("\n"), m->from);
    m->end = down > m->from ? down : text.len;
}

static void add_statements(struct rules_review *r, struct judged_migration *m,
                           struct str sql, size_t at, size_t *cap)
{
    struct sql_reader reader = {.text = sql, .dialect = m->dialect};
    struct sql_statement s;
    size_t first = m->statement_count;
    while (m->statement_count < STATEMENTS_MAX &&
           sql_next(&reader, r->arena, &s)) {
        size_t unit_cap = *cap;
        s.at += at;
        for (size_t i = 0; i < s.count; i++)
            s.token[i].at += at;
        m->statement = arena_grow(r->arena, m->statement, m->statement_count,
                                  cap, sizeof(*m->statement));
        m->unit = arena_grow(r->arena, m->unit, m->statement_count, &unit_cap,
                             sizeof(*m->unit));
        m->unit[m->statement_count] = (struct sql_unit){first, at, 0};
        m->statement[m->statement_count++] = s;
    }
    for (size_t i = first; i < m->statement_count; i++)
        m->unit[i].statements = m->statement_count - first;
}

static void read_statements(struct rules_review *r, struct judged_migration *m)
{
    struct str text = m->source.text;
    enum language language = r->tool->language;
    size_t cap = 0, at = m->from;
    struct embedded one;
    if (language == LANGUAGE_SQL || ends_in(str_from(m->file->path), ".sql")) {
        add_statements(r, m, str_sub(text, m->from, m->end - m->from), m->from,
                       &cap);
        return;
    }
    struct str up = str_sub(text, 0, m->end);
    while (embedded_next(&one, r->arena, language, up, &at))
        add_statements(r, m, one.sql, one.at, &cap);
}

/* ---- ids ---- */

static const char *own_id(const struct rules_review *r,
                          struct judged_migration *m)
{
    struct str path = str_from(m->file->path), base = file_base(path);
    const struct tool_facts *t = r->tool;
    if (t->nested != NULL) {
        struct str folder = str_sub(path, 0, path.len - strlen(t->nested) - 1);
        bool whole = strcmp(t->name, "prisma") == 0;
        folder = file_base(folder);
        return str_dup(r->arena, whole ? folder : str_cut(folder, '_', &path));
    }
    return str_dup(r->arena, str_sub(base, 0, leading_digits(base)));
}

/* The app of Django that the folder is in, as far as paths tell. */
static const char *with_app(const struct rules_review *r, const char *id)
{
    const char *above = file_folder(r->arena, r->folder->path);
    if (strcmp(r->tool->name, "django") != 0 || strchr(id, '.') != NULL)
        return id;
    return arena_printf(r->arena, "%.*s.%s",
                        STR_ARGS(file_base(str_from(above))), id);
}

/* ("app", "name") by ("app", "name"), whatever else is in the list. */
static void read_dependencies(const struct rules_review *r,
                              struct judged_migration *m)
{
    struct str value, app, name;
    size_t cap = 0;
    m->parent = NULL;
    m->parent_count = 0;
    if (!python_assigned(m->file->text, STR("dependencies"), &value))
        return;
    for (size_t at = str_find(value, STR("("), 0); at < value.len;
         at = str_find(value, STR("("), at + 1)) {
        struct str pair = str_sub(value, at + 1, value.len);
        if (!python_next_text(&pair, &app) || !python_next_text(&pair, &name))
            continue;
        m->parent = arena_grow(r->arena, m->parent, m->parent_count, &cap,
                               sizeof(*m->parent));
        m->parent[m->parent_count++] = str_from(
            arena_printf(r->arena, "%.*s.%.*s", STR_ARGS(app), STR_ARGS(name)));
    }
}

/* As the tool's row of migrations/state does it, where there is one. */
static bool identify(const struct rules_review *r, struct judged_migration *m)
{
    const struct state_tool *tool = state_tool_find(r->tool->name);
    struct shipped_migration one = {.file = m->file->path,
                                    .text = m->file->text};
    if (tool == NULL || tool->file == NULL) {
        m->id = own_id(r, m);
        return true;
    }
    if (!tool->file(&one, r->arena, str_from(m->file->path), m->file->text))
        return false;
    m->id = with_app(r, one.id);
    m->parent = one.parent;
    m->parent_count = one.parent_count;
    if (strcmp(r->tool->name, "django") == 0)
        read_dependencies(r, m);
    return true;
}

static int compare_parts(struct str a, struct str b)
{
    while (a.len > 0 && b.len > 0) {
        size_t n = leading_digits(a), m = leading_digits(b);
        int order = text_compare_numbers(n == 0 ? STR("0") : str_sub(a, 0, n),
                                         m == 0 ? STR("0") : str_sub(b, 0, m));
        if (order != 0)
            return order;
        a = str_sub(a, n + 1, a.len);
        b = str_sub(b, m + 1, b.len);
    }
    return (a.len > 0) - (b.len > 0);
}

static int by_id(const void *left, const void *right)
{
    const struct judged_migration *a = left, *b = right;
    int order = strcmp(a->id, b->id);
    return order != 0 ? order : strcmp(a->file->path, b->file->path);
}

static int by_number(const void *left, const void *right)
{
    const struct judged_migration *a = left, *b = right;
    int order = compare_parts(str_from(a->id), str_from(b->id));
    return order != 0 ? order : by_id(left, right);
}

/* Digits of the last thirteen bytes: TypeORM sorts by that time. */
static int by_time(const void *left, const void *right)
{
    const struct judged_migration *a = left, *b = right;
    size_t n = strlen(a->id), m = strlen(b->id);
    int order = n < 13 || m < 13 ? 0 : strcmp(a->id + n - 13, b->id + m - 13);
    return order != 0 ? order : by_id(left, right);
}

static void sort(struct rules_review *r)
{
    const struct state_tool *tool = state_tool_find(r->tool->name);
    bool numbers =
        tool == NULL ? r->tool->nested == NULL : tool->order == ORDER_BY_NUMBER;
    if (r->count > 1)
        qsort(r->item, r->count, sizeof(*r->item),
              strcmp(r->tool->name, "typeorm") == 0 ? by_time
              : numbers                             ? by_number
                                                    : by_id);
}

/* ---- how it is run ---- */

static struct str metadata_of(const struct rules_review *r,
                              const struct judged_migration *m)
{
    struct str path = str_from(m->file->path);
    struct str folder = str_sub(path, 0, path.len - file_base(path).len);
    for (size_t i = 0; i < r->folder->file_count; i++) {
        struct str other = str_from(r->folder->file[i].path);
        if (str_starts(other, folder) &&
            str_is(file_base(other), r->tool->opt_out_file))
            return r->folder->file[i].text;
    }
    return STR_NONE;
}

static bool opts_out(const struct rules_review *r,
                     const struct judged_migration *m)
{
    struct str text =
        r->tool->opt_out_file == NULL ? m->source.text : metadata_of(r, m);
    for (size_t i = 0; i < ARRAY_COUNT(r->tool->opt_out); i++)
        if (r->tool->opt_out[i] != NULL && contains(text, r->tool->opt_out[i]))
            return true;
    return false;
}

static enum sql_dialect dialect_of_name(struct str path)
{
    static const struct {
        const char *part;
        enum sql_dialect dialect;
    } names[] = {
        {"mysql", SQL_MYSQL},      {"mariadb", SQL_MYSQL},
        {"sqlite", SQL_SQLITE},    {"postgres", SQL_POSTGRES},
        {"psql", SQL_POSTGRES},    {"pgsql", SQL_POSTGRES},
        {"clickhouse", SQL_OTHER}, {"mssql", SQL_OTHER},
        {"sqlserver", SQL_OTHER},  {"oracle", SQL_OTHER},
        {"cassandra", SQL_OTHER},  {"spanner", SQL_OTHER},
        {"duckdb", SQL_OTHER},     {"h2", SQL_OTHER},
    };
    while (path.len > 0) {
        struct str part = str_cut(path, '/', &path);
        for (size_t i = 0; i < ARRAY_COUNT(names); i++)
            if (str_equal_nocase(str_sub(part, 0, strlen(names[i].part)),
                                 str_from(names[i].part)))
                return names[i].dialect;
    }
    return SQL_UNKNOWN;
}

static enum sql_dialect dialect_of_lock(const struct migration_folder *f)
{
    for (size_t i = 0; i < f->file_count; i++) {
        struct str path = str_from(f->file[i].path), text = f->file[i].text;
        if (!str_is(file_base(path), "migration_lock.toml") &&
            !ends_in(path, "_journal.json"))
            continue;
        if (contains(text, "postgresql") || contains(text, "cockroachdb") ||
            contains(text, "\"pg\""))
            return SQL_POSTGRES;
        if (contains(text, "mysql"))
            return SQL_MYSQL;
        if (contains(text, "sqlite"))
            return SQL_SQLITE;
        return SQL_OTHER;
    }
    return SQL_UNKNOWN;
}

/* By what is written beside the files, by their names, by most of them. */
static enum sql_dialect dialect_of_folder(const struct migration_folder *f)
{
    size_t votes[SQL_OTHER + 1] = {0};
    enum sql_dialect found = dialect_of_lock(f), best = SQL_UNKNOWN;
    if (found == SQL_UNKNOWN)
        found = dialect_of_name(str_from(f->path));
    if (found != SQL_UNKNOWN)
        return found;
    for (size_t i = 0; i < f->file_count; i++)
        votes[sql_dialect_of(f->file[i].text)]++;
    votes[SQL_UNKNOWN] = 0;
    for (size_t i = 0; i <= SQL_OTHER; i++)
        if (votes[i] > votes[best])
            best = (enum sql_dialect)i;
    return best;
}

const char *migration_id(const struct rules_review *r,
                         const struct shipped_file *file)
{
    struct judged_migration m = {.file = file};
    struct candidate c = candidate_of(r->folder, file);
    return r->tool->fits(&c) && identify(r, &m) ? m.id : NULL;
}

void migrations_read(struct rules_review *r)
{
    const struct migration_folder *f = r->folder;
    enum sql_dialect dialect = dialect_of_folder(f);
    r->item = arena_array(r->arena, f->file_count + 1, sizeof(*r->item));
    r->count = 0;
    for (size_t i = 0; i < f->file_count; i++) {
        struct judged_migration m = {.file = &f->file[i], .dialect = dialect};
        struct candidate c = candidate_of(f, m.file);
        if (!r->tool->fits(&c) || !identify(r, &m))
            continue;
        m.source = *rule_source(r, m.file);
        find_way_up(r, &m);
        m.opted_out = opts_out(r, &m);
        read_statements(r, &m);
        r->item[r->count++] = m;
    }
    sort(r);
}

bool rule_call(const struct rules_review *r, const struct judged_migration *m,
               const char *name, size_t *at, struct str *args)
{
    struct str text = str_sub(m->source.text, 0, m->end);
    size_t n = strlen(name);
    for (size_t i = str_find(text, str_from(name), *at); i < text.len;
         i = str_find(text, str_from(name), i + 1)) {
        if ((i > 0 && is_name_byte(text.ptr[i - 1])) ||
            (i + n < text.len && is_name_byte(text.ptr[i + n])) ||
            in_comment(r->tool->language, text, i))
            continue;
        size_t end = call_end(r->tool->language, text, i + n);
        *args = str_sub(text, i, end - i);
        *at = i + n;
        return true;
    }
    return false;
}
