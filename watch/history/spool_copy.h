/* Rows from one history into another, table by table. */
#ifndef WATCH_HISTORY_SPOOL_COPY_H
#define WATCH_HISTORY_SPOOL_COPY_H

#include "watch/history/history_rows.h"

#define FIRST_RUN   INT64_C(1099511627776) /* a spool's own runs are above it */
#define EPISODE_KEY "check_id, region, from_ms"

struct run_id {
    int64_t old, now;
};

/* Rows of one table on their way. */
struct copying {
    struct history *to;
    const struct table *table;
    const char *conflict; /* SQL after VALUES */
    struct arena *arena;
    struct run_id *run; /* of the runs that were copied */
    size_t count, cap;
};

/* which: SQL after FROM; conflict: after VALUES. Columns that name a run get
   the id that it has now. */
bool spool_copy(struct copying *k, struct history *from, const struct table *t,
                const char *which, const char *conflict,
                struct err *e) MUST_CHECK;

/*
 * " ON CONFLICT (key) DO UPDATE SET" of all columns. What people did stays, and
 * so does a run when the new one is only known to the spool: it came before.
 */
const char *spool_over(struct arena *a, const struct table *t, const char *key);

/* The number that a question finds; arg: $1, or NULL. */
bool spool_number(struct history *h, const char *sql, const struct datum *arg,
                  int64_t *out, struct err *e) MUST_CHECK;

#endif
