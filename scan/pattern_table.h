/*
 * Tables of patterns that the program has itself. A row is compiled when it is
 * first tried, and then stays: a scan that finds nothing pays for no row, and
 * one after it for none again. A table is of one thread.
 */
#ifndef SCAN_PATTERN_TABLE_H
#define SCAN_PATTERN_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

struct pattern_row {
    const char *name;    /* what a line is that fits, for who reads the table */
    int kind, points;    /* as its owner has them */
    const char *pattern; /* NULL: nothing fits */
};

struct pattern_table; /* handle; the rows outlive it */
struct pattern_table *pattern_table_open(const struct pattern_row *row,
                                         size_t count);
void pattern_table_close(struct pattern_table *t); /* NULL too */

/* Does a row fit the text somewhere? */
bool pattern_fits(const struct pattern_table *t, size_t index, struct str text);

/* Of a row that has just fitted the text: all that it fitted … */
struct str pattern_found(const struct pattern_table *t, size_t index,
                         struct str text);
/* … and its group of that name; empty if it has none, or it is unset. */
struct str pattern_group(const struct pattern_table *t, size_t index,
                         struct str text, const char *name);

#endif
