/* A path as it was read: between the readers and the selectors of base/. */
#ifndef LANGUAGE_JSONPATH_TREE_H
#define LANGUAGE_JSONPATH_TREE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

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

#endif
