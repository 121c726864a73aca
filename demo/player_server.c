/* One poll loop over small connections; every bound is a constant here. */
#include "demo/player_server.h"

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
#define HEAD_US         10000000 /* for a whole request head */
#define DRAIN_US        1000000  /* for the client to close, after the answer */
#define DRIP_US         100000
#define FLOOD_LINES     4300
#define NEVER           INT64_MAX

enum stage {
    STAGE_HEAD,   /* reads the request up to due_us */
    STAGE_ANSWER, /* sends the answer from due_us on */
    STAGE_DRAIN   /* reads what the client still sends, up to due_us */
};

struct connection {
    int fd; /* -1: free */
    enum stage stage;
    enum fault fault;
    struct buf head, answer;
    size_t sent, again; /* again: where an endless answer starts anew */
    int64_t due_us;     /* NEVER: waits for the client alone */
    bool has_body;      /* the request may be longer than its head */
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

static void prepare_socket(int fd)
{
    fcntl(fd, F_SETFL, O_NONBLOCK);
    fcntl(fd, F_SETFD, FD_CLOEXEC);
}

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
    prepare_socket(s->fd);
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
    if (c->fault == FAULT_RESET) {
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
    static const struct answer missing = {
        .status = 404, .type = "text/plain", .body = {"not found\n", 10}};
    struct shown_route *shown = find_route(s, path);
    if (shown == NULL)
        return &missing;
    size_t turn = shown->turn;
    if (shown->turn + 1 < shown->route->count)
        shown->turn++;
    return &shown->route->answer[turn];
}

static const char *usual_reason(int64_t status)
{
    static const struct {
        int64_t status;
        const char *reason;
    } usual[] = {{200, "OK"},
                 {301, "Moved Permanently"},
                 {302, "Found"},
                 {404, "Not Found"},
                 {500, "Internal Server Error"},
                 {502, "Bad Gateway"},
                 {503, "Service Unavailable"},
                 {504, "Gateway Timeout"}};
    for (size_t i = 0; i < ARRAY_COUNT(usual); i++)
        if (usual[i].status == status)
            return usual[i].reason;
    return "";
}

static bool is_chunked(const struct answer *a)
{
    return a->fault == FAULT_ENDLESS || a->fault == FAULT_BAD_CHUNK;
}

static void write_head(const struct script *script, struct buf *out,
                       const struct answer *a, size_t length)
{
    if (a->fault == FAULT_BAD_STATUS)
        buf_text(out, "HELLO this is no HTTP\r\n");
    else
        buf_printf(out, "HTTP/1.1 %lld %s\r\n", (long long)a->status,
                   a->reason == NULL ? usual_reason(a->status) : a->reason);
    if (a->type[0] != '\0')
        buf_printf(out, "Content-Type: %s\r\n", a->type);
    for (size_t i = 0; i < a->header_count; i++) {
        buf_printf(out, "%s: ", a->header[i].name);
        script_fill(script, out, str_from(a->header[i].value));
        buf_text(out, "\r\n");
    }
    for (int i = 0; a->fault == FAULT_HEADERS && i < FLOOD_LINES; i++)
        buf_printf(out, "X-Flood-%d: %080d\r\n", i, i);
    if (is_chunked(a))
        buf_text(out, "Transfer-Encoding: chunked\r\n");
    else
        buf_printf(out, "Content-Length: %zu\r\n",
                   a->fault == FAULT_TRUNCATE ? length * 2 + 1 : length);
    buf_text(out, "Connection: close\r\n\r\n");
}

static void write_body(struct connection *c, const struct answer *a,
                       struct str body)
{
    struct buf *out = &c->answer;
    bool is_chunk = is_chunked(a) && body.len > 0;
    if (a->fault == FAULT_ENDLESS)
        c->again = out->len;
    if (is_chunk)
        buf_printf(out, "%zx\r\n", body.len);
    buf_str(out, body);
    if (is_chunk)
        buf_text(out, "\r\n");
    if (a->fault == FAULT_BAD_CHUNK)
        buf_text(out, "zz\r\n");
}

static void write_answer(struct server *s, struct connection *c,
                         const struct answer *a, bool head_only)
{
    struct buf body;
    buf_init(&body, ANSWER_MAX);
    script_fill(s->script, &body, a->body);
    if (a->fault == FAULT_ENDLESS && body.len == 0)
        buf_repeat(&body, 'x', 0x4000);
    write_head(s->script, &c->answer, a, body.len);
    if (!head_only)
        write_body(c, a, buf_view(&body));
    buf_release(&body);
}

static void start_answer(struct server *s, struct connection *c)
{
    struct str rest;
    struct str method = str_cut(buf_view(&c->head), ' ', &rest);
    struct str target = str_cut(rest, ' ', NULL);
    const struct answer *a = next_answer(s, str_cut(target, '?', NULL));
    bool is_head = str_is(method, "HEAD");
    c->stage = STAGE_ANSWER;
    c->fault = a->fault;
    c->has_body = !is_head && !str_is(method, "GET");
    c->due_us =
        a->fault == FAULT_HANG ? NEVER : clock_now_us() + a->delay_ms * 1000;
    if (a->fault != FAULT_HANG && a->fault != FAULT_CLOSE &&
        a->fault != FAULT_RESET)
        write_answer(s, c, a, is_head);
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
        prepare_socket(fd);
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
        c->fd = fd;
        c->due_us = clock_now_us() + HEAD_US;
        buf_init(&c->head, HEAD_MAX);
        buf_init(&c->answer, ANSWER_MAX);
    }
}

/* Also past the head: what is left unread would turn close into a reset. */
static void read_request(struct server *s, struct connection *c)
{
    char data[4096];
    ssize_t n = read(c->fd, data, sizeof(data));
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (n > 0 && c->stage != STAGE_HEAD)
        return;
    buf_add(&c->head, data, n > 0 ? (size_t)n : 0);
    if (n > 0 && str_find(buf_view(&c->head), STR("\r\n\r\n"), 0) < c->head.len)
        start_answer(s, c);
    else if (n <= 0 || c->head.full)
        hang_up(c);
}

static void finish(struct connection *c)
{
    if (!c->has_body || c->fault == FAULT_RESET) {
        hang_up(c);
        return;
    }
    shutdown(c->fd, SHUT_WR);
    c->stage = STAGE_DRAIN;
    c->due_us = clock_now_us() + DRAIN_US;
}

static void send_answer(struct connection *c)
{
    size_t left = c->answer.len - c->sent;
    ssize_t n = 0;
    if (c->fault == FAULT_DRIP && left > 1) {
        left = 1;
        c->due_us = clock_now_us() + DRIP_US;
    }
    if (left > 0)
        n = send(c->fd, c->answer.ptr + c->sent, left, MSG_NOSIGNAL);
    if (n < 0 && errno != EAGAIN && errno != EINTR) {
        hang_up(c);
        return;
    }
    c->sent += n < 0 ? 0 : (size_t)n;
    if (c->sent == c->answer.len && c->again > 0)
        c->sent = c->again;
    else if (c->sent == c->answer.len)
        finish(c);
}

/* Milliseconds until a connection is due, at most wait_ms. */
static int next_wait(const struct server *s, int64_t now, int64_t wait_ms)
{
    int64_t wait = wait_ms;
    for (size_t i = 0; i < CONNECTIONS_MAX; i++) {
        const struct connection *c = &s->connection[i];
        int64_t left = (c->due_us - now) / 1000 + 1;
        bool is_sending = c->stage == STAGE_ANSWER && c->due_us <= now;
        if (c->fd >= 0 && !is_sending && left < wait)
            wait = left < 0 ? 0 : left;
    }
    return (int)wait;
}

static short wanted_events(const struct connection *c, int64_t now)
{
    if (c->stage != STAGE_ANSWER || c->due_us == NEVER)
        return POLLIN;
    return c->due_us <= now ? POLLOUT : 0;
}

static size_t fill_polls(const struct server *s, int64_t now,
                         struct pollfd *polls, size_t *index)
{
    size_t count = 0;
    polls[count++] = (struct pollfd){s->fd, POLLIN, 0};
    for (size_t i = 0; i < CONNECTIONS_MAX; i++) {
        const struct connection *c = &s->connection[i];
        if (c->fd < 0)
            continue;
        index[count] = i;
        polls[count++] = (struct pollfd){c->fd, wanted_events(c, now), 0};
    }
    if (count > CONNECTIONS_MAX)
        polls[0].events = 0; /* no slot is free */
    return count;
}

static void serve(struct server *s, struct connection *c, short events)
{
    bool is_late = c->stage != STAGE_ANSWER && c->due_us <= clock_now_us();
    if ((events & (POLLERR | POLLHUP)) != 0 || (events == 0 && is_late))
        hang_up(c);
    else if ((events & POLLIN) != 0)
        read_request(s, c);
    else if ((events & POLLOUT) != 0)
        send_answer(c);
}

static void serve_once(struct server *s, int64_t wait_ms)
{
    struct pollfd polls[CONNECTIONS_MAX + 1];
    size_t index[CONNECTIONS_MAX + 1];
    int64_t now = clock_now_us();
    size_t count = fill_polls(s, now, polls, index);
    if (poll(polls, (nfds_t)count, next_wait(s, now, wait_ms)) < 0)
        return;
    for (size_t i = 1; i < count; i++)
        serve(s, &s->connection[index[i]], polls[i].revents);
    if ((polls[0].revents & POLLIN) != 0)
        accept_all(s);
}

void server_run(struct server *s, int64_t wait_ms)
{
    int64_t end = clock_now_us() + wait_ms * 1000;
    int64_t left = wait_ms;
    do {
        serve_once(s, left);
        left = (end - clock_now_us() + 999) / 1000;
    } while (left > 0);
}
