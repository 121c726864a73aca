/* cmocka and its prerequisites, and what most tests start with. */
#ifndef TESTS_UNIT_TESTING_H
#define TESTS_UNIT_TESTING_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

static inline struct source *test_source(struct arena *a, const char *name,
                                         const char *text)
{
    struct source *s = arena_alloc(a, sizeof(*s));
    *s = (struct source){name, str_from(arena_dup(a, text, strlen(text)))};
    return s;
}

/* A text of `count` times `unit`. */
static inline char *test_repeat(struct arena *a, const char *unit, size_t count)
{
    size_t len = strlen(unit);
    char *text = arena_alloc(a, len * count + 1);
    for (size_t i = 0; i < count; i++)
        memcpy(text + i * len, unit, len);
    return text;
}

#endif
