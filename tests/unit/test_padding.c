/* scan/padding.c, and what a regex that hits its limit means for a run. */
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "scan/internal.h"
#include "tests/unit/testing.h"

static struct arena arena;

static int open_all(void **state)
{
    (void)state;
    arena_init(&arena);
    return 0;
}

static int close_all(void **state)
{
    (void)state;
    arena_release(&arena);
    return 0;
}

static void read_own(struct catalogue *out, struct diags *d, const char *text)
{
    char path[] = "/tmp/postflight-sig-XXXXXX";
    struct err e = {.set = false};
    diags_init(d, &arena);
    close(mkstemp(path));
    assert_true(file_write(path, str_from(text), &e));
    assert_true(catalogue_open(out, &arena, path, d));
    unlink(path);
}

#define HEAD                                                                   \
    "signatures:\n- id: t/a\n  title: a\n  severity: major\n  meaning: m\n"    \
    "  samples: [{text: kaboomer x y}, {not: x}]\n"

static bool lint_says(const char *text, const char *words)
{
    struct catalogue c;
    struct sample_count count;
    struct diags d;
    struct buf out;
    read_own(&c, &d, text);
    const struct signature *own = catalogue_find(&c, "t/a");
    struct catalogue only = {.signature = own, .count = 1};
    catalogue_check(&only, &count, &d);
    buf_init(&out, 100000);
    diags_render(&d, &out);
    bool says = strstr(out.ptr, words) != NULL;
    buf_release(&out);
    return says;
}

static void patterns_that_give_up_are_found(void **state)
{
    static const struct {
        const char *match;
        bool bad;
    } row[] = {
        {"kaboomer \\w+ y", false},
        {"kaboomer [^\\n]{1,300} y", false},
        {"kaboomer [^\\n]{1,300}?(?:\\. See \\S+)?\\s*$", true},
        {"kaboomer\\s+\\w*\\s*\\w*\\s*z|kaboomer x", true},
        {"kaboomer.*a.*a.*[3-9]", true},
        {"kaboomer x", false},
        {"kaboomer .*\\d+:\\d+.*\\d+:\\d+.*[!?]", true},
        {"kaboomer .*/.*/.*/.*[!?]", true},
        {"kaboomer .*\\[.*\\[.*\\[.*[!?]", true},
        {"kaboomer [^\\n]{0,200}\\d+:\\d+ !", false},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(row); i++) {
        const char *text = arena_printf(
            &arena,
            HEAD
            "  role: root\n  patterns: [{anchor: kaboomer, match: '%s'}]\n",
            row[i].match);
        if (lint_says(text, "hits its limit") != row[i].bad)
            fail_msg("%s", row[i].match);
    }
}

#define ADVICE(pattern, advice)                                                \
    HEAD "  role: root\n  patterns: [{anchor: kaboomer, match: '" pattern      \
         "'}]\n" advice "\n"

static void placeholders_that_stay_open_are_refused(void **state)
{
    static const struct {
        const char *text, *says; /* NULL: nothing of placeholders */
    } row[] = {
        {ADVICE("kaboomer (?<name>\\w+)", "  remedies: [{do: 'x {name}'}]"),
         NULL},
        {ADVICE("kaboomer (?<name>\\w+)", "  remedies: [{do: 'x {nam}'}]"),
         "'do' has {nam}, which no pattern of it captures"},
        {ADVICE("kaboomer (?<name>\\w+)", "  remedies: [{do: 'x {nam|N}'}]"),
         "'do' has {nam}, which no pattern of it captures"},
        {ADVICE("kaboomer(?: (?<name>\\w+))?",
                "  remedies: [{do: x, run: 'x {name}'}]"),
         "'run' has {name}, which not every match captures"},
        {ADVICE("kaboomer(?: (?<name>\\w+))?",
                "  remedies: [{do: x, run: 'x {name|NAME}'}]"),
         NULL},
        {ADVICE("kaboomer(?: (?<name>\\w+))?", "  confirm: ['x {name}']"),
         "'confirm' has {name}, which not every"},
        {ADVICE("kaboomer(?: (?<name>\\w+))?", "  headline: 'x {name}'"), NULL},
        {ADVICE("kaboomer", "  headline: 'x {name}'"),
         "'headline' has {name}, which no pattern"},
        {ADVICE("kaboomer (?<name>\\w+)", "  look: 'x {name}'"),
         "'look' is not filled in"},
        {ADVICE("kaboomer",
                "  remedies: [{do: 'x ${name} {{.Name}} {a: 1} {NAME}'}]"),
         NULL},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(row); i++)
        if (row[i].says == NULL ? lint_says(row[i].text, "captures") ||
                                      lint_says(row[i].text, "filled in")
                                : !lint_says(row[i].text, row[i].says))
            fail_msg("row %zu: %s", i, row[i].text);
}

/* What was captured, else its word; never a name between braces. */
static void words_stand_for_what_is_not_known(void **state)
{
    static const char *const lines[][2] = {{"kaboomer a b\n", "x a <y>"},
                                           {"kaboomer\n", "x NAME <y>"}};
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(lines); i++) {
        struct catalogue c;
        struct diags d;
        struct findings out;
        read_own(&c, &d,
                 ADVICE("kaboomer(?: (?<name>\\w+) b)?",
                        "  remedies: [{do: x, run: 'x {name|NAME} {y}'}]"));
        scan_text(&out, &arena, &c, "t.log", str_from(lines[i][0]), false);
        assert_int_equal(out.cause_count, 1);
        assert_int_equal(out.cause[0].remedy_count, 1);
        assert_string_equal(out.cause[0].remedy[0].command, lines[i][1]);
    }
}

static void good_news_anywhere_is_refused(void **state)
{
    (void)state;
#define NEWS(at)                                                               \
    HEAD "  role: boilerplate\n  recovers: [t/a]\n"                            \
         "  patterns: [{anchor: kaboomer, match: kaboomer" at "}]\n"
    assert_true(lint_says(NEWS(""), "needs 'at: start'"));
    assert_false(lint_says(NEWS(", at: start"), "needs 'at: start'"));
}

static struct coverage scan(const char *signature, const char *log)
{
    struct catalogue c;
    struct diags d;
    struct findings out;
    read_own(&c, &d, signature);
    scan_text(&out, &arena, &c, "t.log", str_from(log), false);
    return out.coverage;
}

#define GIVES_UP                                                               \
    "  patterns: [{anchor: kaboomer, match: 'kaboomer.*x.*y.*[0-9]'}]\n"

/* What it could have proved decides whether the run can be judged. */
static void what_gave_up_is_counted(void **state)
{
    const char *line =
        arena_printf(&arena, "kaboomer %s\n", test_repeat(&arena, "xy", 2000));
    (void)state;
    struct coverage c = scan(HEAD "  role: root\n" GIVES_UP, line);
    assert_int_equal(c.gave_up, 1);
    assert_int_equal(c.unjudged, 0);
    c = scan(HEAD "  role: root\n  deployment: failed\n  rollback: useless\n"
                  "  rollback_why: 'it stays'\n" GIVES_UP,
             line);
    assert_int_equal(c.gave_up, 1);
    assert_int_equal(c.unjudged, 1);
}

/* Any amount of blanks within a line of the catalogue's own. */
static void padded_lines_are_judged(void **state)
{
    static const size_t blanks[] = {0, 100, 300, 500, 4096, 60000};
    struct catalogue c;
    struct diags d;
    (void)state;
    diags_init(&d, &arena);
    assert_true(catalogue_open(&c, &arena, NULL, &d));
    for (size_t i = 0; i < ARRAY_COUNT(blanks); i++) {
        struct findings out;
        const char *text =
            arena_printf(&arena, "ERROR: Job failed (system failure): x%sy\n",
                         test_repeat(&arena, " ", blanks[i]));
        scan_text(&out, &arena, &c, "t.log", str_from(text), false);
        assert_int_equal(out.coverage.gave_up, 0);
        assert_int_equal(out.finding_count, 1);
    }
}

/* Fifty other errors do not hide the one that is fatal. */
static void proof_is_kept_among_many(void **state)
{
    struct catalogue c;
    struct diags d;
    (void)state;
    diags_init(&d, &arena);
    assert_true(catalogue_open(&c, &arena, NULL, &d));
    for (size_t n = 49; n <= 51; n++) {
        struct findings out;
        struct buf text;
        bool failed = false;
        buf_init(&text, (size_t)1 << 20);
        for (size_t i = 0; i < n; i++)
            buf_printf(&text,
                       "Error: P1001: Can't reach database server at "
                       "`db-%zu`:`5432`\n",
                       i);
        buf_text(&text, "Error: P3018\nMigration name: m1\n");
        scan_text(&out, &arena, &c, "t.log", buf_view(&text), false);
        for (size_t i = 0; i < out.cause_count; i++)
            failed = failed || out.cause[i].deployment == DEPLOYMENT_FAILED;
        assert_true(failed);
        assert_int_equal(out.cause_count, n + 1 < 50 ? n + 1 : 50);
        assert_int_equal(out.coverage.unjudged, 0);
        buf_release(&text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(patterns_that_give_up_are_found),
        cmocka_unit_test(placeholders_that_stay_open_are_refused),
        cmocka_unit_test(words_stand_for_what_is_not_known),
        cmocka_unit_test(good_news_anywhere_is_refused),
        cmocka_unit_test(what_gave_up_is_counted),
        cmocka_unit_test(padded_lines_are_judged),
        cmocka_unit_test(proof_is_kept_among_many),
    };
    return cmocka_run_group_tests_name("padding", tests, open_all, close_all);
}
