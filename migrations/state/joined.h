/*
 * What the files of a folder and the rows of a history come to, while they are
 * being joined.
 */
#ifndef MIGRATIONS_STATE_JOINED_H
#define MIGRATIONS_STATE_JOINED_H

#include "migrations/state/internal.h"

struct joined {
    struct migration_state *out;
    struct arena *arena;
    const struct shipped *shipped;
    const struct database_facts *facts;
    const struct table_rows *history; /* NULL: not found */
    struct history_row *row;          /* what counts of each id */
    size_t row_count, row_cap;
    bool *applied; /* of each shipped one */
    bool apart;    /* the history has a schema of its own */
    const struct compare_options *options;
    bool running; /* by a lock of the tool that is young */
    bool locked;  /* the tool's own lock */
    bool broken;  /* ids that come twice, parents that do not exist */
    bool split;   /* several heads */
};

/* rows.c: the history, and which of the shipped ones it says are applied. */
const struct table_rows *find_history(const struct joined *j,
                                      const char *table);
struct history_row *row_of(struct joined *j, const char *id);
const struct shipped_migration *find_shipped(const struct joined *j,
                                             const char *id);
void read_rows(struct joined *j);
void mark_applied(struct joined *j);

/* False: nothing can be said, and out->reason says why. */
bool history_is_readable(struct joined *j);

/* locks.c: j->locked, or j->running where the lock is young. */
void look_at_lock(struct joined *j);

/* chain.c */
void add_chain(struct joined *j);

/* compare.c */
void add_text(struct joined *j, const char ***list, size_t *count,
              const char *text);
const struct database_object *find_object(const struct joined *j,
                                          const char *name, const char *schema,
                                          enum object_kind kind);

/* verdict.c: the worst that holds. */
int verdict_of(const struct joined *j);

#endif
