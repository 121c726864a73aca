/* Drizzle: the journal says which files count, and when they were made. */
#include "base/text.h"
#include "migrations/state/tools/tool.h"

static bool row(struct history_row *out, struct arena *a,
                const struct row_at *r)
{
    const char *when = cell_of(r, "created_at"), *hash = cell_of(r, "hash");
    uint64_t number = 0;
    if (when == NULL || hash == NULL ||
        !text_to_u64(str_from(when), INT64_MAX, &number))
        return false;
    out->number = (int64_t)number;
    out->checksum = hash;
    out->id = arena_printf(a, "%.12s@%s", hash, when);
    return true;
}

/* Its journal says which; the id is the file's stem. */
static bool file(struct shipped_migration *m, struct arena *a, struct str path,
                 struct str text)
{
    (void)text;
    if (!str_ends(path, STR(".sql")))
        return false;
    m->id = str_dup(a, stem_of(base_of(path)));
    return true;
}

const struct state_tool state_drizzle = {.name = "drizzle",
                                         .table = "__drizzle_migrations",
                                         .columns = {"hash", "created_at"},
                                         .index = "_journal.json",
                                         .file = file,
                                         .row = row,
                                         .checksum = CHECKSUM_SHA256,
                                         .skips = true};
