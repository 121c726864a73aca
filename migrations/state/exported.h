/* What the readers of exported rows share. */
#ifndef MIGRATIONS_STATE_EXPORTED_H
#define MIGRATIONS_STATE_EXPORTED_H

#include "migrations/state/gather.h"

struct exported {
    struct gathering gathering;
    struct arena *arena;
    struct err *e;
    const struct source *source;
    const char *table; /* that rows without a name are of; NULL: not said */
};

/*
 * Begins a table. name: as the file says it, "table" or "schema.table"; NULL:
 * found from its columns. at: of its columns, for messages.
 */
bool exported_table(struct exported *x, const char *name,
                    const struct str *column, size_t count, struct pos at);

/* A text that is JSON, from `source`, which x->source is for messages. */
bool exported_json(struct exported *x, const struct source *source);

/* Lines: separated values, or a table as a console shows it. */
bool exported_lines(struct exported *x);

#endif
