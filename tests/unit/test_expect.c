/* The expectation language: what it refuses, and how it judges. */
#include "plan/plan.h"
#include "probe/probe.h"
#include "tests/unit/testing.h"

struct row {
    const char *expect, *body;
    int status;
};

static int judged(struct arena *a, const char *text, const char *body)
{
    struct plan plan = {.count = 0};
    struct diags d;
    struct expect e;
    diags_init(&d, a);
    if (!plan_parse_expect(&e, a, &plan, test_source(a, "e", text), &d))
        fail_msg("%s: %s", text, d.item[0].text);
    struct check check = {.expect = &e, .expect_count = 1};
    struct response response = {
        .status = 200,
        .head = STR("HTTP/1.1 200 OK\r\nContent-Type: text/html \r\n"
                    "Date: 8 Jan 2026 10:00:00 GMT\r\n\r\n"),
        .body = str_from(body),
        .duration_us = 250000,
        .now_ms = INT64_C(1767539909000)}; /* 2026-01-04T15:18:29Z */
    struct result result = {.cause = -1};
    probe_judge(&result, a, &check, &response);
    plan_close(&plan);
    return result.status;
}

static const struct row row[] = {
    {"status == 200", "", STATUS_PASS},
    {"status != 200", "", STATUS_FAIL},
    {"status in 200..299", "", STATUS_PASS},
    {"status in [301, 400..499]", "", STATUS_FAIL},
    {"status < 200.5", "", STATUS_PASS},
    {"not status == 503", "", STATUS_PASS},
    {"header \"content-type\" == \"text/html\"", "", STATUS_PASS},
    {"header \"content-type\" contains \"json\"", "", STATUS_FAIL},
    {"header \"x-none\" exists", "", STATUS_FAIL},
    {"not header \"x-none\" exists", "", STATUS_PASS},
    {"not header \"x-none\" == \"a\"", "", STATUS_FAIL},
    {"header \"content-type\" matches /^text\\/(html|plain)$/", "",
     STATUS_PASS},
    {"body contains \"hello\"", "say hello", STATUS_PASS},
    {"body == \"\"", "", STATUS_PASS},
    {"body matches /HELLO/i", "say hello", STATUS_PASS},
    {"duration < 300ms", "", STATUS_PASS},
    {"duration < 249", "", STATUS_FAIL},
    {"duration <= 0.25s", "", STATUS_PASS},
    {"jsonpath \"$.a\" == 1", "{\"a\":1.0}", STATUS_PASS},
    {"jsonpath \"$.a\" == \"1\"", "{\"a\":1}", STATUS_FAIL},
    {"not jsonpath \"$.a\" == \"1\"", "{\"a\":1}", STATUS_FAIL},
    {"jsonpath \"$.a\" != \"1\"", "{\"a\":1}", STATUS_FAIL},
    {"jsonpath \"$.missing\" < 100", "{}", STATUS_FAIL},
    {"not jsonpath \"$.missing\" < 100", "{}", STATUS_FAIL},
    {"jsonpath \"$.missing\" exists", "{}", STATUS_FAIL},
    {"not jsonpath \"$.missing\" exists", "{}", STATUS_PASS},
    {"not jsonpath \"$.missing\" exists", "<html>", STATUS_FAIL},
    {"jsonpath \"$.a\" == null", "{\"a\":null}", STATUS_PASS},
    {"jsonpath \"$.a\" != null", "{\"a\":0}", STATUS_PASS},
    {"jsonpath \"$.a\" == true", "{\"a\":true}", STATUS_PASS},
    {"jsonpath \"$.a\" == true", "{\"a\":1}", STATUS_FAIL},
    {"jsonpath \"$.n\" == 9007199254740993", "{\"n\":9007199254740992}",
     STATUS_FAIL},
    {"jsonpath \"$.n\" == 9007199254740993", "{\"n\":9007199254740993}",
     STATUS_PASS},
    {"jsonpath \"$.l\" contains 2", "{\"l\":[1,2]}", STATUS_PASS},
    {"jsonpath \"$.l[*]\" contains \"c\"", "{\"l\":[\"a\"]}", STATUS_FAIL},
    {"jsonpath \"$.l[*]\" exists", "{\"l\":[]}", STATUS_FAIL},
    {"jsonpath \"$.s\" contains \"ea\"", "{\"s\":\"healthy\"}", STATUS_PASS},
    {"jsonpath \"$.s\" in [\"up\", \"ok\"]", "{\"s\":\"ok\"}", STATUS_PASS},
    {"jsonpath \"$.s\" in [1, 2]", "{\"s\":\"ok\"}", STATUS_FAIL},
    {"jsonpath \"$.a\" >= \"b\"", "{\"a\":\"c\"}", STATUS_PASS},
    {"jsonpath \"$.l\" count == 3", "{\"l\":[1,2,3]}", STATUS_PASS},
    {"jsonpath \"$.l[*]\" count < 3", "{\"l\":[1,2,3]}", STATUS_FAIL},
    {"jsonpath \"$.o\" count == 1", "{\"o\":{\"a\":1}}", STATUS_PASS},
    {"not jsonpath \"$.n\" count == 3", "{\"n\":3}", STATUS_FAIL},
    {"jsonpath \"$.l\" nth 1 == 2", "{\"l\":[1,2,3]}", STATUS_PASS},
    {"jsonpath \"$.l[*]\" nth -1 == 3", "{\"l\":[1,2,3]}", STATUS_PASS},
    {"not jsonpath \"$.l\" nth 3 == 2", "{\"l\":[1,2,3]}", STATUS_FAIL},
    {"jsonpath \"$.l\" nth 3 exists", "{\"l\":[1,2,3]}", STATUS_FAIL},
    {"jsonpath \"$.n\" toInt > 41", "{\"n\":\"42\"}", STATUS_PASS},
    {"jsonpath \"$.n\" toInt > 41", "{\"n\":\"42.5\"}", STATUS_FAIL},
    {"not jsonpath \"$.n\" toInt > 41", "{\"n\":\"x\"}", STATUS_FAIL},
    {"jsonpath \"$.n\" toFloat < 42.6", "{\"n\":\"42.5\"}", STATUS_PASS},
    {"body trim lower == \"ok\"", " OK\n", STATUS_PASS},
    {"body replace \"a\" \"bb\" == \"bbcbb\"", "aca", STATUS_PASS},
    {"body split \",\" count == 3", "a,b,", STATUS_PASS},
    {"body split \",\" nth 1 == \"b\"", "a,b,", STATUS_PASS},
    {"body split \",\" includes \"c\"", "a,b,", STATUS_FAIL},
    {"body regex /v(\\d+)/ toInt >= 7", "build v12", STATUS_PASS},
    {"body regex /v\\d+/ == \"v12\"", "build v12", STATUS_PASS},
    {"not body regex /w(\\d+)/ toInt >= 7", "build v12", STATUS_FAIL},
    {"body regex /^(a|aa|aaa)+b/ exists",
     "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaacb",
     STATUS_ERROR},
    {"jsonpath \"$.s\" jsonpath \"$.a\" == 1", "{\"s\":\"{\\\"a\\\":1}\"}",
     STATUS_PASS},
    {"jsonpath \"$.s\" jsonpath \"$.a\" == 1", "{\"s\":{\"a\":1}}",
     STATUS_PASS},
    {"not jsonpath \"$.s\" jsonpath \"$.a\" == 1", "{\"s\":\"<a>\"}",
     STATUS_FAIL},
    {"jsonpath \"$.t\" toDate daysAfterNow > 9",
     "{\"t\":\"2026-01-14T15:18:29Z\"}", STATUS_PASS},
    {"jsonpath \"$.t\" toDate daysAfterNow > 9",
     "{\"t\":\"2026-01-14T15:18:28Z\"}", STATUS_FAIL},
    {"jsonpath \"$.t\" toDate \"%Y-%m-%d\" daysBeforeNow == 3",
     "{\"t\":\"2026-01-01\"}", STATUS_PASS},
    {"header \"date\" toDate \"%d %b %Y %H:%M:%S %Z\" daysAfterNow == 3", "",
     STATUS_PASS},
    {"not jsonpath \"$.t\" toDate daysAfterNow > 9", "{\"t\":\"soon\"}",
     STATUS_FAIL},
    {"body startsWith \"say\"", "say hello", STATUS_PASS},
    {"body endsWith \"say\"", "say hello", STATUS_FAIL},
    {"not body endsWith \"say\"", "say hello", STATUS_PASS},
    {"header \"content-type\" endsWith \"html\"", "", STATUS_PASS},
    {"jsonpath \"$.a\" startsWith \"1\"", "{\"a\":12}", STATUS_FAIL},
    {"not jsonpath \"$.a\" startsWith \"2\"", "{\"a\":12}", STATUS_FAIL},
    {"jsonpath \"$.l\" includes 2", "{\"l\":[1,2.0]}", STATUS_PASS},
    {"jsonpath \"$.l\" includes \"2\"", "{\"l\":[1,2]}", STATUS_FAIL},
    {"jsonpath \"$.s\" includes \"a\"", "{\"s\":\"abc\"}", STATUS_FAIL},
    {"body isEmpty", "", STATUS_PASS},
    {"not body isEmpty", "x", STATUS_PASS},
    {"jsonpath \"$.l\" isEmpty", "{\"l\":[]}", STATUS_PASS},
    {"jsonpath \"$.l[*]\" isEmpty", "{\"l\":[]}", STATUS_PASS},
    {"jsonpath \"$.o\" isEmpty", "{\"o\":{\"a\":1}}", STATUS_FAIL},
    {"jsonpath \"$.n\" isEmpty", "{\"n\":0}", STATUS_FAIL},
    {"not jsonpath \"$.n\" isEmpty", "{\"n\":0}", STATUS_FAIL},
    {"jsonpath \"$.n\" isInteger", "{\"n\":7}", STATUS_PASS},
    {"jsonpath \"$.n\" isInteger", "{\"n\":-7.00}", STATUS_PASS},
    {"jsonpath \"$.n\" isInteger", "{\"n\":0.7e1}", STATUS_PASS},
    {"jsonpath \"$.n\" isInteger", "{\"n\":100}", STATUS_PASS},
    {"jsonpath \"$.n\" isInteger", "{\"n\":0}", STATUS_PASS},
    {"jsonpath \"$.n\" isInteger", "{\"n\":7.5}", STATUS_FAIL},
    {"jsonpath \"$.n\" isInteger", "{\"n\":7e-1}", STATUS_FAIL},
    {"jsonpath \"$.n\" isInteger", "{\"n\":\"7\"}", STATUS_FAIL},
    {"jsonpath \"$.n\" isNumber", "{\"n\":7.5}", STATUS_PASS},
    {"not jsonpath \"$.n\" isNumber", "{}", STATUS_FAIL},
    {"jsonpath \"$.s\" isString", "{\"s\":\"\"}", STATUS_PASS},
    {"jsonpath \"$.s\" isBoolean", "{\"s\":false}", STATUS_PASS},
    {"jsonpath \"$.s\" isBoolean", "{\"s\":0}", STATUS_FAIL},
    {"jsonpath \"$.s\" isCollection", "{\"s\":{}}", STATUS_PASS},
    {"jsonpath \"$.s\" isCollection", "{\"s\":\"[]\"}", STATUS_FAIL},
    {"jsonpath \"$.t\" isIsoDate", "{\"t\":\"2026-01-04T15:18:29.5Z\"}",
     STATUS_PASS},
    {"jsonpath \"$.t\" isIsoDate", "{\"t\":\"2026-01-04T15:18:29\"}",
     STATUS_FAIL},
    {"jsonpath \"$.t\" isIsoDate", "{\"t\":\"2026-01-04\"}", STATUS_FAIL},
    {"body matches /^(a|aa|aaa)+b/",
     "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaacb",
     STATUS_ERROR},
    {"not body matches /^(a|aa|aaa)+b/",
     "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaacb",
     STATUS_ERROR},
};

static void expectations_judge(void **state)
{
    struct arena a;
    (void)state;
    arena_init(&a);
    for (size_t i = 0; i < ARRAY_COUNT(row); i++) {
        int status = judged(&a, row[i].expect, row[i].body);
        if (status != row[i].status)
            fail_msg("%s on %s: %d, expected %d", row[i].expect, row[i].body,
                     status, row[i].status);
    }
    arena_release(&a);
}

struct refusal {
    const char *text;
    unsigned column;
    const char *why;
};

static const struct refusal refusal[] = {
    {"statsu == 200", 1, "did you mean 'status'?"},
    {"status contians 200", 8, "did you mean 'contains'?"},
    {"status = 200", 8, "unexpected character"},
    {"status ==", 10, "expected a value"},
    {"status == \"200\"", 8, "compare it with numbers"},
    {"status contains 2", 8, "compare it with numbers"},
    {"status exists", 8, "cannot fail"},
    {"status == 200 201", 15, "unexpected text after"},
    {"status in 200", 8, "takes a range"},
    {"status == 200..299", 8, "goes with 'in'"},
    {"status in 299..200", 16, "ends below its start"},
    {"status in [200", 15, "expected ',' or ']'"},
    {"body contains \"\"", 6, "cannot fail"},
    {"status count == 1", 8, "does not go with"},
    {"body count == 1", 6, "does not go with"},
    {"body toDate == 1", 13, "daysAfterNow"},
    {"body split \"\" count == 1", 12, "empty"},
    {"body nth 1 == \"a\"", 6, "does not go with"},
    {"jsonpath \"$\" nth x == 1", 18, "expected an index"},
    {"body regex \"x\" exists", 12, "expected a regex"},
    {"body replace \"a\" == \"b\"", 18, "expected a text"},
    {"body lowr == \"b\"", 6, "unknown predicate"},
    {"body startsWith \"\"", 6, "cannot fail"},
    {"body startsWith 1", 6, "takes a text"},
    {"body isInteger", 6, "gives a text"},
    {"status isInteger", 8, "gives a number"},
    {"duration startsWith \"1\"", 10, "gives a duration"},
    {"body startswith \"x\"", 6, "did you mean 'startsWith'?"},
    {"body isEmpty 1", 14, "unexpected text after"},
    {"body == 1", 6, "compare it with a text"},
    {"body matches \"x\"", 6, "takes a regex"},
    {"body matches /(/", 16, "regex: "},
    {"body matches /a/q", 17, "unknown flag"},
    {"body contains 'x'", 15, "double quotes"},
    {"body contains \"x", 15, "closing quote"},
    {"body contains \"\\q\"", 16, "unknown escape"},
    {"header contains \"x\"", 8, "expected a header name"},
    {"header \"\" exists", 8, "empty"},
    {"jsonpath \"$.a[\" exists", 15, "JSONPath: "},
    {"duration < fast", 12, "expected a value"},
    {"duration < 5parsecs", 12, "no duration"},
    {"duration == \"x\"", 10, "gives a duration"},
    {"jsonpath \"$.a\" < 5s", 16, "only 'duration'"},
    {"jsonpath \"$.a\" < true", 16, "have an order"},
};

static void refusals_have_columns(void **state)
{
    struct arena a;
    (void)state;
    arena_init(&a);
    for (size_t i = 0; i < ARRAY_COUNT(refusal); i++) {
        struct plan plan = {.count = 0};
        struct diags d;
        struct expect e;
        diags_init(&d, &a);
        bool ok = plan_parse_expect(&e, &a, &plan,
                                    test_source(&a, "e", refusal[i].text), &d);
        plan_close(&plan);
        if (ok || d.count == 0 ||
            strstr(d.item[0].text, refusal[i].why) == NULL ||
            d.item[0].pos.column != refusal[i].column)
            fail_msg("%s: %u %s", refusal[i].text,
                     d.count > 0 ? d.item[0].pos.column : 0,
                     d.count > 0 ? d.item[0].text : "accepted");
    }
    arena_release(&a);
}

static void messages_say_what_was_found(void **state)
{
    static const char *const seen[][3] = {
        {"jsonpath \"$.db.status\" == \"up\"",
         "{\"db\":{\"state\":\"up\",\"version\":3}}",
         "nothing: $.db is an object with state, version"},
        {"jsonpath \"$.a\" == 1", "<!doctype html>",
         "nothing: the body is not JSON: text/html, 15 B, starts with "
         "<!doctype html>"},
        {"jsonpath \"$.a\" == 1", "{\"a\":\"1\"}",
         "\"1\", which '==' cannot compare with that"},
        {"body == \"x\"", "\x1b[31m", "\"\\x1B[31m\""},
        {"status == 201", "", "200"},
    };
    struct arena a;
    (void)state;
    arena_init(&a);
    for (size_t i = 0; i < ARRAY_COUNT(seen); i++) {
        struct plan plan = {.count = 0};
        struct diags d;
        struct expect e;
        diags_init(&d, &a);
        assert_true(plan_parse_expect(&e, &a, &plan,
                                      test_source(&a, "e", seen[i][0]), &d));
        struct check check = {.expect = &e, .expect_count = 1};
        struct response response = {.status = 200,
                                    .body = str_from(seen[i][1])};
        struct result result = {.cause = -1, .content_type = "text/html"};
        probe_judge(&result, &a, &check, &response);
        assert_non_null(strstr(result.expectation[0].observed, seen[i][2]));
        assert_int_equal(result.cause, CAUSE_ASSERTION);
        plan_close(&plan);
    }
    arena_release(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(expectations_judge),
        cmocka_unit_test(refusals_have_columns),
        cmocka_unit_test(messages_say_what_was_found),
    };
    return cmocka_run_group_tests_name("expect", tests, NULL, NULL);
}
