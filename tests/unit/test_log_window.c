/* scan/log_window.c: which causes belong to this deploy. */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "scan/log_window.h"
#include "tests/unit/catalogue_world.h"
#include "tests/unit/testing.h"

#define STARTED INT64_C(1800000000000)
#define MINUTE  INT64_C(60000)
#define COMMIT  "9f8e7d6a5b4c3d2e1f0a9b8c7d6e5f4a3b2c1d0e"

/* changed_ms: the file's last change, before the run. */
static struct findings scan(struct fixture *f, const char *text,
                            struct deploy_window d, int64_t before_ms)
{
    char path[] = "/tmp/postflight-log-XXXXXX";
    const char *const paths[] = {path};
    struct findings out;
    struct err e = {.set = false};
    int64_t changed = STARTED - before_ms;
    const struct timespec times[2] = {
        {.tv_sec = changed / 1000, .tv_nsec = changed % 1000 * 1000000},
        {.tv_sec = changed / 1000, .tv_nsec = changed % 1000 * 1000000}};
    close(mkstemp(path));
    assert_true(file_write(path, str_from(text), &e));
    assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
    d.started_ms = STARTED;
    const struct scan_inputs in = {.catalogue = &f->catalogue,
                                   .path = paths,
                                   .path_count = 1,
                                   .deploy = &d};
    assert_true(scan_logs(&out, &f->arena, &in, &e));
    unlink(path);
    return out;
}

static bool is_failed(const struct findings *f)
{
    for (size_t i = 0; i < f->cause_count; i++)
        if (f->cause[i].deployment == DEPLOYMENT_FAILED)
            return true;
    return false;
}

#define FATAL                                                                  \
    "Error: P3018\nMigration name: m1\nDatabase error code: 42P07\n"           \
    "Database error:\nERROR: relation \"users\" already exists\n"

static void lines_that_begin_a_deploy(void **state)
{
    static const struct {
        const char *name, *log, *build;
        bool earlier;
    } row[] = {
        {"nothing begins", FATAL "ok\n", NULL, false},
        {"before it", FATAL "==> Cloning from https://x\nok\n", NULL, true},
        {"after it", "==> Cloning from https://x\n" FATAL, NULL, false},
        {"between two", "==> Cloning from x\n" FATAL "==> Cloning from x\n",
         NULL, true},
        {"in both", FATAL "==> Cloning from x\n" FATAL, NULL, false},
        {"building, then deploying",
         "==> Cloning from x\n" FATAL "==> Deploying...\n", NULL, false},
        {"deploying again", "==> Deploying...\n" FATAL "==> Deploying...\n",
         NULL, true},
        {"quoted", FATAL "agent: ==> Cloning from x\n", NULL, false},
        {"in a query", FATAL "GET /?q===> Cloning from x\n", NULL, false},
        {"a container starts again", FATAL "Starting Container\n", NULL, false},
        {"Heroku", FATAL "-----> Building on the Heroku-24 stack\n", NULL,
         true},
        {"Vercel", FATAL "10:00:00.000 Running build in Washington\n", NULL,
         true},
        {"Jenkins", FATAL "Started by user admin\n", NULL, true},
        {"a deploy", FATAL "Starting deployment of x\n", NULL, true},
        {"of another container", "[a] Error: P3018\n[b] ==> Cloning from x\n",
         NULL, false},
        {"of this container", "[a] Error: P3018\n[a] ==> Cloning from x\n",
         NULL, true},
        {"of the host", "[a] Error: P3018\n==> Cloning from x\n", NULL, true},
        {"the build is deployed", FATAL "Deploying 9f8e7d6\n", COMMIT, true},
        {"whole", FATAL "Deploying " COMMIT " to prod\n", COMMIT, true},
        {"another build", FATAL "Deploying 1a2b3c4\n", COMMIT, false},
        {"a longer one", FATAL "Deploying 9f8e7d60\n", COMMIT, false},
        {"a short expectation", FATAL "Deploying " COMMIT "\n", "9f8e7d6",
         true},
        {"none is expected", FATAL "Deploying 9f8e7d6\n", NULL, false},
        {"then it fails",
         "Deploying 9f8e7d6\n" FATAL "Deploy of 9f8e7d6 failed\n", COMMIT,
         false},
        {"twice", "Deploying 9f8e7d6\n" FATAL "Deploying 9f8e7d6\n", COMMIT,
         true},
        {"it is over", FATAL "Deployed 9f8e7d6\n", COMMIT, false},
        {"quoted build", FATAL "agent: Deploying 9f8e7d6\n", COMMIT, false},
        {"a query names it", FATAL "GET /version?c=9f8e7d6\n", COMMIT, false},
        {"checked out", FATAL "HEAD is now at 9f8e7d6 fix\n", COMMIT, true},
        {"checked out before it", "HEAD is now at 9f8e7d6 fix\n" FATAL, COMMIT,
         false},
        {"checked out by each job",
         "Checking out 9f8e7d6 as main\n" FATAL
         "Checking out 9f8e7d6 as main\n",
         COMMIT, false},
        {"a version", FATAL "Deploying v1.4\n", "v1.4", true},
        {"another version", FATAL "Deploying v1.40\n", "v1.4", false},
        {"a tag", FATAL "Releasing 2026-01-04.1\n", "2026-01-04.1", true},
    };
    for (size_t i = 0; i < ARRAY_COUNT(row); i++) {
        const struct deploy_window d = {.build = row[i].build};
        struct findings out = scan(*state, row[i].log, d, 0);
        assert_true(out.cause_count > 0);
        if (is_failed(&out) == row[i].earlier ||
            out.cause[0].earlier != row[i].earlier)
            fail_msg("%s: earlier %d", row[i].name, out.cause[0].earlier);
    }
}

static void times_that_are_given(void **state)
{
    static const char log[] =
        "2026-01-04T10:00:00Z Error: P3018\n2026-01-04T10:00:00Z ok\n";
    int64_t at = 0;
    bool zoned;
    assert_true(clock_parse(STR("2026-01-04T10:00:00Z"), &at, &zoned) > 0);
    for (int64_t d = -1; d <= 1; d++) {
        const struct deploy_window w = {.since_ms = at + d};
        struct findings out = scan(*state, log, w, 0);
        assert_int_equal(out.cause[0].earlier, d > 0);
        assert_int_equal(is_failed(&out), d <= 0);
    }
    /* the file's age counts for nothing then, nor does a line that begins */
    const struct deploy_window w = {.since_ms = at};
    assert_false(scan(*state, log, w, 1000 * MINUTE).cause[0].earlier);
    const char *begun = "2026-01-04T10:00:00Z Error: P3018\n"
                        "2026-01-04T10:00:01Z ==> Cloning from x\n";
    assert_false(scan(*state, begun, w, 0).cause[0].earlier);
    /* lines without a time: the other rules */
    assert_false(scan(*state, FATAL, w, 0).cause[0].earlier);
    assert_true(scan(*state, FATAL, w, 61 * MINUTE).cause[0].earlier);
}

static void files_that_are_old(void **state)
{
    const struct deploy_window w = {.since_ms = 0};
    for (int64_t d = -1; d <= 1; d++) {
        struct findings out = scan(*state, FATAL, w, WINDOW_CHANGED_MS + d);
        assert_int_equal(out.cause[0].earlier, d > 0);
    }
    assert_false(scan(*state, FATAL, w, -MINUTE).cause[0].earlier);
    struct findings out =
        scan(*state, "==> Cloning from x\n" FATAL, w, 1000 * MINUTE);
    assert_false(out.cause[0].earlier);
}

/* What follows in this deploy from an error of an earlier one is of this. */
static void a_cause_with_a_consequence_now(void **state)
{
    const struct deploy_window w = {.since_ms = 0};
    struct findings out = scan(
        *state,
        FATAL "==> Cloning from x\n"
              "Error: P3009\n\nmigrate found failed migrations in the target "
              "database, new migrations will not be applied.\nThe `m1` "
              "migration started at 2026-01-04 10:00:00 UTC failed\n",
        w, 0);
    assert_false(out.cause[0].earlier);
    assert_true(is_failed(&out));
}

/* What the checks outlived is no cause: by its time, or that of its file. */
static void what_was_outlived(void **state)
{
    const char *log = "2026-01-04T10:00:00Z Error: P3018\n"
                      "2026-01-04T10:00:09Z deploy finished OK\n";
    int64_t at;
    bool zoned;
    assert_true(clock_parse(STR("2026-01-04T10:00:00Z"), &at, &zoned) > 0);
    for (int64_t d = -1; d <= 1; d++) {
        const struct deploy_window timed = {.good_ms = at + d};
        struct findings out = scan(*state, log, timed, 0);
        assert_int_equal(out.cause[0].earlier, d > 0);
        assert_int_equal(is_failed(&out), d <= 0);
        assert_int_equal(findings_cause(&out) == NULL, d > 0);
        if (d > 0)
            assert_non_null(strstr(out.cause[0].reason[1], "earlier deploy"));
        const struct deploy_window untimed = {.good_ms = STARTED};
        out = scan(*state, FATAL, untimed, d);
        assert_int_equal(out.cause[0].earlier, d > 0);
    }
    /* a long outage: its log is not from the hour before, and counts */
    const struct deploy_window w = {.good_ms = STARTED - 600 * MINUTE};
    assert_false(scan(*state, FATAL, w, 500 * MINUTE).cause[0].earlier);
    assert_true(scan(*state, FATAL, w, 601 * MINUTE).cause[0].earlier);
    /* what follows from it later on keeps it */
    const char *grown = "2026-01-04T10:00:00Z Error: P3018\n"
                        "2026-01-04T11:00:00Z Error: P3018\n";
    const struct deploy_window between = {.good_ms = at + MINUTE};
    assert_false(scan(*state, grown, between, 0).cause[0].earlier);
    /* a deploy that began since decides, as always */
    const char *again = FATAL "==> Cloning from x\n";
    assert_true(scan(*state, again, w, 0).cause[0].earlier);
}

/* What is earlier comes last, and says so. */
static void earlier_causes_are_told(void **state)
{
    const struct deploy_window w = {.since_ms = 0};
    struct findings out =
        scan(*state,
             FATAL "==> Cloning from x\nError: P1001: Can't reach database "
                   "server at `db`:`5432`\n",
             w, 0);
    assert_int_equal(out.cause_count, 2);
    assert_string_equal(out.cause[0].signature, "prisma/p1001");
    assert_false(out.cause[0].earlier);
    assert_true(out.cause[1].earlier);
    assert_int_equal(out.cause[1].deployment, -1);
}

/* Where too many containers begin one, what is left over belongs to it. */
static void deploys_at_their_limit(void **state)
{
    const struct deploy_window w = {.since_ms = 0};
    struct fixture *f = *state;
    for (int n = 499; n <= 501; n++) {
        struct buf text;
        buf_init(&text, 1000000);
        for (int i = 1; i < n; i++)
            buf_printf(&text, "[a%d] ==> Cloning from x\n", i);
        buf_text(&text, "[b] Error: P3018\n[b] ==> Cloning from x\n");
        struct findings out = scan(f, text.ptr, w, 0);
        assert_int_equal(out.cause[0].earlier, n <= 500);
        buf_release(&text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_that_begin_a_deploy),
        cmocka_unit_test(times_that_are_given),
        cmocka_unit_test(files_that_are_old),
        cmocka_unit_test(what_was_outlived),
        cmocka_unit_test(a_cause_with_a_consequence_now),
        cmocka_unit_test(earlier_causes_are_told),
        cmocka_unit_test(deploys_at_their_limit),
    };
    return cmocka_run_group_tests_name("log_window", tests, open_all,
                                       close_all);
}
