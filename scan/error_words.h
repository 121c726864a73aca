/*
 * What the words of a line say about an error that no signature knows: whether
 * they tell of one, whether they say anything at all, and how much speaks for
 * the line as the one that a person would quote.
 */
#ifndef SCAN_ERROR_WORDS_H
#define SCAN_ERROR_WORDS_H

#include <stdbool.h>

#include "base/buf.h"

struct error_words; /* handle: the compiled rows */
struct error_words *error_words_open(void);
void error_words_close(struct error_words *w); /* NULL too */

/* Some words, and not a name or a number by itself. */
bool error_words_is_sentence(struct str said);

/* Words that tell of an error, without a level: "X not found". */
bool error_words_has(const struct error_words *w, struct str said);

/* It names a file, a place, a host, a value: what it is about. */
bool error_words_names(const struct error_words *w, struct str said);

/* It says something: no rule, frame, source line or echo of a command. */
bool error_words_says(const struct error_words *w, struct str said);

/* A mark by which tools set off what failed stands before it. */
bool error_words_is_marked(const struct error_words *w, struct str said);

/* Something is ready, done or well: who says it goes on. */
bool error_words_goes_on(const struct error_words *w, struct str said);

/* It went well, by a word or a mark; a count of what passed is none. */
bool error_words_went_well(const struct error_words *w, struct str said);

/* Points of all rows that fit, added; the more, the likelier is it the root. */
int error_words_weight(const struct error_words *w, struct str text);

/* It says that something failed, and behind a colon why. */
bool error_words_gives_reason(const struct error_words *w, struct str text);

#endif
