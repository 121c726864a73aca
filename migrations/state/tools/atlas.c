/* Atlas: a checksum over all files until this one. */
#include <string.h>

#include "base/text.h"
#include "migrations/state/tools/tool.h"

static bool row(struct history_row *out, struct arena *a,
                const struct row_at *r)
{
    const char *applied = cell_of(r, "applied"), *total = cell_of(r, "total");
    const char *error = cell_of(r, "error"), *type = cell_of(r, "type");
    uint64_t done = 0, all = 0;
    (void)a;
    out->id = cell_of(r, "version");
    out->time = cell_of(r, "executed_at");
    out->checksum = cell_of(r, "hash");
    out->error = error != NULL && error[0] != '\0' ? error : NULL;
    out->baseline = type != NULL && strcmp(type, "1") == 0;
    bool counted = applied != NULL && total != NULL &&
                   text_to_u64(str_from(applied), UINT32_MAX, &done) &&
                   text_to_u64(str_from(total), UINT32_MAX, &all);
    if (out->error != NULL || (counted && done < all))
        out->state = ROW_FAILED;
    return out->id != NULL && out->id[0] != '.';
}

static bool file(struct shipped_migration *m, struct arena *a, struct str path,
                 struct str text)
{
    static const char *const endings[] = {".sql", NULL};
    (void)text;
    return numbered(m, a, base_of(path), endings);
}

const struct state_tool state_atlas = {.name = "atlas",
                                       .table = "atlas_schema_revisions",
                                       .columns = {"version", "hash"},
                                       .index = "atlas.sum",
                                       .file = file,
                                       .row = row,
                                       .checksum = CHECKSUM_CUMULATIVE,
                                       .refuses_edit = true};
