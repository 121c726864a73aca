/* Versions: which one is there, and how it becomes the newest. */
#include "watch/history/schema.h"

#include <string.h>

#include "base/text.h"

#define SQL_MAX     ((size_t)16 << 10)
#define VERSION_MAX 1000000

static const char *sql_type(const struct dialect *w, enum column_type type)
{
    switch (type) {
    case COLUMN_ID:
        return w->id;
    case COLUMN_INT:
    case COLUMN_BITS:
    case COLUMN_BOOL:
        return w->integer;
    case COLUMN_NAME:
    case COLUMN_KEY:
    case COLUMN_LINK:
    case COLUMN_TEXT:
    case COLUMN_PAYLOAD:
        return w->text;
    case COLUMN_BYTES:
        return w->bytes;
    }
    return "";
}

/* A column that is added later needs a value in the rows that are there. */
static const char *sql_null(enum column_type type)
{
    switch (type) {
    case COLUMN_INT:
    case COLUMN_BITS:
    case COLUMN_BOOL:
        return " NOT NULL DEFAULT 0";
    case COLUMN_KEY:
    case COLUMN_PAYLOAD:
        return " NOT NULL DEFAULT ''";
    case COLUMN_ID:
    case COLUMN_NAME:
    case COLUMN_LINK:
    case COLUMN_TEXT:
    case COLUMN_BYTES:
        return "";
    }
    return "";
}

static void add_column(struct buf *sql, const struct dialect *w,
                       const struct column *c)
{
    buf_printf(sql, "%s %s%s", c->name, sql_type(w, c->type),
               sql_null(c->type));
    if (c->also != NULL)
        buf_printf(sql, " %s", c->also);
}

static bool run_sql(struct database *d, struct buf *sql, struct err *e)
{
    bool ok = database_run(d, sql->ptr, NULL, 0, e);
    buf_release(sql);
    return ok;
}

static bool make_table(struct database *d, const struct table *t, int version,
                       struct err *e)
{
    const struct dialect *w = &d->backend->words;
    struct buf sql;
    buf_init(&sql, SQL_MAX);
    buf_printf(&sql, "CREATE TABLE %s (", t->name);
    for (size_t i = 0; i < t->count; i++) {
        if (t->column[i].since > version)
            continue;
        buf_text(&sql, i == 0 ? "" : ", ");
        add_column(&sql, w, &t->column[i]);
    }
    for (size_t i = 0; i < t->former_count; i++) {
        if (t->former[i].column.since > version ||
            t->former[i].until <= version)
            continue;
        buf_text(&sql, ", ");
        add_column(&sql, w, &t->former[i].column);
    }
    if (t->also != NULL)
        buf_printf(&sql, ", %s", t->also);
    buf_printf(&sql, ")%s", t->clustered ? w->clustered_end : w->end);
    return run_sql(d, &sql, e);
}

static bool widen_table(struct database *d, const struct table *t, int version,
                        struct err *e)
{
    for (size_t i = 0; i < t->count; i++) {
        struct buf sql;
        if (t->column[i].since != version)
            continue;
        buf_init(&sql, SQL_MAX);
        buf_printf(&sql, "ALTER TABLE %s ADD COLUMN ", t->name);
        add_column(&sql, &d->backend->words, &t->column[i]);
        if (!run_sql(d, &sql, e))
            return false;
    }
    return true;
}

/* A table is as old as its first column. */
static bool bring_tables(struct database *d, const struct schema *s,
                         int version, struct err *e)
{
    for (size_t i = 0; i < s->count; i++) {
        const struct table *t = s->table[i];
        bool made = t->column[0].since == version;
        if (!(made ? make_table(d, t, version, e)
                   : widen_table(d, t, version, e)))
            return false;
    }
    return true;
}

static bool found_version(struct database *d, struct str text, int *version,
                          struct err *e)
{
    uint64_t number = 0;
    if (!text_to_u64(text, VERSION_MAX, &number) || number == 0)
        return err_set(e, POS_NONE,
                       "'%s' does not say which version it has: put back a "
                       "copy of it, or move it away to begin a new history",
                       d->shown);
    *version = (int)number;
    return true;
}

struct wanted {
    struct database *database;
    int *version;
};

static bool take_version(void *context, const struct datum *column,
                         size_t count, struct err *e)
{
    struct wanted *w = context;
    struct str text =
        count == 1 && column[0].kind == DATUM_TEXT ? column[0].text : STR_NONE;
    return found_version(w->database, text, w->version, e);
}

static bool read_version(struct database *d, int *version, struct err *e)
{
    struct datum found, meta = datum_text(STR("meta"));
    struct wanted w = {d, version};
    struct statement q = {"SELECT value FROM meta WHERE name = 'version'",
                          NULL,
                          0,
                          take_version,
                          &w,
                          NULL};
    *version = 0;
    if (!database_number(d, d->backend->words.has_table, &meta, 1, &found, e))
        return false;
    if (found.kind == DATUM_NULL)
        return true;
    if (!d->backend->run(d, &q, e))
        return false;
    return *version != 0 || found_version(d, STR_NONE, version, e);
}

bool schema_version(struct database *d, const struct schema *s, int *version,
                    struct err *e)
{
    if (!read_version(d, version, e))
        return false;
    if (*version > s->newest)
        return err_set(e, POS_NONE,
                       "'%s' was written by a newer postflight (schema %d, "
                       "this one knows %d): use that one, or another file",
                       d->shown, *version, s->newest);
    return true;
}

static bool make_meta(struct database *d, struct err *e)
{
    const struct dialect *w = &d->backend->words;
    struct buf sql;
    buf_init(&sql, SQL_MAX);
    buf_printf(&sql,
               "CREATE TABLE meta (name %s PRIMARY KEY NOT NULL, value "
               "%s NOT NULL)%s",
               w->text, w->text, w->end);
    return run_sql(d, &sql, e) &&
           (w->mark == NULL || database_run(d, w->mark, NULL, 0, e));
}

static bool write_version(struct database *d, int version, struct err *e)
{
    struct buf text;
    buf_init(&text, 16);
    buf_printf(&text, "%d", version);
    struct datum arg = datum_text(buf_view(&text));
    bool ok =
        database_run(d,
                     "INSERT INTO meta (name, value) VALUES ('version', $1) "
                     "ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                     &arg, 1, e);
    buf_release(&text);
    return ok;
}

static bool drop_columns(struct database *d, const struct table *t, int version,
                         struct err *e)
{
    for (size_t i = 0; i < t->former_count; i++) {
        struct buf sql;
        if (t->former[i].until != version)
            continue;
        buf_init(&sql, SQL_MAX);
        buf_printf(&sql, "ALTER TABLE %s DROP COLUMN %s", t->name,
                   t->former[i].column.name);
        if (!run_sql(d, &sql, e))
            return false;
    }
    return true;
}

/* A statement of a version, in the words of the database. */
static bool run_step(struct database *d, const char *text, struct err *e)
{
    static const char mark[] = "@position@";
    struct str rest = str_from(text);
    struct buf sql;
    buf_init(&sql, SQL_MAX);
    while (rest.len > 0) {
        size_t at = str_find(rest, STR(mark), 0);
        buf_str(&sql, str_sub(rest, 0, at));
        if (at < rest.len)
            buf_text(&sql, d->backend->words.position);
        rest = str_sub(rest, at + strlen(mark), rest.len);
    }
    return run_sql(d, &sql, e);
}

static bool bring(struct database *d, const struct schema *s, int version,
                  struct err *e)
{
    if (version == 1 && !make_meta(d, e))
        return false;
    if (!bring_tables(d, s, version, e))
        return false;
    const char *const *sql = s->step[version - 1].sql;
    for (; *sql != NULL; sql++)
        if (!run_step(d, *sql, e))
            return false;
    for (size_t i = 0; i < s->count; i++)
        if (!drop_columns(d, s->table[i], version, e))
            return false;
    return write_version(d, version, e);
}

/* Another process may have brought it there in between. */
static bool bring_next(struct database *d, const struct schema *s, int *version,
                       struct err *e)
{
    const char *lock = d->backend->words.migrating;
    if (lock != NULL && !database_run(d, lock, NULL, 0, e))
        return false;
    if (!schema_version(d, s, version, e))
        return false;
    if (*version == s->newest)
        return true;
    return bring(d, s, ++*version, e);
}

bool schema_migrate(struct database *d, const struct schema *s, struct err *e)
{
    int version = 0;
    if (!schema_version(d, s, &version, e))
        return false;
    while (version < s->newest) {
        struct err ignored = {.set = false};
        if (!database_run(d, d->backend->begin, NULL, 0, e))
            return false;
        if (!bring_next(d, s, &version, e) ||
            !database_run(d, "COMMIT", NULL, 0, e)) {
            (void)!database_run(d, "ROLLBACK", NULL, 0, &ignored);
            return false;
        }
    }
    return true;
}
