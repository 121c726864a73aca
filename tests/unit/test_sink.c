/* What leaves: secrets are gone before anything is cut. */
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "redact/sink.h"
#include "tests/unit/testing.h"

#define SECRET "Tr0ub4dor"

struct world {
    struct arena arena;
    struct sink *sink;
};

static int setup(void **state)
{
    struct world *w = calloc(1, sizeof(*w));
    arena_init(&w->arena);
    w->sink = sink_open();
    assert_true(redactor_add(sink_redactor(w->sink), STR(SECRET)));
    *state = w;
    return 0;
}

static int teardown(void **state)
{
    struct world *w = *state;
    sink_close(w->sink);
    arena_release(&w->arena);
    free(w);
    return 0;
}

static void check_text(struct world *w, const char *text, const char *want)
{
    struct str clean = sink_text(w->sink, &w->arena, str_from(text));
    assert_true(str_is(clean, want));
}

static void check_form(struct world *w, const char *text, const char *want)
{
    struct str clean = sink_form(w->sink, &w->arena, str_from(text));
    assert_true(str_is(clean, want));
}

static void test_texts(void **state)
{
    struct world *w = *state;
    check_text(w, "", "");
    check_text(w, "a " SECRET " b", "a [redacted] b");
    check_text(w, "password=abcdefgh", "password=[redacted]");
    check_text(w, "VHIwdWI0ZG9y", "[redacted]"); /* in base64 */
}

/* What looks like a secret stays in a form: it may span its syntax. */
static void test_forms(void **state)
{
    struct world *w = *state;
    check_form(w, "", "");
    check_form(w, "{\"a\": \"" SECRET "\", \"b\": \"" SECRET "x\"}",
               "{\"a\": \"[redacted]\", \"b\": \"[redacted]x\"}");
    check_form(w, "auth: { bearer: ${secret:NAME} }",
               "auth: { bearer: ${secret:NAME} }");
    check_form(w, "password=abcdefgh", "password=abcdefgh");
    check_form(w, "ends in Tr0ub4do", "ends in Tr0ub4do");
}

/* Wherever the secret stands to the cut, nothing of it is left. */
static void test_cut_comes_last(void **state)
{
    struct world *w = *state;
    for (size_t n = 0; n < 40; n++) {
        const char *text =
            arena_printf(&w->arena, "%s" SECRET " and more that is cut off",
                         test_repeat(&w->arena, "x", n));
        struct str cut = sink_cut(w->sink, &w->arena, str_from(text), 20);
        assert_true(cut.len <= 20);
        assert_null(memchr(cut.ptr, 'T', cut.len));
        const char *line = sink_line(w->sink, &w->arena, str_from(text), 20);
        assert_true(strlen(line) <= 20);
        assert_null(strchr(line, 'T'));
    }
}

static void test_cut_limits(void **state)
{
    struct world *w = *state;
    struct arena *a = &w->arena;
    assert_true(str_is(sink_cut(w->sink, a, STR("1234567"), 8), "1234567"));
    assert_true(str_is(sink_cut(w->sink, a, STR("12345678"), 8), "12345678"));
    assert_true(str_is(sink_cut(w->sink, a, STR("123456789"), 8), "12345..."));
    assert_string_equal(sink_line(w->sink, a, STR("1\n345678"), 8), "1 345678");
    assert_string_equal(sink_line(w->sink, a, STR("1\n3456789"), 8),
                        "1 345...");
}

static void check_file(struct world *w, const char *path, const char *want)
{
    struct source source;
    struct err e = {.set = false};
    assert_true(file_read(&source, &w->arena, path, 1000, &e));
    assert_true(str_is(source.text, want));
    assert_int_equal(unlink(path), 0);
}

static void test_files(void **state)
{
    struct world *w = *state;
    char folder[] = "/tmp/test_sink_XXXXXX";
    struct err e = {.set = false};
    assert_non_null(mkdtemp(folder));
    const char *one = arena_printf(&w->arena, "%s/one", folder);
    const char *two = arena_printf(&w->arena, "%s/two", folder);
    assert_true(sink_file(w->sink, one, STR("a " SECRET), FILE_PRIVATE, &e));
    check_file(w, one, "a [redacted]");
    const struct file_part part[] = {{one, STR("b " SECRET), FILE_PRIVATE},
                                     {two, STR(SECRET " c"), FILE_SHARED}};
    assert_true(sink_files(w->sink, part, 2, false, &e));
    check_file(w, one, "b [redacted]");
    check_file(w, two, "[redacted] c");
    assert_int_equal(rmdir(folder), 0);
    assert_false(sink_file(w->sink, one, STR("a"), FILE_PRIVATE, &e));
    assert_true(e.set);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_texts),      TEST(test_forms), TEST(test_cut_comes_last),
        TEST(test_cut_limits), TEST(test_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
