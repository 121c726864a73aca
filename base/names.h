/* A closed vocabulary: enum values 0..count-1 and their public names. */
#ifndef BASE_NAMES_H
#define BASE_NAMES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/buf.h"

struct names {
    const char *what; /* "severity", for messages */
    const char *const *name;
    size_t count;
};

/* Defines a vocabulary with external linkage. */
#define NAMES(variable, noun, ...)                                             \
    static const char *const variable##_list[] = {__VA_ARGS__};                \
    const struct names variable = {noun, variable##_list,                      \
                                   ARRAY_COUNT(variable##_list)}

/* The name of a value in range; of -1, which is null in JSON, "unknown". */
const char *name_of(const struct names *n, int value);

/* False when s is no name of n. */
bool name_find(const struct names *n, struct str s, int *value);

/* "critical, major, minor or info" */
void names_list(const struct names *n, struct buf *out);

#endif
