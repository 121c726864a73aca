/*
 * Exported rows of any bytes: an error with its text, or tables whose rows are
 * whole. The first byte says whether the table is named.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "migrations/state/database.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void judge(const struct database_facts *f)
{
    size_t bytes = 0;
    for (size_t i = 0; i < f->table_count; i++) {
        const struct table_rows *t = &f->table[i];
        if (t->name == NULL || t->row_count > STATE_ROWS_MAX)
            abort();
        for (size_t c = 0; c < t->column_count; c++)
            bytes += strlen(t->column[c]);
        for (size_t c = 0; c < t->row_count * t->column_count; c++)
            bytes += t->cell[c] == NULL ? 0 : strlen(t->cell[c]);
    }
    if (bytes == SIZE_MAX)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    struct database_facts f;
    struct err e = {.set = false};
    if (size == 0)
        return 0;
    arena_init(&a);
    const char *text = arena_dup(&a, (const char *)data + 1, size - 1);
    bool ok = database_rows(&f, &a, "rows", (struct str){text, size - 1},
                            data[0] == 't' ? "app.alembic_version" : NULL, &e);
    if (ok == e.set || (!ok && e.text[0] == '\0'))
        abort();
    if (ok)
        judge(&f);
    arena_release(&a);
    return 0;
}
