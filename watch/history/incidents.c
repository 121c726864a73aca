/* States of checks, incidents and their events. */
#include <inttypes.h>

#include "base/clock.h"
#include "base/text.h"
#include "watch/history/history_rows.h"

#define DAY_BYTES 10 /* of "2026-11-21" */

bool history_states(struct history *h, struct arena *a,
                    struct check_states *out, struct err *e)
{
    struct row_list list;
    const struct selection s = {&states_table, "ORDER BY check_id", NULL, 0,
                                NULL};
    bool ok = rows_select(h, a, &s, &list, e);
    *out = (struct check_states){list.item, list.count, list.cap};
    return ok;
}

bool history_put_state(struct history *h, const struct check_state *state,
                       struct err *e)
{
    return rows_put(h, &states_table, state, "check_id", e);
}

bool history_put_incident(struct history *h, const struct incident_row *row,
                          struct err *e)
{
    return rows_put(h, &incidents_table, row, "id", e);
}

static bool select_incidents(struct history *h, struct arena *a,
                             const struct selection *s,
                             struct incident_rows *out, struct err *e)
{
    struct row_list list;
    bool ok = rows_select(h, a, s, &list, e);
    *out = (struct incident_rows){list.item, list.count, list.cap};
    return ok;
}

bool history_incidents(struct history *h, struct arena *a, const char *id,
                       int64_t from_ms, struct incident_rows *out,
                       struct err *e)
{
    const struct datum arg =
        id == NULL ? datum_int(from_ms) : datum_text(str_from(id));
    const struct selection s = {
        &incidents_table,
        id == NULL ? "WHERE detected_ms >= $1 ORDER BY detected_ms DESC, id "
                     "DESC"
                   : "WHERE id = $1",
        &arg, 1, NULL};
    return select_incidents(h, a, &s, out, e);
}

bool history_open_incidents(struct history *h, struct arena *a,
                            struct incident_rows *out, struct err *e)
{
    const struct selection s = {
        &incidents_table,
        "WHERE status IS NULL OR status <> 'closed' ORDER BY detected_ms "
        "DESC, id DESC",
        NULL, 0, NULL};
    return select_incidents(h, a, &s, out, e);
}

struct numbers {
    size_t prefix; /* bytes before the number */
    uint64_t most;
};

static bool take_number_of_id(void *context, const struct datum *column,
                              size_t count, struct err *e)
{
    struct numbers *n = context;
    uint64_t number = 0;
    (void)e;
    if (count == 1 &&
        text_to_u64(str_sub(column[0].text, n->prefix, column[0].text.len),
                    INT64_MAX, &number) &&
        number > n->most)
        n->most = number;
    return true;
}

/* Free: above all others of the day, so that none is given a second time. */
bool history_next_id(struct history *h, struct arena *a, int64_t time_ms,
                     const char **out, struct err *e)
{
    struct buf stamp;
    buf_init(&stamp, 64);
    clock_format(&stamp, time_ms);
    buf_truncate(&stamp, DAY_BYTES);
    const char *prefix = arena_printf(a, "INC-%s-%s", stamp.ptr, h->infix);
    buf_release(&stamp);
    struct numbers n = {str_from(prefix).len, 0};
    const struct datum arg =
        datum_text(str_from(arena_printf(a, "%s%%", prefix)));
    const struct statement q = {.sql =
                                    "SELECT id FROM incidents WHERE id LIKE $1",
                                .arg = &arg,
                                .count = 1,
                                .row = take_number_of_id,
                                .context = &n};
    *out = NULL;
    if (!history_run(h, &q, e))
        return false;
    *out = arena_printf(a, "%s%" PRIu64, prefix, n.most + 1);
    return true;
}

bool history_add_event(struct history *h, struct event_row *row, struct err *e)
{
    return rows_insert(h, &events_table, row, " RETURNING id", &row->id, e);
}

bool history_events(struct history *h, struct arena *a, const char *incident,
                    int64_t from_ms, struct event_rows *out, struct err *e)
{
    struct row_list list;
    const struct datum arg[] = {datum_int(from_ms),
                                datum_text(str_from(incident))};
    const struct selection s = {
        &events_table,
        incident == NULL
            ? "WHERE time_ms >= $1 ORDER BY time_ms, id"
            : "WHERE time_ms >= $1 AND incident = $2 ORDER BY time_ms, id",
        arg, incident == NULL ? 1 : 2, NULL};
    bool ok = rows_select(h, a, &s, &list, e);
    *out = (struct event_rows){list.item, list.count, list.cap};
    return ok;
}
