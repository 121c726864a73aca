/* struct str and struct buf. */
#include "base/buf.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char empty[1] = "";

struct str str_from(const char *text)
{
    return (struct str){text, text == NULL ? 0 : strlen(text)};
}

struct str str_sub(struct str s, size_t from, size_t len)
{
    if (from > s.len)
        from = s.len;
    if (len > s.len - from)
        len = s.len - from;
    return (struct str){s.ptr == NULL ? NULL : s.ptr + from, len};
}

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

struct str str_trim(struct str s)
{
    while (s.len > 0 && is_space(s.ptr[0]))
        s = str_sub(s, 1, s.len);
    while (s.len > 0 && is_space(s.ptr[s.len - 1]))
        s.len--;
    return s;
}

bool str_equal(struct str a, struct str b)
{
    if (a.len != b.len || a.len == 0)
        return a.len == b.len;
    return a.ptr != NULL && b.ptr != NULL && memcmp(a.ptr, b.ptr, a.len) == 0;
}

bool str_is(struct str s, const char *text)
{
    return str_equal(s, str_from(text));
}

bool str_starts(struct str s, struct str prefix)
{
    return str_equal(str_sub(s, 0, prefix.len), prefix);
}

bool str_ends(struct str s, struct str suffix)
{
    return s.len >= suffix.len &&
           str_equal(str_sub(s, s.len - suffix.len, suffix.len), suffix);
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool str_equal_nocase(struct str a, struct str b)
{
    if (a.len != b.len)
        return false;
    for (size_t i = 0; i < a.len; i++)
        if (lower(a.ptr[i]) != lower(b.ptr[i]))
            return false;
    return true;
}

size_t str_find(struct str s, struct str needle, size_t from)
{
    if (needle.len == 0)
        return from < s.len ? from : s.len;
    size_t last = needle.len - 1; /* most places end here */
    while (from < s.len && s.len - from >= needle.len) {
        const char *hit =
            memchr(s.ptr + from, needle.ptr[0], s.len - from - needle.len + 1);
        if (hit == NULL)
            return s.len;
        from = (size_t)(hit - s.ptr);
        if (hit[last] == needle.ptr[last] &&
            memcmp(hit, needle.ptr, needle.len) == 0)
            return from;
        from++;
    }
    return s.len;
}

struct str str_cut(struct str s, char sep, struct str *rest)
{
    size_t at = str_find(s, (struct str){&sep, 1}, 0);
    if (rest != NULL)
        *rest = str_sub(s, at + 1, s.len);
    return str_sub(s, 0, at);
}

char *str_dup(struct arena *a, struct str s)
{
    return arena_dup(a, s.ptr, s.len);
}

void buf_init(struct buf *b, size_t max)
{
    *b = (struct buf){.ptr = empty, .max = max};
}

void buf_release(struct buf *b)
{
    if (b->ptr != empty)
        free(b->ptr);
    buf_init(b, b->max);
}

void buf_clear(struct buf *b)
{
    b->len = 0;
    b->full = false;
    if (b->ptr != empty)
        b->ptr[0] = '\0';
}

void buf_truncate(struct buf *b, size_t len)
{
    if (len > b->len)
        return;
    b->full = false;
    b->len = len;
    if (b->ptr != empty)
        b->ptr[len] = '\0';
}

static void buf_reserve(struct buf *b, size_t more)
{
    size_t need = b->len + more + 1;
    if (need <= b->cap)
        return;
    size_t cap = b->cap < 64 ? 64 : b->cap;
    while (cap < need)
        cap *= 2;
    char *ptr = realloc(b->ptr == empty ? NULL : b->ptr, cap);
    if (ptr == NULL)
        arena_out_of_memory();
    b->ptr = ptr;
    b->cap = cap;
}

void buf_add(struct buf *b, const char *ptr, size_t len)
{
    if (b->full || len == 0)
        return;
    if (len > b->max - b->len) {
        len = b->max - b->len;
        b->full = true;
    }
    buf_reserve(b, len);
    memcpy(b->ptr + b->len, ptr, len);
    b->len += len;
    b->ptr[b->len] = '\0';
}

void buf_str(struct buf *b, struct str s)
{
    buf_add(b, s.ptr, s.len);
}

void buf_text(struct buf *b, const char *text)
{
    buf_str(b, str_from(text));
}

void buf_char(struct buf *b, char c)
{
    if (b->len + 1 < b->cap && b->len < b->max && !b->full) {
        b->ptr[b->len++] = c;
        b->ptr[b->len] = '\0';
        return;
    }
    buf_add(b, &c, 1);
}

void buf_repeat(struct buf *b, char c, size_t count)
{
    while (count-- > 0)
        buf_char(b, c);
}

void buf_printf(struct buf *b, const char *fmt, ...)
{
    char small[256];
    va_list args, again;
    va_start(args, fmt);
    va_copy(again, args);
    int len = vsnprintf(small, sizeof(small), fmt, args);
    va_end(args);
    if (len >= 0 && (size_t)len < sizeof(small)) {
        buf_add(b, small, (size_t)len);
    } else if (len >= 0) {
        char *big = malloc((size_t)len + 1);
        if (big == NULL)
            arena_out_of_memory();
        vsnprintf(big, (size_t)len + 1, fmt, again);
        buf_add(b, big, (size_t)len);
        free(big);
    }
    va_end(again);
}

struct str buf_view(const struct buf *b)
{
    return (struct str){b->ptr, b->len};
}

char *buf_dup(struct arena *a, const struct buf *b)
{
    return arena_dup(a, b->ptr, b->len);
}

char *buf_take(struct arena *a, struct buf *b)
{
    char *text = buf_dup(a, b);
    buf_release(b);
    return text;
}
