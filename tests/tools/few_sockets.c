/*
 * Preloaded: a process that may have only $SOCKETS sockets at once, as if
 * somebody else had taken the other descriptors. socket() then fails with
 * EMFILE.
 */
#include <dlfcn.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#define DESCRIPTORS 4096

static bool is_socket[DESCRIPTORS];
static int count;

int socket(int family, int type, int protocol)
{
    int (*real)(int, int, int);
    const char *most = getenv("SOCKETS");
    *(void **)&real = dlsym(RTLD_NEXT, "socket");
    if (most != NULL && count >= (int)strtol(most, NULL, 10)) {
        errno = EMFILE;
        return -1;
    }
    int fd = real(family, type, protocol);
    if (fd >= 0 && fd < DESCRIPTORS) {
        is_socket[fd] = true;
        count++;
    }
    return fd;
}

int close(int fd)
{
    int (*real)(int);
    *(void **)&real = dlsym(RTLD_NEXT, "close");
    if (fd >= 0 && fd < DESCRIPTORS && is_socket[fd]) {
        is_socket[fd] = false;
        count--;
    }
    return real(fd);
}
