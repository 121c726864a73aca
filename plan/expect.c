/*
 * Expectations: [not] query [argument] filter... [not] predicate [value]. A
 * table says which predicate takes which values and of what it can be asked;
 * every refusal follows from it.
 */
#include <string.h>

#include "base/text.h"
#include "language/jsonpath.h"
#include "language/regex.h"
#include "model/expectation.h"
#include "plan/plan.h"
#include "plan/query.h"

static bool read_number(struct lexer *x, const struct token *t,
                        struct value *out)
{
    uint64_t bytes = 0;
    out->kind = VALUE_NUMBER;
    if (text_is_number(t->text))
        return true;
    if (text_to_size(t->text, &bytes)) {
        out->text = str_from(
            arena_printf(x->loader->arena, "%llu", (unsigned long long)bytes));
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
        .text = {str_dup(x->loader->arena, t->text), t->text.len}};
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
        return lexer_regex(x, t, &out->regex);
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
    struct value *ends = arena_array(x->loader->arena, 2, sizeof(*ends));
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
        out->item = arena_grow(x->loader->arena, out->item, out->count, &cap,
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

enum takes {
    TAKES_NOTHING,
    TAKES_SCALAR,
    TAKES_ORDERED,
    TAKES_TEXT,
    TAKES_REGEX,
    TAKES_SET
};

struct predicate_rule {
    enum takes takes;
    unsigned on; /* kinds of queries that it can be asked of */
    const char *form, *help;
};

#define ON_ORDERED (ON_NUMBER | ON(DURATION) | ON_TEXT)
#define ON_BYTES   (ON_TEXT | ON(BYTES) | ON(DIGEST))

/* In the order of enum predicate. */
static const struct predicate_rule predicate_rule[] = {
    [PREDICATE_EQUAL] = {TAKES_SCALAR, ON_ALL, "==", "the value is that value"},
    [PREDICATE_NOT_EQUAL] = {TAKES_SCALAR, ON_ALL, "!=",
                             "the value is another one, of the same type"},
    [PREDICATE_LESS] = {TAKES_ORDERED, ON_ORDERED, "<",
                        "the number, duration or text comes before that"},
    [PREDICATE_LESS_EQUAL] = {TAKES_ORDERED, ON_ORDERED,
                              "<=", "it comes before that, or is it"},
    [PREDICATE_GREATER] = {TAKES_ORDERED, ON_ORDERED, ">",
                           "it comes after that"},
    [PREDICATE_GREATER_EQUAL] = {TAKES_ORDERED, ON_ORDERED,
                                 ">=", "it comes after that, or is it"},
    [PREDICATE_CONTAINS] = {TAKES_SCALAR, ON_BYTES, "contains",
                            "a text contains the text; an array or list has "
                            "the value"},
    [PREDICATE_MATCHES] = {TAKES_REGEX, ON_TEXT, "matches /REGEX/imsx",
                           "PCRE2 finds the regex in the text"},
    [PREDICATE_EXISTS] = {TAKES_NOTHING, ON_ALL | ON(DATE), "exists",
                          "the header, the path or what else may be missing "
                          "is there"},
    [PREDICATE_IN] = {TAKES_SET, ON_ALL, "in 200..299",
                      "the number is in the range; `in [200, 301..303]`: the "
                      "value is in the set"},
    [PREDICATE_STARTS_WITH] = {TAKES_TEXT, ON_BYTES, "startsWith",
                               "the text begins so"},
    [PREDICATE_ENDS_WITH] = {TAKES_TEXT, ON_BYTES, "endsWith",
                             "the text ends so"},
    [PREDICATE_INCLUDES] = {TAKES_SCALAR, ON(ANY), "includes",
                            "an array or list has the value"},
    [PREDICATE_IS_EMPTY] = {TAKES_NOTHING, ON_TEXT | ON(BYTES), "isEmpty",
                            "a text, array, object or list has nothing in it"},
    [PREDICATE_IS_INTEGER] = {TAKES_NOTHING, ON(ANY), "isInteger",
                              "a JSON value is an integer; 7.0 is one"},
    [PREDICATE_IS_NUMBER] = {TAKES_NOTHING, ON(ANY), "isNumber",
                             "a JSON value is a number"},
    [PREDICATE_IS_STRING] = {TAKES_NOTHING, ON(ANY), "isString",
                             "a JSON value is a string"},
    [PREDICATE_IS_BOOLEAN] = {TAKES_NOTHING, ON(ANY), "isBoolean",
                              "a JSON value is true or false"},
    [PREDICATE_IS_COLLECTION] = {TAKES_NOTHING, ON(ANY), "isCollection",
                                 "a JSON value is an array or an object"},
    [PREDICATE_IS_ISO_DATE] = {TAKES_NOTHING, ON_TEXT, "isIsoDate",
                               "a text is an RFC 3339 date and time with its "
                               "zone"},
};

static bool takes_value(enum predicate p)
{
    return predicate_rule[p].takes != TAKES_NOTHING;
}

/* What is wrong with this predicate and value, whatever the query. */
static const char *predicate_problem(const struct expect *e)
{
    enum value_kind v = e->value.kind;
    enum takes takes = predicate_rule[e->predicate].takes;
    bool set = v == VALUE_RANGE || v == VALUE_SET;
    if (takes == TAKES_SET)
        return set ? NULL : "'in' takes a range 200..299 or a set [200, 204]";
    if (set)
        return "a range or a set goes with 'in'";
    if (takes == TAKES_REGEX)
        return v == VALUE_REGEX ? NULL : "'matches' takes a regex: /.../";
    if (v == VALUE_REGEX)
        return "a regex goes with 'matches'";
    if (takes == TAKES_ORDERED && v != VALUE_NUMBER && v != VALUE_DURATION &&
        v != VALUE_STRING)
        return "only numbers, durations and strings have an order";
    if (takes == TAKES_TEXT && v != VALUE_STRING && v != VALUE_BYTES)
        return "this predicate takes a string in double quotes";
    return NULL;
}

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

const char *query_type_name(enum query_type type)
{
    return type_row[type].name;
}

static bool value_fits(enum query_type gives, const struct value *v)
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
    buf_init(&text, 2 * VALUE_BYTES_MAX);
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

/* Values as the query's type has them. */
static void convert(struct arena *a, enum query_type gives, struct value *v)
{
    for (size_t i = 0; i < v->count; i++)
        convert(a, gives, &v->item[i]);
    if (gives == GIVES_DURATION)
        use_milliseconds(v);
    else if (gives == GIVES_DAYS)
        use_days(a, v);
    else if (gives == GIVES_DIGEST)
        use_digits(a, v);
}

static bool check_types(struct lexer *x, size_t at, struct expect *e)
{
    enum query_type gives = query_gives(&e->query);
    const char *problem =
        takes_value(e->predicate) ? predicate_problem(e) : NULL;
    if (problem != NULL)
        return lexer_refuse(x, at, problem);
    if (e->predicate == PREDICATE_EXISTS)
        return query_may_be_missing(&e->query) ||
               lexer_refuse(x, at, "every response has one: this cannot fail");
    convert(x->loader->arena, gives, &e->value);
    if (x->late)
        return true; /* the value's type is not known yet */
    if ((predicate_rule[e->predicate].on >> gives & 1u) == 0)
        return lexer_refusef(x, at, "'%s' cannot be asked of %s",
                             name_of(&predicate_names, (int)e->predicate),
                             type_row[gives].name);
    if (takes_value(e->predicate) && !value_fits(gives, &e->value))
        return lexer_refusef(x, at, "this gives %s: compare it with %s",
                             type_row[gives].name, type_row[gives].with);
    return true;
}

/* Neither a filter nor a predicate: the nearest of both is meant. */
static bool read_predicate(struct lexer *x, const struct token *t,
                           enum predicate *out)
{
    const char *known[64];
    size_t count = 0;
    int found = 0;
    if (t->kind == TOKEN_WORD && name_find(&predicate_names, t->text, &found)) {
        *out = (enum predicate)found;
        return true;
    }
    for (size_t i = 0; i < predicate_names.count; i++)
        known[count++] = predicate_names.name[i];
    for (size_t i = 0; i < filter_names.count; i++)
        known[count++] = filter_names.name[i];
    struct hint near = text_hint(t->text, known, count);
    if (t->kind == TOKEN_WORD && near.text[0] != '\0')
        return lexer_refusef(x, t->at, "unknown predicate or filter '%.*s'%s",
                             STR_ARGS(t->text), near.text);
    return lexer_word(x, t, &predicate_names, &found);
}

/* Hurl writes its `not` before the predicate; here it may stand first, too. */
static bool read_not(struct lexer *x, struct token *t, bool *negated)
{
    if (t->kind != TOKEN_WORD || !str_is(t->text, "not"))
        return true;
    if (*negated)
        return lexer_refuse(x, t->at, "a second 'not'");
    *negated = true;
    return lexer_next(x, t);
}

/* The regex of `matches` may stand in double quotes, as in Hurl. */
static bool read_operand(struct lexer *x, struct token *t, struct expect *e)
{
    if (e->predicate != PREDICATE_MATCHES || t->kind != TOKEN_STRING)
        return read_value(x, t, &e->value);
    e->value = (struct value){
        .kind = VALUE_REGEX,
        .text = {str_dup(x->loader->arena, t->text), t->text.len}};
    return lexer_regex(x, t, &e->value.regex) && lexer_next(x, t);
}

static bool read_expectation(struct lexer *x, struct expect *e)
{
    struct token t;
    if (!lexer_next(x, &t) || !read_not(x, &t, &e->negated))
        return false;
    resolved_mark(x, RESOLVED_QUERY, t.at);
    if (!query_read(x, &t, &e->query))
        return false;
    resolved_mark(x, RESOLVED_PREDICATE, t.at);
    if (!read_not(x, &t, &e->negated))
        return false;
    size_t at = t.at;
    e->asked = str_trim(str_sub(e->text, at, e->text.len));
    e->asked_pos = yaml_pos_in(x->node, at);
    if (!read_predicate(x, &t, &e->predicate))
        return false;
    resolved_mark(x, RESOLVED_VALUE, x->at);
    if (!lexer_next(x, &t))
        return false;
    if (takes_value(e->predicate) && !read_operand(x, &t, e))
        return false;
    if (t.kind != TOKEN_END)
        return lexer_refuse(x, t.at, "unexpected text after the expectation");
    return check_types(x, at, e);
}

static bool need_text(struct loader *l, const struct yaml_node *n)
{
    if (n->kind == YAML_SCALAR && str_trim(n->text).len > 0)
        return true;
    diags_add(l->diags, n->pos, "expected an expectation, found %s",
              yaml_kind_name(n));
    return false;
}

bool expect_parse(struct loader *l, const struct yaml_node *n,
                  struct expect *out)
{
    struct resolved resolved;
    struct lexer x = {
        .loader = l, .resolved = &resolved, .node = n, .text = n->text};
    size_t late = l->late_count;
    *out = (struct expect){.text = n->text, .pos = n->pos};
    resolved_begin(&resolved);
    bool ok = need_text(l, n) && read_expectation(&x, out);
    if (ok)
        resolved_end(&x, out);
    resolved_release(&resolved);
    out->late = l->late_count > late;
    return ok;
}

static bool read_query_alone(struct lexer *x, struct query *out)
{
    struct token t;
    struct expect whole = {.negated = false};
    if (!need_text(x->loader, x->node) || !lexer_next(x, &t) ||
        !query_read(x, &t, out))
        return false;
    if (t.kind != TOKEN_END)
        return lexer_refuse(x, t.at, "unexpected text after the query");
    resolved_mark(x, RESOLVED_PREDICATE, x->text.len);
    resolved_end(x, &whole);
    out->written = whole.subject;
    return true;
}

bool query_parse(struct loader *l, const struct yaml_node *n, struct query *out)
{
    struct resolved resolved;
    struct lexer x = {
        .loader = l, .resolved = &resolved, .node = n, .text = n->text};
    resolved_begin(&resolved);
    bool ok = read_query_alone(&x, out);
    resolved_release(&resolved);
    return ok;
}

struct word_doc plan_predicate_doc(size_t index)
{
    return (struct word_doc){predicate_rule[index].form,
                             predicate_rule[index].help};
}
