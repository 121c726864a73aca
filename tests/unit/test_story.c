/* Several records of one incident, and what they amount to. */
#include "tests/unit/testing.h"
#include "verdict/episodes.h"
#include "verdict/verdict.h"

#define MINUTE INT64_C(60000)
#define T0     INT64_C(1795255200000) /* 2026-11-21T10:00:00Z */

#define CHECKS 3

static const char *const ids[CHECKS] = {"api", "site", "mail"};
static const char *const titles[CHECKS] = {"The API", "The site", "Mail"};

/*
 * A round as one would jot it down: its minute, then for each check one of
 * + passed, - failed, ~ degraded, e error, b blocked, s skipped, . not in it;
 * "!" at the end: its log has a cause.
 */
struct round {
    int64_t minute;
    const char *found;
};

static int status_of(char c)
{
    static const char mark[] = "+~-ebs";
    return (int)(strchr(mark, c) - mark);
}

static void add_result(struct record *r, struct arena *a, size_t check, char c,
                       int64_t time_ms)
{
    int status = status_of(c);
    bool failed = status == STATUS_FAIL || status == STATUS_DEGRADED;
    struct production_state *p = &r->production;
    r->result[r->result_count++] = (struct result){
        .id = ids[check],
        .title = titles[check],
        .status = status,
        .severity = check == 0 ? SEVERITY_CRITICAL : SEVERITY_MAJOR,
        .answered = status < STATUS_ERROR,
        .http_status = status == STATUS_FAIL ? 502 + (int64_t)check : 200,
        .message = failed
                       ? arena_printf(a, "found it at %lld", (long long)time_ms)
                       : NULL,
        .started_ms = time_ms + 10 * (int64_t)check};
    p->total++;
    p->passed += status == STATUS_PASS;
    p->failed += status == STATUS_FAIL;
    p->degraded += status == STATUS_DEGRADED;
    if (check == 0 && status == STATUS_FAIL)
        p->state = PRODUCTION_DOWN;
    else if (failed && p->state == PRODUCTION_HEALTHY)
        p->state = PRODUCTION_DEGRADED;
    else if (status >= STATUS_ERROR && p->state == PRODUCTION_HEALTHY)
        p->state = PRODUCTION_UNKNOWN;
}

static void add_log(struct record *r, struct arena *a)
{
    static const char *log[] = {"deploy.log"};
    struct finding *f = arena_alloc(a, sizeof(*f));
    struct cause *c = arena_alloc(a, sizeof(*c));
    *f = (struct finding){.signature = "postgres/42p07",
                          .title = "relation exists",
                          .count = 1,
                          .first = {"deploy.log", 12, 0, 0, T0 + 1},
                          .last = {"deploy.log", 12, 0, 0, T0 + 1}};
    *c = (struct cause){.signature = "postgres/42p07",
                        .title = "relation exists",
                        .deployment = -1,
                        .rollback = -1};
    r->logs.finding = f;
    r->logs.cause = c;
    r->logs.finding_count = r->logs.cause_count = 1;
    r->environment.log = log;
    r->environment.log_count = 1;
}

static const struct record *record_of(struct arena *a, const struct round *in)
{
    struct record *r = arena_alloc(a, sizeof(*r));
    int64_t time_ms = T0 + in->minute * MINUTE;
    *r = (struct record){.schema = RECORD_SCHEMA,
                         .started_ms = time_ms,
                         .finished_ms = time_ms + 500,
                         .verdict = VERDICT_HEALTHY,
                         .production = {.state = PRODUCTION_HEALTHY},
                         .deployment = {.state = DEPLOYMENT_UNKNOWN}};
    r->result = arena_array(a, CHECKS, sizeof(*r->result));
    for (size_t i = 0; i < CHECKS; i++)
        if (in->found[i] != '.')
            add_result(r, a, i, in->found[i], time_ms);
    if (in->found[CHECKS] == '!')
        add_log(r, a);
    if (r->production.state == PRODUCTION_DOWN)
        r->verdict = VERDICT_UNHEALTHY;
    else if (r->production.state == PRODUCTION_UNKNOWN)
        r->verdict = VERDICT_INCONCLUSIVE;
    else if (r->production.state == PRODUCTION_DEGRADED)
        r->verdict = VERDICT_DEGRADED;
    return r;
}

#define ROUNDS_MAX 12

/* "api 0-3, site 1-": checks with the minutes of each episode. */
static const char *told_of(struct arena *a, const struct story *s)
{
    struct buf text;
    buf_init(&text, 4000);
    for (size_t i = 0; i < s->told.episode_count; i++) {
        const struct episode *e = &s->told.episode[i];
        buf_printf(&text, "%s%s %lld-", i == 0 ? "" : ", ", e->check,
                   (long long)((e->from_ms - T0) / MINUTE));
        if (e->to_ms != 0)
            buf_printf(&text, "%lld", (long long)((e->to_ms - T0) / MINUTE));
    }
    return text.len == 0 ? "" : buf_take(a, &text);
}

struct scripted {
    const char *name;
    struct round round[ROUNDS_MAX];
    const char *episodes;
    int64_t worst, last; /* minutes of the records that are told of */
    bool over;
    int status; /* enum incident_status */
};

static const struct scripted outages[] = {
    {"three rounds of 502 with a cause in the log, then the recovery",
     {{0, "-++!"}, {1, "-++!"}, {2, "-++!"}, {3, "+++"}},
     "api 0-3",
     0,
     3,
     true,
     INCIDENT_RESOLVED},
    {"a second check fails in between",
     {{0, "-++!"}, {1, "--+!"}, {2, "-++!"}, {3, "+++"}},
     "api 0-3, site 1-2",
     1,
     3,
     true,
     INCIDENT_RESOLVED},
    {"records in another order",
     {{3, "+++"}, {1, "--+!"}, {0, "-++!"}, {2, "-++!"}},
     "api 0-3, site 1-2",
     1,
     3,
     true,
     INCIDENT_RESOLVED},
    {"two outages of one check",
     {{0, "-++"}, {1, "+++"}, {5, "-++"}, {7, "+++"}},
     "api 0-1, api 5-7",
     0,
     7,
     true,
     INCIDENT_RESOLVED},
    {"a recovery without a record of the failure",
     {{0, "+++"}, {1, "+++"}},
     "",
     1,
     1,
     false,
     INCIDENT_DETECTED},
    {"what could not be judged ends no episode, and begins none",
     {{0, "-++"}, {1, "eee"}, {2, "-bs"}, {3, "+++"}},
     "api 0-3",
     0,
     3,
     true,
     INCIDENT_RESOLVED},
    {"nor is it a recovery",
     {{0, "-++"}, {1, "eee"}},
     "api 0-",
     0,
     1,
     false,
     INCIDENT_DETECTED},
    {"one recovers, another goes on",
     {{0, "--+!"}, {1, "+-+!"}},
     "api 0-1, site 0-",
     0,
     1,
     false,
     INCIDENT_IDENTIFIED},
    {"a check that another record lacks",
     {{0, "-.."}, {1, ".-+"}, {2, "+++"}},
     "api 0-2, site 1-2",
     0,
     2,
     true,
     INCIDENT_RESOLVED},
    {"slow first, then failing: one episode",
     {{0, "+~+"}, {1, "+-+"}, {2, "+++"}},
     "site 0-2",
     1,
     2,
     true,
     INCIDENT_RESOLVED},
    {"it is healthy before it fails",
     {{0, "+++"}, {1, "+++"}, {2, "-++"}},
     "api 2-",
     2,
     2,
     false,
     INCIDENT_DETECTED},
    {"it fails again at the end",
     {{0, "-++"}, {1, "+++"}, {2, "+++"}, {3, "~-+"}},
     "api 0-1, api 3-, site 3-",
     0,
     3,
     false,
     INCIDENT_DETECTED},
};

static struct story story_of(struct arena *a, const struct scripted *o)
{
    const struct record *record[ROUNDS_MAX];
    struct story s;
    size_t count = 0;
    for (; count < ROUNDS_MAX && o->round[count].found != NULL; count++)
        record[count] = record_of(a, &o->round[count]);
    verdict_story(&s, a, record, count, TELL_FAILURE);
    return s;
}

static void outages_are_told(void **state)
{
    struct arena a;
    const struct facts none = {.severity = -1, .status = -1};
    (void)state;
    arena_init(&a);
    for (size_t i = 0; i < ARRAY_COUNT(outages); i++) {
        const struct scripted *o = &outages[i];
        struct story s = story_of(&a, o);
        struct incident incident;
        struct err e = {.set = false};
        if (strcmp(told_of(&a, &s), o->episodes) != 0)
            print_error("%s: %s\n", o->name, told_of(&a, &s));
        assert_string_equal(told_of(&a, &s), o->episodes);
        assert_int_equal((s.told.started_ms - T0) / MINUTE, o->worst);
        assert_int_equal((s.last->started_ms - T0) / MINUTE, o->last);
        assert_int_equal(s.over, o->over);
        assert_true(verdict_story_incident(&incident, &a, &s, &none, &e));
        assert_int_equal(incident.status, o->status);
    }
    arena_release(&a);
}

static const struct result *told(const struct story *s, const char *id)
{
    const struct result *found = NULL;
    size_t count = 0;
    for (size_t i = 0; i < s->told.result_count; i++)
        if (strcmp(s->told.result[i].id, id) == 0) {
            found = &s->told.result[i];
            count++;
        }
    assert_true(count <= 1); /* each check once */
    return found;
}

static void failures_come_from_their_records(void **state)
{
    static const struct scripted o = {
        .round = {{0, "+++"}, {1, "+-+"}, {2, "-++!"}, {3, "+++"}}};
    struct arena a;
    (void)state;
    arena_init(&a);
    struct story s = story_of(&a, &o);
    assert_int_equal(s.told.result_count, CHECKS);
    assert_int_equal(told(&s, "api")->status, STATUS_FAIL);
    assert_int_equal(told(&s, "api")->started_ms, T0 + 2 * MINUTE);
    assert_int_equal(told(&s, "site")->status, STATUS_FAIL);
    assert_int_equal(told(&s, "site")->started_ms, T0 + MINUTE + 10);
    assert_int_equal(told(&s, "mail")->status, STATUS_PASS);
    assert_int_equal(s.told.logs.cause_count, 1);
    assert_int_equal(s.last->logs.cause_count, 0);
    arena_release(&a);
}

/* Its log is that of a deploy before the last good round. */
static void an_old_cause_is_none(void **state)
{
    static const struct scripted late = {
        .round = {{0, "-++!"}, {1, "-++!"}, {2, "+++"}}};
    static const struct scripted old = {
        .round = {{1, "+++"}, {2, "-++!"}, {3, "-++!"}}};
    struct arena a;
    (void)state;
    arena_init(&a);
    struct story s = story_of(&a, &late);
    assert_int_equal(s.told.logs.cause_count, 1);
    assert_true(cause_stands(&s.told.logs.cause[0]));
    s = story_of(&a, &old);
    assert_int_equal(s.good_ms, T0 + MINUTE);
    assert_int_equal(s.told.logs.cause_count, 1);
    assert_false(cause_stands(&s.told.logs.cause[0]));
    arena_release(&a);
}

/* A clock that was set back between two records. */
static void an_end_is_never_before_its_start(void **state)
{
    static struct result bad = {
        .id = "api", .status = STATUS_FAIL, .started_ms = T0};
    static struct result good = {
        .id = "api", .status = STATUS_PASS, .started_ms = T0 - MINUTE};
    static const struct record one = {
        .started_ms = T0, .result = &bad, .result_count = 1};
    static const struct record two = {
        .started_ms = T0 + 1, .result = &good, .result_count = 1};
    const struct record *const both[] = {&one, &two};
    struct arena a;
    (void)state;
    arena_init(&a);
    struct episodes e = episodes_join(&a, both, 2);
    assert_int_equal(e.count, 1);
    assert_int_equal(e.item[0].to_ms, T0 + 1);
    arena_release(&a);
}

static bool has_row(const struct story *s, int64_t time_ms, const char *text)
{
    for (size_t i = 0; i < s->told.timeline_count; i++)
        if (s->told.timeline[i].time_ms == time_ms &&
            strcmp(s->told.timeline[i].text, text) == 0)
            return true;
    return false;
}

static void each_failure_and_recovery_has_a_row(void **state)
{
    struct arena a;
    (void)state;
    arena_init(&a);
    struct story s = story_of(&a, &outages[1]);
    assert_true(has_row(&s, T0, "The API failed: HTTP 502"));
    assert_true(has_row(&s, T0 + MINUTE + 10, "The site failed: HTTP 503"));
    assert_true(has_row(&s, T0 + 2 * MINUTE + 10, "The site recovered"));
    assert_true(has_row(&s, T0 + 3 * MINUTE, "The API recovered"));
    assert_true(has_row(&s, T0 + 500, "2 of 3 checks passed"));
    assert_true(has_row(&s, T0 + 3 * MINUTE + 500, "3 of 3 checks passed"));
    for (size_t i = 1; i < s.told.timeline_count; i++)
        assert_true(
            event_compare(&s.told.timeline[i - 1], &s.told.timeline[i]) < 0);
    arena_release(&a);
}

/* A history's account of an episode is newer than what records show of it. */
static void episodes_of_a_history_are_believed(void **state)
{
    struct episode kept[] = {{.check = "api",
                              .title = "The API",
                              .severity = SEVERITY_CRITICAL,
                              .worst = STATUS_FAIL,
                              .from_ms = T0 - 5 * MINUTE,
                              .to_ms = T0 + 2 * MINUTE,
                              .last_ms = T0 + MINUTE,
                              .rounds = 7},
                             {.check = "api",
                              .title = "The API",
                              .severity = SEVERITY_CRITICAL,
                              .worst = STATUS_FAIL,
                              .from_ms = T0 + 4 * MINUTE,
                              .last_ms = T0 + 4 * MINUTE,
                              .rounds = 1}};
    const struct round first = {0, "-++"}, last = {4, "-++"};
    struct arena a;
    struct story s;
    (void)state;
    arena_init(&a);
    struct record now = *record_of(&a, &last);
    const struct record *record[] = {&now, record_of(&a, &first)};
    now.episode = kept;
    now.episode_count = ARRAY_COUNT(kept);
    verdict_story(&s, &a, record, ARRAY_COUNT(record), TELL_HISTORY);
    assert_string_equal(told_of(&a, &s), "api -5-2, api 4-");
    assert_false(s.over);
    verdict_story(&s, &a, record, 1, TELL_HISTORY);
    assert_string_equal(told_of(&a, &s), "api -5-2, api 4-");
    assert_true(s.history);
    arena_release(&a);
}

/* What was observed starts it, not what people or a log are said to say. */
static void it_starts_when_it_was_observed(void **state)
{
    struct arena a;
    struct incident i;
    struct err e = {.set = false};
    struct facts f = {.severity = -1, .status = -1};
    (void)state;
    arena_init(&a);
    struct story s = story_of(&a, &outages[1]);
    assert_true(verdict_story_incident(&i, &a, &s, &f, &e));
    assert_int_equal(i.stamp[STAMP_STARTED].time_ms, T0);
    assert_int_equal(i.stamp[STAMP_STARTED].witness, WITNESS_OBSERVED);
    assert_int_equal(i.stamp[STAMP_MITIGATED].time_ms, T0 + 3 * MINUTE);
    assert_int_equal(i.stamp[STAMP_RESOLVED].time_ms, T0 + 3 * MINUTE);
    assert_int_equal(i.stamp[STAMP_VERIFIED].time_ms, 0);
    f.started_ms = T0 - MINUTE; /* people know better */
    assert_true(verdict_story_incident(&i, &a, &s, &f, &e));
    assert_int_equal(i.stamp[STAMP_STARTED].time_ms, T0 - MINUTE);
    assert_int_equal(i.stamp[STAMP_STARTED].witness, WITNESS_REPORTED);
    f.started_ms = 0;
    f.resolved_ms = T0 + 2 * MINUTE; /* and what does not fit is left out */
    assert_true(verdict_story_incident(&i, &a, &s, &f, &e));
    assert_int_equal(i.stamp[STAMP_MITIGATED].time_ms, 0);
    arena_release(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(outages_are_told),
        cmocka_unit_test(failures_come_from_their_records),
        cmocka_unit_test(an_old_cause_is_none),
        cmocka_unit_test(an_end_is_never_before_its_start),
        cmocka_unit_test(each_failure_and_recovery_has_a_row),
        cmocka_unit_test(episodes_of_a_history_are_believed),
        cmocka_unit_test(it_starts_when_it_was_observed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
