/*
 * The journal's export format: NAME=VALUE line by line, or a name, a length of
 * eight bytes and as many bytes; an empty line ends an entry.
 */
#include <stdlib.h>
#include <string.h>

#include "containers/internal.h"

#define FIELD_MAX ((size_t)1 << 20)

struct journal {
    struct buf line; /* of the input, up to its end */
    struct buf text, time, unit, tag;
    bool error, fatal, any;
    size_t length_bytes; /* of the length that are still to come */
    uint64_t length, left;
    bool binary;
    struct buf name; /* of the field that is binary */
};

/* "__CURSOR=…" and its like, whatever comes first */
static bool is_export(struct str head)
{
    struct str line = str_cut(head, '\n', NULL);
    size_t equals = str_find(line, STR("="), 0);
    if (equals == line.len || line.len == head.len ||
        !str_starts(line, STR("__")))
        return false;
    for (size_t i = 0; i < equals; i++)
        if (line.ptr[i] != '_' && (line.ptr[i] < 'A' || line.ptr[i] > 'Z'))
            return false;
    return str_find(head, STR("\n__"), 0) < head.len ||
           str_find(head, STR("\nMESSAGE="), 0) < head.len;
}

static void *open_journal(struct str head, bool whole)
{
    (void)whole;
    if (!is_export(head))
        return NULL;
    struct journal *j = heap_zeroed(sizeof(*j));
    struct buf *const all[] = {&j->line, &j->text, &j->time,
                               &j->unit, &j->tag,  &j->name};
    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
        buf_init(all[i], FIELD_MAX);
    return j;
}

static void put(struct buf *out, struct str value)
{
    buf_clear(out);
    buf_str(out, value);
}

static void take_field(struct journal *j, struct str name, struct str value)
{
    j->any = true;
    if (str_is(name, "MESSAGE"))
        put(&j->text, value);
    else if (str_is(name, "_SOURCE_REALTIME_TIMESTAMP") ||
             (str_is(name, "__REALTIME_TIMESTAMP") && j->time.len == 0))
        put(&j->time, value);
    else if (str_is(name, "_SYSTEMD_UNIT"))
        put(&j->unit, value);
    else if (str_is(name, "SYSLOG_IDENTIFIER"))
        put(&j->tag, value);
    else if (str_is(name, "PRIORITY") && value.len == 1) {
        j->fatal = value.ptr[0] >= '0' && value.ptr[0] <= '2';
        j->error = value.ptr[0] == '3';
    }
}

static void end_entry(struct journal *j, struct buf *out)
{
    if (j->any) {
        struct buf *source = j->unit.len > 0 ? &j->unit : &j->tag;
        entry_write(out, &(struct entry){.text = buf_view(&j->text),
                                         .time = buf_view(&j->time),
                                         .level = j->fatal   ? STR("fatal")
                                                  : j->error ? STR("error")
                                                             : STR_NONE,
                                         .source = buf_view(source)});
    }
    struct buf *const all[] = {&j->text, &j->time, &j->unit, &j->tag};
    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
        buf_clear(all[i]);
    j->any = j->error = j->fatal = false;
}

static void end_line(struct journal *j, struct buf *out)
{
    struct str value = buf_view(&j->line);
    size_t equals = str_find(value, STR("="), 0);
    if (value.len == 0) {
        end_entry(j, out);
    } else if (equals < value.len) {
        take_field(j, str_sub(value, 0, equals),
                   str_sub(value, equals + 1, value.len));
    } else {
        put(&j->name, value);
        j->binary = true;
        j->length_bytes = 8;
        j->length = 0;
    }
    buf_clear(&j->line);
}

/* A field of any bytes: its length, itself, a line feed. */
static size_t take_binary(struct journal *j, struct str input)
{
    if (j->length_bytes > 0) {
        uint64_t byte = (unsigned char)input.ptr[0];
        j->length |= byte << (8 * (8 - j->length_bytes));
        j->left = --j->length_bytes == 0 ? j->length : 0;
        return 1;
    }
    if (j->left > 0) {
        struct str part = str_sub(
            input, 0, j->left < input.len ? (size_t)j->left : input.len);
        buf_str(&j->line, part);
        j->left -= part.len;
        return part.len;
    }
    take_field(j, buf_view(&j->name), buf_view(&j->line));
    buf_clear(&j->line);
    j->binary = false;
    return input.ptr[0] == '\n';
}

static void add(void *state, struct str input, struct buf *out)
{
    struct journal *j = state;
    while (input.len > 0) {
        size_t used;
        if (j->binary) {
            used = take_binary(j, input);
        } else {
            struct str part = str_cut(input, '\n', NULL);
            buf_str(&j->line, part);
            used = part.len + (part.len < input.len);
            if (part.len < input.len)
                end_line(j, out);
        }
        input = str_sub(input, used, input.len);
    }
}

static void end(void *state, struct buf *out)
{
    struct journal *j = state;
    if (j->binary)
        take_field(j, buf_view(&j->name), buf_view(&j->line));
    else if (j->line.len > 0)
        end_line(j, out);
    end_entry(j, out);
}

static void close_journal(void *state)
{
    struct journal *j = state;
    struct buf *const all[] = {&j->line, &j->text, &j->time,
                               &j->unit, &j->tag,  &j->name};
    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
        buf_release(all[i]);
    free(j);
}

const struct unpacking journal_unpacking = {
    "export of the journal",
    "fields such as `__CURSOR=…` (`journalctl -o export`)",
    "each entry is a line with its time, unit and level",
    open_journal,
    add,
    end,
    close_journal};
