/* Filters: a row each, with what reads its arguments and what it makes. */
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/text.h"
#include "expect/arguments.h"
#include "expect/rows.h"
#include "language/jsonpath.h"

#define DAY_MS    INT64_C(86400000)
#define PARTS_MAX 10000

static struct found nothing(const struct filtering *f, const char *why)
{
    return found_nothing(
        arena_printf(f->arena, "filter '%s': %s", f->filter->row->name, why));
}

static bool is_tree(const struct found *in)
{
    return in->kind == FOUND_JSON &&
           (cJSON_IsArray(in->json) || cJSON_IsObject(in->json));
}

static struct found apply_count(const struct filtering *f)
{
    const struct found *in = &f->in;
    if (in->kind == FOUND_LIST || in->kind == FOUND_TEXTS)
        return found_number(f->arena, (int64_t)in->count);
    if (in->kind == FOUND_BYTES)
        return found_number(f->arena, (int64_t)in->text.len);
    if (is_tree(in))
        return found_number(f->arena, cJSON_GetArraySize(in->json));
    return nothing(f, "expected a list, an array or an object");
}

static bool count_domain(struct domain *out, struct arena *a,
                         const struct check *c, const struct query *q)
{
    *out = (struct domain){.low = domain_number(a, 0),
                           .why = "a count is never below 0"};
    if (q->kind == QUERY_BYTES) {
        out->high = domain_number(a, c->max_body_bytes);
        out->bounded = true;
        out->why = "a body has 0 bytes to max_body";
    }
    return true;
}

static bool read_index(struct lexer *x, struct token *t, struct filter *f)
{
    uint64_t index = 0;
    struct str digits = t->text;
    bool back = digits.len > 0 && digits.ptr[0] == '-';
    digits = str_sub(digits, back ? 1 : 0, digits.len);
    if (t->kind != TOKEN_NUMBER || !text_to_u64(digits, 1000000, &index))
        return lexer_refuse(x, t->at, "expected an index such as 0 or -1");
    f->index = back ? -(int64_t)index : (int64_t)index;
    return lexer_next(x, t);
}

static struct found apply_nth(const struct filtering *f)
{
    const struct found *in = &f->in;
    bool array = in->kind == FOUND_JSON && cJSON_IsArray(in->json);
    int64_t count = array ? cJSON_GetArraySize(in->json) : (int64_t)in->count;
    int64_t index = f->filter->index + (f->filter->index < 0 ? count : 0);
    if (!array && in->kind != FOUND_LIST && in->kind != FOUND_TEXTS)
        return nothing(f, "expected a list or an array");
    if (index < 0 || index >= count)
        return nothing(
            f, arena_printf(f->arena, "there are only %lld", (long long)count));
    if (in->kind == FOUND_TEXTS)
        return found_string(in->part[index]);
    return (struct found){.kind = FOUND_JSON,
                          .json = array
                                      ? cJSON_GetArrayItem(in->json, (int)index)
                                      : in->item[index]};
}

static struct found number_in(const struct filtering *f,
                              bool (*fits)(struct str text))
{
    struct str text = str_trim(f->in.text);
    if (f->in.kind != FOUND_STRING && f->in.kind != FOUND_NUMBER)
        return nothing(f, "expected a text or a number");
    if (!text_is_number(text) || !fits(text))
        return nothing(f, arena_printf(f->arena, "%s is none",
                                       text_elide(f->arena, f->in.text, 60)));
    return (struct found){.kind = FOUND_NUMBER, .text = text};
}

static struct found apply_to_int(const struct filtering *f)
{
    return number_in(f, text_is_integer);
}

static struct found apply_to_float(const struct filtering *f)
{
    return number_in(f, text_is_number);
}

static bool read_format(struct lexer *x, struct token *t, struct filter *f)
{
    return t->kind != TOKEN_STRING || argument_text(x, t, &f->text);
}

static struct found apply_to_date(const struct filtering *f)
{
    struct found out = {.kind = FOUND_DATE};
    struct str text = f->in.text, format = f->filter->text;
    bool zoned = false;
    bool ok = format.len == 0
                  ? clock_parse(text, &out.date_ms, &zoned) == text.len
                  : clock_parse_format(text, format, &out.date_ms);
    if (ok && text.len > 0)
        return out;
    return nothing(f, arena_printf(f->arena, "\"%s\" is no such date",
                                   text_elide(f->arena, text, 60)));
}

/* Days are counted as whole ones, towards zero. */
static struct found days_between(const struct filtering *f, int64_t from_ms,
                                 int64_t to_ms)
{
    if (f->in.kind != FOUND_DATE)
        return nothing(f, "expected a date");
    return found_number(f->arena, (to_ms - from_ms) / DAY_MS);
}

static struct found apply_days_after(const struct filtering *f)
{
    return days_between(f, f->subject->response->now_ms, f->in.date_ms);
}

static struct found apply_days_before(const struct filtering *f)
{
    return days_between(f, f->in.date_ms, f->subject->response->now_ms);
}

static struct found apply_lower(const struct filtering *f)
{
    struct str text = f->in.text;
    char *copy = str_dup(f->arena, text);
    for (size_t i = 0; i < text.len; i++)
        if (copy[i] >= 'A' && copy[i] <= 'Z')
            copy[i] = (char)(copy[i] - 'A' + 'a');
    return found_string((struct str){copy, text.len});
}

static struct found apply_trim(const struct filtering *f)
{
    return found_string(str_trim(f->in.text));
}

/* A text that is sought: there is something in it. */
static bool read_sought(struct lexer *x, struct token *t, struct filter *f)
{
    size_t at = t->at;
    if (!argument_text(x, t, &f->text))
        return false;
    return f->text.len > 0 || lexer_refuse(x, at, "empty");
}

static bool read_replace(struct lexer *x, struct token *t, struct filter *f)
{
    return read_sought(x, t, f) && argument_text(x, t, &f->with);
}

static struct found apply_replace(const struct filtering *f)
{
    struct buf out;
    struct str text = f->in.text, old = f->filter->text;
    size_t from = 0;
    buf_init(&out, (text.len + 1) * (f->filter->with.len + 1));
    while (from < text.len) {
        size_t at = str_find(text, old, from);
        buf_str(&out, str_sub(text, from, at - from));
        if (at < text.len)
            buf_str(&out, f->filter->with);
        from = at < text.len ? at + old.len : text.len;
    }
    struct str made = {buf_dup(f->arena, &out), out.len};
    buf_release(&out);
    return found_string(made);
}

static struct found apply_split(const struct filtering *f)
{
    struct str *part = NULL;
    struct str text = f->in.text, separator = f->filter->text;
    size_t count = 0, cap = 0, from = 0;
    for (;;) {
        size_t at = str_find(text, separator, from);
        if (count == PARTS_MAX)
            return nothing(f, "more than 10000 parts");
        part = arena_grow(f->arena, part, count, &cap, sizeof(*part));
        part[count++] = str_sub(text, from, at - from);
        if (at >= text.len)
            return (struct found){
                .kind = FOUND_TEXTS, .part = part, .count = count};
        from = at + separator.len;
    }
}

static bool read_regex(struct lexer *x, struct token *t, struct filter *f)
{
    if (t->kind != TOKEN_REGEX && t->kind != TOKEN_STRING)
        return lexer_refuse(x, t->at, "expected a regex: /.../");
    return argument_regex(x, t, &f->regex) && lexer_next(x, t);
}

static struct found apply_regex(const struct filtering *f)
{
    struct found found = found_match(f->filter->regex, f->in.text, NULL);
    return found.kind == FOUND_NOTHING ? nothing(f, "the regex does not match")
                                       : found;
}

static bool read_path(struct lexer *x, struct token *t, struct filter *f)
{
    if (t->kind != TOKEN_STRING)
        return lexer_refuse(x, t->at, "expected a JSONPath in double quotes");
    return argument_path(x, t, &f->path) && lexer_next(x, t);
}

/* A text is read as JSON, which lives as long as the subject. */
static const cJSON *inner_json(struct subject *s, struct str text)
{
    struct source source = {"text", text};
    struct err e = {.set = false};
    if (s->inner_count == FILTERS_MAX ||
        !json_parse(&s->inner[s->inner_count], &source, &e))
        return NULL;
    return s->inner[s->inner_count++];
}

static struct found apply_jsonpath(const struct filtering *f)
{
    bool text = f->in.kind == FOUND_STRING;
    const cJSON *root = text ? inner_json(f->subject, f->in.text) : f->in.json;
    if (root == NULL)
        return nothing(f, text ? "the text is not JSON"
                               : "expected JSON or a text that is JSON");
    struct found found = found_at_path(f->arena, f->filter->path, root);
    return found.kind == FOUND_NOTHING ? nothing(f, found.text.ptr) : found;
}

const struct filter_row filter_rows[] = {
    {"count", "count", "the number of nodes, elements, members or bytes",
     ON(ANY) | ON(BYTES), GIVES_NUMBER, .apply = apply_count,
     .domain = count_domain},
    {"nth", "nth N", "the element at that index, from the end when negative",
     ON(ANY), GIVES_ANY, .read = read_index, .apply = apply_nth},
    {"toInt", "toInt", "the integer that a text holds", ON_TEXT, GIVES_NUMBER,
     .apply = apply_to_int},
    {"toFloat", "toFloat", "the number that a text holds", ON_TEXT,
     GIVES_NUMBER, .apply = apply_to_float},
    {"toDate", "toDate",
     "a date, from RFC 3339; `toDate \"FORMAT\"` from a format of `%Y` `%m` "
     "`%d` `%H` `%M` `%S` `%b` `%a` `%y` `%z` `%Z`",
     ON_TEXT, GIVES_DATE, .text_only = true, .read = read_format,
     .apply = apply_to_date},
    {"daysAfterNow", "daysAfterNow", "whole days from now to a date", ON(DATE),
     GIVES_DAYS, .apply = apply_days_after},
    {"daysBeforeNow", "daysBeforeNow", "whole days from a date until now",
     ON(DATE), GIVES_DAYS, .apply = apply_days_before},
    {"lower", "lower", "the text in lower case (ASCII letters)", ON_TEXT,
     GIVES_STRING, .text_only = true, .apply = apply_lower},
    {"trim", "trim", "the text without blanks around it", ON_TEXT, GIVES_STRING,
     .text_only = true, .apply = apply_trim},
    {"replace", "replace \"OLD\" \"NEW\"", "the text with each OLD replaced",
     ON_TEXT, GIVES_STRING, .text_only = true, .read = read_replace,
     .apply = apply_replace},
    {"split", "split \"SEPARATOR\"", "the list of its parts", ON_TEXT,
     GIVES_ANY, .text_only = true, .read = read_sought, .apply = apply_split},
    {"regex", "regex /REGEX/", "the first group of the match, or all of it",
     ON_TEXT, GIVES_STRING, .text_only = true, .read = read_regex,
     .apply = apply_regex},
    {"jsonpath", "jsonpath \"PATH\"",
     "what the path selects in JSON, or in a text that is JSON", ON_TEXT,
     GIVES_ANY, .read = read_path, .apply = apply_jsonpath},
};
const size_t filter_row_count = ARRAY_COUNT(filter_rows);
