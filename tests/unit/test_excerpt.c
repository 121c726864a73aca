/* scan/excerpt*.c: the lines that diagnose a run, within a number of bytes. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "redact/redact.h"
#include "scan/excerpt.h"
#include "scan/excerpt_points.h"
#include "scan/excerpt_read.h"
#include "scan/excerpt_words.h"
#include "tests/unit/catalogue_world.h"

static const char *write_log(struct arena *a, struct str text)
{
    char path[] = "/tmp/postflight-excerpt-XXXXXX";
    struct err e = {.set = false};
    close(mkstemp(path));
    assert_true(file_write(path, text, &e));
    return str_dup(a, str_from(path));
}

static struct findings scan_files(struct fixture *f, const char *const *path,
                                  size_t count, size_t bytes)
{
    struct redactor *redactor = redactor_open();
    struct findings out;
    struct err e = {.set = false};
    assert_true(redactor_add(redactor, STR("squeamish ossifrage")));
    const struct scan_inputs in = {.catalogue = &f->catalogue,
                                   .path = path,
                                   .path_count = count,
                                   .excerpt = {bytes, redactor}};
    assert_true(scan_logs(&out, &f->arena, &in, &e));
    assert_true(strlen(out.excerpt_text) <= bytes);
    redactor_close(redactor);
    return out;
}

static struct findings excerpt_of(struct fixture *f, struct str text,
                                  size_t bytes)
{
    const char *path = write_log(&f->arena, text);
    struct findings out = scan_files(f, &path, 1, bytes);
    unlink(path);
    return out;
}

/* A run of a host: setting up, a step, and what is cleaned up after it. */
static struct str run_of(struct fixture *f, const char *command,
                         const char *output, const char *end)
{
    struct buf out;
    buf_init(&out, 1 << 20);
    buf_text(&out, "##[group]Run actions/checkout@v4\nwith:\n  clean: true\n"
                   "env:\n  ERROR_RATE: 0\n##[endgroup]\n");
    for (int i = 0; i < 400; i++)
        buf_printf(&out, "Downloading part-%d.tgz (%d kB)\n", i, i * 7);
    buf_printf(&out, "##[group]Run %s\n%s\nshell: /bin/bash\n##[endgroup]\n",
               command, command);
    buf_text(&out, output);
    buf_printf(&out, "%s\nPost job cleanup.\n", end);
    for (int i = 0; i < 100; i++)
        buf_printf(&out, "[command]/usr/bin/git config --unset x.%d\n", i);
    struct str made = {NULL, out.len};
    made.ptr = buf_take(&f->arena, &out);
    return made;
}

#define ENDED "##[error]Process completed with exit code 1."

struct shape_row {
    const char *command, *output, *end;
    const char *needed[8];
};

static const struct shape_row shape_rows[] = {
    {"make check",
     "cc -c tide.c\ntide.c:40:9: error: unknown type name 'moon_t'\n"
     "   40 | static moon_t moon;\n      |        ^~~~~~\n"
     "make: *** [Makefile:7: tide.o] Error 1\n",
     "##[error]Process completed with exit code 2.",
     {"Run make check", "tide.c:40:9", "static moon_t", "Makefile:7",
      "exit code 2"}},
    {"pytest",
     "collected 90 items\n____________ test_ebb ____________\n"
     ">       assert ebb(3) == 4\nE       assert 5 == 4\n\n"
     "tests/test_tide.py:12: AssertionError\n"
     "=========== short test summary info ============\n"
     "FAILED tests/test_tide.py::test_ebb - assert 5 == 4\n"
     "========== 1 failed, 89 passed in 3.10s ==========\n",
     ENDED,
     {"Run pytest", "test_ebb", "E       assert 5 == 4",
      "tests/test_tide.py:12", "FAILED tests/test_tide.py::test_ebb",
      "1 failed, 89 passed", "exit code 1"}},
    {"npx jest",
     "FAIL src/tide.test.js\n  \xE2\x97\x8F tide \xE2\x80\xBA ebbs\n\n"
     "    Expected: 4\n    Received: 5\n\n"
     "      at Object.<anonymous> (src/tide.test.js:7:18)\n\n"
     "Tests:       1 failed, 12 passed, 13 total\n",
     ENDED,
     {"Run npx jest", "FAIL src/tide.test.js", "ebbs", "Expected: 4",
      "Received: 5", "tide.test.js:7:18", "1 failed, 12 passed"}},
    {"go test ./...",
     "ok  \texample.org/moon\t0.01s\n--- FAIL: TestEbb (0.00s)\n"
     "    tide_test.go:9: ebb() = 5, want 4\nFAIL\n"
     "FAIL\texample.org/tide\t0.02s\n",
     ENDED,
     {"Run go test", "TestEbb", "tide_test.go:9", "want 4",
      "example.org/tide"}},
    {"docker build .",
     "#7 [4/6] RUN ./configure\n#7 0.31 checking for cc... no\n"
     "#7 0.32 configure: error: no acceptable C compiler in $PATH\n"
     "#7 ERROR: process \"/bin/sh -c ./configure\" did not complete "
     "successfully: exit code: 77\n",
     ENDED,
     {"Run docker build", "RUN ./configure", "no acceptable C compiler",
      "exit code: 77"}},
    {"bundle exec rspec",
     "Failures:\n\n  1) Tide#ebb falls\n     Failure/Error: expect(ebb).to "
     "eq(4)\n\n       expected: 4\n            got: 5\n\n     # ./spec/"
     "tide_spec.rb:9:in `block'\n\n12 examples, 1 failure\n\nFailed examples:"
     "\n\nrspec ./spec/tide_spec.rb:8 # Tide#ebb falls\n",
     ENDED,
     {"Tide#ebb falls", "expected: 4", "got: 5", "tide_spec.rb:9",
      "12 examples, 1 failure", "rspec ./spec/tide_spec.rb:8"}},
};

static void the_lines_of_a_failure_are_chosen(void **state)
{
    struct fixture *f = *state;
    for (size_t i = 0; i < ARRAY_COUNT(shape_rows); i++) {
        const struct shape_row *row = &shape_rows[i];
        struct str log = run_of(f, row->command, row->output, row->end);
        struct findings found = excerpt_of(f, log, 1600);
        for (size_t k = 0; k < 8 && row->needed[k] != NULL; k++)
            if (strstr(found.excerpt_text, row->needed[k]) == NULL)
                fail_msg("%s: no '%s' in\n%s", row->command, row->needed[k],
                         found.excerpt_text);
        assert_null(strstr(found.excerpt_text, "Downloading part-200"));
        assert_null(strstr(found.excerpt_text, "--unset x.50"));
    }
}

static void it_never_passes_its_size(void **state)
{
    struct fixture *f = *state;
    static const size_t bytes[] = {500, 501, 777, 1000, 2048, 6000, 60000};
    for (size_t i = 0; i < ARRAY_COUNT(shape_rows); i++) {
        const struct shape_row *row = &shape_rows[i];
        struct str log = run_of(f, row->command, row->output, row->end);
        for (size_t k = 0; k < ARRAY_COUNT(bytes); k++)
            (void)excerpt_of(f, log, bytes[k]);
    }
}

/* Any lines with any points, by a generator that is the same each time. */
static uint32_t next(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

static struct excerpt_line any_line(struct arena *a, uint32_t *seed,
                                    int64_t number)
{
    static const char *const part[] = {
        "a", "error: ", "\xE2\x9C\x95 ", "\x1B",  "##[error]",
        " ", "\xFF",    "word ",         "::x::", "12 "};
    struct buf out;
    buf_init(&out, 100000);
    for (uint32_t i = next(seed) % (next(seed) % 9 == 0 ? 3000 : 30); i > 0;
         i--)
        buf_text(&out, part[next(seed) % ARRAY_COUNT(part)]);
    struct excerpt_line line = {
        .number = number,
        .points = (int64_t)(next(seed) % 500) - 100,
        .kind = (enum excerpt_kind)(next(seed) % EXCERPT_KINDS),
        .likeness = next(seed) % 9,
        .root = next(seed) % 50 == 0,
        .secret = next(seed) % 40 == 0};
    line.text.len = out.len;
    line.text.ptr = buf_take(a, &out);
    line.prefix = line.text.len == 0 ? 0 : next(seed) % line.text.len / 4;
    line.at = line.text.len == 0 ? 0 : next(seed) % line.text.len;
    if (next(seed) % 3 == 0)
        line.step = STR("job\ta step with some name");
    return line;
}

static void any_lines_fit_any_size(void **state)
{
    struct fixture *f = *state;
    uint32_t seed = 18;
    for (int round = 0; round < 300; round++) {
        struct excerpt_log log[3];
        const struct excerpt_order order = {
            log, 1 + next(&seed) % 3, EXCERPT_BYTES_MIN + next(&seed) % 4000,
            NULL};
        for (size_t i = 0; i < order.count; i++) {
            size_t count = next(&seed) % 200;
            struct excerpt_line *line =
                arena_array(&f->arena, count + 1, sizeof(*line));
            int64_t number = next(&seed) % 2 == 0 ? 0 : 1 << 30;
            for (size_t k = 0; k < count; k++)
                line[k] = any_line(&f->arena, &seed,
                                   number += 1 + next(&seed) % 3 / 2);
            log[i] = (struct excerpt_log){.file = "some/log",
                                          .outcome = "the run failed",
                                          .common = "",
                                          .lines = number,
                                          .line = line,
                                          .count = count};
        }
        struct excerpt made;
        excerpt_choose(&made, &f->arena, &order);
        assert_true(made.text.len <= order.bytes);
        for (size_t i = 1; i < made.row_count; i++)
            assert_true(made.row[i].file != made.row[i - 1].file ||
                        made.row[i].line != made.row[i - 1].line ||
                        made.row[i].text != made.row[i - 1].text);
        assert_null(strstr(made.text.ptr, "\x1B"));
        assert_null(strstr(made.text.ptr, "##[error]"));
    }
}

static void a_log_that_fits_is_shown_whole(void **state)
{
    struct fixture *f = *state;
    struct findings found = excerpt_of(
        f, STR("one\ntwo\n\nError: three\nPost job cleanup.\n"), 6000);
    assert_int_equal(found.excerpt_count, 4);
    assert_non_null(strstr(found.excerpt_text, "\n1: one\n2: two\n4"));
    assert_non_null(strstr(found.excerpt_text, "5: Post job cleanup.\n"));
}

static void a_good_run_shows_its_end(void **state)
{
    struct fixture *f = *state;
    struct str log = run_of(f, "make", "all is built\n", "Job succeeded");
    struct findings found = excerpt_of(f, log, 1000);
    assert_null(strstr(found.excerpt_text, "the run failed"));
    assert_non_null(strstr(found.excerpt_text, "all is built"));
    assert_non_null(strstr(found.excerpt_text, "Job succeeded"));
}

static void lines_that_are_alike_are_folded(void **state)
{
    struct fixture *f = *state;
    struct buf out;
    buf_init(&out, 1 << 20);
    for (int i = 0; i < 300; i++)
        buf_printf(&out, "ERROR: cannot reach shard %d after %d ms\n", i, i);
    buf_text(&out, "ERROR: the ledger is locked by 'nightly'\n" ENDED "\n");
    struct findings found = excerpt_of(f, buf_view(&out), 700);
    const char *more = strstr(found.excerpt_text, " more like it)");
    assert_non_null(more);
    assert_null(strstr(more + 1, " more like it)"));
    assert_non_null(strstr(found.excerpt_text, "the ledger is locked"));
    buf_release(&out);
}

static void frames_of_libraries_do_not_take_the_room(void **state)
{
    struct fixture *f = *state;
    struct buf out;
    buf_init(&out, 1 << 20);
    buf_text(&out, "java.lang.IllegalStateException: no tide table\n");
    for (int i = 0; i < 200; i++)
        buf_printf(&out, "\tat org.springframework.Beans.make(Beans.java:%d)\n",
                   i);
    buf_text(&out, "\tat org.example.Tide.load(Tide.java:17)\n");
    buf_text(&out, "Caused by: java.io.IOException: moon.csv is empty\n");
    struct str log = run_of(f, "mvn test", out.ptr, ENDED);
    struct findings found = excerpt_of(f, log, 1500);
    assert_non_null(strstr(found.excerpt_text, "no tide table"));
    assert_non_null(strstr(found.excerpt_text, " frames\n"));
    assert_non_null(strstr(found.excerpt_text, "Tide.java:17"));
    assert_non_null(strstr(found.excerpt_text, "moon.csv is empty"));
    buf_release(&out);
}

/* The secret begins before the cut and ends behind it. */
static void secrets_go_before_a_line_is_cut(void **state)
{
    struct fixture *f = *state;
    for (size_t before = 0; before < 400; before += 7) {
        struct buf out;
        buf_init(&out, 1 << 20);
        buf_repeat(&out, 'x', before);
        buf_text(&out, " Error: login squeamish ossifrage failed ");
        buf_repeat(&out, 'y', 900);
        struct str log = run_of(f, "login", buf_view(&out).ptr, "\n" ENDED);
        struct findings found = excerpt_of(f, log, 900);
        assert_null(strstr(found.excerpt_text, "squeam"));
        assert_null(strstr(found.excerpt_text, "ossif"));
        for (size_t i = 0; i < found.excerpt_count; i++)
            assert_null(strstr(found.excerpt[i].text, "ossif"));
        buf_release(&out);
    }
}

static void a_private_key_is_hidden_in_all_its_lines(void **state)
{
    struct fixture *f = *state;
    static const char log[] =
        "Error: cannot read the key\n-----BEGIN RSA PRIVATE KEY-----\n"
        "MIIEpAIBAAKCAQEAfirst\nMIIEpAIBAAKCAQEAsecond\n"
        "-----END RSA PRIVATE KEY-----\nError: giving in\n" ENDED "\n";
    struct findings found = excerpt_of(f, str_from(log), 6000);
    assert_null(strstr(found.excerpt_text, "MIIE"));
    assert_non_null(strstr(found.excerpt_text, "2: [redacted]\n"));
    assert_non_null(strstr(found.excerpt_text, "giving in"));
    /* Its beginning may not be there. */
    found = excerpt_of(f, str_from(strstr(log, "MIIE")), 6000);
    assert_null(strstr(found.excerpt_text, "MIIE"));
}

static void the_failed_log_comes_first(void **state)
{
    struct fixture *f = *state;
    struct str good = run_of(f, "make lint", "tidy\n", "Finished: SUCCESS");
    struct str bad = run_of(f, "make check", shape_rows[0].output, ENDED);
    const char *path[] = {write_log(&f->arena, good),
                          write_log(&f->arena, bad)};
    struct findings found = scan_files(f, path, 2, 2000);
    assert_true(str_starts(str_from(found.excerpt_text), str_from(path[1])));
    assert_non_null(strstr(found.excerpt_text, "tide.c:40:9"));
    unlink(path[0]);
    unlink(path[1]);
}

static void prefixes_are_not_shown(void **state)
{
    static const struct {
        const char *text, *said, *step;
    } row[] = {
        {"2026-03-01T10:00:00.1234567Z   at f (a.js:1)", "  at f (a.js:1)", ""},
        {"job\tRun tests\t2026-03-01T10:00:00.1234567Z Error: x", "Error: x",
         "job\tRun tests"},
        {"job\tRun tests\t\xEF\xBB\xBF"
         "2026-03-01T10:00:00.1234567Z Error: x",
         "Error: x", "job\tRun tests"},
        {"2026-03-01T10:00:00.123456Z 00O Error: x", "Error: x", ""},
        {"web-1  | Error: x", "web-1  | Error: x", ""},
        {"##[error]x", "##[error]x", ""},
        {"one\ttwo\tthree", "one\ttwo\tthree", ""},
        {"", "", ""},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(row); i++) {
        struct str step = STR_NONE, text = str_from(row[i].text);
        size_t n = excerpt_prefix(text, INT64_C(1772359200000), &step);
        assert_string_equal(text.ptr + n, row[i].said);
        assert_true(str_is(step, row[i].step));
    }
}

static void likeness_is_of_words(void **state)
{
    static const struct {
        const char *one, *other;
        bool exact, same;
    } row[] = {
        {"retry 3 of job a7f3 failed", "retry 12 of job b9 failed", false,
         true},
        {"retry 3 of job failed", "retry 3 of step failed", false, false},
        {"FAILED a.py::test_1_add", "FAILED a.py::test_2_sub", true, false},
        {"FAILED a.py::test_1", "FAILED a.py::test_2", true, false},
        {"  FAILED a.py::test_1", "FAILED a.py::test_1 ", true, true},
        {"  #9 0.31 no such file", "0.88 no such file", false, true},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(row); i++) {
        uint64_t one = excerpt_likeness(str_from(row[i].one), row[i].exact);
        uint64_t other = excerpt_likeness(str_from(row[i].other), row[i].exact);
        if ((one == other) != row[i].same)
            fail_msg("%s, %s", row[i].one, row[i].other);
    }
    assert_true(excerpt_likeness(STR("12"), false) == 0);
}

static void words_have_a_kind(void **state)
{
    static const struct {
        const char *said;
        enum excerpt_kind kind;
    } row[] = {
        {"##[group]Run npm test", EXCERPT_STEP},
        {"+ make all", EXCERPT_COMMAND},
        {"#9 [build 3/5] RUN npm run build", EXCERPT_STEP},
        {"> web@1.0.0 test", EXCERPT_COMMAND},
        {"> Task :app:compileJava FAILED", EXCERPT_STEP},
        {"--- FAIL: TestEbb (0.00s)", EXCERPT_TEST},
        {"not ok 3 - ebbs", EXCERPT_TEST},
        {"FAILED tests/a.py::test_b - assert 1 == 2", EXCERPT_TEST},
        {"test codec::empty ... FAILED", EXCERPT_TEST},
        {"E       assert 1 == 2", EXCERPT_ASSERTION},
        {"    Expected: 4", EXCERPT_ASSERTION},
        {"  left: [1]", EXCERPT_ASSERTION},
        {"Tests:       1 failed, 3 passed, 4 total", EXCERPT_SUMMARY},
        {"BUILD FAILURE", EXCERPT_SUMMARY},
        {"Found 2 errors in 1 file", EXCERPT_SUMMARY},
        {"make: *** [Makefile:7: all] Error 2", EXCERPT_EXIT},
        {"Process completed with exit code 1.", EXCERPT_EXIT},
        {"    at f (/app/node_modules/x/i.js:3:1)", EXCERPT_FRAME},
        {"    at f (/app/src/i.js:3:1)", EXCERPT_FRAME},
        {"src/a.ts(1,7): error TS2322: x", EXCERPT_ERROR},
        {"ok 3 - handles an error", EXCERPT_NOISE},
        {"PASS src/error.test.js", EXCERPT_NOISE},
        {"Post job cleanup.", EXCERPT_NOISE},
        {"the tide is high", EXCERPT_PLAIN},
        {"", EXCERPT_PLAIN},
    };
    struct excerpt_words *w = excerpt_words_open();
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(row); i++) {
        struct excerpt_word word = excerpt_words_read(w, str_from(row[i].said));
        if (word.kind != row[i].kind)
            fail_msg("%s: %d", row[i].said, (int)word.kind);
    }
    excerpt_words_close(w);
}

/* What is beside an error gains, what repeats it loses. */
static void points_follow_the_lines_around(void **state)
{
    struct excerpt_line line[] = {
        {.text = STR("$ make"), .kind = EXCERPT_COMMAND, .points = 40},
        {.text = STR("beside"), .kind = EXCERPT_PLAIN},
        {.text = STR("error: x"), .kind = EXCERPT_ERROR, .points = 200},
        {.text = STR("beside"), .kind = EXCERPT_PLAIN},
        {.text = STR("exit 1"), .kind = EXCERPT_EXIT, .points = 240},
    };
    const struct excerpt_run run = {line, ARRAY_COUNT(line), true};
    (void)state;
    line[2].root = true;
    line[2].likeness = 7;
    excerpt_points(&run);
    assert_true(line[0].points > 200);
    assert_true(line[1].points >= 80 && line[3].points >= 80);
    line[2].root = false;
    line[2].points = 200;
    line[3] = line[2];
    excerpt_points(&run);
    assert_true(line[2].points == 200 && line[3].points < 160);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_lines_of_a_failure_are_chosen),
        cmocka_unit_test(it_never_passes_its_size),
        cmocka_unit_test(any_lines_fit_any_size),
        cmocka_unit_test(a_log_that_fits_is_shown_whole),
        cmocka_unit_test(a_good_run_shows_its_end),
        cmocka_unit_test(lines_that_are_alike_are_folded),
        cmocka_unit_test(frames_of_libraries_do_not_take_the_room),
        cmocka_unit_test(secrets_go_before_a_line_is_cut),
        cmocka_unit_test(a_private_key_is_hidden_in_all_its_lines),
        cmocka_unit_test(the_failed_log_comes_first),
        cmocka_unit_test(prefixes_are_not_shown),
        cmocka_unit_test(likeness_is_of_words),
        cmocka_unit_test(words_have_a_kind),
        cmocka_unit_test(points_follow_the_lines_around),
    };
    return cmocka_run_group_tests(tests, open_all, close_all);
}
