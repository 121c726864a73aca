/*
 * The public suite of Mustache: the required modules and ~inheritance, every
 * case. It stands in POSTFLIGHT_CONFORMANCE, ../shared/conformance beside the
 * project when that is not set; without it that test says so and is skipped.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/json.h"
#include "language/mustache.h"
#include "tests/unit/testing.h"

#define SUITE_CASES (136 + 27)

static void escape_html(struct buf *out, struct str text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        const char *entity = c == '&'   ? "&amp;"
                             : c == '<' ? "&lt;"
                             : c == '>' ? "&gt;"
                             : c == '"' ? "&quot;"
                                        : NULL;
        if (entity != NULL)
            buf_text(out, entity);
        else
            buf_char(out, c);
    }
}

struct templates {
    struct arena *arena;
    const cJSON *all; /* name to text */
};

static const struct mustache *find(void *context, struct str name)
{
    const struct templates *t = context;
    struct mustache *made = NULL;
    struct err e = {.set = false};
    const cJSON *text =
        cJSON_GetObjectItemCaseSensitive(t->all, str_dup(t->arena, name));
    if (text == NULL)
        return NULL;
    assert_true(mustache_parse(
        &made, t->arena, test_source(t->arena, text->string, text->valuestring),
        &e));
    return made;
}

static bool render(struct buf *out, struct arena *a, const char *template,
                   const cJSON *data, const cJSON *partials, struct err *e)
{
    struct templates t = {a, partials};
    struct mustache_set set = {find, &t, escape_html};
    struct mustache *m = NULL;
    buf_clear(out);
    return mustache_parse(&m, a, test_source(a, "t", template), e) &&
           mustache_render(out, m, data, &set, e);
}

static size_t run_file(struct arena *a, const char *path)
{
    struct source source;
    struct err e = {.set = false};
    cJSON *suite = NULL;
    struct buf out;
    size_t count = 0;
    buf_init(&out, (size_t)1 << 20);
    assert_true(file_read(&source, a, path, (size_t)1 << 20, &e));
    assert_true(json_parse(&suite, &source, &e));
    const cJSON *tests = cJSON_GetObjectItemCaseSensitive(suite, "tests");
    for (const cJSON *t = tests->child; t != NULL; t = t->next) {
        const char *want =
            cJSON_GetObjectItemCaseSensitive(t, "expected")->valuestring;
        bool ok =
            render(&out, a,
                   cJSON_GetObjectItemCaseSensitive(t, "template")->valuestring,
                   cJSON_GetObjectItemCaseSensitive(t, "data"),
                   cJSON_GetObjectItemCaseSensitive(t, "partials"), &e);
        if (!ok || strcmp(out.ptr, want) != 0)
            print_message(
                "%s: %s\n got '%s'\nwant '%s'\n", path,
                cJSON_GetObjectItemCaseSensitive(t, "name")->valuestring,
                out.ptr, want);
        else
            count++;
    }
    cJSON_Delete(suite);
    buf_release(&out);
    return count;
}

static void the_public_suite_passes(void **state)
{
    static const char *const file[] = {
        "comments", "delimiters", "interpolation", "inverted",
        "partials", "sections",   "~inheritance"};
    const char *folder = getenv("POSTFLIGHT_CONFORMANCE");
    struct arena a;
    size_t passed = 0;
    (void)state;
    if (folder == NULL)
        folder = SOURCE_ROOT "/../shared/conformance";
    arena_init(&a);
    for (size_t i = 0; i < ARRAY_COUNT(file); i++) {
        const char *path =
            arena_printf(&a, "%s/mustache/%s.json", folder, file[i]);
        FILE *there = fopen(path, "r");
        if (there == NULL) {
            print_message("no suite at %s: skipped\n", path);
            arena_release(&a);
            skip();
        }
        fclose(there);
        passed += run_file(&a, path);
    }
    print_message("mustache: %zu of %d cases\n", passed, SUITE_CASES);
    assert_int_equal(passed, SUITE_CASES);
    arena_release(&a);
}

static void bad_templates_are_told(void **state)
{
    static const struct {
        const char *text, *want;
        unsigned line, column;
    } bad[] = {
        {"a\n {{b", "this tag has no end '}}'", 2, 2},
        {"{{#a}}x", "'a' has no end", 1, 1},
        {"{{#a}}\n{{/b}}", "'b' ends here, but 'a' is open", 2, 1},
        {"{{/a}}", "'a' ends here and has not begun", 1, 1},
        {"x{{}}", "this tag has no name", 1, 2},
        {"{{=x=}}", "expected two delimiters", 1, 1},
    };
    struct arena a;
    (void)state;
    arena_init(&a);
    for (size_t i = 0; i < ARRAY_COUNT(bad); i++) {
        struct err e = {.set = false};
        struct mustache *m = NULL;
        assert_false(
            mustache_parse(&m, &a, test_source(&a, "t", bad[i].text), &e));
        assert_non_null(strstr(e.text, bad[i].want));
        assert_int_equal(e.pos.line, bad[i].line);
        assert_int_equal(e.pos.column, bad[i].column);
    }
    arena_release(&a);
}

static cJSON *parsed(struct arena *a, const char *text)
{
    struct err e = {.set = false};
    cJSON *json = NULL;
    assert_true(json_parse(&json, test_source(a, "data", text), &e));
    return json;
}

static void what_the_specification_leaves_open(void **state)
{
    struct arena a;
    struct buf out;
    struct err e = {.set = false};
    (void)state;
    arena_init(&a);
    buf_init(&out, 4000);
    cJSON *data = parsed(&a, "{\"empty\": \"\", \"zero\": 0}");
    assert_true(render(&out, &a, "{{#empty}}a{{/empty}}{{#zero}}b{{/zero}}",
                       data, NULL, &e));
    assert_string_equal(out.ptr, "b");
    cJSON_Delete(data);
    cJSON *parts = parsed(&a, "{\"p\": \"x\\n\\ny\\n\"}");
    assert_true(render(&out, &a, "  {{>p}}\n", parts, parts, &e));
    assert_string_equal(out.ptr, "  x\n\n  y\n");
    cJSON_Delete(parts);
    buf_release(&out);
    arena_release(&a);
}

static void depth_at_its_limit(void **state)
{
    struct arena a;
    struct buf out;
    (void)state;
    arena_init(&a);
    buf_init(&out, 4000);
    cJSON *data = parsed(&a, "{\"a\": true, \"loop\": \"{{>loop}}\"}");
    for (size_t n = MUSTACHE_DEPTH_MAX - 2; n <= MUSTACHE_DEPTH_MAX + 1; n++) {
        struct err e = {.set = false};
        const char *text =
            arena_printf(&a, "%sx%s", test_repeat(&a, "{{#a}}", n),
                         test_repeat(&a, "{{/a}}", n));
        bool ok = render(&out, &a, text, data, NULL, &e);
        assert_int_equal(ok, n < MUSTACHE_DEPTH_MAX);
    }
    struct err e = {.set = false};
    assert_false(render(&out, &a, "{{>loop}}", data, data, &e));
    assert_non_null(strstr(e.text, "goes deeper than 64 levels"));
    cJSON_Delete(data);
    buf_release(&out);
    arena_release(&a);
}

static void output_at_its_limit(void **state)
{
    struct arena a;
    (void)state;
    arena_init(&a);
    cJSON *data = parsed(&a, "{\"a\": \"12345\"}");
    for (size_t max = 9; max <= 11; max++) {
        struct buf out;
        struct err e = {.set = false};
        buf_init(&out, max);
        assert_int_equal(render(&out, &a, "{{a}}{{a}}", data, NULL, &e),
                         max >= 10);
        buf_release(&out);
    }
    cJSON_Delete(data);
    arena_release(&a);
}

static void note_name(void *context, const struct mustache_name *name)
{
    struct buf *out = context;
    struct pos pos = pos_at(name->source, name->at);
    for (size_t i = 0; i < name->inside_count; i++)
        buf_printf(out, "%.*s/", STR_ARGS(name->inside[i]));
    buf_printf(out, "%.*s:%d@%u:%u ", STR_ARGS(name->name), (int)name->use,
               pos.line, pos.column);
}

static void names_are_listed_with_their_places(void **state)
{
    struct arena a;
    struct buf out;
    struct mustache *m = NULL;
    struct err e = {.set = false};
    (void)state;
    arena_init(&a);
    buf_init(&out, 4000);
    assert_true(mustache_parse(
        &m, &a,
        test_source(&a, "t",
                    "{{a}}\n{{#b}}{{c.d}}{{^e}}{{.}}{{/e}}{{/b}}\n{{>p}}"),
        &e));
    mustache_names(m, note_name, &out);
    assert_string_equal(out.ptr,
                        "a:0@1:1 b:1@2:1 b/c.d:0@2:7 b/e:1@2:14 b/.:0@2:20 "
                        "p:2@3:1 ");
    buf_release(&out);
    arena_release(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_public_suite_passes),
        cmocka_unit_test(bad_templates_are_told),
        cmocka_unit_test(what_the_specification_leaves_open),
        cmocka_unit_test(depth_at_its_limit),
        cmocka_unit_test(output_at_its_limit),
        cmocka_unit_test(names_are_listed_with_their_places),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
