/* What the readers of the forms of an address share. */
#ifndef MIGRATIONS_STATE_DSN_FORMS_H
#define MIGRATIONS_STATE_DSN_FORMS_H

#include "base/buf.h"
#include "migrations/state/dsn.h"

struct dsn_reading {
    struct dsn *out;
    struct arena *arena;
    struct err *e;
    bool jdbc;
};

/* Of any form: a host, a password, or one of the other parameters. */
bool dsn_take(struct dsn_reading *r, struct str name, const char *value);

/* The error about a database that is not read. */
bool dsn_unknown(struct dsn_reading *r, struct str scheme);

/* dsn_words.c: "host=db dbname=app", as libpq has it; "Host=db;Database=app",
   as ADO.NET has it. */
bool dsn_words(struct dsn_reading *r, struct str s);
bool dsn_is_ado(struct str s);
bool dsn_ado(struct dsn_reading *r, struct str s);

#endif
