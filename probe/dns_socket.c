/*
 * The sockets of a question to a resolver: c-ares says of a call that failed
 * only that no server was reached, so we make the calls, and keep why.
 */
#include <errno.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>
/* ares.h wants fd_set, and does not bring it. */
/* clang-format off */
#include <sys/select.h>
#include <ares.h>
/* clang-format on */

#include "probe/dns_socket.h"

static long keep(struct dns_sockets *s, long rc)
{
    if (rc < 0 && errno != EINPROGRESS && s->error == 0)
        s->error = errno;
    return rc;
}

static ares_socket_t open_socket(int family, int type, int protocol, void *user)
{
    int fd = socket(family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol);
    return (ares_socket_t)keep(user, fd);
}

static int close_socket(ares_socket_t fd, void *user)
{
    (void)user;
    return close(fd);
}

static int connect_socket(ares_socket_t fd, const struct sockaddr *address,
                          ares_socklen_t size, void *user)
{
    return (int)keep(user, connect(fd, address, size));
}

/* The signature is that of c-ares. NOLINTNEXTLINE(*-function-size) */
static ares_ssize_t receive(ares_socket_t fd, void *data, size_t size,
                            int flags, struct sockaddr *from,
                            ares_socklen_t *from_size, void *user)
{
    (void)user;
    return recvfrom(fd, data, size, flags, from, from_size);
}

static ares_ssize_t send_all(ares_socket_t fd, const struct iovec *part,
                             int count, void *user)
{
    struct dns_sockets *s = user;
    ssize_t sent = writev(fd, part, count);
    s->sent = s->sent || sent > 0;
    return sent < 0 && errno == EAGAIN ? sent : keep(s, sent);
}

void dns_sockets_use(struct dns_sockets *s, ares_channel channel)
{
    static const struct ares_socket_functions calls = {
        open_socket, close_socket, connect_socket, receive, send_all};
    *s = (struct dns_sockets){0};
    ares_set_socket_functions(channel, &calls, s);
}
