/*
 * Words of test runners that are too short to be anchors of a signature: "ok",
 * "OK", "FAIL". They are read in what was kept of a log in which something was
 * found. What was printed before a test passed, errors too, was part of what
 * was tested.
 */
#ifndef SCAN_SHORT_WORDS_H
#define SCAN_SHORT_WORDS_H

#include "scan/internal.h"

struct short_words; /* handle: the compiled patterns */
struct short_words *short_words_open(void);
void short_words_close(struct short_words *w); /* NULL too */

/* Adds a hit for each such word of a log. */
void short_words_find(struct short_words *w, struct scan *s, size_t log);

#endif
