/* watch_run: rounds, the history, incidents with their documents. */
#include <errno.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "app/record_rows.h"
#include "app/service_manager.h"
#include "tests/unit/app_world.h"

/* Without a spool. */
static void begin(struct world *w, const char *checks)
{
    world_begin(w);
    w->settings.environ = NULL;
    world_checks(w,
                 arena_printf(&w->arena,
                              "watch:\n  documents: %s/incidents\n"
                              "  open: { critical: 1 of 1, major: 1 of 1 }\n%s",
                              w->folder, checks));
    w->settings.state = world_path(w, "state.db");
    w->settings.once = true;
}

static void a_pace_is_needed(void **state)
{
    struct world w;
    (void)state;
    begin(&w, CHECK_PASSES);
    w.settings.once = false;
    assert_int_equal(world_go(&w, watch_run), EXIT_USAGE);
    world_says(&w, "expected --once, for cron, or --interval");
    w.settings.interval_ms = 999;
    assert_int_equal(world_go(&w, watch_run), EXIT_USAGE);
    world_says(&w, "--interval below 1s takes --rounds");
    w.settings.once = true;
    assert_int_equal(world_go(&w, watch_run), EXIT_USAGE);
    world_says(&w, "expected --once");
    world_end(&w);
}

static void a_round_is_kept(void **state)
{
    struct world w;
    (void)state;
    begin(&w, CHECK_PASSES);
    assert_int_equal(world_go(&w, watch_run), EXIT_VERIFIED);
    assert_int_equal(w.rounds, 1);
    assert_int_equal(w.kept, 1);
    assert_int_equal(world_go(&w, incident_run), EXIT_USAGE); /* "checks" */
    w.settings.arguments.count = 0;
    assert_int_equal(world_go(&w, incident_run), EXIT_VERIFIED);
    assert_int_equal(w.incidents, 0);
    world_end(&w);
}

static void definitions_that_are_wrong_end_it(void **state)
{
    struct world w;
    (void)state;
    begin(&w, "checks: []\n");
    assert_int_equal(world_go(&w, watch_run), EXIT_INVALID);
    world_end(&w);
    begin(&w, CHECK_PASSES);
    w.settings.expect = "v2";
    assert_int_equal(world_go(&w, watch_run), EXIT_INVALID);
    world_add(&w, &w.settings.reports, "nothing=x");
    assert_int_equal(world_go(&w, watch_run), EXIT_USAGE);
    world_says(&w, "unknown format 'nothing'");
    assert_int_equal(w.rounds, 0);
    world_end(&w);
}

static void rounds_end_by_their_number(void **state)
{
    struct world w;
    (void)state;
    begin(&w, CHECK_PASSES);
    w.settings.once = false;
    w.settings.interval_ms = 1;
    w.settings.rounds = 3;
    assert_int_equal(world_go(&w, watch_run), EXIT_VERIFIED);
    assert_int_equal(w.rounds, 3);
    assert_int_equal(w.kept, 3);
    world_end(&w);
}

/* The round of an incident: it opens, is shown, taken on, noted and closed. */
static void an_incident_has_a_document(void **state)
{
    struct world w;
    (void)state;
    begin(&w, CHECK_FAILS);
    world_add(&w, &w.settings.logs,
              world_file(&w, "deploy.log",
                         "ERROR: relation \"users\" already exists\n"));
    for (int i = 0; i < 3; i++)
        assert_int_equal(world_go(&w, watch_run), EXIT_UNHEALTHY);
    w.settings.arguments.count = 0;
    assert_int_equal(world_go(&w, incident_run), EXIT_VERIFIED);
    assert_int_equal(w.incidents, 1);

    static const char *const verbs[] = {"show", "ack", "note", "close"};
    w.settings.by = "anna";
    for (size_t i = 0; i < ARRAY_COUNT(verbs); i++) {
        w.settings.arguments.count = 0;
        world_add(&w, &w.settings.arguments, verbs[i]);
        assert_int_equal(world_go(&w, incident_run), EXIT_USAGE);
        world_says(&w, "expected the id of an incident");
        world_add(&w, &w.settings.arguments, "last");
        if (i == 2) {
            assert_int_equal(world_go(&w, incident_run), EXIT_USAGE);
            world_says(&w, "expected a text");
            world_add(&w, &w.settings.arguments, "looked at");
            world_add(&w, &w.settings.arguments, "the log");
        }
        /* what still fails cannot be closed */
        assert_int_equal(world_go(&w, incident_run),
                         i == 3 ? EXIT_INVALID : EXIT_VERIFIED);
    }
    w.settings.arguments.item[0] = "ack";
    assert_int_equal(world_go(&w, incident_run), EXIT_INVALID);
    w.settings.arguments.item[0] = "show";
    assert_int_equal(world_go(&w, incident_run), EXIT_VERIFIED);
    assert_true(w.events >= 3);
    w.settings.arguments.item[1] = "INC-0";
    assert_int_equal(world_go(&w, incident_run), EXIT_USAGE);
    world_says(&w, "there is no incident 'INC-0'");

    /* The next round writes what people did into the document. */
    world_checks(&w, world_read(&w, "checks.yaml"));
    assert_int_equal(world_go(&w, watch_run), EXIT_UNHEALTHY);
    w.settings.output = world_path(&w, "site");
    assert_int_equal(world_go(&w, status_run), EXIT_VERIFIED);
    const char *page = world_read(&w, "site/STATUS.md");
    const char *at = strstr(page, "incidents/");
    assert_non_null(at);
    const char *name =
        arena_printf(&w.arena, "%.*s", (int)strcspn(at, ")>` "), at);
    const char *document = world_read(&w, name);
    assert_non_null(strstr(document, "postgres/42p07"));
    assert_non_null(strstr(document, "looked at the log"));
    assert_non_null(strstr(document, "anna"));
    world_end(&w);
}

/* Its file is wrong, so that the verdict is all that there is. */
static void a_history_that_is_none(void **state)
{
    struct world w;
    (void)state;
    begin(&w, CHECK_PASSES);
    w.settings.state = world_file(&w, "state.db", "this is no database");
    assert_int_equal(world_go(&w, watch_run), EXIT_INCONCLUSIVE);
    assert_int_equal(w.rounds, 1);
    assert_int_equal(w.kept, 0);
    w.settings.once = false;
    w.settings.interval_ms = 1000;
    assert_int_equal(world_go(&w, watch_run), EXIT_INCONCLUSIVE);
    assert_int_equal(w.rounds, 0);
    w.settings.state = world_path(&w, "mistyped.db");
    w.settings.arguments.count = 0;
    assert_int_equal(world_go(&w, incident_run), EXIT_INCONCLUSIVE);
    world_says(&w, "cannot open the history");
    assert_int_not_equal(access(w.settings.state, F_OK), 0);
    world_end(&w);
}

static void a_status_page_needs_a_folder(void **state)
{
    struct world w;
    (void)state;
    begin(&w, CHECK_PASSES);
    assert_int_equal(world_go(&w, status_run), EXIT_USAGE);
    world_says(&w, "expected -o DIR");
    w.settings.output = world_file(&w, "site", "a file");
    assert_int_equal(world_go(&w, status_run), EXIT_USAGE);
    world_says(&w, "is not a folder");
    w.settings.output = world_path(&w, "pages");
    assert_int_equal(world_go(&w, status_run), EXIT_INCONCLUSIVE);
    world_end(&w);
}

static void a_record_becomes_rows(void **state)
{
    struct result result[] = {
        {.id = "a", .title = "A", .status = STATUS_FAIL, .duration_us = 7},
        {.id = "b", .status = STATUS_PASS, .identity = "v2", .flaky = true}};
    const struct record record = {.result = result,
                                  .result_count = 2,
                                  .started_ms = 5,
                                  .finished_ms = 9,
                                  .exit = 1,
                                  .production = {.passed = 1, .total = 2}};
    struct arena a;
    struct run_row run;
    (void)state;
    arena_init(&a);
    const struct result_row *row = record_rows(&run, &a, &record);
    assert_int_equal(run.started_ms, 5);
    assert_int_equal(run.finished_ms, 9);
    assert_int_equal(run.exit, 1);
    assert_int_equal(run.passed, 1);
    assert_int_equal(run.total, 2);
    assert_string_equal(run.commit, "v2"); /* the first that responded */
    assert_string_equal(row[0].check, "a");
    assert_int_equal(row[0].status, STATUS_FAIL);
    assert_int_equal(row[0].duration_us, 7);
    assert_int_equal(row[0].started_ms, 5);
    assert_true(row[1].flaky);
    assert_string_equal(row[1].identity, "v2");
    arena_release(&a);
}

static void the_manager_hears_of_it(void **state)
{
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    struct world w;
    char text[64] = "";
    (void)state;
    world_begin(&w);
    const char *path = world_path(&w, "notify");
    const char *environ[] = {arena_printf(&w.arena, "NOTIFY_SOCKET=%s", path),
                             NULL};
    service_notify(&w.settings, SERVICE_ALIVE); /* nobody is there */
    snprintf(at.sun_path, sizeof(at.sun_path), "%s", path);
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);
    assert_int_equal(bind(fd, (const struct sockaddr *)&at, sizeof(at)), 0);
    w.settings.environ = environ;
    service_notify(&w.settings, "READY=1");
    assert_int_equal(recv(fd, text, sizeof(text) - 1, 0), 7);
    assert_string_equal(text, "READY=1");
    environ[0] = "NOTIFY_SOCKET=relative";
    service_notify(&w.settings, "READY=1");
    assert_int_equal(recv(fd, text, sizeof(text) - 1, 0), -1);
    close(fd);
    world_end(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_pace_is_needed),
        cmocka_unit_test(a_round_is_kept),
        cmocka_unit_test(definitions_that_are_wrong_end_it),
        cmocka_unit_test(rounds_end_by_their_number),
        cmocka_unit_test(an_incident_has_a_document),
        cmocka_unit_test(a_history_that_is_none),
        cmocka_unit_test(a_status_page_needs_a_folder),
        cmocka_unit_test(a_record_becomes_rows),
        cmocka_unit_test(the_manager_hears_of_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
