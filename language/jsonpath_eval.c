/* Filters (RFC 9535, section 2.3.5.2): logic, comparison, functions. */
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "language/jsonpath_tree.h"
#include "language/regex.h"

enum value_kind { IS_NOTHING, IS_NULL, IS_BOOL, IS_NUMBER, IS_STRING, IS_TREE };

/* ValueType: a JSON value, or Nothing. */
struct json_value {
    enum value_kind kind;
    bool boolean;
    struct str text;
    const cJSON *tree; /* array or object */
};

static struct json_value value_of_node(const cJSON *node)
{
    struct json_value v = {.kind = IS_NOTHING};
    if (node == NULL)
        return v;
    v.text = str_from(cJSON_IsNumber(node) || cJSON_IsString(node)
                          ? node->valuestring
                          : NULL);
    v.boolean = cJSON_IsTrue(node) != 0;
    v.tree = node;
    v.kind = cJSON_IsNull(node)     ? IS_NULL
             : cJSON_IsBool(node)   ? IS_BOOL
             : cJSON_IsNumber(node) ? IS_NUMBER
             : cJSON_IsString(node) ? IS_STRING
                                    : IS_TREE;
    return v;
}

static bool values_equal(struct selection *s, struct json_value a,
                         struct json_value b);

static bool trees_equal(struct selection *s, const cJSON *a, const cJSON *b)
{
    bool object = cJSON_IsObject(a) != 0;
    if (object != (cJSON_IsObject(b) != 0) ||
        cJSON_GetArraySize(a) != cJSON_GetArraySize(b))
        return false;
    const cJSON *y = b->child;
    for (const cJSON *x = a->child; x != NULL; x = x->next) {
        (*s->work)++;
        const cJSON *other =
            object ? cJSON_GetObjectItemCaseSensitive(b, x->string) : y;
        if (other == NULL ||
            !values_equal(s, value_of_node(x), value_of_node(other)))
            return false;
        y = y->next;
    }
    return true;
}

/* Depth is that of the document: JSON_DEPTH_MAX at most. */
static bool values_equal(struct selection *s, struct json_value a,
                         struct json_value b)
{
    if (a.kind != b.kind)
        return false;
    switch (a.kind) {
    case IS_NOTHING:
    case IS_NULL:
        return true;
    case IS_BOOL:
        return a.boolean == b.boolean;
    case IS_NUMBER:
        return text_compare_numbers(a.text, b.text) == 0;
    case IS_STRING:
        return str_equal(a.text, b.text);
    case IS_TREE:
        return trees_equal(s, a.tree, b.tree);
    }
    return false;
}

/* Order of UTF-8 bytes is order of Unicode scalar values. */
static bool value_less(struct json_value a, struct json_value b)
{
    if (a.kind != b.kind)
        return false;
    if (a.kind == IS_NUMBER)
        return text_compare_numbers(a.text, b.text) < 0;
    if (a.kind != IS_STRING)
        return false;
    size_t n = a.text.len < b.text.len ? a.text.len : b.text.len;
    int order = n == 0 ? 0 : memcmp(a.text.ptr, b.text.ptr, n);
    return order != 0 ? order < 0 : a.text.len < b.text.len;
}

static bool compare(struct selection *s, enum comparison c, struct json_value a,
                    struct json_value b)
{
    switch (c) {
    case COMPARE_EQUAL:
        return values_equal(s, a, b);
    case COMPARE_NOT_EQUAL:
        return !values_equal(s, a, b);
    case COMPARE_LESS:
        return value_less(a, b);
    case COMPARE_LESS_EQUAL:
        return value_less(a, b) || values_equal(s, a, b);
    case COMPARE_GREATER:
        return value_less(b, a);
    case COMPARE_GREATER_EQUAL:
        return value_less(b, a) || values_equal(s, a, b);
    }
    return false;
}

static struct json_value number(struct selection *s, size_t n)
{
    return (struct json_value){
        .kind = IS_NUMBER, .text = str_from(arena_printf(s->arena, "%zu", n))};
}

/* Unicode scalar values of a string, members of an object, elements. */
static struct json_value length_of(struct selection *s, struct json_value v)
{
    if (v.kind == IS_STRING)
        return number(s, text_width(v.text));
    if (v.kind == IS_TREE)
        return number(s, (size_t)cJSON_GetArraySize(v.tree));
    return (struct json_value){.kind = IS_NOTHING};
}

static bool operand_value(struct selection *s, const struct operand *o,
                          const cJSON *node, struct json_value *out);

static bool query_nodes(struct selection *s, const struct operand *o,
                        const cJSON *node, struct jsonpath_nodes *out)
{
    return selection_query(s, o->query, o->query->relative ? node : s->root,
                           out);
}

static bool function_value(struct selection *s, const struct operand *o,
                           const cJSON *node, struct json_value *out)
{
    struct jsonpath_nodes nodes = {NULL, 0, 0};
    if (o->function == FUNCTION_LENGTH) {
        if (!operand_value(s, o->argument[0], node, out))
            return false;
        *out = length_of(s, *out);
        return true;
    }
    if (!query_nodes(s, o->argument[0], node, &nodes))
        return false;
    if (o->function == FUNCTION_COUNT)
        *out = number(s, nodes.count);
    else
        *out = value_of_node(nodes.count == 1 ? nodes.item[0] : NULL);
    return true;
}

static bool operand_value(struct selection *s, const struct operand *o,
                          const cJSON *node, struct json_value *out)
{
    struct jsonpath_nodes nodes = {NULL, 0, 0};
    *out = (struct json_value){.text = o->text, .boolean = o->boolean};
    switch (o->kind) {
    case OPERAND_NULL:
        out->kind = IS_NULL;
        return true;
    case OPERAND_BOOL:
        out->kind = IS_BOOL;
        return true;
    case OPERAND_NUMBER:
        out->kind = IS_NUMBER;
        return true;
    case OPERAND_STRING:
        out->kind = IS_STRING;
        return true;
    case OPERAND_QUERY:
        if (!query_nodes(s, o, node, &nodes))
            return false;
        *out = value_of_node(nodes.count == 1 ? nodes.item[0] : NULL);
        return true;
    case OPERAND_FUNCTION:
        return function_value(s, o, node, out);
    }
    return false;
}

#define REGEX_WORK 100 /* a regex costs as much as so many nodes */

/* match() and search(): false for anything but two strings (section 2.4.6) */
static bool function_test(struct selection *s, const struct operand *o,
                          const cJSON *node, bool *holds)
{
    struct json_value subject, pattern;
    struct regex *re = NULL;
    *holds = false;
    *s->work += REGEX_WORK;
    if (!operand_value(s, o->argument[0], node, &subject) ||
        !operand_value(s, o->argument[1], node, &pattern))
        return false;
    if (subject.kind != IS_STRING || pattern.kind != IS_STRING ||
        !regex_open_iregexp(&re, pattern.text, o->function == FUNCTION_MATCH))
        return true;
    enum regex_answer answer = regex_match(re, subject.text);
    regex_close(re);
    *holds = answer == REGEX_YES;
    return answer != REGEX_GAVE_UP;
}

static bool test(struct selection *s, const struct operand *o,
                 const cJSON *node, bool *holds)
{
    struct jsonpath_nodes nodes = {NULL, 0, 0};
    if (o->kind == OPERAND_FUNCTION)
        return function_test(s, o, node, holds);
    if (!query_nodes(s, o, node, &nodes))
        return false;
    *holds = nodes.count > 0;
    return true;
}

/* Depth is that of the expression: JSONPATH_DEPTH_MAX at most per operator. */
bool selection_filter(struct selection *s, const struct expression *e,
                      const cJSON *node, bool *holds)
{
    struct json_value a, b;
    switch (e->kind) {
    case EXPRESSION_OR:
    case EXPRESSION_AND:
        if (!selection_filter(s, e->left, node, holds))
            return false;
        return *holds == (e->kind == EXPRESSION_OR) ||
               selection_filter(s, e->right, node, holds);
    case EXPRESSION_NOT:
        if (!selection_filter(s, e->left, node, holds))
            return false;
        *holds = !*holds;
        return true;
    case EXPRESSION_TEST:
        return test(s, e->operand, node, holds);
    case EXPRESSION_COMPARE:
        if (!operand_value(s, e->operand, node, &a) ||
            !operand_value(s, e->against, node, &b))
            return false;
        *holds = compare(s, e->comparison, a, b);
        return true;
    }
    return false;
}
