/*
 * Parts of secrets. Who shortens a text - a server, a log, an excerpt - leaves
 * a beginning before the cut and an end behind it. When is a part of a secret
 * no accident, and where does it end?
 */
#ifndef REDACT_CUT_H
#define REDACT_CUT_H

#include "redact/search.h"

/* Behind "...", "…", "[truncated" at this place; 0 when there is none. */
size_t cut_mark_end(const struct seen *s, size_t at);

/*
 * Is what is at `at` and so long perhaps the rest of an escape or character?
 * A length of 0 always is, and passes over blanks and quotes.
 */
bool cut_start(const struct seen *s, size_t at, size_t half, size_t *start);

/* The beginning of a needle that agrees goes; *end: with half an escape. */
bool cut_is_beginning(const struct needle *n, const struct seen *s,
                      const struct agreed *a, bool edges, size_t *end);

/* Likewise for what agrees from byte `from`, at a start of the text. */
struct cut_end {
    size_t from;
    bool edges;
    bool marked; /* behind a mark, not at the start of all */
};
bool cut_is_end(const struct needle *n, const struct seen *s,
                const struct cut_end *c, const struct agreed *a, size_t *end);

/* Base64: the characters beside it that have some bits of the secret. */
void cut_widen(const struct needle *n, const struct seen *s,
               struct span *found);

#endif
