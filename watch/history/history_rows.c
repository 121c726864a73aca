/* Rows to arguments and columns to rows, by the table of the schema. */
#include "watch/history/history_rows.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "watch/history/row_rules.h"

#define SQL_MAX      ((size_t)16 << 10)
#define ODD_NAME_MAX 120

bool history_run(struct history *h, const struct statement *q, struct err *e)
{
    if (h->database->backend->run(h->database, q, e))
        return true;
    h->failed = h->inside;
    return false;
}

/* What PostgreSQL would refuse, SQLite does not get either. */
static struct str as_utf8(struct arena *a, struct str s)
{
    struct buf out;
    if (utf8_check(s) == s.len)
        return s;
    buf_init(&out, s.len * 4);
    while (s.len > 0) {
        size_t good = utf8_check(s);
        buf_add(&out, s.ptr, good);
        if (good < s.len)
            buf_printf(&out, "\\x%02X", (unsigned char)s.ptr[good]);
        s = str_sub(s, good + 1, s.len);
    }
    struct str text = {buf_dup(a, &out), out.len};
    buf_release(&out);
    return text;
}

static bool too_long(const struct column *c, struct str s, size_t max,
                     struct err *e)
{
    return err_set(e, POS_NONE,
                   "the %s of a row of the history has %zu bytes, at most %zu "
                   "are possible",
                   c->name, s.len, max);
}

/* In bytes, 0: any; what is longer is cut or refused. */
static size_t most_bytes(enum column_type type)
{
    switch (type) {
    case COLUMN_KEY:
    case COLUMN_LINK:
        return HISTORY_KEY_MAX;
    case COLUMN_TEXT:
        return HISTORY_TEXT_MAX;
    case COLUMN_PAYLOAD:
        return HISTORY_PAYLOAD_MAX;
    case COLUMN_ID:
    case COLUMN_INT:
    case COLUMN_BITS:
    case COLUMN_BOOL:
    case COLUMN_NAME:
    case COLUMN_BYTES:
        return 0;
    }
    return 0;
}

static bool text_to_datum(struct datum *v, struct arena *a,
                          const struct column *c, const char *text,
                          struct err *e)
{
    size_t max = most_bytes(c->type);
    bool needed = c->type == COLUMN_KEY || c->type == COLUMN_PAYLOAD;
    *v = datum_null();
    if (text == NULL)
        return !needed ||
               err_set(e, POS_NONE, "the %s of a row of the history is missing",
                       c->name);
    /* An escaped byte is four, so that as much again is enough to see it. */
    struct str s = as_utf8(a, str_sub(str_from(text), 0, max + 8));
    if (c->type == COLUMN_TEXT)
        s = text_cut(a, s, max);
    else if (s.len > max || strlen(text) > max)
        return too_long(c, str_from(text), max, e);
    *v = datum_text(s);
    return true;
}

static bool field_to_datum(struct datum *v, struct arena *a,
                           const struct column *c, const char *field,
                           struct err *e)
{
    switch (c->type) {
    case COLUMN_ID:
    case COLUMN_INT:
        *v = datum_int(*(const int64_t *)(const void *)field);
        return true;
    case COLUMN_BITS:
        v->kind = DATUM_INT;
        memcpy(&v->number, field, sizeof(v->number));
        return true;
    case COLUMN_BOOL:
        *v = datum_int(*(const bool *)field ? 1 : 0);
        return true;
    case COLUMN_NAME: {
        int name = *(const int *)(const void *)field;
        *v = name < 0 ? datum_null()
                      : datum_text(str_from(name_of(c->names, name)));
        return true;
    }
    case COLUMN_KEY:
    case COLUMN_LINK:
    case COLUMN_TEXT:
    case COLUMN_PAYLOAD:
        return text_to_datum(v, a, c, *(const char *const *)(const void *)field,
                             e);
    case COLUMN_BYTES:
        break;
    }
    *v = datum_null();
    return true;
}

static bool is_written(const struct column *c)
{
    return c->type != COLUMN_ID && c->at != NO_FIELD;
}

static size_t row_to_datums(struct datum *arg, struct arena *a,
                            const struct table *t, const void *row,
                            struct err *e)
{
    size_t n = 0;
    for (size_t i = 0; i < t->count; i++) {
        const struct column *c = &t->column[i];
        if (!is_written(c))
            continue;
        assert(n < ARGUMENTS_MAX);
        if (!field_to_datum(&arg[n++], a, c, (const char *)row + c->at, e))
            return 0;
    }
    return n;
}

static void insert_sql(struct buf *sql, const struct table *t, size_t count,
                       const char *tail)
{
    const char *between = "";
    buf_printf(sql, "INSERT INTO %s (", t->name);
    for (size_t i = 0; i < t->count; i++) {
        if (!is_written(&t->column[i]))
            continue;
        buf_printf(sql, "%s%s", between, t->column[i].name);
        between = ", ";
    }
    buf_text(sql, ") VALUES (");
    for (size_t i = 0; i < count; i++)
        buf_printf(sql, "%s$%zu", i == 0 ? "" : ", ", i + 1);
    buf_printf(sql, ")%s", tail);
}

static bool take_id(void *context, const struct datum *column, size_t count,
                    struct err *e)
{
    (void)e;
    if (count == 1)
        *(int64_t *)context = column[0].number;
    return true;
}

bool rows_insert(struct history *h, const struct table *t, const void *row,
                 const char *tail, int64_t *id, struct err *e)
{
    struct datum arg[ARGUMENTS_MAX];
    struct arena a;
    struct buf sql;
    arena_init(&a);
    buf_init(&sql, SQL_MAX);
    size_t count = row_to_datums(arg, &a, t, row, e);
    insert_sql(&sql, t, count, tail);
    struct statement q = {.sql = sql.ptr,
                          .arg = arg,
                          .count = count,
                          .row = id == NULL ? NULL : take_id,
                          .context = id};
    bool ok = count > 0;
    if (ok)
        ok = history_run(h, &q, e);
    else
        h->failed = h->inside;
    buf_release(&sql);
    arena_release(&a);
    return ok;
}

bool rows_put(struct history *h, const struct table *t, const void *row,
              const char *key, struct err *e)
{
    struct buf tail;
    const char *between = "";
    buf_init(&tail, SQL_MAX);
    buf_printf(&tail, " ON CONFLICT (%s) DO UPDATE SET ", key);
    for (size_t i = 0; i < t->count; i++) {
        const char *name = t->column[i].name;
        if (!is_written(&t->column[i]) || strcmp(name, key) == 0)
            continue;
        buf_printf(&tail, "%s%s = excluded.%s", between, name, name);
        between = ", ";
    }
    bool ok = rows_insert(h, t, row, tail.ptr, NULL, e);
    buf_release(&tail);
    return ok;
}

struct reading {
    struct history *history;
    struct arena *arena;
    const struct table *table;
    struct row_list *out;
};

/* Which row it is: its first text or number. */
static const char *name_row(struct arena *a, const struct datum *value,
                            size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (value[i].kind == DATUM_TEXT)
            return text_elide(a, value[i].text, ODD_NAME_MAX);
    return count > 0 && value[0].kind == DATUM_INT
               ? arena_printf(a, "%lld", (long long)value[0].number)
               : "?";
}

/* Others are read in spite of it; who reads them all reports it. */
static void leave_alone(const struct reading *r, const struct column *c,
                        const struct datum *value, size_t count)
{
    struct history *h = r->history;
    struct arena a;
    if (h->odd++ > 0)
        return;
    arena_init(&a);
    const char *row = name_row(&a, value, count);
    snprintf(h->first_odd, sizeof(h->first_odd), "%s of row '%s' in %s",
             c->name, row, r->table->name);
    arena_release(&a);
}

static bool number_from(char *field, const struct column *c,
                        const struct datum *v)
{
    if (v->kind != DATUM_INT)
        return false;
    if (c->type == COLUMN_BOOL)
        *(bool *)field = v->number != 0;
    else
        memcpy(field, &v->number, sizeof(v->number));
    return true;
}

static bool text_from(char *field, struct arena *a, const struct column *c,
                      const struct datum *v)
{
    bool needed = c->type == COLUMN_KEY || c->type == COLUMN_PAYLOAD;
    const char *text = NULL;
    if (v->kind != DATUM_TEXT && (needed || v->kind != DATUM_NULL))
        return false;
    if (v->kind == DATUM_TEXT)
        text = str_dup(a, text_cut(a, v->text, most_bytes(c->type)));
    *(const char **)(void *)field = text;
    return true;
}

static bool name_from(char *field, const struct column *c,
                      const struct datum *v)
{
    int *name = (int *)(void *)field;
    *name = -1;
    return v->kind == DATUM_NULL ||
           (v->kind == DATUM_TEXT && name_find(c->names, v->text, name));
}

static bool datum_to_field(char *field, struct arena *a, const struct column *c,
                           const struct datum *v)
{
    switch (c->type) {
    case COLUMN_ID:
    case COLUMN_INT:
    case COLUMN_BITS:
    case COLUMN_BOOL:
        return number_from(field, c, v);
    case COLUMN_NAME:
        return name_from(field, c, v);
    case COLUMN_KEY:
    case COLUMN_LINK:
    case COLUMN_TEXT:
    case COLUMN_PAYLOAD:
        return text_from(field, a, c, v);
    case COLUMN_BYTES:
        break;
    }
    return true;
}

/* NULL: all of the row is ours; else the first column that is not. */
static const struct column *fill_row(const struct reading *r, char *row,
                                     const struct datum *value)
{
    const struct table *t = r->table;
    for (size_t i = 0; i < t->count; i++) {
        const struct column *c = &t->column[i];
        if (c->at != NO_FIELD &&
            !datum_to_field(row + c->at, r->arena, c, &value[i]))
            return c;
    }
    return row_misfit(t, value);
}

static bool take_row(void *context, const struct datum *column, size_t count,
                     struct err *e)
{
    struct reading *r = context;
    const struct table *t = r->table;
    assert(count == t->count);
    if (r->out->count == HISTORY_ROWS_MAX)
        return err_set(e, POS_NONE,
                       "'%s' has more than %zu rows of %s in that time: ask "
                       "for a shorter one",
                       r->history->database->shown, HISTORY_ROWS_MAX, t->name);
    r->out->item = arena_grow(r->arena, r->out->item, r->out->count,
                              &r->out->cap, t->size);
    char *row = (char *)r->out->item + r->out->count * t->size;
    memset(row, 0, t->size);
    const struct column *odd = fill_row(r, row, column);
    if (odd != NULL)
        leave_alone(r, odd, column, count);
    else
        r->out->count++;
    return true;
}

bool rows_select(struct history *h, struct arena *a, const struct selection *s,
                 struct row_list *out, struct err *e)
{
    struct buf sql;
    struct reading r = {h, a, s->table, out};
    *out = (struct row_list){NULL, 0, 0};
    buf_init(&sql, SQL_MAX);
    buf_text(&sql, "SELECT ");
    for (size_t i = 0; s->head == NULL && i < s->table->count; i++)
        buf_printf(&sql, "%s%s", i == 0 ? "" : ", ", s->table->column[i].name);
    if (s->head == NULL)
        buf_printf(&sql, " FROM %s", s->table->name);
    buf_printf(&sql, "%s %s", s->head == NULL ? "" : s->head,
               s->tail == NULL ? "" : s->tail);
    bool ok = history_run(h,
                          &(struct statement){.sql = sql.ptr,
                                              .arg = s->arg,
                                              .count = s->count,
                                              .row = take_row,
                                              .context = &r},
                          e);
    buf_release(&sql);
    return ok;
}
