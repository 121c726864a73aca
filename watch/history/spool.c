/* Rows from one history into another, table by table. */
#include "watch/history/spool.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/random.h"
#include "base/text.h"
#include "watch/history/history_rows.h"

#define SQL_MAX     ((size_t)16 << 10)
#define FIRST_RUN   "1099511627776" /* ids of runs of a spool are above it */
#define INFIX_BYTES 4

struct run_id {
    int64_t old, now;
};

/* Rows of one table on their way. */
struct copying {
    struct history *to;
    const struct table *table;
    const char *conflict; /* SQL after VALUES */
    struct arena *arena;
    struct run_id *run; /* of the runs that were copied */
    size_t count, cap;
};

static bool is_run(const struct column *c)
{
    static const char *const names[] = {"run", "worst_run", "last_run"};
    for (size_t i = 0; i < ARRAY_COUNT(names); i++)
        if (strcmp(c->name, names[i]) == 0)
            return true;
    return false;
}

static void map_run(const struct copying *k, struct datum *v)
{
    for (size_t i = 0; v->kind == DATUM_INT && i < k->count; i++)
        if (k->run[i].old == v->number) {
            v->number = k->run[i].now;
            return;
        }
}

static bool take_id(void *context, const struct datum *column, size_t count,
                    struct err *e)
{
    (void)e;
    if (count == 1)
        *(int64_t *)context = column[0].number;
    return true;
}

static bool copy_row(void *context, const struct datum *column, size_t count,
                     struct err *e)
{
    struct copying *k = context;
    struct datum arg[ARGUMENTS_MAX];
    struct buf sql;
    size_t n = 0;
    int64_t old = 0, now = 0;
    bool runs = k->table == &runs_table;
    buf_init(&sql, SQL_MAX);
    buf_printf(&sql, "INSERT INTO %s (", k->table->name);
    for (size_t i = 0; i < count; i++) {
        const struct column *c = &k->table->column[i];
        if (c->type == COLUMN_ID) {
            old = column[i].number;
            continue;
        }
        buf_printf(&sql, "%s%s", n == 0 ? "" : ", ", c->name);
        arg[n] = column[i];
        if (is_run(c))
            map_run(k, &arg[n]);
        n++;
    }
    buf_text(&sql, ") VALUES (");
    for (size_t i = 0; i < n; i++)
        buf_printf(&sql, "%s$%zu", i == 0 ? "" : ", ", i + 1);
    buf_printf(&sql, ")%s", runs ? " RETURNING id" : k->conflict);
    bool ok = history_run(k->to,
                          &(struct statement){.sql = sql.ptr,
                                              .arg = arg,
                                              .count = n,
                                              .row = runs ? take_id : NULL,
                                              .context = &now},
                          e);
    buf_release(&sql);
    if (ok && runs) {
        k->run =
            arena_grow(k->arena, k->run, k->count, &k->cap, sizeof(*k->run));
        k->run[k->count++] = (struct run_id){old, now};
    }
    return ok;
}

static bool copy(struct copying *k, struct history *from, const struct table *t,
                 const char *which, const char *conflict, struct err *e)
{
    struct buf sql;
    k->table = t;
    k->conflict = conflict;
    buf_init(&sql, SQL_MAX);
    for (size_t i = 0; i < t->count; i++)
        buf_printf(&sql, "%s%s", i == 0 ? "SELECT " : ", ", t->column[i].name);
    buf_printf(&sql, " FROM %s %s", t->name, which);
    bool ok = history_run(
        from,
        &(struct statement){.sql = sql.ptr, .row = copy_row, .context = k}, e);
    buf_release(&sql);
    return ok;
}

/* " ON CONFLICT (key) DO UPDATE SET" of all columns; what people did stays. */
static const char *over(struct arena *a, const struct table *t, const char *key)
{
    struct buf sql;
    const char *between = "";
    buf_init(&sql, SQL_MAX);
    buf_printf(&sql, " ON CONFLICT (%s) DO UPDATE SET ", key);
    for (size_t i = 0; i < t->count; i++) {
        const char *name = t->column[i].name;
        if (t->column[i].type == COLUMN_ID || strcmp(name, key) == 0)
            continue;
        bool person = strcmp(name, "acknowledged_ms") == 0 ||
                      strcmp(name, "covered_ms") == 0;
        buf_printf(&sql, "%s%s = ", between, name);
        if (person)
            buf_printf(&sql,
                       "CASE WHEN %s.%s > excluded.%s THEN %s.%s ELSE "
                       "excluded.%s END",
                       t->name, name, name, t->name, name, name);
        else
            buf_printf(&sql, "excluded.%s", name);
        between = ", ";
    }
    return buf_take(a, &sql);
}

#define EPISODE_KEY "check_id, region, from_ms"

static bool take_all(struct copying *k, struct history *from, struct err *e)
{
    struct arena *a = k->arena;
    return copy(k, from, &runs_table, "WHERE id > " FIRST_RUN " ORDER BY id",
                "", e) &&
           copy(k, from, &results_table, "WHERE run > " FIRST_RUN, "", e) &&
           copy(k, from, &records_table, "WHERE run > " FIRST_RUN, "", e) &&
           copy(k, from, &states_table, "", over(a, &states_table, "check_id"),
                e) &&
           copy(k, from, &incidents_table, "", over(a, &incidents_table, "id"),
                e) &&
           copy(k, from, &episodes_table, "",
                over(a, &episodes_table, EPISODE_KEY), e) &&
           copy(k, from, &events_table, "ORDER BY id", "", e) &&
           copy(k, from, &notices_table, "ORDER BY id",
                over(a, &notices_table, "key"), e);
}

bool spool_take(struct history *to, struct history *spool, struct err *e)
{
    struct arena a;
    if (!history_begin(to, e))
        return false;
    arena_init(&a);
    struct copying k = {.to = to, .arena = &a};
    bool ok = take_all(&k, spool, e) && history_commit(to, e);
    if (!ok)
        history_rollback(to);
    arena_release(&a);
    return ok;
}

static bool seed_all(struct copying *k, struct history *from, struct err *e)
{
    struct arena *a = k->arena;
    return copy(
               k, from, &runs_table,
               "WHERE deployment = 0 ORDER BY started_ms DESC, id DESC LIMIT 1",
               "", e) &&
           copy(k, from, &states_table, "", over(a, &states_table, "check_id"),
                e) &&
           copy(k, from, &incidents_table,
                "WHERE status IS NULL OR status <> 'closed'",
                over(a, &incidents_table, "id"), e) &&
           copy(k, from, &episodes_table,
                "WHERE to_ms = 0 OR to_ms >= (SELECT COALESCE(MIN(started_ms), "
                "0) FROM incidents WHERE status IS NULL OR status <> 'closed')",
                over(a, &episodes_table, EPISODE_KEY), e);
}

static bool run_sql(struct history *h, const char *sql, const char *text,
                    struct err *e)
{
    const struct datum arg = datum_text(str_from(text));
    return history_run(h,
                       &(struct statement){.sql = sql,
                                           .arg = &arg,
                                           .count = text == NULL ? 0 : 1},
                       e);
}

/* Runs of the seed are below the ids of the spool's own ones. */
bool spool_seed(struct history *spool, struct history *from, struct err *e)
{
    struct arena a;
    if (!history_begin(spool, e))
        return false;
    arena_init(&a);
    struct copying k = {.to = spool, .arena = &a};
    bool ok = seed_all(&k, from, e) &&
              run_sql(spool, "UPDATE runs SET id = 1 WHERE id > " FIRST_RUN,
                      NULL, e) &&
              run_sql(spool, "UPDATE meta SET value = $1 WHERE name = 'id'",
                      history_id(from), e) &&
              history_commit(spool, e);
    if (!ok)
        history_rollback(spool);
    if (ok)
        memcpy(spool->id, from->id, sizeof(spool->id));
    arena_release(&a);
    return ok;
}

bool spool_has_rounds(struct history *spool, bool *any, struct err *e)
{
    struct datum found;
    bool ok = database_number(spool->database,
                              "SELECT COUNT(*) FROM runs WHERE id > " FIRST_RUN,
                              NULL, 0, &found, e);
    *any = ok && found.number > 0;
    return ok;
}

static bool make_spool(struct history *h, struct err *e)
{
    char infix[INFIX_BYTES + 1];
    return random_hex(infix, INFIX_BYTES, e) && history_begin(h, e) &&
           run_sql(h, "INSERT INTO meta (name, value) VALUES ('spool', $1)",
                   infix, e) &&
           run_sql(h, "INSERT INTO runs (id) VALUES (" FIRST_RUN ")", NULL,
                   e) &&
           run_sql(h, "DELETE FROM runs WHERE id = " FIRST_RUN, NULL, e) &&
           history_commit(h, e);
}

static bool take_infix(void *context, const struct datum *column, size_t count,
                       struct err *e)
{
    struct history *h = context;
    (void)e;
    if (count == 1)
        snprintf(h->infix, sizeof(h->infix), "s%.*s-",
                 STR_ARGS(str_sub(column[0].text, 0, INFIX_BYTES)));
    return true;
}

static bool read_infix(struct history *h, struct err *e)
{
    return history_run(h,
                       &(struct statement){
                           .sql = "SELECT value FROM meta WHERE name = 'spool'",
                           .row = take_infix,
                           .context = h},
                       e);
}

bool spool_open(struct history **out, const char *place, struct err *e)
{
    struct history *h = NULL;
    *out = NULL;
    if (!history_open(&h, place, e))
        return false;
    bool ok = read_infix(h, e);
    if (ok && h->infix[0] == '\0')
        ok = make_spool(h, e) && read_infix(h, e);
    if (ok)
        *out = h;
    else
        history_close(h);
    return ok;
}

static const char *variable(const char *const *environ, const char *name)
{
    size_t n = strlen(name);
    for (; environ != NULL && *environ != NULL; environ++)
        if (strncmp(*environ, name, n) == 0 && (*environ)[n] == '=' &&
            (*environ)[n + 1] == '/')
            return *environ + n + 1;
    return NULL;
}

/* One that is ours, or can be made. */
static bool is_folder(struct arena *a, const char *path)
{
    struct stat st;
    char *part = str_dup(a, str_from(path));
    for (char *p = part + 1; *p != '\0'; p++) {
        if (*p != '/')
            continue;
        *p = '\0';
        (void)mkdir(part, 0700);
        *p = '/';
    }
    return (mkdir(part, 0700) == 0 || errno == EEXIST) &&
           stat(part, &st) == 0 && S_ISDIR(st.st_mode) &&
           st.st_uid == geteuid() && access(part, W_OK) == 0;
}

const char *spool_place(struct arena *a, const char *where,
                        const char *const *environ)
{
    const char *state = variable(environ, "XDG_STATE_HOME");
    const char *home = variable(environ, "HOME");
    const char *tmp = variable(environ, "TMPDIR");
    char real[4096] = "";
    bool relative = strstr(where, "://") == NULL && where[0] != '/';
    if (relative && getcwd(real, sizeof(real)) == NULL)
        real[0] = '\0';
    uint64_t hash = hash_add(HASH_START, str_from(real));
    hash = hash_add(hash, str_from(where));
    const char *const folder[] = {
        state == NULL ? NULL : arena_printf(a, "%s/postflight", state),
        home == NULL ? NULL
                     : arena_printf(a, "%s/.local/state/postflight", home),
        arena_printf(a, "%s/postflight-%lld", tmp == NULL ? "/tmp" : tmp,
                     (long long)geteuid())};
    for (size_t i = 0; i < ARRAY_COUNT(folder); i++)
        if (folder[i] != NULL && is_folder(a, folder[i]))
            return arena_printf(a, "%s/spool-%016llx.db", folder[i],
                                (unsigned long long)hash);
    return NULL;
}

void spool_remove(const char *place)
{
    static const char *const ending[] = {"", "-wal", "-shm", "-lock",
                                         "-sending"};
    struct arena a;
    arena_init(&a);
    for (size_t i = 0; i < ARRAY_COUNT(ending); i++)
        (void)unlink(arena_printf(&a, "%s%s", place, ending[i]));
    arena_release(&a);
}
