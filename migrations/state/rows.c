/* The rows of a history, and which of the shipped migrations are applied. */
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/text.h"
#include "migrations/state/joined.h"

const struct table_rows *find_history(const struct joined *j, const char *table)
{
    const struct table_rows *best = NULL;
    const char *want = j->shipped->tool->table;
    const char *dot = table == NULL ? NULL : strchr(table, '.');
    if (table != NULL)
        want = dot == NULL ? table : dot + 1;
    for (size_t i = 0; i < j->facts->table_count; i++) {
        const struct table_rows *t = &j->facts->table[i];
        bool here =
            dot == NULL || t->schema == NULL ||
            str_is((struct str){table, (size_t)(dot - table)}, t->schema);
        if (strcasecmp(t->name, want) == 0 && here &&
            (best == NULL || (t->visible && !best->visible)))
            best = t;
    }
    return best;
}

/* None is in the search path, and several are there: which one is meant? */
static const char *list_schemas(const struct joined *j)
{
    const struct database_facts *f = j->facts;
    struct buf out;
    size_t count = 0;
    buf_init(&out, 2000);
    for (size_t i = 0; i < f->table_count; i++)
        if (f->table[i].schema != NULL &&
            strcasecmp(f->table[i].name, j->history->name) == 0)
            buf_printf(&out, "%s%s", count++ > 0 ? ", " : "",
                       f->table[i].schema);
    const char *text = count > 1 ? buf_dup(j->arena, &out) : NULL;
    buf_release(&out);
    return text;
}

bool history_is_readable(struct joined *j)
{
    struct migration_state *out = j->out;
    const struct table_rows *h = j->history;
    out->verdict = MIGRATIONS_UNREADABLE;
    if (j->facts->standby && j->options->primary) {
        out->reason = "the server is a standby, and the check is for a primary";
        return false;
    }
    if (h == NULL)
        return true;
    if (h->unreadable != NULL) {
        out->reason = arena_printf(j->arena, "cannot read %s: %s", out->history,
                                   h->unreadable);
        return false;
    }
    if (h->row_count > STATE_ROWS_MAX) {
        out->reason = arena_printf(j->arena, "%s has more than %d rows",
                                   out->history, STATE_ROWS_MAX);
        return false;
    }
    const char *schemas =
        h->visible || h->schema == NULL || j->options->table != NULL
            ? NULL
            : list_schemas(j);
    if (schemas != NULL) {
        out->reason = arena_printf(
            j->arena, "%s exists in several schemas (%s): name the schema",
            h->name, schemas);
        return false;
    }
    return true;
}

/* "2025-01-01 10:00:00.123+00", seconds, or milliseconds. */
int64_t row_time_ms(const char *text)
{
    char copy[40] = "";
    int64_t ms = 0;
    uint64_t number = 0;
    bool zoned = false;
    struct str s = str_trim(str_from(text));
    if (text_to_u64(s, INT64_MAX / 1000, &number))
        return number > UINT64_C(100000000000) ? (int64_t)number
                                               : (int64_t)number * 1000;
    if (s.len < 19 || s.len + 4 > sizeof(copy))
        return 0;
    memcpy(copy, s.ptr, s.len);
    if (copy[10] == ' ')
        copy[10] = 'T';
    char sign = copy[s.len - 3]; /* "+00" has no minutes */
    if (sign == '+' || sign == '-')
        memcpy(copy + s.len, ":00", 4);
    return clock_parse(str_from(copy), &ms, &zoned) > 0 ? ms : 0;
}

struct history_row *row_of(struct joined *j, const char *id)
{
    for (size_t i = 0; i < j->row_count; i++)
        if (strcmp(j->row[i].id, id) == 0)
            return &j->row[i];
    return NULL;
}

/* A later row of an id counts, but an applied one outweighs a rolled back. */
static void take_row(struct joined *j, const struct history_row *r)
{
    struct history_row *known = row_of(j, r->id);
    bool goose = strcmp(j->shipped->tool->name, "goose") == 0;
    if (known == NULL) {
        j->row = arena_grow(j->arena, j->row, j->row_count, &j->row_cap,
                            sizeof(*j->row));
        j->row[j->row_count++] = *r;
    } else if (goose || known->state != ROW_APPLIED ||
               r->state == ROW_APPLIED) {
        *known = *r;
    }
}

/* golang-migrate and Alembic keep where the database is, and no more. */
const struct shipped_migration *find_shipped(const struct joined *j,
                                             const char *id)
{
    for (size_t i = 0; i < j->shipped->count; i++)
        if (strcmp(j->shipped->item[i].id, id) == 0)
            return &j->shipped->item[i];
    return NULL;
}

void read_rows(struct joined *j)
{
    const struct table_rows *t = j->history;
    for (size_t i = 0; t != NULL && i < t->row_count; i++) {
        struct history_row r = {.id = NULL};
        const struct row_at at = {t, i};
        if (!j->shipped->tool->row(&r, j->arena, &at))
            continue;
        if (r.number != 0) /* Drizzle: of the file by its time or its sum */
            for (size_t k = 0; k < j->shipped->count; k++)
                if (j->shipped->item[k].number == r.number)
                    r.id = j->shipped->item[k].id;
        take_row(j, &r);
    }
}

/* With all that comes before it. */
static void mark(struct joined *j, const char *id)
{
    const struct shipped *s = j->shipped;
    for (size_t i = 0; i < s->count; i++) {
        if (strcmp(s->item[i].id, id) != 0 || j->applied[i])
            continue;
        j->applied[i] = true;
        for (size_t p = 0; p < s->item[i].parent_count; p++)
            mark(j, str_dup(j->arena, s->item[i].parent[p]));
    }
}

static bool has_any_object(const struct joined *j,
                           const struct shipped_migration *m)
{
    for (size_t i = 0; i < m->creates_count; i++)
        if (find_object(j, m->creates[i].name, m->creates[i].schema,
                        m->creates[i].kind) != NULL)
            return true;
    return m->creates_count == 0 || !j->facts->has_objects;
}

/* The ancestors of a revision that the code lacks are not known: those of the
   shipped that left something are among them, not half applied. */
static void mark_below_unknown(struct joined *j)
{
    const struct shipped *s = j->shipped;
    bool unknown = false;
    for (size_t i = 0; i < j->row_count; i++)
        unknown = unknown || find_shipped(j, j->row[i].id) == NULL;
    for (size_t k = 0; k < s->count && unknown; k++)
        j->applied[k] = j->applied[k] || has_any_object(j, &s->item[k]);
}

/* Does this row say that the migration at k is applied? */
static bool says_applied(const struct joined *j, const struct history_row *r,
                         size_t k)
{
    const struct shipped *s = j->shipped;
    const struct shipped_migration *at = find_shipped(j, r->id);
    bool counts = s->tool->one_row && s->tool->order == ORDER_BY_NUMBER;
    if (strcmp(s->item[k].id, r->id) == 0 && r->state == ROW_APPLIED)
        return true;
    if (at == NULL)
        return false;
    return (counts && k + 1 < s->count && &s->item[k] < at) ||
           (r->baseline && &s->item[k] <= at);
}

/* A database ahead of the code has all that the code has. */
static void mark_below_number(struct joined *j, const char *id)
{
    const struct shipped *s = j->shipped;
    uint64_t at = 0, number = 0;
    if (find_shipped(j, id) != NULL ||
        !text_to_u64(str_from(id), UINT64_MAX, &at))
        return;
    for (size_t k = 0; k < s->count; k++)
        if (text_to_u64(str_from(s->item[k].id), UINT64_MAX, &number) &&
            number < at)
            j->applied[k] = true;
}

void mark_applied(struct joined *j)
{
    const struct shipped *s = j->shipped;
    bool heads = s->tool->one_row && s->tool->order == ORDER_BY_PARENTS;
    bool counts = s->tool->one_row && s->tool->order == ORDER_BY_NUMBER;
    for (size_t i = 0; i < j->row_count; i++) {
        if (heads)
            mark(j, j->row[i].id);
        for (size_t k = 0; k < s->count; k++)
            if (says_applied(j, &j->row[i], k))
                j->applied[k] = true;
        if (counts)
            mark_below_number(j, j->row[i].id);
    }
    if (heads)
        mark_below_unknown(j);
}
