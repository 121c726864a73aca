/* Baselines: the test of durations, shapes of JSON, and what differs. */
#include <math.h>
#include <string.h>

#include "compare/baseline/baseline.h"
#include "tests/unit/testing.h"

/* A generator of our own: the same numbers on every machine. */
static uint64_t next(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

/* Something like durations: skewed, with a long tail. */
static int64_t draw(uint64_t *state)
{
    double u = ((double)(next(state) >> 11) + 1) / 9007199254740993.0;
    return (int64_t)(20000 - 15000 * log(u));
}

#define N 8

/* U of b, counting pairs; ties by half. */
static double count_u(const int64_t *a, const int64_t *b)
{
    double u = 0;
    for (size_t i = 0; i < N; i++)
        for (size_t k = 0; k < N; k++)
            u += b[k] > a[i] ? 1 : b[k] < a[i] ? 0 : 0.5;
    return u;
}

/* Exact: the share of all ways to part 16 values that are as far out. */
static double exact_p(const int64_t *a, const int64_t *b)
{
    int64_t all[2 * N], x[N], y[N];
    double far = fabs(count_u(a, b) - N * N / 2.0);
    double hits = 0, ways = 0;
    for (size_t i = 0; i < N; i++) {
        all[i] = a[i];
        all[N + i] = b[i];
    }
    for (unsigned mask = 0; mask < 1u << (2 * N); mask++) {
        size_t xs = 0, ys = 0;
        if (__builtin_popcount(mask) != N)
            continue;
        for (unsigned i = 0; i < 2 * N; i++)
            if ((mask >> i & 1u) != 0)
                x[xs++] = all[i];
            else
                y[ys++] = all[i];
        ways++;
        hits += fabs(count_u(x, y) - N * N / 2.0) >= far - 1e-9;
    }
    return hits / ways;
}

static void test_exact(void **state)
{
    uint64_t seed = 42;
    (void)state;
    for (int round = 0; round < 12; round++) {
        int64_t a[N], b[N];
        double p, effect;
        for (size_t i = 0; i < N; i++) {
            a[i] = draw(&seed);
            b[i] = draw(&seed) + round * 4000;
            if (round % 3 == 2) { /* ties */
                a[i] = a[i] / 10000 * 10000;
                b[i] = b[i] / 10000 * 10000;
            }
        }
        latency_test(a, N, b, N, &p, &effect);
        double exact = exact_p(a, b);
        assert_true(fabs(effect - count_u(a, b) / (N * N)) < 1e-9);
        if (fabs(p - exact) > 1e-9)
            fail_msg("p %f, exact %f", p, exact);
    }
}

#define MORE     25
#define SHUFFLES 20000

static double count_more_u(const int64_t *all)
{
    double u = 0;
    for (size_t i = 0; i < MORE; i++)
        for (size_t k = MORE; k < (size_t)2 * MORE; k++)
            u += all[k] > all[i] ? 1 : all[k] < all[i] ? 0 : 0.5;
    return u;
}

/* The share of random ways to part the values that are as far out. */
static double shuffled_p(int64_t *all, uint64_t *seed)
{
    double mean = MORE * MORE / 2.0, far = fabs(count_more_u(all) - mean);
    int hits = 0;
    for (int round = 0; round < SHUFFLES; round++) {
        for (size_t i = (size_t)2 * MORE - 1; i > 0; i--) {
            size_t k = (size_t)(next(seed) % (i + 1));
            int64_t value = all[i];
            all[i] = all[k];
            all[k] = value;
        }
        hits += fabs(count_more_u(all) - mean) >= far - 1e-9;
    }
    return (double)hits / SHUFFLES;
}

/* Three times the error of so many shuffles is 0.011 at most. */
static void test_approximation(void **state)
{
    uint64_t seed = 99;
    (void)state;
    for (int round = 0; round < 5; round++) {
        int64_t all[2 * MORE];
        double p, effect;
        for (size_t i = 0; i < (size_t)2 * MORE; i++)
            all[i] = draw(&seed) + (i >= MORE ? round * 3000 : 0);
        latency_test(all, MORE, all + MORE, MORE, &p, &effect);
        double shuffled = shuffled_p(all, &seed);
        if (fabs(p - shuffled) > 0.011)
            fail_msg("p %f, shuffled %f", p, shuffled);
    }
}

static void test_extremes(void **state)
{
    int64_t low[10], high[10], same[10];
    double p, effect;
    (void)state;
    for (int i = 0; i < 10; i++) {
        low[i] = i;
        high[i] = 100 + i;
        same[i] = 7;
    }
    latency_test(low, 10, high, 10, &p, &effect);
    assert_true(p < 0.001 && p > 0);
    assert_true(fabs(effect - 1) < 1e-9);
    latency_test(high, 10, low, 10, &p, &effect);
    assert_true(p < 0.001);
    assert_true(fabs(effect) < 1e-9);
    latency_test(same, 10, same, 10, &p, &effect);
    assert_true(p > 0.999);
    assert_true(fabs(effect - 0.5) < 1e-9);
}

struct made {
    struct baseline baseline;
    struct sampled_check check;
    struct sampled_answer answer[64];
};

static void make(struct made *m, uint64_t *seed, size_t count, int64_t later_us)
{
    *m = (struct made){.check = {.id = "api"}};
    for (size_t i = 0; i < count; i++)
        m->answer[i] = (struct sampled_answer){STATUS_PASS, 200,
                                               draw(seed) + later_us, NULL};
    m->check.sample = m->answer;
    m->check.sample_count = count;
    m->baseline = (struct baseline){
        .schema = BASELINE_SCHEMA, .check = &m->check, .check_count = 1};
}

static int judged(uint64_t *seed, size_t before_n, size_t after_n,
                  int64_t later_us)
{
    static struct made before, after;
    struct comparison c;
    struct arena a;
    arena_init(&a);
    make(&before, seed, before_n, 0);
    make(&after, seed, after_n, later_us);
    baseline_compare(&c, &a, &before.baseline, &after.baseline,
                     1u << DIFFERENCE_LATENCY);
    int state = c.latency[0].state;
    bool tells = state == LATENCY_SLOWER || state == LATENCY_FASTER;
    assert_int_equal(c.difference_count, tells);
    if (tells)
        assert_int_equal(c.difference[0].gates, state == LATENCY_SLOWER);
    arena_release(&a);
    return state;
}

static void test_not_enough(void **state)
{
    uint64_t seed = 7;
    (void)state;
    size_t least = LATENCY_SAMPLES_MIN;
    assert_int_equal(judged(&seed, least - 1, 20, 90000), LATENCY_UNKNOWN);
    assert_int_equal(judged(&seed, 20, least - 1, 90000), LATENCY_UNKNOWN);
    assert_int_equal(judged(&seed, least, least, 90000), LATENCY_SLOWER);
    assert_int_equal(judged(&seed, least + 1, 20, 90000), LATENCY_SLOWER);
}

/* Of comparisons where nothing changed, hardly any may cry out. */
static void test_false_alarms(void **state)
{
    uint64_t seed = 2026;
    int wrong = 0, found = 0, faster = 0;
    (void)state;
    for (int i = 0; i < 300; i++) {
        int same = judged(&seed, 20, 20, 0);
        wrong += same == LATENCY_SLOWER || same == LATENCY_FASTER;
        found += judged(&seed, 20, 20, 30000) == LATENCY_SLOWER;
        faster += judged(&seed, 20, 20, -15000) == LATENCY_FASTER;
    }
    print_message("300 equal pairs: %d told apart; 30 ms later: %d found; 15 "
                  "ms sooner: %d\n",
                  wrong, found, faster);
    assert_true(wrong <= 8); /* 1 % are 3 */
    assert_true(found >= 285);
    assert_true(faster >= 150);
}

/* Unlikely, but nobody feels it: 0.5 ms of 20. */
static void test_not_felt(void **state)
{
    static struct made before, after;
    struct comparison c;
    struct arena a;
    (void)state;
    arena_init(&a);
    uint64_t seed = 1;
    make(&before, &seed, 20, 0);
    make(&after, &seed, 20, 0);
    for (int i = 0; i < 20; i++) {
        before.answer[i].duration_us = 20000 + i;
        after.answer[i].duration_us = 20500 + i;
    }
    baseline_compare(&c, &a, &before.baseline, &after.baseline, 0);
    assert_int_equal(c.latency[0].state, LATENCY_SAME);
    assert_true(c.latency[0].p_ppm < 1000);
    arena_release(&a);
}

/* Bodies before and after, as texts; which differences are told. */
static const struct {
    const char *before[2], *after, *text;
    bool worse;
} shapes[] = {
    {{"{\"a\":1}", NULL}, "{\"a\":2}", NULL, false},
    {{"{\"a\":1}", NULL}, "{}", "$.a is not there any more", true},
    {{"{\"a\":1}", NULL},
     "{\"a\":\"1\"}",
     "$.a was number and is now string",
     true},
    {{"{\"a\":1}", NULL},
     "{\"a\":null}",
     "$.a was number and is now null",
     true},
    {{"{\"a\":1}", "{\"a\":null}"}, "{\"a\":null}", NULL, false},
    {{"{\"a\":1}", "{}"}, "{}", NULL, false},
    {{"{\"a\":1}", NULL}, "{\"a\":1,\"b\":2}", "$.b is new", false},
    {{"{\"a\":{\"b\":1}}", NULL}, "{}", "$.a is not there any more", true},
    {{"[{\"a\":1},{\"a\":2}]", NULL}, "[]", NULL, false},
    {{"[{\"a\":1},{\"a\":2}]", NULL},
     "[{\"a\":1},{}]",
     "$[*].a was always there, and is now in 1 of 2 places",
     true},
    {{"[{\"a\":1},{\"a\":2}]", NULL},
     "[{},{}]",
     "$[*].a is not there any more",
     true},
    {{"{\"a b\":1}", NULL}, "{}", "$[\"a b\"] is not there any more", true},
    {{"{\"a[0]\":1}", NULL},
     "{}",
     "$[\"a\\u005b0\\u005d\"] is not there any more",
     true},
    {{"[1]", NULL}, "{}", "$ was array and is now object", true},
};

static void put(struct sampler *s, const char *body)
{
    struct result r = {.status = STATUS_PASS, .http_status = 200};
    struct response response = {.head = STR("HTTP/1.1 200 OK\r\nx-a: 1\r\n"),
                                .body = str_from(body)};
    sampler_response(s, 0, &response);
    sampler_result(s, 0, &r);
}

static void test_shapes(void **state)
{
    const struct check check = {
        .id = "api", .title = "api", .url = "http://h/"};
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(shapes); i++) {
        struct arena a;
        struct baseline before, after;
        struct comparison c;
        arena_init(&a);
        struct sampler *b = sampler_open(&a, &check, 1);
        struct sampler *n = sampler_open(&a, &check, 1);
        put(b, shapes[i].before[0]);
        if (shapes[i].before[1] != NULL)
            put(b, shapes[i].before[1]);
        put(n, shapes[i].after);
        sampler_finish(&before, b);
        sampler_finish(&after, n);
        baseline_compare(&c, &a, &before, &after, 0);
        if (shapes[i].text == NULL) {
            assert_int_equal(c.difference_count, 0);
        } else {
            assert_int_equal(c.difference_count, 1);
            assert_string_equal(c.difference[0].text, shapes[i].text);
            assert_int_equal(c.difference[0].worse, shapes[i].worse);
        }
        sampler_close(b);
        sampler_close(n);
        arena_release(&a);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_exact),
        cmocka_unit_test(test_approximation),
        cmocka_unit_test(test_extremes),
        cmocka_unit_test(test_not_enough),
        cmocka_unit_test(test_false_alarms),
        cmocka_unit_test(test_not_felt),
        cmocka_unit_test(test_shapes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
