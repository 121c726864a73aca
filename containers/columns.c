/*
 * `aws logs … --output text`: columns between tabs, in the order of their
 * names, so that the time an entry came in stands before the time that it is
 * of.
 */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "containers/internal.h"

#define LINE_MAX_BYTES ((size_t)1 << 20)

struct columns {
    struct buf line;
};

static bool is_epoch(struct str s)
{
    uint64_t n = 0;
    return s.len == 13 && text_to_u64(s, INT64_MAX, &n);
}

/* "EVENTS ID INGESTED STREAM TEXT TIME" or "EVENTS INGESTED TEXT TIME" */
static bool read_event(struct entry *e, struct str line)
{
    struct str rest = line, field;
    *e = (struct entry){.level = STR_NONE};
    if (!str_is(str_cut(rest, '\t', &rest), "EVENTS"))
        return false;
    field = str_cut(rest, '\t', &rest);
    if (!is_epoch(field)) {
        if (!is_epoch(str_cut(rest, '\t', &rest)))
            return false;
        e->source = str_cut(rest, '\t', &rest);
    }
    size_t at = rest.len;
    while (at > 0 && rest.ptr[at - 1] != '\t')
        at--;
    e->time = str_sub(rest, at, rest.len);
    e->text = str_sub(rest, 0, at == 0 ? 0 : at - 1);
    return at > 0 && is_epoch(e->time);
}

static void *open_columns(struct str head, bool whole)
{
    struct entry e;
    (void)whole;
    if (!read_event(&e, str_cut(head, '\n', NULL)))
        return NULL;
    struct columns *c = heap_zeroed(sizeof(*c));
    buf_init(&c->line, LINE_MAX_BYTES);
    return c;
}

static void end_line(struct columns *c, struct buf *out)
{
    struct entry e;
    if (read_event(&e, buf_view(&c->line)))
        entry_write(out, &e);
    else
        lines_write(out, buf_view(&c->line));
    buf_clear(&c->line);
}

static void add(void *state, struct str input, struct buf *out)
{
    struct columns *c = state;
    while (input.len > 0) {
        struct str part = str_cut(input, '\n', NULL);
        bool ends = part.len < input.len;
        buf_str(&c->line, part);
        if (ends && c->line.len == 0)
            buf_char(out, '\n');
        if (ends)
            end_line(c, out);
        input = str_sub(input, part.len + ends, input.len);
    }
}

static void end(void *state, struct buf *out)
{
    end_line(state, out);
}

static void close_columns(void *state)
{
    struct columns *c = state;
    buf_release(&c->line);
    free(c);
}

const struct unpacking columns_unpacking = {
    "columns of CloudWatch",
    "lines that begin with `EVENTS` (`aws logs … --output text`)",
    "each event is a line with its own time, not that of its arrival",
    open_columns,
    add,
    end,
    close_columns};
