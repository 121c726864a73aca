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
bool python_assigned(struct str text, struct str name, struct str *value)
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
bool python_next_text(struct str *s, struct str *out)
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

void add_parent(struct migration_file *m, struct str id)
{
    if (m->parent_count == PARENTS_MAX)
        return;
    if (m->parent == NULL)
        m->parent = arena_array(m->arena, PARENTS_MAX, sizeof(*m->parent));
    m->parent[m->parent_count++] = id;
}
