/*
 * A history that others can write: rows that break a rule are left alone, and
 * a schema that computes something is refused. On SQLite, or on the server of
 * POSTFLIGHT_TEST_POSTGRES.
 */
#include <libpq-fe.h>
#include <string.h>
#include <sys/stat.h>

#include <sqlite3.h>

#include "tests/unit/history_world.h"
#include "watch/history/row_rules.h"

static const char *const columns =
    "INSERT INTO incidents (id, status, service, document, started_ms, "
    "detected_ms, acknowledged_ms, mitigated_ms, "
    "resolved_ms, verified_ms, closed_ms, run, reminded_ms, reminders, "
    "reopened) VALUES (";

/* What is read after one column of a good row is another: all or none. */
struct change {
    const char *column, *value; /* SQL */
    bool good;
};

static const struct change changes[] = {
    {"service", "'<script>&|`'", true},
    {"service", "NULL", true},
    {"document", "NULL", true},
    {"document", "'INC-1.md'", true},
    {"document", "'incidents/INC-1.md'", true},
    {"document", "'/srv/other/INC-1.md'", true}, /* its name alone counts */
    {"document", "'../../evil.md'", false},
    {"document", "'/etc/cron.d/evil'", false},
    {"document", "'incidents/INC-1.md/../x.md'", false},
    {"document", "'incidents/INC-1.md/..'", false},
    {"document", "'incidents/INC-1'", false},
    {"document", "'incidents/xINC-1.md'", false},
    {"document", "''", false},
    {"document", "'a' || chr10 || '/INC-1.md'", false},
    {"id", "'x'", false}, /* the document is of another one */
    {"id", "'../../x<img>'", false},
    {"id", "'.INC'", false},
    {"id", "'-rf'", false},
    {"id", "''", false},
    {"started_ms", "-1", false},
    {"started_ms", "9223372036854775807", false},
    {"detected_ms", "-9223372036854775807", false},
    {"closed_ms", "7258118400001", false},
    {"closed_ms", "7258118400000", true},
    {"reminders", "-1", false},
    {"reopened", "1000000000", true},
    {"reopened", "1000000001", false},
    {"status", "'splendid'", false},
    {"status", "NULL", true},
    {"worst_run", "-1", true}, /* no run has it, and none is read */
    {"covered_ms", "-1", false},
};

/* Likewise for episodes. */
static const struct change episode_changes[] = {
    {"title", "'<script>&|`'", true},  {"title", "NULL", true},
    {"check_id", "'../../etc'", true}, /* as definitions may name one */
    {"check_id", "'a b'", false},      {"check_id", "'<img src=x>'", false},
    {"region", "'eu-west'", true},     {"region", "'a b'", false},
    {"severity", "'splendid'", false}, {"worst", "'fail'", true},
    {"worst", "'bad'", false},         {"from_ms", "-1", false},
    {"to_ms", "7258118400001", false}, {"rounds", "-1", false},
    {"http_status", "1000", false},    {"http_status", "999", true},
};

/* One newline, in the words of both databases. */
static const char *spell(struct arena *a, const char *sql)
{
    struct buf out;
    struct str s = str_from(sql), mark = STR("chr10");
    const char *word = world_server() == NULL ? "char(10)" : "chr(10)";
    buf_init(&out, 4000);
    for (size_t at; (at = str_find(s, mark, 0)) < s.len;) {
        buf_str(&out, str_sub(s, 0, at));
        buf_text(&out, word);
        s = str_sub(s, at + mark.len, s.len);
    }
    buf_str(&out, s);
    const char *text = buf_dup(a, &out);
    buf_release(&out);
    return text;
}

static void put(struct world *w, const char *id)
{
    world_run(w, arena_printf(&w->arena,
                              "%s'%s', 'detected', 's', 'incidents/%s.md', 1, "
                              "1, 0, 0, 0, 0, 0, 1, 0, "
                              "0, 0)",
                              columns, id, id));
}

static void odd_incidents_are_left_alone(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(changes); i++) {
        const struct change *c = &changes[i];
        struct world w;
        struct incident_rows got;
        world_begin(&w);
        put(&w, "INC-1");
        put(&w, "INC-2");
        world_run(&w, arena_printf(&w.arena,
                                   "UPDATE incidents SET %s = %s WHERE id = "
                                   "'INC-1'",
                                   c->column, spell(&w.arena, c->value)));
        GOOD(&w, history_incidents(w.history, &w.arena, NULL, INT64_MIN, &got,
                                   &w.err));
        const char *odd = history_odd(w.history, &w.arena);
        if (got.count != (c->good ? 2u : 1u) || (odd == NULL) != c->good)
            fail_msg("%s = %s: %zu rows, %s", c->column, c->value, got.count,
                     odd == NULL ? "nothing reported" : odd);
        bool other = false;
        for (size_t k = 0; k < got.count; k++)
            other = other || strcmp(got.item[k].id, "INC-2") == 0;
        assert_true(other);
        if (odd != NULL)
            assert_non_null(strstr(odd, "the first: "));
        world_end(&w);
    }
}

static void odd_episodes_are_left_alone(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(episode_changes); i++) {
        const struct change *c = &episode_changes[i];
        struct world w;
        struct episodes got;
        struct episode e = {.check = "api", .region = "", .from_ms = T0};
        world_begin(&w);
        GOOD(&w, history_put_episode(w.history, &e, &w.err));
        e.check = "web";
        GOOD(&w, history_put_episode(w.history, &e, &w.err));
        world_run(&w, arena_printf(&w.arena,
                                   "UPDATE episodes SET %s = %s WHERE check_id "
                                   "= 'api'",
                                   c->column, c->value));
        GOOD(&w, history_episodes(w.history, &w.arena, 0, &got, &w.err));
        if (got.count != (c->good ? 2u : 1u))
            fail_msg("%s = %s: %zu rows", c->column, c->value, got.count);
        world_end(&w);
    }
}

static void odd_rows_of_other_tables(void **state)
{
    static const struct {
        const char *sql;
        bool events, states, runs; /* that are read */
    } row[] = {
        {"UPDATE events SET incident = NULL", true, true, true},
        {"UPDATE events SET time_ms = -5", false, true, true},
        {"UPDATE events SET witness = 'magic'", false, true, true},
        {"UPDATE events SET text = NULL, source = NULL", true, true, true},
        {"UPDATE check_states SET check_id = 'a<b'", true, false, true},
        {"UPDATE check_states SET rounds = -1", true, false, true},
        {"UPDATE check_states SET failing_since_ms = 9000000000000000000", true,
         false, true},
        {"UPDATE runs SET started_ms = -1", true, true, false},
        {"UPDATE runs SET exit_code = 4711", true, true, false},
        {"UPDATE runs SET exit_code = 255", true, true, true},
        {"UPDATE runs SET passed = 1000000001", true, true, false},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(row); i++) {
        struct world w;
        struct event_rows events;
        struct check_states states;
        struct run_rows runs;
        struct run_row run = {.started_ms = T0, .finished_ms = T0};
        struct check_state one = {.check = "api", .rounds = 1};
        world_begin(&w);
        put(&w, "INC-1");
        struct event_row event = {.time_ms = T0,
                                  .incident = "INC-1",
                                  .witness = WITNESS_REPORTED,
                                  .source = "s",
                                  .text = "t"};
        GOOD(&w, history_add_event(w.history, &event, &w.err));
        GOOD(&w, history_put_state(w.history, &one, &w.err));
        GOOD(&w, history_add_run(w.history, &run, NULL, 0, NULL, &w.err));
        world_run(&w, row[i].sql);
        GOOD(&w, history_events(w.history, &w.arena, NULL, INT64_MIN, &events,
                                &w.err));
        GOOD(&w, history_states(w.history, &w.arena, &states, &w.err));
        GOOD(&w, history_runs(w.history, &w.arena, INT64_MIN, INT64_MAX, &runs,
                              &w.err));
        if ((events.count == 1) != row[i].events ||
            (states.count == 1) != row[i].states ||
            (runs.count == 1) != row[i].runs)
            fail_msg("%s: %zu %zu %zu", row[i].sql, events.count, states.count,
                     runs.count);
        world_end(&w);
    }
}

/* Sums of durations that no run has are no error of the database. */
static void durations_cannot_overflow(void **state)
{
    struct world w;
    struct uptime_rows up;
    (void)state;
    world_begin(&w);
    for (int i = 0; i < 3; i++) {
        struct run_row run = {.started_ms = T0 + i, .finished_ms = T0 + i};
        struct result_row result = {.check = "api",
                                    .title = "Api",
                                    .status = STATUS_PASS,
                                    .severity = SEVERITY_MAJOR,
                                    .cause = -1,
                                    .duration_us = 1000};
        GOOD(&w, history_add_run(w.history, &run, &result, 1, NULL, &w.err));
    }
    world_run(&w, "UPDATE results SET duration_us = 9223372036854775807");
    GOOD(&w, history_uptime(w.history, &w.arena,
                            (struct slices){T0, T0 + DAY, DAY}, &up, &w.err));
    assert_int_equal(up.count, 1);
    assert_int_equal(up.item[0].rounds, 3);
    assert_int_equal(up.item[0].duration_us, 0);
    world_end(&w);
}

/* In the words of each database; NULL: it has no such thing. */
static const struct {
    const char *sqlite, *postgres;
    bool good;
} schemas[] = {
    {"CREATE TABLE notes (t TEXT)", "CREATE TABLE notes (t TEXT)", true},
    {"CREATE INDEX more ON runs (exit_code)",
     "CREATE INDEX more ON runs (exit_code)", true},
    {"CREATE VIEW v AS SELECT * FROM runs",
     "CREATE VIEW v AS SELECT * FROM runs", false},
    {"CREATE TRIGGER t AFTER INSERT ON runs BEGIN DELETE FROM runs; END",
     "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'", false},
    {"CREATE VIRTUAL TABLE f USING fts5(a)",
     "CREATE RULE r AS ON INSERT TO runs DO INSTEAD NOTHING", false},
    {"ALTER TABLE runs ADD COLUMN x INTEGER AS (length(started_ms))",
     "ALTER TABLE runs ADD COLUMN x BIGINT GENERATED ALWAYS AS (started_ms + "
     "1) STORED",
     false},
    {"CREATE TABLE c (t TEXT CHECK (length(t) < 9))",
     "ALTER TABLE runs ADD CHECK (exit_code < 9)", false},
    {"CREATE INDEX e ON runs (abs(exit_code))",
     "CREATE INDEX e ON runs (abs(exit_code))", false},
    {"CREATE INDEX s ON runs (exit_code + 1)",
     "CREATE INDEX s ON runs ((exit_code + 1))", false},
    {"CREATE INDEX p ON runs (exit_code) WHERE exit_code > 0",
     "CREATE INDEX p ON runs (exit_code) WHERE exit_code > 0", false},
    {NULL, "ALTER TABLE runs ALTER COLUMN expected SET DEFAULT version()",
     false},
    {NULL,
     "ALTER TABLE runs ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON runs "
     "USING (true)",
     false},
    {"CREATE TABLE d (t TEXT /* CHECK (1) */)", NULL, false},
};

/* As somebody who writes to the file; ours would not do it. */
static void change_schema(struct world *w, const char *sql)
{
    sqlite3 *db = NULL;
    if (world_server() != NULL) {
        PGconn *server = PQconnectdb(w->where);
        PQclear(PQexec(server, "SET client_min_messages TO error"));
        PQclear(PQexec(server, "SET search_path TO postflight"));
        PGresult *r = PQexec(server, sql);
        if (PQresultStatus(r) != PGRES_COMMAND_OK)
            fail_msg("%s: %s", sql, PQresultErrorMessage(r));
        PQclear(r);
        PQfinish(server);
        return;
    }
    assert_int_equal(sqlite3_open(w->where, &db), SQLITE_OK);
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
    sqlite3_close(db);
}

static void a_schema_that_computes_is_refused(void **state)
{
    bool server = world_server() != NULL;
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(schemas); i++) {
        const char *sql = server ? schemas[i].postgres : schemas[i].sqlite;
        struct world w;
        struct err e = {.set = false};
        if (sql == NULL)
            continue;
        world_begin(&w);
        world_close(&w);
        change_schema(&w, sql);
        bool ok = history_open(&w.history, w.where, &e);
        if (ok != schemas[i].good)
            fail_msg("%s: %s", sql, ok ? "taken" : e.text);
        if (!ok)
            assert_non_null(strstr(e.text, "what postflight did not make"));
        if (!ok)
            w.history = NULL;
        if (server)
            change_schema(&w, "DROP SCHEMA postflight CASCADE");
        world_end(&w);
    }
}

/* A new history is for its owner, and so are the files beside it. */
static void the_files_are_private(void **state)
{
    static const char *const ends[] = {"", "-wal", "-shm", "-lock"};
    struct world w;
    const char *holder = NULL;
    (void)state;
    if (world_server() != NULL)
        return; /* it has no files of ours */
    mode_t before = umask(0);
    world_begin(&w);
    GOOD(&w, history_claim(w.history, &w.arena, &holder, &w.err));
    struct run_row run = {.started_ms = 1};
    GOOD(&w, history_add_run(w.history, &run, NULL, 0, NULL, &w.err));
    for (size_t i = 0; i < ARRAY_COUNT(ends); i++) {
        struct stat st;
        const char *path = arena_printf(&w.arena, "%s%s", w.where, ends[i]);
        assert_int_equal(stat(path, &st), 0);
        if ((st.st_mode & 0777) != 0600)
            fail_msg("%s: %o", path, (unsigned)st.st_mode & 0777);
    }
    umask(before);
    world_end(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(odd_incidents_are_left_alone),
        cmocka_unit_test(odd_episodes_are_left_alone),
        cmocka_unit_test(odd_rows_of_other_tables),
        cmocka_unit_test(durations_cannot_overflow),
        cmocka_unit_test(a_schema_that_computes_is_refused),
        cmocka_unit_test(the_files_are_private),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
