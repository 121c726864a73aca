/*
 * A stream of events as a server sends it (text/event-stream): fields of a
 * name, a colon and a value, a line each. What `data` holds was said; the
 * others and comments keep the connection, and are empty lines here, so that
 * numbers of lines stay.
 */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "containers/internal.h"

#define FIELDS_READ 40 /* lines of the head, until one has data */

struct events {
    struct buf line;
    int64_t read, written; /* lines */
};

/* The value of a field that the line begins with, or false. */
static bool read_field(struct str line, const char *name, struct str *value)
{
    struct str key = str_from(name);
    if (!str_starts(line, key) || line.len == key.len ||
        line.ptr[key.len] != ':')
        return false;
    *value = str_sub(line, key.len + 1, line.len);
    if (str_starts(*value, STR(" ")))
        *value = str_sub(*value, 1, value->len);
    return true;
}

/* Another field, a comment, or nothing. */
static bool is_silent(struct str line)
{
    static const char *const field[] = {"event", "id", "retry"};
    struct str value;
    for (size_t i = 0; i < sizeof(field) / sizeof(field[0]); i++)
        if (read_field(line, field[i], &value))
            return true;
    return line.len == 0 || line.ptr[0] == ':';
}

static struct str without_cr(struct str line)
{
    bool cr = line.len > 0 && line.ptr[line.len - 1] == '\r';
    return str_sub(line, 0, line.len - cr);
}

/* Fields only, up to one whose data is JSON: prose has none. */
static void *open_events(struct str head, bool whole)
{
    struct str value, rest = head;
    (void)whole;
    for (int i = 0; i < FIELDS_READ && rest.len > 0; i++) {
        struct str line = without_cr(str_cut(rest, '\n', &rest));
        bool data = read_field(line, "data", &value);
        if (data &&
            (str_starts(value, STR("{")) || str_starts(value, STR("[")))) {
            struct events *e = heap_zeroed(sizeof(*e));
            buf_init(&e->line, CONTAINER_ENTRY_MAX);
            return e;
        }
        if (!data && !is_silent(line))
            return NULL;
    }
    return NULL;
}

static bool is_object(struct str s)
{
    s = str_trim(s);
    return s.len > 1 && s.ptr[0] == '{' && s.ptr[s.len - 1] == '}';
}

/* Entries of several lines are caught up with by the empty ones behind. */
static void end_line(struct events *e, struct buf *out)
{
    struct str value, line = without_cr(buf_view(&e->line));
    for (; e->written < e->read; e->written++)
        buf_char(out, '\n');
    e->read++;
    if (read_field(line, "data", &value) && is_object(value)) {
        e->written += (int64_t)record_write(out, value);
    } else if (!is_silent(line)) {
        lines_write(out, read_field(line, "data", &value) ? value : line);
        e->written++;
    }
    buf_clear(&e->line);
}

static void add(void *state, struct str input, struct buf *out)
{
    struct events *e = state;
    while (input.len > 0) {
        struct str part = str_cut(input, '\n', NULL);
        bool ends = part.len < input.len;
        buf_str(&e->line, part);
        if (ends)
            end_line(e, out);
        input = str_sub(input, part.len + ends, input.len);
    }
}

static void end(void *state, struct buf *out)
{
    struct events *e = state;
    if (e->line.len > 0)
        end_line(e, out);
}

static void close_events(void *state)
{
    struct events *e = state;
    buf_release(&e->line);
    free(e);
}

const struct unpacking events_unpacking = {
    "events of a server",
    "lines `data: {…}` of `text/event-stream`, with other fields and comments "
    "between them",
    "each `data` is a line, and an entry in it has its time, level and source",
    open_events,
    add,
    end,
    close_events};
