/*
 * Each kind of check: the keys it accepts, the queries it answers, what it
 * asserts by itself, the line that reproduces it, and one probe of each against
 * a server on loopback, to its phase and its result.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "plan/plan.h"
#include "probe/probe.h"
#include "probe/transfer.h"
#include "tests/unit/testing.h"

#define HOST "127.0.0.1:9"

/* A check of each kind, complete where its kind asserts by itself. */
static const char *const target[] = {
    [KIND_HTTP] = "url: 'http://" HOST "/a?b=1'",
    [KIND_TCP] = "tcp: '" HOST "'",
    [KIND_TLS] = "tls: '" HOST "'",
    [KIND_EXEC] = "exec: [printf, 'a b']",
    [KIND_GRPC] = "grpc: '" HOST "'",
    [KIND_DNS] = "dns: { name: a.test, server: '" HOST "' }",
    [KIND_MIGRATIONS] = "migrations: { dsn: 'postgresql://h/d', path: . }",
    [KIND_STEPS] = "steps: [ { exec: ['true'] } ]",
};

static bool open_text(struct plan *out, struct arena *a, struct diags *d,
                      const char *keys)
{
    const struct source **one = arena_array(a, 1, sizeof(*one));
    struct plan_inputs *in = arena_alloc(a, sizeof(*in));
    one[0] = test_source(a, "k.yaml",
                         arena_printf(a, "checks:\n- { id: k, %s }\n", keys));
    *in = (struct plan_inputs){.source = one, .source_count = 1};
    diags_init(d, a);
    return plan_open(out, a, in, d);
}

static bool opens(struct arena *a, const char *keys)
{
    struct plan plan;
    struct diags d;
    bool ok = open_text(&plan, a, &d, keys);
    if (ok)
        plan_close(&plan);
    return ok;
}

static void keys_of_each_kind(void **state)
{
    static const struct {
        const char *key, *kinds; /* in the order of enum check_kind */
    } row[] = {
        {"steps", "-------s"},        {"finally", "-------s"},
        {"expect", "htxegdm-"},       {"degraded", "htxegdm-"},
        {"inconclusive", "htxegdms"}, {"schema", "htxegdm-"},
        {"capture", "htxegdm-"},      {"method", "h-------"},
        {"headers", "h---g--s"},      {"cookies", "h------s"},
        {"auth", "h---g--s"},         {"body", "h-------"},
        {"form", "h-------"},         {"json", "h-------"},
        {"redirects", "h------s"},    {"compressed", "h------s"},
        {"http_version", "h------s"}, {"identity", "ht-eg---"},
        {"version", "ht-eg---"},      {"send", "-t------"},
        {"starttls", "--x-----"},     {"service", "----g---"},
        {"ca", "h-x-g--s"},           {"client_cert", "h-x-g--s"},
        {"insecure", "h-x-g--s"},     {"proxy", "htx-g--s"},
        {"unix_socket", "htx-g--s"},  {"resolve", "htx-g--s"},
        {"addresses", "htx-g---"},    {"connect_timeout", "htx-g--s"},
        {"max_body", "ht-egd-s"},     {"title", "htxegdms"},
        {"severity", "htxegdms"},     {"timeout", "htxegdms"},
        {"patience", "htxegdms"},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(row); i++)
        for (int k = 0; k < KIND_COUNT; k++)
            if (kind_has_key(k, str_from(row[i].key)) !=
                (row[i].kinds[k] != '-'))
                fail_msg("%s of kind %s", row[i].key,
                         name_of(&check_kind_names, k));
}

static void queries_of_each_kind(void **state)
{
    static const struct {
        const char *query, *kinds;
    } row[] = {
        {"status == 200", "h---g--"},
        {"version == \"1.1\"", "h---g--"},
        {"header \"a\" exists", "h---g--"},
        {"cookie \"a\" exists", "h------"},
        {"body contains \"a\"", "ht--gdm"},
        {"bytes count == 3", "ht-----"},
        {"jsonpath \"$.a\" exists", "h--e-dm"},
        {"xpath \"//a\" exists", "h------"},
        {"regex \"a+\" exists", "ht-e-dm"},
        {"sha256 == "
         "hex,e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b"
         "7852b855;",
         "h------"},
        {"url contains \"a\"", "h---g--"},
        {"redirects count == 0", "h------"},
        {"ip == \"127.0.0.1\"", "htx-g--"},
        {"duration < 9000", "htxegdm"},
        {"certificate \"Subject\" exists", "h-x-g--"},
        {"exit == 0", "---e---"},
        {"stdout contains \"a\"", "---e---"},
    };
    struct arena a;
    (void)state;
    arena_init(&a);
    for (size_t i = 0; i < ARRAY_COUNT(row); i++)
        for (int k = 0; k < KIND_STEPS; k++)
            if (opens(&a, arena_printf(&a, "%s, expect: '%s'", target[k],
                                       row[i].query)) !=
                (row[i].kinds[k] != '-'))
                fail_msg("%s of kind %s", row[i].query,
                         name_of(&check_kind_names, k));
    arena_release(&a);
}

/* Retry classes in which a kind cannot fail are refused. */
static void failures_of_each_kind(void **state)
{
    static const struct {
        const char *retry, *kinds;
    } row[] = {
        {"connect", "htx-gd-s"},   {"timeout", "htxegd-s"},
        {"closed", "htx-gd-s"},    {"dns", "htx-gd-s"},
        {"tls", "h-x-g--s"},       {"protocol", "h-x-gd-s"},
        {"status", "h---g--s"},    {"4xx", "h---g--s"},
        {"assertion", "htxegdms"}, {"exec", "---e---s"},
    };
    struct arena a;
    (void)state;
    arena_init(&a);
    for (size_t i = 0; i < ARRAY_COUNT(row); i++)
        for (int k = 0; k < KIND_COUNT; k++)
            if (opens(&a,
                      arena_printf(
                          &a, "%s%s, patience: { attempts: 2, retry: [%s] }",
                          target[k],
                          k == KIND_HTTP ? ", expect: status == 200" : "",
                          row[i].retry)) != (row[i].kinds[k] != '-'))
                fail_msg("%s of kind %s", row[i].retry,
                         name_of(&check_kind_names, k));
    arena_release(&a);
}

static void only_http_must_expect(void **state)
{
    struct arena a;
    (void)state;
    arena_init(&a);
    for (int k = 0; k < KIND_COUNT; k++)
        assert_int_equal(opens(&a, target[k]), k != KIND_HTTP);
    assert_false(opens(&a, "severity: minor"));
    assert_false(opens(&a, "tcp: '" HOST "', tls: '" HOST "'"));
    arena_release(&a);
}

static void targets_at_their_limits(void **state)
{
    static const struct {
        const char *keys;
        bool ok;
    } row[] = {
        {"tcp: 'h:0'", false},
        {"tcp: 'h:1'", true},
        {"tcp: 'h:65535'", true},
        {"tcp: 'h:65536'", false},
        {"tcp: '::1:5'", false},
        {"tcp: '[::1]:5'", true},
        {"tls: 'h'", false},
        {"tls: 'a b:1'", false},
        {"grpc: 'h:1'", true},
        {"grpc: 'https://h:1'", true},
        {"grpc: 'h'", false},
        {"grpc: 'h:65536'", false},
        {"dns: 'a.test'", true},
        {"dns: 'a b'", false},
        {"dns: { name: a, server: x.test }", false},
        {"exec: []", false},
        {"exec: ['true']", true},
        {"url: 'ftp://h/', expect: status == 200", false},
        {"migrations: { dsn: 'postgresql://h/d', path: m }", true},
        {"migrations: { dsn: 'mysql://h/d', path: { git: ., rev: a } }", true},
        {"migrations: { state: rows.csv, path: m }", false}, /* no such file */
        {"migrations: { path: m }", false},
        {"migrations: { dsn: 'postgresql://h/d' }", false},
        {"migrations: { dsn: 'mongodb://h/d', path: m }", false},
        {"migrations: { dsn: 'mysql://h/d', path: m, tool: prism }", false},
        {"migrations: { dsn: 'mysql://h/d', path: m, tool: auto }", true},
        {"migrations: { dsn: 'mysql://h/d', path: m, expect: ok }", false},
        {"migrations: { dsn: 'mysql://h/d', path: m, expect: {at: x} }", true},
        {"migrations: { dsn: 'mysql://h/d', path: m, expect: {on: x} }", false},
        {"steps: []", false},
    };
    struct arena a;
    (void)state;
    arena_init(&a);
    for (size_t i = 0; i < ARRAY_COUNT(row); i++)
        if (opens(&a, row[i].keys) != row[i].ok)
            fail_msg("%s", row[i].keys);
    for (size_t n = COMMAND_WORDS_MAX - 1; n <= COMMAND_WORDS_MAX + 1; n++)
        assert_int_equal(
            opens(&a, arena_printf(&a, "exec: [%s]", test_repeat(&a, "a,", n))),
            n <= COMMAND_WORDS_MAX);
    arena_release(&a);
}

static void lines_that_reproduce(void **state)
{
    static const struct {
        const char *keys, *line;
    } row[] = {
        {"url: 'http://h:1/a', timeout: 1500ms, expect: status == 200",
         "curl -sS -i --max-time 1.500 http://h:1/a"},
        {"url: 'http://h:1/', method: HEAD, expect: status == 200",
         "curl -sS -i -I --max-time 10.000 http://h:1/"},
        {"url: 'http://h:1/', method: PUT, body: x, expect: status == 200",
         "curl -sS -i -X PUT --data-raw x --max-time 10.000 http://h:1/"},
        {"tcp: 'h:5', timeout: 1500ms", "curl -v --max-time 2 telnet://h:5"},
        {"tls: 'h:5'", "openssl s_client -connect h:5 </dev/null"},
        {"tls: 'h:5', starttls: smtp",
         "openssl s_client -connect h:5 -starttls smtp </dev/null"},
        {"exec: [printf, 'a b']", "printf 'a b'"},
        {"grpc: 'h:5'", "grpcurl -plaintext -d '{\"service\": \"\"}' h:5 "
                        "grpc.health.v1.Health/Check"},
        {"grpc: 'https://h:5', service: s.T",
         "grpcurl -d '{\"service\": \"s.T\"}' h:5 grpc.health.v1.Health/Check"},
        {"dns: a.test", "dig a.test A"},
        {"dns: { name: a.test, type: MX, server: '127.0.0.1:5' }",
         "dig @127.0.0.1:5 a.test MX"},
        {"migrations: { dsn: 'postgresql://u:word@h/d', path: 'my m', tool: "
         "rails }",
         "postflight migrations --path 'my m' --tool rails"},
        {"steps: [ { exec: ['true'] } ]", NULL},
    };
    struct arena a;
    (void)state;
    arena_init(&a);
    for (size_t i = 0; i < ARRAY_COUNT(row); i++) {
        struct plan plan;
        struct diags d;
        assert_true(open_text(&plan, &a, &d, row[i].keys));
        const char *line = reproduce_line(&a, &plan.check[0]);
        if (row[i].line == NULL)
            assert_null(line);
        else
            assert_string_equal(line, row[i].line);
        plan_close(&plan);
    }
    arena_release(&a);
}

/* A server of one exchange, in a process of its own. */
struct server {
    pid_t pid;
    int port;
};

static int listen_on(int type, int *port)
{
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof(at);
    int fd = socket(AF_INET, type, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof(at)), 0);
    if (type == SOCK_STREAM)
        assert_int_equal(listen(fd, 8), 0);
    getsockname(fd, (struct sockaddr *)&at, &len);
    *port = ntohs(at.sin_port);
    return fd;
}

/* Reads something, when it should, writes the text, and closes. */
static struct server serve_text(const char *text, bool reads)
{
    struct server s = {.pid = -1};
    char data[4096];
    int fd = listen_on(SOCK_STREAM, &s.port);
    s.pid = fork();
    if (s.pid == 0) {
        int one = accept(fd, NULL, NULL);
        if (reads && read(one, data, sizeof(data)) <= 0)
            _exit(1);
        _exit(write(one, text, strlen(text)) < 0);
    }
    close(fd);
    return s;
}

/* One A record for whatever is asked, or none. */
static struct server serve_dns(bool record)
{
    static const unsigned char answer[] = {0xC0, 12, 0, 1, 0,   1, 0, 0,
                                           0,    9,  0, 4, 192, 0, 2, 7};
    struct server s = {.pid = -1};
    unsigned char data[600];
    int fd = listen_on(SOCK_DGRAM, &s.port);
    s.pid = fork();
    if (s.pid == 0) {
        struct sockaddr_in from;
        socklen_t len = sizeof(from);
        ssize_t got =
            recvfrom(fd, data, 512, 0, (struct sockaddr *)&from, &len);
        size_t bytes = got < 12 ? 12 : (size_t)got;
        data[2] |= 0x80;
        data[7] = record;
        data[11] = 0; /* no OPT record comes back */
        memcpy(data + bytes, answer, sizeof(answer));
        _exit(sendto(fd, data, bytes + (record ? sizeof(answer) : 0), 0,
                     (struct sockaddr *)&from, len) < 0);
    }
    close(fd);
    return s;
}

static void end_server(struct server s)
{
    if (s.pid > 0)
        waitpid(s.pid, NULL, 0);
}

static void probe_text(struct result *out, struct arena *a, const char *keys)
{
    struct plan plan;
    struct diags d;
    struct err e = {.set = false};
    const struct probe_options options = {.slots = 8};
    assert_true(open_text(&plan, a, &d, keys));
    assert_int_equal(plan.count, 1);
    assert_true(probe_run(out, a, plan.check, 1, &options, &e));
    plan_close(&plan);
}

struct probed {
    const char *keys; /* with %d for the port */
    const char *text; /* that the server writes; NULL: there is none */
    bool reads;       /* the server waits for a request */
    int status, cause, phase;
    const char *message; /* a part of it; NULL: none */
};

static const struct probed probed[] = {
    {"url: 'http://127.0.0.1:%d/', expect: [status == 200, 'body == \"ok\"']",
     "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", true, STATUS_PASS, -1,
     PHASE_RECEIVE, NULL},
    {"url: 'http://127.0.0.1:%d/', expect: status == 200",
     "HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n", true, STATUS_FAIL,
     CAUSE_ASSERTION, PHASE_RECEIVE, "503"},
    {"tcp: '127.0.0.1:%d'", "", false, STATUS_PASS, -1, PHASE_CONNECT, NULL},
    {"tcp: '127.0.0.1:%d', expect: 'body contains \"hel\"'", "hello", false,
     STATUS_PASS, -1, PHASE_RECEIVE, NULL},
    {"tcp: '127.0.0.1:%d', send: PING, expect: 'body == \"PONG\"'", "PONG",
     true, STATUS_PASS, -1, PHASE_RECEIVE, NULL},
    {"tcp: '127.0.0.1:%d', send: PING, expect: 'body == \"PONG\"'", "NO", true,
     STATUS_FAIL, CAUSE_ASSERTION, PHASE_RECEIVE, "NO"},
    {"tcp: '127.0.0.1:%d', max_body: 4B, expect: 'body == \"x\"'", "hello",
     false, STATUS_FAIL, CAUSE_TOO_LARGE, PHASE_RECEIVE, "4 bytes"},
    {"tcp: '127.0.0.1:9'", NULL, false, STATUS_FAIL, CAUSE_CONNECT,
     PHASE_CONNECT, NULL},
    {"tls: '127.0.0.1:%d'", "this is no TLS", true, STATUS_FAIL, CAUSE_TLS,
     PHASE_TLS, NULL},
    {"tls: '127.0.0.1:9'", NULL, false, STATUS_FAIL, CAUSE_CONNECT,
     PHASE_CONNECT, NULL},
    {"grpc: '127.0.0.1:%d'", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
     true, STATUS_FAIL, CAUSE_PROTOCOL, PHASE_WAIT, NULL},
    {"exec: [sh, -c, 'echo good']", NULL, false, STATUS_PASS, -1, PHASE_RECEIVE,
     NULL},
    {"exec: [sh, -c, 'echo slow; exit 1']", NULL, false, STATUS_DEGRADED,
     CAUSE_EXEC, PHASE_RECEIVE, "exit code 1: slow"},
    {"exec: [sh, -c, 'exit 2']", NULL, false, STATUS_FAIL, CAUSE_EXEC,
     PHASE_WAIT, "exit code 2: it said nothing"},
    {"exec: [sh, -c, 'exit 3']", NULL, false, STATUS_ERROR, CAUSE_EXEC,
     PHASE_WAIT, "exit code 3"},
    {"exec: [sh, -c, 'exit 3'], expect: exit == 3", NULL, false, STATUS_PASS,
     -1, PHASE_WAIT, NULL},
    {"exec: [/nonexistent/x]", NULL, false, STATUS_ERROR, CAUSE_EXEC, -1,
     "cannot run /nonexistent/x"},
    {"exec: [sleep, '60'], timeout: 50ms", NULL, false, STATUS_FAIL,
     CAUSE_TIMEOUT, PHASE_WAIT, "timed out"},
};

static void one_probe(struct arena *a, const struct probed *p)
{
    struct result r = {.id = NULL};
    struct server s = {.pid = -1};
    struct buf keys;
    struct str text = str_from(p->keys);
    size_t at = str_find(text, STR("%d"), 0);
    if (p->text != NULL)
        s = serve_text(p->text, p->reads);
    buf_init(&keys, 1000);
    buf_str(&keys, str_sub(text, 0, at));
    if (at < text.len)
        buf_printf(&keys, "%d%s", s.port, p->keys + at + 2);
    probe_text(&r, a, keys.ptr);
    end_server(s);
    if (r.status != p->status || r.cause != p->cause || r.phase != p->phase)
        fail_msg("%s: %d %d %d %s", p->keys, r.status, r.cause, r.phase,
                 r.message == NULL ? "" : r.message);
    if (p->message != NULL && strstr(r.message, p->message) == NULL)
        fail_msg("%s: %s", p->keys, r.message);
    buf_release(&keys);
}

static void a_probe_of_each_kind(void **state)
{
    struct arena a;
    (void)state;
    arena_init(&a);
    for (size_t i = 0; i < ARRAY_COUNT(probed); i++)
        one_probe(&a, &probed[i]);
    arena_release(&a);
}

static void names_that_have_records(void **state)
{
    static const char keys[] =
        "dns: { name: a.test, server: '127.0.0.1:%d' }, timeout: 20s";
    struct arena a;
    (void)state;
    arena_init(&a);
    for (int record = 0; record < 2; record++) {
        struct result r;
        struct server s = serve_dns(record == 1);
        probe_text(&r, &a, arena_printf(&a, keys, s.port));
        end_server(s);
        assert_int_equal(r.phase, PHASE_DNS);
        assert_int_equal(r.status, record == 1 ? STATUS_PASS : STATUS_FAIL);
        assert_string_equal(r.content_type, "application/json");
        if (record == 1)
            assert_non_null(strstr(r.body, "192.0.2.7"));
        else
            assert_non_null(strstr(r.message, "no such record"));
    }
    arena_release(&a);
}

static void a_flow_of_several_kinds(void **state)
{
    struct arena a;
    struct result r;
    (void)state;
    arena_init(&a);
    struct server s = serve_text("hello", false);
    probe_text(
        &r, &a,
        arena_printf(&a,
                     "steps: [ { exec: [echo, one] }, { tcp: "
                     "'127.0.0.1:%d', expect: 'body == \"hello\"' }, { exec: "
                     "[sh, -c, 'exit 2'] }, { exec: ['true'] } ]",
                     s.port));
    end_server(s);
    assert_int_equal(r.kind, KIND_STEPS);
    assert_int_equal(r.status, STATUS_FAIL);
    assert_int_equal(r.step_count, 4);
    assert_int_equal(r.step[0].status, STATUS_PASS);
    assert_int_equal(r.step[1].status, STATUS_PASS);
    assert_int_equal(r.step[2].status, STATUS_FAIL);
    assert_int_equal(r.step[3].status, STATUS_SKIPPED);
    assert_string_equal(r.reproduce, "sh -c 'exit 2'");
    arena_release(&a);
}

/* The name of a target, however its kind writes it, is what is looked up. */
static void each_address_of_a_name(void **state)
{
    static const char *const keys[] = {
        "url: 'http://localhost:9/', expect: status == 200",
        "url: 'https://localhost:9/a?b', expect: status == 200",
        "tcp: 'localhost:9'",
        "tls: 'localhost:9'",
        "grpc: 'localhost:9'",
        "grpc: 'https://localhost:9'",
        "grpc: 'https://localhost:9', service: s.T",
    };
    struct arena a;
    (void)state;
    arena_init(&a);
    for (size_t i = 0; i < ARRAY_COUNT(keys); i++) {
        struct result r = {.id = NULL};
        bool loopback = false;
        probe_text(&r, &a, arena_printf(&a, "%s, addresses: each", keys[i]));
        for (size_t k = 0; k < r.each_count; k++)
            loopback = loopback || strcmp(r.each[k].address, "127.0.0.1") == 0;
        if (!loopback || r.cause != CAUSE_CONNECT)
            fail_msg("%s: %zu addresses, %s", keys[i], r.each_count, r.message);
    }
    arena_release(&a);
}

/* One address needs no lookup, and is what the check itself says. */
static void an_address_is_not_looked_up(void **state)
{
    static const char *const keys[] = {
        "grpc: 'https://127.0.0.1:9'",
        "grpc: 'https://[::1]:9'",
        "tcp: '127.0.0.1:9'",
        "url: 'https://[::1]:9/', expect: status == 200",
    };
    struct arena a;
    (void)state;
    arena_init(&a);
    for (size_t i = 0; i < ARRAY_COUNT(keys); i++) {
        struct result r = {.id = NULL};
        struct plan plan;
        struct diags d;
        struct err e = {.set = false};
        const struct probe_options options = {.slots = 8};
        assert_true(open_text(&plan, &a, &d, keys[i]));
        struct check each = plan.check[0];
        each.addresses = ADDRESSES_EACH;
        assert_true(probe_run(&r, &a, &each, 1, &options, &e));
        assert_int_equal(r.each_count, 0);
        assert_int_equal(r.cause, CAUSE_CONNECT);
        plan_close(&plan);
    }
    arena_release(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_of_each_kind),
        cmocka_unit_test(queries_of_each_kind),
        cmocka_unit_test(failures_of_each_kind),
        cmocka_unit_test(only_http_must_expect),
        cmocka_unit_test(targets_at_their_limits),
        cmocka_unit_test(lines_that_reproduce),
        cmocka_unit_test(a_probe_of_each_kind),
        cmocka_unit_test(names_that_have_records),
        cmocka_unit_test(a_flow_of_several_kinds),
        cmocka_unit_test(each_address_of_a_name),
        cmocka_unit_test(an_address_is_not_looked_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
