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
        cmocka_unit_test(defaults_are_merged),
        cmocka_unit_test(variables_stay_values),
    };
    return cmocka_run_group_tests_name("plan", tests, NULL, NULL);
}
