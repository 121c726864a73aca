/*
 * Runs a program and makes one of its system calls fail, come out short, or
 * ends or pauses the program there. The kernel asks before each call that is
 * named (seccomp's notification), so libraries and threads are met as well,
 * sanitizers go on working, and programs that it starts are left alone.
 *
 * usage: inject FILE CALLS NTH[+] WHAT PROGRAM [ARGUMENT...]
 *   FILE   gets "PID" at the start and "PID SEEN DONE END" at the end: calls
 *          seen, whether it was injected, and the exit code, or minus the
 * signal that ended the program CALLS  names with commas in between, or "any"
 *   NTH    which of them, from 1; with + all from there on; 0 only counts
 *   WHAT   the number of an error, short, kill=SIGNAL, pause=MILLISECONDS
 * Exit code 77: not possible on this machine.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/faults/calls.h"

/* Calls on this descriptor are not asked about: it hands over the listener. */
#define CHANNEL      1000
#define NOT_POSSIBLE 77
#define CALLS_MAX    64

enum action { FAIL, SHORT, KILL, PAUSE };

struct plan {
    int calls[CALLS_MAX];
    size_t count;
    unsigned long nth;
    bool onwards;
    enum action action;
    int value;
};

struct run {
    const struct plan *plan;
    pid_t pid;
    int pidfd;
    int listener;
    unsigned long seen;
    unsigned long seen_of[CALLS_MAX];
    bool done;
};

static void add_calls(struct plan *plan, const char *names)
{
    bool any = strcmp(names, "any") == 0;
    for (size_t i = 0; i < CALL_COUNT && plan->count < CALLS_MAX; i++) {
        size_t length = strlen(call_table[i].name);
        bool named = any;
        for (const char *at = names; !named && at != NULL;
             at = strchr(at, ',')) {
            at += *at == ',';
            named = strncmp(at, call_table[i].name, length) == 0 &&
                    (at[length] == ',' || at[length] == '\0');
        }
        if (named)
            plan->calls[plan->count++] = call_table[i].number;
    }
}

static bool plan_read(struct plan *plan, char **words)
{
    char *rest = NULL;
    const char *what = words[2];
    *plan = (struct plan){0};
    add_calls(plan, words[0]);
    plan->nth = strtoul(words[1], &rest, 10);
    plan->onwards = *rest == '+';
    if (strcmp(what, "short") == 0)
        plan->action = SHORT;
    else if (strncmp(what, "kill=", 5) == 0)
        plan->action = KILL;
    else if (strncmp(what, "pause=", 6) == 0)
        plan->action = PAUSE;
    const char *equals = strchr(what, '=');
    plan->value = (int)strtol(equals != NULL ? equals + 1 : what, NULL, 10);
    return plan->count > 0;
}

/* Asks about the calls of the plan; the listener, which exec closes, or -1. */
static int filter_install(const struct plan *plan)
{
    struct sock_filter code[2 * CALLS_MAX + 6];
    unsigned short n = 0;
    code[n++] = (struct sock_filter)BPF_STMT(
        BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[0]));
    code[n++] =
        (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, CHANNEL, 0, 1);
    code[n++] =
        (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    code[n++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
                                             offsetof(struct seccomp_data, nr));
    for (size_t i = 0; i < plan->count; i++) {
        code[n++] = (struct sock_filter)BPF_JUMP(
            BPF_JMP | BPF_JEQ | BPF_K, (unsigned)plan->calls[i], 0, 1);
        code[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K,
                                                 SECCOMP_RET_USER_NOTIF);
    }
    code[n++] =
        (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    struct sock_fprog program = {n, code};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return -1;
    return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
                        SECCOMP_FILTER_FLAG_NEW_LISTENER, &program);
}

union control {
    struct cmsghdr header;
    char bytes[CMSG_SPACE(sizeof(int))];
};

static bool descriptor_send(int channel, int fd)
{
    char byte = 0;
    struct iovec part = {&byte, 1};
    union control control = {0};
    struct msghdr message = {.msg_iov = &part,
                             .msg_iovlen = 1,
                             .msg_control = &control,
                             .msg_controllen = sizeof(control)};
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(header), &fd, sizeof(fd));
    return sendmsg(channel, &message, 0) == 1;
}

static int descriptor_receive(int channel)
{
    char byte;
    int fd = -1;
    struct iovec part = {&byte, 1};
    union control control = {0};
    struct msghdr message = {.msg_iov = &part,
                             .msg_iovlen = 1,
                             .msg_control = &control,
                             .msg_controllen = sizeof(control)};
    if (recvmsg(channel, &message, MSG_CMSG_CLOEXEC) == 1 &&
        CMSG_FIRSTHDR(&message) != NULL)
        memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof(fd));
    return fd;
}

static void child_run(const struct plan *plan, int channel, char **program)
{
    int listener = -1;
    if (dup3(channel, CHANNEL, O_CLOEXEC) == CHANNEL)
        listener = filter_install(plan);
    if (listener < 0 || !descriptor_send(CHANNEL, listener))
        _exit(NOT_POSSIBLE);
    execv(program[0], program);
    _exit(NOT_POSSIBLE);
}

/* Whether a thread belongs to the program itself and not to one it started. */
static bool is_own(const struct run *run, unsigned thread)
{
    char path[64];
    if ((pid_t)thread == run->pid)
        return true;
    snprintf(path, sizeof(path), "/proc/%d/task/%u", (int)run->pid, thread);
    return access(path, F_OK) == 0;
}

/* Half of what was to be sent is sent; how many bytes, or -1 for all. */
static long send_half(const struct run *run, const struct seccomp_data *call)
{
    char half[65536];
    size_t length = (size_t)call->args[2] / 2;
    if (length == 0 || length > sizeof(half))
        return -1;
    struct iovec here = {half, length};
    struct iovec there = {(void *)(uintptr_t)call->args[1], length};
    int fd = (int)syscall(SYS_pidfd_getfd, run->pidfd, (int)call->args[0], 0);
    ssize_t sent = -1;
    if (process_vm_readv(run->pid, &here, 1, &there, 1, 0) == (ssize_t)length)
        sent = call->nr == SYS_sendto ? send(fd, half, length, MSG_NOSIGNAL)
               : call->nr == SYS_pwrite64
                   ? pwrite(fd, half, length, (off_t)call->args[3])
                   : write(fd, half, length);
    if (fd >= 0)
        close(fd);
    return sent;
}

static void pause_run(const struct run *run, int milliseconds)
{
    struct timespec time = {milliseconds / 1000,
                            milliseconds % 1000 * 1000000L};
    nanosleep(&time, NULL);
    kill(run->pid, SIGCONT);
}

/* Does what the plan wants to this call. */
static void call_inject(struct run *run, const struct seccomp_notif *call,
                        struct seccomp_notif_resp *answer)
{
    const struct plan *plan = run->plan;
    long sent = plan->action == SHORT ? send_half(run, &call->data) : -1;
    if (plan->action == FAIL) {
        answer->flags = 0;
        answer->error = -plan->value;
    } else if (sent >= 0) {
        answer->flags = 0;
        answer->val = sent;
    }
    if (plan->action == KILL)
        kill(run->pid, plan->value);
    else if (plan->action == PAUSE)
        kill(run->pid, SIGSTOP);
    run->done = run->done || plan->action != SHORT || sent >= 0;
}

static void call_count(struct run *run, int number)
{
    run->seen++;
    for (size_t i = 0; i < run->plan->count; i++)
        if (run->plan->calls[i] == number)
            run->seen_of[i]++;
}

/*
 * Whether nothing outside of the program can fail this call: closing what is
 * no file. Linux closes a descriptor whatever close says, which the kernel's
 * question cannot imitate: here it stays open, and the other end of a pipe
 * would wait for ever.
 */
static bool cannot_fail(const struct run *run, const struct seccomp_data *call)
{
    char path[64], target[16] = "";
    if (call->nr != SYS_close)
        return false;
    snprintf(path, sizeof(path), "/proc/%d/fd/%d", (int)run->pid,
             (int)call->args[0]);
    return readlink(path, target, sizeof(target) - 1) > 0 && target[0] != '/';
}

static void call_take(struct run *run)
{
    const struct plan *plan = run->plan;
    struct seccomp_notif call = {0};
    struct seccomp_notif_resp answer = {0};
    if (ioctl(run->listener, SECCOMP_IOCTL_NOTIF_RECV, &call) != 0)
        return; /* the program ended meanwhile */
    answer.id = call.id;
    answer.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
    bool hit = false;
    if (is_own(run, call.pid)) {
        call_count(run, call.data.nr);
        hit = plan->nth > 0 &&
              (run->seen == plan->nth ||
               (plan->onwards && run->seen > plan->nth)) &&
              (plan->action != FAIL || !cannot_fail(run, &call.data));
    }
    if (hit)
        call_inject(run, &call, &answer);
    ioctl(run->listener, SECCOMP_IOCTL_NOTIF_SEND, &answer);
    if (hit && plan->action == PAUSE)
        pause_run(run, plan->value);
}

static int run_watch(struct run *run)
{
    struct pollfd fds[2] = {{run->listener, POLLIN, 0},
                            {run->pidfd, POLLIN, 0}};
    while (poll(fds, 2, -1) > 0 || errno == EINTR) {
        if ((fds[0].revents & POLLIN) != 0)
            call_take(run);
        else if (fds[1].revents != 0)
            break;
        else if (fds[0].revents != 0)
            fds[0].fd = -1;
    }
    int status = 0;
    waitpid(run->pid, &status, 0);
    return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

static const char *name_of(int number)
{
    size_t i = 0;
    while (call_table[i].number != number)
        i++;
    return call_table[i].name;
}

static int run_report(FILE *out, struct run *run)
{
    fprintf(out, "%d ", (int)run->pid);
    fflush(out);
    int end = run_watch(run);
    fprintf(out, "%lu %d %d", run->seen, run->done, end);
    for (size_t i = 0; i < run->plan->count; i++)
        fprintf(out, " %s=%lu", name_of(run->plan->calls[i]), run->seen_of[i]);
    if (fclose(out) != 0)
        return NOT_POSSIBLE;
    return end < 0 ? 128 - end : end;
}

int main(int argc, char **argv)
{
    struct plan plan;
    struct run run = {.plan = &plan};
    int channel[2];
    if (argc < 6 || !plan_read(&plan, argv + 2))
        return 2;
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, channel) != 0)
        return NOT_POSSIBLE;
    run.pid = fork();
    if (run.pid == 0)
        child_run(&plan, channel[1], argv + 5);
    close(channel[1]);
    /* what ends the test ends the program, which is asked about no more */
    signal(SIGINT, SIG_IGN);
    run.listener = descriptor_receive(channel[0]);
    run.pidfd = (int)syscall(SYS_pidfd_open, run.pid, 0);
    FILE *out = fopen(argv[1], "w");
    if (run.listener < 0 || run.pidfd < 0 || out == NULL)
        return NOT_POSSIBLE;
    return run_report(out, &run);
}
