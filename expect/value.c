/* Typed comparison: never a silent zero. */
#include "expect/value.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/text.h"
#include "language/jsonpath.h"
#include "language/regex.h"

struct found found_unwrap(const struct found *found)
{
    const cJSON *j = found->json;
    if (found->kind != FOUND_JSON)
        return *found;
    if (cJSON_IsNumber(j))
        return (struct found){.kind = FOUND_NUMBER,
                              .text = str_from(j->valuestring)};
    if (cJSON_IsString(j))
        return (struct found){.kind = FOUND_STRING,
                              .text = str_from(j->valuestring)};
    if (cJSON_IsBool(j))
        return (struct found){.kind = FOUND_BOOL,
                              .boolean = cJSON_IsTrue(j) != 0};
    return *found;
}

static enum answer yes_if(bool condition)
{
    return condition ? ANSWER_YES : ANSWER_NO;
}

static bool same_type(const struct found *f, const struct value *v)
{
    switch (v->kind) {
    case VALUE_NUMBER:
        return f->kind == FOUND_NUMBER;
    case VALUE_DURATION:
        return f->kind == FOUND_DURATION;
    case VALUE_STRING:
        return f->kind == FOUND_STRING || f->kind == FOUND_BYTES;
    case VALUE_BYTES:
        return f->kind == FOUND_BYTES;
    case VALUE_BOOL:
        return f->kind == FOUND_BOOL;
    case VALUE_NULL:
        return true; /* anything may be asked whether it is null */
    case VALUE_NONE:
    case VALUE_REGEX:
    case VALUE_RANGE:
    case VALUE_SET:
        break;
    }
    return false;
}

static int order_of(struct str a, struct str b)
{
    size_t n = a.len < b.len ? a.len : b.len;
    for (size_t i = 0; i < n; i++)
        if (a.ptr[i] != b.ptr[i])
            return (unsigned char)a.ptr[i] < (unsigned char)b.ptr[i] ? -1 : 1;
    return (a.len > b.len) - (a.len < b.len);
}

/* Both of one type: negative, zero or positive. */
static int compare(const struct found *f, const struct value *v)
{
    switch (v->kind) {
    case VALUE_NUMBER:
        return text_compare_numbers(f->text, v->text);
    case VALUE_DURATION:
        return (f->duration_us > v->duration_us) -
               (f->duration_us < v->duration_us);
    case VALUE_STRING:
    case VALUE_BYTES:
        return order_of(f->text, v->text);
    case VALUE_BOOL:
        return (int)f->boolean - (int)v->boolean;
    case VALUE_NULL:
        return f->kind == FOUND_JSON && cJSON_IsNull(f->json) ? 0 : 1;
    case VALUE_NONE:
    case VALUE_REGEX:
    case VALUE_RANGE:
    case VALUE_SET:
        break;
    }
    return 1;
}

static enum answer compare_ordered(const struct found *f, enum predicate p,
                                   const struct value *v)
{
    if (!same_type(f, v))
        return ANSWER_INVALID;
    int order = compare(f, v);
    switch (p) {
    case PREDICATE_EQUAL:
        return yes_if(order == 0);
    case PREDICATE_NOT_EQUAL:
        return yes_if(order != 0);
    case PREDICATE_LESS:
        return yes_if(order < 0);
    case PREDICATE_LESS_EQUAL:
        return yes_if(order <= 0);
    case PREDICATE_GREATER:
        return yes_if(order > 0);
    case PREDICATE_GREATER_EQUAL:
        return yes_if(order >= 0);
    default:
        return ANSWER_INVALID;
    }
}

static enum answer is_in(const struct found *f, const struct value *v)
{
    if (v->kind == VALUE_RANGE) {
        enum answer low =
            compare_ordered(f, PREDICATE_GREATER_EQUAL, &v->item[0]);
        enum answer high =
            compare_ordered(f, PREDICATE_LESS_EQUAL, &v->item[1]);
        return low == ANSWER_YES ? high : low;
    }
    enum answer best = ANSWER_INVALID;
    for (size_t i = 0; i < v->count && best != ANSWER_YES; i++) {
        const struct value *item = &v->item[i];
        enum answer now = item->kind == VALUE_RANGE
                              ? is_in(f, item)
                              : compare_ordered(f, PREDICATE_EQUAL, item);
        if (now == ANSWER_YES || best == ANSWER_INVALID)
            best = now;
    }
    return best;
}

static enum answer node_equals(const cJSON *node, const struct value *v)
{
    struct found one = {.kind = FOUND_JSON, .json = node};
    one = found_unwrap(&one);
    return compare_ordered(&one, PREDICATE_EQUAL, v);
}

static bool is_text(const struct found *f)
{
    return f->kind == FOUND_STRING || f->kind == FOUND_BYTES;
}

static bool list_has(const struct found *f, const struct value *v)
{
    for (size_t i = 0; i < f->count; i++) {
        bool here = f->kind == FOUND_LIST
                        ? node_equals(f->item[i], v) == ANSWER_YES
                        : str_equal(f->part[i], v->text);
        if (here)
            return true;
    }
    return false;
}

static bool array_has(const cJSON *array, const struct value *v)
{
    for (const cJSON *c = array->child; c != NULL; c = c->next)
        if (node_equals(c, v) == ANSWER_YES)
            return true;
    return false;
}

/* A text contains a text; an array or a list of nodes contains a value. */
static enum answer contains(const struct found *f, const struct value *v)
{
    bool texts = v->kind == VALUE_STRING || v->kind == VALUE_BYTES;
    if (is_text(f) && texts)
        return yes_if(str_find(f->text, v->text, 0) < f->text.len);
    if (f->kind == FOUND_LIST || (f->kind == FOUND_TEXTS && texts))
        return yes_if(list_has(f, v));
    if (f->kind == FOUND_JSON && cJSON_IsArray(f->json))
        return yes_if(array_has(f->json, v));
    return ANSWER_INVALID;
}

static enum answer matches(const struct found *f, const struct value *v)
{
    if (f->kind != FOUND_STRING)
        return ANSWER_INVALID;
    enum regex_answer answer = regex_match(v->regex, f->text);
    if (answer == REGEX_GAVE_UP)
        return ANSWER_GAVE_UP;
    return yes_if(answer == REGEX_YES);
}

static enum answer starts_or_ends(const struct found *f, enum predicate p,
                                  const struct value *v)
{
    if (!is_text(f))
        return ANSWER_INVALID;
    return yes_if(p == PREDICATE_STARTS_WITH ? str_starts(f->text, v->text)
                                             : str_ends(f->text, v->text));
}

static bool is_collection(const struct found *f)
{
    return f->kind == FOUND_LIST || f->kind == FOUND_TEXTS ||
           (f->kind == FOUND_JSON &&
            (cJSON_IsArray(f->json) || cJSON_IsObject(f->json)));
}

static enum answer is_empty(const struct found *f)
{
    if (is_text(f))
        return yes_if(f->text.len == 0);
    if (f->kind == FOUND_LIST || f->kind == FOUND_TEXTS)
        return yes_if(f->count == 0);
    return is_collection(f) ? yes_if(f->json->child == NULL) : ANSWER_INVALID;
}

/* RFC 3339: date, time and zone, and nothing else. */
static bool is_iso_date(struct str text)
{
    int64_t ms;
    bool zoned = false;
    return text.len > 10 && (text.ptr[10] | 0x20) == 't' &&
           clock_parse(text, &ms, &zoned) == text.len && zoned;
}

static enum answer has_type(const struct found *f, enum predicate p)
{
    bool number = f->kind == FOUND_NUMBER, text = f->kind == FOUND_STRING;
    switch (p) {
    case PREDICATE_IS_INTEGER:
        return yes_if(number && text_is_integer(f->text));
    case PREDICATE_IS_NUMBER:
        return yes_if(number);
    case PREDICATE_IS_STRING:
        return yes_if(text);
    case PREDICATE_IS_BOOLEAN:
        return yes_if(f->kind == FOUND_BOOL);
    case PREDICATE_IS_COLLECTION:
        return yes_if(is_collection(f));
    case PREDICATE_IS_ISO_DATE:
        return yes_if(text && is_iso_date(f->text));
    default:
        return ANSWER_INVALID;
    }
}

/* What is there, against the predicate. */
static enum answer compare_found(const struct found *f, enum predicate p,
                                 const struct value *v)
{
    switch (p) {
    case PREDICATE_IN:
        return is_in(f, v);
    case PREDICATE_CONTAINS:
        return contains(f, v);
    case PREDICATE_INCLUDES:
        return f->kind == FOUND_STRING ? ANSWER_INVALID : contains(f, v);
    case PREDICATE_MATCHES:
        return matches(f, v);
    case PREDICATE_STARTS_WITH:
    case PREDICATE_ENDS_WITH:
        return starts_or_ends(f, p, v);
    case PREDICATE_IS_EMPTY:
        return is_empty(f);
    case PREDICATE_IS_INTEGER:
    case PREDICATE_IS_NUMBER:
    case PREDICATE_IS_STRING:
    case PREDICATE_IS_BOOLEAN:
    case PREDICATE_IS_COLLECTION:
    case PREDICATE_IS_ISO_DATE:
        return has_type(f, p);
    default:
        return compare_ordered(f, p, v);
    }
}

enum answer value_compare(const struct found *found, enum predicate predicate,
                          const struct value *value)
{
    struct found f = found_unwrap(found);
    if (f.kind == FOUND_TOO_MUCH)
        return ANSWER_GAVE_UP;
    if (f.kind == FOUND_UNREADABLE)
        return ANSWER_INVALID;
    if (predicate == PREDICATE_EXISTS)
        return yes_if(
            f.kind != FOUND_NOTHING &&
            ((f.kind != FOUND_LIST && f.kind != FOUND_TEXTS) || f.count > 0));
    if (f.kind == FOUND_NOTHING)
        return ANSWER_INVALID;
    return compare_found(&f, predicate, value);
}

#define FOUND_TEXT_MAX 200

static const char *json_text(struct arena *a, const char *prefix,
                             const cJSON *json)
{
    struct buf text;
    buf_init(&text, FOUND_TEXT_MAX);
    json_print(&text, json);
    const char *shown = arena_printf(
        a, "%s%s%s", prefix, text_elide(a, buf_view(&text), FOUND_TEXT_MAX),
        text.full ? "..." : "");
    buf_release(&text);
    return shown;
}

static const char *texts_text(struct arena *a, const struct found *f)
{
    struct buf text;
    buf_init(&text, FOUND_TEXT_MAX);
    if (f->count == 0)
        return "an empty list";
    buf_printf(&text, "a list of %zu:", f->count);
    for (size_t i = 0; i < f->count && !text.full; i++)
        buf_printf(&text, "%s \"%s\"", i > 0 ? "," : "",
                   text_elide(a, f->part[i], 60));
    const char *shown =
        arena_printf(a, "%s%s", text.ptr, text.full ? "..." : "");
    buf_release(&text);
    return shown;
}

static const char *bytes_text(struct arena *a, const struct found *f)
{
    struct buf text;
    struct str part = str_sub(f->text, 0, 32);
    buf_init(&text, FOUND_TEXT_MAX);
    text_hex(&text, part);
    const char *shown =
        arena_printf(a, "%zu bytes: %s%s", f->text.len, text.ptr,
                     part.len < f->text.len ? "..." : "");
    buf_release(&text);
    return shown;
}

static const char *time_text(struct arena *a, const struct found *f)
{
    struct buf text;
    buf_init(&text, 64);
    if (f->kind == FOUND_DURATION)
        text_duration(&text, f->duration_us);
    else
        clock_format(&text, f->date_ms);
    const char *shown = buf_dup(a, &text);
    buf_release(&text);
    return shown;
}

static const char *list_text(struct arena *a, const struct found *f)
{
    if (f->count == 0)
        return "an empty list";
    return json_text(a, arena_printf(a, "a list of %zu, first ", f->count),
                     f->item[0]);
}

const char *found_text(struct arena *a, const struct found *found)
{
    struct found f = found_unwrap(found);
    switch (f.kind) {
    case FOUND_NOTHING:
        if (f.text.len == 0)
            return "none";
        return arena_printf(a, "nothing: %s", f.text.ptr);
    case FOUND_UNREADABLE:
    case FOUND_TOO_MUCH:
        return arena_printf(a, "nothing: %s", f.text.ptr);
    case FOUND_NUMBER:
        return text_elide(a, f.text, FOUND_TEXT_MAX);
    case FOUND_STRING:
        return arena_printf(a, "\"%s\"", text_elide(a, f.text, FOUND_TEXT_MAX));
    case FOUND_BOOL:
        return f.boolean ? "true" : "false";
    case FOUND_JSON:
        return json_text(a, "", f.json);
    case FOUND_TEXTS:
        return texts_text(a, &f);
    case FOUND_BYTES:
        return bytes_text(a, &f);
    case FOUND_DURATION:
    case FOUND_DATE:
        return time_text(a, &f);
    case FOUND_LIST:
        return list_text(a, &f);
    }
    return "";
}
