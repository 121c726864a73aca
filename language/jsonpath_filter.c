/*
 * Reading a filter selector (RFC 9535, section 2.3.5) and its functions
 * (section 2.4), well-typed or refused.
 */
#include <string.h>

#include "base/text.h"
#include "language/jsonpath_tree.h"

/* Section 2.4.1: what a function takes and gives. */
enum type { TYPE_VALUE, TYPE_NODES, TYPE_LOGICAL };

struct function_rule {
    const char *name;
    enum type gives;
    size_t count;
    enum type takes[2];
};

/* In the order of enum function. */
static const struct function_rule function_rule[] = {
    [FUNCTION_LENGTH] = {"length", TYPE_VALUE, 1, {TYPE_VALUE, TYPE_VALUE}},
    [FUNCTION_COUNT] = {"count", TYPE_VALUE, 1, {TYPE_NODES, TYPE_VALUE}},
    [FUNCTION_MATCH] = {"match", TYPE_LOGICAL, 2, {TYPE_VALUE, TYPE_VALUE}},
    [FUNCTION_SEARCH] = {"search", TYPE_LOGICAL, 2, {TYPE_VALUE, TYPE_VALUE}},
    [FUNCTION_VALUE] = {"value", TYPE_VALUE, 1, {TYPE_NODES, TYPE_VALUE}},
};

static bool read_operand(struct parser *p, struct operand *out);
static bool read_or(struct parser *p, const struct expression **out);

/* A literal, a singular query, or a function that gives a value. */
static bool is_value(const struct operand *o)
{
    if (o->kind == OPERAND_QUERY)
        return jsonpath_is_singular(o->query);
    return o->kind != OPERAND_FUNCTION ||
           function_rule[o->function].gives == TYPE_VALUE;
}

static bool is_test(const struct operand *o)
{
    return o->kind == OPERAND_QUERY ||
           (o->kind == OPERAND_FUNCTION &&
            function_rule[o->function].gives != TYPE_VALUE);
}

static bool fits(const struct operand *o, enum type type)
{
    return type == TYPE_VALUE ? is_value(o) : o->kind == OPERAND_QUERY;
}

static bool read_arguments(struct parser *p, struct operand *out)
{
    const struct function_rule *rule = &function_rule[out->function];
    for (size_t i = 0; i < rule->count; i++) {
        parser_skip_blank(p);
        size_t start = p->at;
        out->argument[i] = arena_alloc(p->arena, sizeof(struct operand));
        if (!read_operand(p, out->argument[i]))
            return false;
        if (!fits(out->argument[i], rule->takes[i])) {
            p->at = start;
            return parser_refuse(p, rule->takes[i] == TYPE_VALUE
                                        ? "this argument must be one value"
                                        : "this argument must be a query");
        }
        parser_skip_blank(p);
        if (i + 1 < rule->count && !parser_take(p, ','))
            return parser_refuse(p, "expected ',' and another argument");
    }
    return parser_take(p, ')') || parser_refuse(p, "expected ')'");
}

static struct str read_word(struct parser *p)
{
    size_t start = p->at;
    for (char c = parser_peek(p);
         (c >= 'a' && c <= 'z') ||
         (p->at > start && (c == '_' || parser_is_digit(c)));
         c = parser_peek(p))
        p->at++;
    return str_sub(p->text, start, p->at - start);
}

/* true, false, null, or a function's name right before its '(' */
static bool read_named(struct parser *p, struct operand *out)
{
    size_t start = p->at;
    struct str word = read_word(p);
    if (str_is(word, "true") || str_is(word, "false")) {
        out->kind = OPERAND_BOOL;
        out->boolean = str_is(word, "true");
        return true;
    }
    if (str_is(word, "null"))
        return true; /* the kind of a zeroed operand */
    for (size_t i = 0; i < ARRAY_COUNT(function_rule); i++) {
        if (!str_is(word, function_rule[i].name))
            continue;
        out->kind = OPERAND_FUNCTION;
        out->function = (enum function)i;
        if (!parser_take(p, '('))
            return parser_refuse(p, "expected '(' right after the name");
        return read_arguments(p, out);
    }
    p->at = start;
    return parser_refuse(p, "expected '@', '$', a literal or one of length, "
                            "count, match, search, value");
}

static bool read_number(struct parser *p, struct operand *out)
{
    size_t start = p->at;
    while (p->at < p->text.len && parser_peek(p) != '\0' &&
           strchr("+-.0123456789eE", parser_peek(p)) != NULL)
        p->at++;
    out->kind = OPERAND_NUMBER;
    out->text = str_sub(p->text, start, p->at - start);
    if (text_is_number(out->text))
        return true;
    p->at = start;
    return parser_refuse(p, "not a JSON number");
}

static bool read_query(struct parser *p, struct operand *out)
{
    out->kind = OPERAND_QUERY;
    out->query = arena_alloc(p->arena, sizeof(*out->query));
    out->query->relative = parser_peek(p) == '@';
    out->query->text = p->text;
    p->at++;
    return parser_segments(p, out->query);
}

static bool read_operand(struct parser *p, struct operand *out)
{
    char c = parser_peek(p);
    if (++p->depth > JSONPATH_DEPTH_MAX)
        return parser_refuse(p, "nested deeper than 64 levels");
    bool ok;
    if (c == '@' || c == '$') {
        ok = read_query(p, out);
    } else if (c == '"' || c == '\'') {
        out->kind = OPERAND_STRING;
        ok = parser_quoted(p, &out->text);
    } else if (c == '-' || parser_is_digit(c)) {
        ok = read_number(p, out);
    } else {
        ok = read_named(p, out);
    }
    p->depth--;
    return ok;
}

static struct expression *make(struct parser *p, enum expression_kind kind)
{
    struct expression *e = arena_alloc(p->arena, sizeof(*e));
    e->kind = kind;
    return e;
}

static bool read_comparison(struct parser *p, enum comparison *out)
{
    static const char *const sign[] = {"==", "!=", "<=", ">=", "<", ">"};
    static const enum comparison meaning[] = {
        COMPARE_EQUAL,         COMPARE_NOT_EQUAL, COMPARE_LESS_EQUAL,
        COMPARE_GREATER_EQUAL, COMPARE_LESS,      COMPARE_GREATER};
    for (size_t i = 0; i < ARRAY_COUNT(sign); i++) {
        struct str s = str_from(sign[i]);
        if (str_starts(str_sub(p->text, p->at, 2), s)) {
            *out = meaning[i];
            p->at += s.len;
            return true;
        }
    }
    return false;
}

static bool read_compared(struct parser *p, struct expression *e,
                          size_t left_at)
{
    struct operand *right = arena_alloc(p->arena, sizeof(*right));
    parser_skip_blank(p);
    size_t right_at = p->at;
    if (!read_operand(p, right))
        return false;
    e->against = right;
    if (is_value(e->operand) && is_value(right))
        return true;
    p->at = is_value(e->operand) ? right_at : left_at;
    return parser_refuse(p, "only single values are compared");
}

/* test-expr or comparison-expr */
static bool read_relation(struct parser *p, bool may_compare,
                          const struct expression **out)
{
    struct expression *e = make(p, EXPRESSION_TEST);
    struct operand *left = arena_alloc(p->arena, sizeof(*left));
    size_t start = p->at;
    if (!read_operand(p, left))
        return false;
    e->operand = left;
    *out = e;
    size_t after = p->at;
    parser_skip_blank(p);
    if (may_compare && read_comparison(p, &e->comparison)) {
        e->kind = EXPRESSION_COMPARE;
        return read_compared(p, e, start);
    }
    p->at = after;
    if (is_test(left))
        return true;
    p->at = start;
    return parser_refuse(p, "a value alone is no test: compare it");
}

static bool read_parenthesis(struct parser *p, const struct expression **out)
{
    p->at++;
    parser_skip_blank(p);
    if (!read_or(p, out))
        return false;
    parser_skip_blank(p);
    return parser_take(p, ')') || parser_refuse(p, "expected ')'");
}

/* paren-expr / comparison-expr / test-expr */
static bool read_basic(struct parser *p, const struct expression **out)
{
    if (!parser_take(p, '!'))
        return parser_peek(p) == '(' ? read_parenthesis(p, out)
                                     : read_relation(p, true, out);
    struct expression *e = make(p, EXPRESSION_NOT);
    parser_skip_blank(p);
    *out = e;
    return parser_peek(p) == '(' ? read_parenthesis(p, &e->left)
                                 : read_relation(p, false, &e->left);
}

/* operand *(S sign S operand), where operand is read by `next` */
static bool read_chain(struct parser *p, enum expression_kind kind,
                       const struct expression **out)
{
    struct str sign = kind == EXPRESSION_OR ? STR("||") : STR("&&");
    const struct expression *left = NULL;
    for (;;) {
        const struct expression *right = NULL;
        bool ok = kind == EXPRESSION_OR ? read_chain(p, EXPRESSION_AND, &right)
                                        : read_basic(p, &right);
        if (!ok)
            return false;
        if (left == NULL) {
            left = right;
        } else {
            struct expression *e = make(p, kind);
            e->left = left;
            e->right = right;
            left = e;
        }
        size_t after = p->at;
        parser_skip_blank(p);
        if (!str_equal(str_sub(p->text, p->at, 2), sign)) {
            p->at = after;
            *out = left;
            return true;
        }
        p->at += 2;
        parser_skip_blank(p);
    }
}

static bool read_or(struct parser *p, const struct expression **out)
{
    if (++p->depth > JSONPATH_DEPTH_MAX)
        return parser_refuse(p, "nested deeper than 64 levels");
    bool ok = read_chain(p, EXPRESSION_OR, out);
    p->depth--;
    return ok;
}

bool parser_filter(struct parser *p, const struct expression **out)
{
    parser_skip_blank(p);
    return read_or(p, out);
}
