/* Queries over a response, and typed comparison: never a silent zero. */
#include "probe/value.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/jsonpath.h"
#include "base/regex.h"
#include "base/text.h"

void subject_release(struct subject *s)
{
    cJSON_Delete(s->json);
    s->json = NULL;
    while (s->inner_count > 0)
        cJSON_Delete(s->inner[--s->inner_count]);
}

static struct found nothing(const char *why)
{
    return (struct found){.kind = FOUND_NOTHING, .text = str_from(why)};
}

static struct found unreadable(const char *why)
{
    return (struct found){.kind = FOUND_UNREADABLE, .text = str_from(why)};
}

static struct found find_header(const struct response *r, const char *name)
{
    struct str rest = r->head;
    while (rest.len > 0) {
        struct str value;
        struct str line = str_cut(rest, '\n', &rest);
        struct str key = str_cut(line, ':', &value);
        if (key.len < line.len && str_equal_nocase(key, str_from(name)))
            return (struct found){.kind = FOUND_STRING,
                                  .text = str_trim(value)};
    }
    return nothing("the response has no such header");
}

static const char *describe_body(struct arena *a, const struct subject *s,
                                 const struct err *e)
{
    struct buf size;
    buf_init(&size, 64);
    text_size(&size, s->response->body.len);
    const char *text = arena_printf(
        a, "the body is not JSON: %s, %s, starts with %s (%s at %u:%u)",
        s->content_type == NULL ? "no content type" : s->content_type, size.ptr,
        text_elide(a, s->response->body, 30), e->text, e->pos.line,
        e->pos.column);
    buf_release(&size);
    return text;
}

static void read_json(struct subject *s, struct arena *a)
{
    if (s->json_tried)
        return;
    s->json_tried = true;
    struct source source = {"body", s->response->body};
    struct err e = {.set = false};
    if (s->response->body.len == 0)
        s->json_problem = "the body is empty";
    else if (!json_parse(&s->json, &source, &e))
        s->json_problem = describe_body(a, s, &e);
}

static struct found find_jsonpath(struct subject *s, struct arena *a,
                                  const struct query *q)
{
    struct jsonpath_nodes nodes;
    read_json(s, a);
    if (s->json == NULL)
        return unreadable(s->json_problem);
    if (!jsonpath_select(&nodes, a, q->path, s->json))
        return (struct found){.kind = FOUND_TOO_MUCH,
                              .text = STR("more nodes than are looked at")};
    if (!jsonpath_is_singular(q->path))
        return (struct found){
            .kind = FOUND_LIST, .item = nodes.item, .count = nodes.count};
    if (nodes.count == 0)
        return nothing(jsonpath_explain_missing(a, q->path, s->json));
    return (struct found){.kind = FOUND_JSON, .json = nodes.item[0]};
}

static struct found find_unfiltered(struct subject *s, struct arena *a,
                                    const struct query *q)
{
    const struct response *r = s->response;
    switch (q->kind) {
    case QUERY_STATUS:
        return (struct found){
            .kind = FOUND_NUMBER,
            .text = str_from(arena_printf(a, "%lld", (long long)r->status))};
    case QUERY_HEADER:
        return find_header(r, q->argument);
    case QUERY_BODY:
        return (struct found){.kind = FOUND_STRING, .text = r->body};
    case QUERY_JSONPATH:
        return find_jsonpath(s, a, q);
    case QUERY_DURATION:
        return (struct found){.kind = FOUND_DURATION,
                              .duration_us = r->duration_us};
    }
    return nothing("");
}

struct found query_find(struct subject *s, struct arena *a,
                        const struct query *q)
{
    struct found found = find_unfiltered(s, a, q);
    for (size_t i = 0; i < q->filter_count; i++)
        found = filter_apply(s, a, &q->filter[i], &found);
    return found;
}

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
        return f->kind == FOUND_STRING;
    case VALUE_BOOL:
        return f->kind == FOUND_JSON && cJSON_IsBool(f->json);
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
        return order_of(f->text, v->text);
    case VALUE_BOOL:
        return (int)cJSON_IsTrue(f->json) - (int)v->boolean;
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

/* A text contains a text; an array or a list of nodes contains a value. */
static enum answer contains(const struct found *f, const struct value *v)
{
    if (f->kind == FOUND_STRING && v->kind == VALUE_STRING)
        return yes_if(str_find(f->text, v->text, 0) < f->text.len);
    if (f->kind == FOUND_LIST) {
        for (size_t i = 0; i < f->count; i++)
            if (node_equals(f->item[i], v) == ANSWER_YES)
                return ANSWER_YES;
        return ANSWER_NO;
    }
    if (f->kind == FOUND_TEXTS && v->kind == VALUE_STRING) {
        for (size_t i = 0; i < f->count; i++)
            if (str_equal(f->part[i], v->text))
                return ANSWER_YES;
        return ANSWER_NO;
    }
    if (f->kind != FOUND_JSON || !cJSON_IsArray(f->json))
        return ANSWER_INVALID;
    for (const cJSON *c = f->json->child; c != NULL; c = c->next)
        if (node_equals(c, v) == ANSWER_YES)
            return ANSWER_YES;
    return ANSWER_NO;
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
    if (f->kind != FOUND_STRING)
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
    if (f->kind == FOUND_STRING)
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
        return yes_if(f->kind == FOUND_JSON && cJSON_IsBool(f->json));
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
        return yes_if(f.kind != FOUND_NOTHING &&
                      (f.kind != FOUND_LIST || f.count > 0));
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

const char *found_text(struct arena *a, const struct found *found)
{
    struct found f = found_unwrap(found);
    const char *shown;
    struct buf text;
    switch (f.kind) {
    case FOUND_NOTHING:
    case FOUND_UNREADABLE:
    case FOUND_TOO_MUCH:
        return arena_printf(a, "nothing: %s", f.text.ptr);
    case FOUND_NUMBER:
        return text_elide(a, f.text, FOUND_TEXT_MAX);
    case FOUND_STRING:
        return arena_printf(a, "\"%s\"", text_elide(a, f.text, FOUND_TEXT_MAX));
    case FOUND_DURATION:
        buf_init(&text, 64);
        text_duration(&text, f.duration_us);
        shown = buf_dup(a, &text);
        buf_release(&text);
        return shown;
    case FOUND_JSON:
        return json_text(a, "", f.json);
    case FOUND_TEXTS:
        return arena_printf(a, "a list of %zu texts", f.count);
    case FOUND_DATE:
        buf_init(&text, 64);
        clock_format(&text, f.date_ms);
        shown = buf_dup(a, &text);
        buf_release(&text);
        return shown;
    case FOUND_LIST:
        return f.count == 0 ? "an empty list"
                            : json_text(a,
                                        arena_printf(a,
                                                     "a list of %zu, "
                                                     "first ",
                                                     f.count),
                                        f.item[0]);
    }
    return "";
}
