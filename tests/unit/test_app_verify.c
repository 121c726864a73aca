/* verify_run: what it reads, reports, writes, and which exit code it gives. */
#include <sys/resource.h>

#include "base/file.h"
#include "tests/unit/app_world.h"

#define LOG "ERROR: relation \"users\" already exists\n"

static void a_check_that_passes_is_healthy(void **state)
{
    struct world w;
    (void)state;
    world_begin(&w);
    world_checks(&w, CHECK_PASSES);
    assert_int_equal(world_go(&w, verify_run), EXIT_VERIFIED);
    assert_int_equal(w.starts, 1);
    assert_int_equal(w.results, 1);
    assert_int_equal(w.status, STATUS_PASS);
    assert_int_equal(w.verdicts, 1);
    assert_non_null(strstr(w.last, "healthy, proceed: 1 passed, 0 failed"));
    assert_string_equal(w.errors.ptr, "");
    world_end(&w);
}

static void a_check_that_fails_is_unhealthy(void **state)
{
    struct world w;
    (void)state;
    world_begin(&w);
    world_checks(&w, CHECK_FAILS);
    assert_int_equal(world_go(&w, verify_run), EXIT_UNHEALTHY);
    assert_int_equal(w.results, 2);
    assert_non_null(strstr(w.last, "1 passed, 1 failed"));
    world_end(&w);
}

static void a_note_is_all_that_is_needed(void **state)
{
    struct world w;
    (void)state;
    world_begin(&w);
    world_checks(&w, CHECK_PASSES);
    w.notes =
        (struct notes){.context = &w, .sink = w.sink, .note = w.notes.note};
    assert_int_equal(world_go(&w, verify_run), EXIT_VERIFIED);
    assert_int_equal(w.results, 0);
    world_end(&w);
}

static void definitions_that_are_wrong_are_told(void **state)
{
    struct world w;
    (void)state;
    world_begin(&w);
    world_checks(&w, "checks: [{ id: a, url: 'http://x' }]\n");
    assert_int_equal(world_go(&w, verify_run), EXIT_INVALID);
    world_says(&w, "has no 'expect'");
    world_checks(&w, CHECK_PASSES);
    world_add(&w, &w.settings.ids, "nothing*");
    assert_int_equal(world_go(&w, verify_run), EXIT_USAGE);
    w.settings.ids.count = 0;
    world_add(&w, &w.settings.variables, "NAME");
    assert_int_equal(world_go(&w, verify_run), EXIT_USAGE);
    world_says(&w, "--var takes NAME=VALUE, not 'NAME'");
    world_end(&w);
}

static void an_expected_build_needs_an_identity(void **state)
{
    struct world w;
    (void)state;
    world_begin(&w);
    world_checks(&w, CHECK_PASSES);
    w.settings.expect = "v2";
    assert_int_equal(world_go(&w, verify_run), EXIT_INVALID);
    world_says(&w, "has an 'identity' to read the serving build from");
    assert_int_equal(w.starts, 0);
    world_end(&w);
}

static void variables_come_from_files_and_the_line(void **state)
{
    struct world w;
    (void)state;
    world_begin(&w);
    world_checks(&w, "checks:\n  - { id: a, exec: [/bin/sh, -c, 'exit "
                     "${CODE}'], expect: [exit == 0] }\n");
    world_add(&w, &w.settings.env_files,
              world_file(&w, "a.env", "# a comment\nexport CODE=\"1\"\n"));
    assert_int_equal(world_go(&w, verify_run), EXIT_UNHEALTHY);
    world_add(&w, &w.settings.variables, "CODE=0"); /* before any file */
    assert_int_equal(world_go(&w, verify_run), EXIT_VERIFIED);
    world_file(&w, "a.env", "CODE\n");
    assert_int_equal(world_go(&w, verify_run), EXIT_USAGE);
    world_says(&w, "a.env:1:1: error: expected NAME=VALUE");
    world_end(&w);
}

/* As an editor of UTF-16 writes it. */
static void a_variable_has_no_nul(void **state)
{
    static const char text[] = "A=b\nC\0=\0d\0\n";
    struct world w;
    struct err e = {.set = false};
    (void)state;
    world_begin(&w);
    world_checks(&w, CHECK_PASSES);
    const char *path = world_file(&w, "a.env", "");
    assert_true(file_write(path, (struct str){text, sizeof(text) - 1}, &e));
    world_add(&w, &w.settings.env_files, path);
    assert_int_equal(world_go(&w, verify_run), EXIT_USAGE);
    world_says(&w, "a.env:2:1: error: a NUL byte");
    world_end(&w);
}

#define MANY 10000 /* by the square of them: 800 MB */

static void many_variables_take_little_memory(void **state)
{
    struct world w;
    struct buf text;
    struct rusage before, after;
    (void)state;
    world_begin(&w);
    world_checks(&w, CHECK_PASSES);
    buf_init(&text, (size_t)1 << 20);
    for (int i = 0; i < MANY; i++)
        buf_printf(&text, "A%d=\n", i);
    buf_char(&text, '\0');
    world_add(&w, &w.settings.env_files, world_file(&w, "a.env", text.ptr));
    assert_int_equal(getrusage(RUSAGE_SELF, &before), 0);
    assert_int_equal(world_go(&w, verify_run), EXIT_VERIFIED);
    assert_int_equal(getrusage(RUSAGE_SELF, &after), 0);
    assert_true(after.ru_maxrss - before.ru_maxrss < 300000); /* KiB */
    buf_release(&text);
    world_end(&w);
}

/* One byte less than 1 MiB, 1 MiB, and one more. */
static void a_file_of_variables_has_a_size(void **state)
{
    const size_t most = (size_t)1 << 20;
    (void)state;
    for (size_t size = most - 1; size <= most + 1; size++) {
        struct world w;
        struct buf text;
        world_begin(&w);
        world_checks(&w, CHECK_PASSES);
        buf_init(&text, 2 * most);
        buf_text(&text, "A=1\n#");
        buf_repeat(&text, 'x', size - text.len - 1);
        buf_char(&text, '\n');
        world_add(&w, &w.settings.env_files, world_file(&w, "a.env", text.ptr));
        assert_int_equal(world_go(&w, verify_run),
                         size > most ? EXIT_USAGE : EXIT_VERIFIED);
        buf_release(&text);
        world_end(&w);
    }
}

static void explain_probes_nothing(void **state)
{
    struct world w;
    (void)state;
    world_begin(&w);
    world_checks(&w, CHECK_FAILS);
    w.settings.explain = true;
    assert_int_equal(world_go(&w, verify_run), EXIT_VERIFIED);
    world_prints(&w, "/bin/false");
    assert_int_equal(w.starts, 0);
    world_end(&w);
}

static void a_log_gives_a_cause(void **state)
{
    struct world w;
    (void)state;
    world_begin(&w);
    world_checks(&w, CHECK_FAILS);
    world_add(&w, &w.settings.logs, world_file(&w, "deploy.log", LOG));
    w.settings.output_format = OUTPUT_JSON;
    assert_int_equal(world_go(&w, verify_run), EXIT_UNHEALTHY);
    world_prints(&w, "postgres/42p07");
    assert_int_equal(w.verdicts, 0);
    world_end(&w);
}

static void logs_that_cannot_be_read(void **state)
{
    struct world w;
    (void)state;
    world_begin(&w);
    world_checks(&w, CHECK_PASSES);
    world_add(&w, &w.settings.logs, world_path(&w, "none.log"));
    assert_int_equal(world_go(&w, verify_run), EXIT_VERIFIED);
    world_says(&w, "none.log' does not exist, so only the checks decide");
    w.settings.logs.item[0] = w.folder; /* it exists, and is no log */
    assert_int_equal(world_go(&w, verify_run), EXIT_USAGE);
    w.settings.logs.item[0] = "-";
    w.settings.follow = true;
    assert_int_equal(world_go(&w, verify_run), EXIT_USAGE);
    world_says(&w, "cannot read standard input");
    w.settings.logs.item[0] = world_file(&w, "empty.log", "");
    w.settings.follow = false;
    const char *none[] = {world_path(&w, "none.log")};
    w.settings.good = (struct texts){.item = none, .count = 1};
    assert_int_equal(world_go(&w, verify_run), EXIT_USAGE);
    w.settings.good = (struct texts){.count = 0};
    world_add(&w, &w.settings.previous, world_file(&w, "old.json", "{}"));
    assert_int_equal(world_go(&w, verify_run), EXIT_INVALID);
    w.settings.previous.item[0] = world_path(&w, "no.json");
    assert_int_equal(world_go(&w, verify_run), EXIT_USAGE);
    world_end(&w);
}

static void a_log_is_followed_until_the_end(void **state)
{
    struct world w;
    (void)state;
    world_begin(&w);
    world_checks(&w, CHECK_FAILS);
    world_add(&w, &w.settings.logs, world_file(&w, "deploy.log", LOG));
    world_add(&w, &w.settings.logs, world_path(&w, "late.log"));
    w.settings.follow = true;
    w.settings.out = world_path(&w, "out");
    assert_int_equal(world_go(&w, verify_run), EXIT_UNHEALTHY);
    assert_non_null(strstr(world_read(&w, "out/record.json"),
                           "it did not appear before the run ended"));
    world_end(&w);
}

static void the_outputs_are_written(void **state)
{
    struct world w;
    (void)state;
    world_begin(&w);
    world_checks(&w, CHECK_FAILS);
    w.settings.out = world_path(&w, "out");
    world_add(&w, &w.settings.reports,
              arena_printf(&w.arena, "junit=%s/junit.xml", w.folder));
    assert_int_equal(world_go(&w, verify_run), EXIT_UNHEALTHY);
    assert_non_null(strstr(w.last, "; report in "));
    assert_non_null(strstr(world_read(&w, "out/record.json"), "unhealthy"));
    assert_non_null(strstr(world_read(&w, "out/report.md"), "# "));
    assert_non_null(strstr(world_read(&w, "junit.xml"), "<testsuite"));

    /* A run that ends before it probes leaves no report of an earlier one. */
    w.settings.expect = "v2";
    assert_int_equal(world_go(&w, verify_run), EXIT_INVALID);
    assert_string_equal(world_read(&w, "out/record.json"), "");
    world_end(&w);
}

static void a_folder_that_cannot_be_is_no_success(void **state)
{
    struct world w;
    (void)state;
    world_begin(&w);
    world_checks(&w, CHECK_PASSES);
    w.settings.out = world_file(&w, "out", "a file");
    assert_int_equal(world_go(&w, verify_run), EXIT_USAGE);
    world_says(&w, "is not a folder");
    world_end(&w);
}

static void a_shard_probes_its_part(void **state)
{
    struct world w;
    size_t passed = 0;
    (void)state;
    world_begin(&w);
    world_checks(&w, CHECK_FAILS);
    w.settings.shard_count = 2;
    for (w.settings.shard_index = 1; w.settings.shard_index <= 2;
         w.settings.shard_index++) {
        (void)world_go(&w, verify_run);
        passed += w.results;
        assert_non_null(strstr(w.last, "of 2, "));
    }
    assert_int_equal(passed, 2);
    world_end(&w);
}

static void a_baseline_is_compared_with(void **state)
{
    struct world w;
    (void)state;
    world_begin(&w);
    world_checks(&w, CHECK_PASSES);
    w.settings.output = world_path(&w, "before.json");
    w.settings.samples = 2;
    assert_int_equal(world_go(&w, baseline_run), EXIT_VERIFIED);
    world_prints(&w, "baseline of 1 checks, 0 of them failing");
    w.settings.since = w.settings.output;
    world_add(&w, &w.settings.fail_on, "status");
    assert_int_equal(world_go(&w, verify_run), EXIT_VERIFIED);
    w.settings.shard_index = w.settings.shard_count = 1;
    assert_int_equal(world_go(&w, verify_run), EXIT_VERIFIED);
    w.settings.since = world_file(&w, "wrong.json", "{}");
    assert_int_equal(world_go(&w, verify_run), EXIT_INVALID);
    w.settings.since = world_path(&w, "none.json");
    assert_int_equal(world_go(&w, verify_run), EXIT_USAGE);
    assert_int_equal(w.starts, 0);
    world_end(&w);
}

static void a_baseline_goes_where_it_is_wanted(void **state)
{
    struct world w;
    (void)state;
    world_begin(&w);
    world_checks(&w, CHECK_FAILS);
    assert_int_equal(world_go(&w, baseline_run), EXIT_VERIFIED);
    world_prints(&w, "\"checks\"");
    w.settings.output = world_path(&w, "no/folder/before.json");
    world_file(&w, "no", "a file in the way");
    assert_int_equal(world_go(&w, baseline_run), EXIT_INCONCLUSIVE);
    world_checks(&w, "checks: []\n");
    assert_int_equal(world_go(&w, baseline_run), EXIT_INVALID);
    world_end(&w);
}

static void evidence_that_is_missing_is_usage(void **state)
{
    struct world w;
    (void)state;
    world_begin(&w);
    world_checks(&w, CHECK_PASSES);
    w.settings.git = world_path(&w, "none");
    assert_int_equal(world_go(&w, verify_run), EXIT_USAGE);
    w.settings.git = NULL;
    w.settings.deployments = world_path(&w, "runs.json");
    assert_int_equal(world_go(&w, verify_run), EXIT_USAGE);
    world_file(&w, "runs.json", "{");
    assert_int_equal(world_go(&w, verify_run), EXIT_INVALID);
    assert_int_equal(w.starts, 0);
    world_file(&w, "runs.json", "[]");
    assert_int_equal(world_go(&w, verify_run), EXIT_VERIFIED);
    world_end(&w);
}

static void a_url_is_a_check(void **state)
{
    struct world w;
    (void)state;
    world_begin(&w);
    world_add(&w, &w.settings.arguments, "http://user:pw@host.test/a?b=$c");
    w.settings.explain = true;
    assert_int_equal(world_go(&w, verify_run), EXIT_VERIFIED);
    world_prints(&w, "http://host.test/a");
    w.settings.arguments.item[0] = "http:///a";
    assert_int_equal(world_go(&w, verify_run), EXIT_USAGE);
    world_says(&w, "'http:///a' is not a URL");
    world_end(&w);
}

static void a_deployment_is_kept_in_the_history(void **state)
{
    struct world w;
    (void)state;
    world_begin(&w);
    world_checks(&w, CHECK_FAILS);
    w.settings.state = world_path(&w, "state.db");
    assert_int_equal(world_go(&w, verify_run), EXIT_UNHEALTHY);
    world_checks(&w, CHECK_PASSES);
    w.settings.out = world_path(&w, "out");
    assert_int_equal(world_go(&w, verify_run), EXIT_VERIFIED);
    assert_non_null(
        strstr(world_read(&w, "out/record.json"), "postflight verify"));
    w.settings.out = world_path(&w, "site");
    w.settings.output = world_path(&w, "site");
    assert_int_equal(world_go(&w, status_run), EXIT_VERIFIED);
    assert_non_null(strstr(world_read(&w, "site/STATUS.md"), "50"));

    w.settings.state = world_file(&w, "wrong.db", "this is no database");
    assert_int_equal(world_go(&w, verify_run), EXIT_INCONCLUSIVE);
    world_end(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_check_that_passes_is_healthy),
        cmocka_unit_test(a_check_that_fails_is_unhealthy),
        cmocka_unit_test(a_note_is_all_that_is_needed),
        cmocka_unit_test(definitions_that_are_wrong_are_told),
        cmocka_unit_test(an_expected_build_needs_an_identity),
        cmocka_unit_test(variables_come_from_files_and_the_line),
        cmocka_unit_test(a_variable_has_no_nul),
        cmocka_unit_test(many_variables_take_little_memory),
        cmocka_unit_test(a_file_of_variables_has_a_size),
        cmocka_unit_test(explain_probes_nothing),
        cmocka_unit_test(a_log_gives_a_cause),
        cmocka_unit_test(logs_that_cannot_be_read),
        cmocka_unit_test(a_log_is_followed_until_the_end),
        cmocka_unit_test(the_outputs_are_written),
        cmocka_unit_test(a_folder_that_cannot_be_is_no_success),
        cmocka_unit_test(a_shard_probes_its_part),
        cmocka_unit_test(a_baseline_is_compared_with),
        cmocka_unit_test(a_baseline_goes_where_it_is_wanted),
        cmocka_unit_test(evidence_that_is_missing_is_usage),
        cmocka_unit_test(a_url_is_a_check),
        cmocka_unit_test(a_deployment_is_kept_in_the_history),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
