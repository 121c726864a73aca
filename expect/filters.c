/* Filters: from what a query found to what is compared, strictly typed. */
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/text.h"
#include "expect/value.h"
#include "language/jsonpath.h"
#include "language/regex.h"

#define DAY_MS    INT64_C(86400000)
#define PARTS_MAX 10000

static struct found nothing(struct arena *a, const struct filter *f,
                            const char *why)
{
    return (struct found){
        .kind = FOUND_NOTHING,
        .text = str_from(arena_printf(
            a, "filter '%s': %s", name_of(&filter_names, (int)f->kind), why))};
}

static struct found text_found(struct str text)
{
    return (struct found){.kind = FOUND_STRING, .text = text};
}

static struct found number_found(struct arena *a, int64_t n)
{
    return (struct found){.kind = FOUND_NUMBER,
                          .text =
                              str_from(arena_printf(a, "%lld", (long long)n))};
}

static struct found count_of(struct arena *a, const struct filter *f,
                             const struct found *in)
{
    if (in->kind == FOUND_LIST || in->kind == FOUND_TEXTS)
        return number_found(a, (int64_t)in->count);
    if (in->kind == FOUND_BYTES)
        return number_found(a, (int64_t)in->text.len);
    if (in->kind == FOUND_JSON &&
        (cJSON_IsArray(in->json) || cJSON_IsObject(in->json)))
        return number_found(a, cJSON_GetArraySize(in->json));
    return nothing(a, f, "expected a list, an array or an object");
}

static struct found nth_of(struct arena *a, const struct filter *f,
                           const struct found *in)
{
    bool array = in->kind == FOUND_JSON && cJSON_IsArray(in->json);
    int64_t count = array ? cJSON_GetArraySize(in->json) : (int64_t)in->count;
    int64_t index = f->index < 0 ? f->index + count : f->index;
    if (!array && in->kind != FOUND_LIST && in->kind != FOUND_TEXTS)
        return nothing(a, f, "expected a list or an array");
    if (index < 0 || index >= count)
        return nothing(
            a, f, arena_printf(a, "there are only %lld", (long long)count));
    if (in->kind == FOUND_TEXTS)
        return text_found(in->part[index]);
    return (struct found){.kind = FOUND_JSON,
                          .json = array
                                      ? cJSON_GetArrayItem(in->json, (int)index)
                                      : in->item[index]};
}

static struct found to_number(struct arena *a, const struct filter *f,
                              const struct found *in)
{
    struct str text = str_trim(in->text);
    if (in->kind != FOUND_STRING && in->kind != FOUND_NUMBER)
        return nothing(a, f, "expected a text or a number");
    if (!text_is_number(text) ||
        (f->kind == FILTER_TO_INT && !text_is_integer(text)))
        return nothing(
            a, f, arena_printf(a, "%s is none", text_elide(a, in->text, 60)));
    return (struct found){.kind = FOUND_NUMBER, .text = text};
}

/* Days are counted as whole ones, towards zero. */
static struct found days(struct arena *a, const struct filter *f,
                         const struct found *in, int64_t now_ms)
{
    int64_t ms = f->kind == FILTER_DAYS_AFTER_NOW ? in->date_ms - now_ms
                                                  : now_ms - in->date_ms;
    if (in->kind != FOUND_DATE)
        return nothing(a, f, "expected a date");
    return number_found(a, ms / DAY_MS);
}

static struct found to_date(struct arena *a, const struct filter *f,
                            const struct found *in)
{
    struct found out = {.kind = FOUND_DATE};
    bool zoned = false;
    bool ok = f->text.len == 0
                  ? clock_parse(in->text, &out.date_ms, &zoned) == in->text.len
                  : clock_parse_format(in->text, f->text, &out.date_ms);
    if (ok && in->text.len > 0)
        return out;
    return nothing(
        a, f,
        arena_printf(a, "\"%s\" is no such date", text_elide(a, in->text, 60)));
}

static struct found lower(struct arena *a, struct str text)
{
    char *copy = str_dup(a, text);
    for (size_t i = 0; i < text.len; i++)
        if (copy[i] >= 'A' && copy[i] <= 'Z')
            copy[i] = (char)(copy[i] - 'A' + 'a');
    return text_found((struct str){copy, text.len});
}

static struct found replace(struct arena *a, const struct filter *f,
                            struct str text)
{
    struct buf out;
    size_t from = 0;
    buf_init(&out, (text.len + 1) * (f->with.len + 1));
    while (from < text.len) {
        size_t at = str_find(text, f->text, from);
        buf_str(&out, str_sub(text, from, at - from));
        if (at < text.len)
            buf_str(&out, f->with);
        from = at < text.len ? at + f->text.len : text.len;
    }
    struct found found = text_found((struct str){buf_dup(a, &out), out.len});
    buf_release(&out);
    return found;
}

static struct found split(struct arena *a, const struct filter *f,
                          struct str text)
{
    struct str *part = NULL;
    size_t count = 0, cap = 0, from = 0;
    for (;;) {
        size_t at = str_find(text, f->text, from);
        if (count == PARTS_MAX)
            return nothing(a, f, "more than 10000 parts");
        part = arena_grow(a, part, count, &cap, sizeof(*part));
        part[count++] = str_sub(text, from, at - from);
        if (at >= text.len)
            return (struct found){
                .kind = FOUND_TEXTS, .part = part, .count = count};
        from = at + f->text.len;
    }
}

/* The first group; the whole match when the regex has none. */
static struct found find_regex(struct arena *a, const struct filter *f,
                               struct str text)
{
    enum regex_answer answer = regex_match(f->regex, text);
    if (answer == REGEX_GAVE_UP)
        return (struct found){.kind = FOUND_TOO_MUCH,
                              .text = STR("the regex gave up")};
    if (answer == REGEX_NO)
        return nothing(a, f, "the regex does not match");
    bool grouped = regex_group(f->regex, text, 1).ptr != NULL;
    return text_found(regex_group(f->regex, text, grouped ? 1 : 0));
}

static struct found find_path(struct subject *s, struct arena *a,
                              const struct filter *f, const struct found *in)
{
    struct jsonpath_nodes nodes;
    const cJSON *root = in->json;
    if (in->kind == FOUND_STRING) {
        struct source source = {"text", in->text};
        struct err e = {.set = false};
        if (s->inner_count == SUBJECT_INNER_MAX ||
            !json_parse(&s->inner[s->inner_count], &source, &e))
            return nothing(a, f, "the text is not JSON");
        root = s->inner[s->inner_count++];
    } else if (in->kind != FOUND_JSON) {
        return nothing(a, f, "expected JSON or a text that is JSON");
    }
    if (!jsonpath_select(&nodes, a, f->path, root))
        return (struct found){.kind = FOUND_TOO_MUCH,
                              .text = STR("more nodes than are looked at")};
    if (!jsonpath_is_singular(f->path))
        return (struct found){
            .kind = FOUND_LIST, .item = nodes.item, .count = nodes.count};
    if (nodes.count == 0)
        return nothing(a, f, jsonpath_explain_missing(a, f->path, root));
    return (struct found){.kind = FOUND_JSON, .json = nodes.item[0]};
}

static struct found on_text(struct arena *a, const struct filter *f,
                            const struct found *in)
{
    if (in->kind != FOUND_STRING)
        return nothing(a, f, "expected a text");
    switch (f->kind) {
    case FILTER_TO_DATE:
        return to_date(a, f, in);
    case FILTER_LOWER:
        return lower(a, in->text);
    case FILTER_TRIM:
        return text_found(str_trim(in->text));
    case FILTER_REPLACE:
        return replace(a, f, in->text);
    case FILTER_SPLIT:
        return split(a, f, in->text);
    case FILTER_REGEX:
        return find_regex(a, f, in->text);
    default:
        return nothing(a, f, "not a filter of texts");
    }
}

struct found filter_apply(struct subject *s, struct arena *a,
                          const struct filter *f, const struct found *found)
{
    struct found in = found_unwrap(found);
    if (in.kind == FOUND_NOTHING || in.kind == FOUND_UNREADABLE ||
        in.kind == FOUND_TOO_MUCH)
        return in;
    switch (f->kind) {
    case FILTER_COUNT:
        return count_of(a, f, &in);
    case FILTER_NTH:
        return nth_of(a, f, &in);
    case FILTER_TO_INT:
    case FILTER_TO_FLOAT:
        return to_number(a, f, &in);
    case FILTER_DAYS_AFTER_NOW:
    case FILTER_DAYS_BEFORE_NOW:
        return days(a, f, &in, s->response->now_ms);
    case FILTER_JSONPATH:
        return find_path(s, a, f, in.kind == FOUND_STRING ? &in : found);
    default:
        return on_text(a, f, &in);
    }
}
