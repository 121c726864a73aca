/* Queries and their filters, between the lexer and the expectations. */
#ifndef PLAN_QUERY_H
#define PLAN_QUERY_H

#include "plan/lexer.h"

enum query_type {
    GIVES_NUMBER,
    GIVES_DAYS, /* a number; 14d is written for it, too */
    GIVES_DURATION,
    GIVES_STRING,
    GIVES_BYTES,
    GIVES_DIGEST, /* hexadecimal text */
    GIVES_DATE,
    GIVES_ANY /* a JSON value, or a list */
};

#define ON(type)  (1u << GIVES_##type)
#define ON_TEXT   (ON(STRING) | ON(ANY))
#define ON_NUMBER (ON(NUMBER) | ON(DAYS))
#define ON_ALL    (ON_NUMBER | ON(DURATION) | ON_TEXT | ON(BYTES) | ON(DIGEST))

/* Always false. */
bool lexer_refuse(struct lexer *x, size_t at, const char *text);

/* As lexer_refuse, with a format. */
bool lexer_refusef(struct lexer *x, size_t at, const char *fmt, ...)
    PRINTF_LIKE(3, 4);

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

/* "a number", for messages. */
const char *query_type_name(enum query_type type);

#endif
