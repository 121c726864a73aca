/*
 * The two string types.
 *
 * struct str: a borrowed slice; any byte may be in it; never freed.
 * struct buf: an owned, growing string with a ceiling given at birth. Past the
 * ceiling it keeps what fits, sets `full` and ignores further writes, so that
 * a sequence of writes is checked once, at its end. An empty buf is "".
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/attr.h"

struct str {
    const char *ptr;
    size_t len;
};

#define STR(literal) ((struct str){(literal), sizeof(literal) - 1})
#define STR_ARGS(s)  (int)(s).len, (s).ptr
#define STR_NONE     ((struct str){NULL, 0})

struct str str_from(const char *text); /* NULL gives an empty slice */
struct str str_sub(struct str s, size_t from, size_t len); /* clamped */
struct str str_trim(struct str s); /* ASCII white space */
bool str_equal(struct str a, struct str b);
bool str_is(struct str s, const char *text);
bool str_starts(struct str s, struct str prefix);
bool str_ends(struct str s, struct str suffix);
bool str_equal_nocase(struct str a, struct str b); /* ASCII letters */

/* Offset of the first needle at or after from; s.len when there is none. */
size_t str_find(struct str s, struct str needle, size_t from);

/* The part before the first `sep`; *rest gets what follows it. */
struct str str_cut(struct str s, char sep, struct str *rest);

char *str_dup(struct arena *a, struct str s);

struct buf {
    char *ptr; /* NUL-terminated, never NULL */
    size_t len, cap, max;
    bool full; /* something did not fit */
};

void buf_init(struct buf *b, size_t max);
void buf_release(struct buf *b);
void buf_clear(struct buf *b);
void buf_truncate(struct buf *b, size_t len); /* there is room again */

void buf_add(struct buf *b, const char *ptr, size_t len);
void buf_str(struct buf *b, struct str s);
void buf_text(struct buf *b, const char *text);
void buf_char(struct buf *b, char c);
void buf_repeat(struct buf *b, char c, size_t count);
void buf_printf(struct buf *b, const char *fmt, ...) PRINTF_LIKE(2, 3);

struct str buf_view(const struct buf *b); /* valid until the next write */
char *buf_dup(struct arena *a, const struct buf *b);
char *buf_take(struct arena *a, struct buf *b); /* and releases b */

#endif
