/*
 * A request and its response over a connection that libcurl made, spoken by
 * us: HTTP/2, and HTTP/1.1 where the server did not choose HTTP/2.
 */
#include <openssl/ssl.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "probe/kinds/probe_kind.h"

#define READ_BYTES    16384
#define READ_ROUNDS   16
#define OUT_BYTES_MAX ((size_t)64 * 1024 * 1024)
#define DRIP_US       INT64_C(5000000) /* as libcurl does for HTTP/1 */
#define DRIP_BYTES    500
#define OWN_HEADERS   8

struct exchange {
    struct arena arena;
    struct target target;
    struct gate_request request;
    struct gate_http2 *http2; /* NULL: HTTP/1.1 */
    struct buf out;
    size_t sent;
    int64_t began_us, sent_us, first_us; /* first_us: of the response */
    int64_t looked_us;                   /* at its speed */
    size_t looked_bytes, bytes;
};

static bool is_https(const char *url)
{
    return strncmp(url, "https", 5) == 0;
}

bool exchange_wanted(const struct transfer *t)
{
    const struct probe_kind *kind = probe_kind_of(t->check->kind);
    int version = t->check->transport.http_version;
    return kind->requests &&
           (kind->only_http2 || version == HTTP_VERSION_2 ||
            (version == HTTP_VERSION_ANY && is_https(t->request.url)));
}

/* What is offered by ALPN (RFC 7301), each name after its length. */
struct str exchange_protocols(const struct transfer *t)
{
    return probe_kind_of(t->check->kind)->only_http2
               ? STR("\x02h2")
               : STR("\x02h2\x08http/1.1");
}

static const char *url_part(struct arena *a, CURLU *url, CURLUPart part,
                            unsigned flags)
{
    char *text = NULL;
    if (curl_url_get(url, part, &text, flags) != CURLUE_OK)
        return NULL;
    const char *copy = str_dup(a, str_from(text));
    curl_free(text);
    return copy;
}

const char *target_of_url(struct target *to, struct arena *a, const char *text)
{
    CURLU *url = curl_url();
    (void)curl_url_set(url, CURLUPART_URL, text, 0); /* libcurl took it */
    const char *path = url_part(a, url, CURLUPART_PATH, 0);
    const char *query = url_part(a, url, CURLUPART_QUERY, 0);
    const char *port = url_part(a, url, CURLUPART_PORT, CURLU_NO_DEFAULT_PORT);
    to->scheme = is_https(text) ? "https" : "http";
    to->host = url_part(a, url, CURLUPART_HOST, 0);
    if (to->host == NULL)
        to->host = "";
    to->path =
        arena_printf(a, "%s%s%s", path == NULL ? "/" : path,
                     query == NULL ? "" : "?", query == NULL ? "" : query);
    curl_url_cleanup(url);
    return port == NULL ? to->host : arena_printf(a, "%s:%s", to->host, port);
}

static const char *lower(struct arena *a, const char *name)
{
    char *text = str_dup(a, str_from(name));
    for (char *c = text; *c != '\0'; c++)
        if (*c >= 'A' && *c <= 'Z')
            *c = (char)(*c | 0x20);
    return text;
}

/* They speak of the connection, which is ours (RFC 9113, section 8.2.2). */
static bool is_of_connection(const char *name)
{
    static const char *const names[] = {"connection",        "keep-alive",
                                        "proxy-connection",  "upgrade",
                                        "transfer-encoding", "host"};
    for (size_t i = 0; i < ARRAY_COUNT(names); i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return false;
}

struct headers {
    struct header *list;
    size_t count;
};

static void add(struct headers *h, const char *name, const char *value)
{
    h->list[h->count++] = (struct header){name, value};
}

/* What the check does not say itself. */
static void add_missing(struct headers *h, const char *name, const char *value)
{
    for (size_t i = 0; i < h->count; i++)
        if (strcmp(h->list[i].name, name) == 0)
            return;
    if (value != NULL)
        add(h, name, value);
}

/* Those of the jar follow those that the check gives. */
static void add_cookies(struct headers *h, struct arena *a, const char *text)
{
    if (text == NULL)
        return;
    for (size_t i = 0; i < h->count; i++)
        if (strcmp(h->list[i].name, "cookie") == 0) {
            h->list[i].value =
                arena_printf(a, "%s; %s", h->list[i].value, text);
            return;
        }
    add(h, "cookie", text);
}

static void make_headers(struct transfer *t, struct exchange *x)
{
    const struct request *q = &t->request;
    struct arena *a = &x->arena;
    struct headers h = {
        arena_array(a, q->header_count + OWN_HEADERS, sizeof(*h.list)), 0};
    for (size_t i = 0; i < q->header_count; i++) {
        const char *name = lower(a, q->header[i].name);
        struct str value = str_trim(str_from(q->header[i].value));
        if (strcmp(name, "host") == 0 && value.len > 0)
            x->request.authority = str_dup(a, value);
        if (value.len > 0 && !is_of_connection(name))
            add(&h, name, str_dup(a, value));
    }
    add_missing(&h, "user-agent", "postflight");
    add_missing(&h, "accept", "*/*");
    if (t->check->transport.compressed)
        add_missing(&h, "accept-encoding", content_codings);
    if (t->check->transport.cookie_jar)
        add_cookies(&h, a,
                    jar_header(a, t->cookies, &x->target, transfer_now_ms(t)));
    if (q->body != NULL)
        add_missing(&h, "content-length",
                    arena_printf(a, "%zu", q->body_bytes));
    if (t->course.asks_for_build) {
        add(&h, "cache-control", "no-cache");
        add(&h, "pragma", "no-cache");
    }
    x->request.header = h.list;
    x->request.header_count = h.count;
}

static bool chose_http2(const struct transfer *t)
{
    const unsigned char *name = NULL;
    unsigned len = 0;
    if (!is_https(t->request.url))
        return true; /* prior knowledge */
    if (t->ssl != NULL)
        SSL_get0_alpn_selected(t->ssl, &name, &len);
    return str_is((struct str){(const char *)name, len}, "h2");
}

static void write_http1(struct exchange *x)
{
    const struct gate_request *q = &x->request;
    buf_printf(&x->out, "%s %s HTTP/1.1\r\nhost: %s\r\n", q->method, q->path,
               q->authority);
    for (size_t i = 0; i < q->header_count; i++)
        buf_printf(&x->out, "%s: %s\r\n", q->header[i].name,
                   q->header[i].value);
    buf_text(&x->out, "\r\n");
    if (q->body != NULL)
        buf_add(&x->out, q->body, q->body_bytes);
}

void exchange_begin(struct transfer *t)
{
    struct arena a;
    arena_init(&a);
    struct exchange *x = arena_alloc(&a, sizeof(*x));
    *x = (struct exchange){.arena = a}; /* it lives in what it owns */
    t->own.exchange = x;
    buf_init(&x->out, OUT_BYTES_MAX);
    x->began_us = clock_now_us();
    x->request.authority = target_of_url(&x->target, &x->arena, t->request.url);
    x->request.method = t->request.method;
    x->request.scheme = x->target.scheme;
    x->request.path = x->target.path;
    x->request.body = t->request.body;
    x->request.body_bytes = t->request.body_bytes;
    make_headers(t, x);
    if (chose_http2(t))
        x->http2 = gate_http2_open(&x->arena, &t->gate, &x->request);
    else if (probe_kind_of(t->check->kind)->only_http2)
        gate_refuse(&t->gate, CAUSE_PROTOCOL,
                    "the server does not offer HTTP/2");
    else
        write_http1(x);
}

void exchange_close(struct transfer *t)
{
    struct exchange *x = t->own.exchange;
    if (x == NULL)
        return;
    t->own.exchange = NULL;
    struct arena a = x->arena;
    gate_http2_close(x->http2);
    buf_release(&x->out);
    arena_release(&a);
}

/*
 * A server may respond before it has read all, and then read no more: what it
 * sent still counts, so a failure to send is left to the reading to tell.
 */
static void send_some(struct transfer *t)
{
    struct exchange *x = t->own.exchange;
    CURLcode rc = CURLE_OK;
    while (rc == CURLE_OK) {
        size_t sent = 0;
        if (x->sent == x->out.len) {
            buf_clear(&x->out);
            x->sent = 0;
            if (x->http2 != NULL)
                gate_http2_pull(x->http2, &x->out);
        }
        if (x->out.len == 0)
            break;
        rc = curl_easy_send(t->easy, x->out.ptr + x->sent, x->out.len - x->sent,
                            &sent);
        x->sent += rc == CURLE_OK ? sent : 0;
    }
    if (rc != CURLE_OK && rc != CURLE_AGAIN)
        x->sent = x->out.len;
    t->talk.writes = x->sent < x->out.len;
    bool whole = x->http2 != NULL ? gate_http2_sent(x->http2) : true;
    if (x->sent_us == 0 && whole && !t->talk.writes)
        x->sent_us = clock_now_us();
}

static bool feed(struct transfer *t, struct str bytes)
{
    struct exchange *x = t->own.exchange;
    bool goes_on = x->http2 != NULL ? gate_http2_feed(x->http2, bytes)
                                    : gate_feed(&t->gate, bytes);
    x->bytes += bytes.len;
    if (x->first_us == 0 && t->head.len > 0)
        x->first_us = x->looked_us = clock_now_us();
    return goes_on && t->gate.at < GATE_COMPLETE;
}

/* From the first line on, as for HTTP/1: a server may think before. */
static bool drips(struct transfer *t)
{
    struct exchange *x = t->own.exchange;
    int64_t now = clock_now_us();
    t->talk.wake_us = t->talk.until_us;
    if (x->looked_us == 0)
        return false;
    if (now - x->looked_us >= DRIP_US) {
        if (x->bytes - x->looked_bytes < DRIP_BYTES)
            return true;
        x->looked_us = now;
        x->looked_bytes = x->bytes;
    }
    if (x->looked_us + DRIP_US < t->talk.wake_us)
        t->talk.wake_us = x->looked_us + DRIP_US;
    return false;
}

enum talk exchange_step(struct transfer *t)
{
    char data[READ_BYTES];
    if (t->gate.at == GATE_REFUSED)
        return TALK_ENDED;
    send_some(t);
    for (int rounds = 0; rounds < READ_ROUNDS; rounds++) {
        size_t got = 0;
        t->code = curl_easy_recv(t->easy, data, sizeof(data), &got);
        if (t->code == CURLE_AGAIN)
            return drips(t) ? TALK_TIMED_OUT : TALK_GOES_ON;
        if (t->code != CURLE_OK)
            return TALK_BROKEN;
        if (got == 0)
            gate_close(&t->gate, handle_end(t));
        else if (feed(t, (struct str){data, got}))
            send_some(t);
        if (t->head.full || t->body.full)
            return TALK_TOO_LARGE;
        if (t->gate.at >= GATE_COMPLETE)
            return TALK_ENDED;
    }
    t->talk.wake_us = clock_now_us(); /* there may be more in the TLS layer */
    return TALK_GOES_ON;
}

void exchange_read(struct transfer *t)
{
    struct exchange *x = t->own.exchange;
    struct timing *time = &t->result->timing;
    int64_t now = clock_now_us();
    int64_t sent = x->sent_us == 0 ? now : x->sent_us;
    int64_t first = x->first_us == 0 ? now : x->first_us;
    if (first < sent)
        sent = first; /* it answered before it had read all */
    time->send_us = sent - x->began_us;
    time->wait_us = first - sent;
    time->receive_us = x->first_us == 0 ? 0 : now - first;
    t->result->duration_us = t->course.hops_us + now - t->opened_us;
    t->result->phase = x->first_us != 0  ? PHASE_RECEIVE
                       : x->sent_us != 0 ? PHASE_WAIT
                                         : PHASE_SEND;
    if (t->check->transport.cookie_jar)
        jar_take(t->easy, &x->target, buf_view(&t->head), transfer_now_ms(t));
}
