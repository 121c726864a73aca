/*
 * What goes on beside libcurl, on one descriptor: a talk over a connection
 * that libcurl made, or a program and its output.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"
#include "probe/transfer.h"

#define READ_BYTES 16384
#define REAP_US    10000 /* between looks at a program that is quiet */

extern char **environ;

bool talk_is_open(const struct transfer *t)
{
    return t->talk.open;
}

static void open_talk(struct transfer *t, int fd)
{
    t->talk.open = true;
    t->talk.reaping = false;
    t->talk.sent = 0;
    t->talk.fd = fd;
    t->talk.until_us = t->opened_us + t->course.timeout_ms * 1000;
    t->talk.wake_us = t->talk.until_us;
    t->talk.writes = t->check->send != NULL && t->check->kind == KIND_TCP;
}

bool talk_wanted(const struct transfer *t)
{
    const struct check *c = t->check;
    return c->kind == KIND_TCP && t->result->answered &&
           (c->send != NULL || check_asks(c, QUERY_BODY) ||
            check_asks(c, QUERY_BYTES) || check_asks(c, QUERY_REGEX));
}

void talk_begin(struct transfer *t)
{
    curl_socket_t fd = CURL_SOCKET_BAD;
    curl_easy_getinfo(t->easy, CURLINFO_ACTIVESOCKET, &fd);
    open_talk(t, (int)fd);
}

static bool keep_from_children(int fd)
{
    return fcntl(fd, F_SETFD, FD_CLOEXEC) == 0 &&
           fcntl(fd, F_SETFL, O_NONBLOCK) == 0;
}

/* A process group of its own, so that all of it can be ended. */
static int spawn(struct transfer *t, int out, pid_t *pid)
{
    posix_spawn_file_actions_t files;
    posix_spawnattr_t how;
    char *word[COMMAND_WORDS_MAX + 1] = {NULL};
    sigset_t all;
    if (t->check->command_count == 0)
        return ENOENT;
    word[0] = str_dup(t->talk.arena, str_from(t->check->command[0]));
    for (size_t i = 1; i < t->check->command_count && i < COMMAND_WORDS_MAX;
         i++)
        word[i] = str_dup(t->talk.arena, str_from(t->check->command[i]));
    sigfillset(&all);
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&files, out, 1);
    posix_spawn_file_actions_addopen(&files, 2, "/dev/null", O_WRONLY, 0);
    posix_spawnattr_init(&how);
    posix_spawnattr_setpgroup(&how, 0);
    posix_spawnattr_setsigdefault(&how, &all);
    posix_spawnattr_setflags(
        &how, (short)(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF));
    int rc = posix_spawnp(pid, word[0], &files, &how, word, environ);
    posix_spawnattr_destroy(&how);
    posix_spawn_file_actions_destroy(&files);
    return rc;
}

bool talk_run_program(struct transfer *t, struct arena *run)
{
    int ends[2];
    t->opened_us = clock_now_us();
    t->talk.arena = run;
    if (pipe(ends) != 0) {
        outcome_not_started(t, run, strerror(errno));
        return false;
    }
    int rc =
        keep_from_children(ends[0]) ? spawn(t, ends[1], &t->talk.pid) : errno;
    close(ends[1]);
    if (rc == 0) {
        open_talk(t, ends[0]);
        return true;
    }
    close(ends[0]);
    t->talk.pid = 0;
    outcome_exec_failed(
        t, run,
        arena_printf(run, "cannot run %s: %s",
                     text_elide(run, str_from(t->check->command[0]), 100),
                     strerror(rc)));
    return false;
}

void talk_close(struct transfer *t)
{
    int status;
    if (t->talk.pid > 0) {
        kill(-t->talk.pid, SIGKILL);
        while (waitpid(t->talk.pid, &status, 0) < 0 && errno == EINTR)
            continue;
        t->talk.pid = 0;
    }
    if (t->talk.open && t->check->kind == KIND_EXEC && t->talk.fd >= 0)
        close(t->talk.fd);
    t->talk.open = false;
    t->talk.fd = -1;
}

short talk_events(const struct transfer *t)
{
    return t->talk.writes ? CURL_WAIT_POLLOUT : CURL_WAIT_POLLIN;
}

static enum talk write_some(struct transfer *t)
{
    const char *text = t->check->send;
    size_t len = strlen(text), sent = 0;
    CURLcode rc =
        curl_easy_send(t->easy, text + t->talk.sent, len - t->talk.sent, &sent);
    if (rc == CURLE_OK)
        t->talk.sent += sent;
    else if (rc != CURLE_AGAIN)
        return TALK_BROKEN;
    t->talk.writes = t->talk.sent < len;
    return TALK_GOES_ON;
}

/* Bytes that came; 0 at the end, -1 when none are there now, -2 broken */
static ssize_t take_bytes(struct transfer *t, char *data, size_t size)
{
    size_t got = 0;
    if (t->check->kind == KIND_EXEC) {
        ssize_t n = read(t->talk.fd, data, size);
        bool later = n < 0 && (errno == EAGAIN || errno == EINTR);
        return later ? -1 : n < 0 ? -2 : n;
    }
    CURLcode rc = curl_easy_recv(t->easy, data, size, &got);
    return rc == CURLE_AGAIN ? -1 : rc != CURLE_OK ? -2 : (ssize_t)got;
}

/* Is what came enough? More could only come later. */
static bool is_enough(struct transfer *t, struct arena *run)
{
    struct result scratch = *t->result;
    if (t->check->kind != KIND_TCP)
        return false;
    t->response.body = buf_view(&t->body);
    t->response.now_ms = clock_wall_ms();
    probe_judge(&scratch, run, t->check, &t->response);
    return scratch.status == STATUS_PASS;
}

/* What came in one go is looked at once: the text only grows. */
static enum talk read_some(struct transfer *t, struct arena *run)
{
    char data[READ_BYTES];
    bool news = false;
    for (int rounds = 0; rounds < 16; rounds++) {
        ssize_t got = take_bytes(t, data, sizeof(data));
        if (got == -1)
            break;
        if (got <= 0)
            return got == 0 ? TALK_ENDED : TALK_BROKEN;
        buf_add(&t->body, data, (size_t)got);
        if (t->body.full)
            return TALK_TOO_LARGE;
        news = true;
    }
    return news && is_enough(t, run) ? TALK_ENDED : TALK_GOES_ON;
}

/* Its output has ended; it may live on for a while. */
static enum talk reap(struct transfer *t)
{
    int status = 0;
    pid_t pid = waitpid(t->talk.pid, &status, WNOHANG);
    if (pid == 0) {
        t->talk.wake_us = clock_now_us() + REAP_US;
        return TALK_GOES_ON;
    }
    kill(-t->talk.pid, SIGKILL); /* what it left behind */
    t->talk.pid = 0;
    t->response.exit_code =
        WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return TALK_ENDED;
}

enum talk talk_step(struct transfer *t, struct arena *run)
{
    enum talk state = TALK_GOES_ON;
    if (t->talk.reaping)
        state = reap(t);
    else if (t->talk.writes)
        state = write_some(t);
    else
        state = read_some(t, run);
    if (state == TALK_ENDED && t->check->kind == KIND_EXEC &&
        !t->talk.reaping) {
        t->talk.reaping = true;
        close(t->talk.fd);
        t->talk.fd = -1;
        state = reap(t);
    }
    if (state == TALK_GOES_ON && clock_now_us() >= t->talk.until_us)
        state = TALK_TIMED_OUT;
    return state;
}
