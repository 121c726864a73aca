/* Episodes of checks: which are ongoing, which a time has seen. */
#include "watch/history/history_rows.h"

bool history_put_episode(struct history *h, const struct episode *row,
                         struct err *e)
{
    return rows_put(h, &episodes_table, row, "check_id, region, from_ms", e);
}

bool history_episodes(struct history *h, struct arena *a, int64_t from_ms,
                      struct episodes *out, struct err *e)
{
    struct row_list list;
    const struct datum arg = datum_int(from_ms);
    const struct selection s = {
        &episodes_table,
        "WHERE to_ms = 0 OR to_ms >= $1 ORDER BY from_ms, check_id, region",
        &arg, 1, NULL};
    bool ok = rows_select(h, a, &s, &list, e);
    *out = (struct episodes){list.item, list.count, list.cap};
    return ok;
}
