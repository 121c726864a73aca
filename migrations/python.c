/*
 * The few assignments of Python that name a migration and those before it:
 * revision and down_revision of Alembic, dependencies of Django. No Python is
 * run; what is written in another way is not seen.
 */
#include "migrations/internal.h"

#define VALUE_MAX   ((size_t)64 * 1024) /* bytes of one value */
#define PARENTS_MAX 32

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || c == '_';
}

/* The last byte of the text in quotes, or of the comment, that begins at i. */
static size_t skip_text(struct str s, size_t i)
{
    char begin = s.ptr[i];
    if (begin != '"' && begin != '\'' && begin != '#')
        return i;
    while (i + 1 < s.len && s.ptr[i + 1] != '\n') {
        i++;
        if (begin != '#' && s.ptr[i] == begin)
            return i;
    }
    return i;
}

/* Where the brackets that open here close, or the line ends without any. */
static size_t value_end(struct str s)
{
    size_t depth = 0, i = 0;
    for (; i < s.len && i < VALUE_MAX; i++) {
        i = skip_text(s, i);
        char c = s.ptr[i];
        if (c == '(' || c == '[')
            depth++;
        if ((c == ')' || c == ']') && depth <= 1)
            return i + 1;
        if (c == ')' || c == ']')
            depth--;
        if (c == '\n' && depth == 0)
            return i;
    }
    return i;
}

/* What `name = ` or `name: type = ` at the start of a line is set to. */
static bool assigned(struct str text, struct str name, struct str *value)
{
    while (text.len > 0) {
        struct str here = text, after;
        struct str line = str_trim(str_cut(text, '\n', &text));
        struct str rest = str_sub(line, name.len, line.len);
        if (!str_starts(line, name) || rest.len == 0 || is_word(rest.ptr[0]))
            continue;
        size_t equals = str_find(here, STR("="), 0);
        if (equals >= here.len - text.len)
            continue;
        after = str_sub(here, equals + 1, here.len);
        *value = str_trim(str_sub(after, 0, value_end(after)));
        return true;
    }
    return false;
}

/* The next quoted text; false: there is none, or a bracket closes before. */
static bool next_text(struct str *s, struct str *out)
{
    for (size_t i = 0; i < s->len; i++) {
        char c = s->ptr[i];
        if (c == '#') {
            while (i + 1 < s->len && s->ptr[i + 1] != '\n')
                i++;
        } else if (c == ')') {
            *s = str_sub(*s, i, s->len);
            return false;
        } else if (c == '"' || c == '\'') {
            size_t end = str_find(*s, (struct str){&s->ptr[i], 1}, i + 1);
            *out = str_sub(*s, i + 1, end - i - 1);
            *s = str_sub(*s, end + 1, s->len);
            return true;
        }
    }
    *s = STR_NONE;
    return false;
}

static void add_parent(struct migration_file *m, struct arena *a, size_t *cap,
                       struct str id)
{
    if (m->parent_count == PARENTS_MAX)
        return;
    m->parent =
        arena_grow(a, m->parent, m->parent_count, cap, sizeof(*m->parent));
    m->parent[m->parent_count++] = id;
}

static bool read_alembic(struct migration_file *m, struct arena *a,
                         struct str text)
{
    struct str value, id;
    size_t cap = 0;
    if (!assigned(text, STR("revision"), &value) ||
        !next_text(&value, &m->id) || m->id.len == 0 ||
        !assigned(text, STR("down_revision"), &value))
        return false;
    while (next_text(&value, &id))
        add_parent(m, a, &cap, id);
    return true;
}

/* The folder above migrations/ is the app. */
static struct str app_of(const struct migration_file *m)
{
    struct str path = m->chain, part = STR("");
    while (path.len > 0) {
        struct str next = str_cut(path, '/', &path);
        if (path.len > 0)
            part = next;
    }
    return part;
}

/* [("app", "0001_initial"), …]; of its own app, since others have chains */
static bool read_django(struct migration_file *m, struct arena *a,
                        struct str text)
{
    struct str value, app = app_of(m), name = m->path;
    size_t cap = 0;
    if (str_find(text, STR("migrations.Migration"), 0) == text.len)
        return false;
    name = str_sub(name, m->chain.len + 1, name.len);
    name.len -= 3; /* .py */
    m->id =
        str_from(arena_printf(a, "%.*s.%.*s", STR_ARGS(app), STR_ARGS(name)));
    if (!assigned(text, STR("dependencies"), &value))
        return true;
    while (value.len > 0) {
        struct str of, id;
        str_cut(value, '(', &value);
        if (!next_text(&value, &of) || !next_text(&value, &id))
            continue;
        if (str_equal(of, app))
            add_parent(m, a, &cap,
                       str_from(arena_printf(a, "%.*s.%.*s", STR_ARGS(of),
                                             STR_ARGS(id))));
    }
    return true;
}

bool migration_python(struct migration_file *m, struct arena *a,
                      struct str text)
{
    return m->tool == MIGRATION_ALEMBIC ? read_alembic(m, a, text)
                                        : read_django(m, a, text);
}
