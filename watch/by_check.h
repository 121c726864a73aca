/* Rows found by their check: sorted once, then looked up by halving. */
#ifndef WATCH_BY_CHECK_H
#define WATCH_BY_CHECK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

struct check_place {
    const char *check;
    size_t at; /* of its row */
};

struct by_check {
    struct check_place *item; /* by check */
    size_t count;
};

/* Room for so many rows; the places live in a. */
void by_check_begin(struct by_check *out, struct arena *a, size_t most);
void by_check_add(struct by_check *out, const char *check, size_t at);

/* After the last add, before the first find. */
void by_check_sort(struct by_check *out);

#define BY_CHECK_NONE ((size_t)-1)

/* The row of a check, of several the first; BY_CHECK_NONE: it has none. */
size_t by_check_find(const struct by_check *rows, const char *check);

#endif
