/*
 * A history of each version is kept as SQL in tests/data/records. It is opened,
 * brought to the newest version, and every row of it is read.
 */
#include <sqlite3.h>

#include "base/file.h"
#include "tests/unit/history_world.h"

#define PUBLISHED_MAX ((size_t)1 << 20)

static const struct source *published(struct arena *a, const char *name)
{
    struct source *source = arena_alloc(a, sizeof(*source));
    struct err e = {.set = false};
    const char *path =
        arena_printf(a, SOURCE_ROOT "/tests/data/records/%s", name);
    if (!file_read(source, a, path, PUBLISHED_MAX, &e))
        fail_msg("%s", e.text);
    return source;
}

/* A new file from the text of an old one. */
static void begin_from(struct world *w, int version)
{
    sqlite3 *db = NULL;
    char *why = NULL;
    memset(w, 0, sizeof(*w));
    arena_init(&w->arena);
    snprintf(w->dir, sizeof(w->dir), "/tmp/postflight-history-XXXXXX");
    assert_non_null(mkdtemp(w->dir));
    snprintf(w->where, sizeof(w->where), "%s/history.db", w->dir);
    const struct source *sql = published(
        &w->arena, arena_printf(&w->arena, "history-%d.sql", version));
    assert_int_equal(sqlite3_open(w->where, &db), SQLITE_OK);
    if (sqlite3_exec(db, str_dup(&w->arena, sql->text), NULL, NULL, &why) !=
        SQLITE_OK)
        fail_msg("%s: %s", sql->name, why);
    sqlite3_close(db);
    world_open(w);
}

static void need_text(const char *got, const char *want)
{
    if (want == NULL)
        assert_null(got);
    else
        assert_string_equal(got, want);
}

static void need_run_rows(struct world *w)
{
    struct run_rows runs;
    struct result_rows results;
    GOOD(w, history_runs(w->history, &w->arena, 0, INT64_MAX, &runs, &w->err));
    assert_int_equal(runs.count, 2);
    const struct run_row *run = runs.item;
    assert_int_equal(run[0].id, 4);
    assert_false(run[0].deployment);
    assert_int_equal(run[0].verdict, VERDICT_UNHEALTHY);
    assert_int_equal(run[0].production, PRODUCTION_DOWN);
    assert_int_equal(run[0].state, DEPLOYMENT_UNKNOWN);
    assert_null(run[0].expected);
    assert_int_equal(run[1].id, 7);
    assert_true(run[1].deployment);
    assert_int_equal(run[1].started_ms, T0 + 60000);
    assert_int_equal(run[1].finished_ms, T0 + 61000);
    assert_int_equal(run[1].verdict, VERDICT_HEALTHY);
    assert_int_equal(run[1].state, DEPLOYMENT_SHIPPED);
    assert_string_equal(run[1].expected, "6706e2d");
    assert_string_equal(run[1].commit, "6706e2d3f1a8");
    assert_int_equal(run[1].passed, 2);
    assert_int_equal(run[1].total, 2);
    GOOD(w, history_results(w->history, &w->arena, 0, INT64_MAX, &results,
                            &w->err));
    assert_int_equal(results.count, 4);
    const struct result_row *result = results.item; /* by check */
    assert_string_equal(result[0].check, "api");
    assert_string_equal(result[0].title, "The API");
    assert_int_equal(result[0].status, STATUS_FAIL);
    assert_int_equal(result[0].severity, SEVERITY_CRITICAL);
    assert_int_equal(result[0].cause, CAUSE_TIMEOUT);
    assert_int_equal(result[0].duration_us, 10000250);
    need_text(result[0].identity, NULL);
    need_text(result[0].message, "timed out");
    assert_int_equal(result[1].cause, -1);
    assert_true(result[2].flaky);
    assert_int_equal(result[2].severity, SEVERITY_MINOR);
    need_text(result[2].identity, "5fa8b91");
    assert_int_equal(result[3].status, STATUS_DEGRADED);
}

static void need_records(struct world *w)
{
    struct str text;
    const struct source *record = published(&w->arena, "record-1.json");
    GOOD(w, history_record(w->history, &w->arena, 7, &text, &w->err));
    assert_true(str_equal(text, record->text));
    GOOD(w, history_record(w->history, &w->arena, 4, &text, &w->err));
    assert_int_equal(text.len, 0);
}

static void need_states(struct world *w)
{
    struct check_states states;
    GOOD(w, history_states(w->history, &w->arena, &states, &w->err));
    assert_int_equal(states.count, 2);
    const struct check_state *state = states.item;
    assert_string_equal(state[0].check, "api");
    assert_true(state[0].failed == (UINT64_C(1) << 63 | 5));
    assert_int_equal(state[0].rounds, 3);
    assert_int_equal(state[0].failing_since_ms, T0);
    assert_true(state[0].flapping);
    assert_int_equal(state[1].rounds, 64);
    assert_int_equal(state[1].failing_since_ms, 0);
    assert_false(state[1].flapping);
}

static void need_incidents(struct world *w)
{
    struct incident_rows rows;
    GOOD(w, history_incidents(w->history, &w->arena, NULL, 0, &rows, &w->err));
    assert_int_equal(rows.count, 2);
    const struct incident_row *i = &rows.item[0]; /* the newest */
    const int64_t stamps[] = {
        i->started_ms,  i->detected_ms, i->acknowledged_ms, i->mitigated_ms,
        i->resolved_ms, i->verified_ms, i->closed_ms};
    assert_string_equal(i->id, "INC-2026-11-21-1");
    assert_int_equal(i->status, INCIDENT_MITIGATED);
    need_text(i->service, "shop");
    need_text(i->signature, "postgres/too-many-clients");
    need_text(i->migration, "20261121_add");
    need_text(i->commit, "6706e2d3f1a8");
    need_text(i->document, "incidents/INC-2026-11-21-1.md");
    for (size_t n = 0; n < ARRAY_COUNT(stamps); n++)
        assert_int_equal(stamps[n], T0 + (int64_t)n);
    assert_int_equal(i->run, 4);
    assert_int_equal(i->reminded_ms, T0 + 7);
    assert_int_equal(i->reminders, 2);
    assert_int_equal(i->reopened, 1);
    need_text(rows.item[1].service, NULL);
    assert_int_equal(rows.item[1].status, INCIDENT_CLOSED);
    GOOD(w, history_open_incidents(w->history, &w->arena, &rows, &w->err));
    assert_int_equal(rows.count, 1);
}

/* Of the two incidents; of one of them the rounds are known. */
static void need_episodes(struct world *w)
{
    struct episodes got;
    GOOD(w, history_episodes(w->history, &w->arena, 0, &got, &w->err));
    assert_int_equal(got.count, 3);
    need_text(got.item[0].check, "web");
    need_text(got.item[0].first_failure, "The page was slow");
    assert_int_equal(got.item[0].severity, SEVERITY_MINOR);
    need_text(got.item[1].check, "api");
    need_text(got.item[1].title, "The API");
    need_text(got.item[1].first_failure, "timed out");
    assert_int_equal(got.item[1].from_ms, T0);
    assert_int_equal(got.item[1].alarm_ms, T0);
    assert_int_equal(got.item[1].severity, SEVERITY_CRITICAL);
    need_text(got.item[2].check, "web"); /* it joined, and is not known to
                                            have failed */
}

static void need_events(struct world *w)
{
    struct event_rows events;
    GOOD(w, history_events(w->history, &w->arena, NULL, 0, &events, &w->err));
    assert_int_equal(events.count, 1); /* a failure is an episode now */
    assert_int_equal(events.item[0].time_ms, T0 + 61000);
    need_text(events.item[0].incident, NULL);
    assert_int_equal(events.item[0].witness, WITNESS_REPORTED);
    need_text(events.item[0].source, "verify");
    need_text(events.item[0].text, "6706e2d was shipped");
}

static void need_notices(struct world *w)
{
    struct notice_rows notices;
    GOOD(w, history_due_notices(w->history, &w->arena, T0 + 4, 9, &notices,
                                &w->err));
    assert_int_equal(notices.count, 1); /* what was sent stays sent */
    const struct notice_row *n = notices.item;
    assert_int_equal(n->id, 6);
    need_text(n->key, "INC-2026-11-21-1/reminded/ops/1");
    need_text(n->incident, "INC-2026-11-21-1");
    need_text(n->receiver, "ops");
    assert_int_equal(n->transition, TRANSITION_REMINDED);
    need_text(n->payload, "{\"text\": \"still down\"}");
    assert_int_equal(n->made_ms, T0 + 3);
    assert_int_equal(n->next_ms, T0 + 4);
    need_text(n->error, NULL);
}

static void need_deployments(struct world *w)
{
    struct deployment_rows rows;
    GOOD(w, history_deployments(w->history, &w->arena, 0, INT64_MAX, &rows,
                                &w->err));
    assert_int_equal(rows.count, 1);
    const struct deployment_row *d = rows.item;
    assert_int_equal(d->run, 7);
    need_text(d->version, "6706e2d");
    need_text(d->commit, "6706e2d3f1a8");
    assert_int_equal(d->started_ms, T0 + 60000);
    assert_int_equal(d->finished_ms, T0 + 61000);
    assert_int_equal(d->verdict, VERDICT_HEALTHY);
    assert_int_equal(d->state, DEPLOYMENT_SHIPPED);
    assert_int_equal(d->committed_ms, T0 - HOUR);
    assert_true(d->rework);
}

/* What is written next goes behind what is there. */
static void need_next(struct world *w)
{
    struct run_row run = {.started_ms = T0 + 120000};
    const char *id = NULL;
    GOOD(w, history_add_run(w->history, &run, NULL, 0, NULL, &w->err));
    assert_int_equal(run.id, 8);
    GOOD(w, history_next_id(w->history, &w->arena, T0, &id, &w->err));
    assert_string_equal(id, "INC-2026-11-21-2");
}

/* Each version has a file of its time, which is brought to the newest. */
static void old_histories_are_read_and_brought_up(void **state)
{
    (void)state;
    for (int v = 1; v <= (int)history_schema.newest; v++) {
        struct world w;
        struct datum found;
        begin_from(&w, v);
        GOOD(&w, database_number(w.history->database,
                                 "SELECT CAST(value AS INTEGER) FROM meta "
                                 "WHERE name = 'version'",
                                 NULL, 0, &found, &w.err));
        assert_int_equal(found.number, history_schema.newest);
        need_run_rows(&w);
        need_records(&w);
        need_states(&w);
        need_incidents(&w);
        need_episodes(&w);
        need_events(&w);
        need_notices(&w);
        need_deployments(&w);
        need_next(&w);
        world_end(&w);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(old_histories_are_read_and_brought_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
