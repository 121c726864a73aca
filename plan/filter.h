/* Filters: steps from what a query found to what is compared. */
#ifndef PLAN_FILTER_H
#define PLAN_FILTER_H

#include "plan/query.h"

/* All filters from token t on; t becomes the token after them. */
bool filters_read(struct lexer *x, struct token *t, struct query *q) MUST_CHECK;

/* What the last filter of q gives; it has one. */
enum query_type filters_give(const struct query *q);

/* query.c: a JSONPath in double quotes. */
bool lexer_path(struct lexer *x, const struct token *t,
                const struct jsonpath **out) MUST_CHECK;

#endif
