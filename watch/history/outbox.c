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

static bool take_name(void *context, const struct datum *column, size_t count,
                      struct err *e)
{
    struct due_receivers *out = context;
    (void)e;
    if (count != 1 || column[0].kind != DATUM_TEXT)
        return true;
    out->name = arena_grow(out->arena, out->name, out->count, &out->cap,
                           sizeof(*out->name));
    out->name[out->count++] = str_dup(out->arena, column[0].text);
    return true;
}

bool history_due_receivers(struct history *h, struct arena *a, int64_t now_ms,
                           struct due_receivers *out, struct err *e)
{
    const struct datum arg = datum_int(now_ms);
    *out = (struct due_receivers){.arena = a};
    return history_run(
        h,
        &(struct statement){.sql = "SELECT COALESCE(recipient, '') FROM "
                                   "notices WHERE state = 'pending' AND "
                                   "next_ms <= $1 GROUP BY 1 ORDER BY MIN(id)",
                            .arg = &arg,
                            .count = 1,
                            .row = take_name,
                            .context = out},
        e);
}

bool history_next_notice(struct history *h, struct arena *a,
                         const char *receiver, struct notice_rows *out,
                         struct err *e)
{
    struct row_list list;
    const struct datum arg = datum_text(str_from(receiver));
    /* More than one, since rows that are not ours are left out. */
    const struct selection s = {
        &notices_table,
        "WHERE state = 'pending' AND COALESCE(recipient, '') = $1 "
        "ORDER BY id LIMIT 8",
        &arg, 1, NULL};
    bool ok = rows_select(h, a, &s, &list, e);
    *out = (struct notice_rows){list.item, list.count, list.cap};
    return ok;
}

bool history_hold_notices(struct history *h, const char *receiver,
                          int64_t until_ms, struct err *e)
{
    const struct datum arg[] = {datum_text(str_from(receiver)),
                                datum_int(until_ms)};
    return history_run(
        h,
        &(struct statement){.sql = "UPDATE notices SET next_ms = $2 WHERE "
                                   "state = 'pending' AND recipient = $1 AND "
                                   "next_ms < $2",
                            .arg = arg,
                            .count = ARRAY_COUNT(arg)},
        e);
}

bool history_next_due(struct history *h, int64_t *next_ms, struct err *e)
{
    struct datum found;
    bool ok = database_number(
        h->database, "SELECT MIN(next_ms) FROM notices WHERE state = 'pending'",
        NULL, 0, &found, e);
    *next_ms = ok && found.kind == DATUM_INT ? found.number : 0;
    return ok;
}

bool history_unsent_notices(struct history *h, struct arena *a,
                            const char *incident, struct notice_rows *out,
                            struct err *e)
{
    struct row_list list;
    const struct datum arg = datum_text(str_from(incident));
    const struct selection s = {
        &notices_table,
        "WHERE incident = $1 AND (state = 'given-up' OR (state = 'pending' AND "
        "attempts > 0)) ORDER BY id",
        &arg, 1, NULL};
    bool ok = rows_select(h, a, &s, &list, e);
    *out = (struct notice_rows){list.item, list.count, list.cap};
    return ok;
}

static bool take_undelivered(void *context, const struct datum *column,
                             size_t count, struct err *e)
{
    const struct incident_rows *rows = context;
    (void)e;
    for (size_t i = 0; count == 2 && i < rows->count; i++)
        if (str_is(column[0].text, rows->item[i].id))
            rows->item[i].undelivered = column[1].number;
    return true;
}

bool history_count_undelivered(struct history *h, struct incident_rows *rows,
                               struct err *e)
{
    return history_run(
        h,
        &(struct statement){.sql = "SELECT incident, COUNT(*) FROM notices "
                                   "WHERE state = 'given-up' AND incident IS "
                                   "NOT NULL GROUP BY incident",
                            .row = take_undelivered,
                            .context = rows},
        e);
}

/* Of notices that are held for a fallback: those whose own one is so. */
#define HELD_FOR(own)                                                          \
    "state = 'held' AND key IN (SELECT key || $2 FROM notices WHERE "          \
    "recipient = $1 AND " own ")"

bool history_settle_fallbacks(struct history *h, const char *receiver,
                              const char *end, struct fallback_times t,
                              int64_t *released, struct err *e)
{
    const struct datum arg[] = {
        datum_text(str_from(receiver)), datum_text(str_from(end)),
        datum_int(t.late_before_ms), datum_int(t.now_ms)};
    struct statement drop = {
        .sql = "DELETE FROM notices WHERE " HELD_FOR("state = 'sent'"),
        .arg = arg,
        .count = 2};
    struct statement release = {
        .sql = "UPDATE notices SET state = 'pending', next_ms = $4 "
               "WHERE " HELD_FOR(
                   "(state = 'given-up' OR (state = 'pending' AND made_ms "
                   "<= $3))"),
        .arg = arg,
        .count = ARRAY_COUNT(arg),
        .changed = released};
    *released = 0;
    return history_run(h, &drop, e) && history_run(h, &release, e);
}
