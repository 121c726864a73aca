/*
 * What PostgreSQL tells, in one transaction that can write nothing and in two
 * round trips: first what there is (tables that may be histories, the names of
 * all relations, types and columns, who migrates), then the rows of the
 * histories. SET LOCAL works behind pgbouncer, where the options of a
 * connection do not. row_security = off makes a policy that would hide rows an
 * error; pg_class shows tables that this role may not read.
 */
#include <libpq-fe.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "migrations/state/database.h"
#include "migrations/state/internal.h"

#define KEYWORDS_MAX 64
#define LOCK_TAKEN   "55P03" /* lock_not_available */
#define SYSTEM                                                                 \
    "n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname "     \
    "NOT LIKE 'pg\\_%' "

/* Each statement of the first round trip gives a result, in this order. */
enum first {
    FIRST_BEGIN,
    FIRST_TIMEOUT,
    FIRST_LOCK,
    FIRST_SECURITY,
    FIRST_SERVER,
    FIRST_TABLES,
    FIRST_OBJECTS,
    FIRST_RUNS,
    FIRST_COUNT
};

static const char first_query[] =
    "BEGIN READ ONLY; SET LOCAL statement_timeout = '3s'; "
    "SET LOCAL lock_timeout = '500ms'; SET LOCAL row_security = off; "
    "SELECT current_setting('server_version'), current_schema(), "
    "pg_is_in_recovery(), CASE WHEN pg_is_in_recovery() THEN (extract(epoch "
    "FROM clock_timestamp() - pg_last_xact_replay_timestamp()) * 1000)::bigint "
    "END; "
    "SELECT n.nspname, c.relname, pg_table_is_visible(c.oid), "
    "has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, "
    "'SELECT'), row_security_active(c.oid) FROM pg_class c JOIN pg_namespace n "
    "ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p', 'v') AND " SYSTEM
    "ORDER BY 1, 2; "
    "SELECT c.relname, CASE WHEN c.relkind IN ('i', 'I') THEN 'i' ELSE 'r' "
    "END, COALESCE(NOT x.indisvalid, false), n.nspname, "
    "pg_table_is_visible(c.oid) FROM pg_class c JOIN pg_namespace n ON n.oid = "
    "c.relnamespace LEFT JOIN pg_index x ON x.indexrelid = c.oid WHERE "
    "c.relkind IN ('r', 'p', 'v', 'm', 'f', 'i', 'I') AND " SYSTEM
    "UNION ALL SELECT t.typname, 't', false, n.nspname, "
    "pg_type_is_visible(t.oid) FROM pg_type t JOIN pg_namespace n ON n.oid = "
    "t.typnamespace WHERE t.typtype IN ('e', 'd', 'r') AND " SYSTEM
    "UNION ALL SELECT c.relname || '.' || a.attname, 'c', false, n.nspname, "
    "pg_table_is_visible(c.oid) FROM pg_attribute a JOIN pg_class c ON c.oid = "
    "a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE a.attnum > "
    "0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p') AND " SYSTEM
    "LIMIT 200000; "
    /* Prisma holds this lock while it migrates. */
    "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND classid = 0 AND "
    "objid = 72707369 AND granted";

struct session {
    PGconn *conn;
    struct database_reading *reading;
    bool connected, second;
    bool failed;   /* what comes is only read to its end */
    size_t result; /* of this round trip */
    size_t asked;  /* tables of the second one */
    size_t *table; /* their places in facts->table */
    size_t table_cap, object_cap;
};

static const char *said_by(struct session *s)
{
    const struct database_reading *r = s->reading;
    struct str text = str_trim(
        str_from(dsn_hide(&r->dsn, r->arena, PQerrorMessage(s->conn))));
    struct str line = str_cut(text, '\n', &text);
    return text_elide(r->arena, line, 300);
}

static enum reading_state fail(struct session *s, const char *what)
{
    s->failed = true;
    (void)err_set(s->reading->err, POS_NONE, "%s: %s", what, said_by(s));
    return READING_FAILED;
}

static const char *cell(struct session *s, const PGresult *r, int row,
                        int column)
{
    if (PQgetisnull(r, row, column))
        return NULL;
    return arena_dup(s->reading->arena, PQgetvalue(r, row, column),
                     (size_t)PQgetlength(r, row, column));
}

static bool is_set(const PGresult *r, int row, int column)
{
    return strcmp(PQgetvalue(r, row, column), "t") == 0;
}

static void take_server(struct session *s, const PGresult *r)
{
    struct database_facts *f = s->reading->facts;
    const char *lag = cell(s, r, 0, 3);
    uint64_t ms = 0;
    f->server =
        arena_printf(s->reading->arena, "PostgreSQL %s", PQgetvalue(r, 0, 0));
    f->schema = s->reading->dsn.schema != NULL ? s->reading->dsn.schema
                                               : cell(s, r, 0, 1);
    f->standby = is_set(r, 0, 2);
    f->lag_ms = lag != NULL && text_to_u64(str_from(lag), INT64_MAX, &ms)
                    ? (int64_t)ms
                    : -1;
}

static const char *why_not(const PGresult *r, int row)
{
    if (!is_set(r, row, 3))
        return "this role may not read it: grant SELECT on it";
    if (is_set(r, row, 4))
        return "row-level security hides rows from this role: give a role "
               "that may bypass it";
    return NULL;
}

static void take_tables(struct session *s, const PGresult *r)
{
    struct database_facts *f = s->reading->facts;
    for (int i = 0; i < PQntuples(r); i++) {
        if (!state_wants_table(PQgetvalue(r, i, 1)))
            continue;
        f->table = arena_grow(s->reading->arena, f->table, f->table_count,
                              &s->table_cap, sizeof(*f->table));
        f->table[f->table_count++] =
            (struct table_rows){.schema = cell(s, r, i, 0),
                                .name = cell(s, r, i, 1),
                                .visible = is_set(r, i, 2),
                                .unreadable = why_not(r, i)};
    }
}

static enum object_kind kind_of(char c)
{
    return c == 'i'   ? OBJECT_INDEX
           : c == 't' ? OBJECT_TYPE
           : c == 'c' ? OBJECT_COLUMN
                      : OBJECT_TABLE;
}

static void take_objects(struct session *s, const PGresult *r)
{
    struct database_facts *f = s->reading->facts;
    f->has_objects = PQntuples(r) < DATABASE_OBJECTS_MAX;
    for (int i = 0; i < PQntuples(r); i++) {
        f->object = arena_grow(s->reading->arena, f->object, f->object_count,
                               &s->object_cap, sizeof(*f->object));
        f->object[f->object_count++] =
            (struct database_object){.kind = kind_of(PQgetvalue(r, i, 1)[0]),
                                     .name = cell(s, r, i, 0),
                                     .schema = cell(s, r, i, 3),
                                     .invalid = is_set(r, i, 2),
                                     .hidden = !is_set(r, i, 4)};
    }
}

static void take_first(struct session *s, const PGresult *r)
{
    switch ((enum first)s->result) {
    case FIRST_SERVER:
        take_server(s, r);
        break;
    case FIRST_TABLES:
        take_tables(s, r);
        break;
    case FIRST_OBJECTS:
        take_objects(s, r);
        break;
    case FIRST_RUNS:
        if (PQntuples(r) > 0)
            s->reading->facts->busy = "Prisma has locked this database";
        break;
    default:
        break;
    }
}

static void take_rows(struct session *s, const PGresult *r)
{
    if (s->result >= s->asked)
        return; /* of the end of the transaction */
    struct table_rows *t = &s->reading->facts->table[s->table[s->result]];
    struct arena *a = s->reading->arena;
    size_t columns = (size_t)PQnfields(r), rows = (size_t)PQntuples(r);
    t->column_count = columns;
    t->row_count = rows;
    t->column = arena_array(a, columns + 1, sizeof(*t->column));
    t->cell = arena_array(a, columns * rows + 1, sizeof(*t->cell));
    for (size_t c = 0; c < columns; c++)
        t->column[c] = str_dup(a, str_from(PQfname(r, (int)c)));
    for (size_t i = 0; i < rows; i++)
        for (size_t c = 0; c < columns; c++)
            t->cell[i * columns + c] = cell(s, r, (int)i, (int)c);
}

/* The rows of all that may be read. */
static bool ask_rows(struct session *s)
{
    struct database_facts *f = s->reading->facts;
    struct buf sql;
    buf_init(&sql, (size_t)1 << 20);
    s->table =
        arena_array(s->reading->arena, f->table_count + 1, sizeof(*s->table));
    for (size_t i = 0; i < f->table_count; i++) {
        const struct table_rows *t = &f->table[i];
        if (t->unreadable != NULL)
            continue;
        char *schema =
            PQescapeIdentifier(s->conn, t->schema, strlen(t->schema));
        char *name = PQescapeIdentifier(s->conn, t->name, strlen(t->name));
        if (schema != NULL && name != NULL)
            buf_printf(&sql, "SELECT * FROM %s.%s LIMIT %d; ", schema, name,
                       STATE_ROWS_MAX + 1);
        s->table[s->asked++] = i;
        PQfreemem(schema);
        PQfreemem(name);
    }
    buf_text(&sql, "ROLLBACK");
    const char *text = buf_take(s->reading->arena, &sql);
    s->second = true;
    s->result = 0;
    return PQsendQuery(s->conn, text) == 1;
}

/* Of a table: it is locked, or gone since it was listed. */
static enum reading_state refused(struct session *s, const PGresult *r)
{
    const char *state = PQresultErrorField(r, PG_DIAG_SQLSTATE);
    bool of_rows = s->second && s->result < s->asked;
    struct table_rows *t =
        of_rows ? &s->reading->facts->table[s->table[s->result]] : NULL;
    if (t != NULL && state != NULL && strcmp(state, LOCK_TAKEN) == 0) {
        t->locked = true;
        s->reading->facts->busy = arena_printf(
            s->reading->arena, "another session has locked %s", t->name);
    }
    if (t != NULL)
        return fail(s, arena_printf(s->reading->arena, "cannot read %s.%s",
                                    t->schema, t->name));
    return fail(s, "cannot query the tables of PostgreSQL");
}

/* One result that has come. */
static enum reading_state take(struct session *s, const PGresult *r)
{
    ExecStatusType status = PQresultStatus(r);
    if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK)
        return refused(s, r);
    if (s->second)
        take_rows(s, r);
    else
        take_first(s, r);
    s->result++;
    return READING_GOES_ON;
}

static enum reading_state take_results(struct session *s)
{
    PGresult *r;
    if (PQconsumeInput(s->conn) == 0)
        return fail(s, "lost the connection to PostgreSQL");
    while (PQisBusy(s->conn) == 0 && (r = PQgetResult(s->conn)) != NULL) {
        enum reading_state state = take(s, r);
        PQclear(r);
        if (state == READING_FAILED)
            return state;
    }
    if (PQisBusy(s->conn) != 0)
        return READING_GOES_ON;
    if (s->second)
        return READING_DONE;
    return ask_rows(s) ? READING_GOES_ON
                       : fail(s, "cannot query the history in PostgreSQL");
}

static enum reading_state connect_further(struct session *s)
{
    switch (PQconnectPoll(s->conn)) {
    case PGRES_POLLING_READING:
        s->reading->writes = false;
        break;
    case PGRES_POLLING_WRITING:
        s->reading->writes = true;
        break;
    case PGRES_POLLING_OK:
        s->connected = true;
        if (PQsendQuery(s->conn, first_query) != 1)
            return fail(s, "cannot query PostgreSQL");
        break;
    default:
        return fail(s, "cannot connect to PostgreSQL");
    }
    return READING_GOES_ON;
}

static enum reading_state step(struct database_reading *reading)
{
    struct session *s = reading->own;
    enum reading_state state;
    if (!s->connected) {
        state = connect_further(s);
    } else {
        reading->writes = PQflush(s->conn) == 1;
        state = take_results(s);
    }
    reading->fd = PQsocket(s->conn);
    return state;
}

/* libpq would print notices. */
static void ignore_notice(void *context, const PGresult *result)
{
    (void)context;
    (void)result;
}

struct keywords {
    const char *name[KEYWORDS_MAX + 1], *value[KEYWORDS_MAX + 1];
    size_t count;
};

static void add(struct keywords *k, const char *name, const char *value)
{
    if (value == NULL || k->count == KEYWORDS_MAX)
        return;
    k->name[k->count] = name;
    k->value[k->count++] = value;
}

/* "SSL Mode" of ADO.NET, "ssl" of JDBC. */
static const char *keyword_of(struct arena *a, const char *name)
{
    char *out = str_dup(a, str_from(name));
    size_t n = 0;
    for (const char *c = name; *c != '\0'; c++)
        if (*c != ' ')
            out[n++] = *c >= 'A' && *c <= 'Z' ? (char)(*c | 32) : *c;
    out[n] = '\0';
    return strcmp(out, "ssl") == 0 ? "sslmode" : out;
}

static const char *value_of(const char *keyword, const char *value)
{
    static const char *const same[][2] = {
        {"true", "require"},       {"false", "disable"},
        {"VerifyCA", "verify-ca"}, {"VerifyFull", "verify-full"},
        {"Require", "require"},    {"Prefer", "prefer"},
        {"Disable", "disable"},    {"Allow", "allow"},
        {"no-verify", "require"}};
    for (size_t i = 0; strcmp(keyword, "sslmode") == 0 && i < ARRAY_COUNT(same);
         i++)
        if (strcmp(value, same[i][0]) == 0)
            return same[i][1];
    return value;
}

/* Frameworks keep parameters of their own in the address: only libpq's go. */
static void add_parameters(struct keywords *k, const struct dsn *d,
                           struct arena *a)
{
    PQconninfoOption *known = PQconndefaults();
    for (size_t i = 0; i < d->parameter_count; i++) {
        const char *name = keyword_of(a, d->parameter[i].name);
        for (PQconninfoOption *o = known; o != NULL && o->keyword != NULL; o++)
            if (strcmp(o->keyword, name) == 0)
                add(k, name, value_of(name, d->parameter[i].value));
    }
    PQconninfoFree(known);
}

static enum reading_state open(struct database_reading *reading)
{
    const struct dsn *d = &reading->dsn;
    struct keywords k = {.count = 0};
    struct session *s = arena_alloc(reading->arena, sizeof(*s));
    add(&k, "host", d->host);
    add(&k, "port", d->port);
    add(&k, "user", d->user);
    add(&k, "password", d->password);
    add(&k, "dbname", d->database);
    add(&k, "client_encoding", "UTF8");
    add(&k, "fallback_application_name", "postflight");
    add_parameters(&k, d, reading->arena);
    s->reading = reading;
    reading->own = s;
    s->conn = PQconnectStartParams(k.name, k.value, 0);
    if (s->conn == NULL)
        arena_out_of_memory();
    PQsetNoticeReceiver(s->conn, ignore_notice, NULL);
    if (PQstatus(s->conn) == CONNECTION_BAD)
        return fail(s, "cannot connect to PostgreSQL");
    (void)PQsetnonblocking(s->conn, 1);
    reading->fd = PQsocket(s->conn);
    reading->writes = true;
    return READING_GOES_ON;
}

static void close(struct database_reading *reading)
{
    struct session *s = reading->own;
    PQfinish(s->conn);
}

const struct database_driver driver_postgres = {.name = "PostgreSQL",
                                                .kind = DSN_POSTGRES,
                                                .open = open,
                                                .step = step,
                                                .close = close};
