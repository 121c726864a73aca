/* The columns of a table, and what is done where a row is there already. */
#include "watch/history/spool_copy.h"

#include <string.h>

#define SQL_MAX ((size_t)16 << 10)

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

bool spool_copy(struct copying *k, struct history *from, const struct table *t,
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

const char *spool_over(struct arena *a, const struct table *t, const char *key)
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
        else if (is_run(&t->column[i]))
            buf_printf(&sql,
                       "CASE WHEN excluded.%s > %lld THEN %s.%s ELSE "
                       "excluded.%s END",
                       name, (long long)FIRST_RUN, t->name, name, name);
        else
            buf_printf(&sql, "excluded.%s", name);
        between = ", ";
    }
    return buf_take(a, &sql);
}

bool spool_number(struct history *h, const char *sql, const struct datum *arg,
                  int64_t *out, struct err *e)
{
    struct datum found;
    bool ok =
        database_number(h->database, sql, arg, arg == NULL ? 0 : 1, &found, e);
    *out = ok ? found.number : 0;
    return ok;
}
