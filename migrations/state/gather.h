/*
 * What a source of facts has read so far: tables with their rows and names of
 * objects, within bounds that are told when they are passed.
 */
#ifndef MIGRATIONS_STATE_GATHER_H
#define MIGRATIONS_STATE_GATHER_H

#include "migrations/state/state.h"

#define GATHER_CELL_MAX    ((size_t)64 << 10) /* more of a cell is cut off */
#define GATHER_BYTES_MAX   ((size_t)64 << 20) /* of all cells */
#define GATHER_TABLES_MAX  64
#define GATHER_COLUMNS_MAX 64

struct gathering {
    struct database_facts *facts;
    struct arena *arena;
    struct table_rows *table; /* that rows are read of */
    size_t table_cap, object_cap, cell_cap;
    size_t cells; /* of the row that is read */
    size_t bytes;
};

/* Rows that follow are of it; NULL when there are too many. */
struct table_rows *gather_table(struct gathering *g, const struct table_rows *t,
                                struct err *e);

/* False: too many. */
bool gather_column(struct gathering *g, struct str name, struct err *e);

/* The next cell of a row; NULL as text is NULL. */
void gather_cell(struct gathering *g, struct str text);
void gather_bytes(struct gathering *g, struct str bytes); /* as "\x0a1f" */

/* All cells of a row have come; cells that lack are NULL. False: too many. */
bool gather_row(struct gathering *g, struct err *e);

void gather_object(struct gathering *g, enum object_kind kind, const char *name,
                   const char *schema);

#endif
