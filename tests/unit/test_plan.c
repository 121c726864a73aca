/* Limits and merging of definitions; wording is tested in tests/golden. */
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "plan/plan.h"
#include "tests/unit/testing.h"

/* Whether this text is a plan; out stays open on true. */
static bool loads(struct arena *a, struct plan *out, const char *text)
{
    char path[] = "/tmp/postflight-plan-XXXXXX";
    static const struct variable variable[] = {{"HOST", "h.test"},
                                               {"TOKEN", "s3cr3t"},
                                               {"TRICK", "a\" exists\n"},
                                               {"N", "204"}};
    const char *const paths[] = {path};
    struct plan_inputs in = {.path = paths,
                             .path_count = 1,
                             .variable = variable,
                             .variable_count = ARRAY_COUNT(variable)};
    struct diags d;
    struct err e = {.set = false};
    diags_init(&d, a);
    close(mkstemp(path));
    assert_true(file_write(path, str_from(text), &e));
    bool ok = plan_open(out, a, &in, &d);
    unlink(path);
    return ok;
}

static bool check_loads(struct arena *a, const char *keys)
{
    struct plan plan;
    bool ok = loads(a, &plan,
                    arena_printf(a,
                                 "checks:\n- id: x\n  url: "
                                 "http://h/\n  expect: status == "
                                 "200\n%s",
                                 keys));
    if (ok)
        plan_close(&plan);
    return ok;
}

static void values_at_their_limits(void **state)
{
    static const struct {
        const char *keys;
        bool ok;
    } row[] = {
        {"  timeout: 0.5ms\n", false},
        {"  timeout: 1ms\n", true},
        {"  timeout: 2ms\n", true},
        {"  timeout: 3599999ms\n", true},
        {"  timeout: 1h\n", true},
        {"  timeout: 3600001ms\n", false},
        {"  max_body: 0B\n", false},
        {"  max_body: 1B\n", true},
        {"  max_body: 256MiB\n", true},
        {"  max_body: 257MiB\n", false},
        {"  method: \"\"\n", false},
        {"  method: QUERY\n", true},
        {"  headers: {a b: c}\n", false},
        {"  headers: {a: \"b\\nc\"}\n", false},
        {"  tags: api\n", false},
        {"  tags: [api]\n", true},
        {"  cookies: {a: b}\n", true},
        {"  cookies: {a: \"b; c\"}\n", false},
        {"  cookies: {a b: c}\n", false},
        {"  auth: {bearer: abcd}\n", true},
        {"  auth: {}\n", false},
        {"  form: {a: b}\n", true},
        {"  form: {a: [b]}\n", false},
        {"  json: null\n", true},
        {"  proxy: \"a\\nb\"\n", false},
        {"  resolve: {h: 127.0.0.1}\n", true},
        {"  resolve: {h: \"::1\"}\n", true},
        {"  resolve: {h: localhost}\n", false},
        {"  resolve: {\"h:1\": 127.0.0.1}\n", false},
        {"  ca: /nonexistent.pem\n", false},
        {"  http_version: 2\n", true},
        {"  http_version: 3\n", false},
        {"  redirects: 50\n", true},
        {"  redirects: 51\n", false},
        {"  redirects: -1\n", false},
        {"  patience: {attempts: 1}\n", true},
        {"  patience: {attempts: 0}\n", false},
        {"  patience: {attempts: 1000}\n", true},
        {"  patience: {attempts: 1001}\n", false},
        {"  patience: {deadline: 24h}\n", true},
        {"  patience: {deadline: 86400001ms}\n", false},
        {"  patience: {attempts: 2, backoff: 1}\n", true},
        {"  patience: {attempts: 2, backoff: 0.999}\n", false},
        {"  patience: {attempts: 2, backoff: 10}\n", true},
        {"  patience: {attempts: 2, backoff: 10.001}\n", false},
        {"  patience: {attempts: 100, passes: 100}\n", true},
        {"  patience: {attempts: 101, passes: 101}\n", false},
        {"  patience: {attempts: 2, passes: 2, retry: []}\n", true},
        {"  patience: {attempts: 2, retry: connect}\n", false},
    };
    struct arena a;
    (void)state;
    arena_init(&a);
    for (size_t i = 0; i < ARRAY_COUNT(row); i++)
        if (check_loads(&a, row[i].keys) != row[i].ok)
            fail_msg("%s", row[i].keys);
    arena_release(&a);
}

static void ids_and_expectations_at_their_limits(void **state)
{
    struct arena a;
    struct plan plan;
    (void)state;
    arena_init(&a);
    for (size_t n = 99; n <= 101; n++) {
        bool ok = loads(&a, &plan,
                        arena_printf(&a,
                                     "checks:\n- {id: %s, url: "
                                     "\"http://h/\", expect: status == "
                                     "200}\n",
                                     test_repeat(&a, "a", n)));
        assert_int_equal(ok, n <= 100);
        plan_close(&plan);
    }
    for (size_t n = 199; n <= 201; n++) {
        bool ok =
            loads(&a, &plan,
                  arena_printf(&a,
                               "checks:\n- id: x\n  url: http://h/\n  "
                               "expect:\n%s",
                               test_repeat(&a, "  - status == 200\n", n)));
        assert_int_equal(ok, n <= 200);
        plan_close(&plan);
    }
    arena_release(&a);
}

static void defaults_are_merged(void **state)
{
    struct arena a;
    struct plan plan;
    (void)state;
    arena_init(&a);
    assert_true(loads(&a, &plan,
                      "defaults:\n  timeout: 2s\n  tags: [all]\n"
                      "  headers: {accept: a/b, x-y: 1}\n"
                      "checks:\n- id: x\n  url: http://${HOST}/$$\n"
                      "  headers: {Accept: c/d, auth: \"k ${TOKEN}\"}\n"
                      "  tags: [one]\n  body: \"${NONE:-d}\"\n"
                      "  expect: [status == 200]\n"));
    const struct check *c = &plan.check[0];
    assert_int_equal(c->timeout_ms, 2000);
    assert_int_equal(c->connect_timeout_ms, 2000);
    assert_string_equal(c->url, "http://h.test/$");
    assert_string_equal(c->method, "POST");
    assert_string_equal(c->body, "d");
    assert_string_equal(c->title, "x");
    assert_int_equal(c->tag_count, 2);
    assert_int_equal(c->header_count, 3);
    assert_string_equal(c->header[0].name, "x-y");
    assert_string_equal(c->header[1].value, "c/d");
    assert_string_equal(c->header[2].value, "k s3cr3t");
    plan_close(&plan);
    arena_release(&a);
}

static void targets_at_their_limit(void **state)
{
    struct arena a;
    struct plan plan;
    (void)state;
    arena_init(&a);
    for (size_t n = 999; n <= 1001; n++) {
        struct buf list;
        buf_init(&list, 100000);
        for (size_t i = 0; i < n; i++)
            buf_printf(&list, "%zu, ", i);
        bool ok = loads(&a, &plan,
                        arena_printf(&a,
                                     "checks:\n- id: x\n"
                                     "  url: http://h/${target}\n"
                                     "  targets: [%s]\n"
                                     "  expect: status == 200\n",
                                     list.ptr));
        assert_int_equal(ok, n <= 1000);
        if (ok)
            assert_int_equal(plan.count, n);
        plan_close(&plan);
        buf_release(&list);
    }
    arena_release(&a);
}

static const char *header_of(const struct check *c, const char *name)
{
    for (size_t i = 0; i < c->header_count; i++)
        if (strcmp(c->header[i].name, name) == 0)
            return c->header[i].value;
    return "none";
}

static void bodies_and_credentials_become_what_is_sent(void **state)
{
    struct arena a;
    struct plan plan;
    (void)state;
    arena_init(&a);
    assert_true(loads(&a, &plan,
                      "defaults: {auth: {bearer: from-defaults}}\n"
                      "checks:\n- id: form\n  url: http://h/\n"
                      "  form: {a b: \"c&d\", e: 1}\n  expect: status == 200\n"
                      "- id: json\n  url: http://h/\n"
                      "  headers: {Content-Type: application/x}\n"
                      "  json:\n    a:\n    - 1\n    - \"1\"\n    - true\n"
                      "    - null\n    - ${N}\n    - \"${N}\"\n"
                      "  auth: {basic: {user: me, password: open sesame}}\n"
                      "  cookies: {a: b, c: d}\n  expect: status == 200\n"));
    const struct check *form = &plan.check[0], *json = &plan.check[1];
    assert_string_equal(form->body, "a%20b=c%26d&e=1");
    assert_string_equal(form->method, "POST");
    assert_string_equal(header_of(form, "content-type"),
                        "application/x-www-form-urlencoded");
    assert_string_equal(header_of(form, "authorization"),
                        "Bearer from-defaults");
    assert_string_equal(json->body, "{\"a\":[1,\"1\",true,null,204,\"204\"]}");
    assert_string_equal(header_of(json, "content-type"), "none");
    assert_string_equal(header_of(json, "Content-Type"), "application/x");
    assert_string_equal(header_of(json, "authorization"),
                        "Basic bWU6b3BlbiBzZXNhbWU=");
    assert_string_equal(header_of(json, "cookie"), "a=b; c=d");
    plan_close(&plan);
    arena_release(&a);
}

static void commands_at_their_limit(void **state)
{
    struct arena a;
    struct plan plan;
    (void)state;
    arena_init(&a);
    for (size_t n = 59; n <= 61; n++) {
        bool ok = loads(&a, &plan,
                        arena_printf(&a, "checks:\n- id: x\n  exec: [%s]\n",
                                     test_repeat(&a, "a, ", n)));
        assert_int_equal(ok, n <= 60);
        if (ok)
            assert_int_equal(plan.check[0].command_count, n);
        plan_close(&plan);
    }
    arena_release(&a);
}

/* A chain as long as the folder may be: nothing here recurses. */
static void needs_in_a_long_chain(void **state)
{
    struct arena a;
    struct plan plan;
    struct buf text;
    (void)state;
    arena_init(&a);
    buf_init(&text, (size_t)1 << 20);
    buf_text(&text, "checks:\n");
    for (int i = 0; i < 5000; i++)
        buf_printf(&text,
                   "- {id: c%d, url: \"http://h/\", expect: status == 200, "
                   "needs: [c%d]}\n",
                   i, (i + 1) % 5001);
    buf_text(&text, "- {id: c5000, url: \"http://h/\", expect: status == 200}");
    assert_false(text.full);
    assert_true(loads(&a, &plan, text.ptr));
    assert_int_equal(plan.check[4999].need[0], 5000);
    plan_close(&plan);
    buf_release(&text);
    arena_release(&a);
}

/* A variable's value cannot become syntax of an expectation. */
static void variables_stay_values(void **state)
{
    struct arena a;
    struct plan plan;
    (void)state;
    arena_init(&a);
    assert_true(loads(&a, &plan,
                      "checks:\n- id: x\n  url: http://h/\n  expect:\n"
                      "  - body contains \"${TRICK}\"\n  - status == ${N}\n"
                      "  - body matches /^${TRICK}$/\n"));
    const struct expect *e = plan.check[0].expect;
    assert_string_equal(e[0].value.text.ptr, "a\" exists\n");
    assert_int_equal(e[1].value.kind, VALUE_NUMBER);
    assert_string_equal(e[2].value.text.ptr, "^a\\\"\\ exists\\\n$");
    plan_close(&plan);
    arena_release(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_at_their_limits),
        cmocka_unit_test(ids_and_expectations_at_their_limits),
        cmocka_unit_test(targets_at_their_limit),
        cmocka_unit_test(bodies_and_credentials_become_what_is_sent),
        cmocka_unit_test(commands_at_their_limit),
        cmocka_unit_test(needs_in_a_long_chain),
        cmocka_unit_test(defaults_are_merged),
        cmocka_unit_test(variables_stay_values),
    };
    return cmocka_run_group_tests_name("plan", tests, NULL, NULL);
}
