/* UTF-16 and UTF-32: which of them a log is, and its text as UTF-8. */
#include "scan/wide.h"

#include <string.h>

#include "base/text.h"

#define WINDOW       64 /* bytes that tell plain text from wide */
#define PLAIN_BYTES  24 /* that wide text cannot look like by chance */
#define PLAIN_AT_END 12 /* likewise, of the last bytes of a log */
#define SHIFT_UNITS  4  /* of ASCII, which show where units begin */
#define REPLACEMENT  0xFFFD

/* The longer marks first: that of UTF-32 begins as one of UTF-16. */
static const struct mark {
    struct str bytes;
    size_t width;
    bool big_endian;
} marks[] = {
    {{"\xff\xfe\0\0", 4}, 4, false},
    {{"\0\0\xfe\xff", 4}, 4, true},
    {{"\xff\xfe", 2}, 2, false},
    {{"\xfe\xff", 2}, 2, true},
};

static uint32_t unit(const struct wide *w, const char *p)
{
    uint32_t value = 0;
    for (size_t i = 0; i < w->width; i++) {
        size_t at = w->big_endian ? i : w->width - 1 - i;
        value = value << 8 | (unsigned char)p[at];
    }
    return value;
}

static bool is_text(uint32_t code)
{
    return (code >= 0x20 && code < 0x7F) || (code >= '\t' && code <= '\r') ||
           code == 0x1B;
}

/* Of the units of head so many are ASCII: enough, that it is this form. */
static bool fits(const struct wide *w, struct str head)
{
    size_t units = head.len / w->width, ascii = 0;
    for (size_t i = 0; i < units; i++)
        ascii += is_text(unit(w, head.ptr + i * w->width));
    return units * w->width >= 8 && ascii * 4 >= units * 3;
}

/* UTF-32 has zeros in each unit, which other text does not. */
static bool are_characters(const struct wide *w, struct str text)
{
    bool all = true;
    for (size_t at = 0; w->width == 4 && at + 4 <= text.len; at += 4)
        all = all && unit(w, text.ptr + at) <= 0x10FFFF;
    return all;
}

static const struct mark *find_mark(struct str head)
{
    for (size_t i = 0; i < ARRAY_COUNT(marks); i++)
        if (str_starts(head, marks[i].bytes))
            return &marks[i];
    return NULL;
}

static size_t utf8_mark(struct str head)
{
    return str_starts(head, STR("\xEF\xBB\xBF")) ? 3 : 0;
}

bool wide_is_possible(struct str head)
{
    head = str_sub(head, utf8_mark(head), head.len);
    return head.len < 4 || find_mark(head) != NULL ||
           memchr(head.ptr, '\0', head.len) != NULL;
}

/* What the zeros say; false: nothing. */
static bool find_by_zeros(struct wide *out, struct str text)
{
    for (size_t i = 0; i < ARRAY_COUNT(marks); i++) {
        struct wide w = {.width = marks[i].width,
                         .big_endian = marks[i].big_endian};
        if (!fits(&w, text))
            continue;
        *out = w;
        return true;
    }
    return false;
}

/*
 * Bytes behind a mark of UTF-16 that are mostly ASCII, without a zero: pairs of
 * them would be Chinese characters, but Chinese has fewer of these bytes.
 */
static bool is_ascii(struct str text)
{
    size_t ascii = 0;
    for (size_t i = 0; i < text.len; i++)
        ascii += is_text((unsigned char)text.ptr[i]);
    return text.len >= 16 && ascii * 4 >= text.len * 3 &&
           memchr(text.ptr, '\0', text.len) == NULL;
}

bool wide_find(struct wide *out, struct str head)
{
    size_t before = utf8_mark(head);
    struct str rest = str_sub(head, before, head.len);
    const struct mark *mark = find_mark(rest);
    size_t length = mark == NULL ? 0 : mark->bytes.len;
    struct str text = str_sub(rest, length, WIDE_HEAD_BYTES);
    *out = (struct wide){.width = 0};
    if (!find_by_zeros(out, text)) {
        if (mark == NULL)
            return false;
        out->width = mark->width;
        out->big_endian = mark->big_endian;
        if (!are_characters(out, text))
            out->width = 2;
        out->plain = is_ascii(text);
    }
    out->mark = before + length;
    out->mixed = before > 0 || out->plain ||
                 (mark != NULL && (mark->width != out->width ||
                                   mark->big_endian != out->big_endian));
    return true;
}

/* UTF-8 from its first whole character to its last one, and of it no zero. */
static bool is_utf8(struct str s)
{
    size_t start = 0;
    while (start < 3 && start < s.len && (s.ptr[start] & 0xC0) == 0x80)
        start++;
    s = str_sub(s, start, s.len);
    for (size_t i = 0; i < s.len; i++)
        if ((unsigned char)s.ptr[i] < 0x80 && !is_text((unsigned char)s.ptr[i]))
            return false;
    return utf8_check(s) + 3 >= s.len;
}

/* The bytes up to the next zero, as far as they are looked at. */
static struct str window(struct str input)
{
    struct str s = str_sub(input, 0, WINDOW);
    const char *zero = memchr(s.ptr, '\0', s.len);
    return zero == NULL ? s : str_sub(s, 0, (size_t)(zero - s.ptr));
}

static bool is_plain(struct str input, bool ended)
{
    struct str s = window(input);
    bool end = ended && s.len == input.len;
    return s.len >= (end ? PLAIN_AT_END : PLAIN_BYTES) && is_utf8(s);
}

/*
 * How many bytes stand before the next unit: somebody appended text of an odd
 * length, and all that follows would be read at the wrong bytes. 0: none.
 */
static size_t shift_of(const struct wide *w, struct str s)
{
    for (size_t by = 1; by < w->width; by++) {
        bool all = s.len >= by + SHIFT_UNITS * w->width;
        for (size_t i = 0; all && i < SHIFT_UNITS; i++)
            all = is_text(unit(w, s.ptr + by + i * w->width));
        if (all)
            return by;
    }
    return 0;
}

/* One character; a half of a pair alone, and what is none, becomes U+FFFD. */
static size_t take_character(const struct wide *w, struct str s, uint32_t *code)
{
    uint32_t first = unit(w, s.ptr);
    bool half = first >= 0xD800 && first < 0xE000;
    *code = half || first > 0x10FFFF ? REPLACEMENT : first;
    if (w->width == 4 || !half || first >= 0xDC00 || s.len < 4)
        return w->width;
    uint32_t second = unit(w, s.ptr + 2);
    if (second < 0xDC00 || second >= 0xE000)
        return 2;
    *code = 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00);
    return 4;
}

/* Up to where a zero says that wide text begins again. */
static size_t step_plain(struct wide *w, struct str input, bool ended,
                         struct buf *out)
{
    struct str s = str_sub(input, 0, out->max - out->len);
    const char *zero = s.len == 0 ? NULL : memchr(s.ptr, '\0', s.len);
    if (zero != NULL) {
        w->plain = false;
        s.len = (size_t)(zero - s.ptr);
    }
    /* The byte before it, which may be the last that is here, is its half. */
    if (!w->big_endian && s.len > 0 && (zero != NULL || !ended))
        s.len--;
    buf_str(out, s);
    return s.len;
}

static bool has_zero(const struct wide *w, struct str s)
{
    return memchr(s.ptr, '\0', s.len < w->width ? s.len : w->width) != NULL;
}

/* The bytes before the next unit, which are of no unit, as they are. */
static size_t take_odd(struct wide *w, struct str s, size_t count,
                       struct buf *out)
{
    w->mixed = true;
    for (size_t i = 0; i < count; i++)
        if (is_text((unsigned char)s.ptr[i]))
            buf_char(out, s.ptr[i]);
    return count;
}

static size_t take_unit(struct wide *w, struct str s, struct buf *out)
{
    uint32_t code = 0;
    size_t odd = is_text(unit(w, s.ptr)) ? 0 : shift_of(w, s);
    if (odd > 0)
        return take_odd(w, s, odd, out);
    size_t used = take_character(w, s, &code);
    utf8_encode(out, code);
    return used;
}

static size_t step_wide(struct wide *w, struct str input, bool ended,
                        struct buf *out)
{
    size_t used = 0;
    while (used < input.len && out->len + 4 <= out->max) {
        struct str rest = str_sub(input, used, input.len);
        if (rest.len < WINDOW && !ended)
            break; /* what it is cannot be seen yet */
        if (!has_zero(w, rest) && is_plain(rest, ended)) {
            w->plain = w->mixed = true;
            break;
        }
        if (rest.len < w->width)
            return input.len; /* a part of a character ends the file */
        used += take_unit(w, rest, out);
    }
    return used;
}

size_t wide_step(struct wide *w, struct str input, bool ended, struct buf *out)
{
    size_t used = 0;
    if (w->mark > 0 && (input.len >= w->mark || ended)) {
        used = w->mark < input.len ? w->mark : input.len;
        w->mark = 0;
    }
    if (w->mark > 0)
        return 0;
    for (;;) {
        struct str rest = str_sub(input, used, input.len);
        bool plain = w->plain;
        used += plain ? step_plain(w, rest, ended, out)
                      : step_wide(w, rest, ended, out);
        if (w->plain == plain)
            return used;
    }
}
