/* Lines wrapped at the width of a terminal. */
#include <locale.h>

#include "cli/screen.h"
#include "tests/unit/testing.h"

static void wrapped(const struct screen *s, const char *line, unsigned indent,
                    const char *expected)
{
    struct buf out;
    buf_init(&out, 10000);
    screen_wrap(s, &out, str_from(line), indent);
    if (strcmp(out.ptr, expected) != 0)
        fail_msg("%s:\n%s---\n%s", line, out.ptr, expected);
    buf_release(&out);
}

static void rows_break_at_blanks(void **state)
{
    const struct screen s = {.columns = 20};
    (void)state;
    wrapped(&s, "", 4, "\n");
    wrapped(&s, "short", 4, "short\n");
    wrapped(&s, "1234567890 234567890", 4, "1234567890 234567890\n");
    wrapped(&s, "1234567890 2345678901", 4, "1234567890\n    2345678901\n");
    wrapped(&s, "  why  one two three four five six", 5,
            "  why  one two three\n     four five six\n");
    wrapped(&s, "a  b", 4, "a  b\n");
}

/* Nothing is lost of a word that fits in no row. */
static void long_words_are_split(void **state)
{
    const struct screen s = {.columns = 10};
    (void)state;
    wrapped(&s, "abcdefghij", 2, "abcdefghij\n");
    wrapped(&s, "abcdefghijk", 2, "abcdefghij\n  k\n");
    wrapped(&s, "x abcdefghijklmnop", 2, "x\n  abcdefgh\n  ijklmnop\n");
    wrapped(&s, "x abcdefghijklmnopq y", 2,
            "x\n  abcdefgh\n  ijklmnop\n  q y\n");
}

/* A margin never takes more than a quarter of a narrow screen. */
static void narrow_screens_have_room(void **state)
{
    const struct screen s = {.columns = 8};
    (void)state;
    wrapped(&s, "one two three", 14, "one two\n  three\n");
}

static void colours_take_no_room(void **state)
{
    const struct screen s = {.columns = 10};
    (void)state;
    wrapped(&s, "\033[31mfail\033[0m 23456 89", 2,
            "\033[31mfail\033[0m 23456\n  89\n");
}

static void wide_letters_take_two_columns(void **state)
{
    struct screen s = {.columns = 8, .utf8 = true};
    (void)state;
    if (setlocale(LC_CTYPE, "C.UTF-8") == NULL)
        skip();
    wrapped(&s, "\u6f22\u5b57 \u6f22\u5b57", 2,
            "\u6f22\u5b57\n  \u6f22\u5b57\n");
    wrapped(&s, "\u6f22\u5b57\u6f22\u5b57\u6f22", 2,
            "\u6f22\u5b57\u6f22\u5b57\n  \u6f22\n");
    s.utf8 = false;
    wrapped(&s, "a\u00fc", 2, "a?\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_break_at_blanks),
        cmocka_unit_test(long_words_are_split),
        cmocka_unit_test(narrow_screens_have_room),
        cmocka_unit_test(colours_take_no_room),
        cmocka_unit_test(wide_letters_take_two_columns),
    };
    return cmocka_run_group_tests_name("screen", tests, NULL, NULL);
}
