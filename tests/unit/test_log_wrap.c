/* scan/log_wrap.c: lines that a terminal broke are one line again. */
#include <string.h>

#include "scan/log_wrap.h"
#include "tests/unit/testing.h"

static struct arena arena;

static int open_all(void **state)
{
    (void)state;
    arena_init(&arena);
    return 0;
}

static int close_all(void **state)
{
    (void)state;
    arena_release(&arena);
    return 0;
}

/* A line of a width that goes on below, so often; then one of `other`. */
static size_t width_of(size_t width, size_t times, size_t other)
{
    struct log_wrap w = {.lines = 0};
    struct buf text;
    buf_init(&text, 100000);
    for (size_t i = 0; i < times; i++)
        buf_printf(&text, "%sb\ncd\n\n", test_repeat(&arena, "a", width - 1));
    buf_printf(&text, "%sb.\n", test_repeat(&arena, "a", other - 2));
    log_wrap_learn(&w, buf_view(&text));
    buf_release(&text);
    return log_wrap_width(&w);
}

static void a_width_needs_proof(void **state)
{
    (void)state;
    assert_int_equal(width_of(71, 3, 40), 0);
    assert_int_equal(width_of(72, 3, 40), 72);
    assert_int_equal(width_of(80, 3, 40), 80);
    assert_int_equal(width_of(81, 3, 40), 0);
    assert_int_equal(width_of(80, 0, 40), 0);
    assert_int_equal(width_of(80, 1, 40), 80);
    assert_int_equal(width_of(78, 1, 40), 0);
    assert_int_equal(width_of(78, 2, 40), 78);
}

/* What is longer was not wrapped. */
static void one_longer_line_refutes_it(void **state)
{
    (void)state;
    assert_int_equal(width_of(80, 9, 80), 80);
    assert_int_equal(width_of(80, 9, 81), 0);
}

#define FULL                                                                   \
    "0123456789 123456789 123456789 123456789 123456789 123456789 123456789 "  \
    "12345/lib"
#define WORDS                                                                  \
    "0123456789 123456789 123456789 123456789 123456789 123456789 123456789 "  \
    "12,"

static void parts_are_told_from_entries(void **state)
{
    static const struct {
        const char *line, *next;
        bool joins;
    } row[] = {
        {FULL, "rary/main.c: no such file", true},
        {FULL, "Library/main.c", true},
        {FULL, "404/main.c", true},
        {FULL, "", false},
        {FULL, "  indented", false},
        {FULL, "[INFO] next", false},
        {FULL, "#13 66.8 next", false},
        {FULL, "10:20:30 next", false},
        {FULL, "2026-03-02 next", false},
        {FULL, "error: next", false},
        {FULL, "warning: next", false},
        {FULL, "npm error next", false},
        {FULL, "errors of the run", true},
        {FULL, "0123456789 next", false}, /* it begins in the same way */
        {FULL, "- next", false},
        {FULL, "+ next", false},
        {FULL, "----------------", false},
        {WORDS, "according to the rules", true},
        {WORDS, "to the rules", false}, /* it would have fitted */
        {WORDS, "According to the rules", false},
        {WORDS " ", "According-to the rules", true}, /* a shell left a blank */
        {"short", "according to the rules", false},
    };
    (void)state;
    assert_int_equal(strlen(FULL), 80);
    for (size_t i = 0; i < ARRAY_COUNT(row); i++)
        if (log_wrap_joins(80, str_from(row[i].line), str_from(row[i].next)) !=
            row[i].joins)
            fail_msg("%s | %s", row[i].line, row[i].next);
    assert_false(log_wrap_joins(0, STR(FULL), STR("rary")));
    assert_true(log_wrap_joins(80, STR(FULL "\r"), STR("rary\r")));
}

/* Columns are characters, not bytes. */
static void columns_are_characters(void **state)
{
    const char *line = test_repeat(&arena, "\xC3\xA4", 80);
    (void)state;
    assert_true(log_wrap_is_full(80, str_from(line)));
    assert_false(log_wrap_is_full(81, str_from(line)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_width_needs_proof),
        cmocka_unit_test(one_longer_line_refutes_it),
        cmocka_unit_test(parts_are_told_from_entries),
        cmocka_unit_test(columns_are_characters),
    };
    return cmocka_run_group_tests_name("log_wrap", tests, open_all, close_all);
}
