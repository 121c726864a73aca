/* Tables: a head, a line of dashes, rows; and what their rows say. */
#include <string.h>

#include "lint/internal.h"

#define CELLS_MAX 40
#define CELL_MAX  4000 /* bytes of one that are read */

bool table_begins(const struct document *d, struct patterns *p, unsigned first,
                  unsigned last)
{
    if (first >= last ||
        memchr(d->line[first].text.ptr, '|', d->line[first].text.len) == NULL)
        return false;
    return seen(p, "^[\\s>]*\\|?\\s*:?-+:?\\s*(\\|\\s*:?-+:?\\s*)*\\|?\\s*$",
                str_sub(d->line[first + 1].text, 0, 2000)) &&
           memchr(d->line[first + 1].text.ptr, '|',
                  d->line[first + 1].text.len) != NULL;
}

/* The bytes up to the next | that is not escaped. */
static struct str cell_cut(struct str *rest)
{
    struct str all = *rest;
    size_t i = 0;
    for (; i < all.len && all.ptr[i] != '|'; i++)
        if (all.ptr[i] == '\\')
            i++;
    if (i > all.len)
        i = all.len;
    *rest = str_sub(all, i + 1, all.len);
    return str_sub(str_trim(str_sub(all, 0, i)), 0, CELL_MAX);
}

static struct row row_read(struct arena *a, struct str line, unsigned number)
{
    struct row row = {.line = number};
    struct str s = str_trim(line);
    while (s.len > 0 && s.ptr[0] == '>')
        s = str_trim(str_sub(s, 1, s.len));
    if (s.len > 0 && s.ptr[0] == '|')
        s = str_sub(s, 1, s.len);
    row.cell = arena_array(a, CELLS_MAX, sizeof(*row.cell));
    while (s.len > 0 && row.count < CELLS_MAX) {
        struct cell *c = &row.cell[row.count++];
        c->raw = cell_cut(&s);
        c->text = plain(a, c->raw, true);
    }
    return row;
}

int column_of(struct patterns *p, const struct table *t, const char *pattern)
{
    for (size_t i = 0; i < t->head.count; i++)
        if (seen(p, pattern, t->head.cell[i].text))
            return (int)i;
    return -1;
}

struct str cell_text(const struct row *row, int column)
{
    if (column < 0 || (size_t)column >= row->count)
        return STR_NONE;
    return row->cell[column].text;
}

/* A row says "first cell: the others". */
static void row_says(struct document *d, struct arena *a, const struct row *row)
{
    struct buf text;
    if (row->count == 0 || row->cell[0].text.len == 0)
        return;
    buf_init(&text, (CELL_MAX + 3) * (size_t)CELLS_MAX);
    size_t label = row->cell[0].text.len;
    buf_str(&text, row->cell[0].text);
    for (size_t i = 1; i < row->count; i++) {
        buf_text(&text, i == 1 ? ": " : " | ");
        buf_str(&text, row->cell[i].text);
    }
    struct str s = {buf_dup(a, &text), text.len};
    buf_release(&text);
    statement_push(d, a,
                   (struct statement){.kind = STATEMENT_ROW,
                                      .text = s,
                                      .prose = without_addresses(a, s),
                                      .label = str_sub(s, 0, label),
                                      .value = str_sub(s, label + 2, s.len),
                                      .line = row->line,
                                      .last_line = row->line,
                                      .marking = row->marking});
}

static enum marking row_marking(struct patterns *p, const struct row *row,
                                int status)
{
    struct str text = cell_text(row, status);
    enum marking m = marking_in(text);
    if (m != MARKING_NONE || text.len == 0)
        return m;
    if (seen(p, "\\b(fail|error|down|broken|reverted|rolled back)", text))
        return MARKING_FAILED;
    if (seen(p, "\\b(pending|waiting|in progress|open|to ?do)\\b", text))
        return MARKING_PENDING;
    return seen(p, "\\b(ok|done|pass|success|deployed|healthy|up|live)", text)
               ? MARKING_DONE
               : MARKING_NONE;
}

unsigned table_read(struct document *d, struct arena *a, struct patterns *p,
                    unsigned first, unsigned last)
{
    struct table t = {.section = d->section_count - 1};
    unsigned line = first + 2;
    t.head = row_read(a, d->line[first].text, first);
    int status = column_of(p, &t, "^(status|state|result|outcome)");
    for (; line <= last; line++) {
        struct row row = row_read(a, d->line[line].text, line);
        row.marking = row_marking(p, &row, status);
        t.row = arena_grow(a, t.row, t.count, &t.cap, sizeof(row));
        t.row[t.count++] = row;
        row_says(d, a, &row);
    }
    d->table =
        arena_grow(a, d->table, d->table_count, &d->table_cap, sizeof(t));
    d->table[d->table_count++] = t;
    return line;
}
