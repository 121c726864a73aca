/* What a spool has goes into the history. */
#include <string.h>

#include "base/text.h"
#include "watch/history/spool.h"
#include "watch/history/spool_copy.h"

/*
 * Until where a spool is in a history stands in the history, and is written
 * with its rows: whoever is killed before the spool is removed leaves one whose
 * rows are there, and they do not come twice.
 */
struct taken {
    int64_t run, event; /* the last ones, by the spool's own ids */
};

static const char *const taken_names[] = {"run", "event"};

static struct datum taken_name(const struct copying *k,
                               const struct history *from, size_t i)
{
    return datum_text(str_from(arena_printf(k->arena, "spool %s: last %s",
                                            from->spool, taken_names[i])));
}

static bool read_taken(const struct copying *k, const struct history *from,
                       struct taken *t, struct err *e)
{
    static const char sql[] = "SELECT COALESCE(MAX(CAST(value AS BIGINT)), 0) "
                              "FROM meta WHERE name = $1";
    const struct datum run = taken_name(k, from, 0),
                       event = taken_name(k, from, 1);
    return spool_number(k->to, sql, &run, &t->run, e) &&
           spool_number(k->to, sql, &event, &t->event, e);
}

static bool write_taken(const struct copying *k, struct history *from,
                        struct err *e)
{
    static const char *const sql[] = {
        "SELECT COALESCE(MAX(id), 0) FROM runs",
        "SELECT COALESCE(MAX(id), 0) FROM events"};
    for (size_t i = 0; i < ARRAY_COUNT(sql); i++) {
        int64_t last = 0;
        if (!spool_number(from, sql[i], NULL, &last, e))
            return false;
        const struct datum arg[] = {taken_name(k, from, i),
                                    datum_text(str_from(arena_printf(
                                        k->arena, "%lld", (long long)last)))};
        const struct statement q = {
            .sql = "INSERT INTO meta (name, value) VALUES ($1, $2) ON CONFLICT "
                   "(name) DO UPDATE SET value = excluded.value",
            .arg = arg,
            .count = ARRAY_COUNT(arg)};
        if (!history_run(k->to, &q, e))
            return false;
    }
    return true;
}

static const char *after(const struct copying *k, const char *column,
                         int64_t last)
{
    return arena_printf(k->arena, "WHERE %s > %lld ORDER BY %s", column,
                        (long long)last, column);
}

static bool same_check(const struct episode *a, const struct episode *b)
{
    return strcmp(a->check, b->check) == 0 && strcmp(a->region, b->region) == 0;
}

static bool has(const struct episodes *all, const struct episode *e)
{
    for (size_t i = 0; i < all->count; i++)
        if (all->item[i].from_ms == e->from_ms && same_check(&all->item[i], e))
            return true;
    return false;
}

/* One of the history that a spool saw go on without knowing of it; or NULL. */
static struct episode *begun_before(const struct episodes *known,
                                    const struct episodes *theirs,
                                    const struct episode *e)
{
    for (size_t i = 0; i < known->count; i++) {
        struct episode *k = &known->item[i];
        if (same_check(k, e) && k->from_ms < e->from_ms &&
            (k->to_ms == 0 || k->to_ms == e->to_ms) && !has(theirs, k))
            return k;
    }
    return NULL;
}

static struct episode one_of(const struct episode *first,
                             const struct episode *later)
{
    struct episode one = *later;
    one.from_ms = first->from_ms;
    one.first_failure = first->first_failure;
    one.alarm_ms = first->alarm_ms != 0 ? first->alarm_ms : later->alarm_ms;
    if (first->severity < one.severity)
        one.severity = first->severity;
    if (first->worst > one.worst)
        one.worst = first->worst;
    one.rounds += first->rounds;
    one.answers += first->answers;
    one.failed += first->failed;
    return one;
}

/* The same failure, as two histories saw it, is one episode. */
static bool take_episodes(const struct copying *k, struct history *from,
                          struct err *e)
{
    struct episodes known, theirs;
    if (!history_episodes(from, k->arena, 0, &theirs, e) ||
        !history_episodes(k->to, k->arena,
                          theirs.count > 0 ? theirs.item[0].from_ms : INT64_MAX,
                          &known, e))
        return false;
    for (size_t i = 0; i < theirs.count; i++) {
        struct episode put = theirs.item[i];
        struct episode *first = begun_before(&known, &theirs, &put);
        if (first != NULL && first->last_ms >= put.last_ms)
            continue; /* it was joined when this spool was taken before */
        if (first != NULL) {
            put = one_of(first, &put);
            first->to_ms = put.to_ms;
        }
        if (!history_put_episode(k->to, &put, e))
            return false;
    }
    return true;
}

static bool take_all(struct copying *k, struct history *from, struct err *e)
{
    struct arena *a = k->arena;
    struct taken t;
    if (!read_taken(k, from, &t, e))
        return false;
    int64_t run = t.run > FIRST_RUN ? t.run : FIRST_RUN;
    return spool_copy(k, from, &runs_table, after(k, "id", run), "", e) &&
           spool_copy(k, from, &results_table, after(k, "run", run), "", e) &&
           spool_copy(k, from, &records_table, after(k, "run", run), "", e) &&
           spool_copy(k, from, &states_table, "",
                      spool_over(a, &states_table, "check_id"), e) &&
           spool_copy(k, from, &incidents_table, "",
                      spool_over(a, &incidents_table, "id"), e) &&
           take_episodes(k, from, e) &&
           spool_copy(k, from, &events_table, after(k, "id", t.event), "", e) &&
           spool_copy(k, from, &notices_table, "ORDER BY id",
                      spool_over(a, &notices_table, "key"), e) &&
           write_taken(k, from, e);
}

bool spool_take(struct history *to, struct history *spool, struct err *e)
{
    struct arena a;
    if (!history_begin(to, e))
        return false;
    arena_init(&a);
    struct copying k = {.to = to, .arena = &a};
    bool ok = take_all(&k, spool, e) && history_commit(to, e);
    if (!ok)
        history_rollback(to);
    arena_release(&a);
    return ok;
}
