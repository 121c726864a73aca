/* Connections until their head is whole; the others are refused here. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "app/serve/internal.h"
#include "base/clock.h"

#define ACCEPT_MAX  64                  /* between two looks at the others */
#define LINGER_US   INT64_C(2000000)    /* for a client to read a refusal */
#define DISCARD_MAX ((size_t)256 << 10) /* of what it goes on sending */
#define EVENTS      64
#define PAUSE_US    INT64_C(100000) /* after a failure that may persist */

bool door_open(struct door *d)
{
    *d = (struct door){.epoll = epoll_create1(EPOLL_CLOEXEC)};
    return d->epoll >= 0;
}

static void forget(struct door *d, struct visitor *v)
{
    struct visitor **at = &d->first;
    while (*at != v)
        at = &(*at)->next;
    *at = v->next;
    d->count--;
    free(v);
}

static void send_away(struct door *d, struct visitor *v)
{
    close(v->fd);
    forget(d, v);
}

void door_close(struct door *d)
{
    while (d->first != NULL)
        send_away(d, d->first);
    if (d->epoll >= 0)
        close(d->epoll);
    d->epoll = -1;
}

static struct visitor *oldest(const struct door *d)
{
    struct visitor *found = d->first;
    for (struct visitor *v = d->first; v != NULL; v = v->next)
        if (v->until_us < found->until_us)
            found = v;
    return found;
}

/* One may always wait for a run, and another one must get in beside it. */
static bool is_full(const struct server *s)
{
    int64_t most = s->options.connections < 2 ? 2 : s->options.connections;
    return s->door.count + s->client_count >= (size_t)most;
}

bool door_has_room(const struct server *s)
{
    return s->door.paused_us == 0 &&
           (!is_full(s) || s->door.first != NULL || clients_oldest(s) != NULL);
}

/* The one that has the least time left gives its place to a new one. */
static bool make_room(struct server *s)
{
    struct visitor *v = oldest(&s->door);
    struct client *c = clients_oldest(s);
    if (v != NULL && (c == NULL || v->until_us <= c->until_us))
        send_away(&s->door, v);
    else if (c != NULL)
        client_hang_up(s, c);
    return v != NULL || c != NULL;
}

static void welcome(struct server *s, int fd, int64_t now_us)
{
    struct visitor *v = heap_zeroed(sizeof(*v));
    struct epoll_event event = {.events = EPOLLIN | EPOLLRDHUP | EPOLLET,
                                .data.ptr = v};
    *v = (struct visitor){.next = s->door.first,
                          .fd = fd,
                          .until_us = now_us + s->options.client_ms * 1000};
    s->door.first = v;
    s->door.count++;
    if (fd > s->highest)
        s->highest = fd;
    if (fcntl(fd, F_SETFD, FD_CLOEXEC) != 0 ||
        fcntl(fd, F_SETFL, O_NONBLOCK) != 0 ||
        epoll_ctl(s->door.epoll, EPOLL_CTL_ADD, fd, &event) != 0)
        send_away(&s->door, v);
}

/*
 * Whoever knocks goes on knocking: without a place to be had, or for any other
 * reason of this machine, looking again at once would do nothing else.
 */
static void accept_failed(struct server *s, int64_t now_us)
{
    bool waits = errno == EAGAIN;
    bool full = errno == EMFILE || errno == ENFILE;
    if (!waits && !(full && make_room(s)))
        s->door.paused_us = now_us + PAUSE_US;
}

void door_accept(struct server *s, int64_t now_us)
{
    for (int i = 0; i < ACCEPT_MAX && door_has_room(s); i++) {
        int fd = accept(s->listener.fd, NULL, NULL);
        if (fd < 0 && (errno == EINTR || errno == ECONNABORTED))
            continue;
        if (fd < 0) {
            accept_failed(s, now_us);
            return;
        }
        if (is_full(s))
            (void)make_room(s);
        welcome(s, fd, now_us);
    }
}

/* A close with unread bytes would take the refusal from the client. */
static void discard(struct server *s, struct visitor *v)
{
    char data[4096];
    ssize_t n;
    while ((n = recv(v->fd, data, sizeof(data), MSG_DONTWAIT)) > 0 &&
           v->discarded < DISCARD_MAX)
        v->discarded += (size_t)n;
    if (n >= 0 || (errno != EAGAIN && errno != EINTR))
        send_away(&s->door, v);
}

static void refuse(struct server *s, struct visitor *v, int64_t now_us,
                   const struct refusal *refusal)
{
    struct buf text;
    buf_init(&text, 2048);
    refusal_write(&text, refusal);
    ssize_t n = send(v->fd, text.ptr, text.len, MSG_DONTWAIT | MSG_NOSIGNAL);
    (void)n; /* one that has no room for it does not read */
    buf_release(&text);
    shutdown(v->fd, SHUT_WR);
    v->refused = true;
    if (v->until_us > now_us + LINGER_US)
        v->until_us = now_us + LINGER_US;
    discard(s, v);
}

/* Its socket is that of libmicrohttpd from now on. */
static void hand_over(struct server *s, struct visitor *v)
{
    (void)epoll_ctl(s->door.epoll, EPOLL_CTL_DEL, v->fd, NULL);
    client_begin(s, v);
    forget(&s->door, v);
    s->changed = true;
}

static void look(struct server *s, struct visitor *v, bool ended,
                 int64_t now_us)
{
    char head[SERVE_HEAD_BYTES_MAX + 1];
    struct refusal refusal;
    if (v->refused) {
        discard(s, v);
        return;
    }
    ssize_t n = recv(v->fd, head, sizeof(head), MSG_PEEK | MSG_DONTWAIT);
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    enum head_state state =
        n <= 0 ? HEAD_MORE : head_read((struct str){head, (size_t)n}, &refusal);
    if (state == HEAD_WHOLE)
        hand_over(s, v);
    else if (state == HEAD_REFUSED)
        refuse(s, v, now_us, &refusal);
    else if (n <= 0 || ended)
        send_away(&s->door, v);
}

void door_look(struct server *s, int64_t now_us)
{
    struct epoll_event event[EVENTS];
    int n = epoll_wait(s->door.epoll, event, EVENTS, 0);
    for (int i = 0; i < n; i++)
        look(s, event[i].data.ptr,
             (event[i].events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0,
             now_us);
}

void door_expire(struct server *s, int64_t now_us)
{
    if (s->door.paused_us <= now_us)
        s->door.paused_us = 0;
    struct visitor *next;
    for (struct visitor *v = s->door.first; v != NULL; v = next) {
        next = v->next;
        if (v->until_us <= now_us)
            send_away(&s->door, v);
    }
}

int64_t door_next_us(const struct server *s)
{
    const struct visitor *v = oldest(&s->door);
    int64_t until_us = v == NULL ? INT64_MAX : v->until_us;
    int64_t paused_us = s->door.paused_us;
    return paused_us != 0 && paused_us < until_us ? paused_us : until_us;
}
