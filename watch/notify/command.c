/*
 * A program that gets the payload on its standard input: no shell, a process
 * group of its own, a time. What it left running when it ends is ended, too.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "watch/notify/sending.h"

extern char **environ;

static void shut(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

/* The environment of ours, and what the message is. */
static char **variables(struct lane *l)
{
    const struct notice_row *n = l->notice;
    size_t count = 0, kept = 0;
    while (environ[count] != NULL)
        count++;
    char **all = arena_array(l->arena, count + 4, sizeof(*all));
    for (size_t i = 0; i < count; i++)
        if (!str_starts(str_from(environ[i]), STR("POSTFLIGHT_KEY=")) &&
            !str_starts(str_from(environ[i]), STR("POSTFLIGHT_TRANSITION=")) &&
            !str_starts(str_from(environ[i]), STR("POSTFLIGHT_INCIDENT=")))
            all[kept++] = environ[i];
    all[kept++] = arena_printf(l->arena, "POSTFLIGHT_KEY=%s", n->key);
    all[kept++] = arena_printf(l->arena, "POSTFLIGHT_TRANSITION=%s",
                               name_of(&transition_names, n->transition));
    all[kept++] = arena_printf(l->arena, "POSTFLIGHT_INCIDENT=%s",
                               n->incident == NULL ? "" : n->incident);
    return all;
}

static int spawn(struct lane *l, int in, int out)
{
    posix_spawn_file_actions_t files;
    posix_spawnattr_t how;
    sigset_t all;
    size_t count = l->to->command_count;
    char **word = arena_array(l->arena, count + 1, sizeof(*word));
    for (size_t i = 0; i < count; i++)
        word[i] = str_dup(l->arena, str_from(l->to->command[i]));
    sigfillset(&all);
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_adddup2(&files, in, 0);
    posix_spawn_file_actions_adddup2(&files, out, 1);
    posix_spawn_file_actions_adddup2(&files, out, 2);
    posix_spawnattr_init(&how);
    posix_spawnattr_setpgroup(&how, 0);
    posix_spawnattr_setsigdefault(&how, &all);
    posix_spawnattr_setflags(
        &how, (short)(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF));
    int rc = count == 0 ? ENOENT
                        : posix_spawnp(&l->pid, word[0], &files, &how, word,
                                       variables(l));
    posix_spawnattr_destroy(&how);
    posix_spawn_file_actions_destroy(&files);
    if (rc != 0)
        l->pid = 0;
    return rc;
}

static bool is_ours_alone(int fd)
{
    return fcntl(fd, F_SETFD, FD_CLOEXEC) == 0 &&
           fcntl(fd, F_SETFL, O_NONBLOCK) == 0;
}

/* Its input is a socket, since a write to a closed pipe would end us. */
bool command_start(struct attempt *failed, struct lane *l)
{
    int in[2] = {-1, -1}, out[2] = {-1, -1};
    int rc = 0;
    l->left = l->message;
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, in) != 0 || pipe(out) != 0 ||
        fcntl(in[1], F_SETFD, FD_CLOEXEC) != 0 ||
        fcntl(out[1], F_SETFD, FD_CLOEXEC) != 0 || !is_ours_alone(in[0]) ||
        !is_ours_alone(out[0]))
        rc = errno;
    if (rc == 0)
        rc = spawn(l, in[1], out[1]);
    shut(&in[1]);
    shut(&out[1]);
    l->in = in[0];
    l->out = out[0];
    if (rc == 0)
        return true;
    command_close(l);
    failed->outcome = OUTCOME_AGAIN;
    failed->error =
        sending_error(l, "it does not start", str_from(strerror(rc)));
    return false;
}

static void give(struct lane *l)
{
    while (l->in >= 0 && l->left.len > 0) {
        ssize_t n = send(l->in, l->left.ptr, l->left.len, MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && errno == EAGAIN)
            return;
        if (n < 0) /* it does not want to read all: its exit code decides */
            break;
        l->left = str_sub(l->left, (size_t)n, l->left.len);
    }
    shut(&l->in);
}

/* What is past the bound is read and forgotten, so that it can go on. */
static void take(struct lane *l)
{
    char data[4096];
    for (int i = 0; l->out >= 0 && i < 64; i++) {
        ssize_t n = read(l->out, data, sizeof(data));
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && errno == EAGAIN)
            return;
        if (n <= 0)
            shut(&l->out);
        else
            buf_add(&l->answer, data, (size_t)n);
    }
}

void command_close(struct lane *l)
{
    int status;
    if (l->pid > 0) {
        kill(-l->pid, SIGKILL);
        while (waitpid(l->pid, &status, 0) < 0 && errno == EINTR)
            continue;
        l->pid = 0;
    }
    shut(&l->in);
    shut(&l->out);
}

static void judge(struct attempt *out, struct lane *l, int status)
{
    const char *what;
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
        out->outcome = OUTCOME_ACCEPTED;
        return;
    }
    what = WIFEXITED(status)
               ? arena_printf(l->arena, "exit code %d", WEXITSTATUS(status))
               : arena_printf(l->arena, "ended by signal %d", WTERMSIG(status));
    out->outcome = OUTCOME_AGAIN;
    out->error = sending_error(l, what, buf_view(&l->answer));
}

bool command_step(struct attempt *out, struct lane *l)
{
    int status = 0;
    give(l);
    take(l);
    pid_t ended = waitpid(l->pid, &status, WNOHANG);
    if (ended == l->pid) {
        take(l);
        kill(-l->pid, SIGKILL); /* what it left in its group */
        l->pid = 0;
        judge(out, l, status);
        command_close(l);
        return true;
    }
    if (clock_now_us() < l->until_us)
        return false;
    command_close(l);
    out->outcome = OUTCOME_AGAIN;
    out->error =
        sending_error(l, "it did not end in time", buf_view(&l->answer));
    return true;
}
