/* Rows of a table from and to the structs of model/watch_rows.h. */
#ifndef WATCH_HISTORY_HISTORY_ROWS_H
#define WATCH_HISTORY_HISTORY_ROWS_H

#include "watch/history/history.h"
#include "watch/history/schema.h"

#define SPOOL_ID_DIGITS 16

struct history {
    struct database *database;
    char id[HISTORY_ID_DIGITS + 1];
    char spool[SPOOL_ID_DIGITS + 1]; /* id; empty: this is no spool */
    char infix[8]; /* of the ids of a spool's incidents; empty: none */
    bool inside;   /* a transaction */
    bool failed;   /* and a statement of it */
    size_t odd;    /* rows that were left alone since that was reported */
    char first_odd[400];
};

/* Rows that were read: any struct of history.h that has these three. */
struct row_list {
    void *item;
    size_t count, cap;
};

/* identity.c: reads its id, or draws one. */
bool history_read_id(struct history *h, struct err *e) MUST_CHECK;

/* As database_run; a failure inside a transaction is remembered. */
bool history_run(struct history *h, const struct statement *q,
                 struct err *e) MUST_CHECK;

/* *own: begun here, so that it ends here. */
bool history_enter(struct history *h, bool *own, struct err *e) MUST_CHECK;
bool history_leave(struct history *h, bool own, bool ok,
                   struct err *e) MUST_CHECK;

/* tail: SQL after VALUES (…). *id: what RETURNING gives; NULL: not asked. */
bool rows_insert(struct history *h, const struct table *t, const void *row,
                 const char *tail, int64_t *id, struct err *e) MUST_CHECK;

/* Writes over the row that has this key. */
bool rows_put(struct history *h, const struct table *t, const void *row,
              const char *key, struct err *e) MUST_CHECK;

/* tail: SQL after FROM name. */
struct selection {
    const struct table *table;
    const char *tail;
    const struct datum *arg;
    size_t count;
    const char *head; /* SQL from SELECT on, instead; NULL: the columns */
};
bool rows_select(struct history *h, struct arena *a, const struct selection *s,
                 struct row_list *out, struct err *e) MUST_CHECK;

#endif
