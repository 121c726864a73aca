/* Hints for what is written instead of an expectation or a query. */
#ifndef EXPECT_MISTAKES_H
#define EXPECT_MISTAKES_H

#include "expect/lexer.h"

/* What the character at `at`, where none is expected, is meant to be. */
const char *mistake_character(struct arena *a, struct str text, size_t at);

/* A sign that begins like a predicate but is not one; NULL: it is one. */
const char *mistake_sign(struct str rest);

/* Reports at t how a query of another tool is written here; false: it is none.
 */
bool mistake_foreign(struct lexer *x, const struct token *t);

#endif
