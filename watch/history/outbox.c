/* The outbox: what is to be sent, and what became of it. */
#include "watch/history/history_rows.h"

bool history_add_notice(struct history *h, const struct notice_row *row,
                        struct err *e)
{
    return rows_insert(h, &notices_table, row, " ON CONFLICT (key) DO NOTHING",
                       NULL, e);
}

bool history_due_notices(struct history *h, struct arena *a, int64_t now_ms,
                         size_t most, struct notice_rows *out, struct err *e)
{
    struct row_list list;
    const struct datum arg[] = {
        datum_int(now_ms),
        datum_int(
            (int64_t)(most < HISTORY_ROWS_MAX ? most : HISTORY_ROWS_MAX))};
    const struct selection s = {&notices_table,
                                "WHERE state = 'pending' AND next_ms <= $1 "
                                "ORDER BY id LIMIT $2",
                                arg, ARRAY_COUNT(arg), NULL};
    bool ok = rows_select(h, a, &s, &list, e);
    *out = (struct notice_rows){list.item, list.count, list.cap};
    return ok;
}

/* By its key, which is what a notice is known by. */
bool history_put_notice(struct history *h, const struct notice_row *row,
                        struct err *e)
{
    return rows_insert(
        h, &notices_table, row,
        " ON CONFLICT (key) DO UPDATE SET state = excluded.state, next_ms = "
        "excluded.next_ms, attempts = excluded.attempts, sent_ms = "
        "excluded.sent_ms, error = excluded.error",
        NULL, e);
}
