/* Reading a JSONPath; grammar names are those of RFC 9535, section 2. */
#include "language/jsonpath.h"

#include <stdint.h>
#include <string.h>

#include "base/text.h"
#include "language/jsonpath_tree.h"

#define INTEGER_MAX INT64_C(9007199254740991) /* section 2.1: 2^53 - 1 */

bool parser_refuse(struct parser *p, const char *text)
{
    p->error->offset = p->at;
    p->error->text = text;
    return false;
}

char parser_peek(const struct parser *p)
{
    return p->at < p->text.len ? p->text.ptr[p->at] : '\0';
}

bool parser_take(struct parser *p, char c)
{
    if (p->at >= p->text.len || parser_peek(p) != c)
        return false;
    p->at++;
    return true;
}

void parser_skip_blank(struct parser *p)
{
    while (p->at < p->text.len &&
           (parser_peek(p) == ' ' || parser_peek(p) == '\t' ||
            parser_peek(p) == '\n' || parser_peek(p) == '\r'))
        p->at++;
}

bool parser_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* int = "0" / ["-"] DIGIT1 *DIGIT, within the exact range of a double */
static bool parse_int(struct parser *p, int64_t *out)
{
    size_t start = p->at;
    bool negative = parser_take(p, '-');
    size_t digits = p->at;
    while (parser_is_digit(parser_peek(p)))
        p->at++;
    struct str text = str_sub(p->text, digits, p->at - digits);
    uint64_t value = 0;
    bool padded = text.len > 1 && text.ptr[0] == '0';
    if (padded || !text_to_u64(text, (uint64_t)INTEGER_MAX, &value) ||
        (negative && value == 0)) {
        p->at = start;
        return parser_refuse(p, "expected an integer without leading zeros, "
                                "within 2^53");
    }
    *out = negative ? -(int64_t)value : (int64_t)value;
    return true;
}

static int hex_digit(char c)
{
    if (parser_is_digit(c))
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static bool parse_hex4(struct parser *p, uint32_t *out)
{
    *out = 0;
    for (int i = 0; i < 4; i++) {
        int digit = hex_digit(parser_peek(p));
        if (digit < 0)
            return parser_refuse(p,
                                 "expected four hexadecimal digits after \\u");
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
        if (high > 0xDBFF || !parser_take(p, '\\') || !parser_take(p, 'u') ||
            !parse_hex4(p, &low) || low < 0xDC00 || low > 0xDFFF)
            return parser_refuse(p, "half a surrogate pair");
        high = 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
    }
    utf8_encode(out, high);
    return true;
}

static bool parse_escape(struct parser *p, char quote, struct buf *out)
{
    static const char letter[] = "bfnrt/\\";
    static const char meaning[] = "\b\f\n\r\t/\\";
    char c = parser_peek(p);
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
        return parser_refuse(p, "unknown escape in a quoted name");
    p->at++;
    return true;
}

static bool parse_quoted_into(struct parser *p, struct buf *out)
{
    char quote = parser_peek(p);
    p->at++;
    while (p->at < p->text.len && parser_peek(p) != quote) {
        if ((unsigned char)parser_peek(p) < 0x20)
            return parser_refuse(p, "control character in a quoted name");
        if (parser_take(p, '\\')) {
            if (!parse_escape(p, quote, out))
                return false;
        } else {
            buf_char(out, parser_peek(p));
            p->at++;
        }
    }
    return parser_take(p, quote) ||
           parser_refuse(p, "quoted name without its closing quote");
}

bool parser_quoted(struct parser *p, struct str *out)
{
    struct buf name;
    buf_init(&name, p->text.len + 1);
    bool ok = parse_quoted_into(p, &name);
    *out = (struct str){buf_dup(p->arena, &name), name.len};
    buf_release(&name);
    return ok;
}

/* slice-selector = [start S] ":" S [end S] [":" [S step]], or an index */
static bool parse_index_or_slice(struct parser *p, struct selector *s)
{
    s->kind = SELECT_INDEX;
    s->step = 1;
    if (parser_peek(p) != ':') {
        if (!parse_int(p, &s->index))
            return false;
        s->has_start = true;
    }
    size_t after = p->at;
    parser_skip_blank(p);
    if (!parser_take(p, ':')) {
        p->at = after;
        return true;
    }
    s->kind = SELECT_SLICE;
    parser_skip_blank(p);
    if (parser_peek(p) == '-' || parser_is_digit(parser_peek(p))) {
        s->has_end = true;
        if (!parse_int(p, &s->end))
            return false;
        parser_skip_blank(p);
    }
    if (!parser_take(p, ':'))
        return true;
    parser_skip_blank(p);
    if (parser_peek(p) == '-' || parser_is_digit(parser_peek(p)))
        return parse_int(p, &s->step);
    return true;
}

static bool parse_selector(struct parser *p, struct selector *s)
{
    char c = parser_peek(p);
    if (c == '"' || c == '\'') {
        struct str name = STR_NONE;
        bool ok = parser_quoted(p, &name);
        s->kind = SELECT_NAME;
        s->name = name.ptr;
        return ok;
    }
    if (c == '*') {
        s->kind = SELECT_ALL;
        p->at++;
        return true;
    }
    if (c == '?') {
        s->kind = SELECT_FILTER;
        p->at++;
        return parser_filter(p, &s->filter);
    }
    if (c == '-' || c == ':' || parser_is_digit(c))
        return parse_index_or_slice(p, s);
    return parser_refuse(
        p, "expected a quoted name, an index, a slice, a filter or *");
}

/* bracketed-selection = "[" S selector *(S "," S selector) S "]" */
static bool parse_brackets(struct parser *p, struct segment *seg)
{
    struct selector **tail = &seg->selector;
    p->at++;
    do {
        parser_skip_blank(p);
        *tail = arena_alloc(p->arena, sizeof(**tail));
        if (!parse_selector(p, *tail))
            return false;
        tail = &(*tail)->next;
        parser_skip_blank(p);
    } while (parser_take(p, ','));
    return parser_take(p, ']') || parser_refuse(p, "expected ',' or ']'");
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
    if (parser_take(p, '*')) {
        seg->selector->kind = SELECT_ALL;
        return true;
    }
    size_t start = p->at;
    while (p->at < p->text.len &&
           is_name_char((unsigned char)parser_peek(p), p->at == start))
        p->at++;
    if (p->at == start)
        return parser_refuse(p, "expected a name, '*' or '['");
    seg->selector->kind = SELECT_NAME;
    seg->selector->name =
        arena_dup(p->arena, p->text.ptr + start, p->at - start);
    return true;
}

static bool parse_segment(struct parser *p, struct segment *seg)
{
    if (parser_peek(p) == '[')
        return parse_brackets(p, seg);
    if (!parser_take(p, '.'))
        return parser_refuse(p, "expected '.', '..' or '['");
    if (parser_take(p, '.')) {
        seg->descendant = true;
        if (parser_peek(p) == '[')
            return parse_brackets(p, seg);
    }
    return parse_shorthand(p, seg);
}

bool parser_segments(struct parser *p, struct jsonpath *path)
{
    struct segment **tail = &path->segment;
    for (;;) {
        size_t before = p->at;
        parser_skip_blank(p);
        char c = parser_peek(p);
        if (c != '.' && c != '[') {
            p->at = before;
            return true;
        }
        size_t start = p->at;
        *tail = arena_alloc(p->arena, sizeof(**tail));
        if (!parse_segment(p, *tail))
            return false;
        (*tail)->text = str_sub(p->text, start, p->at - start);
        tail = &(*tail)->next;
    }
}

static bool parse_path(struct parser *p, struct jsonpath *path)
{
    size_t bad = utf8_check(p->text);
    if (bad < p->text.len) {
        p->at = bad;
        return parser_refuse(p, "not valid UTF-8");
    }
    if (!parser_take(p, '$'))
        return parser_refuse(p, "a JSONPath starts with '$'");
    if (!parser_segments(p, path))
        return false;
    return p->at == p->text.len ||
           parser_refuse(p, "expected '.', '..' or '[' or the end");
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
