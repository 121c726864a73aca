/* What is too old is taken out, a bounded part at a time. */
#include "watch/history/history_rows.h"

#define SQL_MAX ((size_t)4 << 10)

/* What one row takes with it is deleted by the tables' references. */
struct rule {
    const char *table, *key;
    const char *weight; /* SQL: rows that go with it, and itself */
    const char *old;    /* SQL: it is taken out; $1: before_ms */
    const char *order;
};

static const struct rule rules[] = {
    {"runs", "id", "1 + (SELECT COUNT(*) FROM results WHERE run = runs.id)",
     "started_ms < $1 AND id < (SELECT MAX(id) FROM runs) AND NOT EXISTS "
     "(SELECT 1 FROM incidents WHERE runs.id IN (run, worst_run, last_run) AND "
     "(closed_ms = 0 OR closed_ms >= $1))",
     "started_ms, id"},
    {"incidents", "id",
     "1 + (SELECT COUNT(*) FROM events WHERE incident = incidents.id) + "
     "(SELECT COUNT(*) FROM notices WHERE incident = incidents.id)",
     "status = 'closed' AND detected_ms < $1 AND closed_ms < $1 AND NOT EXISTS "
     "(SELECT 1 FROM notices WHERE incident = incidents.id AND state = "
     "'pending')",
     "detected_ms, id"},
    {"episodes", "id", "1",
     "to_ms <> 0 AND to_ms < $1 AND NOT EXISTS (SELECT 1 FROM incidents WHERE "
     "started_ms <= episodes.to_ms AND (closed_ms = 0 OR closed_ms >= $1))",
     "id"},
    {"events", "id", "1", "incident IS NULL AND time_ms < $1", "id"},
    {"notices", "id", "1",
     "state <> 'pending' AND made_ms < $1 AND (incident IS NULL OR EXISTS "
     "(SELECT 1 FROM incidents WHERE id = notices.incident AND status = "
     "'closed'))",
     "id"},
    /* As old as the oldest run that is left, which $1 is not needed for. */
    {"check_states", "check_id", "1",
     "0 < $1 AND EXISTS (SELECT 1 FROM runs) AND NOT EXISTS (SELECT 1 FROM "
     "results WHERE check_id = check_states.check_id)",
     "check_id"},
};

struct doomed {
    struct arena *arena;
    struct datum *key;
    size_t count, cap;
    int64_t room; /* rows that may still go */
};

/* One is always taken, or a run of many checks would stay for ever. */
static bool take_doomed(void *context, const struct datum *column, size_t count,
                        struct err *e)
{
    struct doomed *d = context;
    (void)e;
    if (count != 2 || d->room <= 0)
        return true;
    d->key = arena_grow(d->arena, d->key, d->count, &d->cap, sizeof(*d->key));
    struct datum key = column[0];
    if (key.kind == DATUM_TEXT)
        key.text = str_from(str_dup(d->arena, key.text));
    d->key[d->count++] = key;
    d->room -= column[1].number;
    return true;
}

static bool find_doomed(struct history *h, const struct rule *r,
                        int64_t before_ms, struct doomed *d, struct err *e)
{
    struct buf sql;
    const struct datum arg[] = {datum_int(before_ms), datum_int(d->room)};
    buf_init(&sql, SQL_MAX);
    buf_printf(&sql, "SELECT %s, %s FROM %s WHERE %s ORDER BY %s LIMIT $2",
               r->key, r->weight, r->table, r->old, r->order);
    bool ok = history_run(h,
                          &(struct statement){.sql = sql.ptr,
                                              .arg = arg,
                                              .count = ARRAY_COUNT(arg),
                                              .row = take_doomed,
                                              .context = d},
                          e);
    buf_release(&sql);
    return ok;
}

static bool take_out(struct history *h, const struct rule *r,
                     const struct doomed *d, struct err *e)
{
    struct buf sql;
    bool ok = true;
    buf_init(&sql, SQL_MAX);
    buf_printf(&sql, "DELETE FROM %s WHERE %s = $1", r->table, r->key);
    for (size_t i = 0; i < d->count && ok; i++)
        ok = history_run(
            h,
            &(struct statement){.sql = sql.ptr, .arg = &d->key[i], .count = 1},
            e);
    buf_release(&sql);
    return ok;
}

static bool prune_by(struct history *h, const struct rule *r, int64_t before_ms,
                     int64_t *room, struct err *e)
{
    struct arena a;
    arena_init(&a);
    struct doomed d = {.arena = &a, .room = *room};
    bool ok = find_doomed(h, r, before_ms, &d, e) && take_out(h, r, &d, e);
    *room = d.room;
    arena_release(&a);
    return ok;
}

static bool any_left(struct history *h, const struct rule *r, int64_t before_ms,
                     bool *left, struct err *e)
{
    struct buf sql;
    struct datum found = datum_null();
    const struct datum arg = datum_int(before_ms);
    buf_init(&sql, SQL_MAX);
    buf_printf(&sql, "SELECT 1 FROM %s WHERE %s LIMIT 1", r->table, r->old);
    bool ok = database_number(h->database, sql.ptr, &arg, 1, &found, e);
    buf_release(&sql);
    *left = *left || found.kind != DATUM_NULL;
    return ok;
}

static bool prune(struct history *h, int64_t before_ms, int64_t most,
                  bool *left, struct err *e)
{
    int64_t room = most;
    for (size_t i = 0; i < ARRAY_COUNT(rules) && room > 0; i++)
        if (!prune_by(h, &rules[i], before_ms, &room, e))
            return false;
    for (size_t i = 0; i < ARRAY_COUNT(rules) && room <= 0 && !*left; i++)
        if (!any_left(h, &rules[i], before_ms, left, e))
            return false;
    return true;
}

bool history_prune(struct history *h, int64_t before_ms, int64_t most,
                   bool *left, struct err *e)
{
    bool own = false;
    *left = false;
    if (!history_enter(h, &own, e))
        return false;
    return history_leave(h, own, prune(h, before_ms, most, left, e), e);
}
