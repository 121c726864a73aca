/* One text on its way, from which secrets are taken. */
#ifndef IMPORT_PASSAGE_H
#define IMPORT_PASSAGE_H

#include "import/internal.h"

#define PASSAGE_MAX ((size_t)64 * 1024)

/* `quoting`: for a remark, which has no variables; `regex`: it is one. */
struct passage {
    struct import *im;
    struct pos pos;
    bool quoting, regex;
    struct buf out;
};

/* Without its text; buf_init is up to the caller. */
struct passage passage_like(const struct passage *like, bool regex);

/* The text into the arena; `text` itself if it has become too long. */
const char *passage_end(struct passage *p, struct str text);

/* A variable, or "[redacted]" in a remark. */
void put_secret(struct passage *p, struct str name, struct str value);

/* The text with the secrets of "name": 'value', name=value and the like
   taken out. */
const char *without_pairs(const struct passage *like, struct str s, bool regex);

/* A name that says something about a secret, such as "token_type"; a value
   that anybody knows; a value under a name, neither of them such. */
bool is_described(struct str name);
bool is_public(struct str value);
bool is_named_secret(struct import *im, struct str name, struct str value);

bool is_one_of(struct str s, const char *const *word); /* ends with NULL */
bool is_letter(char c);
bool is_digit(char c);
bool is_name_byte(char c);

/* Behind those of these bytes that are at this place. */
size_t past(struct str s, size_t at, const char *bytes);

#endif
