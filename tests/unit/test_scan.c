/* scan/: the catalogue's own samples, reading, joining, root causes. */
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "scan/flood.h"
#include "scan/scan.h"
#include "tests/unit/catalogue_world.h"
#include "tests/unit/testing.h"

static void every_sample_of_the_catalogue_holds(void **state)
{
    struct fixture *f = *state;
    struct sample_count count;
    struct diags d;
    struct buf out;
    diags_init(&d, &f->arena);
    catalogue_check(&f->catalogue, &count, &d);
    buf_init(&out, 100000);
    diags_render(&d, &out);
    if (d.count > 0)
        fail_msg("%s", out.ptr);
    buf_release(&out);
    assert_true(count.positive >= f->catalogue.count);
    assert_true(count.negative >= f->catalogue.count);
    assert_true(count.cascade >= 8);
}

/* A catalogue whose samples are wrong is refused: the check can fail. */
static void wrong_samples_are_found(void **state)
{
    static const char text[] =
        "signatures:\n"
        "- id: t/a\n  title: a\n  role: root\n  severity: major\n"
        "  meaning: m\n  wraps: [nobody/*, t/c]\n"
        "  patterns: [{anchor: 'kaboom ', match: '\\bkaboom (?<what>\\w+)'}]\n"
        "  samples:\n"
        "  - text: kaboom here\n    captures: {what: there}\n"
        "  - text: no match\n"
        "  - not: kaboom again\n"
        "  - {cascade: kaboom x, root: t/b}\n"
        "- id: t/c\n  title: c\n  role: symptom\n  severity: major\n"
        "  meaning: m\n  symptom_of: [t/a]\n"
        "  patterns:\n"
        "  - {anchor: 'kaboom ', match: '\\bkaboom (?<what>\\w+)'}\n"
        "  - {anchor: 'kaboom ', match: 'kaboom (?:a+b)+'}\n"
        "  - {anchor: 'kaboom!', match: 'kaboom.'}\n"
        "  samples: [{text: kaboom here}, {not: x}]\n";
    static const char *const want[] = {
        "which no signature", "should be 'there', it is 'here'",
        "should match 1 times", "look-alike matched",
        "root should be t/b, it is t/a"};
    char path[] = "/tmp/postflight-sig-XXXXXX";
    struct arena a;
    struct diags d;
    struct err e = {.set = false};
    struct catalogue c;
    struct sample_count count;
    (void)state;
    arena_init(&a);
    diags_init(&d, &a);
    close(mkstemp(path));
    assert_true(file_write(path, str_from(text), &e));
    assert_true(catalogue_open(&c, &a, path, &d));
    catalogue_check(&c, &count, &d);
    struct buf out;
    buf_init(&out, 100000);
    diags_render(&d, &out);
    for (size_t i = 0; i < ARRAY_COUNT(want); i++)
        assert_non_null(strstr(out.ptr, want[i]));
    buf_release(&out);
    unlink(path);
    arena_release(&a);
}

/* Six bytes are too few for the filter, seven are enough. */
static void anchors_at_their_limit(void **state)
{
    (void)state;
    for (int len = 6; len <= 8; len++) {
        struct arena a;
        struct diags d;
        struct err e = {.set = false};
        struct catalogue c;
        char path[] = "/tmp/postflight-sig-XXXXXX";
        arena_init(&a);
        diags_init(&d, &a);
        close(mkstemp(path));
        const char *text = arena_printf(
            &a,
            "signatures:\n- id: t/a\n  title: a\n  role: root\n  severity: "
            "major\n  meaning: m\n  patterns: [{anchor: %.*s, match: kaboom}]\n"
            "  samples:\n  - text: kaboomer\n  - not: x\n",
            len, "kaboomer");
        assert_true(file_write(path, str_from(text), &e));
        bool ok = catalogue_open(&c, &a, path, &d);
        assert_int_equal(ok, len >= 7);
        unlink(path);
        arena_release(&a);
    }
}

static struct findings scan(struct fixture *f, const char *text)
{
    struct findings out;
    scan_text(&out, &f->arena, &f->catalogue, "t.log", str_from(text), false);
    return out;
}

static int outcome_behind(struct fixture *f, const char *word, const char *line,
                          size_t lines)
{
    const char *text = arena_printf(&f->arena, "%s\n%s", word,
                                    test_repeat(&f->arena, line, lines));
    struct findings out = scan(f, text);
    assert_int_equal(out.run_count, 1);
    return out.run[0].outcome;
}

/* Within 30 lines of the end; where lines have a time, an exit code in 3. */
static void last_words_stand_near_the_end(void **state)
{
    struct fixture *f = *state;
    const char *timed = "2026-03-02T10:00:00Z note a\n";
    for (size_t n = 28; n <= 30; n++)
        assert_int_equal(outcome_behind(f, "Packaging failed.", "note a\n", n),
                         n <= 29 ? RUN_FAILED : RUN_UNKNOWN);
    for (size_t n = 1; n <= 3; n++)
        assert_int_equal(
            outcome_behind(f, "2026-03-02T10:00:00Z it ended, exit code 3",
                           timed, n),
            n <= 2 ? RUN_FAILED : RUN_UNKNOWN);
    assert_int_equal(
        outcome_behind(f, "2026-03-02T10:00:00Z Packaging failed.", timed, 1),
        RUN_UNKNOWN);
    assert_int_equal(
        outcome_behind(f, "Packaging failed.", "deployed in the end\n", 1),
        RUN_UNKNOWN);
}

static void a_wrapper_and_its_root_are_one_cause(void **state)
{
    struct findings f = scan(
        *state,
        "Error: P3018\n\nA migration failed to apply. New migrations cannot "
        "be applied before the error is recovered from.\n\nMigration name: "
        "m1\n\nDatabase error code: 42P07\n\nDatabase error:\nERROR: relation "
        "\"users\" already exists\n");
    assert_int_equal(f.cause_count, 1);
    assert_string_equal(f.cause[0].signature, "postgres/42p07");
    assert_int_equal(f.cause[0].confidence, CONFIDENCE_HIGH);
    assert_int_equal(f.cause[0].chain_count, 2);
    assert_string_equal(f.cause[0].chain[1].signature, "prisma/p3018");
    assert_string_equal(f.cause[0].remedy[0].command,
                        "npx prisma migrate resolve --applied m1");
    assert_int_equal(f.finding_count, 2);
    assert_int_equal(f.coverage.explained, f.coverage.errors);
}

/* Remedies carry captures from the log: they must not leave their word. */
static void captures_are_quoted_in_commands(void **state)
{
    struct findings f = scan(
        *state,
        "Error: P3018\nMigration name: x;rm${IFS}-rf\nDatabase error code: "
        "42P07\n");
    assert_string_equal(f.cause[0].remedy[0].command,
                        "npx prisma migrate resolve --applied "
                        "'x;rm${IFS}-rf'");
}

static void sessions_are_told_apart(void **state)
{
    struct findings f = scan(
        *state,
        "2026-01-04 15:18:29.100 UTC [11] ERROR:  relation \"a\" already "
        "exists\n"
        "2026-01-04 15:18:29.200 UTC [12] ERROR:  column \"c\" of relation "
        "\"b\" already exists\n"
        "2026-01-04 15:18:29.300 UTC [12] ERROR:  current transaction is "
        "aborted, commands ignored until end of transaction block\n");
    assert_int_equal(f.cause_count, 2);
    assert_string_equal(f.cause[0].signature, "postgres/42701");
    assert_int_equal(f.cause[0].chain_count, 2);
    assert_string_equal(f.cause[1].signature, "postgres/42p07");
    assert_int_equal(f.cause[1].chain_count, 1);
}

static void terminal_bytes_do_not_hide_errors(void **state)
{
    struct findings f = scan(
        *state,
        "\x1b[31m\x1b[1mERROR:\x1b[0m  rela\x1b[4mtion \"u\" already exists\r\n"
        "\xEF\xBB\xBF 10%\r 50%\rConflict (CODE: \x1b[1m409\x1b[0m)\r\n");
    assert_int_equal(f.finding_count, 2);
    assert_string_equal(f.finding[0].signature, "postgres/42p07");
    assert_int_equal(f.finding[0].first.line, 1);
    assert_string_equal(f.finding[1].signature, "azure/409");
    assert_int_equal(f.finding[1].first.line, 2);
}

static void unknown_errors_are_clustered(void **state)
{
    struct findings f =
        scan(*state,
             "ERROR: worker 17 lost job \"a\"\nERROR: worker 9 lost job \"b\"\n"
             "INFO: 0 errors\nterror: x\nERROR: out of cheese\n"
             "worker 3 is ready\n");
    assert_int_equal(f.cause_count, 0);
    assert_int_equal(f.unknown_count, 2);
    assert_int_equal(f.unknown[0].count, 2);
    assert_string_equal(f.unknown[0].text, "ERROR: worker # lost job \"#\"");
    assert_int_equal(f.coverage.errors, 3);
    assert_int_equal(f.coverage.explained, 0);
}

static void lines_at_their_limit(void **state)
{
    struct fixture *f = *state;
    char path[] = "/tmp/postflight-log-XXXXXX";
    close(mkstemp(path));
    for (size_t len = SCAN_BLOCK_MAX - 2; len <= SCAN_BLOCK_MAX; len++) {
        struct findings out;
        struct err e = {.set = false};
        const char *const paths[] = {path};
        char *text = arena_printf(&f->arena, "%s\nConflict (CODE: 409)\n",
                                  test_repeat(&f->arena, "x", len));
        assert_true(file_write(path, str_from(text), &e));
        const struct scan_inputs in = {
            .catalogue = &f->catalogue, .path = paths, .path_count = 1};
        assert_true(scan_logs(&out, &f->arena, &in, &e));
        assert_int_equal(out.coverage.lines, 2);
        assert_int_equal(out.coverage.cut, len + 1 > SCAN_BLOCK_MAX);
        assert_int_equal(out.coverage.bytes, strlen(text));
        assert_int_equal(out.finding[0].first.line, 2);
        assert_int_equal(out.finding[0].first.offset, len + 1);
    }
    unlink(path);
}

/* Within the line that is matched as a whole, and beyond it. */
static void long_lines_are_matched(void **state)
{
    struct fixture *f = *state;
    for (size_t len = SCAN_LINE_MAX - 23; len <= SCAN_LINE_MAX + 20000;
         len += len < SCAN_LINE_MAX ? 1 : 5000) {
        const char *fill = test_repeat(&f->arena, "x", len);
        struct findings out =
            scan(f, arena_printf(&f->arena, "%s Conflict (CODE: 409) %s\n",
                                 fill, fill));
        assert_int_equal(out.finding_count, 1);
        assert_int_equal(out.coverage.cut, 0);
    }
}

/* One incident without end is counted; what is kept of it has an end. */
static void a_flood_is_counted(void **state)
{
    static const char line[] =
        "ERROR:  current transaction is aborted, commands ignored\n";
    struct fixture *f = *state;
    for (size_t n = FLOOD_HITS_MIN - 1; n <= FLOOD_HITS_MIN + 2; n++) {
        struct findings out = scan(f, test_repeat(&f->arena, line, n));
        assert_int_equal(out.finding[0].count, n);
        assert_int_equal(out.finding[0].last.line, n);
        assert_int_equal(out.coverage.gave_up, 0);
        assert_int_equal(out.cause_count, 1);
    }
    struct findings out =
        scan(f, test_repeat(&f->arena, line, (size_t)SCAN_HITS_MAX + 1000));
    assert_int_equal(out.finding[0].count, SCAN_HITS_MAX + 1000);
    assert_int_equal(out.coverage.errors, SCAN_HITS_MAX + 1000);
    assert_int_equal(out.coverage.explained, SCAN_HITS_MAX + 1000);
    assert_int_equal(out.coverage.gave_up, 0);
}

static void unknown_errors_at_their_limit(void **state)
{
    struct fixture *f = *state;
    for (size_t n = SCAN_HITS_MAX - 1; n <= SCAN_HITS_MAX + 1; n++) {
        struct findings out =
            scan(f, test_repeat(&f->arena, "ERROR: no cheese 7\n", n));
        assert_int_equal(out.unknown[0].count, n);
        assert_int_equal(out.unknown[0].last.line, n);
        assert_int_equal(out.coverage.errors, n);
        assert_int_equal(out.coverage.gave_up, 0);
    }
}

/* PCRE2 is told not to use its JIT for one pattern, as a kernel might. */
static void regexes_without_jit_are_counted(void **state)
{
    static const char text[] =
        "signatures:\n- id: t/a\n  title: a\n  role: root\n  severity: major\n"
        "  meaning: m\n  patterns: [{anchor: kaboomer, match: "
        "'(*NO_JIT)kaboom(?<n>er)'}]\n  samples:\n  - text: kaboomer\n"
        "  - not: x\n";
    struct fixture *f = *state;
    struct catalogue own;
    struct findings out;
    struct diags d;
    struct err e = {.set = false};
    char path[] = "/tmp/postflight-sig-XXXXXX";
    diags_init(&d, &f->arena);
    close(mkstemp(path));
    assert_true(file_write(path, STR(text), &e));
    assert_true(catalogue_open(&own, &f->arena, path, &d));
    scan_text(&out, &f->arena, &own, "t.log", STR("kaboomer\nkaboomer\n"),
              false);
    assert_int_equal(out.finding[0].count, 2);
    assert_int_equal(out.coverage.interpreted, 1);
    assert_int_equal(scan(f, "Error: P3018\n").coverage.interpreted, 0);
    unlink(path);
}

static void findings_at_their_limit(void **state)
{
    struct fixture *f = *state;
    for (size_t n = SCAN_FINDINGS_MAX - 1; n <= SCAN_FINDINGS_MAX + 1; n++) {
        struct buf text;
        buf_init(&text, (size_t)1 << 20);
        for (size_t i = 0; i < n; i++)
            buf_printf(&text, "ERROR:  relation \"t%zu\" already exists\n", i);
        struct findings out = scan(f, text.ptr);
        assert_int_equal(out.finding_count,
                         n < SCAN_FINDINGS_MAX ? n : SCAN_FINDINGS_MAX);
        assert_int_equal(out.coverage.gave_up, n > SCAN_FINDINGS_MAX);
        buf_release(&text);
    }
}

static void an_empty_log_is_an_answer(void **state)
{
    struct findings f = scan(*state, "");
    assert_int_equal(f.coverage.lines, 0);
    assert_int_equal(f.cause_count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_sample_of_the_catalogue_holds),
        cmocka_unit_test(wrong_samples_are_found),
        cmocka_unit_test(last_words_stand_near_the_end),
        cmocka_unit_test(a_wrapper_and_its_root_are_one_cause),
        cmocka_unit_test(captures_are_quoted_in_commands),
        cmocka_unit_test(sessions_are_told_apart),
        cmocka_unit_test(terminal_bytes_do_not_hide_errors),
        cmocka_unit_test(unknown_errors_are_clustered),
        cmocka_unit_test(lines_at_their_limit),
        cmocka_unit_test(long_lines_are_matched),
        cmocka_unit_test(anchors_at_their_limit),
        cmocka_unit_test(a_flood_is_counted),
        cmocka_unit_test(regexes_without_jit_are_counted),
        cmocka_unit_test(unknown_errors_at_their_limit),
        cmocka_unit_test(findings_at_their_limit),
        cmocka_unit_test(an_empty_log_is_an_answer),
    };
    return cmocka_run_group_tests_name("scan", tests, open_all, close_all);
}
