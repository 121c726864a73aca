/*
 * PostgreSQL: its own schema in a database, values in binary, rows one at a
 * time. The claim is a lock of the session, so it ends with the connection.
 */
#include "watch/history/postgres.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "watch/history/foreign.h"
#include "watch/history/history.h"

/* Types of arguments and columns, as in the server's catalog pg_type. */
enum oid {
    OID_BOOL = 16,
    OID_BYTEA = 17,
    OID_INT8 = 20,
    OID_INT4 = 23,
    OID_TEXT = 25
};

/* "post", "flig": the pair that stands for the history of a database. */
#define LOCK_CLASS   "1886352244"
#define LOCK_ROUNDS  "1718381927"
#define LOCK_MAKE    "1718381928"
#define LOCK_SENDING "1718381929"

static struct postgres *own(struct database *d)
{
    return (struct postgres *)d;
}

struct argument {
    Oid type[ARGUMENTS_MAX];
    const char *ptr[ARGUMENTS_MAX];
    int length[ARGUMENTS_MAX], binary[ARGUMENTS_MAX];
    unsigned char number[ARGUMENTS_MAX][8];
};

static void put_number(unsigned char *to, int64_t number)
{
    uint64_t bits = (uint64_t)number;
    for (size_t i = 0; i < 8; i++)
        to[i] = (unsigned char)(bits >> (56 - 8 * i));
}

static int64_t get_number(const char *from, int length)
{
    uint64_t bits = 0;
    for (int i = 0; i < length; i++)
        bits = bits << 8 | (unsigned char)from[i];
    if (length == 4)
        return (int32_t)(uint32_t)bits;
    return (int64_t)bits;
}

static void set_argument(struct argument *a, size_t i, const struct datum *v)
{
    static const Oid types[] = {[DATUM_NULL] = 0,
                                [DATUM_INT] = OID_INT8,
                                [DATUM_TEXT] = OID_TEXT,
                                [DATUM_BYTES] = OID_BYTEA};
    a->type[i] = types[v->kind];
    a->binary[i] = 1;
    a->ptr[i] = v->text.ptr == NULL ? "" : v->text.ptr;
    a->length[i] = (int)v->text.len;
    if (v->kind == DATUM_NULL)
        a->ptr[i] = NULL;
    if (v->kind != DATUM_INT)
        return;
    put_number(a->number[i], v->number);
    a->ptr[i] = (const char *)a->number[i];
    a->length[i] = 8;
}

static struct datum column_datum(const PGresult *r, int i)
{
    int length = PQgetlength(r, 0, i);
    const char *ptr = PQgetvalue(r, 0, i);
    if (PQgetisnull(r, 0, i) || length < 0)
        return datum_null();
    switch (PQftype(r, i)) {
    case OID_BOOL:
    case OID_INT4:
    case OID_INT8:
        return length == 1 || length == 4 || length == 8
                   ? datum_int(get_number(ptr, length))
                   : datum_null();
    case OID_BYTEA:
        return datum_bytes((struct str){ptr, (size_t)length});
    default:
        return datum_text((struct str){ptr, (size_t)length});
    }
}

static bool give_row(const PGresult *r, const struct statement *q,
                     const char *shown, struct err *e)
{
    struct datum column[ARGUMENTS_MAX];
    int count = PQnfields(r);
    if (count > ARGUMENTS_MAX)
        count = ARGUMENTS_MAX;
    for (int i = 0; i < count; i++) {
        column[i] = column_datum(r, i);
        if (column[i].text.len > DATUM_MAX)
            return database_value_too_large(shown, e);
    }
    return q->row(q->context, column, (size_t)count, e);
}

static bool take_result(struct postgres *p, PGresult *r,
                        const struct statement *q, struct err *e)
{
    uint64_t changed = 0;
    switch (PQresultStatus(r)) {
    case PGRES_SINGLE_TUPLE:
        return q->row == NULL || give_row(r, q, p->base.shown, e);
    case PGRES_TUPLES_OK:
    case PGRES_COMMAND_OK:
        if (q->changed != NULL &&
            text_to_u64(str_from(PQcmdTuples(r)), INT64_MAX, &changed))
            *q->changed = (int64_t)changed;
        return true;
    default:
        return postgres_explain(p, r, e);
    }
}

/* All results are fetched, or the next statement could not be sent. */
static bool take_results(struct postgres *p, const struct statement *q,
                         struct err *e)
{
    bool ok = true;
    PGresult *r = NULL;
    while ((r = PQgetResult(p->connection)) != NULL) {
        ok = ok && take_result(p, r, q, e);
        PQclear(r);
        if (PQstatus(p->connection) == CONNECTION_BAD && !ok)
            break;
    }
    return ok;
}

/* COMMIT of a transaction in which something failed is answered ROLLBACK. */
static bool run(struct database *d, const struct statement *q, struct err *e)
{
    struct postgres *p = own(d);
    struct argument *a = heap_zeroed(sizeof(*a));
    bool failed = strcmp(q->sql, "COMMIT") == 0 &&
                  PQtransactionStatus(p->connection) == PQTRANS_INERROR;
    for (size_t i = 0; i < q->count && i < ARGUMENTS_MAX; i++)
        set_argument(a, i, &q->arg[i]);
    bool ok = PQsendQueryParams(p->connection, q->sql, (int)q->count, a->type,
                                a->ptr, a->length, a->binary, 1) == 1 ||
              postgres_explain(p, NULL, e);
    free(a);
    if (!ok)
        return false;
    PQsetSingleRowMode(p->connection);
    ok = take_results(p, q, e);
    if (ok && failed)
        return err_set(e, POS_NONE,
                       "nothing was written to '%s': a statement before failed",
                       d->shown);
    return ok;
}

static bool set_up(struct postgres *p, struct err *e)
{
    struct buf sql;
    bool ok = true;
    const struct {
        const char *name;
        int ms;
    } limit[] = {{"statement_timeout", STATEMENT_MS},
                 {"lock_timeout", LOCKED_MS},
                 {"idle_in_transaction_session_timeout", 10 * STATEMENT_MS}};
    static const char *const words[] = {
        "SET search_path TO postflight, pg_temp", /* nothing before ours */
        "SET synchronous_commit TO on",
        /* a machine that is gone must not keep its claim for hours */
        "SET tcp_keepalives_idle TO 30",
        "SET tcp_keepalives_interval TO 10",
        "SET tcp_keepalives_count TO 3",
    };
    for (size_t i = 0; i < ARRAY_COUNT(words) && ok; i++)
        ok = database_run(&p->base, words[i], NULL, 0, e);
    for (size_t i = 0; i < ARRAY_COUNT(limit) && ok; i++) {
        buf_init(&sql, 200);
        buf_printf(&sql, "SET %s TO %d", limit[i].name, limit[i].ms);
        ok = database_run(&p->base, sql.ptr, NULL, 0, e);
        buf_release(&sql);
    }
    return ok;
}

static void close_postgres(struct database *d)
{
    struct postgres *p = own(d);
    PQfinish(p->connection);
    arena_release(&p->arena);
    free(p);
}

static bool open_postgres(struct database **out, const char *where,
                          struct err *e)
{
    struct postgres *p = heap_zeroed(sizeof(*p));
    p->base = (struct database){&postgres_backend, "postgresql://"};
    arena_init(&p->arena);
    if (!postgres_connect(p, where, e) || !set_up(p, e) ||
        !postgres_is_ours(&p->base, e)) {
        close_postgres(&p->base);
        return false;
    }
    *out = &p->base;
    return true;
}

#define MAKING "SELECT pg_advisory_xact_lock(" LOCK_CLASS ", " LOCK_MAKE ")"

/* CREATE … IF NOT EXISTS asks for the right to create even where it is. */
static bool make_schema(struct database *d, struct err *e)
{
    struct datum found;
    if (!database_run(d, MAKING, NULL, 0, e) ||
        !database_number(d,
                         "SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname "
                         "= 'postflight'",
                         NULL, 0, &found, e))
        return false;
    return found.kind != DATUM_NULL ||
           database_run(d, "CREATE SCHEMA postflight", NULL, 0, e);
}

static bool ready(struct database *d, struct err *e)
{
    struct err ignored = {.set = false};
    if (!database_run(d, "BEGIN", NULL, 0, e))
        return false;
    if (make_schema(d, e) && database_run(d, "COMMIT", NULL, 0, e))
        return true;
    (void)!database_run(d, "ROLLBACK", NULL, 0, &ignored);
    return false;
}

struct holder {
    struct arena *arena;
    const char *text;
};

static bool take_holder(void *context, const struct datum *column, size_t count,
                        struct err *e)
{
    struct holder *h = context;
    (void)e;
    if (count == 1 && column[0].kind == DATUM_TEXT)
        h->text = text_elide(h->arena, column[0].text, 200);
    return true;
}

/* The locks of a session, and the rows that say who has them. */
static const struct {
    const char *take, *drop, *write, *read;
} claims[] = {
#define CLAIM(number, row)                                                     \
    {                                                                          \
        "SELECT pg_try_advisory_lock(" LOCK_CLASS ", " number ")",             \
            "SELECT pg_advisory_unlock(" LOCK_CLASS ", " number ")",           \
            "INSERT INTO meta (name, value) VALUES ('" row "', $1) "           \
            "ON CONFLICT (name) DO UPDATE SET value = excluded.value",         \
            "SELECT value FROM meta WHERE name = '" row "'"                    \
    }
    [CLAIM_ROUNDS] = CLAIM(LOCK_ROUNDS, "holder"),
    [CLAIM_SENDING] = CLAIM(LOCK_SENDING, "sender"),
#undef CLAIM
};

static bool claim(struct database *d, enum claim what, struct arena *a,
                  const char **holder, struct err *e)
{
    struct datum got;
    struct holder h = {a, "another process"};
    *holder = NULL;
    if (own(d)->claimed[what]) /* it would have to be given back as often */
        return true;
    if (!database_number(d, claims[what].take, NULL, 0, &got, e))
        return false;
    if (got.number == 1) {
        struct datum text = datum_text(str_from(database_holder(a)));
        own(d)->claimed[what] = true;
        return database_run(d, claims[what].write, &text, 1, e);
    }
    if (!run(d,
             &(struct statement){
                 .sql = claims[what].read, .row = take_holder, .context = &h},
             e))
        return false;
    *holder = h.text;
    return true;
}

/* A connection that is lost has lost it. */
static void release(struct database *d, enum claim what)
{
    struct err ignored = {.set = false};
    if (own(d)->claimed[what])
        (void)!database_run(d, claims[what].drop, NULL, 0, &ignored);
    own(d)->claimed[what] = false;
}

void postgres_version(struct buf *out)
{
    int number = PQlibVersion(); /* 150020 is 15.20 */
    buf_printf(out, "%d.%d", number / 10000, number % 10000);
}

const struct backend postgres_backend = {
    .words = {.id = "BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY",
              .integer = "BIGINT",
              .text = "TEXT COLLATE \"C\"",
              .bytes = "BYTEA",
              .end = "",
              .clustered_end = "",
              .has_table = "SELECT 1 FROM pg_catalog.pg_tables WHERE "
                           "schemaname = 'postflight' AND tablename = $1",
              .migrating = MAKING,
              .position = "strpos"},
    .open = open_postgres,
    .ready = ready,
    .run = run,
    .claim = claim,
    .release = release,
    .close = close_postgres,
    .begin = "BEGIN",
    .isolate = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ",
};
