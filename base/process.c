/* A child process: started clean, stepped without waiting, ended as a group. */
#include "base/process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/keeper.h"

#define READ_BYTES  16384
#define READS_MOST  16             /* in one step, so that others get a turn */
#define LOOK_US     INT64_C(10000) /* between looks while it runs */
#define END_LOOK_US INT64_C(1000)  /* when its end is near */

/* Ours and the child's end of each of its three descriptors; -1: /dev/null */
struct ends {
    int ours[3], theirs[3];
};

static void shut(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

/* A low number would be overwritten while the child gets its descriptors. */
static bool lift(int *fd)
{
    if (*fd > 2)
        return true;
    int high = fcntl(*fd, F_DUPFD_CLOEXEC, 3);
    shut(fd);
    *fd = high;
    return high >= 0;
}

static bool take_ends(struct ends *e, int i, const int *pair)
{
    e->ours[i] = pair[0];
    e->theirs[i] = pair[1];
    return lift(&e->ours[i]) && lift(&e->theirs[i]) &&
           fcntl(e->ours[i], F_SETFL, O_NONBLOCK) == 0;
}

static bool open_pipe(struct ends *e, int i)
{
    int pair[2];
    return pipe2(pair, O_CLOEXEC) == 0 && take_ends(e, i, pair);
}

/* Its input is a socket, since a write to a closed pipe would raise SIGPIPE. */
static bool open_input(struct ends *e)
{
    int pair[2];
    return socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0 &&
           take_ends(e, 0, pair);
}

static bool open_ends(struct ends *e, const struct process_plan *plan)
{
    bool joined = plan->errors == plan->output;
    return (plan->input.len == 0 || open_input(e)) &&
           (plan->output == NULL || open_pipe(e, 1)) &&
           (plan->errors == NULL || joined || open_pipe(e, 2));
}

/*
 * Descriptors of libraries and of whoever started us would otherwise stay open
 * in the child; a socket among them would keep a peer waiting.
 */
static void set_files(posix_spawn_file_actions_t *files, const struct ends *e,
                      bool joined)
{
    for (int i = 0; i < 3; i++)
        if (e->theirs[i] >= 0)
            posix_spawn_file_actions_adddup2(files, e->theirs[i], i);
        else if (i == 2 && joined)
            posix_spawn_file_actions_adddup2(files, 1, 2);
        else
            posix_spawn_file_actions_addopen(files, i, "/dev/null",
                                             i == 0 ? O_RDONLY : O_WRONLY, 0);
    posix_spawn_file_actions_addclosefrom_np(files, 3);
}

static void set_attributes(posix_spawnattr_t *how)
{
    sigset_t all, none;
    sigfillset(&all);
    sigemptyset(&none);
    posix_spawnattr_setpgroup(how, 0);
    posix_spawnattr_setsigdefault(how, &all);
    posix_spawnattr_setsigmask(how, &none);
    posix_spawnattr_setflags(how, (short)(POSIX_SPAWN_SETPGROUP |
                                          POSIX_SPAWN_SETSIGDEF |
                                          POSIX_SPAWN_SETSIGMASK));
}

const char *const process_passed[] = {
    "PATH",          "HOME",         "USER", "LOGNAME", "SHELL",
    "LANG",          "LANGUAGE",     "LC_*", "TZ",      "TMPDIR",
    "SSL_CERT_FILE", "SSL_CERT_DIR", "CI",   NULL};

static bool is_passed(struct str name)
{
    for (size_t i = 0; process_passed[i] != NULL; i++) {
        struct str row = str_from(process_passed[i]);
        bool any = row.ptr[row.len - 1] == '*';
        if (any ? str_starts(name, str_sub(row, 0, row.len - 1))
                : str_equal(name, row))
            return true;
    }
    return false;
}

static bool is_own(const struct process_variable *own, size_t count,
                   struct str name)
{
    for (size_t i = 0; i < count; i++)
        if (str_is(name, own[i].name))
            return true;
    return false;
}

const char *const *process_environ(struct arena *a,
                                   const struct process_variable *own,
                                   size_t count)
{
    size_t most = count, kept = 0;
    for (char **line = environ; *line != NULL; line++)
        most++;
    const char **all = arena_array(a, most + 1, sizeof(*all));
    for (char **line = environ; *line != NULL; line++) {
        struct str rest;
        struct str name = str_cut(str_from(*line), '=', &rest);
        if (is_passed(name) && !is_own(own, count, name))
            all[kept++] = *line;
    }
    for (size_t i = 0; i < count; i++)
        if (!is_own(own, i, str_from(own[i].name)))
            all[kept++] = arena_printf(a, "%s=%s", own[i].name, own[i].value);
    return all;
}

/* One block for all of them, since single variables may be unset later. */
void process_hide_environ(void)
{
    size_t size = 1;
    for (char **line = environ; *line != NULL; line++)
        size += strlen(*line) + 1;
    char *copy = heap_zeroed(size);
    for (char **line = environ; *line != NULL; line++) {
        size_t len = strlen(*line);
        memcpy(copy, *line, len);
        memset(*line, 0, len);
        *line = copy;
        copy += len + 1;
    }
}

/* Words as the C library wants them. */
static char **copy_words(struct arena *a, const char *const *word)
{
    size_t count = 0;
    while (word[count] != NULL)
        count++;
    char **copy = arena_array(a, count + 1, sizeof(*copy));
    for (size_t i = 0; i < count; i++)
        copy[i] = str_dup(a, str_from(word[i]));
    return copy;
}

static int spawn(pid_t *pid, struct arena *a, const struct process_plan *plan,
                 const struct ends *e)
{
    posix_spawn_file_actions_t files;
    posix_spawnattr_t how;
    char **argv = copy_words(a, plan->argv);
    char **variables =
        plan->environ == NULL ? environ : copy_words(a, plan->environ);
    bool joined = plan->output != NULL && plan->errors == plan->output;
    if (plan->kept)
        return keeper_start(
            pid, &(struct keeper_plan){argv, variables, e->theirs, joined});
    posix_spawn_file_actions_init(&files);
    set_files(&files, e, joined);
    posix_spawnattr_init(&how);
    set_attributes(&how);
    int rc = posix_spawnp(pid, argv[0], &files, &how, argv, variables);
    posix_spawnattr_destroy(&how);
    posix_spawn_file_actions_destroy(&files);
    return rc;
}

/* Where SIGCHLD is ignored, the system throws exit codes away. */
static void keep_exit_codes(void)
{
    struct sigaction now;
    if (sigaction(SIGCHLD, NULL, &now) != 0 || now.sa_handler != SIG_IGN)
        return;
    now = (struct sigaction){.sa_handler = SIG_DFL};
    sigaction(SIGCHLD, &now, NULL);
}

int process_start(struct process *p, struct arena *a,
                  const struct process_plan *plan)
{
    struct ends e = {{-1, -1, -1}, {-1, -1, -1}};
    *p = (struct process){.in = -1, .out = -1, .err = -1};
    if (plan->argv[0] == NULL)
        return ENOENT;
    keep_exit_codes();
    int rc = open_ends(&e, plan) ? spawn(&p->pid, a, plan, &e) : errno;
    for (int i = 0; i < 3; i++)
        shut(&e.theirs[i]);
    for (int i = 0; i < 3 && rc != 0; i++)
        shut(&e.ours[i]);
    p->in = e.ours[0];
    p->out = e.ours[1];
    p->err = e.ours[2];
    p->input = plan->input;
    p->output = plan->output;
    p->errors = plan->errors;
    p->until_us = plan->until_us;
    p->kept = plan->kept;
    if (rc != 0)
        p->pid = 0;
    return rc;
}

/* One that does not want to read all is no failure: its exit code decides. */
static void give(struct process *p)
{
    while (p->in >= 0 && p->input.len > 0) {
        ssize_t n = send(p->in, p->input.ptr, p->input.len, MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && errno == EAGAIN)
            return;
        if (n < 0)
            break;
        p->input = str_sub(p->input, (size_t)n, p->input.len);
    }
    shut(&p->in);
}

static void take(int *fd, struct buf *out)
{
    char data[READ_BYTES];
    for (int i = 0; *fd >= 0 && i < READS_MOST; i++) {
        ssize_t n = read(*fd, data, sizeof(data));
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && errno == EAGAIN)
            return;
        if (n <= 0)
            shut(fd);
        else
            buf_add(out, data, (size_t)n);
    }
}

static bool is_silent(const struct process *p)
{
    return p->out < 0 && p->err < 0;
}

static void take_both(struct process *p)
{
    bool silent = is_silent(p);
    take(&p->out, p->output);
    take(&p->err, p->errors);
    if (!silent && is_silent(p))
        p->closed_us = clock_now_us();
}

/* Until it is reaped, its number cannot become that of another group. */
static int kill_group(pid_t pid)
{
    int status = 0;
    pid_t got;
    kill(-pid, SIGKILL);
    do
        got = waitpid(pid, &status, 0);
    while (got < 0 && errno == EINTR);
    return status;
}

static void end_group(struct process *p)
{
    int status = p->kept ? keeper_end(p->pid) : kill_group(p->pid);
    p->pid = 0;
    p->signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    p->exit_code = p->signal > 0 ? 128 + p->signal : WEXITSTATUS(status);
}

static enum process_state look(struct process *p)
{
    siginfo_t info = {.si_pid = 0};
    if (!p->exited &&
        waitid(P_PID, (id_t)p->pid, &info, WEXITED | WNOHANG | WNOWAIT) != 0) {
        if (errno == EINTR)
            return PROCESS_RUNS;
        p->pid = 0;
        return PROCESS_LOST;
    }
    if (!p->exited && info.si_pid == 0)
        return PROCESS_RUNS;
    int64_t now = clock_now_us();
    p->exited_us = p->exited ? p->exited_us : now;
    p->exited = true;
    if (!is_silent(p) && now - p->exited_us < PROCESS_DRAIN_US)
        return PROCESS_RUNS;
    end_group(p);
    take_both(p); /* written between the two looks */
    return PROCESS_ENDED;
}

enum process_state process_step(struct process *p)
{
    if (p->state != PROCESS_RUNS || p->pid == 0)
        return p->state;
    give(p);
    take_both(p);
    p->state = look(p);
    if (p->state == PROCESS_RUNS && !p->exited && p->until_us != 0 &&
        clock_now_us() >= p->until_us)
        p->state = PROCESS_TIMED_OUT;
    if (p->state != PROCESS_RUNS)
        process_close(p);
    return p->state;
}

void process_events(const struct process *p, struct pollfd fd[PROCESS_EVENTS])
{
    fd[0] = (struct pollfd){.fd = p->in, .events = POLLOUT};
    fd[1] = (struct pollfd){.fd = p->out, .events = POLLIN};
    fd[2] = (struct pollfd){.fd = p->err, .events = POLLIN};
}

/* Its exit mostly follows the end of its output within microseconds. */
int64_t process_next_step_us(const struct process *p)
{
    int64_t now = clock_now_us();
    bool ending =
        p->exited || (is_silent(p) && now - p->closed_us < PROCESS_DRAIN_US);
    int64_t due = now + (ending ? END_LOOK_US : LOOK_US);
    bool limited = p->until_us != 0 && !p->exited;
    return limited && p->until_us < due ? p->until_us : due;
}

void process_close(struct process *p)
{
    if (p->pid > 0)
        end_group(p);
    shut(&p->in);
    shut(&p->out);
    shut(&p->err);
}

static int wait_ms(const struct process *p)
{
    int64_t us = process_next_step_us(p) - clock_now_us();
    return us <= 0 ? 0 : (int)((us + 999) / 1000);
}

int process_run(struct process *p, struct arena *a,
                const struct process_plan *plan)
{
    int rc = process_start(p, a, plan);
    if (rc != 0)
        return rc;
    while (process_step(p) == PROCESS_RUNS && !plan->output->full) {
        struct pollfd fd[PROCESS_EVENTS];
        process_events(p, fd);
        poll(fd, PROCESS_EVENTS, wait_ms(p));
    }
    if (plan->output->full)
        p->state = PROCESS_CUT;
    process_close(p);
    return 0;
}
