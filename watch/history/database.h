/*
 * One small interface over two databases. SQL is written once, with $1 to $N
 * for its arguments; the few words that differ stand in a dialect.
 *
 * Every statement is prepared and its arguments are bound. Each has a time
 * after which it is given up (STATEMENT_MS), and waits at most LOCKED_MS for
 * what another process has locked.
 */
#ifndef WATCH_HISTORY_DATABASE_H
#define WATCH_HISTORY_DATABASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/buf.h"
#include "base/err.h"

#define STATEMENT_MS   30000
#define LOCKED_MS      5000
#define SOUND_MS       2000 /* of looking for damage when it is opened */
#define SOUND_BYTES    ((size_t)8 << 20) /* of a larger file, much less of it */
#define SOUND_LARGE_MS 50
#define ARGUMENTS_MAX  32
#define DATUM_MAX      ((size_t)17 << 20) /* bytes: a record, badly compressed */

enum datum_kind { DATUM_NULL, DATUM_INT, DATUM_TEXT, DATUM_BYTES };

struct datum {
    enum datum_kind kind;
    int64_t number;
    struct str text; /* of a row: borrowed until the next one */
};

struct datum datum_null(void);
struct datum datum_int(int64_t number);
struct datum datum_text(struct str text);
struct datum datum_bytes(struct str bytes);

/* One statement, and what is done with each of its rows. */
struct statement {
    const char *sql;
    const struct datum *arg;
    size_t count;
    bool (*row)(void *context, const struct datum *column, size_t count,
                struct err *e); /* NULL: rows are left out; false: an end */
    void *context;
    int64_t *changed; /* NULL: not asked; rows that were written */
};

/* The words that differ. */
struct dialect {
    const char *id, *integer, *text, *bytes; /* types of columns */
    const char *end;                         /* of CREATE TABLE */
    const char *clustered_end; /* of one that is read by its primary key */
    const char *has_table;     /* $1: its name; a row: it is there */
    const char *migrating;     /* keeps others from it too; NULL: begin does */
    const char *position;      /* function: where a string is in another */
    const char *mark;          /* that a new one is a history; NULL: none */
};

struct database;

/* What one process has at a time: the rounds, and the sending of notices. */
enum claim { CLAIM_ROUNDS, CLAIM_SENDING, CLAIMS };

struct backend {
    struct dialect words;

    /* Nothing is changed by it, and what is there is looked at for damage. */
    bool (*open)(struct database **out, const char *where, struct err *e);

    /* Makes it ready to be written, once its version is known to be ours. */
    bool (*ready)(struct database *d, struct err *e);
    bool (*run)(struct database *d, const struct statement *q, struct err *e);
    bool (*claim)(struct database *d, enum claim what, struct arena *a,
                  const char **holder, struct err *e);
    void (*release)(struct database *d, enum claim what); /* fine without */
    void (*close)(struct database *d);
    const char *begin;
    /* After begin: a row that another changed since is an error and not lost;
       NULL: begin keeps others out. */
    const char *isolate;
};

/* What each backend's own struct begins with. */
struct database {
    const struct backend *backend;
    const char *shown; /* its address without secrets, for errors */
};

extern const struct backend sqlite_backend, postgres_backend;

/* How long a file of so many bytes is looked at for damage. */
int64_t sqlite_sound_ms(uint64_t bytes);

bool database_run(struct database *d, const char *sql, const struct datum *arg,
                  size_t count, struct err *e) MUST_CHECK;

/* The first column of the first row; NULL when there is none. */
bool database_number(struct database *d, const char *sql,
                     const struct datum *arg, size_t count, struct datum *out,
                     struct err *e) MUST_CHECK;

/* A value has more than DATUM_MAX bytes; false. */
bool database_value_too_large(const char *shown, struct err *e);

/* "pid 4711 on web1 since 2026-11-21T10:00:00Z": this process, now. */
const char *database_holder(struct arena *a);

#endif
