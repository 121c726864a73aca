/* The matrix of the contract's section 3, cell by cell, and its inputs. */
#include "model/version.h"
#include "tests/unit/testing.h"
#include "verdict/verdict.h"

struct cell {
    int status; /* of the one critical check */
    int severity;
    const char *identity; /* what it told; NULL: nothing */
    bool answered;
    const char *expected; /* NULL: not asked */
    int log;              /* what the log proves, or -1 */
    int production, deployment, verdict, advice, exit;
};

#define NEW "6706e2d3f1a84c5b"
#define OLD "5fa8b913c0de4e1f"

/* clang-format off */
static const struct cell cells[] = {
    {STATUS_PASS, SEVERITY_CRITICAL, NEW, true, NULL, -1,
     PRODUCTION_HEALTHY, DEPLOYMENT_UNKNOWN, VERDICT_HEALTHY, ADVICE_PROCEED, 0},
    {STATUS_PASS, SEVERITY_CRITICAL, NEW, true, "6706e2d3", -1,
     PRODUCTION_HEALTHY, DEPLOYMENT_SHIPPED, VERDICT_VERIFIED, ADVICE_PROCEED, 0},
    {STATUS_PASS, SEVERITY_CRITICAL, OLD, true, "6706e2d3", -1,
     PRODUCTION_HEALTHY, DEPLOYMENT_STALE, VERDICT_NOT_SHIPPED, ADVICE_FIX_DEPLOY, 5},
    {STATUS_PASS, SEVERITY_CRITICAL, NULL, true, "6706e2d3", -1,
     PRODUCTION_HEALTHY, DEPLOYMENT_STALE, VERDICT_NOT_SHIPPED, ADVICE_FIX_DEPLOY, 5},
    {STATUS_PASS, SEVERITY_CRITICAL, OLD, true, "6706e2d3", DEPLOYMENT_CONFLICT,
     PRODUCTION_HEALTHY, DEPLOYMENT_CONFLICT, VERDICT_NOT_SHIPPED, ADVICE_WAIT, 5},
    {STATUS_PASS, SEVERITY_CRITICAL, NEW, true, "6706e2d3", DEPLOYMENT_CONFLICT,
     PRODUCTION_HEALTHY, DEPLOYMENT_SHIPPED, VERDICT_VERIFIED, ADVICE_PROCEED, 0},
    {STATUS_PASS, SEVERITY_CRITICAL, OLD, true, "6706e2d3", DEPLOYMENT_FAILED,
     PRODUCTION_HEALTHY, DEPLOYMENT_FAILED, VERDICT_NOT_SHIPPED, ADVICE_FIX_DEPLOY, 5},
    {STATUS_PASS, SEVERITY_CRITICAL, NEW, true, "6706e2d3", DEPLOYMENT_FAILED,
     PRODUCTION_HEALTHY, DEPLOYMENT_FAILED, VERDICT_NOT_SHIPPED, ADVICE_FIX_DEPLOY, 5},
    {STATUS_PASS, SEVERITY_CRITICAL, NEW, true, NULL, DEPLOYMENT_FAILED,
     PRODUCTION_HEALTHY, DEPLOYMENT_FAILED, VERDICT_NOT_SHIPPED, ADVICE_FIX_DEPLOY, 5},
    {STATUS_DEGRADED, SEVERITY_CRITICAL, NEW, true, "6706e2d3", -1,
     PRODUCTION_DEGRADED, DEPLOYMENT_SHIPPED, VERDICT_DEGRADED, ADVICE_REVIEW, 0},
    {STATUS_FAIL, SEVERITY_MAJOR, NEW, true, "6706e2d3", -1,
     PRODUCTION_DEGRADED, DEPLOYMENT_SHIPPED, VERDICT_DEGRADED, ADVICE_REVIEW, 0},
    {STATUS_DEGRADED, SEVERITY_CRITICAL, OLD, true, "6706e2d3", -1,
     PRODUCTION_DEGRADED, DEPLOYMENT_STALE, VERDICT_NOT_SHIPPED, ADVICE_REVIEW, 5},
    {STATUS_FAIL, SEVERITY_CRITICAL, NEW, true, "6706e2d3", -1,
     PRODUCTION_DOWN, DEPLOYMENT_SHIPPED, VERDICT_UNHEALTHY, ADVICE_ROLL_BACK, 1},
    {STATUS_FAIL, SEVERITY_CRITICAL, OLD, true, "6706e2d3", -1,
     PRODUCTION_DOWN, DEPLOYMENT_STALE, VERDICT_UNHEALTHY, ADVICE_ROLL_BACK, 1},
    {STATUS_FAIL, SEVERITY_CRITICAL, NULL, false, "6706e2d3", -1,
     PRODUCTION_DOWN, DEPLOYMENT_UNKNOWN, VERDICT_UNHEALTHY, ADVICE_ROLL_BACK, 1},
    {STATUS_FAIL, SEVERITY_CRITICAL, NULL, true, "6706e2d3", DEPLOYMENT_FAILED,
     PRODUCTION_DOWN, DEPLOYMENT_FAILED, VERDICT_UNHEALTHY, ADVICE_ROLL_BACK, 1},
    {STATUS_FAIL, SEVERITY_CRITICAL, NULL, false, "6706e2d3", DEPLOYMENT_CONFLICT,
     PRODUCTION_DOWN, DEPLOYMENT_CONFLICT, VERDICT_UNHEALTHY, ADVICE_WAIT, 1},
    {STATUS_ERROR, SEVERITY_CRITICAL, NULL, false, "6706e2d3", -1,
     PRODUCTION_UNKNOWN, DEPLOYMENT_UNKNOWN, VERDICT_INCONCLUSIVE, ADVICE_CHECK_RUNNER, 4},
    {STATUS_ERROR, SEVERITY_MAJOR, NULL, false, NULL, -1,
     PRODUCTION_DEGRADED, DEPLOYMENT_UNKNOWN, VERDICT_DEGRADED, ADVICE_REVIEW, 0},
    {STATUS_SKIPPED, SEVERITY_CRITICAL, NULL, false, NULL, -1,
     PRODUCTION_UNKNOWN, DEPLOYMENT_UNKNOWN, VERDICT_INCONCLUSIVE, ADVICE_CHECK_RUNNER, 4},
    {STATUS_FAIL, SEVERITY_MINOR, NULL, false, NULL, -1,
     PRODUCTION_HEALTHY, DEPLOYMENT_UNKNOWN, VERDICT_HEALTHY, ADVICE_PROCEED, 0},
    /* asked which build serves, and nobody told: not verified */
    {STATUS_FAIL, SEVERITY_MINOR, NULL, false, "6706e2d3", -1,
     PRODUCTION_HEALTHY, DEPLOYMENT_UNKNOWN, VERDICT_INCONCLUSIVE, ADVICE_CHECK_RUNNER, 4},
};
/* clang-format on */

/* What a single probe leaves: one observation. */
static void add_observations(struct arena *a, struct result *r, size_t count,
                             const char *expected)
{
    for (size_t i = 0; i < count; i++) {
        const struct observation o = {.check = r[i].id,
                                      .version = r[i].identity,
                                      .status = r[i].status,
                                      .cause = r[i].cause,
                                      .answered = r[i].answered,
                                      .count = 1};
        r[i].expected = r[i].identity_asked ? expected : NULL;
        r[i].seen = (struct observations){.count = 0};
        if (r[i].status != STATUS_SKIPPED)
            observation_add(&r[i].seen, a, &o);
    }
}

static void join_logs(struct record *out, struct arena *a, struct result *r,
                      size_t count, const struct cell *c,
                      const struct findings *logs)
{
    add_observations(a, r, count, c->expected);
    struct redactor *redactor = redactor_open();
    struct verdict_inputs in = {.result = r,
                                .result_count = count,
                                .logs = logs,
                                .expected = c->expected,
                                .started_ms = 1000,
                                .finished_ms = 2000,
                                .tool = {"postflight", "0", "libcurl"}};
    verdict_join(out, a, &in, redactor);
    redactor_close(redactor);
}

static void join(struct record *out, struct arena *a, struct result *r,
                 size_t count, const struct cell *c)
{
    static const char *reason[] = {"because"};
    struct cause cause = {.signature = "x/y",
                          .title = "it broke",
                          .deployment = c->log,
                          .rollback = -1,
                          .reason = reason,
                          .reason_count = 1};
    struct findings logs = {.cause = &cause,
                            .cause_count = c->log < 0 ? 0 : 1,
                            .coverage = {.lines = 3}};
    join_logs(out, a, r, count, c, &logs);
}

static void each_cell_of_the_matrix(void **state)
{
    struct arena a;
    (void)state;
    arena_init(&a);
    for (size_t i = 0; i < ARRAY_COUNT(cells); i++) {
        const struct cell *c = &cells[i];
        struct result r = {.id = "api",
                           .title = "API",
                           .url = "http://x/",
                           .status = c->status,
                           .cause = -1,
                           .phase = -1,
                           .severity = c->severity,
                           .identity_asked = true,
                           .answered = c->answered,
                           .identity = c->identity};
        struct record record;
        join(&record, &a, &r, 1, c);
        if (record.production.state != c->production ||
            record.deployment.state != c->deployment ||
            record.verdict != c->verdict || record.advice != c->advice ||
            record.exit != c->exit || record.reason_count == 0)
            fail_msg("cell %zu: production %d deployment %d verdict %d "
                     "advice %d exit %d",
                     i, record.production.state, record.deployment.state,
                     record.verdict, record.advice, (int)record.exit);
    }
    arena_release(&a);
}

/* Logs whose reading the time ended prove nothing good, and excuse nothing. */
static void logs_that_were_not_read_to_the_end(void **state)
{
    static const struct {
        int status;
        int64_t unread, gave_up, unjudged;
        int verdict, exit;
        const char *reason;
    } row[] = {
        {STATUS_PASS, 0, 0, 0, VERDICT_VERIFIED, 0, NULL},
        {STATUS_PASS, 1, 1, 1, VERDICT_INCONCLUSIVE, 4,
         "1 log was not read to the end"},
        {STATUS_PASS, 2, 2, 2, VERDICT_INCONCLUSIVE, 4,
         "2 logs were not read to the end"},
        {STATUS_DEGRADED, 1, 1, 1, VERDICT_INCONCLUSIVE, 4,
         "1 log was not read to the end"},
        {STATUS_FAIL, 1, 1, 1, VERDICT_UNHEALTHY, 1,
         "1 log was not read to the end"},
        {STATUS_PASS, 0, 1, 0, VERDICT_VERIFIED, 0, "hit a limit"},
        {STATUS_PASS, 0, 1, 1, VERDICT_INCONCLUSIVE, 4, "hit a limit"},
    };
    struct arena a;
    (void)state;
    arena_init(&a);
    for (size_t i = 0; i < ARRAY_COUNT(row); i++) {
        struct result r = {.id = "api",
                           .title = "API",
                           .url = "http://x/",
                           .status = row[i].status,
                           .cause = -1,
                           .phase = -1,
                           .identity_asked = true,
                           .answered = true,
                           .identity = NEW};
        struct findings logs = {.coverage = {.lines = 3,
                                             .unread = row[i].unread,
                                             .gave_up = row[i].gave_up,
                                             .unjudged = row[i].unjudged}};
        struct record out;
        join_logs(&out, &a, &r, 1, &(struct cell){.expected = NEW}, &logs);
        bool said = row[i].reason == NULL;
        for (size_t k = 0; !said && k < out.reason_count; k++)
            said = strstr(out.reason[k], row[i].reason) != NULL;
        if (out.verdict != row[i].verdict || out.exit != row[i].exit || !said)
            fail_msg("row %zu: verdict %d, exit %d", i, out.verdict,
                     (int)out.exit);
    }
    arena_release(&a);
}

static void old_and_new_together_are_mixed(void **state)
{
    static const struct cell c = {.expected = NEW, .log = -1};
    struct arena a;
    struct record record;
    struct result r[2] = {{.id = "a",
                           .title = "a",
                           .url = "u",
                           .cause = -1,
                           .phase = -1,
                           .identity_asked = true,
                           .answered = true,
                           .identity = NEW},
                          {.id = "b",
                           .title = "b",
                           .url = "u",
                           .cause = -1,
                           .phase = -1,
                           .identity_asked = true,
                           .answered = true,
                           .identity = OLD}};
    (void)state;
    arena_init(&a);
    join(&record, &a, r, 2, &c);
    assert_int_equal(record.deployment.state, DEPLOYMENT_MIXED);
    assert_int_equal(record.verdict, VERDICT_NOT_SHIPPED);
    assert_int_equal(record.deployment.observed[0].share_ppm, 1000000);
    r[0].status = STATUS_FAIL;
    join(&record, &a, r, 2, &c);
    assert_int_equal(record.advice, ADVICE_WAIT);
    r[0].status = STATUS_PASS;
    r[1].identity = NULL; /* silent: neither build is proven by it */
    r[1].answered = false;
    r[1].status = STATUS_FAIL;
    r[1].severity = SEVERITY_INFO;
    join(&record, &a, r, 2, &c);
    assert_int_equal(record.deployment.state, DEPLOYMENT_UNKNOWN);
    assert_int_equal(record.verdict, VERDICT_INCONCLUSIVE);
    r[1].severity = SEVERITY_CRITICAL; /* the new build, and it is down */
    join(&record, &a, r, 2, &c);
    assert_int_equal(record.verdict, VERDICT_UNHEALTHY);
    assert_int_equal(record.advice, ADVICE_ROLL_BACK);
    arena_release(&a);
}

static void names_that_no_build_has(void **state)
{
    static const struct {
        const char *name;
        bool good;
        size_t at;
    } row[] = {
        {"v1.4", true, 0},
        {"9f8e7d6", true, 0},
        {"release/2024-1", true, 0},
        {"Stra\xc3\x9f"
         "e",
         true, 0},
        {"", false, 0},
        {" v1", false, 0},
        {"v1 ", false, 2},
        {"v1 4", false, 2},
        {"v1\n", false, 2},
        {"v1\t", false, 2},
        {"v1\x7f", false, 2},
        {"v1\xc2\x85", false, 2},
        {"v1\xc2\xa0", false, 2},
        {"v1\xe2\x80\x8b", false, 2},
        {"v1\xe3\x80\x80", false, 2},
        {"\xef\xbb\xbfv1", false, 0},
        {"v1\xff", false, 2},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(row); i++) {
        size_t at = 0;
        if ((version_fault(row[i].name, &at) == NULL) != row[i].good)
            fail_msg("row %zu", i);
        if (!row[i].good)
            assert_int_equal(at, row[i].at);
    }
}

static void versions_match_by_prefix(void **state)
{
    (void)state;
    assert_true(version_matches("6706e2d", "6706e2d3f1a84c5b"));
    assert_true(version_matches("6706E2D3F1A84C5B", "6706e2d3"));
    assert_false(version_matches("6706e2", "6706e2d3f1a84c5b"));
    assert_false(version_matches("6706e2d3", "6706e2d4"));
    assert_true(version_matches("6706e2", "6706e2"));
    assert_true(version_is_too_short("6706e2", "6706e2d3f1a84c5b"));
    assert_true(version_is_too_short("6706E2", "6706e2d"));
    assert_false(version_is_too_short("6706e2d", "6706e2d3f1a84c5b"));
    assert_false(version_is_too_short("6706e3", "6706e2d3f1a84c5b"));
    assert_false(version_is_too_short("6706e2", "6706e2"));
    assert_false(version_is_too_short("v4.2", "v4.2.0"));
    assert_true(version_matches("v4.2.0", "v4.2.0"));
    assert_false(version_matches("v4.2.0", "v4.2.0-rc1"));
    assert_false(version_matches("4200000", "4200000-dirty"));
}

static void secrets_reach_no_field(void **state)
{
    static const struct cell c = {.log = -1};
    struct arena a;
    struct record record;
    struct buf text;
    struct expectation e = {.text = "t",
                            .expected = "postgres://u:hunter22@h",
                            .observed = "token=hunter22"};
    struct result r = {.id = "a",
                       .title = "a",
                       .url = "https://u:hunter22@h/x",
                       .cause = -1,
                       .phase = -1,
                       .body = "{\"password\":\"hunter22\"}",
                       .message = "Bearer hunter22hunter22",
                       .reproduce = "curl -H 'Authorization: Bearer "
                                    "hunter22hunter22' x",
                       .expectation = &e,
                       .expectation_count = 1};
    (void)state;
    arena_init(&a);
    join(&record, &a, &r, 1, &c);
    buf_init(&text, 100000);
    shape_write(&text, &record_shape, &record);
    assert_null(strstr(text.ptr, "hunter22"));
    assert_non_null(strstr(e.observed, "hunter22")); /* input untouched */
    assert_true(record.environment.secrets_redacted >= 6);
    buf_release(&text);
    arena_release(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_cell_of_the_matrix),
        cmocka_unit_test(logs_that_were_not_read_to_the_end),
        cmocka_unit_test(old_and_new_together_are_mixed),
        cmocka_unit_test(versions_match_by_prefix),
        cmocka_unit_test(names_that_no_build_has),
        cmocka_unit_test(secrets_reach_no_field),
    };
    return cmocka_run_group_tests_name("verdict", tests, NULL, NULL);
}
