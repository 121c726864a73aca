/* Outputs for machines: escapes, limits, names, and what is red. */
#include <stdio.h>

#include "model/ci_host.h"
#include "redact/inert.h"
#include "report/report.h"
#include "tests/slots/slots.h"
#include "tests/tools/judge_output.h"
#include "tests/unit/testing.h"
#include "verdict/verdict.h"

static int set_up(void **state)
{
    static struct arena a;
    arena_init(&a);
    *state = &a;
    return 0;
}

static int tear_down(void **state)
{
    arena_release(*state);
    return 0;
}

static struct result result_of(const char *id, int status)
{
    return (struct result){.id = id,
                           .title = id,
                           .status = status,
                           .cause = -1,
                           .phase = -1,
                           .attempts = 1,
                           .message = status == STATUS_PASS ? NULL : "why",
                           .at = "checks.d/a.yaml:3"};
}

static struct record record_of(struct result *result, size_t count)
{
    return (struct record){.schema = RECORD_SCHEMA,
                           .started_ms = 1767539909000,
                           .finished_ms = 1767539910000,
                           .result = result,
                           .result_count = count,
                           .deployment = {.state = DEPLOYMENT_UNKNOWN},
                           .tool = {"postflight", "1", "libcurl/8"}};
}

static struct str write_only(struct arena *a, const char *format,
                             const struct record *r)
{
    struct buf out;
    const struct report_format *f = report_format_find(str_from(format));
    buf_init(&out, (size_t)128 << 20);
    f->record(&out, a, r);
    assert_false(out.full);
    struct str text = str_from(buf_dup(a, &out));
    buf_release(&out);
    return text;
}

static struct str write_one(struct arena *a, const char *format,
                            const struct record *r)
{
    struct str text = write_only(a, format, r);
    const char *problem = output_problem(format, text);
    if (problem != NULL)
        fail_msg("%s: %s in\n%.2000s", format, problem, text.ptr);
    return text;
}

static size_t count_of(struct str text, const char *needle)
{
    size_t count = 0;
    struct str n = str_from(needle);
    for (size_t at = str_find(text, n, 0); at < text.len;
         at = str_find(text, n, at + 1))
        count++;
    return count;
}

static bool has(struct str text, const char *needle)
{
    return count_of(text, needle) > 0;
}

static void expect_lines(const char *in, const char *expected)
{
    struct buf out;
    buf_init(&out, 4000);
    inert_lines(&out, str_from(in));
    assert_string_equal(out.ptr, expected);
    buf_clear(&out);
    inert_lines(&out, str_from(expected)); /* what is inert stays */
    assert_string_equal(out.ptr, expected);
    buf_release(&out);
}

static void test_inert(void **state)
{
    (void)state;
    expect_lines("", "");
    expect_lines("a::b\n", "a::b\n");
    expect_lines("::error::x\n", ": :error::x\n");
    expect_lines("a\n \t::x::", "a\n \t: :x::");
    expect_lines("\xE3\x80\x80::x\n\xC2\xA0::x\n",
                 "\xE3\x80\x80: :x\n\xC2\xA0: :x\n");
    expect_lines("##[error]x ##[b]", "# #[error]x # #[b]");
    expect_lines("###[x]", "## #[x]");
    expect_lines("a ##VSO[x] ##TeamCity[y]", "a # #VSO[x] # #TeamCity[y]");
    expect_lines("## Heading\n##vso\n##teamcity x\n",
                 "## Heading\n##vso\n##teamcity x\n");
    expect_lines("--- x\n+++ x\n~~~\tx\n^^^ +++",
                 " --- x\n +++ x\n ~~~\tx\n ^^^ +++");
    expect_lines("---\n--\n---x\n a --- b", "---\n--\n---x\n a --- b");
    expect_lines(":::", ": ::");
}

static bool is_inert(const char *line)
{
    struct buf out;
    buf_init(&out, 200);
    inert_lines(&out, str_from(line));
    bool same = str_is(buf_view(&out), line);
    bool command = is_command(buf_view(&out));
    buf_release(&out);
    assert_false(command);
    return same;
}

/* Every mark of every row is broken up, where it acts and only there. */
static void test_hosts(void **state)
{
    const struct ci_host *h, *other;
    struct arena *a = *state;
    size_t marks = 0;
    for (size_t i = 0; (h = ci_host_at(i)) != NULL; i++) {
        assert_ptr_equal(ci_host_find(h->name), h);
        assert_true((h->begin == NULL) == (h->group == NULL));
        for (size_t k = 0; k < i && (other = ci_host_at(k)) != NULL; k++)
            assert_string_not_equal(other->sign, h->sign);
        for (size_t k = 0; h->starting[k] != NULL; k++, marks++) {
            assert_false(is_inert(arena_printf(a, "%sx", h->starting[k])));
            assert_true(is_inert(arena_printf(a, "x%sx", h->starting[k])));
        }
        for (size_t k = 0; h->anywhere[k] != NULL; k++, marks++) {
            /* where formats and inert_text look */
            assert_true(str_starts(str_from(h->anywhere[k]), STR("##")));
            assert_false(is_inert(arena_printf(a, "x%sx", h->anywhere[k])));
        }
        if (h->annotations != NULL)
            assert_non_null(report_format_find(str_from(h->annotations)));
    }
    assert_true(marks >= 8);
    assert_null(ci_host_find("travis"));
    assert_null(ci_host_find(NULL));
}

/* Each byte, each place: what stands in a text never leaves it. */
static void test_every_byte(void **state)
{
    struct arena *a = *state;
    char bytes[600];
    size_t n = 0;
    for (unsigned c = 1; c < 256; c++)
        bytes[n++] = (char)c;
    n += (size_t)snprintf(bytes + n, sizeof(bytes) - n,
                          "\n::error::x\n ##[x]\n##vso[y]\n--- z\n]]>\r\n"
                          "\xEF\xBF\xBE\xED\xA0\x80\xF4\x90\x80\x80");
    const char *text = arena_dup(a, bytes, n);
    struct expectation e = {text, STATUS_FAIL, text, text, text};
    struct try_reason why = {text, 3, 0};
    struct evidence line = {text, 1, text};
    struct finding finding = {.signature = text,
                              .title = text,
                              .meaning = text,
                              .count = 2,
                              .first = {.file = text, .line = 1},
                              .evidence = &line,
                              .evidence_count = 1};
    struct cause cause = {.signature = text, .title = text, .elsewhere = text};
    struct result all[6];
    for (int i = 0; i < 6; i++) {
        all[i] = result_of(text, i);
        all[i].title = all[i].message = all[i].url = all[i].body = text;
        all[i].at = i % 2 == 0 ? text : "a.yaml:3";
        all[i].identity = all[i].reproduce = all[i].content_type = text;
        all[i].address = text;
        all[i].answered = true;
        all[i].attempts = 4;
        all[i].flaky = i == STATUS_PASS;
        all[i].expectation = &e;
        all[i].reason = &why;
        all[i].expectation_count = all[i].reason_count = 1;
    }
    struct record r = record_of(all, 6);
    r.reason = &text;
    r.reason_count = 1;
    r.exit = EXIT_UNHEALTHY;
    r.verdict = VERDICT_UNHEALTHY;
    r.deployment.expected = r.tool.version = text;
    r.evidence.ci.run_url = r.evidence.ci.commit = r.evidence.ci.branch = text;
    r.logs = (struct findings){.finding = &finding,
                               .finding_count = 1,
                               .cause = &cause,
                               .cause_count = 1,
                               .coverage = {.files = 1}};
    for (size_t i = 0; i < report_format_count(); i++)
        if (report_format_at(i)->record != NULL)
            write_one(a, report_format_at(i)->name, &r);
    struct str junit = write_one(a, "junit", &r);
    assert_false(has(junit, "]]>"));
    assert_int_equal(count_of(junit, "<testcase "), 7);
    assert_int_equal(count_of(write_one(a, "tap", &r), "\nnot ok "), 2);
}

static const char *foreign(void *context, size_t slot)
{
    static const char *const act[] = {
        "::error::x", "\n ::set-env name=a::b", "##[group]x", "##vso[x]",
        "\n--- x\n",  "##teamcity[x]",          "\x1b[0Kx",   ""};
    struct chance *chance = ((void **)context)[0];
    struct arena *a = ((void **)context)[1];
    return arena_printf(a, "%s%s", act[chance_below(chance, ARRAY_COUNT(act))],
                        slot % 2 == 0 ? "" : hostile_text(chance, a));
}

/* The slots are found by the shapes: a field that is added is in here, too. */
static void test_every_slot(void **state)
{
    for (uint64_t seed = 1; seed <= 60; seed++) {
        struct arena a;
        struct pair p;
        struct chance chance = {seed};
        void *context[] = {&chance, &a};
        arena_init(&a);
        pair_make(&p, &a, seed, foreign, context);
        /* but the record itself: two captures may have one name here */
        for (size_t i = 1; i < report_format_count(); i++)
            if (report_format_at(i)->record != NULL)
                write_one(&a, report_format_at(i)->name, &p.hostile.record);
        assert_true(p.count > 0);
        arena_release(&a);
    }
    (void)state;
}

/* Red cases and the exit code agree. */
static void test_red(void **state)
{
    static const struct {
        int status, deployment, verdict, exit;
        size_t failures, errors, skipped;
    } rows[] = {
        {STATUS_PASS, DEPLOYMENT_SHIPPED, VERDICT_VERIFIED, 0, 0, 0, 0},
        {STATUS_PASS, DEPLOYMENT_UNKNOWN, VERDICT_VERIFIED, 0, 0, 0, 1},
        {STATUS_DEGRADED, DEPLOYMENT_SHIPPED, VERDICT_DEGRADED, 0, 0, 0, 0},
        {STATUS_DEGRADED, DEPLOYMENT_SHIPPED, VERDICT_DEGRADED, 6, 1, 0, 0},
        {STATUS_PASS, DEPLOYMENT_SHIPPED, VERDICT_VERIFIED, 6, 1, 0, 0},
        {STATUS_PASS, DEPLOYMENT_STALE, VERDICT_NOT_SHIPPED, 5, 1, 0, 0},
        {STATUS_FAIL, DEPLOYMENT_SHIPPED, VERDICT_UNHEALTHY, 1, 1, 0, 0},
        {STATUS_FAIL, DEPLOYMENT_FAILED, VERDICT_UNHEALTHY, 1, 2, 0, 0},
        {STATUS_ERROR, DEPLOYMENT_UNKNOWN, VERDICT_INCONCLUSIVE, 4, 0, 2, 0},
        {STATUS_PASS, DEPLOYMENT_UNKNOWN, VERDICT_INCONCLUSIVE, 4, 0, 1, 0},
        {STATUS_BLOCKED, DEPLOYMENT_UNKNOWN, VERDICT_INCONCLUSIVE, 4, 0, 1, 1},
        {STATUS_SKIPPED, DEPLOYMENT_UNKNOWN, VERDICT_INCONCLUSIVE, 130, 0, 1,
         1},
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct result result = result_of("a", rows[i].status);
        struct record r = record_of(&result, 1);
        r.deployment.state = rows[i].deployment;
        r.verdict = rows[i].verdict;
        r.exit = rows[i].exit;
        struct str junit = write_one(*state, "junit", &r);
        struct str tap = write_one(*state, "tap", &r);
        assert_int_equal(count_of(junit, "<failure "), rows[i].failures);
        assert_int_equal(count_of(junit, "<error "), rows[i].errors);
        assert_int_equal(count_of(junit, "<skipped "), rows[i].skipped);
        assert_int_equal(count_of(tap, "\nnot ok "),
                         rows[i].failures + rows[i].errors);
        assert_int_equal(has(tap, "\nBail out! "), rows[i].exit == 130);
        assert_int_equal(
            has(write_one(*state, "ctrf", &r), "\"healthy\": true"),
            rows[i].exit == 0);
        assert_int_equal(write_one(*state, "github", &r).len > 0,
                         rows[i].exit != 0 || rows[i].status != STATUS_PASS);
    }
}

static void test_states_of_nagios(void **state)
{
    static const struct {
        int verdict, exit;
        const char *start;
    } rows[] = {
        {VERDICT_VERIFIED, 0, "POSTFLIGHT OK - "},
        {VERDICT_DEGRADED, 0, "POSTFLIGHT WARNING - "},
        {VERDICT_NOT_SHIPPED, 5, "POSTFLIGHT WARNING - "},
        {VERDICT_UNHEALTHY, 1, "POSTFLIGHT CRITICAL - "},
        {VERDICT_INCONCLUSIVE, 4, "POSTFLIGHT UNKNOWN - "},
        {VERDICT_VERIFIED, 130, "POSTFLIGHT UNKNOWN - "},
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct record r = record_of(NULL, 0);
        r.verdict = rows[i].verdict;
        r.exit = rows[i].exit;
        assert_true(str_starts(write_one(*state, "nagios", &r),
                               str_from(rows[i].start)));
    }
}

static void test_names(void **state)
{
    struct arena *a = *state;
    struct result all[] = {
        result_of("a", STATUS_PASS),   result_of("a", STATUS_FAIL),
        result_of("a#2", STATUS_PASS), result_of(NULL, STATUS_PASS),
        result_of("", STATUS_PASS),    result_of("a", STATUS_PASS)};
    struct record r = record_of(all, ARRAY_COUNT(all));
    struct str junit = write_one(a, "junit", &r);
    const char *const once[] = {"name=\"a\"",         "name=\"a#2\"",
                                "name=\"a#3\"",       "name=\"unnamed\"",
                                "name=\"unnamed#2\"", "name=\"a_2-"};
    for (size_t i = 0; i < ARRAY_COUNT(once); i++)
        assert_int_equal(count_of(junit, once[i]), 1);
    struct str prom = write_one(a, "prometheus", &r);
    assert_int_equal(count_of(prom, "check_success{check=\"a\","), 1);
    assert_int_equal(count_of(prom, "check_success{check=\"a#2\","), 1);
}

/* limit-1, limit and limit+1 annotations of each level. */
static void test_annotations(void **state)
{
    struct arena *a = *state;
    static const struct {
        int status, severity;
        const char *command;
    } level[] = {{STATUS_FAIL, SEVERITY_CRITICAL, "::error "},
                 {STATUS_FAIL, SEVERITY_MINOR, "::warning "},
                 {STATUS_BLOCKED, SEVERITY_CRITICAL, "::notice "}};
    for (size_t k = 0; k < ARRAY_COUNT(level); k++) {
        for (size_t count = ANNOTATIONS_MAX - 1; count <= ANNOTATIONS_MAX + 1;
             count++) {
            struct result all[ANNOTATIONS_MAX + 1];
            for (size_t i = 0; i < count; i++) {
                all[i] =
                    result_of(arena_printf(a, "c%02zu", i), level[k].status);
                all[i].severity = level[k].severity;
            }
            struct record r = record_of(all, count);
            struct str text = write_one(a, "github", &r);
            bool cut = count > ANNOTATIONS_MAX;
            assert_int_equal(count_of(text, level[k].command),
                             cut ? ANNOTATIONS_MAX : count);
            assert_int_equal(has(text, "::and 2 more, in the record"), cut);
            assert_true(has(text, "title=c08%3A "));
            assert_int_equal(has(text, "title=c09%3A "),
                             count == ANNOTATIONS_MAX);
        }
    }
}

/* The decoded message; the encoded one may be longer. */
static void test_annotation_message(void **state)
{
    struct arena *a = *state;
    for (size_t n = ANNOTATION_MAX - 1; n <= ANNOTATION_MAX + 1; n++) {
        const char *title = test_repeat(a, "%", n);
        struct cause cause = {.title = title, .signature = "s"};
        struct record r = record_of(NULL, 0);
        r.exit = EXIT_NOT_SHIPPED;
        r.logs.cause = &cause;
        r.logs.cause_count = 1;
        struct str text = write_one(a, "github", &r);
        size_t kept = n <= ANNOTATION_MAX ? n : ANNOTATION_MAX - 3;
        assert_int_equal(count_of(text, "%25"), kept);
        assert_int_equal(has(text, "%25...\n"), n > ANNOTATION_MAX);
    }
    /* no character is cut in two */
    const char *umlauts = test_repeat(a, "\xC3\xBC", ANNOTATION_MAX);
    struct cause cause = {.title = umlauts, .signature = "s"};
    struct record r = record_of(NULL, 0);
    r.logs.cause = &cause;
    r.logs.cause_count = 1;
    struct str text = write_one(a, "github", &r);
    assert_int_equal(utf8_check(text), text.len);
}

static void test_escapes_of_annotations(void **state)
{
    struct result result = result_of("a", STATUS_FAIL);
    result.at = "a:b,c%.yaml:7";
    struct record r = record_of(&result, 1);
    r.exit = EXIT_UNHEALTHY;
    assert_true(has(write_one(*state, "github", &r),
                    "::error file=a%3Ab%2Cc%25.yaml,line=7,title=a%3A fail::"
                    "fail: why%0Adefined: a:b,c%25.yaml:7\n"));
}

static void test_case_limits(void **state)
{
    struct arena *a = *state;
    for (size_t n = CASE_NAME_MAX - 1; n <= CASE_NAME_MAX + 1; n++) {
        struct result two[2];
        const char *name = test_repeat(a, "n", n);
        two[0] =
            result_of(arena_printf(a, "%.*sx", (int)n - 1, name), STATUS_PASS);
        two[1] =
            result_of(arena_printf(a, "%.*sy", (int)n - 1, name), STATUS_PASS);
        struct record r = record_of(two, 2);
        struct str junit = write_one(a, "junit", &r);
        bool cut = n > CASE_NAME_MAX;
        assert_int_equal(has(junit, "nx\""), !cut);
        assert_int_equal(count_of(junit, "nnn...-"), cut ? 2 : 0);
        assert_false(has(junit, "#2")); /* cut, they still differ */
    }
    for (size_t n = CASE_MESSAGE_MAX - 1; n <= CASE_MESSAGE_MAX + 1; n++) {
        struct result one = result_of("a", STATUS_FAIL);
        one.message = test_repeat(a, "m", n);
        struct record r = record_of(&one, 1);
        struct str junit = write_one(a, "junit", &r);
        assert_int_equal(has(junit, "mmm...\" type"), n > CASE_MESSAGE_MAX);
        struct str sarif = write_one(a, "sarif", &r);
        /* "a: " stands before it */
        assert_int_equal(has(sarif, "mmm...\""), n + 3 > CASE_MESSAGE_MAX);
    }
}

static void test_detail_limit(void **state)
{
    struct arena *a = *state;
    for (size_t n = DETAIL_MAX - 1; n <= DETAIL_MAX + 1; n++) {
        struct buf out;
        struct result one = result_of("a", STATUS_PASS);
        const char *before = "body, 0 B:\n", *after = "defined: a\n";
        one.at = "a";
        size_t lines = n - strlen(before) - strlen(after);
        /* lines of 8 bytes, "  " before each and LF after; one is longer */
        struct buf body;
        buf_init(&body, DETAIL_MAX);
        for (size_t i = 0; i + 1 < lines / 8; i++)
            buf_text(&body, "12345\n");
        buf_text(&body, test_repeat(a, "x", 5 + lines % 8));
        one.body = body.ptr;
        buf_init(&out, DETAIL_MAX * 2);
        write_detail(&out, &one);
        bool cut = n > DETAIL_MAX;
        assert_int_equal(has(buf_view(&out), "... and more, in the record"),
                         cut);
        assert_int_equal(out.len == n, !cut);
        buf_release(&body);
        buf_release(&out);
    }
}

static void test_tap_value(void **state)
{
    struct arena *a = *state;
    for (size_t n = TAP_VALUE_MAX - 1; n <= TAP_VALUE_MAX + 1; n++) {
        struct result one = result_of("a", STATUS_FAIL);
        one.reproduce = test_repeat(a, "r", n);
        struct record r = record_of(&one, 1);
        struct str tap = write_one(a, "tap", &r);
        assert_int_equal(has(tap, "rrr...\"\n"), n > TAP_VALUE_MAX);
    }
}

static void test_escapes_of_tap(void **state)
{
    struct result two[] = {result_of("a", STATUS_BLOCKED),
                           result_of("b", STATUS_PASS)};
    two[0].title = "a \\ b # Todo c";
    two[0].message = "needs # b";
    struct record r = record_of(two, 2);
    struct str tap = write_one(*state, "tap", &r);
    assert_true(has(tap, "\nok 1 - a - a \\\\ b \\# Todo c # SKIP blocked: "
                         "needs \\# b\nok 2 - b\n"));
    assert_true(str_starts(tap, STR("TAP version 14\n1..3\n")));
}

static void test_label_limit(void **state)
{
    struct arena *a = *state;
    for (size_t n = LABEL_MAX - 1; n <= LABEL_MAX + 1; n++) {
        struct finding f[2] = {{.count = 1}, {.count = 1}};
        const char *name = test_repeat(a, "s", n - 1);
        f[0].signature = arena_printf(a, "%sx", name);
        f[1].signature = arena_printf(a, "%sy", name);
        struct record r = record_of(NULL, 0);
        r.logs.coverage.files = 1;
        r.logs.finding = f;
        r.logs.finding_count = 2;
        struct str prom = write_one(a, "prometheus", &r);
        assert_int_equal(has(prom, "sx\"} 1"), n <= LABEL_MAX);
        assert_int_equal(count_of(prom, "sss...-"), n > LABEL_MAX ? 2 : 0);
    }
}

/* Incidents of one signature are one series; a label's quotes are escaped. */
static void test_series(void **state)
{
    struct finding f[3] = {{.signature = "b\"\\c", .count = 2},
                           {.signature = "a", .count = 1},
                           {.signature = "b\"\\c", .count = 40}};
    struct record r = record_of(NULL, 0);
    r.logs.coverage.files = 1;
    r.logs.finding = f;
    r.logs.finding_count = 3;
    struct str prom = write_one(*state, "prometheus", &r);
    assert_true(has(prom, "{signature=\"a\"} 1\n"));
    assert_true(has(prom, "{signature=\"b\\\"\\\\c\"} 42\n"));
}

static void test_nagios_limit(void **state)
{
    struct arena *a = *state;
    bool cut = false, exact = false;
    /* each byte of a name moves the end of the line by one */
    for (size_t n = 1; n <= 60; n++) {
        struct result all[80];
        for (size_t i = 0; i < ARRAY_COUNT(all); i++) {
            all[i] = result_of(
                arena_printf(a, "check-%03zu-%s", i, test_repeat(a, "x", 25)),
                STATUS_PASS);
            all[i].answered = true;
        }
        all[0].id = test_repeat(a, "y", n);
        struct record r = record_of(all, ARRAY_COUNT(all));
        struct str whole = write_one(a, "nagios", &r);
        bool last = has(whole, "check-079");
        cut = cut || !last;
        exact = exact || whole.len == NAGIOS_LINE_MAX;
        assert_true(whole.len <= NAGIOS_LINE_MAX);
        assert_true(has(whole, "passed=0;;;0;"));
    }
    assert_true(cut);
    assert_true(exact);
}

static void test_escapes_of_nagios(void **state)
{
    struct result one = result_of("it's=a|b", STATUS_FAIL);
    one.message = "a|b";
    one.answered = true;
    one.duration_us = 1234567;
    struct record r = record_of(&one, 1);
    struct str line = write_one(*state, "nagios", &r);
    assert_true(has(line, "it's=a/b: a/b | checks="));
    assert_true(has(line, " 'it''s_a_b'=1.234567s;;;0;\n"));
}

static void test_sarif_limit(void **state)
{
    struct arena *a = *state;
    for (size_t n = SARIF_RESULTS_MAX - 1; n <= SARIF_RESULTS_MAX + 1; n++) {
        struct result *all = arena_array(a, n, sizeof(*all));
        for (size_t i = 0; i < n; i++) {
            all[i] = result_of("a", STATUS_FAIL);
            all[i].severity = SEVERITY_MINOR;
        }
        all[n - 1].severity = SEVERITY_CRITICAL; /* the worst is kept */
        struct record r = record_of(all, n);
        struct str sarif = write_one(a, "sarif", &r);
        bool cut = n > SARIF_RESULTS_MAX;
        assert_int_equal(count_of(sarif, "\"ruleId\""),
                         cut ? SARIF_RESULTS_MAX : n);
        assert_int_equal(has(sarif, "1 results were left out"), cut);
        assert_int_equal(count_of(sarif, "\"level\": \"error\""), 1);
    }
}

/* Everything has a place, and a message is no link. */
static void test_sarif_places(void **state)
{
    struct result all[] = {result_of("a", STATUS_FAIL),
                           result_of("b", STATUS_FAIL),
                           result_of("c", STATUS_FAIL)};
    struct finding f = {.signature = "s", .first = {.file = "a b#.log"}};
    struct record r = record_of(all, ARRAY_COUNT(all));
    all[0].at = NULL;
    all[1].at = "/srv/x.yaml:9";
    all[2].message = "[x](https://evil.test) ";
    r.logs.finding = &f;
    r.logs.finding_count = 1;
    r.deployment.state = DEPLOYMENT_STALE;
    struct str sarif = write_one(*state, "sarif", &r);
    assert_int_equal(count_of(sarif, "\"ruleId\""), 5);
    assert_int_equal(count_of(sarif, "\"physicalLocation\""), 5);
    assert_int_equal(count_of(sarif, "\"startLine\""), 5);
    assert_true(has(sarif, "\"uri\": \"checks.d\""));
    assert_true(has(sarif, "\"uri\": \"file:///srv/x.yaml\""));
    assert_true(has(sarif, "\"uri\": \"a%20b%23.log\""));
    assert_true(has(sarif, "[x] (https://evil.test)"));
}

/* The file at GitLab's limit, to the byte. */
static void test_junit_limit(void **state)
{
    struct arena *a = *state;
    size_t count = JUNIT_BYTES_MAX / 10000;
    struct result *all = arena_array(a, count, sizeof(*all));
    const char *line = test_repeat(a, "b", 97);
    struct buf body;
    buf_init(&body, DETAIL_MAX);
    for (size_t i = 0; i < 90; i++)
        buf_printf(&body, "%s\n", line);
    for (size_t i = 0; i < count; i++) {
        all[i] = result_of(arena_printf(a, "c%05zu", i), STATUS_FAIL);
        all[i].body = body.ptr;
    }
    struct record r = record_of(all, count);
    size_t room = JUNIT_BYTES_MAX - write_only(a, "junit", &r).len;
    assert_true(room < JUNIT_BYTES_MAX);
    /* a message is told twice, a command once, after "repeat: " and LF */
    for (size_t i = 0; room > 2000; i++, room -= 1009)
        all[i].reproduce = test_repeat(a, "r", 1000);
    const char *fill = test_repeat(a, "f", 2000);
    for (size_t n = room - 1; n <= room + 1; n++) {
        all[count - 1].reproduce = arena_printf(a, "%.*s", (int)n - 9, fill);
        struct str junit = write_only(a, "junit", &r);
        bool cut = n > room;
        assert_int_equal(has(junit, "were left out"), cut);
        assert_int_equal(has(junit, "bbb"), !cut);
        assert_int_equal(junit.len == JUNIT_BYTES_MAX - room + n, !cut);
    }
    buf_release(&body);
}

struct summary {
    struct arena *arena;
    struct report_inputs in;
    struct report_templates *templates;
};

/* The summary in so many bytes; an empty one when that is too little. */
static struct str summary_in(const struct summary *s, size_t room)
{
    struct buf out;
    struct err e = {.set = false};
    buf_init(&out, room);
    if (!report_format_write(&out, s->arena,
                             report_format_find(STR("github-summary")),
                             s->templates, &s->in, &e))
        assert_non_null(strstr(e.text, "no room left"));
    struct str text = str_from(buf_dup(s->arena, &out));
    assert_true(text.len <= room);
    buf_release(&out);
    return text;
}

/* What is cut of a summary: nothing, evidence, rows, nearly all. */
static void test_summary(void **state)
{
    struct arena *a = *state;
    struct result all[60];
    struct service services[60];
    struct incident incident;
    struct err e = {.set = false};
    struct diags d;
    for (size_t i = 0; i < ARRAY_COUNT(all); i++) {
        all[i] = result_of(arena_printf(a, "c%03zu", i),
                           i == 0 ? STATUS_FAIL : STATUS_DEGRADED);
        all[i].body = "evidence";
        all[i].answered = true;
        services[i] = (struct service){"s", arena_printf(a, "s%03zu", i), "u",
                                       STATUS_PASS, "d"};
    }
    struct record r = record_of(all, ARRAY_COUNT(all));
    r.service = services;
    r.service_count = ARRAY_COUNT(services);
    const struct facts none = {.severity = -1, .status = -1};
    struct summary s = {
        .arena = a,
        .in = {.record = &r, .facts = &none, .incident = &incident}};
    diags_init(&d, a);
    assert_true(verdict_incident(&incident, a, &r, &none, &e));
    assert_true(report_templates_open(&s.templates, a, NULL, &d));
    size_t room = SUMMARY_BYTES_MAX;
    for (size_t level = 0; level < 4; level++) {
        struct str text = summary_in(&s, room);
        assert_int_equal(has(text, "The record has"), level > 0);
        assert_int_equal(has(text, "evidence"), level == 0);
        assert_int_equal(has(text, "c000"), level < 3);
        assert_int_equal(has(text, "s055"), level < 2);
        /* its length is enough, and so is a byte more */
        assert_true(str_equal(summary_in(&s, text.len), text));
        assert_true(str_equal(summary_in(&s, text.len + 1), text));
        room = text.len - 1;
    }
    assert_int_equal(summary_in(&s, room).len, 0);
}

static void test_limits_table(void **state)
{
    size_t count = 0;
    (void)state;
    for (size_t i = 0; i < report_format_count(); i++) {
        const struct format_limit *l = report_format_at(i)->limits;
        for (; l != NULL && l->what != NULL; l++, count++)
            assert_true(l->value > 0 && l->what[0] != '\0' &&
                        l->source[0] != '\0');
    }
    assert_true(count >= 11);
}

static void test_formats(void **state)
{
    (void)state;
    for (size_t i = 0; i < report_format_count(); i++) {
        const struct report_format *f = report_format_at(i);
        assert_ptr_equal(report_format_find(str_from(f->name)), f);
        assert_true((f->record == NULL) != (f->document == NULL));
        assert_true(f->suffix[0] == '.' && f->help[0] != '\0' &&
                    f->escapes[0] != '\0');
    }
    assert_null(report_format_at(report_format_count()));
    assert_string_equal(report_format_at(0)->name, "json");
    assert_null(report_format_find(STR("junti")));
    assert_string_equal(report_format_near(STR("junti")), "junit");
    assert_null(report_format_near(STR("xyzzy-plugh")));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_inert),
        TEST(test_hosts),
        TEST(test_every_byte),
        TEST(test_every_slot),
        TEST(test_red),
        TEST(test_states_of_nagios),
        TEST(test_names),
        TEST(test_annotations),
        TEST(test_annotation_message),
        TEST(test_escapes_of_annotations),
        TEST(test_case_limits),
        TEST(test_detail_limit),
        TEST(test_tap_value),
        TEST(test_escapes_of_tap),
        TEST(test_label_limit),
        TEST(test_series),
        TEST(test_nagios_limit),
        TEST(test_escapes_of_nagios),
        TEST(test_sarif_limit),
        TEST(test_sarif_places),
        TEST(test_junit_limit),
        TEST(test_summary),
        TEST(test_limits_table),
        TEST(test_formats),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
