/*
 * Expectations: [not] query [argument] filter... predicate [value]. A table
 * says which predicate takes which values and of what it can be asked; every
 * refusal follows from it.
 */
#include "model/expect.h"

#include <string.h>

#include "base/jsonpath.h"
#include "base/regex.h"
#include "base/text.h"
#include "plan/query.h"

static bool read_number(struct lexer *x, const struct token *t,
                        struct value *out)
{
    out->kind = VALUE_NUMBER;
    if (text_is_number(t->text))
        return true;
    out->kind = VALUE_DURATION;
    if (text_to_duration_us(t->text, &out->duration_us))
        return true;
    return lexer_refuse(x, t->at,
                        "no number, and no duration such as 800ms or 2s");
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
    return lexer_refuse(
        x, t->at,
        "expected a value: a number, a duration, true, false, null, "
        "or a text in double quotes");
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
};

/* In the order of enum predicate. */
static const struct predicate_rule predicate_rule[] = {
    [PREDICATE_EQUAL] = {TAKES_SCALAR, ON_ALL},
    [PREDICATE_NOT_EQUAL] = {TAKES_SCALAR, ON_ALL},
    [PREDICATE_LESS] = {TAKES_ORDERED, ON_ALL},
    [PREDICATE_LESS_EQUAL] = {TAKES_ORDERED, ON_ALL},
    [PREDICATE_GREATER] = {TAKES_ORDERED, ON_ALL},
    [PREDICATE_GREATER_EQUAL] = {TAKES_ORDERED, ON_ALL},
    [PREDICATE_CONTAINS] = {TAKES_SCALAR, ON_STRING | ON_JSON},
    [PREDICATE_MATCHES] = {TAKES_REGEX, ON_STRING | ON_JSON},
    [PREDICATE_EXISTS] = {TAKES_NOTHING, ON_ALL | ON_DATE},
    [PREDICATE_IN] = {TAKES_SET, ON_ALL},
    [PREDICATE_STARTS_WITH] = {TAKES_TEXT, ON_STRING | ON_JSON},
    [PREDICATE_ENDS_WITH] = {TAKES_TEXT, ON_STRING | ON_JSON},
    [PREDICATE_INCLUDES] = {TAKES_SCALAR, ON_JSON},
    [PREDICATE_IS_EMPTY] = {TAKES_NOTHING, ON_STRING | ON_JSON},
    [PREDICATE_IS_INTEGER] = {TAKES_NOTHING, ON_JSON},
    [PREDICATE_IS_NUMBER] = {TAKES_NOTHING, ON_JSON},
    [PREDICATE_IS_STRING] = {TAKES_NOTHING, ON_JSON},
    [PREDICATE_IS_BOOLEAN] = {TAKES_NOTHING, ON_JSON},
    [PREDICATE_IS_COLLECTION] = {TAKES_NOTHING, ON_JSON},
    [PREDICATE_IS_ISO_DATE] = {TAKES_NOTHING, ON_STRING | ON_JSON},
};

static bool takes_value(enum predicate p)
{
    return predicate_rule[p].takes != TAKES_NOTHING;
}

/* Texts that every text holds, starts and ends with. */
static bool is_trivial(const struct expect *e)
{
    return e->value.kind == VALUE_STRING && e->value.text.len == 0 &&
           (e->predicate == PREDICATE_CONTAINS ||
            predicate_rule[e->predicate].takes == TAKES_TEXT);
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
        return "only numbers, durations and texts have an order";
    if (takes == TAKES_TEXT && v != VALUE_STRING)
        return "this predicate takes a text in double quotes";
    return is_trivial(e) ? "every text does so with \"\": this cannot fail"
                         : NULL;
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

static const char *subject_problem(enum query_type gives)
{
    switch (gives) {
    case GIVES_NUMBER:
        return "this query gives a number: compare it with numbers";
    case GIVES_DURATION:
        return "this query gives a duration: compare it with one, such as "
               "800ms";
    case GIVES_STRING:
        return "this query gives a text: compare it with a text in double "
               "quotes";
    case GIVES_DATE:
        return "this gives a date: follow it with daysAfterNow or "
               "daysBeforeNow";
    case GIVES_ANY:
        break;
    }
    return "only 'duration' is compared with a duration";
}

static bool value_fits(enum query_type gives, const struct value *v)
{
    switch (gives) {
    case GIVES_NUMBER:
        return all_items(v, VALUE_NUMBER);
    case GIVES_DURATION:
        return all_items(v, VALUE_DURATION) || all_items(v, VALUE_NUMBER);
    case GIVES_STRING:
        return v->kind == VALUE_REGEX || all_items(v, VALUE_STRING);
    case GIVES_DATE:
        return false;
    case GIVES_ANY:
        break;
    }
    return !all_items(v, VALUE_DURATION);
}

static const char *type_problem(const struct expect *e)
{
    enum query_type gives = query_gives(&e->query);
    if (e->predicate == PREDICATE_EXISTS)
        return query_may_be_missing(&e->query)
                   ? NULL
                   : "every response has one: this cannot fail";
    if ((predicate_rule[e->predicate].on >> gives & 1u) == 0)
        return subject_problem(gives);
    if (!takes_value(e->predicate) || value_fits(gives, &e->value))
        return NULL;
    return subject_problem(gives);
}

/* A bare number after `duration` is in milliseconds, as in Hurl. */
static void use_milliseconds(struct value *v)
{
    int64_t us = 0;
    char text[40];
    for (size_t i = 0; i < v->count; i++)
        use_milliseconds(&v->item[i]);
    if (v->kind != VALUE_NUMBER || v->text.len > 30)
        return;
    memcpy(text, v->text.ptr, v->text.len);
    memcpy(text + v->text.len, "ms", 3);
    if (text_to_duration_us(str_from(text), &us)) {
        v->kind = VALUE_DURATION;
        v->duration_us = us;
    }
}

static bool check_types(struct lexer *x, size_t at, struct expect *e)
{
    const char *problem =
        takes_value(e->predicate) ? predicate_problem(e) : NULL;
    if (problem == NULL)
        problem = type_problem(e);
    if (problem != NULL)
        return lexer_refuse(x, at, problem);
    if (query_gives(&e->query) == GIVES_DURATION)
        use_milliseconds(&e->value);
    return true;
}

static bool read_expectation(struct lexer *x, struct expect *e)
{
    struct token t;
    int predicate;
    if (!lexer_next(x, &t))
        return false;
    e->negated = t.kind == TOKEN_WORD && str_is(t.text, "not");
    if ((e->negated && !lexer_next(x, &t)) || !query_read(x, &t, &e->query))
        return false;
    size_t at = t.at;
    if (!lexer_word(x, &t, &predicate_names, &predicate))
        return false;
    e->predicate = (enum predicate)predicate;
    if (!lexer_next(x, &t))
        return false;
    if (takes_value(e->predicate) && !read_value(x, &t, &e->value))
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
    struct lexer x = {.loader = l, .node = n, .text = n->text};
    *out = (struct expect){.text = n->text, .pos = n->pos};
    return need_text(l, n) && read_expectation(&x, out);
}

bool query_parse(struct loader *l, const struct yaml_node *n, struct query *out)
{
    struct lexer x = {.loader = l, .node = n, .text = n->text};
    struct token t;
    if (!need_text(l, n) || !lexer_next(&x, &t) || !query_read(&x, &t, out))
        return false;
    if (t.kind != TOKEN_END)
        return lexer_refuse(&x, t.at, "unexpected text after the query");
    if (out->kind != QUERY_JSONPATH && out->kind != QUERY_HEADER &&
        out->kind != QUERY_BODY)
        return lexer_refuse(&x, 0,
                            "a build is told by a header, the body or a "
                            "jsonpath");
    return true;
}
