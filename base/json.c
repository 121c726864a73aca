/*
 * Strict JSON: our scan checks the text against RFC 8259 and finds places,
 * cJSON builds the tree, a second walk gives number nodes their text.
 */
#include "base/json.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

#define FEW 40 /* members of an object */

struct scan {
    const struct source *source;
    struct str text;
    size_t at;
    struct err *err;
    struct str *number; /* as they stand in the text */
    size_t number_count, number_cap;
};

static bool fail_at(struct scan *s, size_t at, const char *text)
{
    return err_set(s->err, pos_at(s->source, at), "%s", text);
}

static void skip_space(struct scan *s)
{
    for (; s->at < s->text.len; s->at++) {
        char c = s->text.ptr[s->at];
        if (c != ' ' && c != '\n' && c != '\t' && c != '\r')
            return;
    }
}

static char peek(const struct scan *s)
{
    return s->at < s->text.len ? s->text.ptr[s->at] : '\0';
}

static bool scan_literal(struct scan *s, const char *word)
{
    struct str w = str_from(word);
    if (!str_starts(str_sub(s->text, s->at, w.len), w))
        return fail_at(s, s->at, "expected a JSON value");
    s->at += w.len;
    return true;
}

static bool read_hex4(const struct scan *s, size_t at, unsigned *value)
{
    *value = 0;
    for (size_t i = at; i < at + 4; i++) {
        char c = i < s->text.len ? s->text.ptr[i] : '\0';
        unsigned digit;
        if (c >= '0' && c <= '9')
            digit = (unsigned)(c - '0');
        else if (c >= 'a' && c <= 'f')
            digit = (unsigned)(c - 'a') + 10;
        else if (c >= 'A' && c <= 'F')
            digit = (unsigned)(c - 'A') + 10;
        else
            return false;
        *value = *value * 16 + digit;
    }
    return true;
}

/* s->at is on the 'u'; leaves it on the last digit. */
static bool scan_unicode_escape(struct scan *s)
{
    unsigned high = 0, low = 0;
    size_t start = s->at - 1;
    if (!read_hex4(s, s->at + 1, &high))
        return fail_at(s, start, "expected four hexadecimal digits after \\u");
    if (high == 0)
        return fail_at(s, start, "a NUL character (\\u0000) in a string");
    s->at += 4;
    if (high < 0xD800 || high > 0xDFFF)
        return true;
    if (high > 0xDBFF || s->at + 2 >= s->text.len ||
        s->text.ptr[s->at + 1] != '\\' || s->text.ptr[s->at + 2] != 'u' ||
        !read_hex4(s, s->at + 3, &low) || low < 0xDC00 || low > 0xDFFF)
        return fail_at(s, start, "half a surrogate pair in a string");
    s->at += 6;
    return true;
}

static bool scan_string(struct scan *s)
{
    size_t start = s->at++;
    for (; s->at < s->text.len; s->at++) {
        unsigned char c = (unsigned char)s->text.ptr[s->at];
        if (c == '"') {
            s->at++;
            return true;
        }
        if (c < 0x20)
            return fail_at(s, s->at, "a control character in a string");
        if (c != '\\')
            continue;
        s->at++;
        char kind = peek(s);
        if (kind == 'u') {
            if (!scan_unicode_escape(s))
                return false;
        } else if (kind == '\0' || strchr("\"\\/bfnrt", kind) == NULL) {
            return fail_at(s, s->at - 1, "an unknown escape in a string");
        }
    }
    return fail_at(s, start, "a string without its closing quote");
}

static void keep_number(struct scan *s, struct str number)
{
    if (s->number_count == s->number_cap) {
        s->number_cap = s->number_cap == 0 ? 64 : s->number_cap * 2;
        s->number = heap_resize(s->number, s->number_cap * sizeof(*s->number));
    }
    s->number[s->number_count++] = number;
}

static bool scan_number(struct scan *s)
{
    size_t end = s->at;
    while (end < s->text.len && s->text.ptr[end] != '\0' &&
           strchr("+-.0123456789eE", s->text.ptr[end]) != NULL)
        end++;
    struct str number = str_sub(s->text, s->at, end - s->at);
    if (!text_is_number(number))
        return fail_at(s, s->at, "expected a JSON value");
    keep_number(s, number);
    s->at = end;
    return true;
}

static bool scan_value(struct scan *s, unsigned depth);

static bool scan_name(struct scan *s)
{
    if (peek(s) != '"')
        return fail_at(s, s->at, "expected a member name in quotes");
    if (!scan_string(s))
        return false;
    skip_space(s);
    if (peek(s) != ':')
        return fail_at(s, s->at, "expected ':' after a member name");
    s->at++;
    return true;
}

static bool scan_members(struct scan *s, unsigned depth, char close, bool named)
{
    size_t start = s->at++;
    skip_space(s);
    if (peek(s) == close) {
        s->at++;
        return true;
    }
    for (;;) {
        skip_space(s);
        if (named && !scan_name(s))
            return false;
        if (!scan_value(s, depth + 1))
            return false;
        skip_space(s);
        char c = peek(s);
        s->at++;
        if (c == close)
            return true;
        if (c != ',')
            return s->at > s->text.len ? fail_at(s, start, "never closed")
                                       : fail_at(s, s->at - 1,
                                                 "expected ',' or the end of "
                                                 "the array or object");
    }
}

static bool scan_value(struct scan *s, unsigned depth)
{
    if (depth > JSON_DEPTH_MAX)
        return fail_at(s, s->at, "nested deeper than 512 levels");
    skip_space(s);
    switch (peek(s)) {
    case '{':
        return scan_members(s, depth, '}', true);
    case '[':
        return scan_members(s, depth, ']', false);
    case '"':
        return scan_string(s);
    case 't':
        return scan_literal(s, "true");
    case 'f':
        return scan_literal(s, "false");
    case 'n':
        return scan_literal(s, "null");
    default:
        return scan_number(s);
    }
}

static bool scan_document(struct scan *s)
{
    size_t bad = utf8_check(s->text);
    if (bad < s->text.len)
        return fail_at(s, bad, "not valid UTF-8");
    if (str_trim(s->text).len == 0)
        return fail_at(s, 0, "empty, expected JSON");
    if (!scan_value(s, 0))
        return false;
    skip_space(s);
    return s->at == s->text.len ||
           fail_at(s, s->at, "text after the end of the JSON document");
}

/* Numbers stand in the text in the order of a walk over the tree. */
static void put_numbers(cJSON *item, const struct str **next)
{
    for (; item != NULL; item = item->next) {
        if (cJSON_IsNumber(item) && *next != NULL) {
            struct str number = *(*next)++;
            item->valuestring = cJSON_malloc(number.len + 1);
            if (item->valuestring == NULL)
                arena_out_of_memory();
            memcpy(item->valuestring, number.ptr, number.len);
            item->valuestring[number.len] = '\0';
        }
        if (item->child != NULL)
            put_numbers(item->child, next);
    }
}

static int compare_members(const void *left, const void *right)
{
    const cJSON *a = *(const cJSON *const *)left;
    const cJSON *b = *(const cJSON *const *)right;
    return strcmp(a->string, b->string);
}

/* Each against those after it: for few, faster than to sort them. */
static const char *duplicate_of_few(const cJSON *object)
{
    for (const cJSON *m = object->child; m != NULL; m = m->next)
        for (const cJSON *k = m->next; k != NULL; k = k->next)
            if (k->string[0] == m->string[0] &&
                strcmp(k->string, m->string) == 0)
                return m->string;
    return NULL;
}

static const char *duplicate_member(const cJSON *object)
{
    size_t count = 0;
    for (const cJSON *m = object->child; m != NULL; m = m->next)
        count++;
    if (count <= FEW)
        return duplicate_of_few(object);
    const cJSON **member = calloc(count, sizeof(const cJSON *));
    if (member == NULL)
        arena_out_of_memory();
    size_t n = 0;
    for (const cJSON *m = object->child; m != NULL; m = m->next)
        member[n++] = m;
    qsort(member, count, sizeof(const cJSON *), compare_members);
    const char *found = NULL;
    for (size_t i = 1; i < count && found == NULL; i++)
        if (strcmp(member[i]->string, member[i - 1]->string) == 0)
            found = member[i]->string;
    free(member);
    return found;
}

static const char *find_duplicate(const cJSON *item)
{
    for (; item != NULL; item = item->next) {
        if (item->child == NULL)
            continue;
        const char *found =
            cJSON_IsObject(item) ? duplicate_member(item) : NULL;
        if (found == NULL)
            found = find_duplicate(item->child);
        if (found != NULL)
            return found;
    }
    return NULL;
}

static bool build(cJSON **out, struct scan *s)
{
    struct pos pos = {s->source, 0, 0};
    if (!scan_document(s))
        return false;
    /* cJSON counts the final NUL when asked for nothing after the value. */
    cJSON *root =
        cJSON_ParseWithLengthOpts(s->text.ptr, s->text.len, NULL, false);
    if (root == NULL)
        return err_set(s->err, pos, "JSON that the parser refused");
    const char *twice = find_duplicate(root);
    if (twice != NULL) {
        err_set(s->err, pos,
                "the member '%.100s' stands twice in one JSON object", twice);
        cJSON_Delete(root);
        return false;
    }
    const struct str *next = s->number;
    put_numbers(root, &next);
    *out = root;
    return true;
}

bool json_parse(cJSON **out, const struct source *source, struct err *e)
{
    struct scan s = {.source = source, .text = source->text, .err = e};
    *out = NULL;
    bool ok = build(out, &s);
    free(s.number);
    return ok;
}

bool json_is_valid(struct str text)
{
    struct source source = {"text", text};
    struct err e = {.set = false};
    cJSON *json = NULL;
    bool ok = json_parse(&json, &source, &e);
    cJSON_Delete(json);
    return ok;
}

bool json_is_media_type(const char *content_type)
{
    return content_type != NULL && strstr(content_type, "json") != NULL;
}

const char *json_kind(const cJSON *item)
{
    if (item == NULL)
        return "nothing";
    if (cJSON_IsNull(item))
        return "null";
    if (cJSON_IsBool(item))
        return "a boolean";
    if (cJSON_IsNumber(item))
        return "a number";
    if (cJSON_IsString(item))
        return "a string";
    return cJSON_IsArray(item) ? "an array" : "an object";
}

static void print_scalar(struct buf *out, const cJSON *item)
{
    if (cJSON_IsBool(item))
        buf_text(out, cJSON_IsTrue(item) ? "true" : "false");
    else if (cJSON_IsNumber(item))
        buf_text(out, item->valuestring);
    else if (cJSON_IsString(item))
        json_quote(out, str_from(item->valuestring));
    else
        buf_text(out, "null");
}

void json_print(struct buf *out, const cJSON *item)
{
    bool object = cJSON_IsObject(item);
    if (!object && !cJSON_IsArray(item)) {
        print_scalar(out, item);
        return;
    }
    buf_char(out, object ? '{' : '[');
    for (const cJSON *c = item->child; c != NULL && !out->full; c = c->next) {
        if (object) {
            json_quote(out, str_from(c->string));
            buf_char(out, ':');
        }
        json_print(out, c);
        if (c->next != NULL)
            buf_char(out, ',');
    }
    buf_char(out, object ? '}' : ']');
}

static void quote_char(struct buf *out, unsigned char c)
{
    static const char named[] = "\b\t\n\f\r\"\\";
    static const char letter[] = "btnfr\"\\";
    const char *at = c == '\0' ? NULL : strchr(named, c);
    if (at != NULL)
        buf_printf(out, "\\%c", letter[at - named]);
    else if (c < 0x20 || c == 0x7F)
        buf_printf(out, "\\u%04x", c);
    else
        buf_char(out, (char)c);
}

/*
 * "##" is written "#\u0023": CI hosts execute "##[command]" and the like
 * wherever they stand in a line of output, JSON or not.
 */
void json_quote_inside(struct buf *out, struct str s)
{
    while (s.len > 0) {
        size_t n = utf8_length(s, NULL);
        if (str_starts(s, STR("##"))) {
            buf_text(out, "#\\u0023");
            n = 2;
        } else if (n == 0)
            buf_text(out, "\xEF\xBF\xBD");
        else if (n == 1)
            quote_char(out, (unsigned char)s.ptr[0]);
        else
            buf_add(out, s.ptr, n);
        s = str_sub(s, n == 0 ? 1 : n, s.len);
    }
}

void json_quote(struct buf *out, struct str s)
{
    buf_char(out, '"');
    json_quote_inside(out, s);
    buf_char(out, '"');
}
