/*
 * Errors with a place.
 *
 * An error says where (file:line:column), what was found and what to do, in
 * one line, lower case, no full stop. It is set where it is known and passes
 * upwards untouched; the first one wins. Loaders collect all errors of their
 * input in struct diags, sorted when printed.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/buf.h"

/* A text that definitions were read from; it outlives every pos in it. */
struct source {
    const char *name; /* as the user gave it */
    struct str text;
};

/* line 0: the whole file. column counts bytes from 1. No source: no place. */
struct pos {
    const struct source *source;
    unsigned line, column;
};

#define POS_NONE ((struct pos){NULL, 0, 0})

struct pos pos_at(const struct source *source, size_t offset);

/* "file:line" into the arena; NULL for a pos without a source. */
const char *pos_text(struct arena *a, struct pos pos);

struct err {
    bool set, warning;
    struct pos pos;
    char text[480];
};

/* Always returns false, so that a failing function can `return err_set()`. */
bool err_set(struct err *e, struct pos pos, const char *fmt, ...)
    PRINTF_LIKE(3, 4);

struct diags {
    struct arena *arena;
    struct err *item;
    size_t count, cap;
    size_t warnings; /* of count */
};

#define DIAGS_MAX 200 /* kept; further ones are only counted */

void diags_init(struct diags *d, struct arena *a);
void diags_add(struct diags *d, struct pos pos, const char *fmt, ...)
    PRINTF_LIKE(3, 4);
void diags_warn(struct diags *d, struct pos pos, const char *fmt, ...)
    PRINTF_LIKE(3, 4);
void diags_add_err(struct diags *d, const struct err *e);

/* What is wrong, beyond warnings. */
size_t diags_errors(const struct diags *d);

/* Sorts by file (in order of first mention), line and column. */
void diags_sort(struct diags *d);

/* "file:line:col: error: text", the line and a caret, safe for a terminal. */
void err_render(const struct err *e, struct buf *out);
void diags_render(struct diags *d, struct buf *out);

#endif
