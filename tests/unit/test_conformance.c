/*
 * The public suite of RFC 9535: every case is a test, none is left out. It
 * stands in POSTFLIGHT_CONFORMANCE, ../shared/conformance beside the project
 * when that is not set; without the suite the test says so and is skipped.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/json.h"
#include "language/jsonpath.h"
#include "tests/unit/testing.h"

#define CASES 703

static char *printed(struct arena *a, const cJSON *json)
{
    struct buf out;
    buf_init(&out, (size_t)1 << 20);
    json_print(&out, json);
    char *text = buf_dup(a, &out);
    buf_release(&out);
    return text;
}

static const char *selected(struct arena *a, const struct jsonpath *path,
                            const cJSON *document)
{
    struct jsonpath_nodes nodes;
    struct buf out;
    if (!jsonpath_select(&nodes, a, path, document))
        return "gave up";
    buf_init(&out, (size_t)1 << 20);
    buf_char(&out, '[');
    for (size_t i = 0; i < nodes.count; i++) {
        buf_text(&out, i > 0 ? "," : "");
        json_print(&out, nodes.item[i]);
    }
    buf_char(&out, ']');
    char *text = buf_dup(a, &out);
    buf_release(&out);
    return text;
}

/* JSON cannot hold NUL for cJSON: the suite's is read as U+E000 and put back.
 */
static struct str with_nul(struct arena *a, const char *text)
{
    struct str s = str_from(text);
    char *copy = arena_alloc(a, s.len + 1);
    size_t len = 0;
    for (size_t i = 0; i < s.len; i++) {
        if (str_starts(str_sub(s, i, 3), STR("\xEE\x80\x80"))) {
            copy[len++] = '\0';
            i += 2;
        } else {
            copy[len++] = s.ptr[i];
        }
    }
    return (struct str){copy, len};
}

static bool holds(struct arena *a, const cJSON *test)
{
    struct jsonpath *path = NULL;
    struct jsonpath_error error = {0, ""};
    struct str selector = with_nul(
        a, cJSON_GetObjectItemCaseSensitive(test, "selector")->valuestring);
    bool valid = jsonpath_compile(&path, a, selector, &error);
    if (cJSON_GetObjectItemCaseSensitive(test, "invalid_selector") != NULL)
        return !valid;
    if (!valid)
        return false;
    const cJSON *document = cJSON_GetObjectItemCaseSensitive(test, "document");
    const cJSON *one = cJSON_GetObjectItemCaseSensitive(test, "result");
    const cJSON *any = cJSON_GetObjectItemCaseSensitive(test, "results");
    const char *got = selected(a, path, document);
    if (one != NULL)
        return strcmp(got, printed(a, one)) == 0;
    for (const cJSON *c = any->child; c != NULL; c = c->next)
        if (strcmp(got, printed(a, c)) == 0)
            return true;
    return false;
}

static cJSON *read_suite(struct arena *a)
{
    const char *folder = getenv("POSTFLIGHT_CONFORMANCE");
    struct source source;
    struct err e = {.set = false};
    struct buf text;
    cJSON *suite = NULL;
    if (folder == NULL)
        folder = arena_printf(a, "%s/../shared/conformance", SOURCE_ROOT);
    const char *path = arena_printf(a, "%s/jsonpath/cts.json", folder);
    if (!file_read(&source, a, path, (size_t)8 << 20, &e))
        return NULL;
    buf_init(&text, (size_t)8 << 20);
    for (struct str rest = source.text; rest.len > 0;) {
        size_t at = str_find(rest, STR("\\u0000"), 0);
        buf_str(&text, str_sub(rest, 0, at));
        buf_text(&text, at < rest.len ? "\\uE000" : "");
        rest = str_sub(rest, at + 6, rest.len);
    }
    source.text = buf_view(&text);
    if (!json_parse(&suite, &source, &e))
        fail_msg("%u:%u %s", e.pos.line, e.pos.column, e.text);
    buf_release(&text);
    return suite;
}

static void rfc9535(void **state)
{
    struct arena a;
    size_t passed = 0, failed = 0;
    (void)state;
    arena_init(&a);
    cJSON *suite = read_suite(&a);
    if (suite == NULL) {
        arena_release(&a);
        print_message("# the conformance suite is not here\n");
        skip();
    }
    const cJSON *tests = cJSON_GetObjectItemCaseSensitive(suite, "tests");
    for (const cJSON *t = tests->child; t != NULL; t = t->next) {
        const char *name =
            cJSON_GetObjectItemCaseSensitive(t, "name")->valuestring;
        bool ok = holds(&a, t);
        passed += ok;
        failed += !ok;
        if (!ok)
            printf(
                "# failed: %s: %s\n", name,
                cJSON_GetObjectItemCaseSensitive(t, "selector")->valuestring);
        else
            printf("ok - rfc9535: %s\n", name);
    }
    cJSON_Delete(suite);
    arena_release(&a);
    printf("# JSONPath conformance: %zu of %zu\n", passed, passed + failed);
    assert_int_equal(failed, 0);
    assert_int_equal(passed, CASES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(rfc9535)};
    return cmocka_run_group_tests_name("conformance", tests, NULL, NULL);
}
