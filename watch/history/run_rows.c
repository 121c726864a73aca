/* Runs, their results and records, and what is counted from them. */
#include <stdlib.h>
#include <zstd.h>

#include "watch/history/history_rows.h"

#define LEVEL 3 /* of zstd: its own standard */

static bool add_record(struct history *h, int64_t run, struct str record,
                       struct err *e)
{
    size_t room = ZSTD_compressBound(record.len);
    char *packed = heap_zeroed(room);
    size_t len = ZSTD_compress(packed, room, record.ptr, record.len, LEVEL);
    const struct datum arg[] = {
        datum_int(run), datum_int((int64_t)record.len),
        datum_bytes((struct str){packed, ZSTD_isError(len) ? 0 : len})};
    bool ok = ZSTD_isError(len)
                  ? err_set(e, POS_NONE, "cannot compress a record: %s",
                            ZSTD_getErrorName(len))
                  : history_run(h,
                                &(struct statement){
                                    .sql = "INSERT INTO records (run, size, "
                                           "packed) VALUES ($1, $2, $3)",
                                    .arg = arg,
                                    .count = ARRAY_COUNT(arg)},
                                e);
    free(packed);
    return ok;
}

static bool add_all(struct history *h, struct run_row *row,
                    struct result_row *result, size_t count,
                    const struct str *record, struct err *e)
{
    if (!rows_insert(h, &runs_table, row, " RETURNING id", &row->id, e))
        return false;
    for (size_t i = 0; i < count; i++) {
        result[i].run = row->id;
        if (!rows_insert(h, &results_table, &result[i], "", NULL, e))
            return false;
    }
    return record == NULL || record->len == 0 ||
           record->len > HISTORY_RECORD_MAX ||
           add_record(h, row->id, *record, e);
}

bool history_add_run(struct history *h, struct run_row *row,
                     struct result_row *result, size_t count,
                     const struct str *record, struct err *e)
{
    bool own = false;
    if (!history_enter(h, &own, e))
        return false;
    return history_leave(h, own, add_all(h, row, result, count, record, e), e);
}

bool history_last_run(struct history *h, struct arena *a, int64_t before_ms,
                      struct run_row *out, struct err *e)
{
    struct row_list list;
    const struct datum arg = datum_int(before_ms);
    const struct selection s = {&runs_table,
                                "WHERE deployment = 0 AND started_ms < $1 "
                                "ORDER BY started_ms DESC, id DESC LIMIT 1",
                                &arg, 1, NULL};
    *out = (struct run_row){.id = 0};
    if (!rows_select(h, a, &s, &list, e))
        return false;
    if (list.count > 0)
        *out = *(struct run_row *)list.item;
    return true;
}

struct packed {
    struct arena *arena;
    struct str bytes;
    int64_t size;
    bool found;
};

static bool take_packed(void *context, const struct datum *column, size_t count,
                        struct err *e)
{
    struct packed *p = context;
    (void)e;
    if (count != 2)
        return true;
    struct str s = column[1].text;
    p->found = true;
    p->size = column[0].number;
    p->bytes = (struct str){str_dup(p->arena, s), s.len};
    return true;
}

static bool unpack(struct history *h, struct arena *a, int64_t run,
                   const struct packed *p, struct str *out, struct err *e)
{
    size_t got = 0;
    bool ok = p->size > 0 && p->size <= (int64_t)HISTORY_RECORD_MAX;
    size_t size = ok ? (size_t)p->size : 0;
    char *text = arena_alloc(a, size + 1);
    if (ok)
        got = ZSTD_decompress(text, size, p->bytes.ptr, p->bytes.len);
    if (!ok || ZSTD_isError(got) || got != size)
        return err_set(e, POS_NONE,
                       "the record of run %lld in '%s' is damaged: it cannot "
                       "be read back",
                       (long long)run, h->database->shown);
    *out = (struct str){text, size};
    return true;
}

bool history_record(struct history *h, struct arena *a, int64_t run,
                    struct str *out, struct err *e)
{
    struct arena scratch;
    struct packed p = {.arena = &scratch};
    const struct datum arg = datum_int(run);
    struct statement q = {.sql =
                              "SELECT size, packed FROM records WHERE run = $1",
                          .arg = &arg,
                          .count = 1,
                          .row = take_packed,
                          .context = &p};
    *out = STR_NONE;
    arena_init(&scratch);
    bool ok =
        history_run(h, &q, e) && (!p.found || unpack(h, a, run, &p, out, e));
    arena_release(&scratch);
    return ok;
}

bool history_runs(struct history *h, struct arena *a, int64_t from_ms,
                  int64_t to_ms, struct run_rows *out, struct err *e)
{
    struct row_list list;
    const struct datum arg[] = {datum_int(from_ms), datum_int(to_ms)};
    const struct selection s = {&runs_table,
                                "WHERE started_ms >= $1 AND started_ms < $2 "
                                "ORDER BY started_ms, id",
                                arg, ARRAY_COUNT(arg), NULL};
    bool ok = rows_select(h, a, &s, &list, e);
    *out = (struct run_rows){list.item, list.count, list.cap};
    return ok;
}

bool history_results(struct history *h, struct arena *a, int64_t from_ms,
                     int64_t to_ms, struct result_rows *out, struct err *e)
{
    struct row_list list;
    const struct datum arg[] = {datum_int(from_ms), datum_int(to_ms)};
    const struct selection s = {
        &results_table,
        "WHERE run IN (SELECT id FROM runs WHERE started_ms >= $1 AND "
        "started_ms < $2) ORDER BY check_id, started_ms, run",
        arg, ARRAY_COUNT(arg), NULL};
    bool ok = rows_select(h, a, &s, &list, e);
    *out = (struct result_rows){list.item, list.count, list.cap};
    return ok;
}

#define COUNTED(name, member)                                                  \
    {                                                                          \
        name, COLUMN_INT, offsetof(struct uptime_row, member), NULL, NULL, 1,  \
            ""                                                                 \
    }

static const struct column uptime_column[] = {
    {"check_id", COLUMN_KEY, offsetof(struct uptime_row, check), NULL, NULL, 1,
     ""},
    {"title", COLUMN_TEXT, offsetof(struct uptime_row, title), NULL, NULL, 1,
     ""},
    COUNTED("slice", slice),
    COUNTED("rounds", rounds),
    COUNTED("failed", failed),
    COUNTED("degraded", degraded),
    COUNTED("duration_us", duration_us),
};
static const struct table uptime_table = {"results",
                                          sizeof(struct uptime_row),
                                          uptime_column,
                                          ARRAY_COUNT(uptime_column),
                                          NULL,
                                          0,
                                          NULL,
                                          false,
                                          ""};

/* A sum of a BIGINT is none in PostgreSQL. */
#define COUNT_OF(status)                                                       \
    "COUNT(CASE WHEN results.status = '" status "' THEN 1 END)"
#define UPTIME_HEAD                                                            \
    "check_id, MAX(title), (runs.started_ms - $1) / $3, COUNT(*), " COUNT_OF(  \
        "fail") ", " COUNT_OF("degraded") ", COALESCE(CAST(SUM(CASE WHEN "     \
                                          "results.status = 'pass' AND "       \
                                          "duration_us BETWEEN 0 AND "         \
                                          "1000000000000 THEN "                \
                                          "duration_us "                       \
                                          "ELSE 0 END) AS BIGINT) / "          \
                                          "NULLIF(" COUNT_OF(                  \
                                              "pass") ", 0), 0)"               \
                                                      " FROM results JOIN "    \
                                                      "runs ON runs.id = "     \
                                                      "results.run"
#define UPTIME_TAIL                                                            \
    "WHERE runs.started_ms >= $1 AND runs.started_ms < $2 AND "                \
    "results.status IN ('pass', 'degraded', 'fail') GROUP BY 1, 3 ORDER BY "   \
    "1, 3"

static void use_last_titles(struct uptime_rows *rows)
{
    for (size_t i = rows->count; i-- > 1;)
        if (str_is(str_from(rows->item[i].check), rows->item[i - 1].check))
            rows->item[i - 1].title = rows->item[i].title;
}

bool history_uptime(struct history *h, struct arena *a, struct slices slices,
                    struct uptime_rows *out, struct err *e)
{
    struct row_list list;
    const struct datum arg[] = {
        datum_int(slices.from_ms), datum_int(slices.to_ms),
        datum_int(slices.each_ms < 1 ? 1 : slices.each_ms)};
    const struct selection s = {&uptime_table, UPTIME_TAIL, arg,
                                ARRAY_COUNT(arg), UPTIME_HEAD};
    bool ok = rows_select(h, a, &s, &list, e);
    *out = (struct uptime_rows){list.item, list.count, list.cap};
    use_last_titles(out);
    return ok;
}

bool history_add_deployment(struct history *h, const struct deployment_row *row,
                            struct err *e)
{
    return rows_insert(h, &deployments_table, row, "", NULL, e);
}

bool history_deployments(struct history *h, struct arena *a, int64_t from_ms,
                         int64_t to_ms, struct deployment_rows *out,
                         struct err *e)
{
    struct row_list list;
    const struct datum arg[] = {datum_int(from_ms), datum_int(to_ms)};
    const struct selection s = {&deployments_table,
                                "WHERE started_ms >= $1 AND started_ms < $2 "
                                "ORDER BY started_ms, run",
                                arg, ARRAY_COUNT(arg), NULL};
    bool ok = rows_select(h, a, &s, &list, e);
    *out = (struct deployment_rows){list.item, list.count, list.cap};
    return ok;
}
