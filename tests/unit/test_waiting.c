/* Lines on what a run waits for: when one is due, and what it says. */
#include "app/waiting.h"
#include "base/clock.h"
#include "tests/unit/testing.h"

#define S INT64_C(1000000)

struct world {
    struct sink *sink;
    struct waiting waiting;
    struct buf out;
};

static void begin(struct world *w)
{
    w->sink = sink_open();
    assert_true(redactor_add(sink_redactor(w->sink), STR("hunter22hunter22")));
    waiting_begin(&w->waiting, w->sink);
    buf_init(&w->out, 10000);
}

static void end(struct world *w)
{
    buf_release(&w->out);
    sink_close(w->sink);
}

/* "" when no line is due after so many seconds */
static const char *line(struct world *w, int64_t seconds,
                        const struct probe_progress *all, size_t count)
{
    buf_clear(&w->out);
    (void)waiting_line(&w->waiting, &w->out, w->waiting.began_us + seconds * S,
                       all, count);
    return w->out.len == 0 ? "" : w->out.ptr;
}

static void a_line_is_due_every_fifteen_seconds(void **state)
{
    static const struct result r = {.id = "api"};
    const struct probe_progress one = {.result = &r, .stage = PROBE_ASKS};
    static const int64_t due[] = {5, 20, 35, 50};
    struct world w;
    size_t next = 0;
    (void)state;
    begin(&w);
    for (int64_t s = 0; s <= 50; s++) {
        bool told = line(&w, s, &one, 1)[0] != '\0';
        assert_int_equal(told, next < 4 && s == due[next]);
        next += told;
    }
    assert_int_equal(next, 4);
    end(&w);
}

static void it_names_what_has_not_settled(void **state)
{
    static const struct result r[] = {
        {.id = "api", .expected = "9f8e7d6c5b4a39281706f5e4d3c2b1a098765432"},
        {.id = "web", .expected = "9f8e7d6c5b4a39281706f5e4d3c2b1a098765432"},
        {.id = "items"}};
    const struct probe_progress all[] = {
        {.result = &r[0],
         .stage = PROBE_RESTS,
         .streak = 3,
         .streak_wanted = 5,
         .settling = true,
         .reason = "HTTP 503 of hunter22hunter22"},
        {.result = &r[1],
         .stage = PROBE_ASKS,
         .streak = 7,
         .streak_wanted = 5,
         .settling = true},
        {.result = &r[2], .stage = PROBE_RESTS, .settling = true}};
    struct world w;
    (void)state;
    begin(&w);
    const char *said = line(&w, 6, all, 3);
    assert_non_null(strstr(said, "after 6 s: 1 of 2 checks settled; api: 3 of "
                                 "5 answers from 9f8e7d6c5b4a, last failure "
                                 "HTTP 503 of "));
    assert_null(strstr(said, "hunter22"));
    assert_null(strstr(said, "web:"));
    assert_null(strstr(said, "items"));
    end(&w);
}

static void it_names_three_checks_at_most(void **state)
{
    static const struct result r = {.id = "check"};
    struct probe_progress all[5];
    struct world w;
    (void)state;
    begin(&w);
    for (size_t i = 0; i < 5; i++)
        all[i] = (struct probe_progress){.result = &r,
                                         .stage = PROBE_RESTS,
                                         .attempts = (int64_t)i + 1,
                                         .reason = "HTTP 500"};
    assert_string_equal(line(&w, 5, all, 5),
                        "after 5 s: 0 of 5 checks done; check: 1 attempt, last "
                        "failure HTTP 500; check: 2 attempts, last failure "
                        "HTTP 500; check: 3 attempts, last failure HTTP 500; "
                        "and 2 more\n");
    all[0].stage = all[1].stage = PROBE_OVER;
    assert_non_null(strstr(line(&w, 20, all, 5), "2 of 5 checks done; "));
    assert_null(strstr(w.out.ptr, "more"));
    end(&w);
}

/* A line is cut when it is too long; no part of a secret is before the cut. */
static void a_cut_leaves_nothing_of_a_secret(void **state)
{
    static const struct result r = {.id = "api"};
    struct world w;
    struct arena a;
    (void)state;
    arena_init(&a);
    for (size_t n = 3900; n < 4000; n++) {
        begin(&w);
        const struct probe_progress one = {
            .result = &r,
            .stage = PROBE_ASKS,
            .reason = arena_printf(&a, "%shunter22hunter22",
                                   test_repeat(&a, "x", n))};
        assert_null(strchr(strstr(line(&w, 6, &one, 1), "xxx"), 'h'));
        end(&w);
    }
    arena_release(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_is_due_every_fifteen_seconds),
        cmocka_unit_test(it_names_what_has_not_settled),
        cmocka_unit_test(it_names_three_checks_at_most),
        cmocka_unit_test(a_cut_leaves_nothing_of_a_secret),
    };
    return cmocka_run_group_tests_name("waiting", tests, NULL, NULL);
}
