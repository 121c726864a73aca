/*
 * Lines of exported rows: what the reader of separated values and that of
 * drawn tables share.
 */
#ifndef MIGRATIONS_STATE_EXPORTED_LINES_H
#define MIGRATIONS_STATE_EXPORTED_LINES_H

#include <stdint.h>

#include "migrations/state/exported.h"

struct lines {
    struct exported *x;
    struct str text;
    size_t at;
    char separator;
};

/* Names of columns. */
struct head {
    struct str name[GATHER_COLUMNS_MAX + 1]; /* one more is too many */
    size_t count;
};

struct pos lines_pos(const struct lines *l, size_t at);
bool lines_end(const struct lines *l);

/* The line that begins at `at`, without its end; *next: behind it. */
struct str lines_at(const struct lines *l, size_t at, size_t *next);

/* What a console counts: "(3 rows)", "(3 rows affected)", "3 rows in set". An
   error when there are less. */
bool lines_footer(struct str line, uint64_t *count);
bool lines_counted(struct lines *l, uint64_t count);

/* A cell of a text in which nothing is quoted. */
void lines_plain(struct exported *x, struct str cell);

/* SELECT json_agg(…): one column, and JSON in it. */
bool lines_begin_json(const struct lines *l, const struct head *h, size_t at);
bool lines_json(struct lines *l);

/* exported_drawn.c: where the line of dashes is, below the names; false: there
   is none. */
bool drawn_find(const struct lines *l, size_t *ruler, size_t *names);
bool drawn_read(struct lines *l, size_t ruler, size_t names);

#endif
