/*
 * Evidence has a time: lists of observations in, verdict, advice, exit code
 * and reasons out. Read a row as: "with this seen, postflight says that".
 */
#include "tests/unit/observed.h"
#include "tests/unit/testing.h"
#include "verdict/window.h"

enum how {
    ONCE,   /* a single pass: nothing is waited for */
    WAITED, /* a rollout: settled at '|', or the deadline came */
    PLAIN   /* no build is expected */
};

struct row {
    const char *what;
    enum how how;
    const char *seen; /* see observed.h; streaks are of 4 */
    const char *log;  /* "failed", "conflict", "failed useless", …; or "" */
    const char *says; /* production deployment verdict advice exit */
    const char *why;  /* is in one of the reasons; "": not looked for */
};

/* clang-format off */
static const struct row rows[] = {
    /* Settled, then confirmed: only what was seen after T decides. */
    {"settled and confirmed", WAITED, "api: old*9 new*4 | new", "",
     "healthy shipped verified proceed 0", "settled on 6706e2d3f1a8 after 1.00 s"},
    {"a check without a build passed before T, and fails after it", WAITED,
     "api: old*5 new*4 | new; items/none: ok*9 | fail", "",
     "down shipped unhealthy roll-back 1", "critical check 'items' failed"},
    {"it failed on the old build, and passes on the new one", WAITED,
     "api: old*5 new*4 | new; items/none: fail*9 | ok", "",
     "healthy shipped verified proceed 0", "every check passed"},
    {"it was refused while the service started", WAITED,
     "api: refused*3 new*4 | new; web: refused*2 new*5 | new", "",
     "healthy shipped verified proceed 0", ""},
    {"two checks, settled at the same time", WAITED,
     "api: new*9 | new; web: old*5 new*4 | new", "",
     "healthy shipped verified proceed 0", ""},
    {"a flow that only ran after T", WAITED,
     "api: new*4 | new; order/none: | ok", "",
     "healthy shipped verified proceed 0", ""},
    {"a flow that fails after T", WAITED,
     "api: new*4 | new; order/none: | fail", "",
     "down shipped unhealthy roll-back 1", "'order' failed"},
    {"a major check fails after T", WAITED,
     "api: new*4 | new; mail/none/major: ok*4 | fail", "",
     "degraded shipped degraded review 0", "major check 'mail' failed"},
    {"a minor check fails after T", WAITED,
     "api: new*4 | new; docs/none/minor: ok*4 | fail", "",
     "healthy shipped verified proceed 0", "minor check 'docs' failed"},
    {"slow after T", WAITED, "api: new*4 | slow", "",
     "degraded shipped degraded review 0", "is degraded"},
    {"retried after T with its own patience", WAITED,
     "api: new*4 | new; items/none: ok*4 | fail fail ok", "",
     "healthy shipped verified proceed 0", ""},
    {"not probed after T: no claim", WAITED,
     "api: new*4 | new; items/none: ok*9", "",
     "unknown shipped inconclusive check-runner 4", "not probed again"},
    {"a major check not probed after T", WAITED,
     "api: new*4 | new; mail/none/major: ok*9", "",
     "degraded shipped degraded review 0", "was not judged"},
    {"the runner fails after T", WAITED,
     "api: new*4 | new; items/none: ok*9 | error", "",
     "unknown shipped inconclusive check-runner 4", "could not be judged"},
    {"the runner fails a major check after T", WAITED,
     "api: new*4 | new; mail/none/major: ok*9 | error", "",
     "degraded shipped degraded review 0", "could not be judged"},
    {"the runner fails a minor check after T", WAITED,
     "api: new*4 | new; docs/none/minor: ok*9 | error", "",
     "healthy shipped verified proceed 0", "could not be judged"},

    /* Not settled at the deadline: the last answers of each check. */
    {"only the old build, healthy", WAITED, "api: old*9", "",
     "healthy stale not-shipped fix-deploy 5", "all 4 answers came from 5fa8b913c0de"},
    {"half old and half new, all healthy", WAITED, "api: old new old new old new", "",
     "healthy mixed not-shipped fix-deploy 5", "2 of the last 4 answers"},
    {"one replica new, in another region none", WAITED, "eu: new*9; us: old*9", "",
     "healthy mixed not-shipped fix-deploy 5", "check 'us': all 4 answers came from 5fa8"},
    {"half of the answers fail, all from the new build", WAITED,
     "api: old new! old new! old new!", "",
     "down mixed unhealthy roll-back 1", "2 of 4 answers failed, all from build 6706e2d3f1a8"},
    {"the same, and the old build answered last", WAITED,
     "api: new! old new! old new! old", "",
     "down mixed unhealthy roll-back 1", "2 of 4 answers failed"},
    {"a quarter over two checks, all from the new build", WAITED,
     "a: old old old new!; b: old new! old old", "",
     "down mixed unhealthy roll-back 1", "1 of 4 answers failed"},
    {"one failure of the new build is not two", WAITED,
     "a: old old new! old", "",
     "down mixed unhealthy wait 1", "1 of 4 answers failed"},
    {"each answer of the new build fails", WAITED, "api: old*5 new!*9", "",
     "down unknown unhealthy roll-back 1", "4 of 4 answers failed, all from build 6706"},
    {"the old build fails, the new one was not seen", WAITED, "api: old!*9", "",
     "down stale unhealthy roll-back 1", "all from build 5fa8"},
    {"both fail", WAITED, "api: old! new! old! new!", "",
     "down mixed unhealthy wait 1", "from 2 builds"},
    {"the old build fails, the new one is fine", WAITED, "api: old! new old! new", "",
     "down mixed unhealthy wait 1", "all from build 5fa8"},
    {"failures that name no build beside the old one", WAITED,
     "api: old fail old fail", "",
     "down stale unhealthy roll-back 1", "2 failed and named no build"},
    {"failures that name no build beside the new one", WAITED,
     "api: new fail new fail", "",
     "down unknown unhealthy roll-back 1", "2 of 4 answers failed"},
    {"failures that name no build beside both", WAITED,
     "api: old new fail fail", "",
     "down mixed unhealthy wait 1", ""},
    {"nothing but failures", WAITED, "api: fail*9", "",
     "down unknown unhealthy roll-back 1", "no response named a build"},
    {"refused to the end", WAITED, "api: refused*9", "",
     "down unknown unhealthy roll-back 1", "connection refused"},
    {"failures older than the window do not count", WAITED,
     "api: fail*9 old*4", "",
     "healthy stale not-shipped fix-deploy 5", "every check passed"},
    {"the last of the window before is out", WAITED, "api: fail old*4", "",
     "healthy stale not-shipped fix-deploy 5", ""},
    {"the first of the window is in", WAITED, "api: fail old*3", "",
     "down stale unhealthy roll-back 1", "1 of 4 answers failed"},
    {"a major check that fails now and then", WAITED,
     "api: old*9; mail/none/major: ok ok ok fail", "",
     "degraded stale not-shipped review 5", "1 of 4 answers failed"},
    {"a major check that mostly fails", WAITED,
     "api: old*9; mail/none/major: fail fail fail ok", "",
     "degraded stale not-shipped review 5", "3 of 4 answers failed"},
    {"a minor check that fails", WAITED, "api: old*9; docs/none/minor: fail*4", "",
     "healthy stale not-shipped fix-deploy 5", "minor check 'docs' failed"},
    {"it broke again after it had settled", WAITED,
     "api: new*9 fail fail fail; web: new*9", "",
     "down unknown unhealthy roll-back 1", "3 of 4 answers failed"},
    {"the streak was not long enough, and nothing failed", WAITED, "api: new*2", "",
     "healthy unknown inconclusive wait 4", "2 of the last 2 answers"},
    {"a tolerated flake at the end", WAITED, "api: new*3 refused", "",
     "down unknown unhealthy roll-back 1", "1 of 4 answers failed"},
    {"a check that needs no build fails beside the old build", WAITED,
     "api: old*4; items/none: ok fail ok fail", "",
     "down stale unhealthy roll-back 1", "2 of 4 answers failed"},
    {"a check that tells no build fails beside both", WAITED,
     "api: old new old new; items/none: ok fail ok fail", "",
     "down mixed unhealthy wait 1", "critical check 'items' failed"},
    {"a check that tells no build fails beside the new build", WAITED,
     "api: new*3; items/none: ok fail ok fail", "",
     "down unknown unhealthy roll-back 1", "critical check 'items' failed"},
    {"an answer that names no build is another build", WAITED, "api: mute*4", "",
     "healthy stale not-shipped fix-deploy 5", "all 4 answers named no build"},
    {"the runner's attempts are no answers", WAITED, "api: old*4 error*3", "",
     "healthy stale not-shipped fix-deploy 5", ""},
    {"nothing but the runner's faults", WAITED, "api: error*5", "",
     "unknown unknown inconclusive check-runner 4", "could not be judged"},
    {"never probed before the deadline", WAITED, "api:", "",
     "unknown unknown inconclusive check-runner 4", "was not judged"},
    {"never probed, and another check is down", WAITED, "api:; items/none: fail*4", "",
     "down unknown unhealthy roll-back 1", ""},

    /* A single pass: one answer is one answer. */
    {"one answer from the new build", ONCE, "api: new", "",
     "healthy shipped verified proceed 0", "1 of 1 answer came from"},
    {"one answer from the old build", ONCE, "api: old", "",
     "healthy stale not-shipped fix-deploy 5", "but 5fa8b913c0de responded"},
    {"one of each", ONCE, "api: new; web: old", "",
     "healthy mixed not-shipped fix-deploy 5", "check 'web': its answer came from 5fa8"},
    {"each address answered", ONCE, "api: new new old", "",
     "healthy mixed not-shipped fix-deploy 5", "check 'api'"},
    {"no build named", ONCE, "api: mute", "",
     "healthy stale not-shipped fix-deploy 5", "no response named a build"},
    {"one names it, a major one fails", ONCE, "api: new; web/major: fail", "",
     "degraded unknown degraded review 0", "major check 'web' failed"},
    {"one names it, a minor one fails", ONCE, "api: new; web/minor: fail", "",
     "healthy unknown inconclusive wait 4", ""},
    {"the only check that could name it fails, and is minor", ONCE, "web/minor: fail", "",
     "healthy unknown inconclusive check-runner 4", "no response named a build"},
    {"the new build fails", ONCE, "api: new!", "",
     "down shipped unhealthy roll-back 1", "critical check 'api' failed"},
    {"retried until it passed", ONCE, "api: fail fail new", "",
     "healthy shipped verified proceed 0", "1 of 3 answers came from"},
    {"no host exists", ONCE, "api: nohost; web/none: nohost", "",
     "down unknown unhealthy review 1", "check the URLs"},
    {"one host does not exist, another does", ONCE, "api: nohost; web/none: ok", "",
     "down unknown unhealthy roll-back 1", ""},

    /* No build is expected: production alone. */
    {"all pass", PLAIN, "api: new; items/none: ok", "",
     "healthy unknown healthy proceed 0", "every check passed"},
    {"a critical check fails", PLAIN, "api/none: fail", "",
     "down unknown unhealthy roll-back 1", ""},
    {"a major check fails", PLAIN, "api/none: ok; mail/none/major: fail", "",
     "degraded unknown degraded review 0", ""},
    {"the runner is to blame", PLAIN, "api/none: error", "",
     "unknown unknown inconclusive check-runner 4", ""},
    {"the runner is to blame for one, another is down", PLAIN,
     "api/none: error; web/none: fail", "",
     "down unknown unhealthy roll-back 1", ""},

    /* What the log proves, and what a rollback does about it. */
    {"the log reports a failure, the old build serves", WAITED, "api: old*9", "failed",
     "healthy failed not-shipped fix-deploy 5", "the deploy log reports a failure"},
    {"the log reports a failure, the new build serves", WAITED, "api: new*4 | new", "failed",
     "healthy failed not-shipped fix-deploy 5", ""},
    {"another deployment held the target", WAITED, "api: old*9", "conflict",
     "healthy conflict not-shipped wait 5", ""},
    {"it did, and this build serves all the same", WAITED, "api: new*4 | new", "conflict",
     "healthy shipped verified proceed 0", ""},
    {"down while another deployment runs", WAITED, "api: fail*9", "conflict",
     "down conflict unhealthy wait 1", ""},
    {"down, and a rollback helps", WAITED, "api: fail*9", "failed helps",
     "down failed unhealthy roll-back 1", ""},
    {"down, and a rollback will not help", WAITED, "api: fail*9", "failed useless",
     "down failed unhealthy fix-deploy 1", "a rollback will not help: because"},
    {"down, and a rollback would do harm", WAITED, "api: fail*9", "failed harmful",
     "down failed unhealthy fix-deploy 1", "a rollback would do harm: because"},
    {"the new build fails beside the old one, a rollback will not help", WAITED,
     "api: old new! old new!", "failed useless",
     "down failed unhealthy fix-deploy 1", ""},
    {"healthy, whatever a rollback would do", WAITED, "api: new*4 | new", " harmful",
     "healthy shipped verified proceed 0", ""},
};
/* clang-format on */

static void read_log(struct cause *c, const char *text)
{
    struct str rest;
    struct str proves = str_cut(str_from(text), ' ', &rest);
    c->deployment = c->rollback = -1;
    (void)name_find(&deployment_names, proves, &c->deployment);
    if (name_find(&rollback_names, rest, &c->rollback))
        c->rollback_why = "because";
}

static void join(struct record *out, struct arena *a, const struct row *row)
{
    struct result result[10];
    const char *expected = row->how == PLAIN ? NULL : NEW;
    struct cause cause = {.signature = "x/y", .title = "it broke"};
    struct redactor *redactor = redactor_open();
    read_log(&cause, row->log);
    struct findings logs = {.cause = &cause,
                            .cause_count = row->log[0] != '\0',
                            .coverage = {.lines = 3}};
    struct verdict_inputs in = {.result = result,
                                .result_count =
                                    observe(result, a, row->seen, expected),
                                .logs = &logs,
                                .expected = expected,
                                .rollout = row->how == WAITED,
                                .streak = 4,
                                .started_ms = 1000000,
                                .finished_ms = 3000000,
                                .tool = {"postflight", "0", "libcurl"}};
    assert_true(in.result_count > 0);
    verdict_join(out, a, &in, redactor);
    redactor_close(redactor);
}

static bool has_reason(const struct record *r, const char *part)
{
    bool found = part[0] == '\0';
    for (size_t i = 0; i < r->reason_count; i++)
        found = found || strstr(r->reason[i], part) != NULL;
    return found;
}

static void each_row_says_what_it_should(void **state)
{
    size_t bad = 0;
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct arena a;
        struct record r;
        arena_init(&a);
        join(&r, &a, &rows[i]);
        const char *says =
            arena_printf(&a, "%s %s %s %s %lld",
                         name_of(&production_names, r.production.state),
                         name_of(&deployment_names, r.deployment.state),
                         name_of(&verdict_names, r.verdict),
                         name_of(&advice_names, r.advice), (long long)r.exit);
        if (strcmp(says, rows[i].says) != 0 || !has_reason(&r, rows[i].why)) {
            bad++;
            print_message("# %s\n#   seen      %s\n#   expected  %s; %s\n"
                          "#   found     %s\n",
                          rows[i].what, rows[i].seen, rows[i].says, rows[i].why,
                          says);
            for (size_t k = 0; k < r.reason_count; k++)
                print_message("#             %s\n", r.reason[k]);
        }
        arena_release(&a);
    }
    assert_int_equal(bad, 0);
}

/* Good news is only said of what was seen to be good. */
static void no_row_with_failures_says_that_all_passed(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct arena a;
        struct record r;
        bool failed = false;
        arena_init(&a);
        join(&r, &a, &rows[i]);
        for (size_t k = 0; k < r.result_count; k++)
            failed = failed ||
                     (r.result[k].window.failed > 0 &&
                      r.deployment.settled_ms == 0 && r.deployment.rollout);
        if (failed)
            assert_false(has_reason(&r, "every check passed"));
        arena_release(&a);
    }
}

static void shares_are_of_each_check(void **state)
{
    static const struct row row = {"", WAITED, "a: old old new new; b: new*4",
                                   "", "",     ""};
    struct arena a;
    struct record r;
    (void)state;
    arena_init(&a);
    join(&r, &a, &row);
    assert_int_equal(r.deployment.observed_count, 3);
    assert_int_equal(r.deployment.observed[0].share_ppm, 500000);
    assert_int_equal(r.deployment.observed[1].share_ppm, 500000);
    assert_int_equal(r.deployment.observed[2].share_ppm, 1000000);
    arena_release(&a);
}

static void only_what_came_after_settling_serves(void **state)
{
    static const struct row row = {"", WAITED, "a: old*4 new*4 | new",
                                   "", "",     ""};
    struct arena a;
    struct record r;
    (void)state;
    arena_init(&a);
    join(&r, &a, &row);
    assert_int_equal(r.deployment.observed_count, 2);
    assert_string_equal(r.deployment.observed[0].version, OLD);
    assert_false(r.deployment.observed[0].serving);
    assert_true(r.deployment.observed[1].serving);
    assert_int_equal(r.deployment.settled_ms, 2000000);
    assert_int_equal(r.result[0].window.answers, 1);
    assert_int_equal(r.result[0].build_count, 1);
    arena_release(&a);
}

/* What was seen at the moment of settling was seen on the settled build. */
static void a_window_begins_at_its_moment(void **state)
{
    static const struct window w = {.kind = WINDOW_CONFIRMED,
                                    .settled_ms = 1000};
    (void)state;
    for (int64_t at = 999; at <= 1001; at++) {
        const struct observation o = {.first_ms = at, .last_ms = at};
        assert_int_equal(window_has(&w, &o), at >= 1000);
    }
}

/* One check that has not settled is enough to keep the run unsettled. */
static void all_have_settled_or_none(void **state)
{
    (void)state;
    for (int settled = 0; settled <= 2; settled++) {
        const struct result two[] = {
            {.expected = NEW, .settled = settled > 0, .settled_ms = 10},
            {.expected = NEW, .settled = settled > 1, .settled_ms = 20},
        };
        const struct verdict_inputs in = {
            .result = two, .result_count = 2, .rollout = true, .streak = 3};
        struct window w = window_that_decides(&in);
        assert_int_equal(w.kind, settled == 2 ? WINDOW_CONFIRMED : WINDOW_LAST);
        assert_int_equal(w.settled_ms, 20);
        assert_int_equal(w.last, 3);
    }
}

static void the_list_is_bounded(void **state)
{
    struct arena a;
    struct observations list = {.count = 0};
    int64_t total = 0;
    (void)state;
    arena_init(&a);
    for (int64_t i = 0; i < OBSERVATIONS_MAX + 1; i++) {
        const struct observation o = {.check = "a",
                                      .version = i % 2 == 0 ? OLD : NEW,
                                      .count = 1,
                                      .first_ms = i,
                                      .last_ms = i};
        observation_add(&list, &a, &o);
        if (i == OBSERVATIONS_MAX - 2)
            assert_int_equal(list.count, OBSERVATIONS_MAX - 1);
        if (i == OBSERVATIONS_MAX - 1)
            assert_int_equal(list.count, OBSERVATIONS_MAX);
    }
    assert_true(list.count < OBSERVATIONS_MAX);
    for (size_t i = 0; i < list.count; i++)
        total += observation_count(&list.item[i]);
    assert_int_equal(total, OBSERVATIONS_MAX + 1);
    assert_int_equal(list.item[list.count - 1].last_ms, OBSERVATIONS_MAX);
    arena_release(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_row_says_what_it_should),
        cmocka_unit_test(no_row_with_failures_says_that_all_passed),
        cmocka_unit_test(shares_are_of_each_check),
        cmocka_unit_test(only_what_came_after_settling_serves),
        cmocka_unit_test(a_window_begins_at_its_moment),
        cmocka_unit_test(all_have_settled_or_none),
        cmocka_unit_test(the_list_is_bounded),
    };
    assert_true(ARRAY_COUNT(rows) >= 60);
    return cmocka_run_group_tests_name("window", tests, NULL, NULL);
}
