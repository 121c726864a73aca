/*
 * The last words of a log: a program that stops says so in the end, in words
 * that no table of tools has to know: an exit code, a count of failures, that
 * something failed. They are signatures that end `last`. In the middle of a
 * log they mean little, so they count near its end alone, where nothing behind
 * them went well. A log whose lines tell their time to the end may be of a
 * program that runs on: there, only an exit code counts, in its last lines.
 */
#ifndef SCAN_LAST_WORDS_H
#define SCAN_LAST_WORDS_H

#include "scan/internal.h"

struct last_words; /* handle: the compiled patterns */
struct last_words *last_words_open(void);
void last_words_close(struct last_words *w); /* NULL too */

/* Adds a hit for the last words of a log, if it has some. */
void last_words_find(struct last_words *w, struct scan *s, size_t log);

#endif
