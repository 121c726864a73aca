/*
 * What a log line is to a reader who looks for the reason of a failure: the
 * command that ran, an error, what a test expected, its name, a summary, the
 * exit. One row per wording; the first row that fits decides.
 */
#ifndef SCAN_EXCERPT_WORDS_H
#define SCAN_EXCERPT_WORDS_H

#include "scan/excerpt.h"

struct excerpt_words; /* handle: the compiled rows */
struct excerpt_words *excerpt_words_open(void);
void excerpt_words_close(struct excerpt_words *w); /* NULL too */

struct excerpt_word {
    enum excerpt_kind kind;
    int points;
    size_t at; /* where the wording begins in the text */
};

/* said: a line behind the prefixes of hosts. */
struct excerpt_word excerpt_words_read(const struct excerpt_words *w,
                                       struct str said);

#endif
