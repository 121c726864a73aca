/*
 * The facts of a database, read a step at a time, so that other work goes on
 * meanwhile. A driver is a row: what its addresses look like and how it is
 * asked. Nothing is written, no lock of ours is held, and no address is told:
 * the messages of a driver name what failed, never the DSN.
 */
#ifndef MIGRATIONS_STATE_DATABASE_H
#define MIGRATIONS_STATE_DATABASE_H

#include "migrations/state/dsn.h"
#include "migrations/state/state.h"

#define DATABASE_OBJECTS_MAX 200000 /* names of tables, indexes, columns */

enum reading_state { READING_GOES_ON, READING_DONE, READING_FAILED };

struct database_reading {
    const struct database_driver *driver;
    struct arena *arena;          /* of what is read */
    struct database_facts *facts; /* filled; whole when it is done */
    struct err *err;              /* set when it failed */
    struct dsn dsn;
    void *own;   /* the driver's */
    int fd;      /* to wait for; -1: none, to be stepped again soon */
    bool writes; /* wait until it may be written, not read */
    bool ended;
};

struct database_driver {
    const char *name;   /* "PostgreSQL" */
    enum dsn_kind kind; /* of its addresses */
    /* Begins; nothing waits. */
    enum reading_state (*open)(struct database_reading *r);
    enum reading_state (*step)(struct database_reading *r);
    void (*close)(struct database_reading *r); /* at any time, once */
};

/* "3.3.14", of the client library. */
const char *mysql_library(void);

extern const struct database_driver driver_postgres, driver_mysql,
    driver_sqlite;

/*
 * Begins to read. False with err: the address is none of a known database. What
 * was begun must be closed. facts and e outlive the reading. When it fails,
 * facts->busy may say that somebody else's migration is in the way.
 */
bool database_open(struct database_reading *r, struct arena *a,
                   const char *address, struct database_facts *facts,
                   struct err *e) MUST_CHECK;
enum reading_state database_step(struct database_reading *r);
void database_close(struct database_reading *r);

/* All of it, waiting; timeout_ms: 0 for none. */
bool database_read(struct database_facts *out, struct arena *a,
                   const char *address, int64_t timeout_ms,
                   struct err *e) MUST_CHECK;

/*
 * Exported rows in place of a database: CSV with the names of the columns in
 * its first line, or JSON: a list of objects, or an object of such lists by the
 * names of their tables. table: the name that the rows have where the file does
 * not say it; NULL: found from the columns. path: for messages.
 */
bool database_rows(struct database_facts *out, struct arena *a,
                   const char *path, struct str text, const char *table,
                   struct err *e) MUST_CHECK;

#endif
