/* The figures of DORA, against values computed by hand. */
#include "report/status_page/status_page.h"
#include "tests/unit/testing.h"

#define NOW  INT64_C(1795255200000) /* 2026-11-21T10:00:00Z */
#define HOUR INT64_C(3600000)
#define DAY  STATUS_DAY_MS

enum { FREQUENCY, LEAD, FAILED, RECOVERY, REWORK };

/* Verified for 6 minutes from at_ms on, with a commit 2 h before. */
static struct deployment_row row(int64_t run, int verdict, int64_t at_ms)
{
    return (struct deployment_row){.run = run,
                                   .verdict = verdict,
                                   .state = DEPLOYMENT_UNKNOWN,
                                   .started_ms = at_ms,
                                   .finished_ms = at_ms + HOUR / 10,
                                   .committed_ms =
                                       at_ms + HOUR / 10 - 2 * HOUR};
}

static void says(const struct deployment_row *d, size_t count, size_t figure,
                 const char *text, const char *basis)
{
    struct arena a;
    struct figure f[FIGURES];
    arena_init(&a);
    status_figures(f, &a, d, count, NOW - 28 * DAY, NOW);
    assert_string_equal(status_figure_text(&a, &f[figure], 28), text);
    assert_string_equal(status_figure_basis(&a, &f[figure], 28), basis);
    arena_release(&a);
}

static void of_none_everything_is_unknown(void **state)
{
    struct arena a;
    struct figure f[FIGURES];
    (void)state;
    for (size_t i = 0; i < FIGURES; i++)
        says(NULL, 0, i, "unknown", "n = 0 in 28 days");
    arena_init(&a);
    struct deployment_row d = row(1, VERDICT_VERIFIED, NOW);
    status_figures(f, &a, &d, 1, NOW, NOW); /* no window */
    for (size_t i = 0; i < FIGURES; i++)
        assert_int_equal(f[i].n, 0);
    arena_release(&a);
}

static void of_one_nothing_is_a_median(void **state)
{
    struct deployment_row d[] = {
        row(1, VERDICT_UNHEALTHY, NOW - 5 * DAY),
        row(2, VERDICT_VERIFIED, NOW - 5 * DAY + 3 * HOUR)};
    (void)state;
    says(d + 1, 1, FREQUENCY, "1 in 28 days", "n = 1 in 28 days");
    says(d + 1, 1, LEAD, "2.0 h, one value", "n = 1 in 28 days");
    says(d + 1, 1, FAILED, "0 of 1", "n = 1 in 28 days");
    says(d + 1, 1, RECOVERY, "unknown", "n = 0 in 28 days");
    says(d + 1, 1, REWORK, "0 of 1", "n = 1 in 28 days");
    /* 3 h and the 6 minutes of the second verification */
    says(d, 2, RECOVERY, "3.1 h, one value", "n = 1 in 28 days");
    says(d, 1, FAILED, "1 of 1", "n = 1 in 28 days");
}

/* Verdicts by states: did it reach production, has it failed; ?: unknown. */
static void each_verdict_and_state_has_its_fate(void **state)
{
    static const char *const reached[] = {"yyyyyy", "yyyyyy", "yyyyyy",
                                          "ynynny", "ynnnnn", "y?????"};
    static const char *const failed[] = {"nnnnyn", "nnnnyn", "nnnnyn",
                                         "yyyyyy", "yyyyyy", "????y?"};
    struct arena a;
    (void)state;
    arena_init(&a);
    for (int v = 0; v < (int)verdict_names.count; v++)
        for (int s = 0; s < (int)deployment_names.count; s++) {
            struct figure f[FIGURES];
            struct deployment_row d = row(1, v, NOW - DAY);
            d.state = s;
            status_figures(f, &a, &d, 1, NOW - 28 * DAY, NOW);
            assert_int_equal(f[FREQUENCY].n, reached[v][s] == 'y');
            assert_int_equal(f[FREQUENCY].without, reached[v][s] == '?');
            assert_int_equal(f[FAILED].n, failed[v][s] != '?');
            assert_int_equal(f[FAILED].part, failed[v][s] == 'y');
            assert_int_equal(f[FAILED].without, failed[v][s] == '?');
        }
    arena_release(&a);
}

/*
 * Days 1 to 10: verified, unhealthy, not shipped, degraded, verified,
 * inconclusive, unhealthy, verified (rework), verified, unhealthy.
 */
static void a_month_by_hand(void **state)
{
    static const int verdict[] = {VERDICT_VERIFIED,    VERDICT_UNHEALTHY,
                                  VERDICT_NOT_SHIPPED, VERDICT_DEGRADED,
                                  VERDICT_VERIFIED,    VERDICT_INCONCLUSIVE,
                                  VERDICT_UNHEALTHY,   VERDICT_VERIFIED,
                                  VERDICT_VERIFIED,    VERDICT_UNHEALTHY};
    enum { N = ARRAY_COUNT(verdict) };
    struct deployment_row d[N], mixed[N];
    (void)state;
    for (int i = 0; i < N; i++)
        d[i] = row(i, verdict[i], NOW - (20 - i) * DAY);
    d[0].committed_ms = 0;                       /* not known */
    d[3].committed_ms = d[3].finished_ms + 1;    /* cannot be */
    d[4].committed_ms = d[4].finished_ms - HOUR; /* 1 h */
    d[7].committed_ms = d[7].finished_ms - 4 * HOUR;
    d[8].committed_ms = d[8].finished_ms - 30 * HOUR;
    d[7].rework = d[3].rework = true;
    for (int i = 0; i < N; i++)
        mixed[i] = d[(i * 3 + 1) % N]; /* the order makes no difference */
    for (int i = 0; i < 2; i++) {
        const struct deployment_row *of = i == 0 ? d : mixed;
        /* not: the one not shipped, the inconclusive one: 8 in 4 weeks */
        says(of, N, FREQUENCY, "2.0 a week",
             "n = 8 in 28 days, 1 more without data");
        says(of, N, LEAD, "median 4.0 h",
             "n = 3 in 28 days, 2 more without data");
        says(of, N, FAILED, "44.4 %, 4 of 9",
             "n = 9 in 28 days, 1 more without data");
        /* 3 days, 2 days, 1 day, each and 6 minutes; the last not yet */
        says(of, N, RECOVERY, "median 2.0 days",
             "n = 3 in 28 days, 1 more without data");
        says(of, N, REWORK, "20.0 %, 2 of 10", "n = 10 in 28 days");
    }
}

static void the_window_is_from_and_before(void **state)
{
    static const struct {
        int64_t finished_ms, n;
    } at[] = {{NOW - 28 * DAY - 1, 0},
              {NOW - 28 * DAY, 1},
              {NOW - 28 * DAY + 1, 1},
              {NOW - 1, 1},
              {NOW, 0},
              {NOW + 1, 0},
              {0, 0},
              {-1, 0},
              {INT64_MAX, 0},
              {INT64_MIN, 0}};
    struct arena a;
    (void)state;
    arena_init(&a);
    for (size_t i = 0; i < ARRAY_COUNT(at); i++) {
        struct figure f[FIGURES];
        struct deployment_row d = {.verdict = VERDICT_VERIFIED,
                                   .finished_ms = at[i].finished_ms};
        status_figures(f, &a, &d, 1, NOW - 28 * DAY, NOW);
        assert_int_equal(f[FREQUENCY].n, at[i].n);
        status_figures(f, &a, &d, 1, INT64_MIN, INT64_MAX);
        assert_int_equal(f[FREQUENCY].n,
                         at[i].finished_ms > 0 && at[i].finished_ms < NOW * 2);
    }
    arena_release(&a);
}

/* A time of its end that is not known is taken from its start. */
static void times_that_cannot_be_are_mended(void **state)
{
    struct deployment_row d[] = {row(1, VERDICT_UNHEALTHY, NOW - 2 * DAY),
                                 row(2, VERDICT_VERIFIED, NOW - DAY)};
    (void)state;
    d[0].finished_ms = 0;
    d[1].started_ms = NOW + DAY;
    says(d, 2, RECOVERY, "24.1 h, one value", "n = 1 in 28 days");
    says(d, 2, FREQUENCY, "0.5 a week", "n = 2 in 28 days");
}

static void medians_are_in_the_middle(void **state)
{
    static const struct {
        int64_t minutes[4];
        size_t n;
        const char *want;
    } of[] = {{{60, 120}, 2, "median 1.5 h"},
              {{120, 60, 300}, 3, "median 2.0 h"},
              {{600, 60, 120, 180}, 4, "median 2.5 h"},
              {{59, 59}, 2, "median 59.0 min"},
              {{60, 60}, 2, "median 1.0 h"},
              {{2879, 2879}, 2, "median 48.0 h"},
              {{2880, 2880}, 2, "median 2.0 days"},
              {{0}, 1, "0.0 min, one value"}};
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(of); i++) {
        struct deployment_row d[4];
        for (size_t k = 0; k < of[i].n; k++) {
            d[k] = row((int64_t)k, VERDICT_VERIFIED, NOW - DAY);
            d[k].committed_ms =
                d[k].finished_ms - of[i].minutes[k] * (HOUR / 60);
        }
        says(d, of[i].n, LEAD, of[i].want,
             of[i].n == 1   ? "n = 1 in 28 days"
             : of[i].n == 2 ? "n = 2 in 28 days"
             : of[i].n == 3 ? "n = 3 in 28 days"
                            : "n = 4 in 28 days");
    }
}

static void each_has_a_name_and_a_definition(void **state)
{
    (void)state;
    for (size_t i = 0; i < FIGURES; i++) {
        struct figure f = status_figure(i);
        assert_non_null(f.name);
        assert_non_null(f.unit);
        assert_true(strlen(f.definition) > 40);
        assert_int_equal(f.n, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(of_none_everything_is_unknown),
        cmocka_unit_test(of_one_nothing_is_a_median),
        cmocka_unit_test(each_verdict_and_state_has_its_fate),
        cmocka_unit_test(a_month_by_hand),
        cmocka_unit_test(the_window_is_from_and_before),
        cmocka_unit_test(times_that_cannot_be_are_mended),
        cmocka_unit_test(medians_are_in_the_middle),
        cmocka_unit_test(each_has_a_name_and_a_definition),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
