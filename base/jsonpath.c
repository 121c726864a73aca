/* Reading a JSONPath; grammar names are those of RFC 9535, section 2. */
#include "base/jsonpath.h"

#include <stdint.h>
#include <string.h>

#include "base/jsonpath_tree.h"
#include "base/text.h"

#define INTEGER_MAX INT64_C(9007199254740991) /* section 2.1: 2^53 - 1 */

struct parser {
    struct arena *arena;
    struct str text;
    size_t at;
    struct jsonpath_error *error;
};

static bool refuse(struct parser *p, const char *text)
{
    p->error->offset = p->at;
    p->error->text = text;
    return false;
}

static char peek(const struct parser *p)
{
    return p->at < p->text.len ? p->text.ptr[p->at] : '\0';
}

static bool take(struct parser *p, char c)
{
    if (p->at >= p->text.len || peek(p) != c)
        return false;
    p->at++;
    return true;
}

static void skip_blank(struct parser *p)
{
    while (p->at < p->text.len && (peek(p) == ' ' || peek(p) == '\t' ||
                                   peek(p) == '\n' || peek(p) == '\r'))
        p->at++;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* int = "0" / ["-"] DIGIT1 *DIGIT, within the exact range of a double */
static bool parse_int(struct parser *p, int64_t *out)
{
    size_t start = p->at;
    bool negative = take(p, '-');
    size_t digits = p->at;
    while (is_digit(peek(p)))
        p->at++;
    struct str text = str_sub(p->text, digits, p->at - digits);
    uint64_t value = 0;
    bool padded = text.len > 1 && text.ptr[0] == '0';
    if (padded || !text_to_u64(text, (uint64_t)INTEGER_MAX, &value) ||
        (negative && value == 0)) {
        p->at = start;
        return refuse(p, "expected an integer without leading zeros, "
                         "within 2^53");
    }
    *out = negative ? -(int64_t)value : (int64_t)value;
    return true;
}

static int hex_digit(char c)
{
    if (is_digit(c))
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static bool parse_hex4(struct parser *p, uint32_t *out)
{
    *out = 0;
    for (int i = 0; i < 4; i++) {
        int digit = hex_digit(peek(p));
        if (digit < 0)
            return refuse(p, "expected four hexadecimal digits after \\u");
        *out = *out * 16 + (uint32_t)digit;
        p->at++;
    }
    return true;
}

static bool parse_unicode(struct parser *p, struct buf *out)
{
    uint32_t high, low;
    if (!parse_hex4(p, &high))
        return false;
    if (high >= 0xD800 && high <= 0xDFFF) {
        if (high > 0xDBFF || !take(p, '\\') || !take(p, 'u') ||
            !parse_hex4(p, &low) || low < 0xDC00 || low > 0xDFFF)
            return refuse(p, "half a surrogate pair");
        high = 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
    }
    utf8_encode(out, high);
    return true;
}

static bool parse_escape(struct parser *p, char quote, struct buf *out)
{
    static const char letter[] = "bfnrt/\\";
    static const char meaning[] = "\b\f\n\r\t/\\";
    char c = peek(p);
    const char *known = c == '\0' ? NULL : strchr(letter, c);
    if (c == 'u') {
        p->at++;
        return parse_unicode(p, out);
    }
    if (c == quote)
        buf_char(out, c);
    else if (known != NULL)
        buf_char(out, meaning[known - letter]);
    else
        return refuse(p, "unknown escape in a quoted name");
    p->at++;
    return true;
}

static bool parse_quoted_into(struct parser *p, struct buf *out)
{
    char quote = peek(p);
    p->at++;
    while (p->at < p->text.len && peek(p) != quote) {
        if ((unsigned char)peek(p) < 0x20)
            return refuse(p, "control character in a quoted name");
        if (take(p, '\\')) {
            if (!parse_escape(p, quote, out))
                return false;
        } else {
            buf_char(out, peek(p));
            p->at++;
        }
    }
    return take(p, quote) || refuse(p, "quoted name without its closing quote");
}

static bool parse_quoted(struct parser *p, const char **out)
{
    struct buf name;
    buf_init(&name, p->text.len + 1);
    bool ok = parse_quoted_into(p, &name);
    *out = buf_dup(p->arena, &name);
    buf_release(&name);
    return ok;
}

/* slice-selector = [start S] ":" S [end S] [":" [S step]], or an index */
static bool parse_index_or_slice(struct parser *p, struct selector *s)
{
    s->kind = SELECT_INDEX;
    s->step = 1;
    if (peek(p) != ':') {
        if (!parse_int(p, &s->index))
            return false;
        s->has_start = true;
    }
    size_t after = p->at;
    skip_blank(p);
    if (!take(p, ':')) {
        p->at = after;
        return true;
    }
    s->kind = SELECT_SLICE;
    skip_blank(p);
    if (peek(p) == '-' || is_digit(peek(p))) {
        s->has_end = true;
        if (!parse_int(p, &s->end))
            return false;
        skip_blank(p);
    }
    if (!take(p, ':'))
        return true;
    skip_blank(p);
    if (peek(p) == '-' || is_digit(peek(p)))
        return parse_int(p, &s->step);
    return true;
}

static bool parse_selector(struct parser *p, struct selector *s)
{
    char c = peek(p);
    if (c == '"' || c == '\'') {
        s->kind = SELECT_NAME;
        return parse_quoted(p, &s->name);
    }
    if (c == '*') {
        s->kind = SELECT_ALL;
        p->at++;
        return true;
    }
    if (c == '?')
        return refuse(p, "filter selectors are not supported");
    if (c == '-' || c == ':' || is_digit(c))
        return parse_index_or_slice(p, s);
    return refuse(p, "expected a quoted name, an index, a slice or *");
}

/* bracketed-selection = "[" S selector *(S "," S selector) S "]" */
static bool parse_brackets(struct parser *p, struct segment *seg)
{
    struct selector **tail = &seg->selector;
    p->at++;
    do {
        skip_blank(p);
        *tail = arena_alloc(p->arena, sizeof(**tail));
        if (!parse_selector(p, *tail))
            return false;
        tail = &(*tail)->next;
        skip_blank(p);
    } while (take(p, ','));
    return take(p, ']') || refuse(p, "expected ',' or ']'");
}

static bool is_name_char(unsigned char c, bool first)
{
    return c == '_' || c >= 0x80 || (c >= 'a' && c <= 'z') ||
           (c >= 'A' && c <= 'Z') || (!first && c >= '0' && c <= '9');
}

/* member-name-shorthand or wildcard, after "." or ".." */
static bool parse_shorthand(struct parser *p, struct segment *seg)
{
    seg->selector = arena_alloc(p->arena, sizeof(*seg->selector));
    if (take(p, '*')) {
        seg->selector->kind = SELECT_ALL;
        return true;
    }
    size_t start = p->at;
    while (p->at < p->text.len &&
           is_name_char((unsigned char)peek(p), p->at == start))
        p->at++;
    if (p->at == start)
        return refuse(p, "expected a name, '*' or '['");
    seg->selector->kind = SELECT_NAME;
    seg->selector->name =
        arena_dup(p->arena, p->text.ptr + start, p->at - start);
    return true;
}

static bool parse_segment(struct parser *p, struct segment *seg)
{
    if (peek(p) == '[')
        return parse_brackets(p, seg);
    if (!take(p, '.'))
        return refuse(p, "expected '.', '..' or '['");
    if (take(p, '.')) {
        seg->descendant = true;
        if (peek(p) == '[')
            return parse_brackets(p, seg);
    }
    return parse_shorthand(p, seg);
}

static bool parse_path(struct parser *p, struct jsonpath *path)
{
    struct segment **tail = &path->segment;
    size_t bad = utf8_check(p->text);
    if (bad < p->text.len) {
        p->at = bad;
        return refuse(p, "not valid UTF-8");
    }
    if (!take(p, '$'))
        return refuse(p, "a JSONPath starts with '$'");
    while (p->at < p->text.len) {
        size_t before = p->at;
        skip_blank(p);
        if (p->at == p->text.len) {
            p->at = before;
            return refuse(p, "white space after the path");
        }
        size_t start = p->at;
        *tail = arena_alloc(p->arena, sizeof(**tail));
        if (!parse_segment(p, *tail))
            return false;
        (*tail)->text = str_sub(path->text, start, p->at - start);
        tail = &(*tail)->next;
    }
    return true;
}

bool jsonpath_compile(struct jsonpath **out, struct arena *a, struct str text,
                      struct jsonpath_error *e)
{
    struct jsonpath *path = arena_alloc(a, sizeof(*path));
    path->text = (struct str){str_dup(a, text), text.len};
    struct parser p = {.arena = a, .text = path->text, .error = e};
    *out = path;
    return parse_path(&p, path);
}
