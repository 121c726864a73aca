/*
 * Exported rows as lines: values with a separator between them (RFC 4180 and
 * its relatives: `\copy … csv header`, `mysql --batch`, `psql -A`), or a table
 * as a console draws it: a line of dashes below the names says where columns
 * begin (psql, `mysql -t`, sqlcmd, sqlite3).
 *
 * What is nothing between two separators is NULL, and so are \N and NULL; the
 * empty text can only be told from it in quotes. Consoles that count the rows
 * below them are believed: fewer rows mean that the file was cut.
 */
#include "migrations/state/exported_lines.h"

#include <string.h>

#include "base/text.h"

struct pos lines_pos(const struct lines *l, size_t at)
{
    return pos_at(l->x->source, at);
}

static struct str without_return(struct str line)
{
    bool back = line.len > 0 && line.ptr[line.len - 1] == '\r';
    return str_sub(line, 0, line.len - back);
}

struct str lines_at(const struct lines *l, size_t at, size_t *next)
{
    size_t end = str_find(l->text, STR("\n"), at);
    *next = end < l->text.len ? end + 1 : end;
    return without_return(str_sub(l->text, at, end - at));
}

bool lines_end(const struct lines *l)
{
    return l->at >= l->text.len;
}

static void skip_empty_lines(struct lines *l)
{
    size_t next = l->at;
    while (!lines_end(l) && str_trim(lines_at(l, l->at, &next)).len == 0)
        l->at = next;
}

/* "(3 rows)", "(3 rows affected)", "(1 Zeile)", "3 rows in set" */
bool lines_footer(struct str line, uint64_t *count)
{
    struct str rest, number;
    line = str_trim(line);
    bool bracket =
        line.len > 2 && line.ptr[0] == '(' && line.ptr[line.len - 1] == ')';
    number = str_cut(bracket ? str_sub(line, 1, line.len) : line, ' ', &rest);
    if (!bracket && !str_starts(rest, STR("row")))
        return false;
    return text_to_u64(number, UINT64_MAX, count);
}

bool lines_counted(struct lines *l, uint64_t count)
{
    size_t found = l->x->gathering.table->row_count;
    return count == found ||
           err_set(l->x->e, lines_pos(l, l->at),
                   "there are %zu rows, where this line counts %llu: the file "
                   "is not whole",
                   found, (unsigned long long)count);
}

void lines_plain(struct exported *x, struct str cell)
{
    bool none = cell.len == 0 || str_is(cell, "NULL") || str_is(cell, "\\N");
    gather_cell(&x->gathering, none ? STR_NONE : cell);
}

struct cell {
    struct str text;
    bool quoted, last; /* last: of its line */
};

static bool is_strict(const struct lines *l)
{
    return l->separator == ',' || l->separator == ';';
}

static bool ends_here(const struct lines *l, size_t at)
{
    return at >= l->text.len || l->text.ptr[at] == l->separator ||
           l->text.ptr[at] == '\n' ||
           (l->text.ptr[at] == '\r' &&
            (at + 1 >= l->text.len || l->text.ptr[at + 1] == '\n'));
}

static void pass_end(struct lines *l, struct cell *c)
{
    c->last = lines_end(l) || l->text.ptr[l->at] != l->separator;
    if (!lines_end(l) && l->text.ptr[l->at] == '\r')
        l->at++;
    if (!lines_end(l))
        l->at++;
}

/* From a quotation mark to the one before a separator; false: none is. Consoles
   that quote nothing have it within a line at most. */
static bool quoted_cell(struct lines *l, struct cell *c)
{
    struct buf out;
    size_t i = l->at + 1;
    buf_init(&out, l->text.len + 1);
    for (; i < l->text.len; i++) {
        if (!is_strict(l) && l->text.ptr[i] == '\n')
            break;
        if (l->text.ptr[i] == '"' &&
            !(i + 1 < l->text.len && l->text.ptr[i + 1] == '"'))
            break;
        i += l->text.ptr[i] == '"';
        buf_char(&out, l->text.ptr[i]);
    }
    bool whole =
        i < l->text.len && l->text.ptr[i] == '"' && ends_here(l, i + 1);
    c->quoted = true;
    c->text = (struct str){NULL, out.len};
    c->text.ptr = buf_take(l->x->arena, &out);
    if (whole)
        l->at = i + 1;
    return whole;
}

/* mysql --batch writes \t, \n and \\, COPY of PostgreSQL more. */
static struct str unescaped(struct arena *a, struct str s)
{
    static const char from[] = "tnrb0", to[] = "\t\n\r\b";
    struct buf out;
    if (str_find(s, STR("\\"), 0) == s.len || str_is(s, "\\N"))
        return s;
    buf_init(&out, s.len + 1);
    for (size_t i = 0; i < s.len; i++) {
        const char *known =
            s.ptr[i] == '\\' && i + 1 < s.len && s.ptr[i + 1] != '\0'
                ? strchr(from, s.ptr[i + 1])
                : NULL;
        if (s.ptr[i] != '\\' || i + 1 == s.len) {
            buf_char(&out, s.ptr[i]);
        } else {
            i++;
            if (known == NULL)
                buf_char(&out, s.ptr[i]);
            else if (known < from + sizeof(to) - 1)
                buf_char(&out, to[known - from]);
        }
    }
    size_t len = out.len;
    return (struct str){buf_take(a, &out), len};
}

static bool next_cell(struct lines *l, struct cell *c)
{
    size_t from = l->at, end = from;
    *c = (struct cell){.text = STR_NONE};
    if (!lines_end(l) && l->text.ptr[from] == '"') {
        if (quoted_cell(l, c)) {
            pass_end(l, c);
            return true;
        }
        if (is_strict(l))
            return err_set(l->x->e, lines_pos(l, from),
                           "a quoted value does not end in a quotation mark "
                           "and '%c', or the end of the line",
                           l->separator);
        c->quoted = false;
    }
    while (!ends_here(l, end))
        end++;
    c->text = str_sub(l->text, from, end - from);
    l->at = end;
    pass_end(l, c);
    if (l->separator == '\t')
        c->text = unescaped(l->x->arena, c->text);
    return true;
}

static bool read_head(struct lines *l, struct head *h)
{
    struct cell c = {.last = false};
    h->count = 0;
    while (!c.last && h->count < ARRAY_COUNT(h->name)) {
        if (!next_cell(l, &c))
            return false;
        h->name[h->count++] = str_trim(c.text);
    }
    return true;
}

/* The separator by which the first line has the most names. */
static char find_separator(const struct lines *l)
{
    static const char all[] = {',', '\t', ';', '|'};
    char best = ',';
    size_t most = 0;
    for (size_t i = 0; i < ARRAY_COUNT(all); i++) {
        struct err ignored = {.set = false};
        struct exported x = *l->x;
        struct lines trial = *l;
        struct head h;
        x.e = &ignored;
        trial.x = &x;
        trial.separator = all[i];
        if (read_head(&trial, &h) && h.count > most) {
            most = h.count;
            best = all[i];
        }
    }
    return best;
}

/* sqlcmd draws dashes below the names even where it separates values. */
static void skip_dashes(struct lines *l)
{
    size_t next = l->at;
    struct str line = lines_at(l, l->at, &next);
    for (size_t i = 0; i < line.len; i++)
        if (line.ptr[i] != '-' && line.ptr[i] != l->separator)
            return;
    if (line.len > 0 && line.ptr[0] == '-')
        l->at = next;
}

static bool read_row(struct lines *l, size_t columns)
{
    struct cell c = {.last = false};
    size_t from = l->at, n = 0;
    for (; !c.last; n++) {
        if (!next_cell(l, &c))
            return false;
        if (n >= columns)
            continue;
        if (c.quoted)
            gather_cell(&l->x->gathering, c.text);
        else
            lines_plain(l->x, c.text);
    }
    return n == columns ||
           err_set(l->x->e, lines_pos(l, from),
                   "this row has %zu values, where the first line names %zu "
                   "columns",
                   n, columns);
}

bool lines_json(struct lines *l)
{
    struct buf all;
    struct source *cells = arena_alloc(l->x->arena, sizeof(*cells));
    buf_init(&all, l->text.len * 2 + 2);
    while (!lines_end(l)) {
        struct cell c;
        uint64_t count = 0;
        size_t next = l->at;
        if (lines_footer(lines_at(l, l->at, &next), &count))
            break;
        if (!next_cell(l, &c)) {
            buf_release(&all);
            return false;
        }
        buf_str(&all, c.text);
        buf_char(&all, '\n');
    }
    l->at = l->text.len;
    cells->name = l->x->source->name;
    cells->text.len = all.len;
    cells->text.ptr = buf_take(l->x->arena, &all);
    return exported_json(l->x, cells);
}

bool lines_begin_json(const struct lines *l, const struct head *h, size_t at)
{
    size_t next = at;
    struct str line = str_trim(lines_at(l, at, &next));
    return h->count == 1 && line.len > 0 &&
           (line.ptr[0] == '[' || line.ptr[0] == '{' ||
            str_starts(line, STR("\"[")) || str_starts(line, STR("\"{")));
}

static bool read_separated(struct lines *l)
{
    struct exported *x = l->x;
    struct head h;
    size_t from = l->at;
    uint64_t count = 0;
    l->separator = find_separator(l);
    if (!read_head(l, &h))
        return false;
    skip_dashes(l);
    if (lines_begin_json(l, &h, l->at))
        return lines_json(l);
    if (!exported_table(x, NULL, h.name, h.count, lines_pos(l, from)))
        return false;
    for (skip_empty_lines(l); !lines_end(l); skip_empty_lines(l)) {
        size_t next = l->at;
        if (lines_footer(lines_at(l, l->at, &next), &count)) {
            if (!lines_counted(l, count))
                return false;
            l->at = next;
            continue;
        }
        if (!read_row(l, h.count) || !gather_row(&x->gathering, x->e))
            return false;
    }
    return true;
}

bool exported_lines(struct exported *x)
{
    struct lines l = {.x = x, .text = x->source->text};
    size_t ruler = 0, names = 0;
    for (skip_empty_lines(&l); !lines_end(&l); skip_empty_lines(&l)) {
        bool drawn = drawn_find(&l, &ruler, &names);
        if (drawn ? !drawn_read(&l, ruler, names) : !read_separated(&l))
            return false;
    }
    return true;
}
