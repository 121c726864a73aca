/*
 * Tables as a console draws them: a line of dashes below the names says where
 * columns begin.
 */
#include <string.h>

#include "base/text.h"
#include "migrations/state/exported_lines.h"

#define HEAD_LINES 12 /* that a console may say before the names */

/* Columns of characters; the last one goes on to the end of its line. */
struct drawn {
    struct span {
        size_t from, end;
    } span[GATHER_COLUMNS_MAX + 1];
    size_t count;
    bool bars; /* between the columns */
    bool boxed;
};

static bool is_ruler(struct str line)
{
    bool dash = false;
    line = str_trim(line);
    for (size_t i = 0; i < line.len; i++) {
        if (strchr("-+ ", line.ptr[i]) == NULL)
            return false;
        dash = dash || line.ptr[i] == '-';
    }
    return dash;
}

bool drawn_find(const struct lines *l, size_t *ruler, size_t *names)
{
    size_t at = l->at, before = l->text.len, next = at;
    for (int i = 0; i < HEAD_LINES && at < l->text.len; i++, at = next) {
        struct str line = lines_at(l, at, &next);
        bool box = is_ruler(line) && str_trim(line).ptr[0] == '+';
        if (is_ruler(line) && (box || before < l->text.len)) {
            *ruler = at;
            *names = box ? next : before;
            return true;
        }
        before = str_trim(line).len > 0 ? at : l->text.len;
    }
    return false;
}

static void read_spans(struct drawn *d, struct str ruler)
{
    struct str line = str_trim(ruler);
    size_t i = 0;
    *d = (struct drawn){.count = 0};
    d->boxed = line.ptr[0] == '+';
    d->bars = str_find(line, STR("+"), 0) < line.len;
    while (i < ruler.len && d->count < ARRAY_COUNT(d->span)) {
        while (i < ruler.len && ruler.ptr[i] != '-')
            i++;
        size_t from = i;
        while (i < ruler.len && ruler.ptr[i] == '-')
            i++;
        if (i > from)
            d->span[d->count++] = (struct span){from, i};
    }
}

/* The byte at which a column of characters begins. */
static size_t byte_of(struct str line, size_t column)
{
    size_t at = 0;
    for (; column > 0 && at < line.len; column--) {
        size_t n = utf8_length(str_sub(line, at, line.len), NULL);
        at += n == 0 ? 1 : n;
    }
    return at;
}

static struct str cell_at(const struct drawn *d, struct str line, size_t i)
{
    size_t from = byte_of(line, d->span[i].from);
    bool last = i + 1 == d->count && !d->boxed;
    size_t end = last      ? line.len
                 : d->bars ? byte_of(line, d->span[i].end)
                           : byte_of(line, d->span[i + 1].from);
    return str_sub(line, from, end - from);
}

/*
 * Do the cells stand below their names? Wide characters move the bars: then
 * these are looked for. Without bars a blank is before each column, which rows
 * that are not padded (sqlcmd -W) seldom have there.
 */
static bool is_aligned(const struct drawn *d, struct str line)
{
    for (size_t i = 0; i + 1 < d->count; i++) {
        size_t at =
            byte_of(line, d->bars ? d->span[i].end : d->span[i + 1].from - 1);
        if (at >= line.len || line.ptr[at] != (d->bars ? '|' : ' '))
            return false;
    }
    return true;
}

static bool cut_at_bars(const struct drawn *d, struct str line,
                        struct str *cell)
{
    size_t bars = 0;
    if (d->boxed) {
        line = str_trim(line);
        line = str_sub(line, 1, line.len < 2 ? 0 : line.len - 2);
    }
    for (size_t i = 0; i < line.len; i++)
        bars += line.ptr[i] == '|';
    for (size_t i = 0; i < d->count; i++)
        cell[i] = str_cut(line, '|', &line);
    return bars + 1 == d->count;
}

static bool read_cells(struct lines *l, const struct drawn *d, struct str line,
                       struct str *cell)
{
    if (is_aligned(d, line)) {
        for (size_t i = 0; i < d->count; i++)
            cell[i] = cell_at(d, line, i);
        return true;
    }
    return (d->bars && cut_at_bars(d, line, cell)) ||
           err_set(l->x->e, lines_pos(l, l->at),
                   "this row is not aligned with the names of the columns");
}

/* psql: '+' in the last place of a cell; it goes on in the next line. */
static bool goes_on(const struct drawn *d, struct str cell, size_t i)
{
    size_t width = d->span[i].end - d->span[i].from;
    return d->bars && cell.len >= width && cell.len > 0 &&
           byte_of(cell, width - 1) == cell.len - 1 &&
           cell.ptr[cell.len - 1] == '+';
}

/* A row, of one line or of several. */
static bool read_drawn_row(struct lines *l, const struct drawn *d)
{
    struct str cell[GATHER_COLUMNS_MAX + 1] = {{NULL, 0}};
    struct buf whole[GATHER_COLUMNS_MAX + 1];
    bool more = true, ok = true;
    for (size_t i = 0; i < d->count; i++)
        buf_init(&whole[i], GATHER_CELL_MAX);
    while (ok && more && !lines_end(l)) {
        size_t next = l->at;
        more = false;
        ok = read_cells(l, d, lines_at(l, l->at, &next), cell);
        for (size_t i = 0; ok && i < d->count; i++) {
            bool on = goes_on(d, cell[i], i);
            buf_str(&whole[i], str_trim(str_sub(cell[i], 0, cell[i].len - on)));
            if (on)
                buf_char(&whole[i], '\n');
            more = more || on;
        }
        l->at = ok ? next : l->at;
    }
    for (size_t i = 0; i < d->count; i++) {
        if (ok)
            lines_plain(l->x, str_trim(buf_view(&whole[i])));
        buf_release(&whole[i]);
    }
    return ok && gather_row(&l->x->gathering, l->x->e);
}

static bool read_drawn_rows(struct lines *l, const struct drawn *d)
{
    while (!lines_end(l)) {
        size_t next = l->at;
        uint64_t count = 0;
        struct str line = lines_at(l, l->at, &next);
        bool end = is_ruler(line) || str_trim(line).len == 0;
        if (lines_footer(line, &count)) {
            bool fine = lines_counted(l, count);
            l->at = next;
            return fine;
        }
        if (end) {
            l->at = next;
            continue;
        }
        if (!read_drawn_row(l, d))
            return false;
    }
    return true;
}

bool drawn_read(struct lines *l, size_t ruler, size_t names)
{
    struct str cell[GATHER_COLUMNS_MAX + 1] = {{NULL, 0}};
    struct head h = {.count = 0};
    struct drawn d;
    size_t next = ruler, below = ruler;
    read_spans(&d, lines_at(l, ruler, &below));
    l->at = names;
    if (!read_cells(l, &d, lines_at(l, names, &next), cell))
        return false;
    for (h.count = 0; h.count < d.count; h.count++)
        h.name[h.count] = str_trim(cell[h.count]);
    l->at = d.boxed ? next : below;
    l->separator = '\n';
    if (lines_begin_json(l, &h, l->at))
        return lines_json(l);
    return exported_table(l->x, NULL, h.name, h.count, lines_pos(l, names)) &&
           read_drawn_rows(l, &d);
}
