/* One poll loop over small connections; every bound is a constant here. */
#include "demo/server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"

#define CONNECTIONS_MAX 1100
#define ROUTES_MAX      200
#define HEAD_MAX        ((size_t)16 * 1024)
#define ANSWER_MAX      ((size_t)70 << 20)
#define DRIP_MS         100
#define FLOOD_LINES     4000

struct connection {
    int fd; /* -1: free */
    struct buf head, answer;
    size_t sent;
    bool answering, endless, reset;
    int64_t due_us; /* nothing is sent before */
    enum fault fault;
};

struct shown_route {
    const struct route *route;
    size_t turn;
};

struct server {
    const struct script *script;
    int fd;
    uint16_t port;
    struct shown_route route[ROUTES_MAX];
    size_t route_count;
    struct connection connection[CONNECTIONS_MAX];
};

static bool listen_on(struct server *s, uint16_t port, struct err *e)
{
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_port = htons(port),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct sockaddr *any = (void *)&at;
    socklen_t len = sizeof(at);
    int one = 1;
    s->fd = socket(AF_INET, SOCK_STREAM, 0);
    if (s->fd < 0)
        return err_set(e, POS_NONE, "socket: %s", strerror(errno));
    setsockopt(s->fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
    fcntl(s->fd, F_SETFL, O_NONBLOCK);
    if (bind(s->fd, any, len) != 0 || listen(s->fd, 1024) != 0 ||
        getsockname(s->fd, any, &len) != 0)
        return err_set(e, POS_NONE, "cannot listen on port %u: %s", port,
                       strerror(errno));
    s->port = ntohs(at.sin_port);
    return true;
}

struct server *server_open(const struct script *script, uint16_t port,
                           struct err *e)
{
    struct server *s = calloc(1, sizeof(*s));
    if (s == NULL)
        arena_out_of_memory();
    s->script = script;
    for (size_t i = 0; i < CONNECTIONS_MAX; i++)
        s->connection[i].fd = -1;
    server_set(s, &script->routes);
    if (listen_on(s, port, e))
        return s;
    server_close(s);
    return NULL;
}

static void hang_up(struct connection *c)
{
    if (c->reset) {
        struct linger now = {.l_onoff = 1, .l_linger = 0};
        setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
    }
    close(c->fd);
    buf_release(&c->head);
    buf_release(&c->answer);
    *c = (struct connection){.fd = -1};
}

void server_close(struct server *s)
{
    for (size_t i = 0; i < CONNECTIONS_MAX; i++)
        if (s->connection[i].fd >= 0)
            hang_up(&s->connection[i]);
    if (s->fd >= 0)
        close(s->fd);
    free(s);
}

uint16_t server_port(const struct server *s)
{
    return s->port;
}

static struct shown_route *find_route(struct server *s, struct str path)
{
    for (size_t i = 0; i < s->route_count; i++)
        if (str_is(path, s->route[i].route->path))
            return &s->route[i];
    return NULL;
}

void server_set(struct server *s, const struct routes *routes)
{
    for (size_t i = 0; i < routes->count; i++) {
        const struct route *r = &routes->item[i];
        struct shown_route *shown = find_route(s, str_from(r->path));
        if (shown == NULL && s->route_count < ROUTES_MAX)
            shown = &s->route[s->route_count++];
        if (shown != NULL)
            *shown = (struct shown_route){r, 0};
    }
}

static const struct answer *next_answer(struct server *s, struct str path)
{
    static const struct answer missing = {.status = 404,
                                          .reason = "Not Found",
                                          .type = "text/plain",
                                          .body = {"not found\n", 10}};
    struct shown_route *shown = find_route(s, path);
    if (shown == NULL)
        return &missing;
    size_t turn = shown->turn;
    if (shown->turn + 1 < shown->route->count)
        shown->turn++;
    return &shown->route->answer[turn];
}

static void write_head(struct connection *c, const struct answer *a,
                       size_t length)
{
    struct buf *out = &c->answer;
    if (a->fault == FAULT_BAD_STATUS)
        buf_text(out, "HELLO this is no HTTP\r\n");
    else
        buf_printf(out, "HTTP/1.1 %lld %s\r\n", (long long)a->status,
                   a->reason);
    buf_printf(out, "Content-Type: %s\r\nConnection: close\r\n", a->type);
    for (size_t i = 0; i < a->header_count; i++)
        buf_printf(out, "%s: %s\r\n", a->header[i].name, a->header[i].value);
    for (int i = 0; a->fault == FAULT_HEADERS && i < FLOOD_LINES; i++)
        buf_printf(out, "X-Flood-%d: %080d\r\n", i, i);
    if (a->fault == FAULT_ENDLESS || a->fault == FAULT_BAD_CHUNK)
        buf_text(out, "Transfer-Encoding: chunked\r\n\r\n");
    else
        buf_printf(out, "Content-Length: %zu\r\n\r\n",
                   a->fault == FAULT_TRUNCATE ? length * 2 + 1 : length);
}

static void write_answer(struct server *s, struct connection *c,
                         const struct answer *a, bool head_only)
{
    struct buf body;
    buf_init(&body, ANSWER_MAX);
    script_fill(s->script, &body, a->body);
    write_head(c, a, body.len);
    if (a->fault == FAULT_BAD_CHUNK)
        buf_text(&c->answer, "zz\r\n");
    else if (!head_only && a->fault != FAULT_ENDLESS)
        buf_str(&c->answer, buf_view(&body));
    buf_release(&body);
}

static void start_answer(struct server *s, struct connection *c)
{
    struct str rest;
    struct str line = str_cut(buf_view(&c->head), '\n', NULL);
    struct str method = str_cut(line, ' ', &rest);
    struct str target = str_cut(rest, ' ', NULL);
    const struct answer *a = next_answer(s, str_cut(target, '?', NULL));
    c->answering = true;
    c->fault = a->fault;
    c->reset = a->fault == FAULT_RESET;
    c->endless = a->fault == FAULT_ENDLESS;
    c->due_us = clock_now_us() + a->delay_ms * 1000;
    if (a->fault != FAULT_HANG && a->fault != FAULT_CLOSE && !c->reset)
        write_answer(s, c, a, str_is(method, "HEAD"));
}

static void accept_all(struct server *s)
{
    int one = 1;
    for (size_t i = 0; i < CONNECTIONS_MAX; i++) {
        struct connection *c = &s->connection[i];
        if (c->fd >= 0)
            continue;
        int fd = accept(s->fd, NULL, NULL);
        if (fd < 0)
            return;
        fcntl(fd, F_SETFL, O_NONBLOCK);
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
        c->fd = fd;
        buf_init(&c->head, HEAD_MAX);
        buf_init(&c->answer, ANSWER_MAX);
    }
}

static void read_request(struct server *s, struct connection *c)
{
    char data[4096];
    ssize_t n = read(c->fd, data, sizeof(data));
    if (n < 0 && errno == EAGAIN)
        return;
    if (n <= 0) {
        hang_up(c);
        return;
    }
    if (c->answering)
        return; /* the body of a request is read and not looked at */
    buf_add(&c->head, data, (size_t)n);
    if (str_find(buf_view(&c->head), STR("\r\n\r\n"), 0) < c->head.len)
        start_answer(s, c);
    else if (c->head.full)
        hang_up(c);
}

static void add_endless_chunk(struct connection *c)
{
    buf_clear(&c->answer);
    c->sent = 0;
    buf_text(&c->answer, "4000\r\n");
    buf_repeat(&c->answer, 'x', 0x4000);
    buf_text(&c->answer, "\r\n");
}

static void send_answer(struct connection *c)
{
    size_t left = c->answer.len - c->sent;
    if (c->fault == FAULT_HANG)
        return;
    if (c->fault == FAULT_DRIP && left > 1) {
        left = 1;
        c->due_us = clock_now_us() + DRIP_MS * INT64_C(1000);
    }
    ssize_t n = left == 0
                    ? 0
                    : send(c->fd, c->answer.ptr + c->sent, left, MSG_NOSIGNAL);
    if (n < 0 && errno == EAGAIN)
        return;
    if (n >= 0)
        c->sent += (size_t)n;
    if (n >= 0 && c->sent == c->answer.len && c->endless)
        add_endless_chunk(c);
    else if (n < 0 || c->sent == c->answer.len)
        hang_up(c);
}

/* Milliseconds until the next delayed answer, at most wait_ms. */
static int next_wait(const struct server *s, int64_t wait_ms)
{
    int64_t now = clock_now_us(), wait = wait_ms;
    for (size_t i = 0; i < CONNECTIONS_MAX; i++) {
        const struct connection *c = &s->connection[i];
        int64_t left = (c->due_us - now + 999) / 1000;
        if (c->fd >= 0 && c->answering && c->fault != FAULT_HANG && left < wait)
            wait = left < 0 ? 0 : left;
    }
    return (int)wait;
}

static size_t fill_polls(const struct server *s, struct pollfd *polls,
                         size_t *index)
{
    size_t count = 0;
    int64_t now = clock_now_us();
    polls[count++] = (struct pollfd){.fd = s->fd, .events = POLLIN};
    for (size_t i = 0; i < CONNECTIONS_MAX; i++) {
        const struct connection *c = &s->connection[i];
        if (c->fd < 0)
            continue;
        bool ready = c->answering && c->due_us <= now && c->fault != FAULT_HANG;
        short events = ready ? POLLIN | POLLOUT : POLLIN;
        index[count] = i;
        polls[count++] = (struct pollfd){.fd = c->fd, .events = events};
    }
    return count;
}

static void serve_once(struct server *s, int64_t wait_ms)
{
    struct pollfd polls[CONNECTIONS_MAX + 1];
    size_t index[CONNECTIONS_MAX + 1];
    size_t count = fill_polls(s, polls, index);
    if (poll(polls, (nfds_t)count, next_wait(s, wait_ms)) <= 0)
        return;
    for (size_t i = 1; i < count; i++) {
        struct connection *c = &s->connection[index[i]];
        if ((polls[i].revents & (POLLIN | POLLERR | POLLHUP)) != 0)
            read_request(s, c);
        if (c->fd >= 0 && (polls[i].revents & POLLOUT) != 0)
            send_answer(c);
    }
    if ((polls[0].revents & POLLIN) != 0)
        accept_all(s);
}

void server_run(struct server *s, int64_t wait_ms)
{
    int64_t end = clock_now_us() + wait_ms * 1000;
    int64_t left = wait_ms;
    do {
        serve_once(s, left > 50 ? 50 : left);
        left = (end - clock_now_us() + 999) / 1000;
    } while (left > 0);
}
