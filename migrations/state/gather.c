/* Tables, rows and objects as they are read, within bounds. */
#include "migrations/state/gather.h"

#include "base/text.h"

struct table_rows *gather_table(struct gathering *g, const struct table_rows *t,
                                struct err *e)
{
    struct database_facts *f = g->facts;
    if (f->table_count == GATHER_TABLES_MAX) {
        (void)err_set(e, POS_NONE, "there are more than %d tables of history",
                      GATHER_TABLES_MAX);
        return NULL;
    }
    f->table = arena_grow(g->arena, f->table, f->table_count, &g->table_cap,
                          sizeof(*f->table));
    g->table = &f->table[f->table_count++];
    *g->table = *t;
    g->cell_cap = g->cells = 0;
    return g->table;
}

bool gather_column(struct gathering *g, struct str name, struct err *e)
{
    struct table_rows *t = g->table;
    if (t->column_count == GATHER_COLUMNS_MAX)
        return err_set(e, POS_NONE, "%.60s has more than %d columns",
                       t->name == NULL ? "a table" : t->name,
                       GATHER_COLUMNS_MAX);
    if (t->column == NULL)
        t->column =
            arena_array(g->arena, GATHER_COLUMNS_MAX, sizeof(*t->column));
    t->column[t->column_count++] = str_dup(g->arena, name);
    return true;
}

static void add_cell(struct gathering *g, const char *text)
{
    struct table_rows *t = g->table;
    size_t at = t->row_count * t->column_count + g->cells;
    if (g->cells == t->column_count)
        return;
    t->cell = arena_grow(g->arena, t->cell, at, &g->cell_cap, sizeof(*t->cell));
    t->cell[at] = text;
    g->cells++;
}

void gather_cell(struct gathering *g, struct str text)
{
    struct str kept = str_sub(text, 0, GATHER_CELL_MAX);
    g->bytes += kept.len;
    add_cell(g, text.ptr == NULL ? NULL : str_dup(g->arena, kept));
}

void gather_bytes(struct gathering *g, struct str bytes)
{
    struct buf hex;
    buf_init(&hex, GATHER_CELL_MAX + 2);
    buf_text(&hex, "\\x");
    text_hex(&hex, bytes);
    g->bytes += hex.len;
    add_cell(g, buf_take(g->arena, &hex));
}

bool gather_row(struct gathering *g, struct err *e)
{
    struct table_rows *t = g->table;
    if (t->row_count == STATE_ROWS_MAX)
        return err_set(e, POS_NONE, "%.60s has more than %d rows", t->name,
                       STATE_ROWS_MAX);
    if (g->bytes > GATHER_BYTES_MAX)
        return err_set(e, POS_NONE, "the rows of %.60s have more than %zu MB",
                       t->name, GATHER_BYTES_MAX >> 20);
    while (g->cells < t->column_count)
        add_cell(g, NULL);
    g->cells = 0;
    t->row_count++;
    return true;
}

void gather_object(struct gathering *g, enum object_kind kind, const char *name,
                   const char *schema)
{
    struct database_facts *f = g->facts;
    f->object = arena_grow(g->arena, f->object, f->object_count, &g->object_cap,
                           sizeof(*f->object));
    f->object[f->object_count++] =
        (struct database_object){.kind = kind, .name = name, .schema = schema};
}
