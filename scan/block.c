/* Blocks of lines. A line longer than a block is cut, and counted. */
#include "scan/block.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/characters.h"
#include "scan/internal.h"

#define BLOCK_BYTES ((size_t)1024 * 1024) /* more only for a long line */
#define MARK        STR("\xEF\xBB\xBF")

struct block_reader {
    struct source_reader *source;
    int64_t offset; /* raw, of the bytes that are kept */
    size_t kept;
    bool begun, ended;
    char *keep; /* the start of a line that is not whole yet; NULL: never was */
};

struct block_reader *block_reader_open(struct source_reader *source)
{
    struct block_reader *r = heap_zeroed(sizeof(*r));
    r->source = source;
    return r;
}

void block_reader_close(struct block_reader *r)
{
    if (r != NULL)
        free(r->keep);
    free(r);
}

int64_t block_reader_end(const struct block_reader *r)
{
    return r->offset + (int64_t)r->kept;
}

void block_release(struct block *b)
{
    free(b->raw);
    free(b->clean);
    free(b->gap);
    *b = (struct block){.offset = 0};
}

/* Up to behind the last newline at or after `from`; 0: there is none. */
static size_t whole_lines(const char *text, size_t from, size_t end)
{
    while (end > from && text[end - 1] != '\n')
        end--;
    return end > from ? end : 0;
}

/* Enough for a block, and more while it holds no whole line. */
static bool fill(struct block_reader *r, struct block *b, size_t *whole,
                 struct err *e)
{
    size_t length = r->kept;
    if (r->kept > 0)
        memcpy(b->raw, r->keep, r->kept);
    *whole = 0;
    while (!r->ended && length < SCAN_BLOCK_MAX &&
           (length < BLOCK_BYTES || *whole == 0)) {
        size_t aim = length < BLOCK_BYTES ? BLOCK_BYTES : SCAN_BLOCK_MAX;
        ssize_t n = source_read(r->source, b->raw + length, aim - length, e);
        if (n < 0)
            return false;
        size_t before = length;
        r->ended = n == 0;
        length += (size_t)n;
        size_t found = whole_lines(b->raw, before, length);
        *whole = found > 0 ? found : *whole;
    }
    b->raw_length = length;
    return true;
}

static void skip_mark(struct block_reader *r, struct block *b, size_t *whole)
{
    if (r->begun || !str_starts((struct str){b->raw, b->raw_length}, MARK))
        return;
    memmove(b->raw, b->raw + MARK.len, b->raw_length - MARK.len);
    b->raw_length -= MARK.len;
    *whole -= *whole > 0 ? MARK.len : 0;
    r->offset += (int64_t)MARK.len;
}

int block_read(struct block_reader *r, struct block *b, struct err *e)
{
    size_t whole;
    if (b->raw == NULL)
        b->raw = heap_resize(NULL, SCAN_BLOCK_MAX);
    if (!fill(r, b, &whole, e))
        return -1;
    skip_mark(r, b, &whole);
    r->begun = true;
    size_t end = r->ended || whole == 0 ? b->raw_length : whole;
    b->offset = r->offset;
    r->kept = b->raw_length - end;
    if (r->kept > 0 && r->keep == NULL)
        r->keep = heap_resize(NULL, SCAN_BLOCK_MAX);
    if (r->kept > 0)
        memcpy(r->keep, b->raw + end, r->kept);
    r->offset += (int64_t)end;
    b->raw_length = end;
    b->text = (struct str){b->raw, end};
    b->gap_count = 0;
    b->last = r->ended;
    b->cut = !r->ended && whole == 0;
    return end > 0;
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

/* Length of the escape sequence at s, at least 1. */
static size_t escape_length(struct str s)
{
    if (s.len < 3 || s.ptr[1] == '\n')
        return s.len < 2 || s.ptr[1] == '\n' ? 1 : s.len;
    if (s.ptr[1] == '[')
        return control_length(s);
    if (s.ptr[1] != '\0' && strchr("]_P^X", s.ptr[1]) != NULL)
        return command_length(s);
    bool set = s.ptr[1] != '\0' && strchr("()*+#%", s.ptr[1]) != NULL;
    return set && s.ptr[2] != '\n' ? 3 : 2;
}

static void note_gap(struct block *b, size_t at, size_t bytes, size_t lines)
{
    const struct gap none = {0, 0, 0};
    const struct gap *before =
        b->gap_count == 0 ? &none : &b->gap[b->gap_count - 1];
    struct gap gap = {at, before->bytes + bytes, before->lines + lines};
    if (b->gap_count == b->gap_cap) {
        b->gap_cap = b->gap_cap == 0 ? 256 : 2 * b->gap_cap;
        b->gap = heap_resize(b->gap, b->gap_cap * sizeof(*b->gap));
    }
    b->gap[b->gap_count++] = gap;
}

/* Bytes of the line end at s, when a line of `length` goes on behind it. */
static size_t break_length(struct str s, size_t length, size_t width)
{
    size_t end = s.len > 1 && s.ptr[0] == '\r' && s.ptr[1] == '\n' ? 2 : 1;
    if (length != width || end == s.len || s.ptr[end] == '\n' ||
        s.ptr[end] == '\r' || (end == 1 && s.ptr[0] != '\n'))
        return 0;
    return end;
}

struct cleaning {
    struct block *block;
    struct str raw;
    size_t from, length; /* next raw byte, clean bytes so far */
    size_t row;          /* clean byte at which the terminal's line begins */
};

static void copy_plain(struct cleaning *c, size_t bytes)
{
    memcpy(c->block->clean + c->length, c->raw.ptr + c->from, bytes);
    c->length += bytes;
    c->from += bytes;
}

/* The escape sequence or line end at c->from. */
static void take_sign(struct cleaning *c, size_t width)
{
    struct str rest = str_sub(c->raw, c->from, c->raw.len);
    bool escape = rest.ptr[0] == '\x1b';
    size_t gone = escape ? escape_length(rest)
                         : break_length(rest, c->length - c->row, width);
    if (gone == 0)
        copy_plain(c, 1);
    c->from += gone;
    if (gone > 0)
        note_gap(c->block, c->length, gone, !escape);
    if (!escape)
        c->row = c->length;
}

static size_t next_sign(const struct cleaning *c, const char *signs)
{
    size_t i = c->from;
    if (signs[1] == '\0')
        return str_find(c->raw, STR("\x1b"), i);
    while (i < c->raw.len && c->raw.ptr[i] != '\x1b' && c->raw.ptr[i] != '\n' &&
           c->raw.ptr[i] != '\r')
        i++;
    return i;
}

void block_clean(struct block *b, size_t width)
{
    struct cleaning c = {.block = b, .raw = {b->raw, b->raw_length}};
    const char *signs = width > 0 ? "\x1b\n\r" : "\x1b";
    b->gap_count = 0;
    b->text = c.raw;
    if (c.raw.len == 0 ||
        (width == 0 && memchr(c.raw.ptr, '\x1b', c.raw.len) == NULL))
        return;
    if (b->clean == NULL)
        b->clean = heap_resize(NULL, SCAN_BLOCK_MAX);
    while (c.from < c.raw.len) {
        copy_plain(&c, next_sign(&c, signs) - c.from);
        if (c.from < c.raw.len)
            take_sign(&c, width);
    }
    b->text = (struct str){b->clean, c.length};
}

#define WIDTH_LEAST 78 /* narrower ones are tables and base64 */
#define BREAKS_MIN  3

static size_t longest_line(struct str text, bool *whole)
{
    size_t most = 0;
    while (text.len > 0) {
        struct str line = str_cut(text, '\n', &text);
        *whole = *whole || memchr(line.ptr, ' ', line.len) != NULL;
        if (line.len > 0 && line.ptr[line.len - 1] == '\r')
            line.len--;
        most = line.len > most ? line.len : most;
    }
    return most;
}

#define ALIKE 4 /* bytes, as of a time */

/* What goes on in the next line does not begin as each line does. */
static bool begins_alike(struct str line, struct str rest)
{
    return line.len >= ALIKE && rest.len >= ALIKE &&
           memcmp(line.ptr, rest.ptr, ALIKE) == 0;
}

size_t block_width(struct str clean)
{
    bool has_words = false;
    size_t width = longest_line(clean, &has_words);
    size_t breaks = 0, others = 0;
    struct str rest = clean;
    if (width < WIDTH_LEAST || width > 4096 || !has_words)
        return 0;
    while (rest.len > 0) {
        struct str line = str_cut(rest, '\n', &rest);
        if (line.len > 0 && line.ptr[line.len - 1] == '\r')
            line.len--;
        if (line.len != width || rest.len == 0)
            continue;
        bool inside = is_alnum(line.ptr[width - 1]) && is_alnum(rest.ptr[0]) &&
                      memchr(line.ptr, ' ', width) != NULL &&
                      !begins_alike(line, rest);
        breaks += inside;
        others += !inside;
    }
    return breaks >= BREAKS_MIN && breaks > others / 2 ? width : 0;
}

/* The last gap at or before a clean byte. */
static struct gap gap_before(const struct block *b, size_t clean)
{
    size_t low = 0, high = b->gap_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (b->gap[middle].at <= clean)
            low = middle + 1;
        else
            high = middle;
    }
    return low == 0 ? (struct gap){0, 0, 0} : b->gap[low - 1];
}

int64_t block_raw_offset(const struct block *b, size_t clean)
{
    return b->offset + (int64_t)(clean + gap_before(b, clean).bytes);
}

size_t block_lines_gone(const struct block *b, size_t clean)
{
    return gap_before(b, clean).lines;
}
