/* What the tools' files share. */
#include "migrations/state/tools/tool.h"

#include <string.h>
#include <strings.h>

#include "base/text.h"

const struct state_tool *const state_tools[] = {
#define STATE_TOOL_PLACE(name) &state_##name,
    STATE_TOOLS(STATE_TOOL_PLACE)};
const size_t state_tool_count = ARRAY_COUNT(state_tools);

const char *cell_of(const struct row_at *r, const char *column)
{
    const struct table_rows *t = r->table;
    for (size_t i = 0; i < t->column_count; i++)
        if (strcasecmp(t->column[i], column) == 0)
            return t->cell[r->row * t->column_count + i];
    return NULL;
}

bool is_true(const char *cell)
{
    return cell != NULL && (strcmp(cell, "t") == 0 || strcmp(cell, "1") == 0 ||
                            strcasecmp(cell, "true") == 0);
}

struct str base_of(struct str path)
{
    size_t at = path.len;
    while (at > 0 && path.ptr[at - 1] != '/')
        at--;
    return str_sub(path, at, path.len);
}

struct str stem_of(struct str name)
{
    size_t at = name.len;
    while (at > 0 && name.ptr[at - 1] != '.')
        at--;
    return at == 0 ? name : str_sub(name, 0, at - 1);
}

bool has_ending(struct str name, const char *const *ending)
{
    for (; *ending != NULL; ending++)
        if (str_ends(name, str_from(*ending)))
            return true;
    return false;
}

bool is_script(struct str name)
{
    static const char *const endings[] = {".js",  ".ts",  ".mjs", ".cjs",
                                          ".mts", ".cts", NULL};
    return has_ending(name, endings) && !str_ends(name, STR(".d.ts"));
}

struct str no_zeros(struct str digits)
{
    while (digits.len > 1 && digits.ptr[0] == '0')
        digits = str_sub(digits, 1, digits.len);
    return digits;
}

/* Digits, then '_' and one of endings. */
bool numbered(struct shipped_migration *m, struct arena *a, struct str name,
              const char *const *endings)
{
    size_t n = leading_digits(name);
    if (n == 0 || n >= name.len || !has_ending(name, endings))
        return false;
    m->id = str_dup(a, str_sub(name, 0, n));
    return true;
}

bool row_of_columns(struct history_row *out, const struct row_at *r,
                    const char *id, const char *time)
{
    out->id = cell_of(r, id);
    out->time = time == NULL ? NULL : cell_of(r, time);
    return out->id != NULL;
}
