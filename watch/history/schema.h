/*
 * The tables of the history, described once: what makes them, what writes and
 * reads their rows, and docs/HISTORY.md follow from here.
 */
#ifndef WATCH_HISTORY_SCHEMA_H
#define WATCH_HISTORY_SCHEMA_H

#include "base/names.h"
#include "watch/history/database.h"

enum column_type {
    COLUMN_ID,      /* int64_t, given by the database */
    COLUMN_INT,     /* int64_t */
    COLUMN_BITS,    /* uint64_t */
    COLUMN_BOOL,    /* bool: 0 or 1 */
    COLUMN_NAME,    /* int of `names`; -1: null */
    COLUMN_KEY,     /* const char *; too long: refused */
    COLUMN_LINK,    /* the same, or null */
    COLUMN_TEXT,    /* const char *; NULL: null; too long: cut */
    COLUMN_PAYLOAD, /* const char *; too long: refused */
    COLUMN_BYTES    /* of no row's struct */
};

#define NO_FIELD ((size_t)-1)

struct column {
    const char *name;
    enum column_type type;
    size_t at; /* offsetof its field; NO_FIELD: it has none */
    const struct names *names;
    const char *also; /* SQL after its type; NULL: none */
    int since;        /* the version that brought it */
    const char *help;
};

/* A column that a later version dropped. */
struct former_column {
    struct column column;
    int until; /* the version that dropped it */
};

struct table {
    const char *name;
    size_t size; /* of a row's struct */
    const struct column *column;
    size_t count;
    const struct former_column *former;
    size_t former_count;
    const char *also; /* SQL after the columns; NULL: none */
    bool clustered;   /* read by its primary key */
    const char *help;
};

/*
 * What a version does besides its columns: statements that end in NULL. They
 * run after columns were added and before columns are dropped; "@position@" is
 * the function that finds a string in another.
 */
struct schema_step {
    const char *const *sql;
};

struct schema {
    const struct table *const *table;
    size_t count;
    const struct schema_step *step; /* of versions 1 to newest */
    int newest;
};

extern const struct schema history_schema;
extern const struct table runs_table, results_table, records_table,
    states_table, incidents_table, events_table, notices_table,
    deployments_table, episodes_table;

/* 0: there is none yet. A newer one is an error that says what to do. */
bool schema_version(struct database *d, const struct schema *s, int *version,
                    struct err *e) MUST_CHECK;

/* Brings it to the newest, each version in a transaction of its own. */
bool schema_migrate(struct database *d, const struct schema *s,
                    struct err *e) MUST_CHECK;

#endif
