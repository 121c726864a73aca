/*
 * Text from outside: is it UTF-8, make it harmless, shorten it, compare it,
 * read numbers and durations from it.
 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/buf.h"

/* Bytes of the UTF-8 sequence at s (Unicode 15, table 3-7); 0 if ill-formed. */
size_t utf8_length(struct str s, uint32_t *code_point);

/* Offset of the first ill-formed byte; s.len when all of s is UTF-8. */
size_t utf8_check(struct str s);

void utf8_encode(struct buf *out, uint32_t code_point);

/*
 * The text with everything that could act on a reader made visible: C0, C1 and
 * DEL as \xNN, bidi and zero-width marks, U+2028/9 and BOM as \u{NNNN},
 * ill-formed bytes as \xNN. Tab and LF stay, CR LF becomes LF.
 */
void text_visible(struct buf *out, struct str s);

/* As text_visible, on one line: tab, CR and LF become one space. */
void text_visible_line(struct buf *out, struct str s);

/* Columns on a terminal, counting each code point as one. */
size_t text_width(struct str s);

/* The longest beginning of at most max bytes that ends at a character. */
struct str text_whole(struct str s, size_t max);

/* At most max bytes, with "..." when something was left out; max is over 3. */
struct str text_cut(struct arena *a, struct str s, size_t max);

/*
 * At most max bytes of visible text on one line, cut at a character, with
 * "..." when something was left out.
 */
char *text_elide(struct arena *a, struct str s, size_t max);

/*
 * For XML and HTML: those characters that are among `marks` as references.
 * MARKUP_MARKS is enough in text and in an attribute in either quotes.
 */
#define MARKUP_MARKS "&<>\"'"
void text_markup(struct buf *out, struct str s, const char *marks);

/* Control bytes (C0 and DEL) have no place in a URL, header or method. */
bool text_has_control(struct str s);

/*
 * The candidate closest to word, for "did you mean"; NULL when none is within
 * a third of its length (Damerau-Levenshtein, adjacent transpositions).
 */
const char *text_nearest(struct str word, const char *const *candidate,
                         size_t count);

/*
 * What a message about an unknown word ends in: ", did you mean 'NAME'?" with
 * the nearest candidate, or "" when none is near.
 */
struct hint {
    char text[64]; /* no longer word is ever near */
};
struct hint text_hint(struct str word, const char *const *candidate,
                      size_t count);

/* Decimal digits only; false when empty, signed, or above max. */
bool text_to_u64(struct str s, uint64_t max, uint64_t *out) MUST_CHECK;

/* "250ms", "5s", "2m", "1h", "1.5s" to microseconds. */
bool text_to_duration_us(struct str s, int64_t *out) MUST_CHECK;

/* "64B", "8kB", "4MiB", "1MB" to bytes. */
bool text_to_size(struct str s, uint64_t *out) MUST_CHECK;

/* "840 us", "12 ms", "1.25 s", "3 min 5 s". */
void text_duration(struct buf *out, int64_t us);

/* "312 B", "1.2 kB", "4.0 MB" (powers of 1000). */
void text_size(struct buf *out, uint64_t bytes);

/* Numbers that are text: exact order of two JSON numbers, any size. */
int text_compare_numbers(struct str left, struct str right);

/* Is s one JSON number (RFC 8259, section 6) and nothing else? */
bool text_is_number(struct str s);

/* Is this JSON number an integer, however it is written: 7, 7.0, 0.7e1? */
bool text_is_integer(struct str number);

/* RFC 4648 with padding; RFC 3986 with all but unreserved as %XX; hex. */
void text_base64(struct buf *out, struct str s);
void text_url_encode(struct buf *out, struct str s);
void text_hex(struct buf *out, struct str s);

/* The name of a file as a URI (RFC 3986): relative, or file:///. */
void text_url_path(struct buf *out, struct str path);

/* False when s is none; what was read until then may be in out. */
bool text_from_hex(struct buf *out, struct str s) MUST_CHECK;
bool text_from_base64(struct buf *out, struct str s) MUST_CHECK;

/* SHA-256 (FIPS 180-4) as 64 hex digits; false when libcrypto fails. */
bool text_sha256(struct buf *out, struct str s) MUST_CHECK;

/* A word safe inside a POSIX shell command line. */
void text_shell_quote(struct buf *out, struct str s);

#endif
