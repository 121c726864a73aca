/*
 * A log as blocks of whole lines, cleaned of terminal sequences where it has
 * any. A line longer than a block is cut, and counted.
 */
#include <stdlib.h>
#include <string.h>

#include "scan/internal.h"

#define MARK_BYTES 3

/* Where so many raw bytes were left out before a clean offset. */
struct gap {
    size_t at, before;
};

struct blocks {
    struct source_reader *source;
    int64_t offset; /* raw, of raw[0] */
    size_t end;     /* of what is in raw */
    size_t used;    /* of it by the last block */
    bool ended, begun;
    char *clean;
    struct gap *gap;
    size_t gap_count, gap_cap;
    char raw[SCAN_BLOCK_MAX];
};

struct blocks *blocks_open(struct source_reader *source)
{
    struct blocks *b = heap_zeroed(sizeof(*b));
    b->source = source;
    return b;
}

void blocks_close(struct blocks *b)
{
    if (b == NULL)
        return;
    free(b->clean);
    free(b->gap);
    free(b);
}

static bool fill(struct blocks *b, struct err *e)
{
    memmove(b->raw, b->raw + b->used, b->end - b->used);
    b->end -= b->used;
    b->offset += (int64_t)b->used;
    b->used = 0;
    while (!b->ended && b->end < SCAN_BLOCK_MAX) {
        ssize_t n =
            source_read(b->source, b->raw + b->end, SCAN_BLOCK_MAX - b->end, e);
        if (n < 0)
            return false;
        b->ended = n == 0;
        b->end += (size_t)n;
    }
    return true;
}

/* "ESC [ parameters final": the whole of it, or what there is. */
static size_t control_length(struct str s)
{
    size_t i = 2;
    while (i < s.len && i < 256 && s.ptr[i] >= 0x20 && s.ptr[i] <= 0x3F)
        i++;
    return i < s.len && s.ptr[i] != '\n' ? i + 1 : i;
}

/* "ESC ] text BEL" or "ESC ] text ESC \\"; the two bytes if it never ends. */
static size_t command_length(struct str s)
{
    for (size_t i = 2; i < s.len && i < 4096 && s.ptr[i] != '\n'; i++) {
        if (s.ptr[i] == '\a')
            return i + 1;
        if (s.ptr[i] == '\x1b')
            return i + 1 < s.len && s.ptr[i + 1] == '\\' ? i + 2 : i;
    }
    return 2;
}

/* Length of the escape sequence at s (ECMA-48 5.4, OSC), at least 1. */
static size_t escape_length(struct str s)
{
    if (s.len < 3 || s.ptr[1] == '\n')
        return s.len < 2 || s.ptr[1] == '\n' ? 1 : s.len;
    if (s.ptr[1] == '[')
        return control_length(s);
    if (s.ptr[1] == ']')
        return command_length(s);
    bool set = s.ptr[1] != '\0' && strchr("()*+#%", s.ptr[1]) != NULL;
    return set && s.ptr[2] != '\n' ? 3 : 2;
}

static void note_gap(struct blocks *b, size_t at, size_t length)
{
    size_t before = b->gap_count == 0 ? 0 : b->gap[b->gap_count - 1].before;
    if (b->gap_count == b->gap_cap) {
        b->gap_cap = b->gap_cap == 0 ? 256 : 2 * b->gap_cap;
        b->gap = heap_resize(b->gap, b->gap_cap * sizeof(*b->gap));
    }
    b->gap[b->gap_count++] = (struct gap){at, before + length};
}

static struct str strip(struct blocks *b, struct str raw)
{
    size_t len = 0, i = 0;
    b->gap_count = 0;
    if (memchr(raw.ptr, '\x1b', raw.len) == NULL)
        return raw;
    if (b->clean == NULL)
        b->clean = heap_resize(NULL, SCAN_BLOCK_MAX);
    while (i < raw.len) {
        size_t plain = str_find(raw, STR("\x1b"), i) - i;
        memcpy(b->clean + len, raw.ptr + i, plain);
        len += plain;
        i += plain;
        if (i == raw.len)
            break;
        size_t gone = escape_length(str_sub(raw, i, raw.len));
        i += gone;
        note_gap(b, len, gone);
    }
    return (struct str){b->clean, len};
}

int64_t blocks_raw_offset(const struct blocks *b, size_t clean)
{
    size_t low = 0, high = b->gap_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (b->gap[middle].at <= clean)
            low = middle + 1;
        else
            high = middle;
    }
    size_t before = low == 0 ? 0 : b->gap[low - 1].before;
    return b->offset + (int64_t)(clean + before);
}

/* Up to the last newline, or all where there is none. */
static size_t whole_lines(const struct blocks *b)
{
    size_t end = b->end;
    if (b->ended)
        return end;
    while (end > 0 && b->raw[end - 1] != '\n')
        end--;
    return end == 0 ? b->end : end;
}

int blocks_next(struct blocks *b, struct str *text, bool *cut, struct err *e)
{
    if (!fill(b, e))
        return -1;
    size_t end = whole_lines(b), start = 0;
    struct str raw = {b->raw, end};
    if (end == 0)
        return 0;
    if (!b->begun && str_starts(raw, STR("\xEF\xBB\xBF")))
        start = MARK_BYTES;
    b->begun = true;
    b->used = end;
    *cut = !b->ended && raw.ptr[end - 1] != '\n';
    if (start > 0) {
        b->offset += MARK_BYTES;
        b->used -= MARK_BYTES;
        memmove(b->raw, b->raw + start, b->end - start);
        b->end -= start;
        raw.len -= start;
    }
    *text = strip(b, raw);
    return 1;
}

int64_t blocks_end(const struct blocks *b)
{
    return b->offset + (int64_t)b->used;
}
