/* Flyway: versions with parts; a checksum over lines. */
#include <string.h>

#include "base/text.h"
#include "migrations/state/tools/tool.h"

static bool row(struct history_row *out, struct arena *a,
                const struct row_at *r)
{
    const char *type = cell_of(r, "type");
    (void)a;
    out->id = cell_of(r, "version");
    out->time = cell_of(r, "installed_on");
    out->checksum = cell_of(r, "checksum");
    out->state = is_true(cell_of(r, "success")) ? ROW_APPLIED : ROW_FAILED;
    if (type != NULL && strstr(type, "BASELINE") != NULL)
        out->baseline = true;
    if (type != NULL &&
        (strcmp(type, "DELETE") == 0 || strncmp(type, "UNDO", 4) == 0))
        out->state = ROW_ROLLED_BACK;
    return out->id != NULL; /* repeatable ones have none */
}

/* "V1_2__name.sql" is 1.2. */
static bool file(struct shipped_migration *m, struct arena *a, struct str path,
                 struct str text)
{
    struct str name = base_of(path);
    size_t end = str_find(name, STR("__"), 0);
    (void)text;
    if (name.len < 3 || name.ptr[0] != 'V' || !str_ends(name, STR(".sql")) ||
        end >= name.len || end < 2)
        return false;
    char *id = str_dup(a, str_sub(name, 1, end - 1));
    for (char *c = id; *c != '\0'; c++)
        *c = *c == '_' ? '.' : *c;
    m->id = id;
    return true;
}

const struct state_tool state_flyway = {
    .name = "flyway",
    .table = "flyway_schema_history",
    .columns = {"installed_rank", "script", "success"},
    .file = file,
    .row = row,
    .order = ORDER_BY_NUMBER,
    .checksum = CHECKSUM_FLYWAY,
    .skips = true,
    .refuses_edit = true};
