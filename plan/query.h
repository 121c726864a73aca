/* Queries and their filters, between the lexer and the expectations. */
#ifndef PLAN_QUERY_H
#define PLAN_QUERY_H

#include "plan/lexer.h"

enum query_type {
    GIVES_NUMBER,
    GIVES_DURATION,
    GIVES_STRING,
    GIVES_DATE,
    GIVES_ANY /* a JSON value, or a list */
};

#define ON_NUMBER   (1u << GIVES_NUMBER)
#define ON_DURATION (1u << GIVES_DURATION)
#define ON_STRING   (1u << GIVES_STRING)
#define ON_DATE     (1u << GIVES_DATE)
#define ON_JSON     (1u << GIVES_ANY)
#define ON_ALL      (ON_NUMBER | ON_DURATION | ON_STRING | ON_JSON)

/* Always false. */
bool lexer_refuse(struct lexer *x, size_t at, const char *text);

/* The value that word t has among names; "did you mean" when it is none. */
bool lexer_word(struct lexer *x, const struct token *t,
                const struct names *names, int *out) MUST_CHECK;

bool lexer_regex(struct lexer *x, const struct token *t,
                 struct regex **out) MUST_CHECK;

/*
 * The query that starts with token t, its argument and its filters; t becomes
 * the token after them.
 */
bool query_read(struct lexer *x, struct token *t, struct query *q) MUST_CHECK;

enum query_type query_gives(const struct query *q);
bool query_may_be_missing(const struct query *q);

#endif
