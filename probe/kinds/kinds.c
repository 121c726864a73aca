/* The rows of the kinds, by number. */
#include "probe/kinds/probe_kind.h"

const struct probe_kind *probe_kind_of(int kind)
{
#define KIND_ROW(CONSTANT, name, ...) &probe_##name,
    static const struct probe_kind *const row[] = {CHECK_KINDS(KIND_ROW)};
    return row[kind];
}

const char *reproduce_line(struct arena *run, const struct check *check)
{
    const struct probe_kind *kind = probe_kind_of(check->kind);
    return kind->reproduce == NULL ? NULL : kind->reproduce(run, check);
}
