/* A child process: started clean, read without waiting, ended as a group. */
#include "probe/program.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stddef.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"

#define LOOK_US  INT64_C(10000)  /* between looks while it runs */
#define DRAIN_US INT64_C(100000) /* for output, after its exit */

/*
 * Descriptors of libraries and of whoever started us would stay open in the
 * program otherwise; a socket among them would keep a peer waiting.
 */
static void set_files(posix_spawn_file_actions_t *files, int out)
{
    posix_spawn_file_actions_addopen(files, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(files, out, 1);
    posix_spawn_file_actions_addopen(files, 2, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addclosefrom_np(files, 3);
}

static int spawn(pid_t *pid, int out, char *const word[])
{
    posix_spawn_file_actions_t files;
    posix_spawnattr_t how;
    sigset_t all, none;
    sigfillset(&all);
    sigemptyset(&none);
    posix_spawn_file_actions_init(&files);
    set_files(&files, out);
    posix_spawnattr_init(&how);
    posix_spawnattr_setpgroup(&how, 0);
    posix_spawnattr_setsigdefault(&how, &all);
    posix_spawnattr_setsigmask(&how, &none);
    posix_spawnattr_setflags(&how, (short)(POSIX_SPAWN_SETPGROUP |
                                           POSIX_SPAWN_SETSIGDEF |
                                           POSIX_SPAWN_SETSIGMASK));
    int rc = posix_spawnp(pid, word[0], &files, &how, word, environ);
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

int program_start(struct program *p, char *const word[])
{
    int ends[2];
    *p = (struct program){.out = -1};
    if (word[0] == NULL)
        return ENOENT;
    if (pipe2(ends, O_CLOEXEC) != 0)
        return errno;
    keep_exit_codes();
    int rc = fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0
                 ? spawn(&p->pid, ends[1], word)
                 : errno;
    close(ends[1]);
    if (rc == 0) {
        p->out = ends[0];
        return 0;
    }
    close(ends[0]);
    p->pid = 0;
    return rc;
}

static void close_output(struct program *p)
{
    if (p->out >= 0)
        close(p->out);
    p->out = -1;
}

ssize_t program_read(struct program *p, char *data, size_t size)
{
    if (p->out < 0)
        return 0;
    ssize_t got = read(p->out, data, size);
    if (got == 0) {
        close_output(p);
        p->closed_us = clock_now_us();
    }
    if (got >= 0)
        return got;
    return errno == EAGAIN || errno == EINTR ? -1 : -2;
}

/* While it is not waited for, its number cannot become another group's. */
static int end_group(struct program *p)
{
    int status = 0;
    pid_t got;
    kill(-p->pid, SIGKILL);
    do
        got = waitpid(p->pid, &status, 0);
    while (got < 0 && errno == EINTR);
    p->pid = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

enum program_state program_look(struct program *p, int *exit_code)
{
    siginfo_t info = {.si_pid = 0};
    if (!p->exited &&
        waitid(P_PID, (id_t)p->pid, &info, WEXITED | WNOHANG | WNOWAIT) != 0) {
        if (errno == EINTR)
            return PROGRAM_RUNS;
        p->pid = 0;
        return PROGRAM_LOST;
    }
    if (!p->exited && info.si_pid == 0)
        return PROGRAM_RUNS;
    if (!p->exited) {
        p->exited = true;
        p->exited_us = clock_now_us();
    }
    if (p->out >= 0 && clock_now_us() - p->exited_us < DRAIN_US)
        return PROGRAM_RUNS;
    *exit_code = end_group(p);
    return PROGRAM_ENDED;
}

/* Its exit follows the end of its output within microseconds, mostly. */
int64_t program_next_look_us(const struct program *p)
{
    int64_t now = clock_now_us();
    bool ending = p->exited || (p->out < 0 && now - p->closed_us < DRAIN_US);
    return now + (ending ? LOOK_US / 10 : LOOK_US);
}

void program_close(struct program *p)
{
    if (p->pid > 0)
        (void)end_group(p);
    close_output(p);
}
