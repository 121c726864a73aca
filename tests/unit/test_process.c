/* Child processes: what they get, what is kept of them, and how they end. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/process.h"
#include "tests/unit/testing.h"

#define OUTPUT_MAX       100000
#define ERRORS_MAX       2000
#define STANDARD_SIGNALS 0x7fffffffUL      /* 1 to 31 */
#define LONG_US          INT64_C(60000000) /* no process of a test takes that long */

struct world {
    struct arena arena;
    struct buf output, errors;
    struct process process;
    struct process_plan plan;
};

static int setup(void **state)
{
    struct world *w = calloc(1, sizeof(*w));
    arena_init(&w->arena);
    buf_init(&w->output, OUTPUT_MAX);
    buf_init(&w->errors, ERRORS_MAX);
    w->plan = (struct process_plan){.output = &w->output, .errors = &w->errors};
    *state = w;
    return 0;
}

static int teardown(void **state)
{
    struct world *w = *state;
    process_close(&w->process);
    buf_release(&w->output);
    buf_release(&w->errors);
    arena_release(&w->arena);
    free(w);
    return 0;
}

static const char *const *shell(struct world *w, const char *script)
{
    const char **word = arena_array(&w->arena, 4, sizeof(*word));
    word[0] = "sh";
    word[1] = "-c";
    word[2] = script;
    return word;
}

/* From start to end, with a time that is not reached. */
static enum process_state run(struct world *w, const char *script)
{
    buf_clear(&w->output);
    buf_clear(&w->errors);
    w->plan.argv = shell(w, script);
    if (w->plan.until_us == 0)
        w->plan.until_us = clock_now_us() + LONG_US;
    assert_int_equal(process_run(&w->process, &w->arena, &w->plan), 0);
    w->plan.until_us = 0;
    return w->process.state;
}

/* Steps of a poller, until it has ended. */
static enum process_state step_to_end(struct process *p)
{
    while (process_step(p) == PROCESS_RUNS) {
        struct pollfd fd[PROCESS_EVENTS];
        process_events(p, fd);
        int64_t us = process_next_step_us(p) - clock_now_us();
        poll(fd, PROCESS_EVENTS, us > 0 ? (int)(us / 1000) + 1 : 0);
    }
    return p->state;
}

static void test_outputs(void **state)
{
    struct world *w = *state;
    static const char *const only[] = {"X=a b", NULL};
    w->plan.environ = only;
    assert_int_equal(run(w, "echo out; echo \"err $X$HOME\" >&2; exit 7"),
                     PROCESS_ENDED);
    assert_int_equal(w->process.exit_code, 7);
    assert_int_equal(w->process.signal, 0);
    assert_string_equal(w->output.ptr, "out\n");
    assert_string_equal(w->errors.ptr, "err a b\n");
    w->plan.errors = NULL;
    run(w, "echo out; echo err >&2");
    assert_string_equal(w->output.ptr, "out\n");
    assert_string_equal(w->errors.ptr, "");
    w->plan.errors = &w->output;
    run(w, "echo out; echo err >&2");
    assert_string_equal(w->output.ptr, "out\nerr\n");
    w->plan.errors = &w->errors;
    w->plan.output = NULL;
    buf_clear(&w->errors);
    w->plan.argv = shell(w, "echo out; echo err >&2");
    assert_int_equal(process_start(&w->process, &w->arena, &w->plan), 0);
    assert_int_equal(step_to_end(&w->process), PROCESS_ENDED);
    assert_string_equal(w->errors.ptr, "err\n");
}

/* Ours, when no other is given. */
static void test_environment(void **state)
{
    struct world *w = *state;
    setenv("POSTFLIGHT_TEST", "is ours", 1);
    run(w, "echo \"$POSTFLIGHT_TEST\"");
    assert_string_equal(w->output.ptr, "is ours\n");
    unsetenv("POSTFLIGHT_TEST");
}

static void test_output_limit(void **state)
{
    struct world *w = *state;
    const char *x = test_repeat(&w->arena, "x", OUTPUT_MAX + 1);
    for (size_t len = OUTPUT_MAX - 1; len <= OUTPUT_MAX + 1; len++) {
        bool fits = len <= OUTPUT_MAX;
        w->plan.input = (struct str){x, len};
        assert_int_equal(run(w, "exec cat"),
                         fits ? PROCESS_ENDED : PROCESS_CUT);
        assert_int_equal(w->output.len, fits ? len : OUTPUT_MAX);
        assert_int_equal(w->output.full, !fits);
    }
}

/* Error output is cut, too, but is no reason to end anything. */
static void test_error_limit(void **state)
{
    struct world *w = *state;
    const char *x = test_repeat(&w->arena, "x", ERRORS_MAX + 1);
    for (size_t len = ERRORS_MAX - 1; len <= ERRORS_MAX + 1; len++) {
        w->plan.input = (struct str){x, len};
        assert_int_equal(run(w, "cat >&2; exit 3"), PROCESS_ENDED);
        assert_int_equal(w->process.exit_code, 3);
        assert_int_equal(w->errors.len, len < ERRORS_MAX ? len : ERRORS_MAX);
        assert_int_equal(w->errors.full, len > ERRORS_MAX);
    }
}

/* What a poller's buffer cannot take is thrown away; the process goes on. */
static void test_overflow_of_a_poller(void **state)
{
    struct world *w = *state;
    w->plan.argv = shell(w, "head -c 1000000 /dev/zero; exit 5");
    assert_int_equal(process_start(&w->process, &w->arena, &w->plan), 0);
    assert_int_equal(step_to_end(&w->process), PROCESS_ENDED);
    assert_int_equal(w->process.exit_code, 5);
    assert_int_equal(w->output.len, OUTPUT_MAX);
    assert_true(w->output.full);
}

/* More than a pipe holds, to one that never reads, or that closes its end. */
static void test_input_that_nobody_reads(void **state)
{
    struct world *w = *state;
    w->plan.input = str_from(test_repeat(&w->arena, "x", 4000000));
    assert_int_equal(run(w, "exit 4"), PROCESS_ENDED);
    assert_int_equal(w->process.exit_code, 4);
    assert_int_equal(run(w, "exec <&-; echo on"), PROCESS_ENDED);
    assert_string_equal(w->output.ptr, "on\n");
    w->plan.until_us = clock_now_us() + 50000;
    assert_int_equal(run(w, "exec sleep 600"), PROCESS_TIMED_OUT);
}

static void test_no_input(void **state)
{
    struct world *w = *state;
    run(w, "cat; readlink /proc/self/fd/0");
    assert_string_equal(w->output.ptr, "/dev/null\n");
}

static void test_signals(void **state)
{
    struct world *w = *state;
    assert_int_equal(run(w, "kill -TERM $$"), PROCESS_ENDED);
    assert_int_equal(w->process.exit_code, 128 + SIGTERM);
    assert_int_equal(w->process.signal, SIGTERM);
    assert_int_equal(run(w, "exit 143"), PROCESS_ENDED);
    assert_int_equal(w->process.exit_code, 143);
    assert_int_equal(w->process.signal, 0);
}

/* A time that has come ends it at the next step; one of 0 never comes. */
static void test_time_limit(void **state)
{
    struct world *w = *state;
    int64_t now = clock_now_us();
    w->plan.argv = shell(w, "exec sleep 600");
    for (int64_t left = -1; left <= 1; left++) {
        w->plan.until_us = now + left * LONG_US;
        assert_int_equal(process_start(&w->process, &w->arena, &w->plan), 0);
        assert_int_equal(process_step(&w->process),
                         left > 0 ? PROCESS_RUNS : PROCESS_TIMED_OUT);
        assert_int_equal(w->process.pid > 0, left > 0);
        process_close(&w->process);
    }
    w->plan.until_us = 0;
    assert_int_equal(process_start(&w->process, &w->arena, &w->plan), 0);
    assert_int_equal(process_step(&w->process), PROCESS_RUNS);
    w->plan.until_us = clock_now_us() + 50000;
    process_close(&w->process);
    assert_int_equal(run(w, "sleep 600 & exec sleep 600"), PROCESS_TIMED_OUT);
}

static bool lives(pid_t pid)
{
    char path[64], state = 'X';
    snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
    FILE *file = fopen(path, "r");
    bool found = file != NULL && fscanf(file, "%*d %*s %c", &state) == 1;
    if (file != NULL)
        fclose(file);
    return found && state != 'Z' && state != 'X';
}

static pid_t written_pid(const struct world *w)
{
    return (pid_t)strtol(w->output.ptr, NULL, 10);
}

/*
 * A child that it leaves behind keeps the pipe open: the end is the exit and a
 * moment for what is still in the pipe. The child is killed with the group.
 */
static void test_pipe_that_stays_open(void **state)
{
    struct world *w = *state;
    int64_t began = clock_now_us();
    assert_int_equal(run(w, "sleep 600 & echo $!; exit 6"), PROCESS_ENDED);
    int64_t took = clock_now_us() - began;
    assert_int_equal(w->process.exit_code, 6);
    assert_true(took >= PROCESS_DRAIN_US && took < LONG_US / 2);
    assert_true(written_pid(w) > 0);
    for (int i = 0; i < 1000 && lives(written_pid(w)); i++)
        poll(NULL, 0, 5);
    assert_false(lives(written_pid(w)));
}

/* One that has left the group survives, and holds nobody up. */
static void test_child_in_another_session(void **state)
{
    struct world *w = *state;
    assert_int_equal(run(w, "setsid sleep 60 & sleep 0.2; echo $!"),
                     PROCESS_ENDED);
    kill(written_pid(w), SIGKILL);
}

static void test_close_kills(void **state)
{
    struct world *w = *state;
    w->plan.argv = shell(w, "echo $$; exec sleep 600");
    assert_int_equal(process_start(&w->process, &w->arena, &w->plan), 0);
    while (w->output.len == 0)
        assert_int_equal(process_step(&w->process), PROCESS_RUNS);
    process_close(&w->process);
    assert_false(lives(written_pid(w)));
    process_close(&w->process);
}

static void test_not_started(void **state)
{
    struct world *w = *state;
    static const char *const none[] = {NULL};
    static const char *const missing[] = {"no-such-program-here", NULL};
    static const char *const folder[] = {"/", NULL};
    w->plan.argv = none;
    assert_int_equal(process_run(&w->process, &w->arena, &w->plan), ENOENT);
    w->plan.argv = missing;
    assert_int_equal(process_run(&w->process, &w->arena, &w->plan), ENOENT);
    w->plan.argv = folder;
    assert_int_equal(process_run(&w->process, &w->arena, &w->plan), EACCES);
    assert_int_equal(w->process.pid, 0);
    assert_int_equal(w->process.out, -1);
}

/* Neither what we have open nor the pipes of a sibling. */
static void test_descriptors(void **state)
{
    struct world *w = *state;
    struct process sibling;
    int open_fd = dup(STDERR_FILENO); /* without CLOEXEC */
    w->plan.argv = shell(w, "exec sleep 600");
    assert_int_equal(process_start(&sibling, &w->arena, &w->plan), 0);
    run(w, "ls /proc/self/fd | grep -c '^[3-9]$'");
    assert_string_equal(w->output.ptr, "1\n"); /* that of ls */
    process_close(&sibling);
    close(open_fd);
}

static int open_count(void)
{
    int count = 0;
    for (int fd = 0; fd < 256; fd++)
        count += fcntl(fd, F_GETFD) >= 0;
    return count;
}

static void test_nothing_leaks(void **state)
{
    struct world *w = *state;
    static const char *const missing[] = {"no-such-program-here", NULL};
    int before = open_count();
    w->plan.input = STR("some");
    run(w, "exit 0");
    assert_int_equal(open_count(), before);
    w->plan.argv = missing;
    assert_int_equal(process_run(&w->process, &w->arena, &w->plan), ENOENT);
    assert_int_equal(open_count(), before);
    w->plan.argv = shell(w, "exec sleep 600");
    assert_int_equal(process_start(&w->process, &w->arena, &w->plan), 0);
    assert_int_equal(open_count(), before + 3);
    process_close(&w->process);
    assert_int_equal(open_count(), before);
}

/* Signals that we ignore or block are at their defaults in the child. */
static void test_clean_signals(void **state)
{
    struct world *w = *state;
    struct sigaction ignore = {.sa_handler = SIG_IGN}, before;
    sigset_t set, old;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaction(SIGPIPE, &ignore, &before);
    sigprocmask(SIG_BLOCK, &set, &old);
    run(w, "sed -n 's/^Sig\\(Blk\\|Ign\\):\t/0x/p' /proc/self/status");
    sigprocmask(SIG_SETMASK, &old, NULL);
    sigaction(SIGPIPE, &before, NULL);
    struct str ignored, blocked = buf_view(&w->output);
    blocked = str_cut(blocked, '\n', &ignored);
    assert_int_equal(strtoul(blocked.ptr, NULL, 16) & STANDARD_SIGNALS, 0);
    assert_int_equal(strtoul(ignored.ptr, NULL, 16) & STANDARD_SIGNALS, 0);
}

static void test_ignored_sigchld(void **state)
{
    struct world *w = *state;
    struct sigaction ignore = {.sa_handler = SIG_IGN}, before;
    sigaction(SIGCHLD, &ignore, &before);
    assert_int_equal(run(w, "exit 9"), PROCESS_ENDED);
    assert_int_equal(w->process.exit_code, 9);
    sigaction(SIGCHLD, &before, NULL);
}

static void test_lost(void **state)
{
    struct world *w = *state;
    w->plan.argv = shell(w, "exit 0");
    assert_int_equal(process_start(&w->process, &w->arena, &w->plan), 0);
    assert_int_equal(waitpid(w->process.pid, NULL, 0), w->process.pid);
    assert_int_equal(process_step(&w->process), PROCESS_LOST);
    assert_int_equal(w->process.pid, 0);
}

/* A descriptor below 3 of ours is not taken for one of the child's. */
static void test_closed_standard_input(void **state)
{
    struct world *w = *state;
    int saved = fcntl(0, F_DUPFD_CLOEXEC, 10);
    close(0);
    w->plan.input = STR("text");
    enum process_state end = run(w, "cat; echo err >&2");
    if (saved >= 0)
        dup2(saved, 0);
    close(saved);
    assert_int_equal(end, PROCESS_ENDED);
    assert_string_equal(w->output.ptr, "text");
    assert_string_equal(w->errors.ptr, "err\n");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_outputs),
        TEST(test_environment),
        TEST(test_output_limit),
        TEST(test_error_limit),
        TEST(test_overflow_of_a_poller),
        TEST(test_input_that_nobody_reads),
        TEST(test_no_input),
        TEST(test_signals),
        TEST(test_time_limit),
        TEST(test_pipe_that_stays_open),
        TEST(test_child_in_another_session),
        TEST(test_close_kills),
        TEST(test_not_started),
        TEST(test_descriptors),
        TEST(test_nothing_leaks),
        TEST(test_clean_signals),
        TEST(test_ignored_sigchld),
        TEST(test_lost),
        TEST(test_closed_standard_input),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
