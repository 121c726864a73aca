/*
 * The keeper. After fork() it calls only what may be called there, since
 * another thread may have held any lock.
 */
#include "base/keeper.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define STATUS_FD      3 /* of the program, until it is one */
#define CHILDREN_BYTES 4096
#define NOT_STARTED    127
#define PAUSE_NS       1000000L

static void pause_shortly(void)
{
    const struct timespec pause = {0, PAUSE_NS};
    nanosleep(&pause, NULL);
}

static void reset_signals(void)
{
    const struct sigaction normal = {.sa_handler = SIG_DFL};
    for (int i = 1; i <= SIGRTMAX; i++)
        sigaction(i, &normal, NULL); /* two cannot be set, nor need to be */
}

static void set_mask(void (*fill)(sigset_t *))
{
    sigset_t set;
    fill(&set);
    sigprocmask(SIG_SETMASK, &set, NULL);
}

static void fill_none(sigset_t *set)
{
    sigemptyset(set);
}

static void fill_all(sigset_t *set)
{
    sigfillset(set);
}

static bool set_descriptors(const struct keeper_plan *plan, int status)
{
    bool ok = true;
    for (int i = 0; i < 3 && ok; i++) {
        if (plan->ends[i] >= 0) {
            ok = dup2(plan->ends[i], i) == i;
        } else if (i == 2 && plan->joined) {
            ok = dup2(1, 2) == 2;
        } else {
            int null = open("/dev/null", i == 0 ? O_RDONLY : O_WRONLY);
            ok = null == i || (null >= 0 && dup2(null, i) == i);
        }
    }
    ok = ok && (status == STATUS_FD ||
                dup3(status, STATUS_FD, O_CLOEXEC) == STATUS_FD);
    closefrom(STATUS_FD + 1);
    return ok;
}

/* What becomes the program; our ends tell why it does not. */
static void become(const struct keeper_plan *plan, int status)
{
    setpgid(0, 0);
    if (set_descriptors(plan, status)) {
        status = STATUS_FD;
        set_mask(fill_none);
        execvpe(plan->argv[0], plan->argv, plan->environ);
    }
    int error = errno;
    (void)!write(status, &error, sizeof(error));
    _exit(NOT_STARTED);
}

/* Of this process, which has one thread. */
static ssize_t read_children(char *text, size_t size)
{
    int fd = open("/proc/thread-self/children", O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? -1 : read(fd, text, size - 1);
    if (fd >= 0)
        close(fd);
    if (n >= 0)
        text[n] = '\0';
    return n;
}

/* False: what they are is unknown here. */
static bool kill_children(void)
{
    char text[CHILDREN_BYTES];
    ssize_t n = read_children(text, sizeof(text));
    pid_t pid = 0;
    for (ssize_t i = 0; i < n; i++) {
        if (text[i] >= '0' && text[i] <= '9') {
            pid = pid * 10 + (text[i] - '0');
            continue;
        }
        if (pid > 1)
            kill(pid, SIGKILL);
        pid = 0;
    }
    return n >= 0;
}

/* What is killed leaves its own children to us, until none is left. */
static void kill_all(pid_t program, int *status)
{
    bool known = true;
    kill(-program, SIGKILL);
    for (int i = 0; i < KEEPER_KILL_MS && known; i++) {
        int now = 0;
        pid_t pid;
        known = kill_children();
        while ((pid = waitpid(-1, &now, WNOHANG)) > 0)
            *status = pid == program ? now : *status;
        if (pid < 0 && errno == ECHILD)
            return;
        pause_shortly();
    }
}

/* Until the program ends, or nobody wants it any more. */
static int keep(pid_t program)
{
    sigset_t set;
    int status = 0;
    bool ended = false;
    sigemptyset(&set);
    sigaddset(&set, SIGCHLD);
    sigaddset(&set, SIGTERM);
    while (!ended) {
        int now = 0;
        int got = sigwaitinfo(&set, NULL);
        ended = got == SIGTERM;
        pid_t pid;
        while ((pid = waitpid(-1, &now, WNOHANG)) > 0) {
            ended = ended || pid == program;
            status = pid == program ? now : status;
        }
    }
    kill_all(program, &status);
    return status;
}

static void end_as(int status)
{
    if (!WIFSIGNALED(status))
        _exit(WEXITSTATUS(status));
    reset_signals();
    set_mask(fill_none);
    kill(getpid(), WTERMSIG(status));
    _exit(128 + WTERMSIG(status));
}

static void run(const struct keeper_plan *plan, int status, pid_t parent)
{
    setpgid(0, 0);
    reset_signals();
    set_mask(fill_all);
    prctl(PR_SET_CHILD_SUBREAPER, 1L, 0L, 0L, 0L);
    prctl(PR_SET_PDEATHSIG, (long)SIGTERM, 0L, 0L, 0L);
    if (getppid() != parent)
        _exit(NOT_STARTED);
    pid_t program = fork();
    if (program == 0)
        become(plan, status);
    int error = errno;
    if (program < 0)
        (void)!write(status, &error, sizeof(error));
    closefrom(0);
    if (program < 0)
        _exit(NOT_STARTED);
    end_as(keep(program));
}

static int wait_for(pid_t pid)
{
    int status = 0;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        continue;
    return status;
}

/* Nothing is written when the program has begun: then the pipe is closed. */
static int read_error(int fd)
{
    int error = 0;
    ssize_t n;
    do
        n = read(fd, &error, sizeof(error));
    while (n < 0 && errno == EINTR);
    return n == (ssize_t)sizeof(error) ? error : 0;
}

/* Past the descriptors that the program gets. */
static bool open_status(int pair[2])
{
    int low[2];
    if (pipe2(low, O_CLOEXEC) != 0)
        return false;
    for (int i = 0; i < 2; i++) {
        pair[i] = low[i] > 2 ? low[i] : fcntl(low[i], F_DUPFD_CLOEXEC, 3);
        if (low[i] <= 2)
            close(low[i]);
    }
    if (pair[0] >= 0 && pair[1] >= 0)
        return true;
    int error = errno;
    for (int i = 0; i < 2; i++)
        if (pair[i] >= 0)
            close(pair[i]);
    errno = error;
    return false;
}

int keeper_start(pid_t *pid, const struct keeper_plan *plan)
{
    int status[2];
    sigset_t before, all;
    pid_t parent = getpid();
    if (!open_status(status))
        return errno;
    prctl(PR_SET_DUMPABLE, 0L, 0L, 0L, 0L);
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, &before);
    *pid = fork();
    if (*pid == 0)
        run(plan, status[1], parent);
    int error = *pid < 0 ? errno : 0;
    sigprocmask(SIG_SETMASK, &before, NULL);
    close(status[1]);
    if (error == 0)
        error = read_error(status[0]);
    close(status[0]);
    if (error != 0 && *pid > 0)
        wait_for(*pid);
    return error;
}

/* One that was stopped by the program goes on, or is ended without it. */
int keeper_end(pid_t pid)
{
    int status = 0;
    kill(pid, SIGTERM);
    kill(pid, SIGCONT);
    for (int i = 0; i < 2 * KEEPER_KILL_MS; i++) {
        pid_t got = waitpid(pid, &status, WNOHANG);
        if (got == pid || (got < 0 && errno != EINTR))
            return status;
        pause_shortly();
    }
    kill(pid, SIGKILL);
    return wait_for(pid);
}
