/*
 * Any bytes as what a server sends, through the real client on loopback. The
 * first byte chooses what is asked, the second how the server ends and in what
 * pieces it writes. A check passes only if a small reader of the same bytes,
 * which knows nothing of the client, finds a whole response in them.
 *
 *   0 HTTP/1.1   1 HTTP/1.1, compressed   2 HTTP/2   3 gRPC   4 a TCP dialogue
 *   5 a redirect with credentials and cookies, over a Unix socket   6 a cookie
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "plan/plan.h"
#include "probe/probe.h"
#include "tests/fuzz/loopback.h"
#include "tests/fuzz/whole.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define TOKEN "token-that-stays-here"
#define THEN  "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

enum asked {
    ASKED_HTTP1,
    ASKED_COMPRESSED,
    ASKED_HTTP2,
    ASKED_GRPC,
    ASKED_TCP,
    ASKED_REDIRECT,
    ASKED_COOKIE,
    ASKED_COUNT
};

struct world {
    struct arena life;
    struct plan plan;
    struct loopback *tcp, *local; /* local: a Unix socket */
};

/* Opened once; the port is the kernel's choice. */
static struct world *world_open(void)
{
    static struct world w;
    static struct source source = {.name = "k.yaml"};
    static const struct source *const one[] = {&source};
    static const struct plan_inputs in = {.source = one, .source_count = 1};
    struct diags d;
    if (w.tcp != NULL)
        return &w;
    arena_init(&w.life);
    diags_init(&d, &w.life);
    const char *path =
        arena_printf(&w.life, "/tmp/postflight-fuzz-%ld.sock", (long)getpid());
    w.tcp = loopback_open(NULL);
    w.local = loopback_open(path);
    unsigned port = loopback_port(w.tcp);
    source.text = str_from(arena_printf(
        &w.life,
        "defaults: { max_body: 100KiB }\n"
        "checks:\n"
        "- { id: a, url: 'http://127.0.0.1:%u/', expect: status == 200 }\n"
        "- { id: b, url: 'http://127.0.0.1:%u/', compressed: true,"
        " expect: status == 200 }\n"
        "- { id: c, url: 'http://127.0.0.1:%u/', http_version: '2',"
        " expect: status == 200 }\n"
        "- { id: d, grpc: '127.0.0.1:%u' }\n"
        "- { id: e, tcp: '127.0.0.1:%u', send: hello,"
        " expect: body contains \"ready\" }\n"
        "- { id: f, url: 'http://a.test/x/y?z', unix_socket: '%s',"
        " cookies: true, redirects: 3, auth: { bearer: " TOKEN " },"
        " headers: { X-Key: " TOKEN " },"
        " expect: status == 200 }\n"
        "- { id: g, url: 'http://127.0.0.1:%u/', expect: [status == 200,"
        " cookie \"a\" exists, 'cookie \"a[Expires]\" exists'] }\n",
        port, port, port, port, port, path, port));
    if (!plan_open(&w.plan, &w.life, &in, &d) || w.plan.count != ASKED_COUNT) {
        for (size_t i = 0; i < d.count; i++)
            fprintf(stderr, "%s\n", d.item[i].text);
        abort();
    }
    return &w;
}

static void must(bool good, const char *what)
{
    if (good)
        return;
    fprintf(stderr, "%s\n", what);
    abort();
}

/* A pass is one of a whole response. */
static void judge_pass(enum asked asked, struct str text, bool fin)
{
    switch (asked) {
    case ASKED_HTTP1:
        must(whole_http1(text, fin, false), "HTTP/1 passes, and is not whole");
        break;
    case ASKED_COMPRESSED:
        must(whole_http1(text, fin, true),
             "compressed passes, and is not whole");
        break;
    case ASKED_HTTP2:
        must(whole_http2(text), "HTTP/2 passes, and is not whole");
        break;
    case ASKED_GRPC:
        must(whole_grpc(text), "gRPC passes, and is not whole");
        break;
    case ASKED_TCP:
        must(str_find(text, STR("ready"), 0) < text.len, "TCP passes");
        break;
    case ASKED_COOKIE:
        must(whole_http1(text, fin, false) &&
                 str_find(text, STR("a="), 0) < text.len,
             "a cookie passes, and is not there");
        break;
    default:
        break;
    }
}

/* Each line of a request is one of ours: a server cannot add any. */
static void judge_request(struct str asked)
{
    static const char *const known[] = {
        "Host",          "User-Agent", "Accept",          "Cookie",
        "Authorization", "X-Key",      "Accept-Encoding", "Connection"};
    struct str line = str_cut(asked, '\n', &asked);
    bool elsewhere = false, told = false;
    must(str_starts(line, STR("GET ")), "the request has another method");
    while (asked.len > 0) {
        struct str value;
        line = str_trim(str_cut(asked, '\n', &asked));
        struct str name = str_cut(line, ':', &value);
        bool ours = line.len == 0;
        for (size_t i = 0; i < ARRAY_COUNT(known); i++)
            ours = ours || str_equal_nocase(name, str_from(known[i]));
        must(ours, "the request has a line of the server's");
        elsewhere = elsewhere || (str_equal_nocase(name, STR("host")) &&
                                  !str_is(str_trim(value), "a.test"));
        told = told || str_find(line, STR(TOKEN), 0) < line.len;
    }
    must(!elsewhere || !told, "another host is given the credentials");
}

static void judge_texts(const struct result *r)
{
    const char *const text[] = {r->message, r->identity, r->address};
    for (size_t i = 0; i < ARRAY_COUNT(text); i++)
        must(text[i] == NULL || strlen(text[i]) < 20000, "a text has no end");
    must((r->status == STATUS_PASS) == (r->cause == -1),
         "a result has no cause, or a pass has one");
}

static void probe(struct arena *a, struct world *w, enum asked asked,
                  const struct loopback_answer *answer)
{
    struct result r = {.id = NULL};
    struct err e = {.set = false};
    const struct probe_options options = {.slots = 1, .host_slots = 1};
    struct loopback *l = asked == ASKED_REDIRECT ? w->local : w->tcp;
    size_t requests = 0;
    struct check check = w->plan.check[asked];
    if (answer->end == LOOPBACK_OPEN)
        check.timeout_ms = check.connect_timeout_ms = 30;
    loopback_answer(l, answer);
    must(probe_run(&r, a, &check, 1, &options, &e), "no run");
    judge_texts(&r);
    if (r.status == STATUS_PASS)
        judge_pass(asked, answer->text, answer->end == LOOPBACK_FIN);
    struct str last = loopback_asked(l, a, &requests);
    if (asked == ASKED_REDIRECT && requests > 1)
        judge_request(last);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct world *w = world_open();
    struct arena a;
    if (size < 2 || size > 60000)
        return 0;
    arena_init(&a);
    enum asked asked = (enum asked)(data[0] % ASKED_COUNT);
    unsigned how = data[1];
    const struct loopback_answer answer = {
        .text = {arena_dup(&a, (const char *)data + 2, size - 2), size - 2},
        .then = STR(THEN),
        /* waiting for a limit takes long, so few do */
        .end = how % 32 == 31 ? LOOPBACK_OPEN
               : how % 4 == 3 ? LOOPBACK_RESET
                              : LOOPBACK_FIN,
        .piece = how >> 5 == 0 ? 0 : (size_t)1 << (how >> 5),
        .enough = asked == ASKED_TCP                            ? 5
                  : asked == ASKED_HTTP2 || asked == ASKED_GRPC ? 60
                                                                : 0,
        .silent = asked == ASKED_TCP && how % 2 == 1};
    probe(&a, w, asked, &answer);
    arena_release(&a);
    return 0;
}
