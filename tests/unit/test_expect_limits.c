/* Limits of the expectation language, captures, and what names are worth. */
#include "base/json.h"
#include "tests/unit/reading.h"

/* At a limit, and one to each side of it. */
static const char *words_around(struct arena *a, const char *before,
                                const char *unit, size_t count,
                                const char *after)
{
    return arena_printf(a, "%s%s%s", before, test_repeat(a, unit, count),
                        after);
}

static void check_read(struct arena *a, const char *text, const char *problem)
{
    struct reading r;
    bool ok = read_one(&r, a, text);
    regexes_close(&r.regexes);
    if (problem == NULL && !ok)
        fail_msg("%.60s: %s", text, r.diags.item[0].text);
    if (problem != NULL && ok)
        fail_msg("%.60s: accepted", text);
    if (problem != NULL)
        assert_non_null(strstr(r.diags.item[0].text, problem));
}

static void limits_are_exact(void **state)
{
    struct arena a;
    struct used used;
    (void)state;
    arena_init(&a);
    for (size_t n = 15; n <= 17; n++)
        check_read(&a, words_around(&a, "body", " trim", n, " == \"x\""),
                   n > FILTERS_MAX ? "more than 16 filters" : NULL);
    for (size_t n = 65535; n <= 65537; n++)
        check_read(&a, words_around(&a, "body == \"", "x", n, "\""),
                   n > TOKEN_BYTES_MAX ? "longer than 65536 bytes" : NULL);
    for (size_t n = 9998; n <= 10000; n++) { /* parts: one more */
        memset(&used, 0, sizeof(used));
        int status = judged(&a, "body split \",\" nth 0 == \"\"",
                            test_repeat(&a, ",", n), &used);
        assert_int_equal(status, n < 10000 ? STATUS_PASS : STATUS_FAIL);
    }
    arena_release(&a);
}

/* As many filters as there may be, each of which reads a text as JSON. */
static void every_filter_may_read_json(void **state)
{
    struct arena a;
    struct used used = {.query = {false}};
    struct buf body;
    (void)state;
    arena_init(&a);
    buf_init(&body, 200000);
    buf_text(&body, "1");
    for (size_t i = 0; i < 4; i++) { /* escapes double with each level */
        struct str inner = {buf_dup(&a, &body), body.len};
        buf_truncate(&body, 0);
        json_quote(&body, inner);
    }
    const char *text = words_around(&a, "body", " jsonpath \"$\"", 5, " == 1");
    assert_int_equal(judged(&a, text, body.ptr, &used), STATUS_PASS);
    buf_release(&body);
    arena_release(&a);
}

static void check_capture(struct arena *a, const char *query, struct str body,
                          const char *value, const char *problem)
{
    struct reading r;
    struct capture capture = {.name = "c"};
    struct captured taken = {.name = NULL};
    const char *why = NULL;
    struct check check = {.capture = &capture, .capture_count = 1};
    struct response response = {.body = body};
    assert_true(read_query(&r, a, query, &capture.query));
    size_t count = expect_captures(&taken, a, &check, NULL, &response, &why);
    assert_int_equal(count, value == NULL ? 0 : 1);
    if (value != NULL)
        assert_string_equal(taken.value.ptr, value);
    else if (strstr(why, problem) == NULL)
        fail_msg("%s: %s", query, why);
    regexes_close(&r.regexes);
}

static void captures_are_taken(void **state)
{
    static const struct {
        const char *query, *body, *value, *problem;
    } taken[] = {
        {"jsonpath \"$.id\"", "{\"id\":7}", "7", NULL},
        {"regex /id=(\\w+)/", "id=ab", "ab", NULL},
        {"body", "", NULL, "found an empty string"},
        {"jsonpath \"$.l\"", "{\"l\":[1]}", NULL,
         "[1], which is neither a string nor a number"},
        {"jsonpath \"$.x\"", "{}", NULL, "capture c: jsonpath"},
    };
    struct arena a;
    (void)state;
    arena_init(&a);
    for (size_t i = 0; i < ARRAY_COUNT(taken); i++)
        check_capture(&a, taken[i].query, str_from(taken[i].body),
                      taken[i].value, taken[i].problem);
    for (size_t n = 65535; n <= 65537; n++)
        check_capture(&a, "body", (struct str){test_repeat(&a, "x", n), n},
                      n <= 65536 ? test_repeat(&a, "x", n) : NULL,
                      "more than 64 KiB");
    arena_release(&a);
}

/* A value that is captured later has no type yet. */
static void names_have_values(void **state)
{
    struct arena a;
    struct reading r;
    (void)state;
    arena_init(&a);
    assert_true(read_one(&r, &a, "status == ${L}"));
    assert_true(r.expect.late);
    assert_true(read_one(&r, &a, "variable \"L\" == \"x\""));
    assert_true(r.expect.late);
    assert_true(read_one(&r, &a, "status == ${N}"));
    assert_false(r.expect.late);
    assert_string_equal(r.expect.resolved.ptr, "status == 200");
    assert_true(read_one(&r, &a, "body == \"${P}\""));
    assert_string_equal(r.expect.value.text.ptr, "hunter2");
    assert_string_equal(r.expect.resolved.ptr, "body == \"${P}\"");
    arena_release(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(limits_are_exact),
        cmocka_unit_test(every_filter_may_read_json),
        cmocka_unit_test(captures_are_taken),
        cmocka_unit_test(names_have_values),
    };
    return cmocka_run_group_tests_name("expect limits", tests, NULL, NULL);
}
