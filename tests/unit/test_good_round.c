/* app/good_round.c: when production was last well. */
#include "app/good_round.h"
#include "tests/unit/history_world.h"

/* One round at T0 + minute: of check a and, where it is named, check b. */
static void add_round(struct world *w, int64_t minute, int a, int b)
{
    struct run_row run = {.started_ms = T0 + minute * 60000,
                          .finished_ms = T0 + minute * 60000};
    struct result_row row[] = {
        {.check = "a", .title = "A", .status = a, .cause = -1},
        {.check = "b", .title = "B", .status = b, .cause = -1}};
    assert_true(
        history_add_run(w->history, &run, row, b < 0 ? 1 : 2, NULL, &w->err));
}

/* since: minute of the first failed round; -1: it passed in the last one */
static void put_state(struct world *w, const char *check, int64_t since)
{
    const struct check_state s = {.check = check,
                                  .rounds = 3,
                                  .failing_since_ms =
                                      since < 0 ? 0 : T0 + since * 60000};
    assert_true(history_put_state(w->history, &s, &w->err));
}

/* Minute of the good round when these fail; -1: there is none. */
static int64_t look(struct world *w, int a, int b)
{
    const struct result result[] = {{.id = "a", .status = a},
                                    {.id = "b", .status = b}};
    struct good_round good;
    assert_true(
        good_round_find(&good, w->history, &w->arena, result, 2, &w->err));
    return good.good_ms == 0 ? -1 : (good.good_ms - T0) / 60000;
}

static void what_fails_now_passed_then(void **state)
{
    struct world w;
    (void)state;
    world_begin(&w);
    assert_int_equal(look(&w, STATUS_FAIL, STATUS_PASS), -1);
    add_round(&w, 0, STATUS_PASS, STATUS_PASS);
    add_round(&w, 1, STATUS_PASS, STATUS_FAIL);
    add_round(&w, 2, STATUS_FAIL, STATUS_PASS);
    add_round(&w, 3, STATUS_ERROR, STATUS_PASS);
    put_state(&w, "a", 2);
    put_state(&w, "b", -1);
    assert_int_equal(look(&w, STATUS_FAIL, STATUS_PASS), 1);
    assert_int_equal(look(&w, STATUS_PASS, STATUS_FAIL), 3);
    assert_int_equal(look(&w, STATUS_PASS, STATUS_DEGRADED), 3);
    assert_int_equal(look(&w, STATUS_FAIL, STATUS_FAIL), 0);
    assert_int_equal(look(&w, STATUS_PASS, STATUS_PASS), -1);
    world_end(&w);
}

static void a_check_that_is_new_decides_nothing(void **state)
{
    struct world w;
    (void)state;
    world_begin(&w);
    add_round(&w, 0, STATUS_PASS, -1);
    put_state(&w, "a", -1);
    assert_int_equal(look(&w, STATUS_FAIL, STATUS_FAIL), 0);
    assert_int_equal(look(&w, STATUS_PASS, STATUS_FAIL), -1);
    world_end(&w);
}

/* One more round that was not judged, and the good one is out of reach. */
static void rounds_at_their_limit(void **state)
{
    (void)state;
    for (int n = -1; n <= 1; n++) {
        struct world w;
        world_begin(&w);
        assert_true(history_begin(w.history, &w.err));
        add_round(&w, 0, STATUS_PASS, STATUS_PASS);
        for (int i = 1; i < GOOD_ROUNDS_MAX + n; i++)
            add_round(&w, i, STATUS_ERROR, STATUS_PASS);
        put_state(&w, "a", GOOD_ROUNDS_MAX + n);
        assert_true(history_commit(w.history, &w.err));
        assert_int_equal(look(&w, STATUS_FAIL, STATUS_PASS), n > 0 ? -1 : 0);
        world_end(&w);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_fails_now_passed_then),
        cmocka_unit_test(a_check_that_is_new_decides_nothing),
        cmocka_unit_test(rounds_at_their_limit),
    };
    return cmocka_run_group_tests_name("good_round", tests, NULL, NULL);
}
