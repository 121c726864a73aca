/*
 * Where a word stands by which a line may state an error: ERROR, fatal, panic
 * and their like, at the place where a level or the kind of an error stands.
 * Words that only mention errors ("0 errors", "no error", error_page,
 * "error":null) are passed over, so that their lines cost little.
 */
#ifndef SCAN_WORD_FILTER_H
#define SCAN_WORD_FILTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

/* Growing, owned by who gave it; malloc'ed. */
struct offsets {
    uint32_t *item;
    size_t count, cap;
};

/* Appends one offset for each line that has such a word, in their order. */
void word_filter_run(struct str text, struct offsets *out);

/* Does such a word stand in it? */
bool filter_has_word(struct str text);

#endif
