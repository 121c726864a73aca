/*
 * probe/pace and probe/descriptors: what happens to a host's requests in,
 * widths and pauses out; base/http_date, which tells the pauses.
 */
#include "base/clock.h"
#include "base/http_date.h"
#include "probe/descriptors.h"
#include "probe/pace.h"
#include "tests/unit/testing.h"

#define SECOND INT64_C(1000000)
#define NOON   INT64_C(1795262400000) /* Sat, 21 Nov 2026 12:00:00 GMT */

/*
 * One letter an event, of an attempt that began with the host's width in use:
 * g good, n neither, s slow to connect, r reset, l limited, u unreached, o good
 * while somebody is overtaken; c a connection; b: those that follow began
 * before what comes next did, as many as there are letters up to e. Blanks are
 * for the reader.
 */
struct world {
    struct pace_state state;
    int64_t now_us;
    const char *owner; /* of the last attempt; each has another */
};

static enum pace_event event_of(char letter)
{
    switch (letter) {
    case 'n':
        return PACE_NEITHER;
    case 's':
        return PACE_SLOW;
    case 'r':
        return PACE_RESET;
    case 'l':
        return PACE_LIMITED;
    case 'u':
        return PACE_UNREACHED;
    default:
        return PACE_GOOD;
    }
}

static void begin(struct world *w, struct pace_ticket *t)
{
    int64_t width = pace_width(&w->state);
    w->now_us += 10;
    pace_begin(&w->state, t, w->owner++, width < 1000 ? width - 1 : 7,
               w->now_us);
}

static void happen(struct world *w, const char *events)
{
    struct pace_ticket burst[64];
    size_t began = 0, told = 0;
    for (const char *e = events; *e != '\0'; e++) {
        struct pace_ticket one;
        if (*e == ' ') {
            continue;
        } else if (*e == 'b') {
            size_t count = strcspn(e + 1, "e");
            for (began = told = 0; began < count; began++)
                begin(w, &burst[began]);
        } else if (*e == 'e') {
            began = told = 0;
        } else if (*e == 'c') {
            pace_connected(&w->state, ++w->now_us);
        } else if (told < began) {
            pace_tell(&w->state, &burst[told++], event_of(*e), *e == 'o',
                      ++w->now_us);
        } else {
            begin(w, &one);
            pace_tell(&w->state, &one, event_of(*e), *e == 'o', ++w->now_us);
        }
    }
}

static const char owners[1000];

static void open_world(struct world *w, int64_t fixed)
{
    *w = (struct world){.now_us = SECOND, .owner = owners};
    pace_init(&w->state, fixed);
}

static void widths_follow_events(void **state)
{
    static const struct {
        const char *events;
        int64_t fixed, width;
    } row[] = {
        {"", 0, 8},
        /* as many good answers as the width double it */
        {"ggggggg", 0, 8},
        {"gggggggg", 0, 16},
        {"gggggggg gggggggggggggggg", 0, 32},
        {"ggggnnnnnnnn", 0, 8},
        {"ggggnnnngggg", 0, 16},
        /* nobody is wider while a connection is overtaken */
        {"gggggggooooo", 0, 8},
        {"gggggggooog", 0, 16},
        /* what halves */
        {"s", 0, 4},
        {"r", 0, 4},
        {"l", 0, 4},
        {"rr", 0, 2},
        {"rrr", 0, 1},
        {"rrrrrr", 0, 1},
        /* a burst halves once, whatever comes of it */
        {"brrrrrrrre", 0, 4},
        {"bsrlrslrle r", 0, 2},
        /* good answers of that burst tell of the width before */
        {"brggge", 0, 4},
        {"brgggge", 0, 4},
        {"brgggge gggg", 0, 7},
        /* back up to just below the width that was too much */
        {"r gggg", 0, 7},
        {"r gggg ggggggg", 0, 7},
        {"gggggggg r gggggggg", 0, 15},
        {"r gggg r ggg", 0, 6},
        /* who refuses every connection has nothing to be spared */
        {"u", 0, PACE_MOST},
        {"uuuu", 0, PACE_MOST},
        {"uuuuc", 0, 8},
        {"rru", 0, PACE_MOST},
        {"rruc", 0, 8},
        {"uucgggggggg", 0, 16},
        /* one that served another since it began is there */
        {"buce u", 0, PACE_MOST},
        {"bcue", 0, 8},
        /* what the user gave is fixed */
        {"", 1, 1},
        {"gggggggg", 3, 3},
        {"rrlsu", 100, 100},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(row); i++) {
        struct world w;
        open_world(&w, row[i].fixed);
        happen(&w, row[i].events);
        if (pace_width(&w.state) != row[i].width)
            fail_msg("'%s': %lld, not %lld", row[i].events,
                     (long long)pace_width(&w.state), (long long)row[i].width);
    }
}

/* Ten rounds at the ceiling lift it; nine do not. */
static void a_ceiling_is_lifted(void **state)
{
    struct world w;
    (void)state;
    open_world(&w, 0);
    happen(&w, "rgggg");
    assert_int_equal(pace_width(&w.state), 7);
    for (int i = 0; i < 7 * PACE_STEADY - 1; i++)
        happen(&w, "g");
    assert_int_equal(pace_width(&w.state), 7);
    happen(&w, "g");
    assert_int_equal(pace_width(&w.state), 14);
}

/* Good answers of a host that is hardly used tell nothing of more. */
static void an_idle_width_does_not_grow(void **state)
{
    struct pace_state s;
    (void)state;
    pace_init(&s, 0);
    for (int i = 0; i < 100; i++) {
        struct pace_ticket t;
        pace_begin(&s, &t, owners, 6, SECOND + i);
        pace_tell(&s, &t, PACE_GOOD, false, SECOND + i);
    }
    assert_int_equal(pace_width(&s), 8);
}

static void crowds_are_seen(void **state)
{
    struct pace_state s;
    struct pace_ticket alone, first, second;
    (void)state;
    pace_init(&s, 0);
    pace_begin(&s, &alone, owners, 0, 1);
    assert_false(pace_was_crowded(&s, &alone));
    pace_begin(&s, &first, owners, 0, 2);
    pace_begin(&s, &second, owners, 1, 3);
    assert_true(pace_was_crowded(&s, &first)); /* by who came later */
    assert_true(pace_was_crowded(&s, &second));
}

/* Trying again is vain when it took so long in all, until one passes. */
static void retries_are_bounded(void **state)
{
    struct pace_state s;
    (void)state;
    pace_init(&s, 0);
    assert_true(pace_may_retry(&s, PACE_CLOSED));
    pace_retried(&s, PACE_CLOSED, true, PACE_RETRIES_US - 2);
    assert_true(pace_may_retry(&s, PACE_CLOSED));
    pace_retried(&s, PACE_CLOSED, true, 0);
    assert_false(pace_may_retry(&s, PACE_CLOSED));
    assert_true(pace_may_retry(&s, PACE_NO_ANSWER));
    pace_retried(&s, PACE_CLOSED, false, 5);
    assert_true(pace_may_retry(&s, PACE_CLOSED));
}

/* What fails alone, too, was not due to the width. */
static void a_vain_retry_gives_the_width_back(void **state)
{
    struct world w;
    (void)state;
    open_world(&w, 0);
    happen(&w, "rrr");
    pace_retried(&w.state, PACE_CLOSED, false, 5);
    assert_int_equal(pace_width(&w.state), 1);
    pace_retried(&w.state, PACE_CLOSED, true, 5);
    assert_int_equal(pace_width(&w.state), 8);
    happen(&w, "gggggggg");
    pace_retried(&w.state, PACE_CLOSED, true, 5);
    assert_int_equal(pace_width(&w.state), 16);
}

static void pauses_are_as_requested(void **state)
{
    static const struct {
        int64_t requested_us, limit_us, pause_us;
        bool again;
    } row[] = {
        {3 * SECOND, 10 * SECOND, 3 * SECOND, true},
        {10 * SECOND - 1, 10 * SECOND, 10 * SECOND - 1, true},
        {10 * SECOND, 10 * SECOND, 10 * SECOND, true},
        {10 * SECOND + 1, 10 * SECOND, 0, false},
        {3600 * SECOND, 30 * SECOND, 0, false},
        {-1, 10 * SECOND, PACE_PAUSE_US, true}, /* it did not say */
        {0, 10 * SECOND, PACE_PAUSE_US, true},
        {-1, PACE_PAUSE_US - 1, 0, false},
        {1, -5, 0, false}, /* a deadline that has passed */
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(row); i++) {
        struct pace_state s;
        struct pace_ticket t;
        pace_init(&s, 0);
        pace_begin(&s, &t, owners, 1, SECOND);
        pace_tell(&s, &t, PACE_LIMITED, false, SECOND);
        bool again = pace_pause(&s, &t, row[i].requested_us, row[i].limit_us,
                                false, SECOND);
        assert_int_equal(again, row[i].again);
        assert_int_equal(s.paused_until_us == 0 ? 0
                                                : s.paused_until_us - SECOND,
                         row[i].pause_us);
    }
}

/* Limits of one burst are one pause; without a good answer it ends. */
static void pauses_are_bounded(void **state)
{
    struct pace_state s;
    struct pace_ticket t;
    int64_t now = SECOND, began = now;
    int rounds = 0;
    (void)state;
    pace_init(&s, 0);
    pace_begin(&s, &t, owners, 1, now);
    while (pace_pause(&s, &t, -1, 60 * SECOND, false, now)) {
        assert_true(pace_pause(&s, &t, -1, 60 * SECOND, false, now));
        assert_int_equal(s.pauses, ++rounds);
        now = s.paused_until_us;
    }
    assert_int_equal(rounds, 6); /* 0.25 s, doubled up to 5 s */
    assert_int_equal(now - began, s.paused_us);
    assert_in_range(s.paused_us, PACE_VAIN_US, 2 * PACE_VAIN_US);
    pace_tell(&s, &t, PACE_GOOD, false, now);
    assert_true(pace_pause(&s, &t, SECOND, 60 * SECOND, false, now));
}

static void pauses_end_in_all(void **state)
{
    struct pace_state s;
    struct pace_ticket t;
    int64_t now = SECOND;
    (void)state;
    pace_init(&s, 0);
    pace_begin(&s, &t, owners, 1, now);
    for (int i = 0; i < 60; i++) {
        assert_true(pace_pause(&s, &t, 5 * SECOND, 30 * SECOND, false, now));
        now = s.paused_until_us;
        pace_tell(&s, &t, PACE_GOOD, false, now);
    }
    assert_int_equal(s.paused_us, PACE_TOTAL_US);
    assert_false(pace_pause(&s, &t, SECOND, 30 * SECOND, false, now));
    assert_true(pace_pause(&s, &t, SECOND, 30 * SECOND, true, now));
}

/* A limit of a rate sees what was asked before; who asks alone is told. */
static void limits_are_whose(void **state)
{
    struct pace_state s;
    struct pace_ticket t, other;
    (void)state;
    pace_init(&s, 0);
    pace_begin(&s, &t, owners, 0, SECOND);
    assert_false(pace_pause(&s, &t, SECOND, 9 * SECOND, false, SECOND));
    pace_begin(&s, &other, owners + 1, 0, 2 * SECOND);
    pace_tell(&s, &other, PACE_GOOD, false, 2 * SECOND);
    pace_begin(&s, &t, owners, 0, 3 * SECOND);
    assert_true(pace_pause(&s, &t, SECOND, 9 * SECOND, false, 3 * SECOND));
    int64_t later = 2 * SECOND + PACE_RATE_US;
    assert_false(pace_pause(&s, &t, SECOND, 9 * SECOND, false, later));
    assert_true(pace_pause(&s, &t, SECOND, 9 * SECOND, false, later - 1));
}

static void descriptors_are_shared(void **state)
{
    static const struct {
        int64_t wanted, limit, open, slots;
    } row[] = {
        {1024, 1048576, 5, 1024}, {1024, 64, 5, 16}, {1024, 64, 60, 1},
        {1024, 64, 100, 1},       {4, 64, 5, 4},     {1024, 18, 5, 1},
        {1024, 20, 5, 1},         {1024, 21, 5, 2},  {1024, 3087, 5, 1024},
        {1024, 3086, 5, 1023},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(row); i++)
        assert_int_equal(
            descriptors_share(row[i].wanted, row[i].limit, row[i].open),
            row[i].slots);
}

static void retry_after_is_read(void **state)
{
    static const struct {
        const char *value;
        int64_t ms;
    } row[] = {
        {"0", 0},
        {"3", 3000},
        {" 120\t", 120000},
        {"1.5", 2000},
        {"1.0", 1000},
        {"100000", 100000000},
        {"999999999", INT64_C(999999999000)},
        {"1000000000", HTTP_RETRY_AFTER_MAX_MS},
        {"1000000001", HTTP_RETRY_AFTER_MAX_MS},
        {"99999999999999999999999", HTTP_RETRY_AFTER_MAX_MS},
        {"-5", -1},
        {"+5", -1},
        {"5s", -1},
        {"5 s", -1},
        {"1.", -1},
        {".5", -1},
        {"1.5.5", -1},
        {"0x10", -1},
        {"soon", -1},
        {"", -1},
        {"Sat, 21 Nov 2026 12:00:30 GMT", 30000},
        {"Sat, 21 Nov 2026 11:00:00 GMT", 0},
        {"Sat Nov 21 12:00:30 2026", 30000},
        {"Sat Nov  7 12:00:30 2026", 0},
        {"Sat, 21-Nov-2026 12:00:30 GMT", 30000},
        {"Sat, 21-Nov-26 12:00:30 GMT", 30000},
        {"Saturday, 21-Nov-26 12:00:30 GMT", 30000},
        {"Saturday, 21-Nov-98 12:00:30 GMT", 0},
        {"Fri, 31 Dec 9999 23:59:59 GMT", HTTP_RETRY_AFTER_MAX_MS},
        {"2026-11-21T12:00:30Z", -1},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(row); i++)
        if (http_retry_after_ms(str_from(row[i].value), NOON) != row[i].ms)
            fail_msg("'%s'", row[i].value);
}

static void the_longest_of_several_counts(void **state)
{
    static const char head[] = "HTTP/1.1 503 x\r\nretry-after: 2\r\n"
                               "X: y\r\nRETRY-AFTER:7\r\nRetry-After: -1\r\n"
                               "Retry-After: no\r\n\r\n";
    (void)state;
    assert_int_equal(http_head_retry_after_ms(STR(head), NOON), 7000);
    assert_int_equal(
        http_head_retry_after_ms(STR("HTTP/1.1 503 x\r\nA: b\r\n\r\n"), NOON),
        -1);
    assert_int_equal(
        http_head_retry_after_ms(STR("Retry-After: soon\r\n"), NOON), -1);
    assert_int_equal(http_head_retry_after_ms(STR("Retry-After: 0\r\n"), NOON),
                     0);
    assert_int_equal(http_head_retry_after_ms(STR_NONE, NOON), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(widths_follow_events),
        cmocka_unit_test(a_ceiling_is_lifted),
        cmocka_unit_test(an_idle_width_does_not_grow),
        cmocka_unit_test(crowds_are_seen),
        cmocka_unit_test(retries_are_bounded),
        cmocka_unit_test(a_vain_retry_gives_the_width_back),
        cmocka_unit_test(pauses_are_as_requested),
        cmocka_unit_test(pauses_are_bounded),
        cmocka_unit_test(pauses_end_in_all),
        cmocka_unit_test(limits_are_whose),
        cmocka_unit_test(descriptors_are_shared),
        cmocka_unit_test(retry_after_is_read),
        cmocka_unit_test(the_longest_of_several_counts),
    };
    return cmocka_run_group_tests_name("pace", tests, NULL, NULL);
}
