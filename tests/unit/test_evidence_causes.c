/* Causes that git and the deployments prove, and what they do to a verdict. */
#include "tests/unit/testing.h"
#include "verdict/evidence_causes.h"
#include "verdict/internal.h"

#define NEW  "6706e2d3f1a84c5b"
#define GOOD "5fa8b913c0de4e1f"

static int set_up(void **state)
{
    static struct arena a;
    arena_init(&a);
    *state = &a;
    return 0;
}

static int tear_down(void **state)
{
    arena_release(*state);
    return 0;
}

/* One critical check, or one that failed, beside this evidence. */
struct world {
    struct deploy_evidence evidence;
    struct findings logs;
    const char *expected, *served;
    const struct catalogue *catalogue;
    bool down, fail_on_degraded;
};

static void join(struct record *out, struct arena *a, const struct world *w)
{
    struct redactor *redactor = redactor_open();
    struct result *r = arena_alloc(a, sizeof(*r));
    *r = (struct result){.id = "api",
                         .title = "API",
                         .url = "http://x/",
                         .status = w->down ? STATUS_FAIL : STATUS_PASS,
                         .cause = -1,
                         .phase = -1,
                         .severity = SEVERITY_CRITICAL,
                         .expected = w->served == NULL ? NULL : w->expected,
                         .identity = w->served,
                         .identity_asked = w->served != NULL,
                         .answered = true};
    struct verdict_inputs in = {.result = r,
                                .result_count = 1,
                                .logs = &w->logs,
                                .evidence = &w->evidence,
                                .catalogue = w->catalogue,
                                .expected = w->expected,
                                .fail_on_degraded = w->fail_on_degraded,
                                .started_ms = 1000,
                                .finished_ms = 2000,
                                .tool = {"postflight", "0", "libcurl"}};
    verdict_join(out, a, &in, redactor);
    redactor_close(redactor);
}

static const struct cause *cause_of(const struct record *r, const char *proof)
{
    for (size_t i = 0; i < r->logs.cause_count; i++)
        if (r->logs.cause[i].proof != NULL &&
            strcmp(r->logs.cause[i].proof, proof) == 0)
            return &r->logs.cause[i];
    return NULL;
}

static const struct migration_edit edited = {
    .tool = MIGRATION_ALEMBIC,
    .id = "ae1027a6acf",
    .path = "versions/my edit.py",
    .commit = "c0ffee11c0ffee11c0ffee11c0ffee11c0ffee11",
    .subject = "make it idempotent",
    .time_ms = INT64_C(1767229200000)};

static void edits_by_kind(void **state)
{
    struct migration_edit deleted = edited, missing = edited, cosmetic = edited,
                          touched = edited;
    deleted.deleted = missing.deleted = cosmetic.cosmetic = true;
    missing.commit = touched.commit = NULL;
    const struct {
        const struct migration_edit *edit;
        const char *from, *proof; /* NULL: no cause */
        int rollback;
    } rows[] = {
        {&edited, GOOD, "evidence/migration-edited", ROLLBACK_HELPS},
        {&touched, GOOD, "evidence/migration-edited", ROLLBACK_HELPS},
        {&deleted, GOOD, "evidence/migration-deleted", ROLLBACK_HELPS},
        {&missing, GOOD, "evidence/migration-missing", ROLLBACK_USELESS},
        {&cosmetic, GOOD, NULL, -1},
        {&edited, NULL, NULL, -1}, /* whether it was applied is not known */
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct migration_edit edit = *rows[i].edit;
        struct world w = {.evidence.git = {.from = rows[i].from,
                                           .to = NEW,
                                           .edit = &edit,
                                           .edit_count = 1}};
        struct record r;
        join(&r, *state, &w);
        assert_int_equal(r.logs.cause_count, rows[i].proof != NULL);
        assert_int_equal(r.verdict == VERDICT_DEGRADED, rows[i].proof != NULL);
        assert_int_equal(r.advice == ADVICE_REVIEW, rows[i].proof != NULL);
        assert_int_equal(r.exit, EXIT_VERIFIED);
        if (rows[i].proof == NULL)
            continue;
        const struct cause *c = cause_of(&r, rows[i].proof);
        assert_non_null(c);
        assert_int_equal(c->rollback, rows[i].rollback);
        assert_non_null(c->rollback_why);
        assert_non_null(strstr(c->title, "ae1027a6acf"));
        assert_non_null(strstr(c->reason[0], "versions/my edit.py"));
        assert_true(c->remedy_count > 1 && c->confirm_count > 0 &&
                    c->prevention_count > 0 && c->meaning != NULL);
        assert_null(c->signature);
        assert_null(c->cluster);
        assert_null(c->elsewhere);
    }
}

static void a_command_is_filled_and_quoted(void **state)
{
    struct migration_edit edit = edited;
    struct world w = {
        .evidence.git = {
            .from = GOOD, .to = NEW, .edit = &edit, .edit_count = 1}};
    struct record r;
    join(&r, *state, &w);
    const struct cause *c = cause_of(&r, "evidence/migration-edited");
    assert_string_equal(c->remedy[0].command,
                        "git checkout 5fa8b913c0de -- 'versions/my edit.py'");
    assert_non_null(strstr(c->reason[0], "commit c0ffee11c0ff of "));
    assert_non_null(strstr(c->reason[0], "make it idempotent"));
}

/* 4, 5 and 6 changes of two migrations: five are named. */
static void many_edits_at_their_limit(void **state)
{
    for (size_t count = 4; count <= 6; count++) {
        struct migration_edit *edit = arena_array(*state, count, sizeof(*edit));
        for (size_t i = 0; i < count; i++) {
            edit[i] = edited;
            edit[i].id = i % 2 == 0 ? "m0" : "m1";
        }
        struct world w = {
            .evidence.git = {
                .from = GOOD, .to = NEW, .edit = edit, .edit_count = count}};
        struct record r;
        join(&r, *state, &w);
        assert_int_equal(r.logs.cause_count, 1);
        const struct cause *c = &r.logs.cause[0];
        assert_string_equal(c->title,
                            "2 migrations were edited after they were applied");
        assert_int_equal(c->reason_count, count);
        if (count > 5)
            assert_string_equal(c->reason[5],
                                "1 more changes are in the record");
    }
}

/* Green and wrong migrations: never "proceed". Worse verdicts stay. */
static void an_edit_degrades(void **state)
{
    static const struct {
        bool down, gate;
        int verdict, advice, exit;
    } rows[] = {
        {false, false, VERDICT_DEGRADED, ADVICE_REVIEW, EXIT_VERIFIED},
        {false, true, VERDICT_DEGRADED, ADVICE_REVIEW, EXIT_DEGRADED},
        {true, false, VERDICT_UNHEALTHY, ADVICE_ROLL_BACK, EXIT_UNHEALTHY},
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct migration_edit edit = edited;
        struct world w = {.evidence.git = {.from = GOOD,
                                           .to = NEW,
                                           .edit = &edit,
                                           .edit_count = 1},
                          .down = rows[i].down,
                          .fail_on_degraded = rows[i].gate};
        struct record r;
        join(&r, *state, &w);
        assert_int_equal(r.verdict, rows[i].verdict);
        assert_int_equal(r.advice, rows[i].advice);
        assert_int_equal(r.exit, rows[i].exit);
    }
}

static struct deployment_run runs[] = {
    {.id = "1",
     .target = "t",
     .commit = GOOD,
     .status = "success",
     .start_ms = 1000,
     .end_ms = 60000},
    {.id = "2",
     .target = "t",
     .commit = NEW,
     .status = "failure",
     .start_ms = 30000,
     .end_ms = 31000},
    {.id = "3",
     .target = "t",
     .commit = NEW,
     .status = "success",
     .start_ms = 90000,
     .end_ms = 95000},
};

static bool has_reason(const struct record *r, const char *word)
{
    for (size_t i = 0; i < r->reason_count; i++)
        if (strstr(r->reason[i], word) != NULL)
            return true;
    return false;
}

static void only_an_open_overlap_is_a_conflict(void **state)
{
    struct deployment_conflict open = {.target = "t",
                                       .first = "1",
                                       .second = "2",
                                       .start_ms = 30000,
                                       .overlap_ms = 1000};
    struct deployment_conflict ended = open;
    ended.ended_by = "3";
    for (int over = 0; over <= 1; over++) {
        struct world w = {.evidence = {.git = {.relation = RANGE_UNKNOWN},
                                       .run = runs,
                                       .run_count = over == 1 ? 3 : 2,
                                       .conflict = over == 1 ? &ended : &open,
                                       .conflict_count = 1}};
        struct record r;
        join(&r, *state, &w);
        const struct cause *c = cause_of(&r, "evidence/deployments-overlap");
        assert_int_equal(c != NULL, over == 0);
        assert_int_equal(r.deployment.state == DEPLOYMENT_CONFLICT, over == 0);
        assert_true(has_reason(&r, "runs 1 and 2 deployed to t"));
        assert_int_equal(has_reason(&r, "run 3 has deployed the commit"),
                         over == 1);
        assert_int_equal(r.advice == ADVICE_PROCEED, over == 1);
        if (over == 0) {
            assert_int_equal(c->rollback, ROLLBACK_USELESS);
            assert_int_equal(c->deployment, DEPLOYMENT_CONFLICT);
        }
    }
}

static struct findings conflict_in_log(struct arena *a, int64_t time_ms)
{
    struct cause *c = arena_alloc(a, sizeof(*c));
    struct finding *f = arena_alloc(a, sizeof(*f));
    *c = (struct cause){.signature = "azure/409",
                        .title = "409",
                        .deployment = DEPLOYMENT_CONFLICT,
                        .rollback = ROLLBACK_USELESS,
                        .rollback_why = "it changed nothing"};
    *f = (struct finding){.signature = "azure/409",
                          .title = "409",
                          .first = {.time_ms = time_ms},
                          .last = {.time_ms = time_ms}};
    return (struct findings){.cause = c,
                             .cause_count = 1,
                             .finding = f,
                             .finding_count = 1,
                             .coverage = {.lines = 3}};
}

/* The 409 of the log is over when the run was repeated with success. */
static void a_conflict_in_the_log_ends(void **state)
{
    struct deployment_conflict ended = {.target = "t",
                                        .first = "1",
                                        .second = "2",
                                        .start_ms = 30000,
                                        .overlap_ms = 1000,
                                        .ended_by = "3"};
    const struct {
        int64_t time_ms;
        size_t runs, conflicts;
        const char *expected;
        bool over;
    } rows[] = {
        {30500, 3, 1, NULL, true},   {0, 3, 1, NULL, true},
        {30500, 3, 0, NEW, true},   /* the other run is not in the list */
        {30500, 3, 0, GOOD, false}, /* another build was deployed since */
        {92000, 3, 0, NEW, false},  /* refused after that run had begun */
        {30500, 2, 0, NEW, false},   {30500, 0, 0, NEW, false},
        {500000, 3, 1, NULL, false}, /* long after that overlap */
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct world w = {.evidence = {.git = {.relation = RANGE_UNKNOWN},
                                       .run = runs,
                                       .run_count = rows[i].runs,
                                       .conflict = &ended,
                                       .conflict_count = rows[i].conflicts},
                          .logs = conflict_in_log(*state, rows[i].time_ms),
                          .expected = rows[i].expected};
        struct record r;
        join(&r, *state, &w);
        const struct cause *c = &r.logs.cause[0];
        if ((c->recovered != NULL) != rows[i].over ||
            (deciding_cause(&r.logs) == NULL) != rows[i].over)
            fail_msg("row %zu: %s", i,
                     c->recovered == NULL ? "not over" : c->recovered);
        if (rows[i].over)
            assert_string_equal(c->recovered, "run 3");
    }
}

static void the_first_fatal_cause_decides(void **state)
{
    struct cause cause[] = {
        {.title = "recovered", .recovered = "a:1", .rollback_why = "x"},
        {.title = "not fatal", .rollback = -1},
        {.title = "it", .rollback = ROLLBACK_USELESS, .rollback_why = "x"},
        {.title = "next", .rollback = ROLLBACK_HELPS, .rollback_why = "x"},
    };
    (void)state;
    for (size_t count = 0; count <= ARRAY_COUNT(cause); count++) {
        struct findings f = {.cause = cause, .cause_count = count};
        const struct cause *c = deciding_cause(&f);
        assert_ptr_equal(c, count < 3 ? NULL : &cause[2]);
    }
    assert_null(deciding_cause(NULL));
}

static void the_last_good_build(void **state)
{
    struct observed_version seen = {.version = "0ld0ld0"};
    const struct {
        const char *from, *expected, *want;
        size_t runs, observed;
    } rows[] = {
        {"f00dfeed", NEW, "f00dfeed", 3, 1},
        {NEW, NEW, GOOD, 3, 1}, /* the range is empty */
        {NULL, NEW, GOOD, 3, 1},
        {NULL, NEW, "0ld0ld0", 0, 1},
        {NULL, NEW, NULL, 0, 0},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct deploy_evidence e = {.git = {.from = rows[i].from},
                                    .run = runs,
                                    .run_count = rows[i].runs};
        struct verdict_inputs in = {.evidence = &e,
                                    .expected = rows[i].expected};
        struct record r = {.deployment = {.expected = rows[i].expected,
                                          .observed = &seen,
                                          .observed_count = rows[i].observed}};
        struct joining j = {.in = &in, .record = &r};
        const char *build = last_good_build(&j);
        if (rows[i].want == NULL)
            assert_null(build);
        else
            assert_string_equal(build, rows[i].want);
    }
}

/* A record that was merged is joined again: nothing is found twice. */
static void causes_are_found_once(void **state)
{
    struct migration_edit edit = edited;
    struct world w = {
        .evidence.git = {
            .from = GOOD, .to = NEW, .edit = &edit, .edit_count = 1}};
    struct record r;
    join(&r, *state, &w);
    w.logs = r.logs;
    w.logs.coverage.lines = 1;
    join(&r, *state, &w);
    assert_int_equal(r.logs.cause_count, 1);
}

static void every_sample_holds(void **state)
{
    struct diags d;
    struct buf out;
    size_t proven = 0;
    diags_init(&d, *state);
    verdict_check_samples(&catalogue_built_in, &d);
    buf_init(&out, 100000);
    diags_render(&d, &out);
    if (d.count > 0)
        fail_msg("%s", out.ptr);
    buf_release(&out);
    for (size_t i = 0; i < catalogue_built_in.count; i++)
        proven += catalogue_built_in.signature[i].proved_by >= 0;
    assert_int_equal(proven, 22);
}

/* What a sample says is compared, so each of these is found. */
static void wrong_samples_are_found(void **state)
{
    static const struct {
        const char *text, *title, *run, *want;
        enum sample_kind kind;
    } rows[] = {
        {"expected: v2\nserved: v1\n", NULL, NULL, NULL, SAMPLE_POSITIVE},
        {"expected: v2\nserved: v2\n", NULL, NULL, "does not prove it",
         SAMPLE_POSITIVE},
        {"expected: v2\nserved: v1\n", NULL, NULL, "the look-alike proves it",
         SAMPLE_NEGATIVE},
        {"expected: v2\nserved: v1\n", "v1", NULL, "the title of",
         SAMPLE_POSITIVE},
        {"expected: v2\nserved: v1\n", NULL, "rm", "has no command rm",
         SAMPLE_POSITIVE},
        {"nonsense: v2\n", NULL, NULL, "read as evidence", SAMPLE_POSITIVE},
        {"[", NULL, NULL, "read as evidence", SAMPLE_NEGATIVE},
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        const struct signature *known =
            catalogue_find(&catalogue_built_in, OLD_BUILD_SERVING);
        struct shape_pair capture[2] = {{"title", rows[i].title},
                                        {"run", rows[i].run}};
        struct sample sample = {
            .kind = rows[i].kind,
            .text = str_from(rows[i].text),
            .capture = rows[i].title != NULL ? capture : capture + 1,
            .capture_count = rows[i].title != NULL || rows[i].run != NULL};
        struct signature own = *known;
        struct catalogue c = {.signature = &own, .count = 1};
        struct diags d;
        own.sample = &sample;
        own.sample_count = 1;
        diags_init(&d, *state);
        verdict_check_samples(&c, &d);
        assert_int_equal(d.count, rows[i].want != NULL);
        if (rows[i].want != NULL)
            assert_non_null(strstr(d.item[0].text, rows[i].want));
    }
}

/* Own knowledge replaces the built-in one; without any there is no cause. */
static void knowledge_is_replaced(void **state)
{
    struct signature own =
        *catalogue_find(&catalogue_built_in, MIGRATION_EDITED);
    struct catalogue c = {.signature = &own, .count = 1};
    struct migration_edit edit = edited;
    struct world w = {.evidence.git = {.from = GOOD,
                                       .to = NEW,
                                       .edit = &edit,
                                       .edit_count = 1},
                      .catalogue = &c};
    struct record r;
    own.headline = "hands off {migration}";
    join(&r, *state, &w);
    assert_string_equal(r.logs.cause[0].title, "hands off ae1027a6acf");
    c.count = 0;
    join(&r, *state, &w);
    assert_int_equal(r.logs.cause_count, 0);
}

/* 19, 20 and 21 files: a command names all of them, or there is none. */
static void files_of_a_command_at_their_limit(void **state)
{
    for (size_t count = 19; count <= 21; count++) {
        struct migration_edit *edit = arena_array(*state, count, sizeof(*edit));
        for (size_t i = 0; i < count; i++) {
            edit[i] = edited;
            edit[i].path = arena_printf(*state, "versions/%zu.py", i);
        }
        struct world w = {
            .evidence.git = {
                .from = GOOD, .to = NEW, .edit = edit, .edit_count = count}};
        struct record r;
        join(&r, *state, &w);
        const struct cause *c = cause_of(&r, MIGRATION_EDITED);
        bool restores = c->remedy[0].command != NULL;
        assert_int_equal(restores, count <= 20);
        if (restores)
            assert_non_null(strstr(c->remedy[0].command, "versions/18.py"));
    }
}

/* Which commits are reverted, and how: newest first in the list. */
/* A commit for each letter, newest c. */
struct revert_row {
    const char *edits, *want; /* one letter a commit; NULL: no revert */
    int relation;
    size_t files[3]; /* of commits c, b and a; 0: a merge */
};

static void check_revert(void *run, const struct revert_row *row)
{
    static struct commit_file mine = {"versions/my edit.py", 1, 1},
                              both[] = {{"versions/my edit.py", 1, 1},
                                        {"app.py", 1, 1},
                                        {"web.py", 1, 1}};
    struct commit commit[3];
    struct migration_edit edit[3];
    size_t count = strlen(row->edits);
    char sha[4][20] = {"aaaaaaaaaaaaaaaa", "bbbbbbbbbbbbbbbb",
                       "cccccccccccccccc", "ffffffffffffffff"};
    for (size_t k = 0; k < 3; k++)
        commit[k] = (struct commit){.sha = sha[2 - k],
                                    .file = row->files[k] > 1 ? both : &mine,
                                    .file_count = row->files[k]};
    for (size_t k = 0; k < count; k++) {
        edit[k] = edited;
        edit[k].commit = sha[row->edits[k] == 'x' ? 3 : row->edits[k] - 'a'];
    }
    struct world w = {.evidence.git = {.from = GOOD,
                                       .to = NEW,
                                       .relation = row->relation,
                                       .commit = commit,
                                       .commit_count = 3,
                                       .edit = edit,
                                       .edit_count = count}};
    struct record r;
    const struct remedy *found = NULL;
    join(&r, run, &w);
    const struct cause *c = cause_of(&r, MIGRATION_EDITED);
    for (size_t k = 0; k < c->remedy_count; k++)
        if (c->remedy[k].command != NULL &&
            strncmp(c->remedy[k].command, "git revert", 10) == 0)
            found = &c->remedy[k];
    assert_int_equal(found != NULL, row->want != NULL);
    if (found == NULL)
        return;
    assert_string_equal(found->command, row->want);
    assert_int_equal(found->danger != NULL, row->files[1] > 1);
    if (found->danger != NULL)
        assert_non_null(strstr(found->danger, "app.py and 1 more file,"));
}

static void commits_to_revert(void **state)
{
    static const struct revert_row rows[] = {
        {"a", "git revert --no-edit aaaaaaaaaaaa", RANGE_FORWARD, {1, 1, 1}},
        {"abc",
         "git revert --no-edit aaaaaaaaaaaa^..cccccccccccc",
         RANGE_FORWARD,
         {1, 1, 1}},
        {"ac",
         "git revert --no-edit cccccccccccc aaaaaaaaaaaa",
         RANGE_FORWARD,
         {1, 1, 1}},
        {"ab",
         "git revert --no-edit bbbbbbbbbbbb aaaaaaaaaaaa",
         RANGE_DIVERGED,
         {1, 1, 1}},
        {"ab",
         "git revert --no-edit bbbbbbbbbbbb aaaaaaaaaaaa",
         RANGE_FORWARD,
         {0, 1, 1}},
        {"ab",
         "git revert --no-edit bbbbbbbbbbbb aaaaaaaaaaaa",
         RANGE_FORWARD,
         {1, 3, 1}},                            /* and a danger */
        {"ac", NULL, RANGE_FORWARD, {0, 1, 1}}, /* c is a merge */
        {"ax", NULL, RANGE_FORWARD, {1, 1, 1}}, /* x is not listed */
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++)
        check_revert(*state, &rows[i]);
}

/* A failed run, and the old build, only where they explain something. */
static void runs_and_builds(void **state)
{
    static struct deployment_run failed = {.id = "9",
                                           .target = "t",
                                           .commit = NEW,
                                           .status = "failure",
                                           .start_ms = 1000,
                                           .end_ms = 2000};
    static const struct {
        const char *expected, *proof;
        bool down, run, log;
        int state, advice;
    } rows[] = {
        {NULL, NULL, false, true, false, DEPLOYMENT_UNKNOWN, ADVICE_PROCEED},
        {NULL, RUN_FAILED, true, true, false, DEPLOYMENT_UNKNOWN,
         ADVICE_ROLL_BACK},
        {NULL, NULL, true, true, true, DEPLOYMENT_FAILED, ADVICE_FIX_DEPLOY},
        {NULL, NULL, true, false, false, DEPLOYMENT_UNKNOWN, ADVICE_ROLL_BACK},
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct world w = {.evidence = {.git = {.relation = RANGE_UNKNOWN},
                                       .run = &failed,
                                       .run_count = rows[i].run},
                          .expected = rows[i].expected,
                          .down = rows[i].down};
        if (rows[i].log) {
            w.logs = conflict_in_log(*state, 500);
            w.logs.cause->deployment = DEPLOYMENT_FAILED;
            w.expected = NULL;
        }
        struct record r;
        join(&r, *state, &w);
        const struct cause *c = cause_of(&r, RUN_FAILED);
        assert_int_equal(c != NULL, rows[i].proof != NULL);
        assert_int_equal(r.deployment.state, rows[i].state);
        assert_int_equal(r.advice, rows[i].advice);
    }
}

/* A rollback is offered where something is down, not where all is well. */
static void who_needs_a_rollback(void **state)
{
    static struct deployment_run failed = {.id = "9",
                                           .target = "t",
                                           .commit = NEW,
                                           .status = "failure",
                                           .start_ms = 1000,
                                           .end_ms = 2000};
    for (int down = 0; down < 2; down++) {
        struct world w = {.evidence = {.git = {.relation = RANGE_UNKNOWN},
                                       .run = &failed,
                                       .run_count = 1},
                          .served = GOOD,
                          .expected = NEW,
                          .down = down != 0};
        struct record r;
        join(&r, *state, &w);
        const struct cause *c = cause_of(&r, RUN_FAILED);
        assert_non_null(c);
        assert_int_equal(c->rollback, down ? ROLLBACK_HELPS : -1);
        assert_int_equal(c->rollback_why != NULL, down);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(edits_by_kind),
        TEST(a_command_is_filled_and_quoted),
        TEST(many_edits_at_their_limit),
        TEST(an_edit_degrades),
        TEST(only_an_open_overlap_is_a_conflict),
        TEST(a_conflict_in_the_log_ends),
        TEST(the_first_fatal_cause_decides),
        TEST(the_last_good_build),
        TEST(causes_are_found_once),
        TEST(every_sample_holds),
        TEST(wrong_samples_are_found),
        TEST(knowledge_is_replaced),
        TEST(files_of_a_command_at_their_limit),
        TEST(commits_to_revert),
        TEST(runs_and_builds),
        TEST(who_needs_a_rollback),
    };
    return cmocka_run_group_tests_name("evidence causes", tests, NULL, NULL);
}
