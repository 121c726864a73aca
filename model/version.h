/* When two names mean the same build. */
#ifndef MODEL_VERSION_H
#define MODEL_VERSION_H

#include <stdbool.h>

#include "base/arena.h"

/*
 * Equal, or both hexadecimal and one begins with the other, which has at
 * least 7 characters: a short commit and its long form.
 */
bool version_matches(const char *expected, const char *observed);

/* A build as people read it: of a commit, its first 12 digits. */
const char *version_short(struct arena *a, const char *version);

#endif
