/* How checks are parted among shards, and how their records become one. */
#include "plan/plan.h"
#include "report/report.h"
#include "tests/unit/testing.h"
#include "verdict/verdict.h"

/* A plan of a text in memory, which outlives it; NULL: it is refused. */
static struct plan *load(struct arena *a, const char *const *text, size_t count)
{
    struct plan *plan = arena_alloc(a, sizeof(*plan));
    struct plan_inputs *in = arena_alloc(a, sizeof(*in));
    const struct source **source = arena_array(a, count, sizeof(*source));
    struct diags d;
    diags_init(&d, a);
    for (size_t i = 0; i < count; i++)
        source[i] = test_source(a, "checks.yaml", text[i]);
    *in = (struct plan_inputs){.source = source, .source_count = count};
    return plan_open(plan, a, in, &d) ? plan : NULL;
}

static const char *checks(struct arena *a, size_t from, size_t to)
{
    struct buf text;
    buf_init(&text, (size_t)64 << 20);
    buf_text(&text, "checks:\n");
    for (size_t i = from; i < to; i++)
        buf_printf(
            &text, "- {id: c-%zu, url: 'http://h/', expect: status == 200%s}\n",
            i, i % 10 == 9 ? arena_printf(a, ", needs: [c-%zu]", i - 5) : "");
    char *all = buf_dup(a, &text);
    buf_release(&text);
    return all;
}

/* The shard of each check by its position; each is in exactly one. */
static void part(struct arena *a, const struct plan *all, size_t n,
                 size_t *shard_of)
{
    memset(shard_of, 0, all->count * sizeof(*shard_of));
    for (size_t i = 1; i <= n; i++) {
        struct plan shard;
        plan_shard(&shard, a, all, i, n);
        for (size_t k = 0; k < shard.count; k++) {
            size_t at = shard.position[k] - 1;
            assert_int_equal(shard_of[at], 0);
            assert_string_equal(shard.check[k].id, all->check[at].id);
            assert_true(k == 0 || shard.position[k - 1] < shard.position[k]);
            shard_of[at] = i;
        }
        for (size_t k = 0; k < shard.count; k++)
            for (size_t u = 0; u < shard.check[k].need_count; u++)
                assert_true(shard.check[k].need[u] < shard.count);
    }
}

static void each_check_is_in_one_shard(void **state)
{
    static const size_t counts[] = {1, 2, 3, 5, 7, 16, 64, 199, 200, 1000};
    struct arena a;
    size_t shard_of[200];
    (void)state;
    arena_init(&a);
    const char *text = checks(&a, 0, 200);
    struct plan *all = load(&a, &text, 1);
    assert_non_null(all);
    for (size_t n = 0; n < ARRAY_COUNT(counts); n++) {
        size_t largest = 0, size[1001] = {0};
        part(&a, all, counts[n], shard_of);
        for (size_t i = 0; i < 200; i++) {
            assert_true(shard_of[i] >= 1);
            if (i % 10 == 9)
                assert_int_equal(shard_of[i], shard_of[i - 5]);
            if (++size[shard_of[i]] > largest)
                largest = size[shard_of[i]];
        }
        /* names that count up do not gather */
        assert_true(largest <= 200 / counts[n] * 2 + 10);
    }
    plan_close(all);
    arena_release(&a);
}

static void others_move_no_check(void **state)
{
    struct arena a;
    size_t few[100], many[200];
    (void)state;
    arena_init(&a);
    const char *text[] = {checks(&a, 100, 200), checks(&a, 0, 100)};
    struct plan *small = load(&a, text, 1), *large = load(&a, text, 2);
    part(&a, small, 5, few);
    part(&a, large, 5, many);
    for (size_t i = 0; i < 100; i++)
        assert_int_equal(few[i], many[i]);
    /* the hash is part of what is promised: it may not change */
    assert_int_equal(plan_shard_of("api", 5), 3);
    assert_int_equal(plan_shard_of("web/front-page", 1000), 528);
    plan_close(small);
    plan_close(large);
    arena_release(&a);
}

static void checks_at_their_limit(void **state)
{
    (void)state;
    for (size_t n = CHECKS_MAX - 1; n <= CHECKS_MAX + 1; n++) {
        struct arena a;
        const char *text[12];
        size_t files = 0;
        arena_init(&a);
        for (size_t from = 0; from < n; from += 10000)
            text[files++] =
                checks(&a, from, from + 10000 < n ? from + 10000 : n);
        struct plan *all = load(&a, text, files);
        assert_int_equal(all != NULL, n <= CHECKS_MAX);
        if (all != NULL) {
            assert_int_equal(all->count, n);
            plan_close(all);
        }
        arena_release(&a);
    }
}

/* One record of a shard with these results. */
struct world {
    struct arena a;
    struct record record[8];
    struct merge_part part[8];
    size_t count;
};

static struct result result_of(const char *id, int status, const char *build)
{
    struct result r = {.id = id,
                       .title = id,
                       .status = status,
                       .cause = -1,
                       .phase = -1,
                       .severity = SEVERITY_CRITICAL,
                       .answered = true,
                       .identity_asked = build != NULL,
                       .identity = build};
    return r;
}

static void add(struct world *w, struct shard shard, const char *expected,
                struct result *r, size_t count)
{
    struct redactor *redactor = redactor_open();
    for (size_t i = 0; i < count; i++) {
        const struct observation o = {.check = r[i].id,
                                      .version = r[i].identity,
                                      .status = r[i].status,
                                      .cause = r[i].cause,
                                      .answered = true,
                                      .count = 1};
        if (r[i].identity == NULL)
            continue;
        r[i].expected = expected;
        observation_add(&r[i].seen, &w->a, &o);
    }
    struct verdict_inputs in = {.result = r,
                                .result_count = count,
                                .expected = expected,
                                .shard = shard,
                                .started_ms = 5000 - (int64_t)w->count,
                                .finished_ms = 6000 + (int64_t)w->count,
                                .tool = {"postflight", "0", "libcurl"}};
    verdict_join(&w->record[w->count], &w->a, &in, redactor);
    w->part[w->count] = (struct merge_part){
        arena_printf(&w->a, "%zu.json", w->count), &w->record[w->count]};
    w->count++;
    redactor_close(redactor);
}

/* NULL: it was merged; otherwise why not. */
static const char *merge(struct world *w, bool missing, struct record *out)
{
    struct err e = {.set = false};
    struct redactor *redactor = redactor_open();
    const struct merge_inputs in = {w->part, w->count, missing};
    bool ok = verdict_merge(out, &w->a, &in, redactor, &e);
    redactor_close(redactor);
    return ok ? NULL : arena_printf(&w->a, "%s", e.text);
}

#define NEW "6706e2d3f1a84c5b"
#define OLD "5fa8b913c0de4e1f"

static void builds_of_two_shards_are_mixed(void **state)
{
    struct world w = {.count = 0};
    struct record r;
    struct result one = result_of("b", STATUS_PASS, NEW);
    struct result two[] = {result_of("a", STATUS_PASS, OLD),
                           result_of("c", STATUS_PASS, NEW)};
    (void)state;
    arena_init(&w.a);
    one.position = 2;
    two[0].position = 1;
    two[1].position = 3;
    add(&w, (struct shard){1, 2, 1, 3}, NEW, &one, 1);
    assert_int_equal(w.record[0].exit, EXIT_VERIFIED);
    add(&w, (struct shard){2, 2, 2, 3}, NEW, two, 2);
    assert_null(merge(&w, false, &r));
    assert_int_equal(r.deployment.state, DEPLOYMENT_MIXED);
    assert_int_equal(r.exit, EXIT_NOT_SHIPPED);
    assert_int_equal(r.result_count, 3);
    assert_string_equal(r.result[0].id, "a");
    assert_string_equal(r.result[1].id, "b");
    assert_int_equal(r.shard.count, 0);
    assert_int_equal(r.started_ms, 4999);
    assert_int_equal(r.finished_ms, 6001);
    w.count = 1;
    assert_non_null(strstr(merge(&w, false, &r), "1 missing: 2"));
    assert_null(merge(&w, true, &r));
    assert_int_equal(r.verdict, VERDICT_INCONCLUSIVE);
    assert_int_equal(r.exit, EXIT_INCONCLUSIVE);
    assert_int_equal(r.deployment.state, DEPLOYMENT_UNKNOWN);
    arena_release(&w.a);
}

static void a_shard_without_checks_is_not_verified(void **state)
{
    struct world w = {.count = 0};
    struct record r;
    struct result one = result_of("b", STATUS_PASS, NEW);
    (void)state;
    arena_init(&w.a);
    add(&w, (struct shard){1, 2, 0, 1}, NEW, NULL, 0);
    assert_int_equal(w.record[0].exit, EXIT_VERIFIED);
    assert_int_equal(w.record[0].verdict, VERDICT_INCONCLUSIVE);
    assert_int_equal(w.record[0].production.state, PRODUCTION_UNKNOWN);
    one.position = 1;
    add(&w, (struct shard){2, 2, 1, 1}, NEW, &one, 1);
    assert_null(merge(&w, false, &r));
    assert_int_equal(r.verdict, VERDICT_VERIFIED);
    arena_release(&w.a);
}

static void what_does_not_belong_together_is_refused(void **state)
{
    static const struct {
        struct shard first, second;
        const char *id, *expected, *why;
    } row[] = {
        {{1, 2, 1, 2}, {2, 2, 1, 2}, "b", NEW, NULL},
        {{1, 2, 1, 2}, {1, 2, 1, 2}, "b", NEW, "is there twice"},
        {{1, 2, 1, 2}, {2, 2, 1, 2}, "a", NEW, "which one holds?"},
        {{1, 2, 1, 2}, {2, 2, 1, 2}, "b", OLD, "of one deployment"},
        {{1, 2, 1, 2}, {2, 2, 1, 2}, "b", NULL, "expects no build"},
        {{1, 2, 1, 2}, {2, 3, 1, 2}, "b", NEW, "of one division"},
        {{1, 2, 1, 2}, {2, 2, 1, 3}, "b", NEW, "same checks"},
        {{1, 2, 1, 3}, {2, 2, 1, 3}, "b", NEW, "not the 3"},
        {{1, 3, 1, 2}, {2, 3, 1, 2}, "b", NEW, "1 missing: 3"},
        {{1, 2, 1, 2}, {3, 2, 1, 2}, "b", NEW, "no such shard"},
        {{1, 2, 1, 2}, {0, 2, 1, 2}, "b", NEW, "no such shard"},
        {{1, 2, 1, 2}, {2, 2, 2, 2}, "b", NEW, "was it changed"},
        {{1, 1001, 1, 2}, {2, 1001, 1, 2}, "b", NEW, "no such shard"},
        {{0}, {0}, "b", NEW, NULL},
        {{0}, {0}, "a", NEW, "which one holds?"},
        {{0}, {1, 1, 1, 1}, "b", NEW, NULL},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(row); i++) {
        struct world w = {.count = 0};
        struct record r;
        struct result a = result_of("a", STATUS_PASS, NEW);
        struct result b = result_of(row[i].id, STATUS_PASS, NEW);
        arena_init(&w.a);
        add(&w, row[i].first, NEW, &a, 1);
        add(&w, row[i].second, row[i].expected, &b, 1);
        const char *why = merge(&w, false, &r);
        if (row[i].why == NULL)
            assert_null(why);
        else if (why == NULL || strstr(why, row[i].why) == NULL)
            fail_msg("row %zu: %s", i, why == NULL ? "merged" : why);
        arena_release(&w.a);
    }
}

static void a_log_is_counted_once(void **state)
{
    struct world w = {.count = 0};
    struct record r;
    const char *log[] = {"deploy.log"}, *other[] = {"other.log"};
    (void)state;
    arena_init(&w.a);
    for (int i = 0; i < 3; i++) {
        struct result one =
            result_of(arena_printf(&w.a, "c-%d", i), STATUS_PASS, NULL);
        struct record *part = &w.record[i];
        add(&w, (struct shard){i + 1, 3, 1, 3}, NULL, &one, 1);
        struct finding *f = arena_alloc(&w.a, sizeof(*f));
        *f = (struct finding){.signature = "x/y",
                              .title = "t",
                              .fingerprint = "f",
                              .count = i + 1,
                              .first = {"deploy.log", 7, 0, 0, 0}};
        part->logs.finding = f;
        part->logs.finding_count = 1;
        part->logs.coverage =
            (struct coverage){.files = 1, .lines = 10 + i, .bytes = 100 + i};
        part->environment.log = i == 2 ? other : log;
        part->environment.log_count = 1;
        if (i == 2)
            f->first.file = "other.log";
    }
    assert_null(merge(&w, false, &r));
    assert_int_equal(r.logs.finding_count, 2);
    assert_int_equal(r.logs.finding[0].count, 2); /* of the later reading */
    assert_int_equal(r.logs.coverage.files, 2);
    assert_int_equal(r.logs.coverage.lines, 11 + 12);
    assert_int_equal(r.environment.log_count, 2);
    arena_release(&w.a);
}

static void answers_at_their_limit(void **state)
{
    (void)state;
    for (size_t n = OBSERVATIONS_MAX - 1; n <= OBSERVATIONS_MAX + 1; n++) {
        struct world w = {.count = 0};
        struct record r;
        struct result one = result_of("a", STATUS_PASS, NEW);
        arena_init(&w.a);
        add(&w, (struct shard){0}, NEW, &one, 1);
        struct observation *runs = arena_array(&w.a, n, sizeof(*runs));
        for (size_t i = 0; i < n; i++)
            runs[i] = (struct observation){
                .check = "a", .version = i % 2 == 0 ? NEW : OLD, .count = 1};
        w.record[0].observation = runs;
        w.record[0].observation_count = n;
        assert_int_equal(merge(&w, false, &r) == NULL, n <= OBSERVATIONS_MAX);
        w.record[0].observation_count = 1;
        for (int64_t c = -1; c <= 1; c++) {
            runs[0].count = MERGE_ANSWERS_MAX + c;
            assert_int_equal(merge(&w, false, &r) == NULL, c <= 0);
        }
        runs[0].count = 0;
        assert_non_null(merge(&w, false, &r));
        arena_release(&w.a);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_check_is_in_one_shard),
        cmocka_unit_test(others_move_no_check),
        cmocka_unit_test(checks_at_their_limit),
        cmocka_unit_test(builds_of_two_shards_are_mixed),
        cmocka_unit_test(a_shard_without_checks_is_not_verified),
        cmocka_unit_test(what_does_not_belong_together_is_refused),
        cmocka_unit_test(a_log_is_counted_once),
        cmocka_unit_test(answers_at_their_limit),
    };
    return cmocka_run_group_tests_name("shard", tests, NULL, NULL);
}
