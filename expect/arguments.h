/* Arguments that several words take. */
#ifndef EXPECT_ARGUMENTS_H
#define EXPECT_ARGUMENTS_H

#include "base/names.h"
#include "expect/lexer.h"

/* The value that word t has among names; "did you mean" when it is none. */
bool argument_word(struct lexer *x, const struct token *t,
                   const struct names *names, int *out) MUST_CHECK;

/* t as what a query takes in double quotes; what: "a header name". */
bool argument_quoted(struct lexer *x, const struct token *t, struct query *q,
                     const char *what) MUST_CHECK;

/* t as a string; t becomes the token after it. */
bool argument_text(struct lexer *x, struct token *t,
                   struct str *out) MUST_CHECK;

/* t, a string, as a JSONPath; a regex or string as a regex. */
bool argument_path(struct lexer *x, const struct token *t,
                   const struct jsonpath **out) MUST_CHECK;
bool argument_regex(struct lexer *x, const struct token *t,
                    struct regex **out) MUST_CHECK;

#endif
