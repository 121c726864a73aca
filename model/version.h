/* When two names mean the same build, and which names a build can have. */
#ifndef MODEL_VERSION_H
#define MODEL_VERSION_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

#define VERSION_SHORT 7 /* characters that a short commit needs */

/*
 * Equal, or both hexadecimal and one begins with the other, which has at
 * least VERSION_SHORT characters: a short commit and its long form.
 */
bool version_matches(const char *expected, const char *observed);

/* A build as people read it: of a commit, its first 12 digits. */
const char *version_short(struct arena *a, const char *version);

/*
 * The expected name is the beginning of the served commit, but has too few
 * characters to match it: a message that shows both has to say so.
 */
bool version_is_too_short(const char *expected, const char *served);

/*
 * Why no build can have this name, as the end of a sentence: "is empty", and
 * the byte *at which that is seen. NULL: one can. Blanks and control
 * characters are refused wherever they are, as they are invisible in a message
 * that compares two names.
 */
const char *version_fault(const char *name, size_t *at);

#endif
