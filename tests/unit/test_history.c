/* The history, on either database: what is written is what is read. */
#include <signal.h>
#include <sys/wait.h>
#include <time.h>

#include "tests/unit/history_world.h"
#include "watch/history/row_rules.h"

static void rows_come_back(void **state)
{
    static const char odd[] = "it's \"$1\"; DROP TABLE runs; -- \xc3\xa4\n\t%s";
    struct world w;
    (void)state;
    world_begin(&w);
    struct run_row run = {0,
                          true,
                          T0,
                          T0 + 5,
                          VERDICT_NOT_SHIPPED,
                          PRODUCTION_DOWN,
                          DEPLOYMENT_STALE,
                          odd,
                          NULL,
                          5,
                          1,
                          2};
    struct result_row result[] = {
        {0, T0 + 2, "web", "Web", STATUS_FAIL, SEVERITY_MAJOR, CAUSE_TIMEOUT,
         true, 1234567, "1.2.3", odd},
        {0, T0 + 1, "api", "", STATUS_PASS, SEVERITY_INFO, -1, false,
         ROW_US_MAX, NULL, NULL}};
    struct str record = {odd, sizeof(odd)}, got;
    GOOD(&w, history_add_run(w.history, &run, result, 2, &record, &w.err));
    assert_true(run.id > 0);
    assert_int_equal(result[1].run, run.id);
    world_close(&w);
    world_open(&w);

    struct run_rows runs;
    GOOD(&w, history_runs(w.history, &w.arena, T0, T0 + 1, &runs, &w.err));
    assert_int_equal(runs.count, 1);
    struct run_row r = runs.item[0];
    assert_int_equal(r.id, run.id);
    assert_true(r.deployment);
    assert_int_equal(r.started_ms, T0);
    assert_int_equal(r.finished_ms, T0 + 5);
    assert_int_equal(r.verdict, VERDICT_NOT_SHIPPED);
    assert_int_equal(r.production, PRODUCTION_DOWN);
    assert_int_equal(r.state, DEPLOYMENT_STALE);
    assert_string_equal(r.expected, odd);
    assert_null(r.commit);
    assert_int_equal(r.exit * 100 + r.passed * 10 + r.total, 512);

    struct result_rows results;
    GOOD(&w,
         history_results(w.history, &w.arena, T0, T0 + 1, &results, &w.err));
    assert_int_equal(results.count, 2);
    assert_string_equal(results.item[0].check, "api");
    assert_string_equal(results.item[0].title, "");
    assert_int_equal(results.item[0].cause, -1);
    assert_int_equal(results.item[0].duration_us, ROW_US_MAX);
    assert_null(results.item[0].identity);
    assert_null(results.item[0].message);
    assert_int_equal(results.item[1].run, run.id);
    assert_int_equal(results.item[1].started_ms, T0 + 2);
    assert_int_equal(results.item[1].status, STATUS_FAIL);
    assert_int_equal(results.item[1].severity, SEVERITY_MAJOR);
    assert_int_equal(results.item[1].cause, CAUSE_TIMEOUT);
    assert_true(results.item[1].flaky);
    assert_string_equal(results.item[1].identity, "1.2.3");
    assert_string_equal(results.item[1].message, odd);

    GOOD(&w, history_record(w.history, &w.arena, run.id, &got, &w.err));
    assert_int_equal(got.len, sizeof(odd));
    assert_memory_equal(got.ptr, odd, sizeof(odd));
    GOOD(&w, history_record(w.history, &w.arena, run.id + 1, &got, &w.err));
    assert_int_equal(got.len, 0);
    world_end(&w);
}

static void runs_are_told_by_time(void **state)
{
    struct world w;
    struct run_row last;
    struct run_rows runs;
    (void)state;
    world_begin(&w);
    GOOD(&w, history_last_run(w.history, &w.arena, T0, &last, &w.err));
    assert_int_equal(last.id, 0);
    for (int i = 0; i < 5; i++) {
        struct run_row run = {.started_ms = T0 + (4 - i), .deployment = i == 0};
        GOOD(&w, history_add_run(w.history, &run, NULL, 0, NULL, &w.err));
    }
    GOOD(&w, history_runs(w.history, &w.arena, T0 + 1, T0 + 4, &runs, &w.err));
    assert_int_equal(runs.count, 3);
    assert_int_equal(runs.item[0].started_ms, T0 + 1);
    assert_int_equal(runs.item[2].started_ms, T0 + 3);
    GOOD(&w, history_last_run(w.history, &w.arena, T0 + 9, &last, &w.err));
    assert_int_equal(last.started_ms, T0 + 3); /* T0 + 4 is no watch */
    GOOD(&w, history_last_run(w.history, &w.arena, T0 + 3, &last, &w.err));
    assert_int_equal(last.started_ms, T0 + 2);
    GOOD(&w, history_last_run(w.history, &w.arena, T0, &last, &w.err));
    assert_int_equal(last.id, 0);
    world_end(&w);
}

static void put_incident(struct world *w, const char *id, int status,
                         int64_t detected_ms)
{
    struct incident_row row = {
        .id = id,
        .status = status,
        .severity = SEVERITY_MAJOR,
        .detected_ms = detected_ms,
        .closed_ms = status == INCIDENT_CLOSED ? detected_ms + 1 : 0};
    GOOD(w, history_put_incident(w->history, &row, &w->err));
}

static void incidents_come_back(void **state)
{
    struct world w;
    struct incident_rows got;
    const struct incident_row row = {.id = "INC-1",
                                     .status = INCIDENT_IDENTIFIED,
                                     .service = "api",
                                     .signature = "pg_x",
                                     .migration = "m1",
                                     .commit = "abc",
                                     .document = "docs/INC-1.md",
                                     .started_ms = 1,
                                     .detected_ms = 2,
                                     .acknowledged_ms = 3,
                                     .mitigated_ms = 4,
                                     .resolved_ms = 5,
                                     .verified_ms = 6,
                                     .closed_ms = 7,
                                     .covered_ms = 8,
                                     .run = 9,
                                     .worst_run = 10,
                                     .last_run = 11,
                                     .reminded_ms = 12,
                                     .reminders = 13,
                                     .reopened = 14};
    (void)state;
    world_begin(&w);
    put_incident(&w, "INC-1", INCIDENT_DETECTED, T0);
    GOOD(&w, history_put_incident(w.history, &row, &w.err));
    GOOD(&w, history_incidents(w.history, &w.arena, "INC-1", 0, &got, &w.err));
    assert_int_equal(got.count, 1);
    struct incident_row r = got.item[0];
    const char *const want[] = {row.id,        row.service, row.signature,
                                row.migration, row.commit,  row.document};
    const char *const have[] = {r.id,        r.service, r.signature,
                                r.migration, r.commit,  r.document};
    for (size_t i = 0; i < ARRAY_COUNT(want); i++)
        assert_string_equal(have[i], want[i]);
    assert_int_equal(r.status, INCIDENT_IDENTIFIED);
    assert_null(r.title);
    assert_memory_equal(&r.started_ms, &row.started_ms,
                        offsetof(struct incident_row, title) -
                            offsetof(struct incident_row, started_ms));

    put_incident(&w, "INC-2", INCIDENT_CLOSED, T0);
    put_incident(&w, "INC-3", INCIDENT_RESOLVED, T0 + 1);
    GOOD(&w, history_open_incidents(w.history, &w.arena, &got, &w.err));
    assert_int_equal(got.count, 2);
    assert_string_equal(got.item[0].id, "INC-3");
    GOOD(&w, history_incidents(w.history, &w.arena, NULL, T0, &got, &w.err));
    assert_int_equal(got.count, 2);
    assert_string_equal(got.item[1].id, "INC-2");
    GOOD(&w, history_incidents(w.history, &w.arena, "no", 0, &got, &w.err));
    assert_int_equal(got.count, 0);
    world_end(&w);
}

static void ids_of_incidents_are_new(void **state)
{
    static const struct {
        const char *have, *want;
    } steps[] = {{"INC-2026-11-20-7", "INC-2026-11-21-1"},
                 {"INC-2026-11-21-1", "INC-2026-11-21-2"},
                 {"INC-2026-11-21-9", "INC-2026-11-21-10"},
                 {"INC-2026-11-21-10", "INC-2026-11-21-11"},
                 {"INC-2026-11-21-x", "INC-2026-11-21-11"},
                 {"INC-2026-11-21-3", "INC-2026-11-21-11"}};
    struct world w;
    const char *id = NULL;
    (void)state;
    world_begin(&w);
    for (size_t i = 0; i < ARRAY_COUNT(steps); i++) {
        put_incident(&w, steps[i].have, INCIDENT_CLOSED, T0);
        GOOD(&w, history_next_id(w.history, &w.arena, T0, &id, &w.err));
        assert_string_equal(id, steps[i].want);
    }
    GOOD(&w, history_next_id(w.history, &w.arena, T0 + 14 * HOUR, &id, &w.err));
    assert_string_equal(id, "INC-2026-11-22-1");
    world_end(&w);
}

static void states_are_written_over(void **state)
{
    struct world w;
    struct check_states got;
    struct check_state s = {"web", UINT64_MAX, 64, T0, true, 3, T0, true};
    (void)state;
    world_begin(&w);
    GOOD(&w, history_put_state(w.history, &s, &w.err));
    GOOD(&w, history_put_state(w.history,
                               &(struct check_state){"Api", UINT64_C(1) << 63,
                                                     1, 0, false, 0, 0, false},
                               &w.err));
    s.rounds = 65;
    GOOD(&w, history_put_state(w.history, &s, &w.err));
    GOOD(&w, history_states(w.history, &w.arena, &got, &w.err));
    assert_int_equal(got.count, 2);
    assert_string_equal(got.item[0].check, "Api");
    assert_true(got.item[0].failed == UINT64_C(1) << 63);
    assert_true(got.item[1].failed == UINT64_MAX);
    assert_int_equal(got.item[1].rounds, 65);
    assert_int_equal(got.item[1].failing_since_ms, T0);
    assert_true(got.item[1].flapping);
    world_end(&w);
}

static void events_have_their_order(void **state)
{
    struct world w;
    struct event_rows got;
    (void)state;
    world_begin(&w);
    put_incident(&w, "INC-1", INCIDENT_DETECTED, T0);
    for (int i = 0; i < 4; i++) {
        struct event_row row = {.time_ms = T0 - i,
                                .incident = i % 2 == 0 ? "INC-1" : NULL,
                                .witness = WITNESS_INFERRED,
                                .source = "watch",
                                .text = "what"};
        GOOD(&w, history_add_event(w.history, &row, &w.err));
        assert_true(row.id > 0);
    }
    GOOD(&w, history_events(w.history, &w.arena, NULL, T0 - 2, &got, &w.err));
    assert_int_equal(got.count, 3);
    assert_int_equal(got.item[0].time_ms, T0 - 2);
    assert_null(got.item[1].incident);
    assert_int_equal(got.item[2].witness, WITNESS_INFERRED);
    assert_string_equal(got.item[2].source, "watch");
    GOOD(&w, history_events(w.history, &w.arena, "INC-1", 0, &got, &w.err));
    assert_int_equal(got.count, 2);
    struct event_row none = {.incident = "INC-404", .text = "x"};
    BAD(&w, history_add_event(w.history, &none, &w.err), "");
    world_end(&w);
}

static void add_notice(struct world *w, const char *key, int state,
                       const char *incident, int64_t next_ms)
{
    struct notice_row row = {.key = key,
                             .incident = incident,
                             .receiver = "ops",
                             .transition = TRANSITION_OPENED,
                             .payload = "{}",
                             .state = state,
                             .made_ms = next_ms,
                             .next_ms = next_ms};
    GOOD(w, history_add_notice(w->history, &row, &w->err));
}

static void a_notice_is_never_there_twice(void **state)
{
    struct world w;
    struct notice_rows due;
    (void)state;
    world_begin(&w);
    add_notice(&w, "a", NOTICE_PENDING, NULL, T0);
    add_notice(&w, "b", NOTICE_PENDING, NULL, T0 + 1);
    add_notice(&w, "c", NOTICE_PENDING, NULL, T0 - 1);
    add_notice(&w, "a", NOTICE_PENDING, NULL, T0 - 5);
    add_notice(&w, "d", NOTICE_SENT, NULL, T0);
    GOOD(&w, history_due_notices(w.history, &w.arena, T0, 9, &due, &w.err));
    assert_int_equal(due.count, 2);
    assert_string_equal(due.item[0].key, "a");
    assert_int_equal(due.item[0].next_ms, T0);
    assert_string_equal(due.item[1].key, "c");
    for (size_t most = 0; most < 4; most++) {
        GOOD(&w,
             history_due_notices(w.history, &w.arena, T0, most, &due, &w.err));
        assert_int_equal(due.count, most < 2 ? most : 2);
    }
    struct notice_row sent = due.item[0];
    sent.state = NOTICE_SENT;
    sent.attempts = 2;
    sent.sent_ms = T0;
    GOOD(&w, history_put_notice(w.history, &sent, &w.err));
    struct notice_row failed = due.item[1];
    failed.next_ms = T0 + 1;
    failed.attempts = 1;
    failed.error = "connect";
    GOOD(&w, history_put_notice(w.history, &failed, &w.err));
    add_notice(&w, "a", NOTICE_PENDING, NULL, T0);
    GOOD(&w, history_due_notices(w.history, &w.arena, T0, 9, &due, &w.err));
    assert_int_equal(due.count, 0);
    GOOD(&w, history_due_notices(w.history, &w.arena, T0 + 1, 9, &due, &w.err));
    assert_int_equal(due.count, 2);
    assert_string_equal(due.item[1].key, "c");
    assert_string_equal(due.item[1].error, "connect");
    assert_int_equal(due.item[1].attempts, 1);
    world_end(&w);
}

static void deployments_come_back(void **state)
{
    struct world w;
    struct deployment_rows got;
    (void)state;
    world_begin(&w);
    for (int i = 0; i < 3; i++) {
        struct run_row run = {.started_ms = T0 + i, .deployment = true};
        GOOD(&w, history_add_run(w.history, &run, NULL, 0, NULL, &w.err));
        struct deployment_row row = {
            run.id,           "1.2",      NULL,
            T0 + i,           T0 + i + 1, VERDICT_VERIFIED,
            DEPLOYMENT_MIXED, T0 - 1,     i == 1};
        GOOD(&w, history_add_deployment(w.history, &row, &w.err));
    }
    GOOD(&w, history_deployments(w.history, &w.arena, T0 + 1, T0 + 2, &got,
                                 &w.err));
    assert_int_equal(got.count, 1);
    assert_true(got.item[0].rework);
    assert_string_equal(got.item[0].version, "1.2");
    assert_null(got.item[0].commit);
    assert_int_equal(got.item[0].finished_ms, T0 + 2);
    assert_int_equal(got.item[0].state, DEPLOYMENT_MIXED);
    assert_int_equal(got.item[0].committed_ms, T0 - 1);
    world_end(&w);
}

static void add_result(struct world *w, int64_t time_ms, int status,
                       int64_t duration_us, const char *title)
{
    struct run_row run = {.started_ms = time_ms};
    struct result_row r[] = {{.check = "web",
                              .title = title,
                              .status = status,
                              .cause = -1,
                              .duration_us = duration_us},
                             {.check = "api", .cause = -1}};
    GOOD(w, history_add_run(w->history, &run, r, 2, NULL, &w->err));
}

static void uptime_is_counted_by_slices(void **state)
{
    struct world w;
    struct uptime_rows got;
    (void)state;
    world_begin(&w);
    add_result(&w, T0 - 1, STATUS_FAIL, 0, "Before");
    add_result(&w, T0, STATUS_PASS, 100, "Old");
    add_result(&w, T0 + 1, STATUS_PASS, 301, "Old");
    add_result(&w, T0 + 2, STATUS_DEGRADED, 5000, "Old");
    add_result(&w, T0 + 3, STATUS_FAIL, 9000, "Old");
    add_result(&w, T0 + 4, STATUS_ERROR, 9000, "Old");
    add_result(&w, T0 + 5, STATUS_BLOCKED, 0, "Old");
    add_result(&w, T0 + DAY - 1, STATUS_FAIL, 0, "Old");
    add_result(&w, T0 + 2 * DAY, STATUS_FAIL, 7, "New");
    add_result(&w, T0 + 3 * DAY, STATUS_FAIL, 7, "After");
    GOOD(&w, history_uptime(w.history, &w.arena,
                            (struct slices){.from_ms = T0,
                                            .to_ms = T0 + 3 * DAY,
                                            .each_ms = DAY},
                            &got, &w.err));
    assert_int_equal(got.count, 4);
    assert_string_equal(got.item[0].check, "api");
    assert_int_equal(got.item[0].rounds, 7);
    struct uptime_row r = got.item[2];
    assert_string_equal(r.check, "web");
    assert_string_equal(r.title, "New");
    assert_int_equal(r.slice, 0);
    assert_int_equal(r.rounds, 5);
    assert_int_equal(r.failed, 2);
    assert_int_equal(r.degraded, 1);
    assert_int_equal(r.duration_us, 200);
    assert_int_equal(got.item[3].slice, 2);
    assert_int_equal(got.item[3].duration_us, 0);
    world_end(&w);
}

static void a_round_is_all_or_nothing(void **state)
{
    struct world w;
    struct run_row run = {.started_ms = T0};
    struct result_row twice[] = {{.check = "a"}, {.check = "a"}};
    (void)state;
    world_begin(&w);
    GOOD(&w, history_begin(w.history, &w.err));
    GOOD(&w, history_add_run(w.history, &run, NULL, 0, NULL, &w.err));
    history_rollback(w.history);
    history_rollback(w.history);
    assert_int_equal(world_count(&w), 0);
    GOOD(&w, world_round(&w, 1));

    /* outside of a round, and inside of one */
    BAD(&w, history_add_run(w.history, &run, twice, 2, NULL, &w.err), "");
    assert_int_equal(world_count(&w), 1);
    GOOD(&w, history_begin(w.history, &w.err));
    put_incident(&w, "INC-5", INCIDENT_DETECTED, T0);
    BAD(&w, history_add_run(w.history, &run, twice, 2, NULL, &w.err), "");
    BAD(&w, history_commit(w.history, &w.err), "nothing was written");
    assert_int_equal(world_count(&w), 1);

    /* a refused text is a failure of the round, too */
    struct notice_row none = {.payload = "{}"};
    GOOD(&w, history_begin(w.history, &w.err));
    put_incident(&w, "INC-5", INCIDENT_DETECTED, T0);
    BAD(&w, history_add_notice(w.history, &none, &w.err),
        "the key of a row of the history is missing");
    BAD(&w, history_commit(w.history, &w.err), "nothing was written");

    /* what speaks of an incident that is not there at the end */
    struct event_row lost = {.incident = "INC-9", .text = "x"};
    GOOD(&w, history_begin(w.history, &w.err));
    GOOD(&w, history_add_event(w.history, &lost, &w.err));
    BAD(&w, history_commit(w.history, &w.err), "");
    assert_int_equal(world_count(&w), 1);
    GOOD(&w, world_round(&w, 2));
    assert_int_equal(world_count(&w), 2);
    world_end(&w);
}

static const char *text_of(struct world *w, const char *text)
{
    struct run_rows runs;
    struct run_row run = {.started_ms = T0, .expected = text};
    GOOD(w, history_add_run(w->history, &run, NULL, 0, NULL, &w->err));
    GOOD(w, history_runs(w->history, &w->arena, T0, T0 + 1, &runs, &w->err));
    return runs.item[runs.count - 1].expected;
}

static void long_texts_are_cut_and_marked(void **state)
{
    struct world w;
    (void)state;
    world_begin(&w);
    for (size_t n = HISTORY_TEXT_MAX - 1; n <= HISTORY_TEXT_MAX + 1; n++) {
        char *text = test_repeat(&w.arena, "x", n);
        const char *got = text_of(&w, text);
        if (n <= HISTORY_TEXT_MAX) {
            assert_string_equal(got, text);
            continue;
        }
        assert_int_equal(strlen(got), HISTORY_TEXT_MAX);
        assert_string_equal(got + HISTORY_TEXT_MAX - 4, "x...");
    }
    for (size_t i = 0; i < 3; i++) { /* inside of a character */
        char *text = test_repeat(&w.arena, "\xe2\x82\xac", HISTORY_TEXT_MAX);
        text[0] = text[1] = text[2] = 'x';
        const char *got = text_of(&w, text + i);
        size_t len = strlen(got);
        assert_true(len <= HISTORY_TEXT_MAX && len > HISTORY_TEXT_MAX - 3);
        assert_string_equal(got + len - 6, "\xe2\x82\xac...");
    }
    assert_string_equal(text_of(&w, "a\xff\xc3(\xe2\x82"),
                        "a\\xFF\\xC3(\\xE2\\x82");
    world_end(&w);
}

static void long_keys_and_payloads_are_refused(void **state)
{
    struct world w;
    (void)state;
    world_begin(&w);
    for (int i = -1; i <= 1; i++) {
        struct notice_row row = {
            .key = test_repeat(&w.arena, "k", HISTORY_KEY_MAX + (size_t)i),
            .payload = ""};
        struct notice_row big = {
            .key = i == 0 ? "x" : "y",
            .payload =
                test_repeat(&w.arena, "p", HISTORY_PAYLOAD_MAX + (size_t)i)};
        if (i <= 0) {
            GOOD(&w, history_add_notice(w.history, &row, &w.err));
            GOOD(&w, history_add_notice(w.history, &big, &w.err));
        } else {
            BAD(&w, history_add_notice(w.history, &row, &w.err),
                "the key of a row of the history has 1001 bytes, at most 1000");
            BAD(&w, history_add_notice(w.history, &big, &w.err),
                "the payload of a row");
        }
    }
    world_end(&w);
}

static void records_have_a_limit(void **state)
{
    struct world w;
    char *text = heap_zeroed(HISTORY_RECORD_MAX + 1);
    (void)state;
    world_begin(&w);
    for (size_t i = 0; i < HISTORY_RECORD_MAX; i += 4096)
        text[i] = (char)(i >> 12);
    for (size_t n = HISTORY_RECORD_MAX - 1; n <= HISTORY_RECORD_MAX + 1; n++) {
        struct str record = {text, n}, got;
        struct run_row run = {.started_ms = T0};
        GOOD(&w, history_add_run(w.history, &run, NULL, 0, &record, &w.err));
        GOOD(&w, history_record(w.history, &w.arena, run.id, &got, &w.err));
        assert_int_equal(got.len, n > HISTORY_RECORD_MAX ? 0 : n);
        assert_true(got.len == 0 || memcmp(got.ptr, text, n) == 0);
    }
    world_run(&w, "UPDATE records SET size = size - 1");
    struct str got;
    BAD(&w, history_record(w.history, &w.arena, 1, &got, &w.err),
        "the record of run 1");
    world_end(&w);
    free(text);
}

/* Whoever can write to the database decides how large its values are. */
static void a_value_has_a_limit(void **state)
{
    bool server = world_server() != NULL;
    const char *function = server ? "repeat('x', " : "0 * length(zeroblob(";
    struct world w;
    (void)state;
    world_begin(&w);
    for (size_t n = DATUM_MAX - 1; n <= DATUM_MAX + 1; n++) {
        const char *sql = arena_printf(&w.arena, "SELECT %s%zu)%s", function, n,
                                       server ? "" : ")");
        struct datum found;
        struct database *d = w.history->database;
        if (n > DATUM_MAX)
            BAD(&w, database_number(d, sql, NULL, 0, &found, &w.err),
                "has a value of more than 17 MiB");
        else
            GOOD(&w, database_number(d, sql, NULL, 0, &found, &w.err));
    }
    world_end(&w);
}

#define MANY                                                                   \
    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i " \
    "< 131072) INSERT INTO events (time_ms, text) SELECT i, 'x' FROM n"

static void rows_of_one_question_have_a_limit(void **state)
{
    struct world w;
    struct event_rows got;
    (void)state;
    world_begin(&w);
    if (world_server() !=
        NULL) /* how long a million takes is not the subject */
        GOOD(&w, database_run(w.history->database, "SET statement_timeout TO 0",
                              NULL, 0, &w.err));
    for (size_t i = 0; i < HISTORY_ROWS_MAX / 131072; i++)
        GOOD(&w, database_run(w.history->database, MANY, NULL, 0, &w.err));
    GOOD(&w, history_events(w.history, &w.arena, NULL, 0, &got, &w.err));
    assert_int_equal(got.count, HISTORY_ROWS_MAX);
    struct event_row more = {.time_ms = 1, .text = "x"};
    GOOD(&w, history_add_event(w.history, &more, &w.err));
    BAD(&w, history_events(w.history, &w.arena, NULL, 0, &got, &w.err),
        "more than 1048576 rows of events");
    /* the next question is answered as if nothing had been */
    GOOD(&w, history_events(w.history, &w.arena, NULL, 131072, &got, &w.err));
    assert_int_equal(got.count, HISTORY_ROWS_MAX / 131072);
    world_end(&w);
}

/* 4 runs of 3 rows with deployment; the newest stays. */
static void pruning_stops_at_its_bound(void **state)
{
    struct world w;
    bool left = false;
    (void)state;
    world_begin(&w);
    for (int64_t n = 1; n <= 4; n++)
        GOOD(&w, world_round(&w, n));
    GOOD(&w, history_prune(w.history, 1, 100, &left, &w.err));
    assert_false(left);
    assert_int_equal(world_number(&w, "SELECT COUNT(*) FROM runs"), 4);
    GOOD(&w, history_prune(w.history, 9, 0, &left, &w.err));
    assert_true(left);
    GOOD(&w, history_prune(w.history, 9, 1, &left, &w.err));
    assert_true(left); /* one run goes, with all that it has */
    assert_int_equal(world_number(&w, "SELECT COUNT(*) FROM runs"), 3);
    assert_int_equal(world_number(&w, "SELECT COUNT(*) FROM results"), 9);
    assert_int_equal(world_number(&w, "SELECT COUNT(*) FROM records"), 3);
    assert_int_equal(world_number(&w, "SELECT COUNT(*) FROM deployments"), 3);
    for (int i = -1; i <= 1; i++) {
        GOOD(&w, history_begin(w.history, &w.err));
        GOOD(&w, history_prune(w.history, 9, 8 + i, &left, &w.err));
        assert_int_equal(left, false); /* 2 runs of 4 rows: 8, and 7 goes on */
        history_rollback(w.history);
        GOOD(&w, history_begin(w.history, &w.err));
        GOOD(&w, history_prune(w.history, 9, 4 + i, &left, &w.err));
        assert_int_equal(left, i <= 0);
        history_rollback(w.history);
    }
    GOOD(&w, history_prune(w.history, 9, 100, &left, &w.err));
    assert_false(left);
    struct run_row last;
    GOOD(&w, history_last_run(w.history, &w.arena, 9, &last, &w.err));
    assert_int_equal(last.started_ms, 4);
    world_end(&w);
}

static void pruning_keeps_what_is_open(void **state)
{
    static const struct {
        const char *sql;
        int64_t want;
    } counts[] = {
        {"SELECT COUNT(*) FROM incidents", 3},
        {"SELECT COUNT(*) FROM incidents WHERE id = 'old'", 0},
        {"SELECT COUNT(*) FROM events", 3},
        {"SELECT COUNT(*) FROM notices", 4},
        {"SELECT COUNT(*) FROM notices WHERE key IN ('old', 'free')", 0},
        {"SELECT COUNT(*) FROM check_states", 2},
    };
    static const char *const incident[] = {"old", "waits", "open", "new"};
    struct world w;
    bool left = true;
    (void)state;
    world_begin(&w);
    add_result(&w, T0, STATUS_PASS, 1, "Web");
    add_result(&w, T0 + DAY, STATUS_PASS, 1, "Web");
    for (int i = 0; i < 3; i++)
        GOOD(&w,
             history_put_state(w.history,
                               &(struct check_state){.check = i == 0   ? "gone"
                                                              : i == 1 ? "web"
                                                                       : "api"},
                               &w.err));
    for (int i = 0; i < 4; i++) {
        put_incident(&w, incident[i],
                     i == 2 ? INCIDENT_DETECTED : INCIDENT_CLOSED,
                     i == 3 ? T0 + DAY : T0);
        struct event_row event = {
            .time_ms = T0, .incident = incident[i], .text = "x"};
        GOOD(&w, history_add_event(w.history, &event, &w.err));
        add_notice(&w, incident[i], i == 1 ? NOTICE_PENDING : NOTICE_SENT,
                   incident[i], i == 3 ? T0 + DAY : T0);
    }
    struct event_row event = {.time_ms = T0, .text = "of none"};
    GOOD(&w, history_add_event(w.history, &event, &w.err));
    add_notice(&w, "free", NOTICE_GIVEN_UP, NULL, T0);
    add_notice(&w, "free2", NOTICE_PENDING, NULL, T0);
    GOOD(&w, history_prune(w.history, T0 + HOUR, 1000, &left, &w.err));
    assert_false(left);
    for (size_t i = 0; i < ARRAY_COUNT(counts); i++)
        if (world_number(&w, counts[i].sql) != counts[i].want)
            fail_msg("%s: %lld", counts[i].sql,
                     (long long)world_number(&w, counts[i].sql));
    world_end(&w);
}

static void only_one_has_the_claim(void **state)
{
    struct world w;
    struct history *second = NULL;
    const char *holder = "";
    (void)state;
    world_begin(&w);
    GOOD(&w, history_claim(w.history, &w.arena, &holder, &w.err));
    assert_null(holder);
    GOOD(&w, history_claim(w.history, &w.arena, &holder, &w.err));
    assert_null(holder); /* it is ours already */
    GOOD(&w, history_open(&second, w.where, &w.err));
    GOOD(&w, history_claim(second, &w.arena, &holder, &w.err));
    char *want = arena_printf(&w.arena, "pid %d on ", (int)getpid());
    assert_non_null(holder);
    assert_ptr_equal(strstr(holder, want), holder);
    assert_non_null(strstr(holder, " since 20"));
    world_close(&w);
    for (int i = 0; i < 2000 && holder != NULL; i++)
        GOOD(&w, history_claim(second, &w.arena, &holder, &w.err));
    assert_null(holder);
    world_open(&w);
    GOOD(&w, history_claim(w.history, &w.arena, &holder, &w.err));
    assert_non_null(holder);
    history_close(second);
    world_end(&w);
}

/* Drawn once, kept over openings; what is no id of ours is replaced. */
static void a_history_has_an_id(void **state)
{
    struct world w;
    char first[HISTORY_ID_DIGITS + 1];
    (void)state;
    world_begin(&w);
    assert_int_equal(strlen(history_id(w.history)), HISTORY_ID_DIGITS);
    memcpy(first, history_id(w.history), sizeof(first));
    world_close(&w);
    world_open(&w);
    assert_string_equal(history_id(w.history), first);
    world_close(&w);
    static const char *const odd[] = {
        "DELETE FROM meta WHERE name = 'id'", /* of a version before */
        "UPDATE meta SET value = '' WHERE name = 'id'",
        "UPDATE meta SET value = '0123456789abcde' WHERE name = 'id'",
        "UPDATE meta SET value = '0123456789abcdef0' WHERE name = 'id'",
        "UPDATE meta SET value = '0123456789ABCDE/' WHERE name = 'id'"};
    for (size_t i = 0; i < ARRAY_COUNT(odd); i++) {
        world_run(&w, odd[i]);
        world_open(&w);
        assert_int_equal(strspn(history_id(w.history), "0123456789abcdef"),
                         HISTORY_ID_DIGITS);
        assert_string_not_equal(history_id(w.history), first);
        memcpy(first, history_id(w.history), sizeof(first));
        world_close(&w);
        world_open(&w);
        assert_string_equal(history_id(w.history), first);
        world_close(&w);
    }
    world_end(&w);
}

/* A history as version 1 had it, with rounds of checks and an incident. */
static const char *const as_version_1[] = {
    "DROP TABLE episodes",
    "ALTER TABLE incidents DROP COLUMN covered_ms",
    "ALTER TABLE incidents DROP COLUMN worst_run",
    "ALTER TABLE incidents DROP COLUMN last_run",
    "ALTER TABLE incidents ADD COLUMN severity TEXT",
    "ALTER TABLE incidents ADD COLUMN title TEXT",
    "ALTER TABLE incidents ADD COLUMN checks TEXT",
    "ALTER TABLE check_states DROP COLUMN unjudged",
    "ALTER TABLE check_states DROP COLUMN unjudged_since_ms",
    "ALTER TABLE check_states DROP COLUMN blind",
    "UPDATE meta SET value = '1' WHERE name = 'version'",
};

/* Rounds of a check, one a minute: pass, fail, slow, not judged, none. */
static void add_rounds(struct world *w, const char *check, const char *rounds)
{
    for (size_t i = 0; rounds[i] != '\0'; i++) {
        char c = rounds[i];
        if (c == '.')
            continue;
        const char *status = c == 'P'   ? "pass"
                             : c == 'F' ? "fail"
                             : c == 'D' ? "degraded"
                                        : "error";
        world_run(w, arena_printf(
                         &w->arena,
                         "INSERT INTO results (run, check_id, started_ms, "
                         "title, status, severity, flaky, duration_us, "
                         "message) VALUES (%zu, '%s', 0, 'T', '%s', 'major', "
                         "0, 5, 'm%zu')",
                         i + 1, check, status, i));
    }
}

static void need_episode(const struct episode *e, const char *check,
                         int64_t from, int64_t last, int64_t to)
{
    assert_string_equal(e->check, check);
    assert_int_equal((e->from_ms - T0) / 60000, from);
    assert_int_equal((e->last_ms - T0) / 60000, last);
    assert_int_equal(e->to_ms == 0 ? -1 : (e->to_ms - T0) / 60000, to);
}

static void version_1_gets_episodes(void **state)
{
    struct world w;
    struct episodes got;
    (void)state;
    world_begin(&w);
    world_close(&w);
    for (size_t i = 0; i < ARRAY_COUNT(as_version_1); i++)
        world_run(&w, as_version_1[i]);
    for (int i = 0; i < 9; i++)
        world_run(&w, arena_printf(&w.arena,
                                   "INSERT INTO runs (deployment, started_ms) "
                                   "VALUES (%d, %lld)",
                                   i == 8, (long long)T0 + i * 60000));
    add_rounds(&w, "a", "PFE.FPDF");
    add_rounds(&w, "b", "PPPPPDPPF"); /* the last is of a deployment */
    add_rounds(&w, "c", "FFFFFFFF");
    world_run(&w, arena_printf(&w.arena,
                               "INSERT INTO incidents (id, status, severity, "
                               "title, checks, started_ms, detected_ms, run) "
                               "VALUES ('I-1', 'detected', 'critical', 't', "
                               "'a\nc', %lld, %lld, 2)",
                               (long long)T0, (long long)T0 + 60000));
    world_run(&w, "INSERT INTO incidents (id, status, severity, title, checks, "
                  "started_ms, detected_ms, resolved_ms, closed_ms) VALUES "
                  "('I-0', 'closed', 'minor', 'old title', 'gone/x\nb', 1000, "
                  "1000, 3000, 9000)");
    world_open(&w);
    GOOD(&w, history_episodes(w.history, &w.arena, 0, &got, &w.err));
    assert_int_equal(got.count, 6);
    assert_string_equal(got.item[0].check, "b");
    assert_string_equal(got.item[1].check, "gone/x");
    assert_int_equal(got.item[1].from_ms, 1000);
    assert_int_equal(got.item[1].to_ms, 3000);
    assert_string_equal(got.item[1].first_failure, "old title");
    need_episode(&got.item[2], "c", 0, 7, -1);
    assert_int_equal(got.item[2].alarm_ms, T0);
    assert_int_equal(got.item[2].rounds, 8);
    need_episode(&got.item[3], "a", 1, 4, 5);
    assert_int_equal(got.item[3].rounds, 2);
    assert_string_equal(got.item[3].first_failure, "m1");
    assert_string_equal(got.item[3].last_failure, "m4");
    need_episode(&got.item[4], "b", 5, 5, 6);
    assert_int_equal(got.item[4].alarm_ms, 0);
    assert_int_equal(got.item[4].worst, STATUS_DEGRADED);
    assert_int_equal(got.item[4].severity, SEVERITY_MINOR);
    need_episode(&got.item[5], "a", 6, 7, -1);
    assert_int_equal(got.item[5].worst, STATUS_FAIL);
    assert_int_equal(got.item[5].severity, SEVERITY_MAJOR);
    GOOD(&w, history_episodes(w.history, &w.arena, INT64_MAX, &got, &w.err));
    assert_int_equal(got.count, 2); /* ongoing */
    world_end(&w);
}

static void episodes_are_written_over(void **state)
{
    struct world w;
    struct episodes got;
    struct episode e = {.check = "api",
                        .region = "",
                        .title = "The API",
                        .severity = SEVERITY_CRITICAL,
                        .last_severity = SEVERITY_MINOR,
                        .worst = STATUS_FAIL,
                        .from_ms = T0,
                        .last_ms = T0,
                        .rounds = 1,
                        .answers = 3,
                        .failed = 2,
                        .http_status = 503,
                        .first_failure = "f",
                        .last_failure = "l"};
    (void)state;
    world_begin(&w);
    GOOD(&w, history_put_episode(w.history, &e, &w.err));
    e.to_ms = e.last_ms = T0 + 5;
    e.rounds = 2;
    GOOD(&w, history_put_episode(w.history, &e, &w.err));
    e.region = "eu";
    GOOD(&w, history_put_episode(w.history, &e, &w.err));
    GOOD(&w, history_episodes(w.history, &w.arena, T0 + 5, &got, &w.err));
    assert_int_equal(got.count, 2);
    e.region = "";
    e.id = got.item[0].id;
    assert_string_equal(got.item[0].region, "");
    assert_string_equal(got.item[1].region, "eu");
    assert_int_equal(got.item[0].rounds, 2);
    assert_int_equal(got.item[0].last_severity, SEVERITY_MINOR);
    assert_int_equal(got.item[0].http_status, 503);
    GOOD(&w, history_episodes(w.history, &w.arena, T0 + 6, &got, &w.err));
    assert_int_equal(got.count, 0);
    world_end(&w);
}

static void a_newer_one_is_left_alone(void **state)
{
    struct world w;
    (void)state;
    world_begin(&w);
    world_close(&w);
    world_run(&w, "UPDATE meta SET value = '3' WHERE name = 'version'");
    BAD(&w, history_open(&w.history, w.where, &w.err),
        "was written by a newer postflight (schema 3, this one knows 2)");
    assert_null(w.history);
    assert_int_equal(world_number(&w, "SELECT COUNT(*) FROM meta WHERE value "
                                      "= '3'"),
                     1);
    static const char *const odd[] = {
        "UPDATE meta SET value = '0'", "UPDATE meta SET value = '-1'",
        "UPDATE meta SET value = '1000001'", "UPDATE meta SET value = 'x'",
        "DELETE FROM meta"};
    for (size_t i = 0; i < ARRAY_COUNT(odd); i++) {
        world_run(&w, odd[i]);
        BAD(&w, history_open(&w.history, w.where, &w.err),
            "does not say which version it has");
    }
    world_end(&w);
}

static void a_foreign_word_is_left_alone(void **state)
{
    struct world w;
    struct run_rows runs;
    (void)state;
    world_begin(&w);
    GOOD(&w, world_round(&w, 1));
    world_run(&w, "UPDATE runs SET verdict = 'splendid'");
    GOOD(&w, history_runs(w.history, &w.arena, 0, 9, &runs, &w.err));
    assert_int_equal(runs.count, 0);
    assert_non_null(
        strstr(history_odd(w.history, &w.arena), "the first: verdict of row"));
    assert_null(history_odd(w.history, &w.arena));
    world_end(&w);
}

/* An older postflight, and what two versions later brought. */
static const struct column old_column[] = {
    {"id", COLUMN_ID, NO_FIELD, NULL, NULL, 1, ""},
    {"name", COLUMN_KEY, NO_FIELD, NULL, NULL, 1, ""},
    {"size", COLUMN_INT, NO_FIELD, NULL, NULL, 2, ""},
    {"note", COLUMN_TEXT, NO_FIELD, NULL, NULL, 3, ""},
};
static const struct column new_column[] = {
    {"old", COLUMN_INT, NO_FIELD, NULL, "PRIMARY KEY", 2, ""},
    {"flag", COLUMN_BOOL, NO_FIELD, NULL, NULL, 3, ""},
};
static const struct table old_table = {
    "olds", 0, old_column, ARRAY_COUNT(old_column), NULL, 0, NULL, false, ""};
static const struct table new_table = {
    "news", 0, new_column, ARRAY_COUNT(new_column), NULL, 0, NULL, false, ""};
static const struct table *const some_tables[] = {&old_table, &new_table};
static const char *const first[] = {"INSERT INTO olds (name) VALUES ('a')",
                                    NULL};
static const char *const second[] = {"INSERT INTO news SELECT id FROM olds",
                                     NULL};
static const char *const third[] = {
    "UPDATE olds SET note = 'n', size = size + 5", NULL};
static const char *const broken[] = {"UPDATE olds SET size = 77",
                                     "UPDATE nowhere SET size = 1", NULL};

static void old_ones_are_brought_up(void **state)
{
    static const struct schema_step good[] = {{first}, {second}, {third}};
    static const struct schema_step bad[] = {{first}, {second}, {broken}};
    struct world w;
    struct database *d = NULL;
    int version = 0;
    (void)state;
    world_begin(&w);
    world_close(&w);
    if (world_server() != NULL)
        world_run(&w, "DROP SCHEMA postflight CASCADE");
    unlink(w.where);
    for (int newest = 1; newest <= 3; newest++) {
        struct schema s = {some_tables, 2, bad, newest};
        GOOD(&w, world_backend()->open(&d, w.where, &w.err));
        GOOD(&w, schema_version(d, &s, &version, &w.err));
        assert_int_equal(version, newest - 1);
        GOOD(&w, d->backend->ready(d, &w.err));
        if (newest < 3)
            GOOD(&w, schema_migrate(d, &s, &w.err));
        else /* what was half done is not there */
            BAD(&w, schema_migrate(d, &s, &w.err), "nowhere");
        d->backend->close(d);
    }
    assert_int_equal(world_number(&w, "SELECT size FROM olds"), 0);
    struct schema s = {some_tables, 2, good, 3};
    GOOD(&w, world_backend()->open(&d, w.where, &w.err));
    GOOD(&w, schema_migrate(d, &s, &w.err));
    GOOD(&w, schema_migrate(d, &s, &w.err));
    GOOD(&w, schema_version(d, &s, &version, &w.err));
    assert_int_equal(version, 3);
    d->backend->close(d);
    assert_int_equal(world_number(&w, "SELECT size FROM olds WHERE note = 'n' "
                                      "AND id = (SELECT old FROM news WHERE "
                                      "flag = 0)"),
                     5);
    world_end(&w);
}

static void wait_us(int64_t us)
{
    struct timespec t = {us / 1000000, us % 1000000 * 1000};
    nanosleep(&t, NULL);
}

/* In a child: writes rounds and tells of each, until it is killed. */
static void write_rounds(struct world *w, int tell)
{
    const char *holder = "";
    w->err.set = false;
    if (!history_open(&w->history, w->where, &w->err))
        _exit(1);
    /* A server gives a claim back some time after its session has ended. */
    for (int i = 0; i < 12000 && holder != NULL; i++) {
        if (!history_claim(w->history, &w->arena, &holder, &w->err))
            _exit(1);
        if (holder != NULL)
            wait_us(5000);
    }
    if (holder != NULL)
        _exit(1);
    int64_t n = world_count(w);
    while (world_round(w, ++n))
        if (write(tell, &n, sizeof(n)) != sizeof(n))
            break;
    _exit(1);
}

static uint64_t next_random(uint64_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    return *seed ^= *seed << 17;
}

/* The last round that the child was sure of; 0: none. */
static int64_t told(int from, int64_t last)
{
    int64_t n = 0;
    while (read(from, &n, sizeof(n)) == sizeof(n))
        last = n;
    close(from);
    return last;
}

/* busy: not before a first round, so that one is under way. */
static int64_t kill_one(struct world *w, uint64_t *seed, bool busy)
{
    int ends[2];
    int status = 0;
    int64_t first_told = 0;
    assert_int_equal(pipe(ends), 0);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0)
        write_rounds(w, ends[1]);
    close(ends[1]);
    if (busy)
        assert_int_equal(read(ends[0], &first_told, sizeof(first_told)),
                         sizeof(first_told));
    wait_us((int64_t)(next_random(seed) % (busy ? 15000 : 30000)));
    kill(pid, SIGKILL);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFSIGNALED(status)); /* it did not give up by itself */
    return told(ends[0], first_told);
}

/* The server learns a moment later that a client is gone. */
static void is_free_again(struct world *w)
{
    const char *holder = "";
    for (int i = 0; i < 12000 && holder != NULL; i++) {
        GOOD(w, history_claim(w->history, &w->arena, &holder, &w->err));
        if (holder != NULL && world_server() == NULL)
            break;
        if (holder != NULL)
            wait_us(5000);
    }
    assert_null(holder);
}

static void a_kill_loses_nothing(void **state)
{
    struct world w;
    uint64_t seed = UINT64_C(0x9E3779B97F4A7C15);
    const char *more = getenv("POSTFLIGHT_TEST_KILLS");
    int64_t kills = more != NULL ? atoi(more) : 100, rounds = 0, idle = 0;
    (void)state;
    world_begin(&w);
    world_close(&w);
    if (world_server() == NULL) /* the making of it is killed, too */
        unlink(w.where);
    for (int64_t i = 0; i < kills; i++) {
        int64_t last = kill_one(&w, &seed, i % 3 != 0);
        world_open(&w);
        is_free_again(&w);
        int64_t n = world_count(&w);
        if (last > n || (last > 0 && n > last + 1))
            fail_msg("%lld were sure, %lld are there", (long long)last,
                     (long long)n);
        idle += n == rounds;
        rounds = n;
        world_close(&w);
    }
    if (world_server() == NULL)
        assert_int_equal(world_number(&w, "SELECT COUNT(*) FROM "
                                          "pragma_integrity_check WHERE "
                                          "integrity_check <> 'ok'"),
                         0);
    print_message("# %lld kills, %lld rounds, %lld kills before the first "
                  "round\n",
                  (long long)kills, (long long)rounds, (long long)idle);
    assert_true(rounds > 0);
    world_end(&w);
}

/* In a child: whatever is read is whole. */
static int read_rounds(struct world *w)
{
    struct result_rows results;
    for (int i = 0; i < 60; i++) {
        struct arena a;
        arena_init(&a);
        if (!history_open(&w->history, w->where, &w->err) ||
            !history_results(w->history, &a, 0, T0, &results, &w->err))
            return 2;
        if (results.count % ROUND_CHECKS != 0)
            return 3;
        history_close(w->history);
        arena_release(&a);
    }
    return 0;
}

static void readers_do_not_wait(void **state)
{
    struct world w;
    pid_t reader[3];
    int status = 0, done = 0;
    int64_t n = 0;
    (void)state;
    world_begin(&w);
    world_close(&w);
    for (int i = 0; i < 3; i++)
        if ((reader[i] = fork()) == 0)
            _exit(read_rounds(&w));
    world_open(&w);
    while (done < 3) {
        GOOD(&w, world_round(&w, ++n));
        pid_t pid = waitpid(-1, &status, WNOHANG);
        if (pid <= 0)
            continue;
        assert_true(WIFEXITED(status));
        assert_int_equal(WEXITSTATUS(status), 0);
        done++;
    }
    assert_int_equal(world_count(&w), n);
    world_end(&w);
}

/* In a child: opens it at the same moment as others, and writes a state. */
static int open_at_once(struct world *w, int start)
{
    char byte = 0;
    struct check_state s = {.check = "api"};
    (void)!read(start, &byte, 1); /* until the other end is closed */
    if (history_open(&w->history, w->where, &w->err) &&
        history_put_state(w->history, &s, &w->err))
        return 0;
    print_message("# %s\n", w->err.text);
    return 1;
}

/* A new file must not meet the journal of the one before. */
static void remove_file(const struct world *w)
{
    static const char *const suffix[] = {"", "-wal", "-shm", "-journal"};
    char path[600];
    for (size_t i = 0; i < ARRAY_COUNT(suffix); i++) {
        snprintf(path, sizeof(path), "%s%s", w->where, suffix[i]);
        (void)unlink(path);
    }
}

static void many_make_it_at_once(void **state)
{
    struct world w;
    (void)state;
    world_begin(&w);
    world_close(&w);
    for (int turn = 0; turn < 5; turn++) {
        int ends[2], status = 0;
        if (world_server() != NULL)
            world_run(&w, "DROP SCHEMA postflight CASCADE");
        remove_file(&w);
        assert_int_equal(pipe(ends), 0);
        for (int i = 0; i < 6; i++) {
            if (fork() != 0)
                continue;
            close(ends[1]);
            _exit(open_at_once(&w, ends[0]));
        }
        close(ends[0]);
        close(ends[1]);
        for (int i = 0; i < 6; i++) {
            assert_true(wait(&status) > 0);
            assert_true(WIFEXITED(status));
            assert_int_equal(WEXITSTATUS(status), 0);
        }
    }
    world_open(&w);
    world_end(&w);
}

/* In a child: keeps a row locked until it is killed. */
static void hold(struct world *w, int tell)
{
    struct check_state s = {.check = "api"};
    if (history_open(&w->history, w->where, &w->err) &&
        history_begin(w->history, &w->err) &&
        history_put_state(w->history, &s, &w->err) && write(tell, "x", 1) == 1)
        for (;;)
            pause();
    _exit(1);
}

static void a_lock_is_told(void **state)
{
    struct world w;
    struct check_state s = {.check = "api"};
    int ends[2];
    char byte = 0;
    (void)state;
    world_begin(&w);
    GOOD(&w, world_round(&w, 1));
    world_close(&w);
    assert_int_equal(pipe(ends), 0);
    pid_t pid = fork();
    if (pid == 0)
        hold(&w, ends[1]);
    assert_int_equal(read(ends[0], &byte, 1), 1);
    world_open(&w);
    struct run_rows runs;
    GOOD(&w, history_runs(w.history, &w.arena, 0, 9, &runs, &w.err));
    assert_int_equal(runs.count, 1); /* reading goes on */
    BAD(&w, history_put_state(w.history, &s, &w.err),
        "another process has had '");
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    GOOD(&w, history_put_state(w.history, &s, &w.err));
    close(ends[0]);
    close(ends[1]);
    world_end(&w);
}

static void a_lost_server_is_told(void **state)
{
    struct world w;
    struct run_rows runs;
    const char *holder = NULL;
    (void)state;
    world_begin(&w);
    GOOD(&w, history_claim(w.history, &w.arena, &holder, &w.err));
    world_run(&w, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                  "WHERE application_name = 'postflight' AND pid <> "
                  "pg_backend_pid()");
    BAD(&w, history_runs(w.history, &w.arena, 0, 9, &runs, &w.err), "lost '");
    BAD(&w, history_begin(w.history, &w.err), "lost '");
    world_close(&w);
    world_open(&w);
    is_free_again(&w);
    world_end(&w);
}

/* POSTFLIGHT_TEST_FULL: the same server, with its tables on a small disk. */
static void a_full_server_keeps_what_it_has(void **state)
{
    const char *full = getenv("POSTFLIGHT_TEST_FULL");
    struct world w;
    (void)state;
    if (full == NULL)
        skip();
    world_begin(&w);
    world_close(&w);
    world_run(&w, "DROP SCHEMA postflight CASCADE");
    snprintf(w.where, sizeof(w.where), "%s", full);
    world_open(&w);
    GOOD(&w, world_round(&w, 1));
    world_fill(&w);
    int64_t n = world_count(&w);
    world_close(&w);
    world_open(&w);
    assert_int_equal(world_count(&w), n);
    world_end(&w);
}

static void no_password_is_told(void **state)
{
    static const struct {
        const char *where, *want;
    } bad[] = {
        {"postgresql://u:s3cretword@127.0.0.1:1/db", "cannot reach '"},
        {"postgresql://u:s3cretword@[::1/db", "address of the history is not"},
        {"postgresql://u:s3cretword%zz@h/db", "address of the history is not"},
        {"postgresql://u@h/db?password=s3cretword&x=s3cretword",
         "address of the history is not"},
        {"postgresql://u@127.0.0.1:1/db?password=s3cretword",
         "cannot reach 'postgresql://127.0.0.1:1/db'"},
        {"postgresql:///s3cretword?host=/nowhere&password=s3cretword&port=1",
         "cannot reach '"},
        {"mysql://u:s3cretword@h/db", "cannot be at 'mysql://'"},
    };
    struct world w;
    (void)state;
    world_begin(&w);
    world_close(&w);
    for (size_t i = 0; i < ARRAY_COUNT(bad); i++) {
        w.err.set = false;
        assert_false(history_open(&w.history, bad[i].where, &w.err));
        if (strstr(w.err.text, bad[i].want) == NULL)
            fail_msg("%s", w.err.text);
        if (i != 5 && strstr(w.err.text, "s3cret") != NULL)
            fail_msg("%s", w.err.text);
    }
    if (getenv("POSTFLIGHT_TEST_LOGIN") != NULL) {
        w.err.set = false;
        assert_false(
            history_open(&w.history, getenv("POSTFLIGHT_TEST_LOGIN"), &w.err));
        assert_non_null(strstr(w.err.text, "password authentication failed"));
        assert_null(strstr(w.err.text, "s3cret"));
    }
    world_end(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_come_back),
        cmocka_unit_test(runs_are_told_by_time),
        cmocka_unit_test(incidents_come_back),
        cmocka_unit_test(ids_of_incidents_are_new),
        cmocka_unit_test(states_are_written_over),
        cmocka_unit_test(events_have_their_order),
        cmocka_unit_test(a_notice_is_never_there_twice),
        cmocka_unit_test(deployments_come_back),
        cmocka_unit_test(uptime_is_counted_by_slices),
        cmocka_unit_test(a_round_is_all_or_nothing),
        cmocka_unit_test(long_texts_are_cut_and_marked),
        cmocka_unit_test(long_keys_and_payloads_are_refused),
        cmocka_unit_test(records_have_a_limit),
        cmocka_unit_test(a_value_has_a_limit),
        cmocka_unit_test(rows_of_one_question_have_a_limit),
        cmocka_unit_test(pruning_stops_at_its_bound),
        cmocka_unit_test(pruning_keeps_what_is_open),
        cmocka_unit_test(only_one_has_the_claim),
        cmocka_unit_test(a_history_has_an_id),
        cmocka_unit_test(version_1_gets_episodes),
        cmocka_unit_test(episodes_are_written_over),
        cmocka_unit_test(a_newer_one_is_left_alone),
        cmocka_unit_test(a_foreign_word_is_left_alone),
        cmocka_unit_test(old_ones_are_brought_up),
        cmocka_unit_test(a_kill_loses_nothing),
        cmocka_unit_test(readers_do_not_wait),
        cmocka_unit_test(many_make_it_at_once),
        cmocka_unit_test(a_lock_is_told),
        cmocka_unit_test(no_password_is_told),
        cmocka_unit_test(a_lost_server_is_told),
        cmocka_unit_test(a_full_server_keeps_what_it_has),
    };
    /* the last two need a server */
    bool server = world_server() != NULL;
    return _cmocka_run_group_tests(server ? "PostgreSQL" : "SQLite", tests,
                                   ARRAY_COUNT(tests) - (server ? 0 : 2), NULL,
                                   NULL);
}
