/* Common mistakes in definitions: each message says what to write. */
#include "plan/keys.h"
#include "plan/plan.h"
#include "tests/unit/testing.h"

struct row {
    const char *text;
    unsigned column;
    const char *message;
};

static const struct row expectation[] = {
    {"status = 200", 8, "'=' is not a valid predicate; did you mean '=='?"},
    {"status=200", 7, "'=' is not a valid predicate; did you mean '=='?"},
    {"jsonpath \"$.a\" = \"b\"", 16, "did you mean '=='?"},
    {"status === 200", 10, "'===' is not a valid predicate; did you mean"},
    {"status => 200", 8, "did you mean '>='?"},
    {"status =< 200", 8, "did you mean '<='?"},
    {"status <> 200", 8, "did you mean '!='?"},
    {"status ! 200", 8, "did you mean '!=' or 'not'?"},
    {"status =~ /2/", 8, "did you mean 'matches /.../'?"},
    {"body ~ /x/", 6, "did you mean 'matches /.../'?"},
    {"body !~ /x/", 6, "did you mean 'not matches /.../'?"},
    {"status: 200", 7, "':' is not a valid predicate; did you mean '=='?"},
    {"status == 200 && body == \"x\"", 15, "write a list of expectations"},
    {"status == 200 || 201", 15, "write in [200, 204]"},
    {"jsonpath $.x == 1", 10, "a path needs double quotes: jsonpath \"$.x\""},
    {"jsonpath $.a.b[0] exists", 10, "jsonpath \"$.a.b[0]\""},
    {"jsonpath $ == 1", 10, "jsonpath \"$\""},
    {"jsonpath $x == 1", 10, "jsonpath \"$.x\""},
    {"jsonpath $['x'] == 1", 10, "jsonpath \"$["},
    {"jsonpath '$.x' == 1", 10, "a string needs double quotes: \"$.x\""},
    {"body == 'up'", 9, "a string needs double quotes: \"up\""},
    {"body == \xE2\x80\x9Cup\xE2\x80\x9D", 9, "straight double quotes"},
    {"jsonpath \"$.x\" == $GIT_SHA", 19, "write ${GIT_SHA}"},
    {"jsonpath \"$.x\" == $sha", 19, "'$sha' is not a variable; write ${sha}"},
    {"status == $STATUS", 11, "write ${STATUS}"},
    {"body == $(cat x)", 9, "--var NAME=VALUE"},
    {"body == {{x}}", 9, "write a variable as ${NAME}"},
    {"$.commit == \"x\"", 1, "write jsonpath \"$.commit\""},
    {"body contains ok", 15, "did you mean \"ok\"?"},
    {"exit == 0", 1, "not available in an http check"},
    {"body == (x)", 9, "unexpected character '('"},
    {"body == \xC3\xA4", 9, "unexpected character '\xC3\xA4'"},
};

static void expectations_have_hints(void **state)
{
    struct arena a;
    (void)state;
    arena_init(&a);
    for (size_t i = 0; i < ARRAY_COUNT(expectation); i++) {
        const struct row *row = &expectation[i];
        struct plan plan = {.count = 0};
        struct diags d;
        struct expect e;
        diags_init(&d, &a);
        bool ok = plan_parse_expect(&e, &a, &plan,
                                    test_source(&a, "e", row->text), &d);
        plan_close(&plan);
        if (ok || d.count == 0 || d.item[0].pos.column != row->column ||
            strstr(d.item[0].text, row->message) == NULL)
            fail_msg("%s: %u %s", row->text,
                     d.count > 0 ? d.item[0].pos.column : 0,
                     d.count > 0 ? d.item[0].text : "accepted");
    }
    arena_release(&a);
}

/* Of one check, with this line in it. */
static void refuse_line(struct arena *a, const char *line, const char *message)
{
    struct plan plan;
    struct diags d;
    const struct source *source = test_source(
        a, "c.yaml",
        arena_printf(a, "checks:\n  - id: a\n    url: http://h/\n    %s\n",
                     line));
    struct plan_inputs inputs = {.source = &source, .source_count = 1};
    diags_init(&d, a);
    if (plan_open(&plan, a, &inputs, &d)) {
        plan_close(&plan);
        fail_msg("%s: accepted", line);
    }
    if (strstr(d.item[0].text, message) == NULL)
        fail_msg("%s: %s", line, d.item[0].text);
}

static void lines_have_hints(void **state)
{
    static const char *const line[][2] = {
        {"identity: $.commit", "write jsonpath \"$.commit\""},
        {"identity: \"$.commit\"", "write jsonpath \"$.commit\""},
        {"identity: .version.sha", "write jsonpath \"$.version.sha\""},
        {"identity: commit", "write jsonpath \"$.commit\""},
        {"identity: /build (.*)/", "write regex /build (.*)/"},
        {"identity: { jsonpath: $.commit }", "write jsonpath \"$.commit\""},
        {"identity: { header: x-build }", "write header \"x-build\""},
        {"identity: [commit]", "an identity is a query such as"},
        {"identity: 7", "an identity is a query such as"},
        {"identity: status", "an identity is read from a header, a cookie"},
        {"capture: { id: $.id }", "write jsonpath \"$.id\""},
        {"capture: { id: id }", "write jsonpath \"$.id\""},
        {"expect: { status: 200 }", "write 'status == 200'"},
        {"expect: [{ status: 200 }]", "write 'status == 200'"},
        {"expect: { status: [200, 204] }", "write 'status in [200, 204]'"},
        {"expect: { status: \"< 500\" }", "write 'status < 500'"},
        {"expect: { status: in 200..299 }", "write 'status in 200..299'"},
        {"expect: { duration: 800ms }", "write 'duration == 800ms'"},
        {"expect: { body: ok }", "write 'body == \"ok\"'"},
        {"expect: { body: 'contains \"ok\"' }", "write 'body contains \"ok\"'"},
        {"expect: { jsonpath: $.a }", "write 'jsonpath \"...\" == \"...\"'"},
        {"expect:\n      - body contains \"a: b\"",
         "needs single quotes around all of it"},
        {"expect: body contains \"a: b\"", "needs quotes around all of it"},
        {"title: Orders: all", "needs quotes around all of it"},
        {"expect: \"jsonpath \"$.a\" == 1\"", "single quotes around the whole"},
        {"expect:status == 200", "with a blank after the colon"},
        {"title: @x", "quote the value"},
        {"expect: \"body matches /\\./\"", "use single quotes"},
        {"expect: { schma: x }", "did you mean 'schema'?"},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(line); i++) {
        struct arena a;
        arena_init(&a);
        refuse_line(&a, line[i][0], line[i][1]);
        arena_release(&a);
    }
}

static void urls_have_hints(void **state)
{
    static const char *const url[][2] = {
        {"", "the URL is empty"},
        {"localhost:9100/x", "did you mean 'http://localhost:9100/x'?"},
        {"127.0.0.1:7100/x", "did you mean 'http://127.0.0.1:7100/x'?"},
        {"shop.example/health", "did you mean 'https://shop.example/health'?"},
        {"http:/shop.example", "did you mean 'http://shop.example'?"},
        {"https:shop.example", "did you mean 'https://shop.example'?"},
        {"HTTP://shop.example/", "did you mean 'http://shop.example/'?"},
        {"ftp://shop.example", "found 'ftp://shop.example'"},
        {"/health", "found '/health'"},
        {"http://h/a b", "write a space as %20"},
        {"http://h/?q=a b", "contains a blank after 'http://h/?q=a'"},
        {"http:///x", "has no host"},
        {"http://:80/", "has no host"},
        {"http://a\xE2\x80\xAE.test/", "no valid internationalised host name"},
    };
    static const char *const good[] = {"http://h", "https://h:1/a%20b?c=d",
                                       "http://[::1]:80/", "http://u:p@h/",
                                       ("http://b\xC3\xBC"
                                        "cher.test/")};
    struct arena a;
    (void)state;
    arena_init(&a);
    for (size_t i = 0; i < ARRAY_COUNT(url); i++) {
        const char *problem = url_problem(&a, url[i][0]);
        if (problem == NULL || strstr(problem, url[i][1]) == NULL)
            fail_msg("%s: %s", url[i][0], problem);
    }
    for (size_t i = 0; i < ARRAY_COUNT(good); i++)
        if (url_problem(&a, good[i]) != NULL)
            fail_msg("%s: %s", good[i], url_problem(&a, good[i]));
    arena_release(&a);
}

static void hosts_become_ascii(void **state)
{
    static const char *const row[][2] = {
        {"http://h.test/\xC3\xBC", "http://h.test/\xC3\xBC"},
        {"http://b\xC3\xBC"
         "cher.test:9100/a?b#c",
         "http://xn--bcher-kva.test:9100/a?b#c"},
        {"http://B\xC3\x9C"
         "CHER.test/",
         "http://xn--bcher-kva.test/"},
        {"http://bu\xCC\x88"
         "cher.test/",
         "http://xn--bcher-kva.test/"},
        {"https://u:p@\xE4\xBE\x8B\xE5\xAD\x90.test",
         "https://u:p@xn--fsqu00a.test"},
        {"http://[::1]:80/", "http://[::1]:80/"},
    };
    struct arena a;
    (void)state;
    arena_init(&a);
    for (size_t i = 0; i < ARRAY_COUNT(row); i++)
        assert_string_equal(url_ascii(&a, row[i][0]), row[i][1]);
    assert_string_equal(host_ascii(&a, "b\xC3\xBC"
                                       "cher"),
                        "xn--bcher-kva");
    assert_string_equal(host_ascii(&a, "plain_host"), "plain_host");
    assert_null(host_ascii(&a, "b\xC3\xBC/x"));
    assert_null(url_ascii(&a, "http://a\xE2\x80\xAE.test/"));
    arena_release(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(expectations_have_hints),
        cmocka_unit_test(lines_have_hints),
        cmocka_unit_test(urls_have_hints),
        cmocka_unit_test(hosts_become_ascii),
    };
    return cmocka_run_group_tests_name("mistakes", tests, NULL, NULL);
}
