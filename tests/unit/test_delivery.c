/* Sending notices: programs, and servers of HTTP and mail on loopback. */
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/text.h"
#include "tests/unit/testing.h"
#include "watch/notify/notify.h"

#define NOON       INT64_C(1795262400000)
#define MINUTE_MS  INT64_C(60000)
#define SECONDS    60 /* then a server that hangs ends itself */
#define LINE_BYTES 4000

/* A child that serves connections one after the other and reports them. */
struct server {
    pid_t pid;
    int port, seen; /* seen: what it was sent, to the end */
};

static int read_line(FILE *f, char *line)
{
    return fgets(line, LINE_BYTES, f) == NULL ? 0 : (int)strlen(line);
}

static void serve_http(FILE *f, FILE *seen, const char *response)
{
    char line[LINE_BYTES], body[LINE_BYTES];
    unsigned long length = 0;
    while (read_line(f, line) > 2) {
        fputs(line, seen);
        if (strncmp(line, "Content-Length: ", 16) == 0)
            length = strtoul(line + 16, NULL, 10);
    }
    if (length > 0 && length < sizeof(body) &&
        fread(body, 1, length, f) == length)
        fwrite(body, 1, length, seen);
    fputs("\n", seen);
    fflush(seen);
    fputs(response, f);
    fflush(f);
}

/* reply: what the message gets behind its dot. */
static void serve_mail(FILE *f, FILE *seen, const char *reply)
{
    char line[LINE_BYTES];
    bool data = false;
    fputs("220 mail.test\r\n", f);
    while (fflush(f) == 0 && read_line(f, line) > 0) {
        fputs(line, seen);
        if (data && strcmp(line, ".\r\n") != 0)
            continue;
        if (data)
            fputs(reply, f);
        else if (strncmp(line, "DATA", 4) == 0)
            fputs("354 go on\r\n", f);
        else
            fputs("250 fine\r\n", f);
        data = strncmp(line, "DATA", 4) == 0;
    }
}

typedef void serve_one(FILE *f, FILE *seen, const char *reply);

static void server_open(struct server *s, serve_one *serve,
                        const char *const *reply, size_t count)
{
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t size = sizeof(at);
    int pipes[2], fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&at, size), 0);
    assert_int_equal(listen(fd, 10), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &size), 0);
    assert_int_equal(pipe(pipes), 0);
    *s = (struct server){.port = ntohs(at.sin_port), .seen = pipes[0]};
    fflush(NULL);
    s->pid = fork();
    assert_true(s->pid >= 0);
    if (s->pid > 0) {
        close(fd);
        close(pipes[1]);
        return;
    }
    alarm(SECONDS);
    FILE *seen = fdopen(pipes[1], "w");
    for (size_t i = 0; i < count && seen != NULL; i++) {
        FILE *f = fdopen(accept(fd, NULL, NULL), "r+");
        if (f == NULL)
            _exit(1);
        serve(f, seen, reply[i]);
        fclose(f);
    }
    if (seen != NULL)
        fclose(seen);
    _exit(0);
}

/* All that it was sent; it has ended then. */
static const char *server_close(struct server *s, struct arena *a)
{
    struct buf all;
    char data[1000];
    ssize_t n;
    buf_init(&all, 100000);
    while ((n = read(s->seen, data, sizeof(data))) > 0)
        buf_add(&all, data, (size_t)n);
    close(s->seen);
    waitpid(s->pid, NULL, 0);
    const char *text = buf_dup(a, &all);
    buf_release(&all);
    return text;
}

/* ---- one receiver and its notices */

#define NOTICES 2
struct world {
    struct arena a;
    struct receiver to;
    struct notice_row notice[NOTICES];
};

static void world_open(struct world *w, const char *kind)
{
    *w = (struct world){
        .to = {.name = "ops-1", .kind = receiver_kind_named(str_from(kind))}};
    arena_init(&w->a);
    for (int i = 0; i < NOTICES; i++)
        w->notice[i] = (struct notice_row){.key = i == 0 ? "key-1" : "key-2",
                                           .incident = "INC-1",
                                           .receiver = "ops-1",
                                           .payload = i == 0 ? "payload one"
                                                             : "payload two",
                                           .made_ms = NOON,
                                           .next_ms = NOON};
}

static bool is_interrupted(void *context)
{
    (void)context;
    return true;
}

static void send_them(struct world *w, size_t count, bool interrupted)
{
    struct err e = {.set = false};
    struct watch settings = {.receiver = &w->to, .receiver_count = 1};
    struct notify_options o = {.sink = sink_open(),
                               .now_ms = NOON,
                               .timeout_ms = MINUTE_MS,
                               .give_up_ms = 60 * MINUTE_MS};
    (void)redactor_add(sink_redactor(o.sink), STR("of-another-receiver"));
    o.interrupted = interrupted ? is_interrupted : NULL;
    if (!notify_send(w->notice, count, &settings, &w->a, &o, &e))
        fail_msg("%s", e.text);
    sink_close(o.sink);
}

static void expect_notice(const struct notice_row *n, int state,
                          int64_t attempts, const char *error)
{
    assert_int_equal(n->state, state);
    assert_int_equal(n->attempts, attempts);
    if (error == NULL)
        assert_null(n->error);
    else if (n->error == NULL || strstr(n->error, error) == NULL)
        fail_msg("'%s' is not in '%s'", error,
                 n->error == NULL ? "" : n->error);
}

/* Sends to a server of HTTP and returns what it was sent. */
static const char *post(struct world *w, size_t count,
                        const char *const *response, size_t connections)
{
    struct server s;
    server_open(&s, serve_http, response, connections);
    w->to.url =
        arena_printf(&w->a, "http://127.0.0.1:%d/hook/SECRETPATH99", s.port);
    send_them(w, count, false);
    return server_close(&s, &w->a);
}

#define OK_204 "HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n"

static void test_post_in_order(void **state)
{
    static const char *const response[] = {OK_204, OK_204};
    const char *header[] = {"X-Own: yes", "Idempotency-Key: theirs"};
    struct world w;
    (void)state;
    world_open(&w, "webhook");
    w.to.header = header;
    w.to.header_count = 2;
    const char *seen = post(&w, 2, response, 2);
    expect_notice(&w.notice[0], NOTICE_SENT, 1, NULL);
    expect_notice(&w.notice[1], NOTICE_SENT, 1, NULL);
    assert_true(w.notice[0].sent_ms >= NOON);
    const char *one = strstr(seen, "payload one");
    const char *two = strstr(seen, "payload two");
    assert_true(one != NULL && two != NULL && one < two);
    assert_non_null(strstr(seen, "POST /hook/SECRETPATH99 HTTP/1.1\r\n"));
    assert_non_null(strstr(seen, "Idempotency-Key: key-1\r\n"));
    assert_non_null(strstr(seen, "Content-Type: application/json\r\n"));
    assert_non_null(strstr(seen, "X-Own: yes\r\n"));
    assert_null(strstr(seen, "theirs"));
    arena_release(&w.a);
}

/* A failure that is tried again holds the later notice for the same time. */
static void test_post_again(void **state)
{
    static const char *const response[] = {
        "HTTP/1.1 503 Busy\r\nRetry-After: 120\r\nContent-Length: 4\r\n\r\n"
        "busy"};
    struct world w;
    (void)state;
    world_open(&w, "webhook");
    post(&w, 2, response, 1);
    expect_notice(&w.notice[0], NOTICE_PENDING, 1, "status 503: busy");
    expect_notice(&w.notice[1], NOTICE_PENDING, 0, NULL);
    assert_true(w.notice[0].next_ms >= NOON + 2 * MINUTE_MS);
    assert_int_equal(w.notice[1].next_ms, w.notice[0].next_ms);
    arena_release(&w.a);
}

static void test_post_refused(void **state)
{
    static const char *const response[] = {
        "HTTP/1.1 404 No\r\nContent-Length: 21\r\n\r\nno hook SECRETPATH99!",
        OK_204};
    struct world w;
    (void)state;
    world_open(&w, "slack");
    post(&w, 2, response, 2);
    expect_notice(&w.notice[0], NOTICE_GIVEN_UP, 1, "status 404: no hook");
    assert_null(strstr(w.notice[0].error, "SECRETPATH99"));
    expect_notice(&w.notice[1], NOTICE_SENT, 1, NULL);
    arena_release(&w.a);
}

/* Whatever its length, the status decides. */
static void test_answers_at_their_limit(void **state)
{
    static const struct {
        const char *head;
        int state;
    } row[] = {{"HTTP/1.1 200 OK\r\n\r\n", NOTICE_SENT},
               {"HTTP/1.1 503 No\r\n\r\n", NOTICE_PENDING},
               {"HTTP/1.1 404 No\r\n\r\n", NOTICE_GIVEN_UP}};
    (void)state;
    for (size_t i = 0; i < 3 * ARRAY_COUNT(row); i++) {
        size_t size = 65535 + i % 3;
        const char *head = row[i / 3].head;
        struct world w;
        world_open(&w, "webhook");
        const char *response[] = {arena_printf(
            &w.a, "%s%s", head, test_repeat(&w.a, "x", size - strlen(head)))};
        post(&w, 1, response, 1);
        assert_int_equal(w.notice[0].state, row[i / 3].state);
        arena_release(&w.a);
    }
}

static void test_nobody_listens(void **state)
{
    struct server s;
    struct world w;
    (void)state;
    world_open(&w, "webhook");
    server_open(&s, serve_http, NULL, 0);
    server_close(&s, &w.a);
    w.to.url = arena_printf(&w.a, "http://127.0.0.1:%d/", s.port);
    send_them(&w, 1, false);
    expect_notice(&w.notice[0], NOTICE_PENDING, 1, "connect");
    arena_release(&w.a);
}

static void test_not_sent(void **state)
{
    struct world w;
    (void)state;
    world_open(&w, "webhook");
    w.to.url = "http://127.0.0.1:1/";
    send_them(&w, 2, true);
    expect_notice(&w.notice[0], NOTICE_PENDING, 0, NULL);
    w.notice[0].receiver = "gone";
    send_them(&w, 1, true);
    expect_notice(&w.notice[0], NOTICE_GIVEN_UP, 0,
                  "the receiver 'gone' is no longer defined");
    arena_release(&w.a);
}

/* ---- mail */

static const char *mail(struct world *w, const char *reply)
{
    struct server s;
    server_open(&s, serve_mail, &reply, 1);
    w->to.server = arena_printf(&w->a, "smtp://127.0.0.1:%d", s.port);
    w->to.to = "A <a@example.org>, b@example.org";
    w->to.from = "pf@example.org";
    send_them(w, 1, false);
    return server_close(&s, &w->a);
}

static void test_mail(void **state)
{
    static const struct {
        const char *reply, *error;
        int state;
    } row[] = {{"250 taken\r\n", NULL, NOTICE_SENT},
               {"450 later\r\n", "450", NOTICE_PENDING},
               {"550 never\r\n", "550", NOTICE_GIVEN_UP}};
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(row); i++) {
        struct world w;
        world_open(&w, "email");
        const char *seen = mail(&w, row[i].reply);
        expect_notice(&w.notice[0], row[i].state, 1, row[i].error);
        assert_non_null(strstr(seen, "MAIL FROM:<pf@example.org>"));
        assert_non_null(strstr(seen, "RCPT TO:<a@example.org>\r\n"));
        assert_non_null(strstr(seen, "RCPT TO:<b@example.org>\r\n"));
        assert_non_null(strstr(seen, "\r\nMessage-ID: <"));
        assert_non_null(strstr(seen, "@example.org>\r\npayload one"));
        arena_release(&w.a);
    }
}

/* A password is not sent to a server without TLS. */
static void test_mail_password(void **state)
{
    struct world w;
    (void)state;
    world_open(&w, "email");
    w.to.user = "me";
    w.to.password = "hush-hush";
    const char *seen = mail(&w, "250 taken\r\n");
    expect_notice(&w.notice[0], NOTICE_PENDING, 1, "STARTTLS");
    assert_null(strstr(seen, "MAIL FROM"));
    assert_null(strstr(seen, "AUTH"));
    arena_release(&w.a);
}

/* ---- programs */

static void test_commands(void **state)
{
    static const struct {
        const char *script, *error;
        int state;
    } row[] = {{"[ \"$(cat) $POSTFLIGHT_KEY $POSTFLIGHT_TRANSITION "
                "$POSTFLIGHT_INCIDENT\" = 'payload one key-1 opened INC-1' ]",
                NULL, NOTICE_SENT},
               {"exit 0", NULL, NOTICE_SENT}, /* without reading */
               {"echo why; exit 3", "exit code 3: why", NOTICE_PENDING},
               {"echo of-another''-receiver; exit 3", "exit code 3: [redacted]",
                NOTICE_PENDING},
               {"kill -TERM $$", "ended by signal 15", NOTICE_PENDING}};
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(row); i++) {
        const char *word[] = {"sh", "-c", row[i].script};
        struct world w;
        world_open(&w, "command");
        w.to.command = word;
        w.to.command_count = 3;
        send_them(&w, 1, false);
        expect_notice(&w.notice[0], row[i].state, 1, row[i].error);
        arena_release(&w.a);
    }
}

static void test_no_program(void **state)
{
    const char *word[] = {"/nonexistent/program"};
    struct world w;
    (void)state;
    world_open(&w, "command");
    w.to.command = word;
    w.to.command_count = 1;
    send_them(&w, 2, false);
    expect_notice(&w.notice[0], NOTICE_PENDING, 1, "it does not start");
    expect_notice(&w.notice[1], NOTICE_PENDING, 0, NULL);
    arena_release(&w.a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_post_in_order),
        cmocka_unit_test(test_post_again),
        cmocka_unit_test(test_post_refused),
        cmocka_unit_test(test_answers_at_their_limit),
        cmocka_unit_test(test_nobody_listens),
        cmocka_unit_test(test_not_sent),
        cmocka_unit_test(test_mail),
        cmocka_unit_test(test_mail_password),
        cmocka_unit_test(test_commands),
        cmocka_unit_test(test_no_program),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
