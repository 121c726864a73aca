/*
 * Addresses of databases, in the forms that frameworks keep: URLs of libpq,
 * those of SQLAlchemy with a driver ("postgresql+asyncpg://"), of Prisma with
 * parameters of its own ("?schema=app"), of JDBC ("jdbc:postgresql://"), lists
 * of words ("host=db dbname=app"), connection strings of ADO.NET ("Host=db;
 * Database=app"), and files of SQLite.
 */
#ifndef MIGRATIONS_STATE_DSN_H
#define MIGRATIONS_STATE_DSN_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"

enum dsn_kind { DSN_POSTGRES, DSN_MYSQL, DSN_SQLITE };

/* A value that is NULL was not given; texts are decoded. */
struct dsn_parameter {
    const char *name, *value;
};

struct dsn {
    enum dsn_kind kind;
    const char *host, *port, *user, *password, *database;
    const char *file;                /* of SQLite */
    const char *schema;              /* where to look first */
    struct dsn_parameter *parameter; /* the others, as they were given */
    size_t parameter_count;
};

/* The error names what is wrong with it, and never repeats it. */
bool dsn_read(struct dsn *out, struct arena *a, const char *text,
              struct err *e) MUST_CHECK;

/* What a server said, without user and password. */
const char *dsn_hide(const struct dsn *d, struct arena *a, const char *text);

#endif
