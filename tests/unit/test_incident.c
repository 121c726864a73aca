/* Facts of people, and what an incident is by them and by its record. */
#include "base/shape_yaml.h"
#include "tests/unit/testing.h"
#include "verdict/verdict.h"

#define HOUR INT64_C(3600000)
#define T0   INT64_C(1795255200000) /* 2026-11-21T10:00:00Z */

static struct facts read(struct arena *a, const char *text, struct diags *d)
{
    const struct yaml_node *root = NULL;
    struct facts facts;
    diags_init(d, a);
    assert_true(yaml_parse(&root, a, test_source(a, "facts.yaml", text), d));
    (void)!shape_read_yaml(&facts, a, &facts_shape, root, d);
    return facts;
}

static void facts_are_read(void **state)
{
    struct arena a;
    struct diags d;
    (void)state;
    arena_init(&a);
    struct facts f = read(&a,
                          "incident: INC-1\nseverity: critical\n"
                          "detected: 2026-11-21T11:00:00+01:00\n"
                          "timeline:\n- { time: 2026-11-21T10:05:00Z, text: "
                          "page, witness: reported }\n"
                          "actions: [{ id: A1, text: Lock it, type: prevent, "
                          "done: true }]\nwell: [a, b]\n",
                          &d);
    assert_int_equal(d.count, 0);
    assert_string_equal(f.incident, "INC-1");
    assert_int_equal(f.severity, SEVERITY_CRITICAL);
    assert_int_equal(f.status, -1);
    assert_int_equal(f.detected_ms, T0);
    assert_int_equal(f.event_count, 1);
    assert_int_equal(f.event[0].witness, WITNESS_REPORTED);
    assert_int_equal(f.action[0].type, ACTION_PREVENT);
    assert_true(f.action[0].done);
    assert_int_equal(f.well_count, 2);
    arena_release(&a);
}

static void bad_facts_are_told_with_their_place(void **state)
{
    static const struct {
        const char *text, *want;
    } bad[] = {
        {"detcted: 2026-11-21T10:00:00Z\n",
         "facts.yaml:1:1: error: unknown key 'detcted', did you mean "
         "'detected'?"},
        {"detected: 2026-11-21 10:00\n",
         "facts.yaml:1:11: error: expected a time with its zone"},
        {"severity: huge\n", "facts.yaml:1:11: error: expected a severity"},
        {"actions: x\n", "facts.yaml:1:10: error: expected a list, found a "
                         "string"},
        {"actions:\n- { owner: [x] }\n",
         "facts.yaml:2:12: error: expected a text, found a list"},
        {"actions: [{ done: yes }]\n",
         "facts.yaml:1:19: error: expected true or false"},
    };
    struct arena a;
    (void)state;
    arena_init(&a);
    for (size_t i = 0; i < ARRAY_COUNT(bad); i++) {
        struct diags d;
        struct buf out;
        (void)read(&a, bad[i].text, &d);
        buf_init(&out, 4000);
        diags_render(&d, &out);
        if (strstr(out.ptr, bad[i].want) == NULL)
            print_message("%s", out.ptr);
        assert_non_null(strstr(out.ptr, bad[i].want));
        buf_release(&out);
    }
    arena_release(&a);
}

static struct facts no_facts(void)
{
    return (struct facts){.severity = -1, .status = -1};
}

static struct record record_of(int production)
{
    return (struct record){.started_ms = T0,
                           .verdict = VERDICT_UNHEALTHY,
                           .production = {.state = production},
                           .deployment = {.state = DEPLOYMENT_UNKNOWN}};
}

static void what_is_not_told_is_not_guessed(void **state)
{
    struct arena a;
    struct incident i;
    struct err e = {.set = false};
    (void)state;
    arena_init(&a);
    struct record r = record_of(PRODUCTION_DOWN);
    struct facts f = no_facts();
    assert_true(verdict_incident(&i, &a, &r, &f, &e));
    assert_int_equal(i.status, INCIDENT_DETECTED);
    assert_int_equal(i.severity, SEVERITY_CRITICAL);
    assert_int_equal(i.stamp[1].time_ms, T0); /* detected: by this run */
    assert_int_equal(i.stamp[1].witness, WITNESS_OBSERVED);
    for (size_t k = 0; k < INCIDENT_DURATIONS; k++)
        assert_int_equal(i.duration[k].ms, -1);
    arena_release(&a);
}

/* The log is followed while we ask, so it may tell more than we came for. */
static void an_error_after_detection_is_no_start(void **state)
{
    struct arena a;
    struct incident i;
    struct err e = {.set = false};
    struct finding late = {.role = ROLE_ROOT, .first = {.time_ms = T0 + HOUR}};
    (void)state;
    arena_init(&a);
    struct record r = record_of(PRODUCTION_DOWN);
    struct facts f = no_facts();
    r.logs.finding = &late;
    r.logs.finding_count = 1;
    assert_true(verdict_incident(&i, &a, &r, &f, &e));
    assert_int_equal(i.stamp[0].time_ms, 0);
    assert_int_equal(i.stamp[1].time_ms, T0);
    late.first.time_ms = T0 - HOUR;
    assert_true(verdict_incident(&i, &a, &r, &f, &e));
    assert_int_equal(i.stamp[0].time_ms, T0 - HOUR);
    arena_release(&a);
}

static void durations_have_two_stamps(void **state)
{
    struct arena a;
    struct incident i;
    struct err e = {.set = false};
    (void)state;
    arena_init(&a);
    struct record r = record_of(PRODUCTION_HEALTHY);
    struct facts f = no_facts();
    f.started_ms = T0;
    f.detected_ms = T0 + HOUR;
    f.resolved_ms = T0 + 3 * HOUR;
    assert_true(verdict_incident(&i, &a, &r, &f, &e));
    assert_int_equal(i.status, INCIDENT_RESOLVED);
    assert_string_equal(i.duration[0].name, "time to detect");
    assert_int_equal(i.duration[0].ms, HOUR);
    assert_string_equal(i.duration[3].from, "detected");
    assert_int_equal(i.duration[3].ms, 2 * HOUR);
    assert_int_equal(i.duration[5].ms, 3 * HOUR);
    assert_int_equal(i.duration[2].ms, -1); /* nobody says when mitigated */
    arena_release(&a);
}

static void claims_must_be_borne_out(void **state)
{
    static const struct {
        int production, deployment, status;
        int64_t detected, resolved, verified;
        const char *want; /* NULL: it is */
    } claims[] = {
        {PRODUCTION_HEALTHY, DEPLOYMENT_UNKNOWN, INCIDENT_RESOLVED, T0, T0 + 1,
         0, NULL},
        {PRODUCTION_DOWN, DEPLOYMENT_UNKNOWN, INCIDENT_RESOLVED, T0, T0 + 1, 0,
         "production is down"},
        {PRODUCTION_HEALTHY, DEPLOYMENT_UNKNOWN, INCIDENT_RESOLVED, T0, 0, 0,
         "nothing tells when it was resolved"},
        {PRODUCTION_HEALTHY, DEPLOYMENT_STALE, INCIDENT_VERIFIED, T0, T0 + 1,
         T0 + 2, "the deployment is stale"},
        {PRODUCTION_HEALTHY, DEPLOYMENT_SHIPPED, INCIDENT_VERIFIED, T0, T0 + 1,
         T0 + 2, NULL},
        {PRODUCTION_HEALTHY, DEPLOYMENT_SHIPPED, -1, T0, T0 - 1, 0,
         "'resolved' comes before 'detected'"},
    };
    struct arena a;
    (void)state;
    arena_init(&a);
    for (size_t i = 0; i < ARRAY_COUNT(claims); i++) {
        struct incident out;
        struct err e = {.set = false};
        struct record r = record_of(claims[i].production);
        struct facts f = no_facts();
        r.deployment.state = claims[i].deployment;
        r.deployment.expected = "abc";
        f.status = claims[i].status;
        f.detected_ms = claims[i].detected;
        f.resolved_ms = claims[i].resolved;
        f.verified_ms = claims[i].verified;
        bool ok = verdict_incident(&out, &a, &r, &f, &e);
        assert_int_equal(ok, claims[i].want == NULL);
        if (!ok)
            assert_non_null(strstr(e.text, claims[i].want));
    }
    arena_release(&a);
}

/* An incident is over when what it is about is well, whatever else fails. */
static void its_own_checks_count(void **state)
{
    static const char *api[] = {"api"}, *web[] = {"web"};
    struct arena a;
    struct incident out;
    struct err e = {.set = false};
    struct result result[] = {{.id = "api", .status = STATUS_PASS},
                              {.id = "web", .status = STATUS_FAIL}};
    (void)state;
    arena_init(&a);
    struct record r = record_of(PRODUCTION_DEGRADED);
    struct facts f = no_facts();
    r.result = result;
    r.result_count = 2;
    f.detected_ms = T0;
    f.resolved_ms = T0 + 1;
    f.check_count = 1;
    f.check = api;
    assert_true(verdict_incident(&out, &a, &r, &f, &e));
    assert_int_equal(out.status, INCIDENT_RESOLVED);
    f.check = web;
    assert_false(verdict_incident(&out, &a, &r, &f, &e));
    assert_non_null(strstr(e.text, "check 'web'"));
    arena_release(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(facts_are_read),
        cmocka_unit_test(bad_facts_are_told_with_their_place),
        cmocka_unit_test(what_is_not_told_is_not_guessed),
        cmocka_unit_test(an_error_after_detection_is_no_start),
        cmocka_unit_test(durations_have_two_stamps),
        cmocka_unit_test(claims_must_be_borne_out),
        cmocka_unit_test(its_own_checks_count),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
