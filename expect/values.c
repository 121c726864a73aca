/*
 * The values of predicates: read, checked against what a predicate takes, and
 * brought to the type that a query gives.
 */
#include <string.h>

#include "base/text.h"
#include "expect/arguments.h"
#include "expect/rows.h"

static bool read_number(struct lexer *x, const struct token *t,
                        struct value *out)
{
    uint64_t bytes = 0;
    out->kind = VALUE_NUMBER;
    if (text_is_number(t->text))
        return true;
    if (text_to_size(t->text, &bytes)) {
        out->text = str_from(
            arena_printf(x->reader->arena, "%llu", (unsigned long long)bytes));
        return true;
    }
    out->kind = VALUE_DURATION;
    if (text_to_duration_us(t->text, &out->duration_us))
        return true;
    return lexer_refuse(x, t->at,
                        "no number, no duration such as 800ms or 2s, and no "
                        "size such as 64kB or 4MiB");
}

static bool read_constant(struct lexer *x, const struct token *t,
                          struct value *out)
{
    if (str_is(t->text, "true") || str_is(t->text, "false")) {
        out->kind = VALUE_BOOL;
        out->boolean = str_is(t->text, "true");
        return true;
    }
    if (str_is(t->text, "null")) {
        out->kind = VALUE_NULL;
        return true;
    }
    return lexer_refusef(
        x, t->at,
        "expected a value: a number, a duration, true, false, null, or a "
        "string in double quotes; did you mean \"%.*s\"?",
        t->text.len < 60 ? (int)t->text.len : 60, t->text.ptr);
}

static bool read_scalar(struct lexer *x, const struct token *t,
                        struct value *out)
{
    *out = (struct value){
        .text = {str_dup(x->reader->arena, t->text), t->text.len}};
    switch (t->kind) {
    case TOKEN_STRING:
        out->kind = VALUE_STRING;
        return true;
    case TOKEN_BYTES:
        out->kind = VALUE_BYTES;
        return true;
    case TOKEN_NUMBER:
        return read_number(x, t, out);
    case TOKEN_REGEX:
        out->kind = VALUE_REGEX;
        return argument_regex(x, t, &out->regex);
    case TOKEN_WORD:
        return read_constant(x, t, out);
    case TOKEN_END:
    case TOKEN_RANGE:
    case TOKEN_OPEN:
    case TOKEN_CLOSE:
    case TOKEN_COMMA:
        break;
    }
    return lexer_refuse(x, t->at, "expected a value");
}

/* low..high, whose first value is already read; t is the token after it */
static bool read_range(struct lexer *x, struct token *t, struct value *out)
{
    struct value low = *out;
    struct value *ends = arena_array(x->reader->arena, 2, sizeof(*ends));
    if (!lexer_next(x, t) || !read_scalar(x, t, &ends[1]))
        return false;
    ends[0] = low;
    if (ends[0].kind != VALUE_NUMBER || ends[1].kind != VALUE_NUMBER)
        return lexer_refuse(x, t->at, "a range goes from a number to a number");
    if (text_compare_numbers(ends[0].text, ends[1].text) > 0)
        return lexer_refuse(x, t->at, "the range ends below its start");
    *out = (struct value){.kind = VALUE_RANGE, .item = ends, .count = 2};
    return lexer_next(x, t);
}

static bool read_item(struct lexer *x, struct token *t, struct value *out)
{
    if (!read_scalar(x, t, out) || !lexer_next(x, t))
        return false;
    return t->kind != TOKEN_RANGE || read_range(x, t, out);
}

/* t is the token after '['; on return it is the one after ']' */
static bool read_set(struct lexer *x, struct token *t, struct value *out)
{
    size_t cap = 0;
    *out = (struct value){.kind = VALUE_SET};
    for (;;) {
        out->item = arena_grow(x->reader->arena, out->item, out->count, &cap,
                               sizeof(*out->item));
        if (!read_item(x, t, &out->item[out->count++]))
            return false;
        if (t->kind == TOKEN_CLOSE)
            return lexer_next(x, t);
        if (t->kind != TOKEN_COMMA)
            return lexer_refuse(x, t->at, "expected ',' or ']'");
        if (!lexer_next(x, t))
            return false;
    }
}

/* The value that starts with token t; t becomes the token after it. */
static bool read_value(struct lexer *x, struct token *t, struct value *out)
{
    if (t->kind == TOKEN_OPEN)
        return lexer_next(x, t) && read_set(x, t, out);
    return read_item(x, t, out);
}

/* The regex of `matches` may stand in double quotes, as in Hurl. */
static bool read_pattern(struct lexer *x, struct token *t, struct value *out)
{
    if (t->kind != TOKEN_STRING)
        return read_value(x, t, out);
    *out = (struct value){
        .kind = VALUE_REGEX,
        .text = {str_dup(x->reader->arena, t->text), t->text.len}};
    return argument_regex(x, t, &out->regex) && lexer_next(x, t);
}

static bool is_set(const struct value *v)
{
    return v->kind == VALUE_RANGE || v->kind == VALUE_SET;
}

static const char *scalar_problem(const struct value *v)
{
    if (is_set(v))
        return "a range or a set goes with 'in'";
    return v->kind == VALUE_REGEX ? "a regex goes with 'matches'" : NULL;
}

static const char *order_problem(const struct value *v)
{
    bool ordered = v->kind == VALUE_NUMBER || v->kind == VALUE_DURATION ||
                   v->kind == VALUE_STRING;
    const char *problem = scalar_problem(v);
    return problem != NULL || ordered
               ? problem
               : "only numbers, durations and strings have an order";
}

static const char *text_problem(const struct value *v)
{
    bool text = v->kind == VALUE_STRING || v->kind == VALUE_BYTES;
    const char *problem = scalar_problem(v);
    return problem != NULL || text
               ? problem
               : "this predicate takes a string in double quotes";
}

static const char *regex_problem(const struct value *v)
{
    if (is_set(v))
        return scalar_problem(v);
    return v->kind == VALUE_REGEX ? NULL : "'matches' takes a regex: /.../";
}

static const char *set_problem(const struct value *v)
{
    return is_set(v) ? NULL : "'in' takes a range 200..299 or a set [200, 204]";
}

const struct operand any_scalar = {read_value, scalar_problem};
const struct operand ordered_scalar = {read_value, order_problem};
const struct operand quoted_text = {read_value, text_problem};
const struct operand a_regex = {read_pattern, regex_problem};
const struct operand a_set = {read_value, set_problem};

static bool all_items(const struct value *v, enum value_kind kind)
{
    if (v->kind != VALUE_RANGE && v->kind != VALUE_SET)
        return v->kind == kind;
    for (size_t i = 0; i < v->count; i++)
        if (!all_items(&v->item[i], kind))
            return false;
    return true;
}

/* What each type is called, and what it is compared with. */
static const struct {
    const char *name, *with;
} type_row[] = {
    [GIVES_NUMBER] = {"a number", "numbers"},
    [GIVES_DAYS] = {"a number of days", "numbers, or whole days such as 14d"},
    [GIVES_DURATION] = {"a duration", "one, such as 800ms"},
    [GIVES_STRING] = {"a string", "a string in double quotes"},
    [GIVES_BYTES] = {"bytes", "a string in double quotes, hex,...; or "
                              "base64,...;"},
    [GIVES_DIGEST] = {"a digest", "hexadecimal digits in double quotes, or "
                                  "hex,...;"},
    [GIVES_DATE] = {"a date", "nothing: follow it with daysAfterNow or "
                              "daysBeforeNow"},
    [GIVES_ANY] = {"a JSON value", "numbers, strings, true, false or null"},
};

const char *type_name(enum query_type type)
{
    return type_row[type].name;
}

const char *type_compares_with(enum query_type type)
{
    return type_row[type].with;
}

bool value_fits(enum query_type gives, const struct value *v)
{
    switch (gives) {
    case GIVES_NUMBER:
    case GIVES_DAYS:
        return all_items(v, VALUE_NUMBER);
    case GIVES_DURATION:
        return all_items(v, VALUE_DURATION);
    case GIVES_STRING:
    case GIVES_DIGEST:
        return v->kind == VALUE_REGEX || all_items(v, VALUE_STRING);
    case GIVES_BYTES:
        return all_items(v, VALUE_STRING) || all_items(v, VALUE_BYTES);
    case GIVES_DATE:
        return false;
    case GIVES_ANY:
        break;
    }
    return v->kind == VALUE_REGEX ||
           (!all_items(v, VALUE_DURATION) && !all_items(v, VALUE_BYTES));
}

/* A bare number after `duration` is in milliseconds, as in Hurl. */
static void use_milliseconds(struct value *v)
{
    int64_t us = 0;
    char text[40];
    if (v->kind != VALUE_NUMBER || v->text.len > 30)
        return;
    memcpy(text, v->text.ptr, v->text.len);
    memcpy(text + v->text.len, "ms", 3);
    if (text_to_duration_us(str_from(text), &us)) {
        v->kind = VALUE_DURATION;
        v->duration_us = us;
    }
}

#define DAY_US INT64_C(86400000000)

static void use_days(struct arena *a, struct value *v)
{
    if (v->kind != VALUE_DURATION || v->duration_us % DAY_US != 0)
        return;
    v->kind = VALUE_NUMBER;
    v->text =
        str_from(arena_printf(a, "%lld", (long long)(v->duration_us / DAY_US)));
}

/* Digits in any case, and hex,...; become lower-case digits. */
static void use_digits(struct arena *a, struct value *v)
{
    struct buf text;
    char *digits = str_dup(a, v->text);
    buf_init(&text, 2 * TOKEN_BYTES_MAX);
    if (v->kind == VALUE_BYTES) {
        text_hex(&text, v->text);
        v->text = (struct str){buf_dup(a, &text), text.len};
        v->kind = VALUE_STRING;
    } else if (v->kind == VALUE_STRING) {
        for (size_t i = 0; i < v->text.len; i++)
            if (digits[i] >= 'A' && digits[i] <= 'F')
                digits[i] = (char)(digits[i] - 'A' + 'a');
        v->text.ptr = digits;
    }
    buf_release(&text);
}

void value_convert(struct arena *a, enum query_type gives, struct value *v)
{
    for (size_t i = 0; i < v->count; i++)
        value_convert(a, gives, &v->item[i]);
    if (gives == GIVES_DURATION)
        use_milliseconds(v);
    else if (gives == GIVES_DAYS)
        use_days(a, v);
    else if (gives == GIVES_DIGEST)
        use_digits(a, v);
}
