/* The shorter runs: scan, report, merge, prove, lint, init, import. */
#include "tests/unit/app_world.h"

#define LOG "ERROR: relation \"users\" already exists\n"

static void scan_tells_a_failure_from_none(void **state)
{
    struct world w;
    (void)state;
    world_begin(&w);
    assert_int_equal(world_go(&w, scan_run), EXIT_USAGE);
    world_says(&w, "no log given");
    world_add(&w, &w.settings.arguments, world_file(&w, "a.log", LOG));
    w.settings.output_format = OUTPUT_JSON;
    assert_int_equal(world_go(&w, scan_run), EXIT_UNHEALTHY);
    world_prints(&w, "postgres/42p07");
    w.settings.output_format = OUTPUT_TEXT;
    assert_int_equal(world_go(&w, scan_run), EXIT_UNHEALTHY);
    world_file(&w, "a.log", "all is well\n");
    assert_int_equal(world_go(&w, scan_run), EXIT_VERIFIED);
    w.settings.from_ms = 2000;
    w.settings.until_ms = 1999;
    assert_int_equal(world_go(&w, scan_run), EXIT_USAGE);
    world_says(&w, "--until is before --since");
    w.settings.until_ms = 2000;
    assert_int_equal(world_go(&w, scan_run), EXIT_VERIFIED);
    w.settings.stub = "u1";
    assert_int_equal(world_go(&w, scan_run), EXIT_USAGE);
    world_says(&w, "no unknown error 'u1' in these logs");
    w.settings.arguments.item[0] = world_path(&w, "none.log");
    assert_int_equal(world_go(&w, scan_run), EXIT_USAGE);
    w.settings.arguments.item[0] = world_path(&w, "a.log");
    w.settings.signatures = world_file(&w, "own.yaml", "signatures: 1\n");
    assert_int_equal(world_go(&w, scan_run), EXIT_INVALID);
    world_end(&w);
}

/* A record of a failed run, beside what is needed for a report of it. */
static void make_record(struct world *w)
{
    world_checks(w, CHECK_FAILS);
    w->settings.out = world_path(w, "out");
    assert_int_equal(world_go(w, verify_run), EXIT_UNHEALTHY);
    w->settings.out = NULL;
    w->settings.arguments.count = 0;
    world_from(w, world_path(w, "out/record.json"));
}

static void report_writes_and_updates(void **state)
{
    struct world w;
    (void)state;
    world_begin(&w);
    make_record(&w);
    world_add(&w, &w.settings.arguments, "incident");
    assert_int_equal(world_go(&w, report_run), EXIT_VERIFIED);
    world_prints(&w, "# ");
    w.settings.output = world_path(&w, "docs/incident.md");
    w.settings.check = true;
    assert_int_equal(world_go(&w, report_run), EXIT_FINDINGS);
    world_says(&w, "it is not there yet");
    w.settings.check = false;
    assert_int_equal(world_go(&w, report_run), EXIT_VERIFIED);
    w.settings.check = true;
    assert_int_equal(world_go(&w, report_run), EXIT_VERIFIED);
    w.settings.facts = world_file(&w, "facts.yaml", "title: Lost writes\n");
    assert_int_equal(world_go(&w, report_run), EXIT_FINDINGS);
    world_says(&w, "' would be ");
    w.settings.check = false;
    assert_int_equal(world_go(&w, report_run), EXIT_VERIFIED);
    assert_non_null(strstr(world_read(&w, "docs/incident.md"), "Lost writes"));
    w.settings.output = world_path(&w, "docs/incident.html");
    assert_int_equal(world_go(&w, report_run), EXIT_VERIFIED);
    assert_non_null(strstr(world_read(&w, "docs/incident.html"), "<html"));
    w.settings.check = true;
    assert_int_equal(world_go(&w, report_run), EXIT_USAGE);
    world_says(&w, "a page is always written as a whole");
    world_end(&w);
}

static void report_refuses(void **state)
{
    struct world w;
    (void)state;
    world_begin(&w);
    assert_int_equal(world_go(&w, report_run), EXIT_USAGE);
    world_says(&w, "expected one kind of document");
    world_add(&w, &w.settings.arguments, "incidnet");
    assert_int_equal(world_go(&w, report_run), EXIT_USAGE);
    world_says(&w, "did you mean 'incident'?");
    w.settings.arguments.item[0] = "status";
    assert_int_equal(world_go(&w, report_run), EXIT_USAGE);
    world_says(&w, "--from RECORD is needed");
    world_from(&w, world_path(&w, "none.json"));
    assert_int_equal(world_go(&w, report_run), EXIT_USAGE);
    world_from(&w, world_file(&w, "wrong.json", "{}"));
    assert_int_equal(world_go(&w, report_run), EXIT_INVALID);
    make_record(&w);
    world_add(&w, &w.settings.arguments, "status");
    w.settings.facts = world_path(&w, "none.yaml");
    assert_int_equal(world_go(&w, report_run), EXIT_USAGE);
    w.settings.facts = world_file(&w, "facts.yaml", "nothing: x\n");
    assert_int_equal(world_go(&w, report_run), EXIT_INVALID);
    world_file(&w, "facts.yaml", "migration: m1\n");
    assert_int_equal(world_go(&w, report_run), EXIT_INVALID);
    world_says(&w, "the record has none: make it with --git DIR");
    w.settings.facts = NULL;
    w.settings.templates = world_path(&w, "none");
    assert_int_equal(world_go(&w, report_run), EXIT_INVALID);
    world_end(&w);
}

static void report_has_other_forms(void **state)
{
    struct world w;
    (void)state;
    world_begin(&w);
    make_record(&w);
    world_add(&w, &w.settings.reports, "tap=-");
    assert_int_equal(world_go(&w, report_run), EXIT_VERIFIED);
    world_prints(&w, "TAP version 1");
    world_add(&w, &w.settings.arguments, "template");
    assert_int_equal(world_go(&w, report_run), EXIT_USAGE);
    world_add(&w, &w.settings.arguments, "incident");
    assert_int_equal(world_go(&w, report_run), EXIT_VERIFIED);
    world_prints(&w, "{{");
    w.settings.arguments.item[0] = "html";
    w.settings.arguments.item[1] = world_file(&w, "a.md", "# A\n");
    assert_int_equal(world_go(&w, report_run), EXIT_VERIFIED);
    world_prints(&w, "<h1");
    w.settings.arguments.item[1] = world_path(&w, "none.md");
    assert_int_equal(world_go(&w, report_run), EXIT_USAGE);
    w.settings.arguments.count = 1;
    assert_int_equal(world_go(&w, report_run), EXIT_USAGE);
    world_says(&w, "expected one document");
    w.settings.arguments.item[0] = "fix";
    assert_int_equal(world_go(&w, report_run), EXIT_USAGE);
    world_add(&w, &w.settings.arguments,
              world_file(&w, "b.md", "caf\xc3\x83\xc2\xa9\n"));
    w.settings.mojibake = true;
    assert_int_equal(world_go(&w, report_run), EXIT_VERIFIED);
    assert_string_equal(world_read(&w, "b.md"), "caf\xc3\xa9\n");
    world_end(&w);
}

static void outputs_are_checked_first(void **state)
{
    static const struct {
        const char *report, *error;
    } row[] = {
        {"nothing=x", "unknown format 'nothing', expected one of"},
        {"junti=x", "did you mean 'junit'?"},
        {"junit", "--report junit needs a file: junit=FILE"},
        {"github", "needs a file outside GitHub Actions"},
        {"junit=/tmp", "'/tmp' is a folder, expected a file"},
    };
    struct world w;
    (void)state;
    world_begin(&w);
    world_checks(&w, CHECK_PASSES);
    for (size_t i = 0; i < ARRAY_COUNT(row); i++) {
        w.settings.reports.count = 0;
        world_add(&w, &w.settings.reports, row[i].report);
        assert_int_equal(world_go(&w, verify_run), EXIT_USAGE);
        world_says(&w, row[i].error);
    }
    w.settings.reports.item[0] = "junit=x";
    world_add(&w, &w.settings.reports, "tap=x");
    assert_int_equal(world_go(&w, verify_run), EXIT_USAGE);
    world_says(&w, "'x' is to get two outputs: ");
    w.settings.reports.count = 0;
    world_add(&w, &w.settings.reports, "junit=-");
    w.settings.color_always = true;
    assert_int_equal(world_go(&w, verify_run), EXIT_USAGE);
    world_says(&w, "--color always has no effect: --report junit=-");
    w.settings.format_given = true;
    assert_int_equal(world_go(&w, verify_run), EXIT_USAGE);
    world_says(&w, "--format text and --report junit=- both take");
    w.settings.format_given = w.settings.color_always = false;
    assert_int_equal(world_go(&w, verify_run), EXIT_VERIFIED);
    assert_int_equal(w.verdicts, 0); /* standard output has a document */
    world_end(&w);
}

static void merge_joins_shards(void **state)
{
    struct world w;
    (void)state;
    world_begin(&w);
    assert_int_equal(world_go(&w, merge_run), EXIT_USAGE);
    world_says(&w, "expected 1 to ");
    world_checks(&w, CHECK_FAILS);
    w.settings.shard_count = 2;
    for (size_t i = 1; i <= 2; i++) {
        w.settings.shard_index = i;
        w.settings.out = world_path(&w, i == 1 ? "one" : "two");
        (void)world_go(&w, verify_run);
    }
    w.settings.out = NULL;
    w.settings.arguments.count = 0;
    world_add(&w, &w.settings.arguments, world_path(&w, "one/record.json"));
    assert_int_equal(world_go(&w, merge_run), EXIT_INVALID);
    w.settings.allow_missing = true;
    (void)world_go(&w, merge_run);
    assert_int_equal(w.verdicts, 1);
    w.settings.allow_missing = false;
    world_add(&w, &w.settings.arguments, world_path(&w, "two/record.json"));
    w.settings.output = world_path(&w, "whole/record.json");
    assert_int_equal(world_go(&w, merge_run), EXIT_UNHEALTHY);
    assert_non_null(strstr(world_read(&w, "whole/record.json"), "bad"));
    make_record(&w);
    w.settings.arguments.count = 0;
    world_add(&w, &w.settings.arguments, w.settings.from.item[0]);
    w.settings.allow_missing = true;
    assert_int_equal(world_go(&w, merge_run), EXIT_UNHEALTHY);
    world_end(&w);
}

static void prove_needs_a_response(void **state)
{
    struct world w;
    (void)state;
    world_begin(&w);
    world_checks(&w, CHECK_PASSES);
    w.settings.recording = world_path(&w, "none.json");
    assert_int_equal(world_go(&w, prove_run), EXIT_INVALID);
    world_file(&w, "none.json", "{}");
    assert_int_equal(world_go(&w, prove_run), EXIT_INVALID);
    w.settings.recording = NULL;
    w.settings.output = world_path(&w, "answers.json");
    w.settings.output_format = OUTPUT_JSON;
    int code = world_go(&w, prove_run);
    assert_true(code == EXIT_VERIFIED || code == EXIT_INCONCLUSIVE);
    world_prints(&w, "\"changes\"");
    w.settings.recording = w.settings.output;
    w.settings.output = NULL;
    assert_int_equal(world_go(&w, prove_run), code);
    w.settings.output = world_path(&w, "answers.json/no");
    assert_int_equal(world_go(&w, prove_run), EXIT_USAGE);
    world_end(&w);
}

static void lint_sorts_what_it_is_given(void **state)
{
    struct world w;
    (void)state;
    world_begin(&w);
    assert_int_equal(world_go(&w, lint_run), EXIT_USAGE);
    world_says(&w, "name what to lint");
    world_checks(&w, CHECK_PASSES);
    assert_int_equal(world_go(&w, lint_run), EXIT_VERIFIED);
    world_prints(&w, ": 1 checks");
    w.settings.git = w.folder;
    assert_int_equal(world_go(&w, lint_run), EXIT_USAGE);
    world_says(&w, "--git has no effect: no document or migration is read");
    w.settings.git = NULL;
    w.settings.format_given = true;
    assert_int_equal(world_go(&w, lint_run), EXIT_USAGE);
    world_says(&w, "--format has no effect");
    w.settings.format_given = false;
    world_checks(&w, "checks: []\n");
    assert_int_equal(world_go(&w, lint_run), EXIT_INVALID);
    w.settings.arguments.item[0] = world_file(&w, "a.md", "# A\n\ntext\n");
    world_add(&w, &w.settings.variables, "A=1");
    assert_int_equal(world_go(&w, lint_run), EXIT_USAGE);
    world_says(&w, "--var has no effect: no checks are read");
    w.settings.variables.count = 0;
    int code = world_go(&w, lint_run);
    assert_true(code == EXIT_VERIFIED || code == EXIT_FINDINGS);
    w.settings.output_format = OUTPUT_JSON;
    assert_int_equal(world_go(&w, lint_run), code);
    world_prints(&w, "{");
    w.settings.output_format = OUTPUT_SARIF;
    assert_int_equal(world_go(&w, lint_run), code);
    world_prints(&w, "\"version\": \"2.1.0\"");
    w.settings.git = world_path(&w, "none");
    assert_int_equal(world_go(&w, lint_run), EXIT_USAGE);
    w.settings.git = NULL;
    world_add(&w, &w.settings.earlier, world_path(&w, "none.md"));
    assert_int_equal(world_go(&w, lint_run), EXIT_INVALID);
    world_end(&w);
}

static void lint_knows_signatures(void **state)
{
    struct world w;
    (void)state;
    world_begin(&w);
    world_add(&w, &w.settings.arguments,
              world_file(&w, "own.yaml", "suppress: []\n"));
    (void)world_go(&w, lint_run);
    world_prints(&w, " signatures");
    world_file(&w, "own.yaml", "signatures: 1\n");
    assert_int_equal(world_go(&w, lint_run), EXIT_INVALID);
    world_end(&w);
}

static void init_needs_one_source(void **state)
{
    struct world w;
    (void)state;
    world_begin(&w);
    assert_int_equal(world_go(&w, init_run), EXIT_USAGE);
    world_says(&w, "name the URLs that answer");
    world_add(&w, &w.settings.arguments, "nothing");
    assert_int_equal(world_go(&w, init_run), EXIT_USAGE);
    w.settings.openapi = world_path(&w, "none.json");
    assert_int_equal(world_go(&w, init_run), EXIT_USAGE);
    w.settings.arguments.count = 0;
    assert_int_equal(world_go(&w, init_run), EXIT_USAGE);
    world_file(&w, "none.json", "{}");
    assert_int_equal(world_go(&w, init_run), EXIT_INVALID);
    world_file(&w, "none.json",
               "{\"openapi\": \"3.0.0\", \"info\": {\"title\": \"t\", "
               "\"version\": \"1\"}, \"servers\": [{\"url\": "
               "\"http://host.test\"}], \"paths\": {\"/a\": {\"get\": "
               "{\"responses\": {\"200\": {\"description\": \"ok\"}}}}}}");
    assert_int_equal(world_go(&w, init_run), EXIT_VERIFIED);
    world_prints(&w, "${BASE_URL}/a");
    w.settings.output = world_path(&w, "checks.d/api.yaml");
    assert_int_equal(world_go(&w, init_run), EXIT_VERIFIED);
    assert_non_null(strstr(world_read(&w, "checks.d/api.yaml"), "/a"));
    assert_int_equal(world_go(&w, init_run), EXIT_USAGE);
    world_says(&w, "exists: name another file");
    world_end(&w);
}

static void import_overwrites_only_by_force(void **state)
{
    struct world w;
    (void)state;
    world_begin(&w);
    assert_int_equal(world_go(&w, import_run), EXIT_USAGE);
    world_says(&w, "name the files");
    world_add(&w, &w.settings.arguments, world_path(&w, "a.hurl"));
    assert_int_equal(world_go(&w, import_run), EXIT_USAGE);
    world_file(&w, "a.hurl", "GET http://host.test/a\nHTTP 200\n");
    assert_int_equal(world_go(&w, import_run), EXIT_VERIFIED);
    world_prints(&w, "http://host.test/a");
    w.settings.output = world_path(&w, "out/a.yaml");
    w.settings.record_to = world_path(&w, "out/a.json");
    assert_int_equal(world_go(&w, import_run), EXIT_VERIFIED);
    world_says(&w, "1 checks, ");
    assert_int_equal(world_go(&w, import_run), EXIT_USAGE);
    world_says(&w, "or replace it with --force");
    w.settings.force = true;
    assert_int_equal(world_go(&w, import_run), EXIT_VERIFIED);
    w.settings.record_to = w.settings.output;
    assert_int_equal(world_go(&w, import_run), EXIT_USAGE);
    world_says(&w, "is to get two outputs");
    w.settings.record_to = NULL;
    world_add(&w, &w.settings.import_targets, "a=http://x");
    assert_int_equal(world_go(&w, import_run), EXIT_USAGE);
    world_says(&w, "--target has no effect: only a file of blackbox_exporter");
    w.settings.import_targets.count = 0;
    w.settings.import_format = "goss";
    assert_int_equal(world_go(&w, import_run), EXIT_INVALID);
    world_end(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scan_tells_a_failure_from_none),
        cmocka_unit_test(report_writes_and_updates),
        cmocka_unit_test(report_refuses),
        cmocka_unit_test(report_has_other_forms),
        cmocka_unit_test(outputs_are_checked_first),
        cmocka_unit_test(merge_joins_shards),
        cmocka_unit_test(prove_needs_a_response),
        cmocka_unit_test(lint_sorts_what_it_is_given),
        cmocka_unit_test(lint_knows_signatures),
        cmocka_unit_test(init_needs_one_source),
        cmocka_unit_test(import_overwrites_only_by_force),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
