/* base/json and base/jsonpath. */
#include "base/json.h"
#include "language/jsonpath.h"
#include "tests/unit/testing.h"

static bool parses(const char *text, struct err *e)
{
    struct source source = {"x", str_from(text)};
    cJSON *json = NULL;
    *e = (struct err){.set = false};
    bool ok = json_parse(&json, &source, e);
    cJSON_Delete(json);
    return ok;
}

static void check_refused(const char *text, unsigned line, unsigned column,
                          const char *why)
{
    struct err e;
    assert_false(parses(text, &e));
    assert_non_null(strstr(e.text, why));
    assert_int_equal(e.pos.line, line);
    assert_int_equal(e.pos.column, column);
}

static void refusals_have_places(void **state)
{
    (void)state;
    check_refused("", 1, 1, "empty");
    check_refused("{\n  \"a\": tru\n}", 2, 8, "expected a JSON value");
    check_refused("[1,]", 1, 4, "expected a JSON value");
    check_refused("[1] x", 1, 5, "text after the end");
    check_refused("\"a\tb\"", 1, 3, "control character");
    check_refused("\"\\u0000\"", 1, 2, "NUL");
    check_refused("\"\\ud800x\"", 1, 2, "half a surrogate");
    check_refused("\"\xff\"", 1, 2, "not valid UTF-8");
    check_refused("{\"a\": 1 \"b\": 2}", 1, 9, "expected ','");
    check_refused("[01]", 1, 2, "expected a JSON value");
    check_refused("{a: 1}", 1, 2, "member name");
    check_refused("{\"a\":1,\"a\":2}", 0, 0, "stands twice");
}

/* Few members are compared in another way than many. */
static void duplicates_among_few_and_many(void **state)
{
    struct arena a;
    struct err e;
    (void)state;
    arena_init(&a);
    for (size_t count = 38; count <= 43; count++) {
        const char *text = "{";
        for (size_t i = 0; i < count; i++)
            text = arena_printf(&a, "%s\"m%zu\":%zu,", text, i, i);
        assert_true(parses(arena_printf(&a, "%s\"n\":0}", text), &e));
        assert_false(parses(arena_printf(&a, "%s\"m0\":0}", text), &e));
        assert_false(
            parses(arena_printf(&a, "%s\"m%zu\":0}", text, count - 1), &e));
        assert_non_null(strstr(e.text, "stands twice"));
    }
    arena_release(&a);
}

static void depth_at_its_limit(void **state)
{
    struct arena a;
    struct err e;
    (void)state;
    arena_init(&a);
    for (size_t depth = JSON_DEPTH_MAX - 1; depth <= JSON_DEPTH_MAX + 2;
         depth++) {
        char *text = arena_printf(&a, "%s0%s", test_repeat(&a, "[", depth),
                                  test_repeat(&a, "]", depth));
        assert_int_equal(parses(text, &e), depth <= JSON_DEPTH_MAX);
    }
    arena_release(&a);
}

static void numbers_keep_their_text(void **state)
{
    static const char text[] = "{\"a\":[9007199254740993,-0.10,\"7\",1e400]}";
    struct source source = {"x", STR(text)};
    struct err e = {.set = false};
    struct buf out;
    cJSON *json = NULL;
    (void)state;
    buf_init(&out, 1000);
    source.text = str_from(text);
    assert_true(json_parse(&json, &source, &e));
    json_print(&out, json);
    assert_string_equal(out.ptr, text);
    cJSON_Delete(json);
    buf_release(&out);
}

static void quoting_disarms_ci_commands(void **state)
{
    struct buf out;
    (void)state;
    buf_init(&out, 1000);
    json_quote(&out, STR("a\"\\\n\x01##[error]\xff"));
    assert_string_equal(out.ptr,
                        "\"a\\\"\\\\\\n\\u0001#\\u0023[error]\xEF\xBF\xBD\"");
    buf_release(&out);
}

static const char document[] =
    "{\"store\":{\"book\":[{\"t\":\"a\",\"p\":8},{\"t\":\"b\",\"p\":12},"
    "{\"t\":\"c\",\"p\":9}],\"bike\":{\"p\":19}},\"x y\":1,\"\":0,"
    "\"\xc3\xa9\":2,\"'\":3}";

/* The nodes that a path selects, printed and joined by a space. */
static const char *selected(struct arena *a, const char *text)
{
    struct jsonpath *path = NULL;
    struct jsonpath_error error;
    struct jsonpath_nodes nodes;
    struct source source = {"x", str_from(document)};
    struct err e = {.set = false};
    struct buf out;
    cJSON *json = NULL;
    if (!jsonpath_compile(&path, a, str_from(text), &error))
        return arena_printf(a, "%zu: %s", error.offset, error.text);
    assert_true(json_parse(&json, &source, &e));
    assert_true(jsonpath_select(&nodes, a, path, json));
    buf_init(&out, 4000);
    for (size_t i = 0; i < nodes.count; i++) {
        buf_text(&out, i > 0 ? " " : "");
        json_print(&out, nodes.item[i]);
    }
    const char *copy = buf_dup(a, &out);
    buf_release(&out);
    cJSON_Delete(json);
    return copy;
}

static void paths_select(void **state)
{
    static const char *const row[][2] = {
        {"$.store.book[0].t", "\"a\""},
        {"$['store']['book'][-1].p", "9"},
        {"$.store.book[*].p", "8 12 9"},
        {"$.store.book[1:].p", "12 9"},
        {"$.store.book[::-1].p", "9 12 8"},
        {"$.store.book[-2:-1].p", "12"},
        {"$.store.book[0,2].t", "\"a\" \"c\""},
        {"$..p", "8 12 9 19"},
        {"$.store..[0].t", "\"a\""},
        {"$['x y']", "1"},
        {"$['']", "0"},
        {"$.\xc3\xa9", "2"},
        {"$[\"\\u00e9\"]", "2"},
        {"$['\\'']", "3"},
        {"$.store.book[?@.p < 10].t", "\"a\" \"c\""},
        {"$..[?@.p == $.store.bike.p].p", "19"},
        {"$.store.book[?!(@.t == 'a' || @.p > 10)].t", "\"c\""},
        {"$.store.book[?search(@.t, '[ab]')].p", "8 12"},
        {"$.store[?count(@.*) == 3][0].p", "8"},
        {"$.store.book[3]", ""},
        {"$.store.book[1:3:0]", ""},
        {"$.nothing", ""},
        {"$ .store .bike ['p']", "19"},
    };
    struct arena a;
    (void)state;
    arena_init(&a);
    for (size_t i = 0; i < ARRAY_COUNT(row); i++)
        assert_string_equal(selected(&a, row[i][0]), row[i][1]);
    arena_release(&a);
}

static void paths_refused(void **state)
{
    static const char *const row[][2] = {
        {"store", "0: a JSONPath starts with '$'"},
        {"$.", "2: expected a name"},
        {"$ ", "1: expected '.'"},
        {"$[01]", "2: expected an integer"},
        {"$[-0]", "2: expected an integer"},
        {"$[9007199254740992]", "2: expected an integer"},
        {"$['a]", "5: quoted name"},
        {"$[?@.a == @.*]", "10: only single values"},
        {"$[?1]", "3: a value alone"},
        {"$[?length(@.*) > 1]", "10: this argument must be one value"},
        {"$[?count(1) > 1]", "9: this argument must be a query"},
        {"$[?lenght(@) > 1]", "3: expected '@', '$', a literal"},
        {"$[?(@.a]", "7: expected ')'"},
        {"$[?match(@.a)]", "12: expected ','"},
        {"$['\\x']", "4: unknown escape"},
        {"$[1", "3: expected ',' or ']'"},
        {"$.1a", "2: expected a name"},
    };
    struct arena a;
    (void)state;
    arena_init(&a);
    for (size_t i = 0; i < ARRAY_COUNT(row); i++) {
        const char *got = selected(&a, row[i][0]);
        if (strstr(got, row[i][1]) != got)
            fail_msg("%s: %s", row[i][0], got);
    }
    arena_release(&a);
}

static void nesting_and_work_at_their_limits(void **state)
{
    struct arena a;
    struct jsonpath *path;
    struct jsonpath_error error;
    (void)state;
    arena_init(&a);
    for (size_t depth = 62; depth <= 64; depth++) {
        char *text =
            arena_printf(&a, "$[?%s@.a%s]", test_repeat(&a, "(", depth),
                         test_repeat(&a, ")", depth));
        /* one level is the filter's own, one the operand's */
        assert_int_equal(jsonpath_compile(&path, &a, str_from(text), &error),
                         depth <= 62);
    }
    struct source source = {
        "x", str_from(arena_printf(&a, "[%s0]", test_repeat(&a, "1,", 3000)))};
    struct err e = {.set = false};
    struct jsonpath_nodes nodes;
    cJSON *json = NULL;
    assert_true(json_parse(&json, &source, &e));
    assert_true(jsonpath_compile(&path, &a, STR("$[?count($.*) > 9]"), &error));
    assert_false(jsonpath_select(&nodes, &a, path, json)); /* 3001 squared */
    cJSON_Delete(json);
    arena_release(&a);
}

static void validity(void **state)
{
    (void)state;
    assert_true(json_is_valid(STR("{\"a\": [1, null]}")));
    assert_true(json_is_valid(STR("7")));
    assert_false(json_is_valid(STR("{\"a\": 1} x")));
    assert_false(json_is_valid(STR("")));
    assert_true(json_is_media_type("application/problem+json; charset=utf-8"));
    assert_false(json_is_media_type("text/html"));
    assert_false(json_is_media_type(NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refusals_have_places),
        cmocka_unit_test(duplicates_among_few_and_many),
        cmocka_unit_test(depth_at_its_limit),
        cmocka_unit_test(numbers_keep_their_text),
        cmocka_unit_test(quoting_disarms_ci_commands),
        cmocka_unit_test(validity),
        cmocka_unit_test(paths_select),
        cmocka_unit_test(paths_refused),
        cmocka_unit_test(nesting_and_work_at_their_limits),
    };
    return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}
