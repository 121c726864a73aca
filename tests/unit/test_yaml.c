/* Scalars: what is quoted is read back, and libfyaml's mistake is not ours. */
#include <time.h>

#include "base/yaml.h"
#include "tests/unit/testing.h"

static struct str read_scalar(struct arena *a, const char *text)
{
    const struct yaml_node *root = NULL;
    struct diags d;
    diags_init(&d, a);
    if (!yaml_parse(&root, a, test_source(a, "y", text), &d))
        return STR_NONE;
    const struct yaml_node *n = yaml_get(root, "k");
    return n == NULL ? STR_NONE : n->text;
}

static void quotes_side_by_side(void **state)
{
    static const char *const row[][2] = {
        {"k: 'a''b'", "a'b"},
        {"k: 'a''''b'", "a''b"},
        {"k: ''''", "'"},
        {"k: ''", ""},
        {"k: ''''''", "''"},
        {"k: 'a''''''b''c'", "a'''b'c"},
        {"{'k': 'a: ''#'}", "a: '#"},
        {"k: 'a\n  b''c'", "a b'c"},
    };
    struct arena a;
    (void)state;
    arena_init(&a);
    for (size_t i = 0; i < ARRAY_COUNT(row); i++)
        if (!str_is(read_scalar(&a, row[i][0]), row[i][1]))
            fail_msg("%s", row[i][0]);
    assert_null(read_scalar(&a, "k: 'a''''b\n  c'").ptr);
    arena_release(&a);
}

/* YAML would take the braces for its own. */
static void references_need_no_quotes(void **state)
{
    static const char *const row[][2] = {
        {"{k: ${A}}", "${A}"},
        {"{k: ${secret:A}/x}", "${secret:A}/x"},
        {"k: ${A} ^~;+=<>()@%!?*&`|", "${A} ^~;+=<>()@%!?*&`|"},
        {"k: ${A} ^~;+=<>()@%!?*", "${A} ^~;+=<>()@%!?*"},
        {"k: \"${A} \\u0041\"", "${A} A"},
        {"k: '${A} ''x'''", "${A} 'x'"},
        {"k: |-\n  ${A}\n  b", "${A}\nb"},
        {"{\"k\": \"${A}\"}", "${A}"},
        {"k: a ${ b", "a ${ b"},
        {"{k: ${A:-b c}, l: d}", "${A:-b c}"},
    };
    struct arena a;
    (void)state;
    arena_init(&a);
    for (size_t i = 0; i < ARRAY_COUNT(row); i++) {
        struct str got = read_scalar(&a, row[i][0]);
        if (!str_is(got, row[i][1]))
            fail_msg("%s became %s", row[i][0],
                     got.ptr == NULL ? "nothing" : got.ptr);
    }
    assert_null(read_scalar(&a, "{k: ${A, b: c}").ptr);
    arena_release(&a);
}

static void what_is_quoted_is_read_back(void **state)
{
    static const char *const row[] = {"plain",
                                      "a: b",
                                      "a #b",
                                      "'",
                                      "''",
                                      "it's",
                                      "a''b",
                                      "\"q\"",
                                      "null",
                                      "NULL",
                                      "~",
                                      "- a",
                                      "{a}",
                                      "[a]",
                                      "a:",
                                      " a",
                                      "a ",
                                      "#",
                                      "",
                                      "$x",
                                      "a\nb",
                                      "\t",
                                      "\x01",
                                      "\xc3\xa9",
                                      "http://h/?a=b&c",
                                      "@a",
                                      "`a",
                                      "*a",
                                      "&a",
                                      "!a",
                                      "%a",
                                      "|",
                                      ">",
                                      "? a",
                                      "true",
                                      "5",
                                      "x: 'y': \"z\""};
    struct arena a;
    struct buf text;
    (void)state;
    arena_init(&a);
    buf_init(&text, 1000);
    for (size_t i = 0; i < ARRAY_COUNT(row); i++) {
        buf_clear(&text);
        buf_text(&text, "k: ");
        yaml_quote(&text, str_from(row[i]));
        if (!str_is(read_scalar(&a, text.ptr), row[i]))
            fail_msg("%s became %s", row[i], text.ptr);
    }
    buf_release(&text);
    arena_release(&a);
}

static void references_stay_within(void **state)
{
    static const char text[] = "a: {b/c: [x, {d~e: found}]}\n"
                               "e: [{$anchor: here, f: 1}]\n";
    const struct yaml_node *root = NULL;
    struct arena a;
    struct diags d;
    (void)state;
    arena_init(&a);
    diags_init(&d, &a);
    assert_true(yaml_parse(&root, &a, test_source(&a, "y", text), &d));
    assert_ptr_equal(yaml_reference(&a, root, STR("#")), root);
    assert_true(str_is(yaml_reference(&a, root, STR("#/a/b~1c/1/d~0e"))->text,
                       "found"));
    assert_true(str_is(
        yaml_get(yaml_reference(&a, root, STR("#here")), "f")->text, "1"));
    assert_null(yaml_reference(&a, root, STR("#/a/b~1c/2")));
    assert_null(yaml_reference(&a, root, STR("#/a/x")));
    assert_null(yaml_reference(&a, root, STR("#none")));
    assert_null(yaml_reference(&a, root, STR("http://h/#")));
    assert_null(yaml_reference(&a, root, STR("")));
    arena_release(&a);
}

static const char *many_nodes(struct arena *a, char between, size_t count)
{
    struct buf text;
    buf_init(&text, (size_t)16 * 1024 * 1024);
    buf_text(&text, "[");
    for (size_t i = 0; i < count; i++)
        buf_printf(&text, "%s{\"id\": \"c%zu\"}%c", i == 0 ? "" : ",", i,
                   between);
    buf_text(&text, "]");
    const char *copy = buf_dup(a, &text);
    buf_release(&text);
    return copy;
}

static double seconds_to_read(struct arena *a, const char *text, size_t column)
{
    const struct yaml_node *root = NULL;
    struct diags d;
    diags_init(&d, a);
    clock_t began = clock();
    assert_true(yaml_parse(&root, a, test_source(a, "t.json", text), &d));
    clock_t ended = clock();
    assert_int_equal(root->item[root->count - 1]->pos.column, column);
    return (double)(ended - began) / CLOCKS_PER_SEC;
}

/* The same nodes on one line take as long as on many, not the square. */
static void one_long_line_is_read_as_fast(void **state)
{
    const size_t count = 20000;
    struct arena a;
    (void)state;
    arena_init(&a);
    const char *many = many_nodes(&a, '\n', count);
    const char *one = many_nodes(&a, ' ', count);
    size_t last = (size_t)(strrchr(one, '{') - one) + 1;
    double reference = seconds_to_read(&a, many, 2);
    double measured = seconds_to_read(&a, one, last);
    if (measured > 10 * reference + 0.5)
        fail_msg("%f s on one line, %f s on many", measured, reference);
    arena_release(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_long_line_is_read_as_fast),
        cmocka_unit_test(quotes_side_by_side),
        cmocka_unit_test(references_need_no_quotes),
        cmocka_unit_test(what_is_quoted_is_read_back),
        cmocka_unit_test(references_stay_within),
    };
    return cmocka_run_group_tests_name("yaml", tests, NULL, NULL);
}
