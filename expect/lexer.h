/* Tokens of the expectation language. */
#ifndef EXPECT_LEXER_H
#define EXPECT_LEXER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/buf.h"
#include "expect/expect.h"

#define TOKEN_BYTES_MAX ((size_t)64 * 1024) /* of one value */

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

/* Where the parts of an expectation begin. */
enum resolved_part {
    RESOLVED_QUERY,
    RESOLVED_PREDICATE, /* or the "not" before it */
    RESOLVED_VALUE,
    RESOLVED_PARTS
};

/* resolved.c: the expectation with its variables' values, as far as read. */
struct resolved {
    struct buf text;
    size_t copied; /* of the expectation */
    bool changed;  /* it is not what was written */
    size_t part[RESOLVED_PARTS];
};

struct lexer {
    const struct expect_reader *reader;
    struct resolved *resolved;
    const struct yaml_node *node;
    struct str text;
    size_t at;
    bool late;       /* a value in it is not known yet */
    bool late_value; /* of which type it is, neither */
};

void resolved_begin(struct resolved *r);
void resolved_release(struct resolved *r);

/* A reference that began at start has been read up to x->at. */
void resolved_note(struct lexer *x, size_t start,
                   const struct named_value *named, bool quoted);

/* The part begins at offset `at` of the expectation. */
void resolved_mark(struct lexer *x, enum resolved_part part, size_t at);

/* All was read: sets subject and wanted, in the reader's arena. */
void resolved_end(struct lexer *x, struct expect *e);

/* Reports at offset `at` of the expectation; always false. */
bool lexer_refuse(struct lexer *x, size_t at, const char *text);
bool lexer_refusef(struct lexer *x, size_t at, const char *fmt, ...)
    PRINTF_LIKE(3, 4);

/* False when the characters make no token; reported at their place. */
bool lexer_next(struct lexer *x, struct token *out) MUST_CHECK;

#endif
