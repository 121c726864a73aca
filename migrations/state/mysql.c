/*
 * What MySQL and MariaDB tell, statement by statement through the calls of
 * libmariadb that never wait. There is no transaction: a statement that has
 * ended holds no lock of the metadata, so a migration of somebody else is not
 * held up. Each statement may take 3 s and wait 1 s for a lock; where a server
 * does not know these limits, the caller's still hold.
 *
 * information_schema lists what this user may see, and no more: where that are
 * some tables only, nothing is concluded from those that lack.
 */
#include <mysqld_error.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/text.h"
#include "migrations/state/gather.h"
#include "migrations/state/mysql_session.h"

#define SLICE 2000 /* operations between returns to the caller's loop */
#define HERE  "TABLE_SCHEMA = DATABASE()"
#define LIMIT "LIMIT 200001"
/* Any of these on all of a database lets a user see its tables. */
#define SIGHT                                                                  \
    "PRIVILEGE_TYPE IN ('SELECT', 'INSERT', 'UPDATE', 'DELETE', 'CREATE', "    \
    "'DROP', 'ALTER', 'INDEX', 'REFERENCES') AND GRANTEE "
#define ME                                                                     \
    "CONCAT('''', SUBSTRING_INDEX(CURRENT_USER(), '@', 1), '''@''', "          \
    "SUBSTRING_INDEX(CURRENT_USER(), '@', -1), '''')"
#define SEES_ALL                                                               \
    "SELECT EXISTS (SELECT 1 FROM information_schema.USER_PRIVILEGES "         \
    "WHERE " SIGHT "= " ME ") OR EXISTS (SELECT 1 FROM "                       \
    "information_schema.SCHEMA_PRIVILEGES WHERE DATABASE() LIKE "              \
    "TABLE_SCHEMA AND " SIGHT "= " ME ")"

enum operation { CONNECTING, QUERYING, FETCHING };

struct session {
    struct database_reading *reading;
    MYSQL *mysql, *connected;
    MYSQL_RES *result;
    MYSQL_ROW row;
    enum operation operation;
    int code;         /* of a query */
    int waits;        /* MYSQL_WAIT_…; 0: the operation has ended */
    size_t statement; /* in statements[], then the rows of a table each */
    struct gathering gathering;
    bool sees_all;
    bool lacks_objects;
};

struct answer {
    const char *const *cell;
    const unsigned long *length;
};

static struct str cell_at(const struct answer *r, size_t i)
{
    return (struct str){r->cell[i], r->cell[i] == NULL ? 0 : r->length[i]};
}

static bool take_server(struct session *s, const struct answer *r)
{
    struct database_facts *f = s->reading->facts;
    struct arena *a = s->reading->arena;
    struct str rest, version = cell_at(r, 0);
    bool maria = str_find(version, STR("MariaDB"), 0) < version.len;
    struct str number = str_cut(version, '-', &rest);
    f->server = arena_printf(a, "%s %.*s", maria ? "MariaDB" : "MySQL",
                             (int)(number.len < 40 ? number.len : 40),
                             number.ptr == NULL ? "" : number.ptr);
    f->lag_ms = -1;
    if (r->cell[1] == NULL)
        return err_set(s->reading->err, POS_NONE,
                       "the address names no database: add its name");
    f->schema = str_dup(a, cell_at(r, 1));
    return true;
}

static bool take_standby(struct session *s, const struct answer *r)
{
    struct str value = cell_at(r, 0);
    s->reading->facts->standby =
        value.len > 0 && !str_is(value, "0") && !str_is(value, "OFF");
    return true;
}

static bool take_sight(struct session *s, const struct answer *r)
{
    s->sees_all = s->sees_all || str_is(cell_at(r, 0), "1");
    return true;
}

/* "GRANT SELECT, INSERT ON `app`.* TO …": of a role, too, which the tables of
   privileges leave out. */
static bool take_grant(struct session *s, const struct answer *r)
{
    static const char *const enough[] = {"ALL PRIVILEGES", "SELECT", "INSERT",
                                         "UPDATE",         "DELETE", "CREATE",
                                         "DROP",           "ALTER"};
    struct str line = cell_at(r, 0);
    size_t on = str_find(line, STR(" ON "), 0);
    struct str what = str_sub(line, 0, on);
    struct str where = str_sub(line, on + 4, line.len);
    where = str_sub(where, 0, str_find(where, STR(" TO "), 0));
    const char *here =
        arena_printf(s->reading->arena, "`%s`.*", s->reading->facts->schema);
    if (!str_is(where, "*.*") && !str_is(where, here))
        return true;
    for (size_t i = 0; i < ARRAY_COUNT(enough); i++)
        if (str_find(what, str_from(enough[i]), 0) < what.len)
            s->sees_all = true;
    return true;
}

/* TABLE_SCHEMA, TABLE_NAME, TABLE_TYPE, is it here? */
static bool take_table(struct session *s, const struct answer *r)
{
    struct arena *a = s->reading->arena;
    const struct table_rows t = {.schema = str_dup(a, cell_at(r, 0)),
                                 .name = str_dup(a, cell_at(r, 1)),
                                 .visible = str_is(cell_at(r, 3), "1")};
    if (t.visible)
        gather_object(&s->gathering, OBJECT_TABLE, t.name, t.schema);
    return str_is(cell_at(r, 2), "VIEW") || !state_wants_table(t.name) ||
           gather_table(&s->gathering, &t, s->reading->err) != NULL;
}

static bool take_column(struct session *s, const struct answer *r)
{
    gather_object(&s->gathering, OBJECT_COLUMN,
                  str_dup(s->reading->arena, cell_at(r, 0)),
                  s->reading->facts->schema);
    return true;
}

static bool take_index(struct session *s, const struct answer *r)
{
    gather_object(&s->gathering, OBJECT_INDEX,
                  str_dup(s->reading->arena, cell_at(r, 0)),
                  s->reading->facts->schema);
    return true;
}

/* What a statement that is refused means. */
enum refusal { IT_FAILS, IT_MATTERS_NOT, OBJECTS_LACK };

static const struct statement {
    const char *sql;
    bool (*take)(struct session *s, const struct answer *r);
    enum refusal refusal;
} statements[] = {
    {"SET SESSION TRANSACTION READ ONLY", NULL, IT_MATTERS_NOT},
    {"SET SESSION lock_wait_timeout = 1 /*M!100101 , max_statement_time = 3 */ "
     "/*!50708 , max_execution_time = 3000 */",
     NULL, IT_MATTERS_NOT},
    {"SELECT VERSION(), DATABASE()", take_server, IT_FAILS},
    {"SELECT @@GLOBAL.read_only", take_standby, IT_MATTERS_NOT},
    {SEES_ALL, take_sight, IT_MATTERS_NOT},
    {"SHOW GRANTS", take_grant, IT_MATTERS_NOT},
    /* Atlas keeps its history in a database of its own. */
    {"SELECT TABLE_SCHEMA, TABLE_NAME, TABLE_TYPE, " HERE
     " FROM information_schema.TABLES WHERE TABLE_SCHEMA IN (DATABASE(), "
     "'atlas_schema_revisions') " LIMIT,
     take_table, IT_FAILS},
    {"SELECT CONCAT(TABLE_NAME, '.', COLUMN_NAME) FROM "
     "information_schema.COLUMNS WHERE " HERE " " LIMIT,
     take_column, OBJECTS_LACK},
    {"SELECT DISTINCT INDEX_NAME FROM information_schema.STATISTICS "
     "WHERE " HERE " " LIMIT,
     take_index, OBJECTS_LACK},
};

static enum reading_state fail(struct session *s, const char *what)
{
    const struct database_reading *r = s->reading;
    (void)err_set(r->err, POS_NONE, "%s: %s", what,
                  mysql_said(s->mysql, &r->dsn, r->arena));
    return READING_FAILED;
}

/* Whose rows are asked for; NULL: of none, or of none any more. */
static struct table_rows *table_of(struct session *s)
{
    struct database_facts *f = s->reading->facts;
    size_t i = s->statement - ARRAY_COUNT(statements);
    return s->statement >= ARRAY_COUNT(statements) && i < f->table_count
               ? &f->table[i]
               : NULL;
}

static void add_quoted(struct buf *out, const char *name)
{
    buf_char(out, '`');
    for (; *name != '\0'; name++) {
        buf_char(out, *name);
        if (*name == '`')
            buf_char(out, '`');
    }
    buf_char(out, '`');
}

static const char *query_of(struct session *s)
{
    const struct table_rows *t = table_of(s);
    struct buf sql;
    if (t == NULL)
        return statements[s->statement].sql;
    buf_init(&sql, (size_t)4 << 10);
    buf_text(&sql, "SELECT * FROM ");
    add_quoted(&sql, t->schema);
    buf_char(&sql, '.');
    add_quoted(&sql, t->name);
    buf_printf(&sql, " LIMIT %d", STATE_ROWS_MAX + 1);
    return buf_take(s->reading->arena, &sql);
}

static bool take_columns(struct session *s)
{
    struct gathering *g = &s->gathering;
    const MYSQL_FIELD *field = mysql_fetch_fields(s->result);
    g->table = table_of(s);
    g->cell_cap = g->cells = 0;
    for (size_t i = 0; i < mysql_num_fields(s->result); i++)
        if (!gather_column(g, str_from(field[i].name), s->reading->err))
            return false;
    return true;
}

static bool take_row(struct session *s)
{
    const struct answer r = {(const char *const *)s->row,
                             mysql_fetch_lengths(s->result)};
    if (table_of(s) != NULL)
        return mysql_gather(&s->gathering, s->result, s->row, s->reading->err);
    return statements[s->statement].take == NULL ||
           statements[s->statement].take(s, &r);
}

static bool is_denied(unsigned int code)
{
    return code == ER_TABLEACCESS_DENIED_ERROR ||
           code == ER_COLUMNACCESS_DENIED_ERROR ||
           code == ER_DBACCESS_DENIED_ERROR ||
           code == ER_SPECIFIC_ACCESS_DENIED_ERROR;
}

static bool is_late(unsigned int code) /* MariaDB's, and MySQL's */
{
    return code == 1969 || code == 3024;
}

static enum reading_state next(struct session *s);

static enum reading_state refuse_rows(struct session *s, struct table_rows *t)
{
    struct arena *a = s->reading->arena;
    unsigned int code = mysql_errno(s->mysql);
    if (is_denied(code)) {
        t->unreadable = "this user may not read it: grant SELECT on it";
        return next(s);
    }
    if (code == ER_NO_SUCH_TABLE) /* dropped since it was listed */
        return next(s);
    if (code == ER_LOCK_WAIT_TIMEOUT) {
        t->locked = true;
        s->reading->facts->busy =
            arena_printf(a, "another session has locked %s", t->name);
    }
    return fail(s, arena_printf(a, "cannot read %s.%s", t->schema, t->name));
}

static enum reading_state refused(struct session *s)
{
    struct table_rows *t = table_of(s);
    unsigned int code = mysql_errno(s->mysql);
    bool lost = code >= 2000 && code < 3000; /* no answer of the server */
    if (t != NULL)
        return refuse_rows(s, t);
    enum refusal refusal = statements[s->statement].refusal;
    if (!lost && refusal == IT_MATTERS_NOT)
        return next(s);
    if (!lost && refusal == OBJECTS_LACK && is_late(code)) {
        s->lacks_objects = true;
        return next(s);
    }
    if (code == ER_LOCK_WAIT_TIMEOUT)
        s->reading->facts->busy = "another session has locked a table";
    return fail(s, "cannot query the tables of MySQL");
}

static enum reading_state begin_query(struct session *s)
{
    const char *sql = query_of(s);
    s->operation = QUERYING;
    s->waits = mysql_real_query_start(&s->code, s->mysql, sql, strlen(sql));
    return READING_GOES_ON;
}

static enum reading_state begin_row(struct session *s)
{
    s->operation = FETCHING;
    s->waits = mysql_fetch_row_start(&s->row, s->result);
    return READING_GOES_ON;
}

static enum reading_state end(struct session *s)
{
    struct database_facts *f = s->reading->facts;
    f->has_objects = s->sees_all && !s->lacks_objects &&
                     f->object_count < DATABASE_OBJECTS_MAX;
    return READING_DONE;
}

static enum reading_state next(struct session *s)
{
    if (s->result != NULL)
        mysql_free_result(s->result);
    s->result = NULL;
    s->statement++;
    return s->statement < ARRAY_COUNT(statements) || table_of(s) != NULL
               ? begin_query(s)
               : end(s);
}

static enum reading_state connection_ended(struct session *s)
{
    struct database_reading *r = s->reading;
    if (s->connected == NULL)
        return fail(s, "cannot connect to MySQL");
    if (mysql_demands_tls(&r->dsn) && mysql_get_ssl_cipher(s->mysql) == NULL) {
        (void)err_set(r->err, POS_NONE,
                      "cannot connect to MySQL: the address demands TLS, and "
                      "the server offers none");
        return READING_FAILED;
    }
    s->statement = 0;
    return begin_query(s);
}

static enum reading_state query_ended(struct session *s)
{
    if (s->code != 0)
        return refused(s);
    s->result = mysql_use_result(s->mysql);
    if (s->result == NULL)
        return mysql_errno(s->mysql) == 0 ? next(s) : refused(s);
    if (table_of(s) != NULL && !take_columns(s))
        return READING_FAILED;
    return begin_row(s);
}

static enum reading_state row_ended(struct session *s)
{
    if (s->row == NULL)
        return mysql_errno(s->mysql) == 0 ? next(s) : refused(s);
    return take_row(s) ? begin_row(s) : READING_FAILED;
}

static enum reading_state ended(struct session *s)
{
    switch (s->operation) {
    case CONNECTING:
        return connection_ended(s);
    case QUERYING:
        return query_ended(s);
    case FETCHING:
        return row_ended(s);
    }
    return READING_FAILED;
}

static int go_on(struct session *s, int ready)
{
    switch (s->operation) {
    case CONNECTING:
        return mysql_real_connect_cont(&s->connected, s->mysql, ready);
    case QUERYING:
        return mysql_real_query_cont(&s->code, s->mysql, ready);
    case FETCHING:
        return mysql_fetch_row_cont(&s->row, s->result, ready);
    }
    return 0;
}

/* Of what it waits for, what is there. */
static int look(struct session *s)
{
    struct pollfd p = {.fd = mysql_get_socket(s->mysql)};
    int ready = 0;
    p.events = (short)(((s->waits & MYSQL_WAIT_READ) != 0 ? POLLIN : 0) |
                       ((s->waits & MYSQL_WAIT_WRITE) != 0 ? POLLOUT : 0));
    s->reading->fd = p.fd;
    s->reading->writes = (s->waits & MYSQL_WAIT_WRITE) != 0;
    if (poll(&p, 1, 0) <= 0)
        return 0;
    if ((p.revents & (POLLIN | POLLERR | POLLHUP)) != 0)
        ready |= s->waits & MYSQL_WAIT_READ;
    if ((p.revents & (POLLOUT | POLLERR | POLLHUP)) != 0)
        ready |= s->waits & MYSQL_WAIT_WRITE;
    return ready;
}

static enum reading_state step(struct database_reading *r)
{
    struct session *s = r->own;
    for (int i = 0; i < SLICE; i++) {
        int ready = s->waits == 0 ? 0 : look(s);
        if (s->waits != 0 && ready == 0)
            return READING_GOES_ON;
        if (s->waits != 0)
            s->waits = go_on(s, ready);
        if (s->waits != 0)
            continue;
        enum reading_state state = ended(s);
        if (state != READING_GOES_ON)
            return state;
    }
    r->fd = -1; /* there is more to do at once */
    return READING_GOES_ON;
}

static enum reading_state open(struct database_reading *r)
{
    struct session *s = arena_alloc(r->arena, sizeof(*s));
    r->own = s;
    s->reading = r;
    s->gathering = (struct gathering){.facts = r->facts, .arena = r->arena};
    s->mysql = mysql_init(NULL);
    if (s->mysql == NULL)
        arena_out_of_memory();
    if (!mysql_set_up(s->mysql, &r->dsn, r->err))
        return READING_FAILED;
    s->operation = CONNECTING;
    s->waits = mysql_begin(&s->connected, s->mysql, &r->dsn);
    return READING_GOES_ON;
}

/*
 * A session that has come to its end says so to the server. Where it is in the
 * middle of something, its socket is shut first: neither a rest of rows is read
 * nor a farewell is waited for.
 */
static void finish(struct database_reading *r)
{
    struct session *s = r->own;
    bool amid = s->waits != 0 || s->result != NULL;
    if (amid && s->connected != NULL)
        (void)shutdown(mysql_get_socket(s->mysql), SHUT_RDWR);
    if (s->result != NULL)
        s->result->handle = NULL;
    mysql_close(s->mysql);
    if (s->result != NULL)
        mysql_free_result(s->result);
}

const char *mysql_library(void)
{
    return mysql_get_client_info();
}

const struct database_driver driver_mysql = {.name = "MySQL",
                                             .kind = DSN_MYSQL,
                                             .open = open,
                                             .step = step,
                                             .close = finish};
