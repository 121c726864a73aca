/* Tokens of the expectation language. */
#ifndef PLAN_LEXER_H
#define PLAN_LEXER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/buf.h"
#include "plan/internal.h"

enum token_kind {
    TOKEN_END,
    TOKEN_WORD,   /* a predicate sign counts as a word */
    TOKEN_STRING, /* "…" with escapes and ${NAME} resolved */
    TOKEN_REGEX,  /* /…/flags, ${NAME} inserted as literal text */
    TOKEN_BYTES,  /* hex,…; or base64,…; decoded */
    TOKEN_NUMBER, /* JSON number, perhaps with a unit: 800ms */
    TOKEN_RANGE,  /* .. */
    TOKEN_OPEN,   /* [ */
    TOKEN_CLOSE,  /* ] */
    TOKEN_COMMA
};

struct token {
    enum token_kind kind;
    struct str text;  /* decoded */
    struct str flags; /* of a regex */
    bool open;        /* a string in which a variable's value stands */
    size_t at;        /* offset in the expectation */
};

struct lexer {
    struct loader *loader;
    const struct yaml_node *node;
    struct str text;
    size_t at;
    bool late; /* a captured value stands for itself in it */
};

/* False when the characters make no token; reported at their place. */
bool lexer_next(struct lexer *x, struct token *out) MUST_CHECK;

#endif
