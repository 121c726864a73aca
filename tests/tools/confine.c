/*
 * Runs a program that may not make a system call, as under a filter of a
 * container: usage: confine socket|connect ERRNO PROGRAM [ARGUMENT...]
 * Sockets are refused for IPv4 and IPv6 only. Exit code 77: not possible here.
 */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#define LOAD(field)                                                            \
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define IF_NOT(value, skip) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, skip)
#define IF(value, skip)     BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, skip, 0)
#define GIVE(what)          BPF_STMT(BPF_RET | BPF_K, what)

static int refuse(unsigned call, unsigned error, int by_family)
{
    struct sock_filter any[] = {LOAD(nr), IF_NOT(call, 1),
                                GIVE(SECCOMP_RET_ERRNO | error),
                                GIVE(SECCOMP_RET_ALLOW)};
    struct sock_filter inet[] = {LOAD(nr),
                                 IF_NOT(call, 4),
                                 LOAD(args[0]),
                                 IF(AF_INET, 1),
                                 IF_NOT(AF_INET6, 1),
                                 GIVE(SECCOMP_RET_ERRNO | error),
                                 GIVE(SECCOMP_RET_ALLOW)};
    struct sock_fprog program = {sizeof(any) / sizeof(any[0]), any};
    if (by_family)
        program = (struct sock_fprog){sizeof(inet) / sizeof(inet[0]), inet};
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) == 0;
}

int main(int argc, char **argv)
{
    if (argc < 4)
        return 2;
    int is_socket = strcmp(argv[1], "socket") == 0;
    unsigned call = is_socket ? SYS_socket : SYS_connect;
    if (!refuse(call, (unsigned)strtoul(argv[2], NULL, 10), is_socket)) {
        perror("seccomp");
        return 77;
    }
    execvp(argv[3], argv + 3);
    perror(argv[3]);
    return 77;
}
