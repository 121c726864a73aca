/* The time for reading a log: before it passes, when it passes, and after. */
#include "base/clock.h"
#include "scan/internal.h"
#include "tests/unit/testing.h"

static ssize_t read_until(int64_t until_us, bool *late)
{
    char out[128];
    struct err e = {.set = false};
    struct source_reader *r = source_of_text("a.log", STR("one line\n"));
    source_limit(r, until_us);
    ssize_t n = source_read(r, out, sizeof(out), &e);
    *late = source_is_late(r);
    source_close(r);
    return n;
}

static void a_log_ends_at_its_limit(void **state)
{
    (void)state;
    int64_t now_us = clock_now_us();
    bool late;
    assert_int_equal(read_until(now_us + 3600000000, &late), 9);
    assert_false(late);
    assert_int_equal(read_until(INT64_MAX, &late), 9);
    assert_false(late);
    assert_int_equal(read_until(0, &late), 9); /* none */
    assert_false(late);
    assert_int_equal(read_until(now_us, &late), 0);
    assert_true(late);
    assert_int_equal(read_until(now_us - 1, &late), 0);
    assert_true(late);
}

static void what_ended_before_is_whole(void **state)
{
    (void)state;
    char out[128];
    struct err e = {.set = false};
    struct source_reader *r = source_of_text("a.log", STR("one line\n"));
    source_limit(r, INT64_MAX);
    assert_int_equal(source_read(r, out, sizeof(out), &e), 9);
    assert_int_equal(source_read(r, out, sizeof(out), &e), 0);
    assert_false(source_is_late(r));
    source_close(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_log_ends_at_its_limit),
        cmocka_unit_test(what_ended_before_is_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
