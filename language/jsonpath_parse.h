/* What the two readers of a path share: jsonpath.c and jsonpath_filter.c. */
#ifndef LANGUAGE_JSONPATH_PARSE_H
#define LANGUAGE_JSONPATH_PARSE_H

#include "language/jsonpath.h"
#include "language/jsonpath_tree.h"

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
