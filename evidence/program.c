/* Runs a program in a process group of its own, so that all of it ends. */
#include "evidence/program.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"

#define READ_BYTES 65536
#define SAID_MAX   2000 /* bytes of error output that are kept */
#define REAP_MS    5    /* between looks at a program that is quiet */

struct talk {
    pid_t pid;
    int in, out, err; /* our ends; -1: closed */
    struct str input; /* what is left of it */
    struct buf output, said;
    int64_t until_us;
};

static void shut(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

static bool keep_from_children(const int *fd, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (fcntl(fd[i], F_SETFD, FD_CLOEXEC) != 0)
            return false;
    return true;
}

static int spawn(pid_t *pid, struct arena *a, const struct program *p,
                 const int *end)
{
    posix_spawn_file_actions_t files;
    posix_spawnattr_t how;
    sigset_t all;
    size_t words = 0, names = 0;
    while (p->argv[words] != NULL)
        words++;
    while (p->environ[names] != NULL)
        names++;
    char **argv = arena_array(a, words + 1, sizeof(*argv));
    char **environ = arena_array(a, names + 1, sizeof(*environ));
    for (size_t i = 0; i < words; i++)
        argv[i] = str_dup(a, str_from(p->argv[i]));
    for (size_t i = 0; i < names; i++)
        environ[i] = str_dup(a, str_from(p->environ[i]));
    sigfillset(&all);
    posix_spawn_file_actions_init(&files);
    for (int i = 0; i < 3; i++)
        posix_spawn_file_actions_adddup2(&files, end[i], i);
    posix_spawnattr_init(&how);
    posix_spawnattr_setpgroup(&how, 0);
    posix_spawnattr_setsigdefault(&how, &all);
    posix_spawnattr_setflags(
        &how, (short)(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF));
    int rc = posix_spawnp(pid, argv[0], &files, &how, argv, environ);
    posix_spawnattr_destroy(&how);
    posix_spawn_file_actions_destroy(&files);
    return rc;
}

/* Its input is a socket, since a write to a closed pipe would end us. */
static int open_talk(struct talk *t, struct arena *a, const struct program *p)
{
    int in[2] = {-1, -1}, out[2] = {-1, -1}, err[2] = {-1, -1};
    int rc = 0;
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, in) != 0 || pipe(out) != 0 ||
        pipe(err) != 0 || !keep_from_children(in, 2) ||
        !keep_from_children(out, 2) || !keep_from_children(err, 2) ||
        fcntl(out[0], F_SETFL, O_NONBLOCK) != 0 ||
        fcntl(err[0], F_SETFL, O_NONBLOCK) != 0)
        rc = errno;
    if (rc == 0)
        rc = spawn(&t->pid, a, p, (const int[]){in[1], out[1], err[1]});
    shut(&in[1]);
    shut(&out[1]);
    shut(&err[1]);
    t->in = in[0];
    t->out = out[0];
    t->err = err[0];
    return rc;
}

static void give(struct talk *t)
{
    ssize_t n = t->input.len == 0 ? 0
                                  : send(t->in, t->input.ptr, t->input.len,
                                         MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (n > 0)
        t->input = str_sub(t->input, (size_t)n, t->input.len);
    if (n < 0 || t->input.len == 0)
        shut(&t->in);
}

static void take(int *fd, struct buf *out)
{
    char data[READ_BYTES];
    ssize_t n = read(*fd, data, sizeof(data));
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (n > 0)
        buf_add(out, data, (size_t)n);
    else
        shut(fd);
}

static int left_ms(const struct talk *t)
{
    int64_t us = t->until_us - clock_now_us();
    return us <= 0 ? 0 : us > INT64_C(1000000) ? 1000 : (int)(us / 1000) + 1;
}

/* Until its output has ended; error output past its bound is thrown away. */
static enum program_end converse(struct talk *t)
{
    while (t->out >= 0 || t->err >= 0) {
        struct pollfd fd[3] = {{.fd = t->in, .events = POLLOUT},
                               {.fd = t->out, .events = POLLIN},
                               {.fd = t->err, .events = POLLIN}};
        int ms = left_ms(t);
        if (ms == 0)
            return PROGRAM_TIMED_OUT;
        if (poll(fd, 3, ms) <= 0)
            continue;
        if (fd[0].revents != 0)
            give(t);
        if (fd[1].revents != 0)
            take(&t->out, &t->output);
        if (fd[2].revents != 0)
            take(&t->err, &t->said);
        if (t->output.full)
            return PROGRAM_CUT;
    }
    return PROGRAM_EXITED;
}

/* What it left behind in its group ends, too. */
static enum program_end reap(struct talk *t, enum program_end end, int *code)
{
    int status = 0;
    pid_t pid = end == PROGRAM_EXITED ? waitpid(t->pid, &status, WNOHANG) : 0;
    while (pid == 0 && end == PROGRAM_EXITED) {
        if (left_ms(t) == 0)
            end = PROGRAM_TIMED_OUT;
        else
            poll(NULL, 0, REAP_MS);
        pid = waitpid(t->pid, &status, WNOHANG);
    }
    kill(-t->pid, SIGKILL);
    if (pid == 0)
        while (waitpid(t->pid, &status, 0) < 0 && errno == EINTR)
            continue;
    *code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return end;
}

void program_run(struct program_result *out, struct arena *a,
                 const struct program *p)
{
    struct talk t = {.input = p->input, .until_us = p->until_us};
    *out = (struct program_result){.said = ""};
    buf_init(&t.output, p->output_max);
    buf_init(&t.said, SAID_MAX);
    out->error = open_talk(&t, a, p);
    if (out->error == 0)
        out->end = reap(&t, converse(&t), &out->exit_code);
    else
        out->end = out->error == ENOENT ? PROGRAM_MISSING : PROGRAM_NOT_STARTED;
    shut(&t.in);
    shut(&t.out);
    shut(&t.err);
    out->output = (struct str){buf_dup(a, &t.output), t.output.len};
    out->said = text_elide(a, str_trim(buf_view(&t.said)), 200);
    buf_release(&t.output);
    buf_release(&t.said);
}
