/* base/text, base/number, base/buf, base/clock. */
#include "base/clock.h"
#include "base/text.h"
#include "tests/unit/testing.h"

static void check_visible(const char *in, size_t len, const char *want)
{
    struct buf out;
    buf_init(&out, 4096);
    text_visible(&out, (struct str){in, len});
    assert_string_equal(out.ptr, want);
    buf_release(&out);
}

static void control_bytes_become_visible(void **state)
{
    (void)state;
    check_visible("a\x1b[31mb", 7, "a\\x1B[31mb");
    check_visible("a\tb\nc", 5, "a\tb\nc");
    check_visible("a\r\nb\rc", 6, "a\nb\\x0Dc");
    check_visible("\0", 1, "\\x00");
    check_visible("\xff", 1, "\\xFF");
    check_visible("\xe2\x80\xae", 3, "\\u{202E}");
    check_visible("\xc2\x9b", 2, "\\x9B");
    check_visible("\xed\xa0\x80", 3, "\\xED\\xA0\\x80"); /* surrogate */
    check_visible("\xc0\xaf", 2, "\\xC0\\xAF");          /* overlong */
    check_visible("Grüße ✓", 11, "Grüße ✓");
}

static void elision_keeps_characters_whole(void **state)
{
    struct arena a;
    (void)state;
    arena_init(&a);
    assert_string_equal(text_elide(&a, STR("12345678"), 8), "12345678");
    assert_string_equal(text_elide(&a, STR("123456789"), 8), "12345...");
    assert_string_equal(text_elide(&a, STR("aaaa\xc3\xa9zzzz"), 8), "aaaa...");
    arena_release(&a);
}

static void check_cut(const char *text, size_t max, const char *want)
{
    struct arena a;
    arena_init(&a);
    assert_true(str_is(text_cut(&a, str_from(text), max), want));
    arena_release(&a);
}

static void cuts_keep_characters_whole(void **state)
{
    static const char euro[] = "ab\xE2\x82\xAC";
    static const size_t whole[] = {0, 1, 2, 2, 2, 5, 5};
    (void)state;
    for (size_t max = 0; max < ARRAY_COUNT(whole); max++)
        assert_int_equal(text_whole(STR(euro), max).len, whole[max]);
    check_cut("1234567", 8, "1234567");
    check_cut("12345678", 8, "12345678");
    check_cut("123456789", 8, "12345...");
    check_cut("1234\xC3\xA9zzzz", 8, "1234...");
    check_cut("123\xC3\xA9zzzz", 8, "123\xC3\xA9...");
    check_cut("\n\x01", 8, "\n\x01"); /* it is not made visible */
}

static void check_markup(const char *marks, const char *want)
{
    struct buf out;
    buf_init(&out, 100);
    text_markup(&out, STR("a<b>&\"'"), marks);
    assert_true(str_is(buf_view(&out), want));
    buf_release(&out);
}

static void markup_is_escaped(void **state)
{
    (void)state;
    struct buf out;
    buf_init(&out, 100);
    text_markup(&out, STR("a<b>&\"'\0;"), MARKUP_MARKS);
    assert_int_equal(out.len, strlen("a&lt;b&gt;&amp;&quot;&#39;") + 2);
    buf_release(&out);
    check_markup(MARKUP_MARKS, "a&lt;b&gt;&amp;&quot;&#39;");
    check_markup("&<>", "a&lt;b&gt;&amp;\"'");
    check_markup("&", "a<b>&amp;\"'");
    check_markup("", "a<b>&\"'");
}

static void nearest_word(void **state)
{
    static const char *const known[] = {"timeout", "title", "expect"};
    (void)state;
    assert_string_equal(text_hint(STR("timout"), known, 3).text,
                        ", did you mean 'timeout'?");
    assert_string_equal(text_hint(STR("exepct"), known, 3).text,
                        ", did you mean 'expect'?");
    assert_string_equal(text_hint(STR("zzzzzz"), known, 3).text, "");
    assert_string_equal(text_hint(STR(""), known, 3).text, "");
}

static int64_t duration(const char *text)
{
    int64_t us = -1;
    return text_to_duration_us(str_from(text), &us) ? us : -1;
}

static void durations_and_sizes(void **state)
{
    uint64_t bytes = 0;
    (void)state;
    assert_int_equal(duration("250ms"), 250000);
    assert_int_equal(duration("1.5s"), 1500000);
    assert_int_equal(duration("2m"), 120000000);
    assert_int_equal(duration("1d"), INT64_C(86400000000));
    assert_int_equal(duration("5"), -1);
    assert_int_equal(duration("s"), -1);
    assert_int_equal(duration("-1s"), -1);
    assert_int_equal(duration("1.1234567s"), -1);
    assert_int_equal(duration("99999999999999999d"), -1);
    assert_true(text_to_size(STR("4MiB"), &bytes));
    assert_int_equal(bytes, 4 << 20);
    assert_true(text_to_size(STR("1.5kB"), &bytes));
    assert_int_equal(bytes, 1500);
    assert_false(text_to_size(STR("4"), &bytes));
}

static void integers_at_their_limit(void **state)
{
    uint64_t n = 0;
    (void)state;
    assert_true(text_to_u64(STR("254"), 255, &n));
    assert_true(text_to_u64(STR("255"), 255, &n));
    assert_false(text_to_u64(STR("256"), 255, &n));
    assert_true(text_to_u64(STR("18446744073709551615"), UINT64_MAX, &n));
    assert_false(text_to_u64(STR("18446744073709551616"), UINT64_MAX, &n));
    assert_false(text_to_u64(STR("+1"), 255, &n));
    assert_false(text_to_u64(STR(""), 255, &n));
}

static int compare(const char *a, const char *b)
{
    return text_compare_numbers(str_from(a), str_from(b));
}

static void numbers_compare_exactly(void **state)
{
    (void)state;
    assert_int_equal(compare("9007199254740993", "9007199254740992"), 1);
    assert_int_equal(compare("1e400", "1e399"), 1);
    assert_int_equal(compare("-1e400", "1e-400"), -1);
    assert_int_equal(compare("0.1", "0.10"), 0);
    assert_int_equal(compare("1.0e2", "100"), 0);
    assert_int_equal(compare("0.001", "1e-3"), 0);
    assert_int_equal(compare("-0", "0.0"), 0);
    assert_int_equal(compare("0e9", "0"), 0);
    assert_int_equal(compare("2", "10"), -1);
    assert_int_equal(compare("-2", "-10"), 1);
    assert_int_equal(compare("0.5", "0.49999999999999999999"), 1);
}

static void number_grammar(void **state)
{
    static const char *const good[] = {"0", "-0", "1.5", "1e5", "1E+5"};
    static const char *const bad[] = {"",   "-",  "01", "1.",   ".5",
                                      "1e", "+1", "1x", "0x10", "NaN"};
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(good); i++)
        assert_true(text_is_number(str_from(good[i])));
    for (size_t i = 0; i < ARRAY_COUNT(bad); i++)
        assert_false(text_is_number(str_from(bad[i])));
}

static void buf_stops_at_its_ceiling(void **state)
{
    struct buf b;
    (void)state;
    for (size_t len = 4; len <= 6; len++) {
        buf_init(&b, 5);
        buf_add(&b, "abcdef", len);
        assert_int_equal(b.full, len > 5);
        assert_int_equal(b.len, len > 5 ? 5 : len);
        buf_release(&b);
    }
}

static void check_time(const char *in, size_t used, const char *want)
{
    struct buf out;
    int64_t ms = 0;
    bool zoned = false;
    buf_init(&out, 64);
    assert_int_equal(clock_parse(str_from(in), &ms, &zoned), used);
    if (used > 0) {
        clock_format(&out, ms);
        assert_string_equal(out.ptr, want);
    }
    buf_release(&out);
}

static void every_year_is_written(void **state)
{
    static const struct {
        int64_t ms;
        const char *want;
    } time[] = {{-1, "1969-12-31T23:59:59.999Z"},
                {INT64_C(253402300799000), "9999-12-31T23:59:59Z"},
                {INT64_C(253402300800000), "10000-01-01T00:00:00Z"},
                {INT64_C(-62167219200000), "0000-01-01T00:00:00Z"},
                {INT64_C(-62167219201000), "-001-12-31T23:59:59Z"}};
    struct buf out;
    (void)state;
    buf_init(&out, 64);
    for (size_t i = 0; i < ARRAY_COUNT(time); i++) {
        buf_clear(&out);
        clock_format(&out, time[i].ms);
        assert_string_equal(out.ptr, time[i].want);
    }
    buf_release(&out);
}

static void times_are_read_and_written(void **state)
{
    (void)state;
    check_time("2026-01-04T15:18:29Z rest", 20, "2026-01-04T15:18:29Z");
    check_time("2025-10-19T17:18:20.886197616Z", 30,
               "2025-10-19T17:18:20.886Z");
    check_time("2026-01-04 15:18:29.123 UTC [1]", 27,
               "2026-01-04T15:18:29.123Z");
    check_time("2024-02-29T23:30:00-01:00", 25, "2024-03-01T00:30:00Z");
    check_time("1969-12-31T23:59:59.5Z", 22, "1969-12-31T23:59:59.500Z");
    check_time("2026-13-04T15:18:29Z", 0, "");
    check_time("15:18:29", 0, "");
}

static void shell_words(void **state)
{
    struct buf out;
    (void)state;
    buf_init(&out, 100);
    text_shell_quote(&out, STR("a'b; rm -rf /"));
    assert_string_equal(out.ptr, "'a'\\''b; rm -rf /'");
    buf_clear(&out);
    text_shell_quote(&out, STR("20251017_init"));
    assert_string_equal(out.ptr, "20251017_init");
    buf_clear(&out);
    text_shell_quote(&out, STR(""));
    assert_string_equal(out.ptr, "''");
    buf_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(control_bytes_become_visible),
        cmocka_unit_test(elision_keeps_characters_whole),
        cmocka_unit_test(cuts_keep_characters_whole),
        cmocka_unit_test(markup_is_escaped),
        cmocka_unit_test(nearest_word),
        cmocka_unit_test(durations_and_sizes),
        cmocka_unit_test(integers_at_their_limit),
        cmocka_unit_test(numbers_compare_exactly),
        cmocka_unit_test(number_grammar),
        cmocka_unit_test(buf_stops_at_its_ceiling),
        cmocka_unit_test(times_are_read_and_written),
        cmocka_unit_test(every_year_is_written),
        cmocka_unit_test(shell_words),
    };
    return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
