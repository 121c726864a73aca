/* What the files of the PostgreSQL backend share. */
#ifndef WATCH_HISTORY_POSTGRES_H
#define WATCH_HISTORY_POSTGRES_H

#include <libpq-fe.h>

#include "watch/history/database.h"

struct postgres {
    struct database base;
    PGconn *connection;
    bool claimed[CLAIMS];
    struct arena arena; /* what lives as long */
};

/*
 * Connects. libpq's own ways to find a password (PGPASSWORD, ~/.pgpass, a
 * service) work too; no error text has it.
 */
bool postgres_connect(struct postgres *p, const char *where,
                      struct err *e) MUST_CHECK;

/* What the last statement or the connection said; both return false. */
bool postgres_explain(struct postgres *p, const PGresult *result,
                      struct err *e);
bool postgres_unreachable(struct postgres *p, struct err *e);

#endif
