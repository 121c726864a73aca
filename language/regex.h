/*
 * PCRE2 in byte mode, JIT-compiled, with limits. Giving up is its own answer:
 * it is neither a match nor its absence.
 */
#ifndef LANGUAGE_REGEX_H
#define LANGUAGE_REGEX_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/buf.h"

#define REGEX_MATCH_LIMIT 100000 /* backtracking steps under JIT */

struct regex; /* handle: regex_open, regex_close */

struct regex_error {
    size_t offset;
    char text[160];
};

/* flags: letters of "imsx", each as in PCRE2; others are an error. */
bool regex_open(struct regex **out, struct str pattern, struct str flags,
                struct regex_error *e) MUST_CHECK;
void regex_close(struct regex *re);

/*
 * An I-Regexp (RFC 9485), on Unicode text; `whole` must match all of it. False
 * when the pattern is none.
 */
bool regex_open_iregexp(struct regex **out, struct str pattern,
                        bool whole) MUST_CHECK;

/* On Unicode text, with \uXXXX as in ECMA-262: patterns of JSON Schema. */
bool regex_open_unicode(struct regex **out, struct str pattern,
                        struct regex_error *e) MUST_CHECK;

enum regex_answer { REGEX_NO, REGEX_YES, REGEX_GAVE_UP };

enum regex_answer regex_match(const struct regex *re, struct str subject);

/* Used without JIT, since the machine forbids it: slower, the same answers. */
bool regex_is_interpreted(const struct regex *re);

/* Group n of the last regex_match that said yes; empty when unset. */
struct str regex_group(const struct regex *re, struct str subject, unsigned n);

/* Named groups: 0..regex_name_count(re)-1, in the byte order of their names. */
size_t regex_name_count(const struct regex *re);
const char *regex_name(const struct regex *re, size_t index, unsigned *group);

/* "10.42 2022-12-11" */
void regex_library(struct buf *out);

#endif
