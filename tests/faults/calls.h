/* The system calls that can be injected, by name. */
#pragma once
#include <sys/syscall.h>

static const struct {
    const char *name;
    int number;
} call_table[] = {
#define CALL(name)                                                             \
    {                                                                          \
#name, SYS_##name                                                      \
    }
    CALL(openat),     CALL(read),       CALL(pread64),    CALL(close),
    CALL(newfstatat), CALL(fstat),      CALL(getdents64), CALL(lseek),
    CALL(write),      CALL(pwrite64),   CALL(writev),     CALL(fsync),
    CALL(fdatasync),  CALL(ftruncate),  CALL(fchmod),     CALL(renameat2),
    CALL(unlinkat),   CALL(mkdirat),    CALL(fcntl),      CALL(flock),
    CALL(socket),     CALL(socketpair), CALL(pipe2),      CALL(eventfd2),
    CALL(connect),    CALL(bind),       CALL(listen),     CALL(accept4),
    CALL(sendto),     CALL(recvfrom),   CALL(sendmsg),    CALL(recvmsg),
    CALL(setsockopt), CALL(getsockopt), CALL(ppoll),      CALL(clone),
    CALL(clone3),     CALL(getrandom),  CALL(getcwd),     CALL(epoll_create1),
#ifdef SYS_open /* older calls that newer machines do not have */
    CALL(open),       CALL(stat),       CALL(lstat),      CALL(rename),
    CALL(unlink),     CALL(mkdir),      CALL(access),     CALL(pipe),
    CALL(poll),       CALL(fork),       CALL(vfork),      CALL(accept),
    CALL(readlink),
#endif
#ifdef SYS_renameat
    CALL(renameat),
#endif
#undef CALL
};

#define CALL_COUNT (sizeof(call_table) / sizeof(call_table[0]))
