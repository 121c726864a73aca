/* What was expected and found, as sentences: each predicate, both ways. */
#include <errno.h>

#include "expect/expect.h"
#include "plan/plan.h"
#include "probe/transfer.h"
#include "tests/unit/testing.h"

struct row {
    const char *expect, *body, *message;
};

#define OBJECT "{\"n\":7,\"s\":\"one\",\"o\":{\"k\":1},\"l\":[1,2],\"z\":null}"

static const struct row row[] = {
    {"status == 200", "", "expected status 200, found 502"},
    {"status != 502", "", "expected status other than 502, found 502"},
    {"not status == 502", "", "expected status other than 502, found 502"},
    {"status not != 200", "", "expected status 200, found 502"},
    {"status < 500", "", "expected status < 500, found 502"},
    {"not status < 599", "", "expected status not < 599, found 502"},
    {"status <= 500", "", "expected status <= 500, found 502"},
    {"not status <= 502", "", "expected status not <= 502, found 502"},
    {"status > 502", "", "expected status > 502, found 502"},
    {"not status > 501", "", "expected status not > 501, found 502"},
    {"status >= 503", "", "expected status >= 503, found 502"},
    {"not status >= 502", "", "expected status not >= 502, found 502"},
    {"status in 200..299", "", "expected status in 200..299, found 502"},
    {"status in [200, 204]", "", "expected status in [200, 204], found 502"},
    {"status not in 500..599", "",
     "expected status outside 500..599, "
     "found 502"},
    {"body contains \"ok\"", "bad",
     "expected body to contain \"ok\", found \"bad\""},
    {"not body contains \"a\"", "bad",
     "expected body not to contain \"a\", found \"bad\""},
    {"body matches /o+k/i", "bad",
     "expected body to match /o+k/i, found \"bad\""},
    {"body not matches /a/", "bad",
     "expected body not to match /a/, found \"bad\""},
    {"header \"x-b\" exists", "",
     "expected header \"x-b\" to exist, "
     "found none"},
    {"header \"x-a\" not exists", "",
     "expected header \"x-a\" not to exist, "
     "found \"1\""},
    {"header \"x-a\" == \"2\"", "",
     "header \"x-a\": expected \"2\", "
     "found \"1\""},
    {"header \"x-b\" == \"2\"", "",
     "header \"x-b\": expected \"2\", "
     "found none"},
    {"body startsWith \"o\"", "bad",
     "expected body to start with \"o\", found \"bad\""},
    {"not body startsWith \"b\"", "bad",
     "expected body not to start with \"b\", found \"bad\""},
    {"body endsWith \"k\"", "bad",
     "expected body to end with \"k\", found \"bad\""},
    {"not body endsWith \"d\"", "bad",
     "expected body not to end with \"d\", found \"bad\""},
    {"jsonpath \"$.l\" includes 3", OBJECT,
     "expected jsonpath \"$.l\" to include 3, found [1,2]"},
    {"jsonpath \"$.l\" not includes 2", OBJECT,
     "expected jsonpath \"$.l\" not to include 2, found [1,2]"},
    {"body isEmpty", "bad", "expected body to be empty, found \"bad\""},
    {"body not isEmpty", "", "expected body not to be empty, found \"\""},
    {"jsonpath \"$.s\" isInteger", OBJECT,
     "expected jsonpath \"$.s\" to be an integer, found \"one\""},
    {"jsonpath \"$.s\" isNumber", OBJECT,
     "expected jsonpath \"$.s\" to be a number, found \"one\""},
    {"jsonpath \"$.n\" isString", OBJECT,
     "expected jsonpath \"$.n\" to be a string, found 7"},
    {"jsonpath \"$.n\" isBoolean", OBJECT,
     "expected jsonpath \"$.n\" to be true or false, found 7"},
    {"jsonpath \"$.n\" isCollection", OBJECT,
     "expected jsonpath \"$.n\" to be an array or an object, found 7"},
    {"jsonpath \"$.s\" isIsoDate", OBJECT,
     "expected jsonpath \"$.s\" to be an RFC 3339 date and time, found "
     "\"one\""},
    {"jsonpath \"$.n\" not isNumber", OBJECT,
     "expected jsonpath \"$.n\" not to be a number, found 7"},
    {"jsonpath \"$.s\" == \"two\"", OBJECT,
     "jsonpath \"$.s\": expected \"two\", found \"one\""},
    {"jsonpath \"$.x\" == 1", OBJECT,
     "jsonpath \"$.x\": expected 1, found nothing: $ is an object with n, s, "
     "o, l, z"},
    {"jsonpath \"$.l[*]\" count > 2", OBJECT,
     "jsonpath \"$.l[*]\" count: expected > 2, found 2"},
    {"duration < 1ms", "", "expected duration < 1ms, found 250 ms"},
    /* Where the types differ, the types are named. */
    {"jsonpath \"$.s\" == 1", OBJECT,
     "jsonpath \"$.s\": expected the number 1, found the string \"one\""},
    {"jsonpath \"$.n\" == \"7\"", OBJECT,
     "jsonpath \"$.n\": expected the string \"7\", found the number 7"},
    {"jsonpath \"$.n\" == true", OBJECT,
     "jsonpath \"$.n\": expected true, found the number 7"},
    {"jsonpath \"$.o\" == 7", OBJECT,
     "jsonpath \"$.o\": expected the number 7, found the object {\"k\":1}"},
    {"jsonpath \"$.l\" < 7", OBJECT,
     "jsonpath \"$.l\": expected < the number 7, found the array [1,2]"},
    {"jsonpath \"$.z\" == 7", OBJECT,
     "jsonpath \"$.z\": expected the number 7, found null"},
    {"jsonpath \"$.s\" != 1", OBJECT,
     "jsonpath \"$.s\": expected other than the number 1, found the string "
     "\"one\", which is of another type"},
    {"jsonpath \"$.n\" not contains \"7\"", OBJECT,
     "expected jsonpath \"$.n\" not to contain the string \"7\", found the "
     "number 7, which is of another type"},
};

static void judge(struct result *result, struct arena *a, const char *text,
                  const char *body)
{
    struct plan plan = {.count = 0};
    struct diags d;
    struct expect e;
    diags_init(&d, a);
    if (!plan_parse_expect(&e, a, &plan, test_source(a, "e", text), &d))
        fail_msg("%s: %s", text, d.item[0].text);
    struct check check = {.expect = &e, .expect_count = 1};
    struct response response = {.status = 502,
                                .head = STR("HTTP/1.1 502 x\r\nX-A: 1\r\n\r\n"),
                                .body = str_from(body),
                                .duration_us = 250000};
    *result = (struct result){.cause = -1};
    expect_judge(result, a, &check, &response);
    plan_close(&plan);
}

static void each_predicate_has_its_words(void **state)
{
    struct arena a;
    (void)state;
    arena_init(&a);
    for (size_t i = 0; i < ARRAY_COUNT(row); i++) {
        struct result r;
        judge(&r, &a, row[i].expect, row[i].body);
        if (r.message == NULL || strcmp(r.message, row[i].message) != 0)
            fail_msg("%s:\n  %s\n  %s", row[i].expect, r.message,
                     row[i].message);
    }
    arena_release(&a);
}

/* Data keeps what was written, and has both sides alone. */
static void data_has_both_sides(void **state)
{
    struct arena a;
    struct result r;
    (void)state;
    arena_init(&a);
    judge(&r, &a, "not status in  500..599", "");
    assert_string_equal(r.expectation[0].text, "not status in  500..599");
    assert_string_equal(r.expectation[0].expected, "outside 500..599");
    assert_string_equal(r.expectation[0].observed, "502");
    arena_release(&a);
}

/* Both sides are bounded, whatever was written or came. */
static void long_values_are_elided(void **state)
{
    struct arena a;
    struct result r;
    (void)state;
    arena_init(&a);
    const char *much = test_repeat(&a, "x", 5000);
    judge(&r, &a, arena_printf(&a, "body == \"%s\"", much),
          arena_printf(&a, "%sy", much));
    assert_true(strlen(r.message) < 500);
    assert_non_null(strstr(r.message, "..., found \"xxx"));
    arena_release(&a);
}

static void an_errno_has_words(void **state)
{
    static const struct {
        int code;
        bool file;
        const char *text;
    } known[] = {
        {ECONNREFUSED, false, "connection refused"},
        {EHOSTUNREACH, false, "no route to host"},
        {ENETUNREACH, false, "network is unreachable"},
        {ETIMEDOUT, false, "connection timed out (no response to SYN)"},
        {ECONNRESET, false, "connection reset"},
        {EACCES, false, "permission denied"},
        {EPERM, false, "permission denied"},
        {EMFILE, false, "no file descriptor is free"},
        {EADDRNOTAVAIL, false, "no local address or port is available"},
        {ENOENT, true, "the socket file does not exist"},
        {ENOTDIR, true, "the socket file does not exist"},
        {ECONNREFUSED, true, "nothing listens on the socket file"},
        {EACCES, true, "permission denied"},
        {ENOENT, false, NULL},
        {0, false, NULL},
        {0, true, NULL},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(known); i++) {
        const char *text = connect_text(known[i].code, known[i].file);
        if (known[i].text == NULL)
            assert_null(text);
        else
            assert_string_equal(text, known[i].text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_predicate_has_its_words),
        cmocka_unit_test(data_has_both_sides),
        cmocka_unit_test(long_values_are_elided),
        cmocka_unit_test(an_errno_has_words),
    };
    return cmocka_run_group_tests_name("phrase", tests, NULL, NULL);
}
