/* A path as it was read: between the readers and the selectors of base/. */
#ifndef LANGUAGE_JSONPATH_TREE_H
#define LANGUAGE_JSONPATH_TREE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "language/jsonpath.h"

struct expression;

enum selector_kind {
    SELECT_NAME,
    SELECT_INDEX,
    SELECT_SLICE,
    SELECT_ALL,
    SELECT_FILTER
};

struct selector {
    enum selector_kind kind;
    const char *name;
    int64_t index; /* or the start of a slice */
    int64_t end, step;
    bool has_start, has_end;
    const struct expression *filter;
    struct selector *next;
};

struct segment {
    bool descendant;
    struct selector *selector;
    struct str text; /* as written, for messages */
    struct segment *next;
};

struct jsonpath {
    struct segment *segment;
    struct str text;
    bool relative; /* starts with '@', inside a filter */
};

enum operand_kind {
    OPERAND_NULL,
    OPERAND_BOOL,
    OPERAND_NUMBER,
    OPERAND_STRING,
    OPERAND_QUERY,
    OPERAND_FUNCTION
};

enum function {
    FUNCTION_LENGTH,
    FUNCTION_COUNT,
    FUNCTION_MATCH,
    FUNCTION_SEARCH,
    FUNCTION_VALUE
};

struct operand {
    enum operand_kind kind;
    bool boolean;
    struct str text; /* number or string */
    struct jsonpath *query;
    enum function function;
    struct operand *argument[2];
};

enum expression_kind {
    EXPRESSION_OR,
    EXPRESSION_AND,
    EXPRESSION_NOT,
    EXPRESSION_TEST,
    EXPRESSION_COMPARE
};

enum comparison {
    COMPARE_EQUAL,
    COMPARE_NOT_EQUAL,
    COMPARE_LESS,
    COMPARE_LESS_EQUAL,
    COMPARE_GREATER,
    COMPARE_GREATER_EQUAL
};

struct expression {
    enum expression_kind kind;
    enum comparison comparison;
    const struct expression *left, *right;   /* or, and, not */
    const struct operand *operand, *against; /* test, compare */
};

struct selection {
    struct arena *arena;
    const cJSON *root;
    size_t *work; /* nodes visited so far, by nested queries too */
};

/* False when the selection passed its budget. */
bool selection_query(struct selection *s, const struct jsonpath *path,
                     const cJSON *from, struct jsonpath_nodes *out) MUST_CHECK;

/* Whether the filter holds for node; false as the result: out of budget. */
bool selection_filter(struct selection *s, const struct expression *filter,
                      const cJSON *node, bool *holds) MUST_CHECK;

#define JSONPATH_DEPTH_MAX 64 /* of parentheses, filters and functions */

struct parser {
    struct arena *arena;
    struct str text;
    size_t at;
    unsigned depth;
    struct jsonpath_error *error;
};

bool parser_refuse(struct parser *p, const char *text); /* always false */
char parser_peek(const struct parser *p);               /* NUL at the end */
bool parser_take(struct parser *p, char c);
void parser_skip_blank(struct parser *p);
bool parser_is_digit(char c);
bool parser_quoted(struct parser *p, struct str *out) MUST_CHECK;

/* *(S segment), from the place after '$' or '@'. */
bool parser_segments(struct parser *p, struct jsonpath *path) MUST_CHECK;

/* logical-expr of a filter selector, after '?' */
bool parser_filter(struct parser *p, const struct expression **out) MUST_CHECK;

#endif
