/* Logs that grow and are rotated, one step after the other. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "scan/scan.h"
#include "tests/unit/testing.h"

struct fixture {
    struct arena arena;
    struct catalogue catalogue;
    char folder[40];
    const char *path, *other;
    struct scan_inputs in;
    struct follower *follower;
};

static int open_fixture(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));
    struct diags d;
    arena_init(&f->arena);
    diags_init(&d, &f->arena);
    strcpy(f->folder, "/tmp/postflight-log-XXXXXX");
    assert_non_null(mkdtemp(f->folder));
    f->path = arena_printf(&f->arena, "%s/a.log", f->folder);
    f->other = arena_printf(&f->arena, "%s/a.log.1", f->folder);
    assert_true(catalogue_open(&f->catalogue, &f->arena, NULL, &d));
    f->in = (struct scan_inputs){
        .catalogue = &f->catalogue, .path = &f->path, .path_count = 1};
    f->follower = follower_open(&f->in);
    *state = f;
    return 0;
}

static int close_fixture(void **state)
{
    struct fixture *f = *state;
    follower_close(f->follower);
    unlink(f->path);
    unlink(f->other);
    rmdir(f->folder);
    arena_release(&f->arena);
    free(f);
    return 0;
}

static void add(const struct fixture *f, const char *text)
{
    int fd = open(f->path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    close(fd);
}

static struct findings findings(struct fixture *f, bool ended)
{
    struct findings out;
    struct err e = {.set = false};
    assert_true(follower_findings(f->follower, &out, &f->arena, ended, &e));
    return out;
}

#define SECOND_US INT64_C(1000000)
#define FIRST     "ERROR:  relation \"one\" already exists\n"
#define SECOND    "ERROR:  relation \"two\" already exists\n"

static void whole_lines_are_read_once(void **state)
{
    struct fixture *f = *state;
    assert_false(follower_read(f->follower));
    add(f, "starting\nERROR:  relation \"on");
    assert_true(follower_read(f->follower));
    assert_int_equal(findings(f, false).finding_count, 0);
    assert_false(follower_read(f->follower));
    add(f, "e\" already exists\n");
    assert_true(follower_read(f->follower));
    struct findings out = findings(f, false);
    assert_int_equal(out.finding_count, 1);
    assert_int_equal(out.finding[0].first.line, 2);
    assert_int_equal(out.finding[0].first.offset, 9);
    add(f, "ERROR:  relation \"two\" already exists");
    assert_int_equal(findings(f, false).finding_count, 1);
    out = findings(f, true);
    assert_int_equal(out.finding_count, 2);
    assert_int_equal(out.finding[1].first.line, 3);
    assert_int_equal(out.coverage.lines, 3);
}

static void a_renamed_log_is_read_to_its_end(void **state)
{
    struct fixture *f = *state;
    add(f, "starting\n");
    assert_true(follower_read(f->follower));
    add(f, FIRST);
    assert_int_equal(rename(f->path, f->other), 0);
    assert_true(follower_read(f->follower)); /* the path is gone for now */
    add(f, SECOND);
    assert_true(follower_read(f->follower));
    struct findings out = findings(f, true);
    assert_int_equal(out.finding_count, 2);
    assert_int_equal(out.finding[0].first.line, 2);
    assert_int_equal(out.finding[1].first.line, 1);
}

static void a_truncated_log_begins_anew(void **state)
{
    struct fixture *f = *state;
    add(f, "starting and saying more than what comes\n" FIRST);
    assert_true(follower_read(f->follower));
    assert_int_equal(truncate(f->path, 0), 0);
    add(f, SECOND);
    assert_true(follower_read(f->follower));
    struct findings out = findings(f, true);
    assert_int_equal(out.finding_count, 2);
    assert_int_equal(out.finding[1].first.line, 1);
}

/* It has grown past what was read before anybody looked. */
static void a_copied_and_truncated_log_begins_anew(void **state)
{
    struct fixture *f = *state;
    add(f, FIRST);
    assert_true(follower_read(f->follower));
    assert_int_equal(truncate(f->path, 0), 0);
    add(f, "another beginning, and much longer than the first was\n" SECOND);
    assert_true(follower_read(f->follower));
    struct findings out = findings(f, true);
    assert_int_equal(out.finding_count, 2);
    assert_int_equal(out.finding[1].first.line, 2);
}

static void a_log_that_shrinks_meanwhile_is_an_answer(void **state)
{
    struct fixture *f = *state;
    add(f, FIRST SECOND);
    assert_true(follower_read(f->follower));
    assert_int_equal(truncate(f->path, 5), 0);
    assert_int_equal(findings(f, true).finding_count, 2);
}

static void a_log_that_never_comes_is_known(void **state)
{
    struct fixture *f = *state;
    int64_t bytes = 0;
    assert_false(follower_read(f->follower));
    assert_false(follower_has_failed(f->follower, 60 * SECOND_US));
    assert_int_equal(findings(f, true).cause_count, 0);
    assert_false(follower_found(f->follower, 0, &bytes));
    add(f, "late\n");
    assert_true(follower_read(f->follower));
    assert_true(follower_found(f->follower, 0, &bytes));
    assert_int_equal(bytes, 5);
}

/* A block as its tool writes it: line by line. */
static const char *const block[] = {
    "Error: P3018\n",
    "\n",
    ("A migration failed to apply. New migrations cannot be applied before the "
     "error is recovered from.\n"),
    "\n",
    "Migration name: m1\n",
    "\n",
    "Database error code: 42703\n",
    "\n",
    "Database error:\n",
    "ERROR: column \"customer_id\" does not exist\n",
};

/* Whatever the pace, the root is known before the waiting ends. */
static void a_block_is_read_to_its_root(void **state)
{
    static const int64_t pace[] = {1000, 60000, 250000, FOLLOW_QUIET_US - 1};
    struct fixture *f = *state;
    for (size_t p = 0; p < ARRAY_COUNT(pace); p++) {
        int64_t now = SECOND_US;
        follower_close(f->follower);
        unlink(f->path);
        f->follower = follower_open(&f->in);
        for (size_t i = 0; i < ARRAY_COUNT(block); i++) {
            now += pace[p];
            add(f, block[i]);
            assert_false(follower_has_failed(f->follower, now));
        }
        assert_false(
            follower_has_failed(f->follower, now + FOLLOW_QUIET_US - 1));
        assert_true(follower_has_failed(f->follower, now + FOLLOW_QUIET_US));
        assert_true(
            follower_has_failed(f->follower, now + FOLLOW_QUIET_US + 1));
        assert_string_equal(findings(f, true).cause[0].signature,
                            "postgres/42703");
    }
}

/* A log that goes on is no longer waited for when the block is behind it. */
static void a_busy_log_ends_with_its_block(void **state)
{
    struct fixture *f = *state;
    int64_t now = SECOND_US;
    for (size_t i = 0; i < ARRAY_COUNT(block); i++)
        add(f, block[i]);
    assert_false(follower_has_failed(f->follower, now));
    bool ended = false;
    size_t lines = 0;
    for (; lines < 100 && !ended; lines++) {
        add(f, "GET /health 200\n");
        ended = follower_has_failed(f->follower, now += 1000);
    }
    assert_true(ended);
    assert_true(lines > 14);
}

/* Of a wrapper alone the root may still come: it is given the time. */
static void a_wrapper_alone_ends_nothing_at_once(void **state)
{
    struct fixture *f = *state;
    int64_t now = SECOND_US;
    add(f, block[0]);
    assert_false(follower_has_failed(f->follower, now));
    for (size_t i = 0; i < 100; i++)
        add(f, "GET /health 200\n");
    assert_false(follower_has_failed(f->follower, now + SECOND_US));
    add(f, "GET /health 200\n");
    assert_false(follower_has_failed(f->follower, now + FOLLOW_QUIET_US - 1));
    add(f, "GET /health 200\n");
    assert_true(follower_has_failed(f->follower, now + FOLLOW_QUIET_US));
}

/* What was got over meanwhile is waited for no more. */
static void good_news_takes_it_back(void **state)
{
    struct fixture *f = *state;
    for (size_t i = 0; i < ARRAY_COUNT(block); i++)
        add(f, block[i]);
    assert_false(follower_has_failed(f->follower, SECOND_US));
    add(f, "Applying migration `m1`\n"
           "All migrations have been successfully applied.\n");
    assert_false(follower_has_failed(f->follower, 2 * SECOND_US));
    assert_false(follower_has_failed(f->follower, 60 * SECOND_US));
}

static void a_compressed_log_is_refused(void **state)
{
    struct fixture *f = *state;
    struct findings out;
    struct err e = {.set = false};
    add(f, "\x1f\x8b\x08 and so on\n");
    assert_false(follower_read(f->follower));
    assert_false(follower_findings(f->follower, &out, &f->arena, true, &e));
    assert_non_null(strstr(e.text, "compressed"));
}

#define TEST(name)                                                             \
    cmocka_unit_test_setup_teardown(name, open_fixture, close_fixture)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(whole_lines_are_read_once),
        TEST(a_renamed_log_is_read_to_its_end),
        TEST(a_truncated_log_begins_anew),
        TEST(a_copied_and_truncated_log_begins_anew),
        TEST(a_log_that_shrinks_meanwhile_is_an_answer),
        TEST(a_log_that_never_comes_is_known),
        TEST(a_block_is_read_to_its_root),
        TEST(a_busy_log_ends_with_its_block),
        TEST(a_wrapper_alone_ends_nothing_at_once),
        TEST(good_news_takes_it_back),
        TEST(a_compressed_log_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
