/* The server: one connection after the other, each of one request. */
#include "tests/fuzz/loopback.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define REQUEST_MAX 8192

struct loopback {
    int fd;
    unsigned port;
    pthread_mutex_t lock; /* held while it answers */
    struct loopback_answer answer;
    char request[REQUEST_MAX];
    size_t request_bytes, requests;
};

static bool is_whole(const struct loopback *l)
{
    struct str head = {l->request, l->request_bytes};
    if (l->answer.enough > 0)
        return head.len >= l->answer.enough;
    return str_find(head, STR("\r\n\r\n"), 0) < head.len;
}

static bool read_request(struct loopback *l, int fd)
{
    l->request_bytes = 0;
    if (l->answer.silent)
        return true;
    while (!is_whole(l) && l->request_bytes < REQUEST_MAX) {
        ssize_t n = recv(fd, l->request + l->request_bytes,
                         REQUEST_MAX - l->request_bytes, 0);
        if (n <= 0)
            return false;
        l->request_bytes += (size_t)n;
    }
    return true;
}

static void write_all(int fd, struct str text, size_t piece)
{
    while (text.len > 0) {
        struct str part = str_sub(text, 0, piece == 0 ? text.len : piece);
        ssize_t n = send(fd, part.ptr, part.len, MSG_NOSIGNAL);
        if (n <= 0)
            return;
        text = str_sub(text, (size_t)n, text.len);
    }
}

static void end(int fd, enum loopback_end how)
{
    char rest[4096];
    const struct linger none = {.l_onoff = 1, .l_linger = 0};
    if (how == LOOPBACK_RESET)
        (void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &none, sizeof(none));
    else if (how == LOOPBACK_FIN)
        (void)shutdown(fd, SHUT_WR);
    while (how != LOOPBACK_RESET && recv(fd, rest, sizeof(rest), 0) > 0)
        continue;
    (void)close(fd);
}

static void *serve(void *context)
{
    struct loopback *l = context;
    const int on = 1;
    for (;;) {
        int fd = accept(l->fd, NULL, NULL);
        if (fd < 0)
            continue;
        (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
        pthread_mutex_lock(&l->lock);
        if (read_request(l, fd))
            write_all(fd, l->requests++ == 0 ? l->answer.text : l->answer.then,
                      l->answer.piece);
        end(fd, l->answer.end);
        pthread_mutex_unlock(&l->lock);
    }
    return NULL;
}

static int listen_on(const char *path)
{
    struct sockaddr_in in = {.sin_family = AF_INET,
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct sockaddr_un un = {.sun_family = AF_UNIX};
    int fd = socket(path == NULL ? AF_INET : AF_UNIX, SOCK_STREAM, 0);
    if (path != NULL) {
        (void)snprintf(un.sun_path, sizeof(un.sun_path), "%s", path);
        (void)unlink(path);
    }
    const struct sockaddr *address = path == NULL
                                         ? (const struct sockaddr *)&in
                                         : (const struct sockaddr *)&un;
    if (fd < 0 ||
        bind(fd, address, path == NULL ? sizeof(in) : sizeof(un)) != 0 ||
        listen(fd, 64) != 0)
        abort();
    return fd;
}

struct loopback *loopback_open(const char *path)
{
    struct loopback *l = calloc(1, sizeof(*l));
    struct sockaddr_in in = {.sin_port = 0};
    socklen_t len = sizeof(in);
    pthread_t thread;
    if (l == NULL)
        abort();
    l->fd = listen_on(path);
    if (path == NULL && getsockname(l->fd, (struct sockaddr *)&in, &len) != 0)
        abort();
    l->port = ntohs(in.sin_port);
    pthread_mutex_init(&l->lock, NULL);
    if (pthread_create(&thread, NULL, serve, l) != 0)
        abort();
    (void)pthread_detach(thread);
    return l;
}

unsigned loopback_port(const struct loopback *l)
{
    return l->port;
}

void loopback_answer(struct loopback *l, const struct loopback_answer *a)
{
    pthread_mutex_lock(&l->lock);
    l->answer = *a;
    l->requests = l->request_bytes = 0;
    pthread_mutex_unlock(&l->lock);
}

struct str loopback_asked(struct loopback *l, struct arena *a, size_t *requests)
{
    pthread_mutex_lock(&l->lock);
    struct str asked = {arena_dup(a, l->request, l->request_bytes),
                        l->request_bytes};
    *requests = l->requests;
    pthread_mutex_unlock(&l->lock);
    return asked;
}
