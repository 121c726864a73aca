/* A closed vocabulary: enum values 0..count-1 and their public names. */
#ifndef BASE_NAMES_H
#define BASE_NAMES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

struct names {
    const char *what; /* "severity", for messages */
    const char *const *name;
    size_t count;
};

/* The name of a value; value must be in range. */
const char *name_of(const struct names *n, int value);

/* False when s is no name of n. */
bool name_find(const struct names *n, struct str s, int *value);

/* "critical, major, minor or info" */
void names_list(const struct names *n, struct buf *out);

#endif
