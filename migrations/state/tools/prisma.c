/* Prisma: a folder each; several rows may have one name. */
#include "base/text.h"
#include "migrations/state/tools/tool.h"

static bool row(struct history_row *out, struct arena *a,
                const struct row_at *r)
{
    const char *finished = cell_of(r, "finished_at");
    const char *logs = cell_of(r, "logs");
    (void)a;
    out->id = cell_of(r, "migration_name");
    out->time = finished != NULL ? finished : cell_of(r, "started_at");
    out->checksum = cell_of(r, "checksum");
    out->state = cell_of(r, "rolled_back_at") != NULL ? ROW_ROLLED_BACK
                 : finished != NULL                   ? ROW_APPLIED
                                                      : ROW_FAILED;
    out->error = logs;
    out->interrupted = out->state == ROW_FAILED && logs == NULL;
    return out->id != NULL;
}

/* Files. */
static bool file(struct shipped_migration *m, struct arena *a, struct str path,
                 struct str text)
{
    (void)text;
    if (!str_ends(path, STR("/migration.sql")))
        return false;
    struct str folder = str_sub(path, 0, path.len - 14);
    m->id = str_dup(a, base_of(folder));
    return true;
}

const struct state_tool state_prisma = {
    .name = "prisma",
    .table = "_prisma_migrations",
    .columns = {"migration_name", "checksum"},
    .file = file,
    .row = row,
    .checksum = CHECKSUM_PRISMA};
