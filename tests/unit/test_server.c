/*
 * The server with clients over loopback: app/serve/{server,protocol,client}.c.
 * The server runs here; its clients are a child, which ends it by a byte.
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/serve/internal.h"
#include "base/text.h"
#include "model/vocabulary.h"
#include "tests/unit/testing.h"

#define TOKEN "0123456789abcdef"

struct world {
    struct server *server;
    struct sink *sink;
    int wake[2];  /* the client tells the server */
    int began[2]; /* a run tells the client */
    int hanging;  /* where a run that hangs would answer; -1 */
    int runs, reloads, ends, unanswered;
    bool interrupted;
};

/* "turn" tells the client that it is there. */
static bool make_key(void *context, const struct ask *ask, struct buf *key,
                     struct err *e)
{
    struct world *w = context;
    for (size_t i = 0; i < ask->id_count; i++) {
        if (strcmp(ask->id[i], "none") == 0)
            return err_set(e, POS_NONE, "no check is called 'none'");
        if (strcmp(ask->id[i], "turn") == 0)
            assert_int_equal(write(w->began[1], "t", 1), 1);
        buf_printf(key, "%s,", ask->id[i]);
    }
    return true;
}

/* Its answer is in the pipe before anybody reads; "hang" has none. */
static bool start(void *context, const struct ask *ask, int *output,
                  struct err *e)
{
    struct world *w = context;
    struct answer answer = {.schema = ANSWER_SCHEMA,
                            .verdict = VERDICT_UNHEALTHY,
                            .exit = 1,
                            .advice = ADVICE_REVIEW};
    struct buf text;
    int fd[2];
    w->runs++;
    if (ask->id_count > 0 && strcmp(ask->id[0], "broken") == 0)
        return err_set(e, POS_NONE, "no process can be made");
    assert_int_equal(pipe(fd), 0);
    *output = fd[0];
    if (ask->id_count > 0 && strcmp(ask->id[0], "hang") == 0) {
        w->hanging = fd[1];
        assert_int_equal(write(w->began[1], "b", 1), 1);
        return true;
    }
    buf_init(&text, 1 << 16);
    shape_write(&text, &answer_shape, &answer);
    buf_char(&text, '\0');
    buf_text(&text, "{\n  \"schema\": \"the record\"\n}\n");
    assert_int_equal(write(fd[1], text.ptr, text.len), (int)text.len);
    buf_release(&text);
    close(fd[1]);
    return true;
}

static void end_run(void *context, bool at_once)
{
    struct world *w = context;
    (void)at_once;
    w->ends++;
    if (w->hanging >= 0)
        close(w->hanging);
    w->hanging = -1;
}

static void ended(void *context, const struct answer *answer)
{
    struct world *w = context;
    w->unanswered += answer == NULL;
}

static bool reload(void *context)
{
    struct world *w = context;
    w->reloads++;
    return true;
}

static struct serve_options options(struct world *w)
{
    return (struct serve_options){
        .listen = "127.0.0.1:0",
        .ttl_ms = 3600000,
        .run_ms = 3600000,
        .grace_ms = 3600000,
        .client_ms = 60000,
        .queue = 4,
        .connections = 20,
        .wake = w->wake[0],
        .hooks = {make_key, start, end_run, ended, reload},
        .context = w,
        .sink = w->sink,
    };
}

static int connect_to(const char *address)
{
    struct sockaddr_in to = {.sin_family = AF_INET};
    const char *port = strrchr(address, ':') + 1;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    to.sin_port = htons((uint16_t)strtoul(port, NULL, 10));
    if (connect(fd, (const struct sockaddr *)&to, sizeof(to)) != 0)
        _exit(3);
    return fd;
}

/* Sends it all; what comes until the server closes. */
static void talk(int fd, struct str request, struct buf *response)
{
    char data[4096];
    ssize_t n;
    buf_init(response, 1 << 20);
    while (request.len > 0 &&
           (n = send(fd, request.ptr, request.len, MSG_NOSIGNAL)) > 0)
        request = str_sub(request, (size_t)n, request.len);
    while ((n = read(fd, data, sizeof(data))) > 0)
        buf_add(response, data, (size_t)n);
    close(fd);
}

struct exchange {
    const char *request; /* its first line, and headers after it */
    const char *body;
    const char *words[3]; /* that the response has; NULL: no more */
};

static bool says(const char *address, const struct exchange *x)
{
    struct buf request, response;
    buf_init(&request, 1 << 20);
    buf_printf(&request, "%s\r\nHost: localhost\r\nConnection: close\r\n\r\n%s",
               x->request, x->body == NULL ? "" : x->body);
    talk(connect_to(address), buf_view(&request), &response);
    bool ok = true;
    for (size_t i = 0; i < ARRAY_COUNT(x->words) && x->words[i] != NULL; i++)
        ok = ok && strstr(response.ptr, x->words[i]) != NULL;
    if (!ok)
        fprintf(stderr, "# %.100s\n# %s\n", x->request, response.ptr);
    buf_release(&request);
    buf_release(&response);
    return ok;
}

typedef bool client(struct world *w, const char *address);

/* The client's world is a copy; only pipes lead from one to the other. */
static void serve(struct world *w, const struct serve_options *o, client *run)
{
    struct err e = {.set = false};
    int status = 0;
    assert_true(server_open(&w->server, o, &e));
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        bool ok = run(w, server_address(w->server));
        if (write(w->wake[1], "s", 1) != 1)
            _exit(2);
        _exit(ok ? 0 : 1);
    }
    assert_true(server_run(w->server, &w->interrupted, &e));
    assert_int_equal(waitpid(child, &status, 0), child);
    server_close(w->server);
    assert_int_equal(status, 0);
}

static int world_open(void **state)
{
    static struct world w;
    w = (struct world){.hanging = -1, .sink = sink_open()};
    assert_int_equal(pipe(w.wake), 0);
    assert_int_equal(pipe(w.began), 0);
    *state = &w;
    return 0;
}

static int world_close(void **state)
{
    struct world *w = *state;
    sink_close(w->sink);
    for (int i = 0; i < 2; i++) {
        close(w->wake[i]);
        close(w->began[i]);
    }
    return 0;
}

static const struct exchange asks[] = {
    {"GET /healthz HTTP/1.1", NULL, {" 200 ", "{\"status\": \"ok\"}"}},
    {"HEAD /healthz HTTP/1.1", NULL, {" 200 "}},
    {"POST /healthz HTTP/1.1", NULL, {" 405 ", "Allow: GET, HEAD, POST"}},
    {"PUT /verify HTTP/1.1", NULL, {" 405 ", "POST to /verify"}},
    {"GET /verif HTTP/1.1", NULL, {" 404 ", "/verify and /healthz"}},
    {"GET /verify HTTP/1.1", NULL, {" 503 ", "\"unhealthy\"", "no-store"}},
    {"GET /verify?record=1 HTTP/1.1", NULL, {" 503 ", "the record"}},
    {"GET /verify?always_ok=1 HTTP/1.1", NULL, {" 200 ", "\"run\": 1"}},
    {"GET /verify?id=none HTTP/1.1", NULL, {" 400 ", "called 'none'"}},
    {"GET /verify?ids=a HTTP/1.1", NULL, {" 400 ", "did you mean 'id'"}},
    {"GET /verify?id=%00 HTTP/1.1", NULL, {" 400 ", "NUL"}},
    {"GET /verify?id=broken HTTP/1.1", NULL, {" 500 "}},
    {"POST /verify HTTP/1.1\r\nContent-Length: 26",
     "{\"metadata\":{\"id\":\"none\"}}",
     {" 400 ", "called 'none'"}},
    {"POST /verify HTTP/1.1\r\nContent-Length: 1", "[", {" 400 "}},
    {"POST /verify HTTP/1.1\r\nContent-Length: 65537", NULL, {" 413 "}},
    {"POST /verify HTTP/1.1\r\nContent-Length: x", NULL, {" 4"}},
};

static bool client_asks(struct world *w, const char *address)
{
    bool ok = true;
    (void)w;
    for (size_t i = 0; i < ARRAY_COUNT(asks); i++)
        ok = says(address, &asks[i]) && ok;
    return ok;
}

static void requests_are_answered(void **state)
{
    struct world *w = *state;
    struct serve_options o = options(w);
    serve(w, &o, client_asks);
    assert_int_equal(w->runs, 2); /* the others were given the first again */
    assert_int_equal(w->unanswered, 1);
    assert_false(w->interrupted);
}

/* A request by the lengths of its target, head and body, and the status. */
struct sized {
    size_t target, head, body;
    const char *status;
};

static bool has_status(const char *address, const struct sized *row)
{
    struct arena a;
    arena_init(&a);
    struct exchange x = {.words = {row->status}};
    const char *query =
        row->target == 0
            ? ""
            : test_repeat(&a, "x", row->target - strlen("/verify?"));
    x.request = arena_printf(
        &a, "POST /verify?%s HTTP/1.1\r\nX: %s\r\nTransfer-Encoding: chunked",
        query, test_repeat(&a, "x", row->head));
    x.body = arena_printf(&a, "%zx\r\n%s\r\n0\r\n\r\n", row->body,
                          test_repeat(&a, " ", row->body));
    bool ok = says(address, &x);
    arena_release(&a);
    return ok;
}

static bool client_limits(struct world *w, const char *address)
{
    static const struct sized row[] = {
        {2047, 1, 1, " 400 "},  {2048, 1, 1, " 400 "},  {2049, 1, 1, " 414 "},
        {0, 8000, 1, " 503 "},  {0, 8192, 1, " 431 "},  {0, 1, 65535, " 503 "},
        {0, 1, 65536, " 503 "}, {0, 1, 65537, " 413 "},
    };
    bool ok = true;
    (void)w;
    for (size_t i = 0; i < ARRAY_COUNT(row); i++)
        ok = has_status(address, &row[i]) && ok;
    return ok;
}

static void sizes_are_limited(void **state)
{
    struct world *w = *state;
    struct serve_options o = options(w);
    serve(w, &o, client_limits);
}

static bool client_with_token(struct world *w, const char *address)
{
    static const struct exchange x[] = {
        {"GET /healthz HTTP/1.1", NULL, {" 200 "}},
        {"GET /verify HTTP/1.1", NULL, {" 401 ", "WWW-Authenticate: Bearer"}},
        {"GET /verify HTTP/1.1\r\nAuthorization: Bearer " TOKEN "0",
         NULL,
         {" 401 "}},
        {"GET /verify HTTP/1.1\r\nAuthorization: Bearer " TOKEN,
         NULL,
         {" 503 ", "unhealthy"}},
    };
    bool ok = true;
    (void)w;
    for (size_t i = 0; i < ARRAY_COUNT(x); i++)
        ok = says(address, &x[i]) && ok;
    return ok;
}

static void the_token_is_asked_for(void **state)
{
    struct world *w = *state;
    struct serve_options o = options(w);
    o.token = TOKEN;
    serve(w, &o, client_with_token);
}

static bool client_reloads(struct world *w, const char *address)
{
    static const struct exchange first = {
        "GET /verify HTTP/1.1", NULL, {"\"run\": 1,"}};
    static const struct exchange second = {
        "GET /verify HTTP/1.1", NULL, {"\"run\": 2,"}};
    bool ok = says(address, &first) && says(address, &first);
    return write(w->wake[1], "r", 1) == 1 && ok && says(address, &second);
}

static void what_was_kept_is_forgotten_on_reload(void **state)
{
    struct world *w = *state;
    struct serve_options o = options(w);
    serve(w, &o, client_reloads);
    assert_int_equal(w->reloads, 1);
    assert_int_equal(w->runs, 2);
}

static bool client_of_a_long_run(struct world *w, const char *address)
{
    static const struct exchange x = {
        "GET /verify?id=hang HTTP/1.1", NULL, {" 500 "}};
    (void)w;
    return says(address, &x);
}

static void a_run_has_its_time(void **state)
{
    struct world *w = *state;
    struct serve_options o = options(w);
    o.run_ms = 1;
    serve(w, &o, client_of_a_long_run);
    assert_int_equal(w->ends, 1);
    assert_int_equal(w->unanswered, 1);
    assert_false(w->interrupted);
}

/* One run hangs, one waits for its turn, and no more may wait. */
static bool client_that_stops(struct world *w, const char *address)
{
    static const char hang[] = "GET /verify?id=hang HTTP/1.1\r\nHost: "
                               "localhost\r\nConnection: close\r\n\r\n";
    static const char turn[] =
        "GET /verify?id=turn HTTP/1.1\r\nHost: localhost\r\n\r\n"
        "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";
    static const struct exchange full = {
        "GET /verify?id=other HTTP/1.1", NULL, {" 429 ", "Retry-After: "}};
    struct buf first, second;
    char byte;
    int one = connect_to(address);
    bool ok = send(one, hang, strlen(hang), 0) == (ssize_t)strlen(hang) &&
              read(w->began[0], &byte, 1) == 1;
    int two = connect_to(address);
    ok = send(two, turn, strlen(turn), 0) == (ssize_t)strlen(turn) && ok;
    ok = read(w->began[0], &byte, 1) == 1 && says(address, &full) && ok;
    ok = write(w->wake[1], "s", 1) == 1 && ok;
    talk(two, STR_NONE, &second);
    talk(one, STR_NONE, &first);
    ok = ok && strstr(second.ptr, "the server is stopping") != NULL &&
         strstr(first.ptr, " 500 ") != NULL;
    buf_release(&first);
    buf_release(&second);
    return ok;
}

static void a_stop_ends_who_waits_and_what_runs(void **state)
{
    struct world *w = *state;
    struct serve_options o = options(w);
    o.queue = 1;
    o.grace_ms = 0;
    serve(w, &o, client_that_stops);
    assert_true(w->interrupted);
    assert_int_equal(w->ends, 1);
}

static bool client_that_is_silent(struct world *w, const char *address)
{
    struct buf response;
    (void)w;
    talk(connect_to(address), STR("GET /hea"), &response);
    bool ok = strstr(response.ptr, " 200 ") == NULL;
    buf_release(&response);
    return ok;
}

static void a_silent_client_is_let_go(void **state)
{
    struct world *w = *state;
    struct serve_options o = options(w);
    o.client_ms = 20;
    serve(w, &o, client_that_is_silent);
}

static void a_unix_socket_is_its_owners(void **state)
{
    struct world *w = *state;
    char folder[] = "/tmp/postflight-server-XXXXXX", text[80];
    struct listener first, second;
    struct err e = {.set = false};
    (void)w;
    assert_non_null(mkdtemp(folder));
    snprintf(text, sizeof(text), "unix:%s/s", folder);
    assert_true(listener_open(&first, text, &e));
    assert_true(first.local);
    assert_string_equal(first.text, text);
    assert_false(listener_open(&second, text, &e)); /* somebody is there */
    assert_int_equal(access(first.path, F_OK), 0);
    close(first.fd); /* as a kill leaves it */
    first.fd = -1;
    e.set = false;
    assert_true(listener_open(&second, text, &e));
    listener_close(&second);
    assert_int_not_equal(access(text + strlen("unix:"), F_OK), 0);
    assert_int_equal(rmdir(folder), 0);
}

static void a_fork_lets_go_of_clients(void **state)
{
    struct world *w = *state;
    struct serve_options o = options(w);
    struct err e = {.set = false};
    int status = 0;
    assert_true(server_open(&w->server, &o, &e));
    assert_true(server_is_local(w->server));
    pid_t child = fork();
    if (child == 0) {
        server_leave(w->server, w->began[1]);
        bool left = fcntl(w->server->listener.fd, F_GETFD) < 0 &&
                    fcntl(w->began[1], F_GETFD) >= 0;
        _exit(left ? 0 : 1);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    server_close(w->server);
}

static void a_taken_address_is_an_error(void **state)
{
    struct world *w = *state;
    struct serve_options o = options(w), again = o;
    struct server *other = NULL;
    struct err e = {.set = false};
    assert_true(server_open(&w->server, &o, &e));
    again.listen = server_address(w->server) + strlen("http://");
    assert_false(server_open(&other, &again, &e));
    assert_null(other);
    assert_non_null(strstr(e.text, "cannot listen on '127.0.0.1:"));
    server_close(w->server);
}

#define IN_WORLD(test)                                                         \
    cmocka_unit_test_setup_teardown(test, world_open, world_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_WORLD(requests_are_answered),
        IN_WORLD(sizes_are_limited),
        IN_WORLD(the_token_is_asked_for),
        IN_WORLD(what_was_kept_is_forgotten_on_reload),
        IN_WORLD(a_run_has_its_time),
        IN_WORLD(a_stop_ends_who_waits_and_what_runs),
        IN_WORLD(a_silent_client_is_let_go),
        IN_WORLD(a_unix_socket_is_its_owners),
        IN_WORLD(a_fork_lets_go_of_clients),
        IN_WORLD(a_taken_address_is_an_error),
    };
    return cmocka_run_group_tests_name("server", tests, NULL, NULL);
}
