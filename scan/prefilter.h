/*
 * Which places of a text may matter: where a literal of the catalogue stands,
 * and where a word does that tells of an error. No place is missed; one in
 * some hundred bytes is looked at.
 */
#ifndef SCAN_PREFILTER_H
#define SCAN_PREFILTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"

#define LITERAL_MIN 7 /* bytes */

/* A literal at an offset; FILTER_WORD: a word that may tell of an error. */
struct place_of_literal {
    uint32_t offset, literal;
};
#define FILTER_WORD UINT32_MAX

/* Growing, owned by who gave it; malloc'ed. */
struct places {
    struct place_of_literal *item;
    size_t count, cap;
};
void places_release(struct places *p);

struct filter; /* in its arena; read-only after it is made */

/*
 * Literals have LITERAL_MIN bytes or more; others are never found. sample: a
 * text like those that will come, perhaps empty: of each literal the part is
 * looked for that is rare there.
 */
struct filter *filter_new(struct arena *a, const struct str *literal,
                          size_t count, struct str sample);

/* Puts all places in text, which is shorter than 4 GiB, into out, which is
 * empty, in the order of their offsets. */
void filter_run(const struct filter *f, struct str text, struct places *out);

/* Where in s the byte is that logs have least often. */
size_t rarest_byte(struct str s);

/* Is one of the three bytes of `any` in s? In one pass. */
bool has_any_of_three(struct str s, const char *any);

size_t count_newlines(struct str s);
/* CRs that no LF follows; those that begin in [from, to). */
size_t count_lone_crs(struct str s, size_t from, size_t to);

#endif
