/*
 * JSONPath (RFC 9535): reading a path and selecting nodes. Grammar names are
 * those of the RFC's section 2.
 */
#include "base/jsonpath.h"

#include <stdint.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"

#define INTEGER_MAX INT64_C(9007199254740991) /* section 2.1: 2^53 - 1 */

enum selector_kind { SELECT_NAME, SELECT_INDEX, SELECT_SLICE, SELECT_ALL };

struct selector {
    enum selector_kind kind;
    const char *name;
    int64_t index; /* or the start of a slice */
    int64_t end, step;
    bool has_start, has_end;
    struct selector *next;
};

struct segment {
    bool descendant;
    struct selector *selector;
    struct str text; /* as written, for messages */
    struct segment *next;
};

struct jsonpath {
    struct segment *segment;
    struct str text;
};

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

bool jsonpath_is_singular(const struct jsonpath *p)
{
    for (const struct segment *s = p->segment; s != NULL; s = s->next) {
        if (s->descendant || s->selector->next != NULL)
            return false;
        if (s->selector->kind != SELECT_NAME &&
            s->selector->kind != SELECT_INDEX)
            return false;
    }
    return true;
}

struct selection {
    struct arena *arena;
    struct jsonpath_nodes *out;
    size_t visited;
};

static bool add_node(struct selection *s, const cJSON *item)
{
    struct jsonpath_nodes *n = s->out;
    if (n->count >= JSONPATH_NODES_MAX)
        return false;
    n->item =
        arena_grow(s->arena, n->item, n->count, &n->cap, sizeof(*n->item));
    n->item[n->count++] = item;
    return true;
}

static int64_t child_count(const cJSON *item)
{
    int64_t n = 0;
    for (const cJSON *c = item->child; c != NULL; c = c->next)
        n++;
    return n;
}

static bool select_index(struct selection *s, const cJSON *item, int64_t index)
{
    if (!cJSON_IsArray(item))
        return true;
    if (index < 0)
        index += child_count(item);
    const cJSON *c = index < 0 ? NULL : item->child;
    while (c != NULL && index-- > 0)
        c = c->next;
    return c == NULL || add_node(s, c);
}

static int64_t clamp(int64_t value, int64_t low, int64_t high)
{
    if (value < low)
        return low;
    return value > high ? high : value;
}

/* Section 2.3.4.2.2: bounds of a slice over len elements. */
static void slice_bounds(const struct selector *sel, int64_t len, int64_t *low,
                         int64_t *high)
{
    int64_t start = sel->step > 0 ? 0 : len - 1;
    int64_t end = sel->step > 0 ? len : -len - 1;
    if (sel->has_start)
        start = sel->index;
    if (sel->has_end)
        end = sel->end;
    start = start >= 0 ? start : len + start;
    end = end >= 0 ? end : len + end;
    if (sel->step > 0) {
        *low = clamp(start, 0, len);
        *high = clamp(end, 0, len);
    } else {
        *high = clamp(start, -1, len - 1);
        *low = clamp(end, -1, len - 1);
    }
}

static bool select_slice(struct selection *s, const cJSON *item,
                         const struct selector *sel)
{
    int64_t low, high, len = child_count(item);
    if (!cJSON_IsArray(item) || sel->step == 0 || len == 0)
        return true;
    slice_bounds(sel, len, &low, &high);
    const cJSON **all = arena_array(s->arena, (size_t)len, sizeof(*all));
    int64_t n = 0;
    for (const cJSON *c = item->child; c != NULL; c = c->next)
        all[n++] = c;
    bool ok = true;
    if (sel->step > 0) {
        for (int64_t i = low; ok && i < high; i += sel->step)
            ok = add_node(s, all[i]);
    } else {
        for (int64_t i = high; ok && i > low; i += sel->step)
            ok = add_node(s, all[i]);
    }
    return ok;
}

static bool select_all(struct selection *s, const cJSON *item)
{
    bool ok = true;
    for (const cJSON *c = item->child; ok && c != NULL; c = c->next)
        ok = add_node(s, c);
    return ok;
}

static bool apply_selector(struct selection *s, const cJSON *item,
                           const struct selector *sel)
{
    switch (sel->kind) {
    case SELECT_NAME: {
        const cJSON *member =
            cJSON_IsObject(item)
                ? cJSON_GetObjectItemCaseSensitive(item, sel->name)
                : NULL;
        return member == NULL || add_node(s, member);
    }
    case SELECT_INDEX:
        return select_index(s, item, sel->index);
    case SELECT_SLICE:
        return select_slice(s, item, sel);
    case SELECT_ALL:
        return select_all(s, item);
    }
    return true;
}

static bool apply_child(struct selection *s, const cJSON *item,
                        const struct segment *seg)
{
    for (const struct selector *sel = seg->selector; sel != NULL;
         sel = sel->next)
        if (!apply_selector(s, item, sel))
            return false;
    return true;
}

/* Depth is that of the document: JSON_DEPTH_MAX at most. */
static bool apply_descendant(struct selection *s, const cJSON *item,
                             const struct segment *seg)
{
    if (++s->visited > (size_t)JSONPATH_NODES_MAX * 10 ||
        !apply_child(s, item, seg))
        return false;
    for (const cJSON *c = item->child; c != NULL; c = c->next)
        if (!apply_descendant(s, c, seg))
            return false;
    return true;
}

static bool apply_segment(struct jsonpath_nodes *out, struct arena *a,
                          const struct segment *seg,
                          const struct jsonpath_nodes *in)
{
    struct selection s = {.arena = a, .out = out};
    for (size_t i = 0; i < in->count; i++) {
        bool ok = seg->descendant ? apply_descendant(&s, in->item[i], seg)
                                  : apply_child(&s, in->item[i], seg);
        if (!ok)
            return false;
    }
    return true;
}

bool jsonpath_select(struct jsonpath_nodes *out, struct arena *a,
                     const struct jsonpath *p, const cJSON *root)
{
    struct jsonpath_nodes now = {NULL, 0, 0};
    struct selection s = {.arena = a, .out = &now};
    bool ok = add_node(&s, root);
    for (const struct segment *seg = p->segment; ok && seg != NULL;
         seg = seg->next) {
        struct jsonpath_nodes next = {NULL, 0, 0};
        ok = apply_segment(&next, a, seg, &now);
        now = next;
    }
    *out = now;
    return ok;
}

#define KEYS_SHOWN 8

static void describe(struct buf *out, const cJSON *item)
{
    if (cJSON_IsArray(item)) {
        buf_printf(out, "an array of %d", cJSON_GetArraySize(item));
        return;
    }
    if (!cJSON_IsObject(item)) {
        buf_text(out, json_kind(item));
        return;
    }
    size_t shown = 0;
    buf_text(out, item->child == NULL ? "an empty object" : "an object with ");
    for (const cJSON *c = item->child; c != NULL; c = c->next) {
        if (shown++ == KEYS_SHOWN) {
            buf_text(out, ", ...");
            break;
        }
        buf_printf(out, "%s%s", shown > 1 ? ", " : "", c->string);
    }
}

const char *jsonpath_explain_missing(struct arena *a, const struct jsonpath *p,
                                     const cJSON *root)
{
    const cJSON *here = root;
    struct buf out;
    if (!jsonpath_is_singular(p))
        return NULL;
    buf_init(&out, 400);
    buf_char(&out, '$');
    for (const struct segment *seg = p->segment; seg != NULL; seg = seg->next) {
        struct jsonpath_nodes one = {NULL, 0, 0};
        struct selection s = {.arena = a, .out = &one};
        if (!apply_child(&s, here, seg) || one.count == 0)
            break;
        here = one.item[0];
        buf_str(&out, seg->text);
    }
    buf_text(&out, " is ");
    describe(&out, here);
    char *text = text_elide(a, buf_view(&out), 300);
    buf_release(&out);
    return text;
}
