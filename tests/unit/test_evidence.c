/* CI variables, deployments and their conflicts, the readers of git's output,
   migrations by name and text, and the record of it all. */
#include "evidence/evidence.h"
#include "migrations/internal.h"
#include "tests/unit/testing.h"

#define ID_A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define ID_B "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define NONE "0000000000000000000000000000000000000000"

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

static void expect_text(const char *found, const char *expected)
{
    if (expected == NULL)
        assert_null(found);
    else if (found == NULL)
        fail_msg("nothing found, expected '%s'", expected);
    else
        assert_string_equal(found, expected);
}

static void expect_ci(struct arena *a, const char *const *environ,
                      const struct ci_evidence *expected)
{
    struct ci_evidence ci;
    evidence_ci(&ci, a, environ);
    expect_text(ci.host, expected->host);
    expect_text(ci.commit, expected->commit);
    expect_text(ci.branch, expected->branch);
    expect_text(ci.run_url, expected->run_url);
    expect_text(ci.run_id, expected->run_id);
    expect_text(ci.actor, expected->actor);
    expect_text(ci.workflow, expected->workflow);
    expect_text(ci.job, expected->job);
}

#define ENV(...) ((const char *const[]){__VA_ARGS__, NULL})
#define CI(...)  (&(struct ci_evidence){__VA_ARGS__})

static void test_ci_hosts(void **state)
{
    struct arena *a = *state;
    expect_ci(
        a,
        ENV("CI=true", "GITHUB_ACTIONS=true", "GITHUB_SHA=" ID_A,
            "GITHUB_REF_NAME=main",
            "GITHUB_HEAD_REF=", "GITHUB_SERVER_URL=https://github.com",
            "GITHUB_REPOSITORY=o/r", "GITHUB_RUN_ID=7", "GITHUB_ACTOR=ada",
            "GITHUB_WORKFLOW=Deploy", "GITHUB_JOB=verify"),
        CI("github", ID_A, "main", "https://github.com/o/r/actions/runs/7", "7",
           "ada", "Deploy", "verify"));
    expect_ci(a,
              ENV("GITLAB_CI=true", "CI_COMMIT_SHA=" ID_A,
                  "CI_COMMIT_REF_NAME=v1", "CI_PIPELINE_URL=https://g.test/p/1",
                  "CI_PIPELINE_ID=1", "GITLAB_USER_LOGIN=ada",
                  "CI_PROJECT_PATH=o/r", "CI_JOB_NAME=deploy"),
              CI("gitlab", ID_A, "v1", "https://g.test/p/1", "1", "ada", "o/r",
                 "deploy"));
    expect_ci(a,
              ENV("TF_BUILD=True", "BUILD_SOURCEVERSION=" ID_A,
                  "BUILD_SOURCEBRANCH=refs/heads/feature/x",
                  "SYSTEM_TEAMFOUNDATIONCOLLECTIONURI=https://dev.azure.com/o/",
                  "SYSTEM_TEAMPROJECT=p", "BUILD_BUILDID=9",
                  "BUILD_REQUESTEDFOR=Ada L", "BUILD_DEFINITIONNAME=deploy",
                  "AGENT_JOBNAME=Job"),
              CI("azure", ID_A, "feature/x",
                 "https://dev.azure.com/o/p/_build/results?buildId=9", "9",
                 "Ada L", "deploy", "Job"));
    expect_ci(a,
              ENV("JENKINS_URL=https://j.test/", "GIT_COMMIT=" ID_A,
                  "GIT_BRANCH=origin/main", "BUILD_URL=https://j.test/1/",
                  "BUILD_NUMBER=1", "JOB_NAME=deploy", "STAGE_NAME=ship"),
              CI("jenkins", ID_A, "main", "https://j.test/1/", "1", NULL,
                 "deploy", "ship"));
    expect_ci(
        a,
        ENV("CIRCLECI=true", "CIRCLE_SHA1=" ID_A, "CIRCLE_BRANCH=main",
            "CIRCLE_BUILD_URL=https://c.test/1", "CIRCLE_BUILD_NUM=1",
            "CIRCLE_USERNAME=ada", "CIRCLE_PROJECT_REPONAME=r", "CIRCLE_JOB=j"),
        CI("circleci", ID_A, "main", "https://c.test/1", "1", "ada", "r", "j"));
    expect_ci(a,
              ENV("BUILDKITE=true", "BUILDKITE_COMMIT=HEAD",
                  "BUILDKITE_BRANCH=main",
                  "BUILDKITE_BUILD_URL=https://b.test/1",
                  "BUILDKITE_BUILD_NUMBER=1", "BUILDKITE_BUILD_CREATOR=ada",
                  "BUILDKITE_PIPELINE_SLUG=p", "BUILDKITE_LABEL=l"),
              CI("buildkite", NULL, "main", "https://b.test/1", "1", "ada", "p",
                 "l"));
}

static void test_more_ci_hosts(void **state)
{
    struct arena *a = *state;
    expect_ci(
        a,
        ENV("BITBUCKET_BUILD_NUMBER=7", "CI=true", "BITBUCKET_COMMIT=" ID_A,
            "BITBUCKET_BRANCH=main", "BITBUCKET_REPO_FULL_NAME=o/r",
            "BITBUCKET_STEP_TRIGGERER_UUID={1}", "BITBUCKET_STEP_UUID={2}"),
        CI("bitbucket", ID_A, "main",
           "https://bitbucket.org/o/r/pipelines/results/7", "7", "{1}", "o/r",
           "{2}"));
    expect_ci(a,
              ENV("TEAMCITY_VERSION=2024.1", "BUILD_VCS_NUMBER=" ID_A,
                  "TEAMCITY_BUILD_BRANCH=refs/heads/main",
                  "BUILD_URL=https://t.test/build/7", "BUILD_NUMBER=7",
                  "TEAMCITY_BUILD_TRIGGEREDBY_USERNAME=ada",
                  "TEAMCITY_PROJECT_NAME=p", "TEAMCITY_BUILDCONF_NAME=c"),
              CI("teamcity", ID_A, "main", "https://t.test/build/7", "7", "ada",
                 "p", "c"));
    expect_ci(
        a,
        ENV("RENDER=true", "RENDER_GIT_COMMIT=" ID_A, "RENDER_GIT_BRANCH=main",
            "RENDER_SERVICE_NAME=api", "RENDER_SERVICE_TYPE=web_service",
            "RENDER_INSTANCE_ID=s-1"),
        CI("render", ID_A, "main", NULL, "s-1", NULL, "api", "web_service"));
    expect_ci(a,
              ENV("VERCEL=1", "CI=1", "VERCEL_GIT_COMMIT_SHA=" ID_A,
                  "VERCEL_GIT_COMMIT_REF=main", "VERCEL_URL=a.vercel.app",
                  "VERCEL_DEPLOYMENT_ID=dpl_1",
                  "VERCEL_GIT_COMMIT_AUTHOR_LOGIN=ada",
                  "VERCEL_GIT_REPO_SLUG=r", "VERCEL_ENV=production"),
              CI("vercel", ID_A, "main", "https://a.vercel.app", "dpl_1", "ada",
                 "r", "production"));
    expect_ci(a, ENV("CI=true", "GIT_COMMIT=abcdef1", "BRANCH=x"),
              CI(.host = "generic", .commit = "abcdef1", .branch = "x"));
}

static void test_ci_edges(void **state)
{
    struct arena *a = *state;
    expect_ci(a, NULL, CI(.host = NULL));
    expect_ci(a, ENV("HOME=/"), CI(.host = NULL));
    expect_ci(a, ENV("CI=false", "GIT_COMMIT=abcdef1"), CI(.host = NULL));
    expect_ci(a, ENV("CI=", "CI"), CI(.host = NULL));
    expect_ci(a, ENV("RENDER=0"), CI(.host = NULL));
    /* a pull request: its branch, not "7/merge"; a part is missing: no URL */
    expect_ci(a,
              ENV("GITHUB_ACTIONS=true", "GITHUB_HEAD_REF=topic",
                  "GITHUB_REF_NAME=7/merge", "GITHUB_SERVER_URL=https://h"),
              CI(.host = "github", .branch = "topic"));
    expect_ci(a, ENV("CI=1", "GIT_COMMIT=not a sha", "BRANCH=a\x1b[1m\nb"),
              CI(.host = "generic", .branch = "a\\x1B[1m b"));
    char *longest = test_repeat(a, "x", 510);
    memcpy(longest, "BRANCH=", 7);
    for (size_t len = 499; len <= 501; len++) {
        struct ci_evidence ci;
        char *entry = arena_dup(a, longest, len + 7);
        evidence_ci(&ci, a, ENV("CI=1", entry));
        assert_int_equal(strlen(ci.branch), len > 500 ? 500 : len);
        assert_int_equal(strstr(ci.branch, "...") != NULL, len > 500);
    }
}

static bool read_deployments(struct deploy_evidence *out, struct arena *a,
                             const char *json, const char *target, int64_t now)
{
    struct err e = {.set = false};
    struct deployment_inputs in = {.json = test_source(a, "runs.json", json),
                                   .target = target,
                                   .now_ms = now};
    if (evidence_deployments(out, a, &in, &e))
        return true;
    assert_true(e.set);
    fail_msg("%s", e.text);
    return false;
}

static void refuse_deployments(struct arena *a, const char *json,
                               const char *text)
{
    struct deploy_evidence out;
    struct err e = {.set = false};
    struct deployment_inputs in = {.json = test_source(a, "runs.json", json)};
    assert_false(evidence_deployments(&out, a, &in, &e));
    assert_string_equal(e.text, text);
    assert_ptr_equal(e.pos.source, in.json);
}

/* The two runs of the incident that this was made for. */
static void test_conflict(void **state)
{
    struct deploy_evidence d;
    static const char *const json =
        "[{\"id\":\"manual\",\"workflow\":\"Manual\",\"trigger\":"
        "\"workflow_dispatch\",\"target\":\"web\",\"start\":"
        "\"2025-11-14T15:19:45Z\",\"end\":\"2025-11-14T15:32:00+00:00\","
        "\"status\":\"success\",\"commit\":\"abc\",\"url\":\"https://h/2\"},\n"
        "{\"id\":1,\"target\":\"web\",\"start\":\"2025-11-14T15:18:29Z\","
        "\"end\":\"2025-11-14T15:27:00Z\",\"status\":\"failure\","
        "\"commit\":\"abc\"},\n"
        "{\"id\":\"3\",\"target\":\"api\",\"start\":\"2025-11-14T15:20:00Z\","
        "\"end\":null}]";
    read_deployments(&d, *state, json, NULL, 0);
    assert_int_equal(d.run_count, 3);
    assert_string_equal(d.run[0].id, "1");
    assert_string_equal(d.run[1].trigger, "workflow_dispatch");
    assert_string_equal(d.run[1].url, "https://h/2");
    assert_int_equal(d.run[2].end_ms, 0);
    assert_int_equal(d.conflict_count, 1);
    assert_string_equal(d.conflict[0].target, "web");
    assert_string_equal(d.conflict[0].first, "1");
    assert_string_equal(d.conflict[0].second, "manual");
    assert_int_equal(d.conflict[0].start_ms, d.run[1].start_ms);
    assert_int_equal(d.conflict[0].overlap_ms, (7 * 60 + 15) * 1000);
    assert_true(d.conflict[0].same_commit);
}

static char *two_runs(struct arena *a, const char *first_end,
                      const char *second_start, const char *second)
{
    return arena_printf(
        a,
        "[{\"id\":\"1\",\"target\":\"t\",\"start\":\"2026-01-01T00:00:00Z\","
        "\"end\":%s,\"commit\":\"a\"},{\"id\":\"2\",\"target\":\"t\","
        "\"start\":\"%s\"%s}]",
        first_end, second_start, second);
}

static void test_overlap_edges(void **state)
{
    struct arena *a = *state;
    struct deploy_evidence d;
    static const char *const start[] = {"2026-01-01T00:00:09.999Z",
                                        "2026-01-01T00:00:10Z",
                                        "2026-01-01T00:00:10.001Z"};
    for (size_t i = 0; i < ARRAY_COUNT(start); i++) {
        read_deployments(&d, a,
                         two_runs(a, "\"2026-01-01T00:00:10Z\"", start[i],
                                  ",\"end\":\"2026-01-01T00:01:00Z\""),
                         NULL, 0);
        assert_int_equal(d.conflict_count, i == 0);
        if (i == 0)
            assert_int_equal(d.conflict[0].overlap_ms, 1);
    }
    /* open: until now, or the newest time that is known */
    const char *open = two_runs(a, "null", "2026-01-01T00:00:10Z", "");
    int64_t begin = INT64_C(1767225600000);
    read_deployments(&d, a, open, NULL, 0);
    assert_int_equal(d.conflict_count, 0);
    read_deployments(&d, a, open, NULL, begin + 9000);
    assert_int_equal(d.conflict_count, 0);
    read_deployments(&d, a, open, NULL, begin + 25000);
    assert_int_equal(d.conflict_count, 1);
    assert_int_equal(d.conflict[0].overlap_ms, 15000);
    assert_false(d.conflict[0].same_commit);
    /* inside of the other one; and one that never ran */
    const char *end = "\"2026-01-01T00:10:00Z\"";
    read_deployments(&d, a,
                     two_runs(a, end, "2026-01-01T00:00:10Z",
                              ",\"end\":\"2026-01-01T00:00:40Z\""),
                     NULL, 0);
    assert_int_equal(d.conflict[0].overlap_ms, 30000);
    static const char *const not_run[] = {"queued", "skipped", "waiting"};
    for (size_t i = 0; i < ARRAY_COUNT(not_run); i++) {
        read_deployments(
            &d, a,
            two_runs(a, end, "2026-01-01T00:00:10Z",
                     arena_printf(a, ",\"status\":\"%s\"", not_run[i])),
            NULL, 0);
        assert_int_equal(d.conflict_count, 0);
    }
}

/* A row of runs on one target: "id start end status commit", minutes. */
static const struct ended_row {
    const char *runs[4];
    const char *ended_by; /* of the first conflict; NULL: it has not ended */
} ended_rows[] = {
    /* refused, and repeated with success */
    {{"1 00 10 success a", "2 05 06 failure a", "3 20 25 success a"}, "3"},
    {{"1 00 10 Succeeded a", "2 05 06 failed a", "3 20 25 LIVE a"}, "3"},
    /* nothing has repeated it */
    {{"1 00 10 success a", "2 05 06 failure a"}, NULL},
    {{"1 00 10 success a", "2 05 06 failure a", "3 20 25 failure a"}, NULL},
    {{"1 00 10 success a", "2 05 06 failure a", "3 20 -- in_progress a"}, NULL},
    {{"1 00 10 success a", "2 05 06 failure a", "3 20 25 success b"}, NULL},
    /* the build that was refused counts, not the one that went out */
    {{"1 00 10 success a", "2 05 06 failure b", "3 20 25 success a"}, NULL},
    {{"1 00 10 success a", "2 05 06 failure b", "3 20 25 success b"}, "3"},
    /* a short commit and its long form are one */
    {{"1 00 10 success 4fd6848", "2 05 06 failure 4fd6848",
      "3 20 25 success 4fd68480aabb"},
     "3"},
    /* the first success is named, in order of the starts */
    {{"1 00 10 success a", "2 05 06 failure a", "3 20 25 success a",
      "4 30 35 success a"},
     "3"},
    /* the second of the two is the later run itself */
    {{"1 00 10 failure a", "2 05 12 success a"}, "2"},
    {{"1 00 12 failure a", "2 05 10 success a"}, NULL},
    /* one of them still runs */
    {{"1 00 -- in_progress a", "2 05 06 failure a", "3 20 25 success a"}, NULL},
    /* it began before the second did: it is not a later one */
    {{"1 00 10 success a", "2 05 06 failure a", "3 04 30 success a"}, NULL},
};

static const char *runs_json(struct arena *a, const struct ended_row *row)
{
    struct buf out;
    buf_init(&out, 4000);
    for (size_t i = 0; i < 4 && row->runs[i] != NULL; i++) {
        struct str rest = str_from(row->runs[i]), word[5];
        for (size_t k = 0; k < ARRAY_COUNT(word); k++)
            word[k] = str_cut(rest, ' ', &rest);
        buf_printf(&out,
                   "%s{\"id\":\"%.*s\",\"target\":\"t\",\"start\":"
                   "\"2026-01-01T00:%.*s:00Z\",\"status\":\"%.*s\","
                   "\"commit\":\"%.*s\"",
                   i == 0 ? "[" : ",", STR_ARGS(word[0]), STR_ARGS(word[1]),
                   STR_ARGS(word[3]), STR_ARGS(word[4]));
        if (word[2].ptr[0] != '-')
            buf_printf(&out, ",\"end\":\"2026-01-01T00:%.*s:00Z\"",
                       STR_ARGS(word[2]));
        buf_char(&out, '}');
    }
    buf_char(&out, ']');
    const char *text = buf_dup(a, &out);
    buf_release(&out);
    return text;
}

static const char *ended_by(const struct deploy_evidence *d, const char *second)
{
    for (size_t i = 0; i < d->conflict_count; i++)
        if (strcmp(d->conflict[i].first, "1") == 0 &&
            strcmp(d->conflict[i].second, second) == 0)
            return d->conflict[i].ended_by;
    fail_msg("no conflict of 1 and %s", second);
    return NULL;
}

static void test_conflicts_that_ended(void **state)
{
    for (size_t i = 0; i < ARRAY_COUNT(ended_rows); i++) {
        struct deploy_evidence d;
        const struct ended_row *row = &ended_rows[i];
        read_deployments(&d, *state, runs_json(*state, row), NULL,
                         INT64_C(1767229200000));
        const char *by = ended_by(&d, "2");
        if (row->ended_by == NULL
                ? by != NULL
                : by == NULL || strcmp(by, row->ended_by) != 0)
            fail_msg("row %zu: ended by %s", i, by == NULL ? "none" : by);
    }
}

/* Another target's success says nothing about this one. */
static void test_conflict_ends_on_its_target(void **state)
{
    struct deploy_evidence d;
    read_deployments(
        &d, *state,
        "[{\"id\":\"1\",\"target\":\"t\",\"start\":\"2026-01-01T00:00:00Z\","
        "\"end\":\"2026-01-01T00:10:00Z\",\"status\":\"success\",\"commit\":"
        "\"a\"},{\"id\":\"2\",\"target\":\"t\",\"start\":"
        "\"2026-01-01T00:05:00Z\",\"end\":\"2026-01-01T00:06:00Z\",\"status\":"
        "\"failure\",\"commit\":\"a\"},{\"id\":\"3\",\"target\":\"u\","
        "\"start\":\"2026-01-01T00:20:00Z\",\"end\":\"2026-01-01T00:25:00Z\","
        "\"status\":\"success\",\"commit\":\"a\"}]",
        NULL, 0);
    assert_null(ended_by(&d, "2"));
}

static void test_gh(void **state)
{
    struct arena *a = *state;
    struct deploy_evidence d;
    static const char *const json =
        "[{\"conclusion\":\"\",\"createdAt\":\"2026-01-01T00:00:00Z\","
        "\"databaseId\":12345678901,\"event\":\"push\",\"headSha\":\"abc\","
        "\"startedAt\":\"2026-01-01T00:00:05Z\",\"status\":\"in_progress\","
        "\"updatedAt\":\"2026-01-01T00:00:50Z\",\"url\":\"https://h/1\","
        "\"workflowName\":\"Auto\",\"headBranch\":\"main\",\"attempt\":1},"
        "{\"conclusion\":\"failure\",\"createdAt\":\"2026-01-01T00:00:10Z\","
        "\"databaseId\":2,\"event\":\"workflow_dispatch\",\"headSha\":\"abc\","
        "\"startedAt\":\"0001-01-01T00:00:00Z\",\"status\":\"completed\","
        "\"updatedAt\":\"2026-01-01T00:01:40Z\",\"url\":\"https://h/2\","
        "\"workflowName\":\"Manual\"}]";
    read_deployments(&d, a, json, NULL, 0);
    assert_int_equal(d.conflict_count, 0); /* each workflow is a target */
    assert_string_equal(d.run[0].id, "12345678901");
    assert_string_equal(d.run[0].target, "Auto");
    assert_string_equal(d.run[0].status, "in_progress");
    assert_int_equal(d.run[0].end_ms, 0);
    assert_string_equal(d.run[1].status, "failure");
    assert_int_equal(d.run[1].end_ms - d.run[1].start_ms, 90000);
    read_deployments(&d, a, json, "production", 0);
    assert_string_equal(d.run[1].target, "production");
    assert_int_equal(d.conflict_count, 1);
    assert_int_equal(d.conflict[0].overlap_ms, 90000);
    read_deployments(&d, a, "[]", NULL, 0);
    assert_int_equal(d.run_count, 0);
}

/* A page of the API, and its list alone; most members are not ours. */
static void test_github_api(void **state)
{
    struct arena *a = *state;
    struct deploy_evidence d;
    static const char *const run =
        "[{\"id\":12345678901,\"name\":\"Deploy\",\"node_id\":\"x\","
        "\"head_branch\":\"main\",\"head_sha\":\"abc\",\"run_number\":7,"
        "\"event\":\"push\",\"status\":\"completed\","
        "\"conclusion\":\"failure\",\"actor\":{\"login\":\"ann\"},"
        "\"created_at\":\"2026-01-01T00:00:00Z\","
        "\"run_started_at\":\"2026-01-01T00:00:10Z\","
        "\"updated_at\":\"2026-01-01T00:01:40Z\","
        "\"html_url\":\"https://h/1\",\"pull_requests\":[]}]";
    const char *const tried[] = {
        run, arena_printf(a, "{\"total_count\":1,\"workflow_runs\":%s}", run)};
    for (size_t i = 0; i < ARRAY_COUNT(tried); i++) {
        read_deployments(&d, a, tried[i], NULL, 0);
        assert_int_equal(d.run_count, 1);
        assert_string_equal(d.run[0].id, "12345678901");
        assert_string_equal(d.run[0].target, "Deploy");
        assert_string_equal(d.run[0].status, "failure");
        assert_string_equal(d.run[0].commit, "abc");
        assert_int_equal(d.run[0].end_ms - d.run[0].start_ms, 90000);
    }
    refuse_deployments(a, "[{\"id\":1,\"head_sha\":\"abc\"}]",
                       "$[0].updated_at: is missing");
    refuse_deployments(a, "{\"workflow_runs\":{}}",
                       "$: expected an array of runs, found an object");
}

#define OWN "{\"id\":\"1\",\"target\":\"t\",\"start\":\"2026-01-01T00:00:00Z\"}"

static void test_deployment_refusals(void **state)
{
    struct arena *a = *state;
    refuse_deployments(a, "[1", "never closed");
    refuse_deployments(a, "{}",
                       "$: expected an array of runs, found an object");
    refuse_deployments(a, "[1]", "$[0]: expected an object, found a number");
    refuse_deployments(a, "[" OWN ",{\"id\":\"2\",\"strat\":1}]",
                       "$[1]: unknown key 'strat', did you mean 'start'?");
    refuse_deployments(a, "[{\"zzzzzz\":1}]", "$[0]: unknown key 'zzzzzz'");
    refuse_deployments(a, "[{\"target\":\"t\"}]", "$[0].id: is missing");
    refuse_deployments(a, "[{\"id\":\"\"}]",
                       "$[0].id: is empty, but a run needs it");
    refuse_deployments(a, "[{\"id\":[]}]",
                       "$[0].id: expected a string, found an array");
    refuse_deployments(a, "[{\"id\":\"1\",\"workflow\":2}]",
                       "$[0].workflow: expected a string, found a number");
    refuse_deployments(a, "[{\"id\":\"1\",\"target\":\"t\",\"start\":null}]",
                       "$[0].start: expected a time, found null");
    refuse_deployments(
        a, "[{\"id\":\"1\",\"start\":\"2026-01-01T00:00:00\"}]",
        "$[0].start: expected a time such as \"2026-01-04T15:18:29Z\", found a "
        "string");
    refuse_deployments(a, "[{\"id\":\"1\",\"start\":\"2026-01-01T00:00:00Z\"}]",
                       "$[0].target: is missing: say what the run deployed to, "
                       "here or with --target");
    refuse_deployments(
        a,
        "[{\"id\":\"1\",\"target\":\"t\",\"start\":\"2026-01-01T00:00:01Z\","
        "\"end\":\"2026-01-01T00:00:00Z\"}]",
        "$[0].end: lies before the start of the run");
    refuse_deployments(a, "[" OWN "," OWN "]",
                       "$[1]: is the run '1' that $[0] is, too");
    refuse_deployments(
        a, "[{\"databaseId\":1,\"updatedAt\":\"2026-01-01T00:00:00Z\"}]",
        "$[0].workflowName: is missing");
}

static char *many_runs(struct arena *a, size_t count, const char *end)
{
    struct buf text;
    buf_init(&text, 1 << 20);
    buf_char(&text, '[');
    for (size_t i = 0; i < count; i++)
        buf_printf(&text,
                   "%s{\"id\":\"%zu\",\"target\":\"t\",\"start\":"
                   "\"2026-01-01T00:00:00Z\",\"end\":\"%s\"}",
                   i == 0 ? "" : ",", i, end);
    buf_char(&text, ']');
    char *json = buf_dup(a, &text);
    buf_release(&text);
    return json;
}

static void test_deployment_limits(void **state)
{
    struct arena *a = *state;
    struct deploy_evidence d;
    for (size_t n = EVIDENCE_RUNS_MAX - 1; n <= EVIDENCE_RUNS_MAX; n++) {
        read_deployments(&d, a, many_runs(a, n, "2026-01-01T00:00:00Z"), NULL,
                         0);
        assert_int_equal(d.run_count, n);
        assert_int_equal(d.conflict_count, 0);
    }
    refuse_deployments(
        a, many_runs(a, EVIDENCE_RUNS_MAX + 1, "2026-01-01T00:00:00Z"),
        "$: 1001 runs are more than 1000: leave out old ones");
    /* 45 runs have 990 pairs, 46 have 1035 */
    read_deployments(&d, a, many_runs(a, 45, "2026-01-01T00:00:01Z"), NULL, 0);
    assert_int_equal(d.conflict_count, 990);
    for (size_t i = 1; i < d.conflict_count; i++)
        assert_true(strcmp(d.conflict[i - 1].second, d.conflict[i].second) <=
                    0);
    refuse_deployments(
        a, many_runs(a, 46, "2026-01-01T00:00:01Z"),
        "more than 1000 pairs of runs overlap: are they all on one target? "
        "leave out other workflows or old runs");
}

static void test_parse_changes(void **state)
{
    struct arena *a = *state;
    struct changes c;
    static const char text[] =
        ":100644 100644 " ID_A " " ID_B " R086\0old\nname\0new name\0"
        ":000000 100644 " NONE " " ID_A " A\0:100644\0"
        ":100644 000000 " ID_A " " NONE " D\0a\tb\0"
        "1\t2\t\0old\nname\0new name\0-\t-\t:100644\0"
        "0\t3\ta\tb";
    assert_true(parse_changes(&c, a, (struct str){text, sizeof(text)}));
    assert_int_equal(c.count, 3);
    assert_true(str_is(c.item[0].old, "old\nname"));
    assert_true(str_is(c.item[0].path, "new name"));
    assert_int_equal(c.item[0].deleted, 2);
    assert_int_equal(c.item[1].status, 'A');
    assert_int_equal(c.item[1].added, -1);
    assert_true(str_is(c.item[2].path, "a\tb"));
    assert_int_equal(c.item[2].deleted, 3);
    /* cut anywhere, it is said and nothing is made up */
    for (size_t len = 1; len < sizeof(text); len++) {
        bool whole = parse_changes(&c, a, (struct str){text, len});
        assert_true(c.count <= 3);
        if (text[len - 1] != '\0')
            assert_false(whole);
    }
}

static void test_parse_history(void **state)
{
    struct arena *a = *state;
    struct history h;
    static const char text[] =
        ID_A "\0"
             "1767225600\0Ada\0Subject\0"
             "\n:000000 100644 " NONE " " ID_A " A\0" ID_B "\0"
             "1\t0\t" ID_B "\0" ID_B "\0"
             "-5\0\0\0";
    assert_true(parse_history(&h, a, (struct str){text, sizeof(text) - 1}));
    assert_int_equal(h.count, 2);
    assert_string_equal(h.item[0].subject, "Subject");
    assert_int_equal(h.item[0].time_ms, INT64_C(1767225600000));
    assert_int_equal(h.item[0].changes.count, 1);
    assert_int_equal(h.item[0].changes.item[0].added, 1);
    assert_int_equal(h.item[1].time_ms, 0);
    assert_string_equal(h.item[1].author, "");
    assert_false(parse_history(&h, a,
                               STR("no sha\0"
                                   "1\0a\0b\0")));
    assert_int_equal(h.count, 0);
}

static void test_parse_tree_and_blobs(void **state)
{
    struct arena *a = *state;
    struct tree t;
    static const char text[] = "100644 blob " ID_A "\ta\tb\0"
                               "120000 blob " ID_A "\tlink\0"
                               "160000 commit " ID_A "\tsub\0"
                               "100755 blob " ID_B "\tc\nd";
    assert_true(parse_tree(&t, a, (struct str){text, sizeof(text)}));
    assert_int_equal(t.count, 2);
    assert_true(str_is(t.item[0].path, "a\tb"));
    assert_true(str_is(t.item[1].blob, ID_B));
    assert_false(parse_tree(&t, a, (struct str){text, sizeof(text) - 1}));
    struct str blob[3];
    assert_true(parse_blobs(
        blob, 3,
        STR(ID_A " blob 3\na\nb\n" ID_B " missing\n" ID_A " blob 0\n\n")));
    assert_true(str_is(blob[0], "a\nb"));
    assert_null(blob[1].ptr);
    assert_non_null(blob[2].ptr);
    assert_int_equal(blob[2].len, 0);
    assert_false(parse_blobs(blob, 1, STR(ID_A " blob 4\nabc\n")));
    assert_null(blob[0].ptr);
    assert_false(parse_blobs(blob, 1, STR(ID_A " blob 99999999999\nabc\n")));
    assert_string_equal(harmless(a, STR("a\nb\tc\x01\xFF")),
                        "a\\nb\\tc\\x01\\xFF");
}

static void expect_path(struct arena *a, const char *path, int tool,
                        const char *id)
{
    struct migration_file m;
    if (!migration_by_path(&m, a, str_from(path))) {
        if (tool >= 0)
            fail_msg("%s is no migration", path);
        return;
    }
    if (tool != m.tool)
        fail_msg("%s is of %s", path, name_of(&migration_tool_names, m.tool));
    if (id != NULL)
        assert_string_equal(str_dup(a, m.id), id);
}

static void test_paths(void **state)
{
    struct arena *a = *state;
    expect_path(a, "apps/db/prisma/schema/migrations/0_init/migration.sql",
                MIGRATION_PRISMA, "0_init");
    expect_path(a, "db/migrations/20260101000000_a/migration.sql",
                MIGRATION_PRISMA, "20260101000000_a");
    expect_path(a, "db/migrations/0_init/migration.sql", -1, NULL);
    expect_path(a, "migration.sql", -1, NULL);
    expect_path(a, "engines/x/db/migrate/001_a.rb", MIGRATION_RAILS, "001");
    expect_path(a, "mydb/migrate/001_a.rb", -1, NULL);
    expect_path(a, "db/migrate/001.rb", -1, NULL);
    expect_path(a, "V1__a.sql", MIGRATION_FLYWAY, "1");
    expect_path(a, "x/V20260101.12_3__a b.sql", MIGRATION_FLYWAY,
                "20260101.12.3");
    expect_path(a, "x/V1__.sql", -1, NULL);
    expect_path(a, "x/V1_a.sql", -1, NULL);
    expect_path(a, "x/V__a.sql", -1, NULL);
    expect_path(a, "x/V1..2__a.sql", -1, NULL);
    expect_path(a, "x/V_1__a.sql", -1, NULL);
    expect_path(a, "x/Va__a.sql", -1, NULL);
    expect_path(a, "x/V", -1, NULL);
    expect_path(a, "Migrations/20260101000000_A.cs", MIGRATION_EFCORE,
                "20260101000000_A");
    expect_path(a, "Migrations/20260101000000_A.Designer.cs", -1, NULL);
    expect_path(a, "Migrations/XModelSnapshot.cs", -1, NULL);
    expect_path(a, "src/20260101000000_A.cs", -1, NULL);
    expect_path(a, "a/migrations/__init__.py", -1, NULL);
    expect_path(a, "migrations/1.d.ts", -1, NULL);
    expect_path(a, "migrations/1.mjs", MIGRATION_KNEX, "1.mjs");
    expect_path(a, "a/", -1, NULL);
    expect_path(a, "", -1, NULL);
}

static void test_alike(void **state)
{
    struct arena *a = *state;
    assert_true(migration_is_alike(MIGRATION_PRISMA, a, STR("a;\n"),
                                   STR("-- c\n\n  a;\r\n")));
    assert_false(
        migration_is_alike(MIGRATION_PRISMA, a, STR("a;\n"), STR("a ;\n")));
    assert_false(migration_is_alike(MIGRATION_FLYWAY, a, STR("'\n-- a\n'"),
                                    STR("'\n-- b\n'")));
    assert_true(migration_is_alike(MIGRATION_ALEMBIC, a, STR("a = 1\n"),
                                   STR("# x\na = 1  \n")));
    assert_false(migration_is_alike(MIGRATION_ALEMBIC, a, STR("if a:\n  b\n"),
                                    STR("if a:\nb\n")));
    assert_false(migration_is_alike(MIGRATION_DJANGO, a,
                                    STR("a = \"\"\"\n# x\n\"\"\"\n"),
                                    STR("a = \"\"\"\n# y\n\"\"\"\n")));
}

/* Circles, twins and those whose parent is gone must all come out once. */
static void test_chain_edges(void **state)
{
    struct arena *a = *state;
    static const char *const id[] = {"a", "b", "c", "d", "d"};
    static const char *const parent[] = {"b", "a", "gone", "c", "c"};
    struct migration_file m[5] = {{0}};
    for (size_t i = 0; i < 5; i++) {
        struct str *p = arena_alloc(a, sizeof(*p));
        *p = str_from(parent[i]);
        m[i] = (struct migration_file){.tool = MIGRATION_ALEMBIC,
                                       .path = str_from(id[i]),
                                       .chain = STR("versions"),
                                       .id = str_from(id[i]),
                                       .parent = p,
                                       .parent_count = 1};
    }
    migrations_sort(m, 5, a);
    struct buf order;
    buf_init(&order, 100);
    for (size_t i = 0; i < 5; i++)
        buf_str(&order, m[i].id);
    assert_string_equal(order.ptr, "cddab");
    assert_string_equal(migration_after(m, 0, a), "gone");
    buf_release(&order);
}

static void test_parent_limits(void **state)
{
    struct arena *a = *state;
    for (size_t n = 31; n <= 33; n++) {
        struct migration_file m;
        assert_true(migration_by_path(&m, a, STR("versions/a.py")) && m.asks);
        const char *text =
            arena_printf(a, "revision = 'a'\ndown_revision = [%s]\n",
                         test_repeat(a, "'b', # ] '\n", n));
        assert_true(migration_by_text(&m, str_from(text)));
        assert_int_equal(m.parent_count, n > 32 ? 32 : n);
    }
}

static void test_record(void **state)
{
    struct arena *a = *state;
    struct commit_file file = {"a", 1, -1};
    struct commit commit = {.sha = ID_A, .file = &file, .file_count = 1};
    struct migration migration = {.tool = MIGRATION_EFCORE, .id = "1"};
    struct migration_edit edit = {.tool = MIGRATION_KNEX, .deleted = true};
    struct deployment_run run = {.id = "1", .start_ms = 1000};
    struct deployment_conflict conflict = {.overlap_ms = 76000};
    struct deploy_evidence d = {.git = {.relation = RANGE_ROLLBACK,
                                        .commit = &commit,
                                        .commit_count = 1,
                                        .migration = &migration,
                                        .migration_count = 1,
                                        .edit = &edit,
                                        .edit_count = 1},
                                .run = &run,
                                .run_count = 1,
                                .conflict = &conflict,
                                .conflict_count = 1};
    struct deploy_evidence back;
    struct err e = {.set = false};
    struct buf first, second;
    buf_init(&first, 100000);
    buf_init(&second, 100000);
    shape_write(&first, &deploy_evidence_shape, &d);
    assert_non_null(strstr(first.ptr, "\"relation\": \"rollback\""));
    assert_non_null(strstr(first.ptr, "\"tool\": \"efcore\""));
    assert_non_null(strstr(first.ptr, "\"overlap_ms\": 76000"));
    if (!shape_read(&back, a, &deploy_evidence_shape, NULL,
                    test_source(a, "e.json", first.ptr), &e))
        fail_msg("%s", e.text);
    shape_write(&second, &deploy_evidence_shape, &back);
    assert_string_equal(first.ptr, second.ptr);
    buf_release(&first);
    buf_release(&second);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_ci_hosts),
        TEST(test_more_ci_hosts),
        TEST(test_ci_edges),
        TEST(test_conflict),
        TEST(test_conflicts_that_ended),
        TEST(test_conflict_ends_on_its_target),
        TEST(test_overlap_edges),
        TEST(test_gh),
        TEST(test_github_api),
        TEST(test_deployment_refusals),
        TEST(test_deployment_limits),
        TEST(test_parse_changes),
        TEST(test_parse_history),
        TEST(test_parse_tree_and_blobs),
        TEST(test_paths),
        TEST(test_alike),
        TEST(test_chain_edges),
        TEST(test_parent_limits),
        TEST(test_record),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
