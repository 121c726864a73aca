/* A check as an easy handle: bounded, fresh, and nothing from outside. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "probe/queue.h"

#define BUFFER_BYTES      4096L /* a thousand of them are in flight */
#define LOW_SPEED_BYTES   100L  /* a second … */
#define LOW_SPEED_SECONDS 5L    /* … for so long: a dripping server */

static size_t take_body(char *data, size_t size, size_t count, void *user)
{
    struct transfer *t = user;
    buf_add(&t->body, data, size * count);
    return t->body.full ? 0 : size * count;
}

/* From the first line on: a server may think before it answers. */
static void limit_dripping(struct transfer *t)
{
    (void)curl_easy_setopt(t->easy, CURLOPT_LOW_SPEED_LIMIT, LOW_SPEED_BYTES);
    (void)curl_easy_setopt(t->easy, CURLOPT_LOW_SPEED_TIME, LOW_SPEED_SECONDS);
}

static size_t take_head(char *data, size_t size, size_t count, void *user)
{
    struct transfer *t = user;
    struct str line = {data, size * count};
    if (t->head.len == 0)
        limit_dripping(t);
    if (str_starts(line, STR("HTTP/")))
        buf_clear(&t->head); /* a 1xx answer came before this one */
    buf_str(&t->head, line);
    return t->head.full ? 0 : line.len;
}

static bool add_header(struct transfer *t, const char *line)
{
    struct curl_slist *list = curl_slist_append(t->headers, line);
    if (list == NULL)
        return false;
    t->headers = list;
    return true;
}

static bool set_headers(struct transfer *t)
{
    struct buf line;
    bool ok = true;
    buf_init(&line, (size_t)128 * 1024);
    for (size_t i = 0; ok && i < t->request.header_count; i++) {
        const struct header *h = &t->request.header[i];
        buf_clear(&line);
        buf_printf(&line, "%s: %s", h->name, h->value);
        ok = add_header(t, line.ptr);
    }
    buf_release(&line);
    if (t->course.asks_for_build)
        ok = ok && add_header(t, "Cache-Control: no-cache") &&
             add_header(t, "Pragma: no-cache");
    return ok && add_header(t, "Expect:") &&
           curl_easy_setopt(t->easy, CURLOPT_HTTPHEADER, t->headers) ==
               CURLE_OK;
}

static bool set_request(struct transfer *t)
{
    const struct request *c = &t->request;
    CURLcode rc = curl_easy_setopt(t->easy, CURLOPT_URL, c->url);
    rc |= curl_easy_setopt(t->easy, CURLOPT_USERAGENT, "postflight");
    if (c->body != NULL) {
        rc |= curl_easy_setopt(t->easy, CURLOPT_POSTFIELDSIZE_LARGE,
                               (curl_off_t)c->body_bytes);
        rc |= curl_easy_setopt(t->easy, CURLOPT_POSTFIELDS, c->body);
    }
    if (strcmp(c->method, "HEAD") == 0)
        rc |= curl_easy_setopt(t->easy, CURLOPT_NOBODY, 1L);
    else
        rc |= curl_easy_setopt(t->easy, CURLOPT_CUSTOMREQUEST, c->method);
    return rc == CURLE_OK && set_headers(t);
}

/* A finished transfer must be gone at once, even while a name hangs. */
static bool set_bounds(struct transfer *t)
{
    const struct check *c = t->check;
    CURLcode rc = curl_easy_setopt(t->easy, CURLOPT_TIMEOUT_MS,
                                   (long)t->course.timeout_ms);
    rc |= curl_easy_setopt(t->easy, CURLOPT_CONNECTTIMEOUT_MS,
                           (long)c->connect_timeout_ms);
    rc |= curl_easy_setopt(t->easy, CURLOPT_BUFFERSIZE, BUFFER_BYTES);
    rc |= curl_easy_setopt(t->easy, CURLOPT_QUICK_EXIT, 1L);
    rc |= curl_easy_setopt(t->easy, CURLOPT_NOSIGNAL, 1L);
    return rc == CURLE_OK;
}

static bool set_isolation(struct transfer *t)
{
    CURLcode rc =
        curl_easy_setopt(t->easy, CURLOPT_PROTOCOLS_STR, "http,https");
    rc |= curl_easy_setopt(t->easy, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
    rc |= curl_easy_setopt(t->easy, CURLOPT_FOLLOWLOCATION, 0L);
    rc |= curl_easy_setopt(t->easy, CURLOPT_PROXY, "");
    rc |= curl_easy_setopt(t->easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    rc |= curl_easy_setopt(t->easy, CURLOPT_FRESH_CONNECT, 1L);
    rc |= curl_easy_setopt(t->easy, CURLOPT_FORBID_REUSE, 1L);
    rc |= curl_easy_setopt(t->easy, CURLOPT_SSL_SESSIONID_CACHE, 0L);
    rc |= curl_easy_setopt(t->easy, CURLOPT_DNS_CACHE_TIMEOUT, 0L);
    return rc == CURLE_OK;
}

/* Cookies of the hops before; the handle of each hop is a new one. */
static bool set_cookies(struct transfer *t)
{
    CURLcode rc = CURLE_OK;
    if (!t->check->transport.cookie_jar)
        return true;
    rc |= curl_easy_setopt(t->easy, CURLOPT_COOKIEFILE, "");
    for (const struct curl_slist *c = t->cookies; c != NULL; c = c->next)
        rc |= curl_easy_setopt(t->easy, CURLOPT_COOKIELIST, c->data);
    return rc == CURLE_OK;
}

/* Called when TCP is connected: libcurl 7.88 tells no connect time before. */
static CURLcode note_tls(CURL *easy, void *context, void *user)
{
    struct transfer *t = user;
    (void)easy;
    t->tls_began_us = clock_now_us();
    tls_watch(t, context);
    return CURLE_OK;
}

/* Called when the request may go out: the chain can still be looked at. */
static int note_connected(void *user, char *ip, char *local_ip, int port,
                          int local_port)
{
    struct transfer *t = user;
    (void)ip, (void)local_ip, (void)port, (void)local_port;
    connecting_done(t, clock_now_us());
    if (check_looks_at(t->check, QUERY_CERTIFICATE))
        certificate_note_verified(t);
    return CURL_PREREQFUNC_OK;
}

static curl_socket_t open_socket(void *user, curlsocktype purpose,
                                 struct curl_sockaddr *address)
{
    (void)purpose;
    connecting_begin(user, clock_now_us());
    int fd = fault_open_socket(user, address);
    return fd < 0 ? CURL_SOCKET_BAD : fd;
}

static int close_socket(void *user, curl_socket_t fd)
{
    return fault_close_socket(user, fd, errno);
}

static bool set_receivers(struct transfer *t)
{
    CURLcode rc = curl_easy_setopt(t->easy, CURLOPT_WRITEFUNCTION, take_body);
    rc |= curl_easy_setopt(t->easy, CURLOPT_WRITEDATA, t);
    rc |= curl_easy_setopt(t->easy, CURLOPT_HEADERFUNCTION, take_head);
    rc |= curl_easy_setopt(t->easy, CURLOPT_HEADERDATA, t);
    rc |= curl_easy_setopt(t->easy, CURLOPT_ERRORBUFFER, t->detail);
    rc |= curl_easy_setopt(t->easy, CURLOPT_PRIVATE, t);
    rc |= curl_easy_setopt(t->easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    rc |= curl_easy_setopt(t->easy, CURLOPT_OPENSOCKETDATA, t);
    rc |= curl_easy_setopt(t->easy, CURLOPT_CLOSESOCKETFUNCTION, close_socket);
    rc |= curl_easy_setopt(t->easy, CURLOPT_CLOSESOCKETDATA, t);
    rc |= curl_easy_setopt(t->easy, CURLOPT_SSL_CTX_FUNCTION, note_tls);
    rc |= curl_easy_setopt(t->easy, CURLOPT_SSL_CTX_DATA, t);
    rc |= curl_easy_setopt(t->easy, CURLOPT_PREREQFUNCTION, note_connected);
    rc |= curl_easy_setopt(t->easy, CURLOPT_PREREQDATA, t);
    return rc == CURLE_OK;
}

static bool is_request(const struct check *c)
{
    return c->kind == KIND_HTTP || c->kind == KIND_GRPC;
}

static const char *connect_scheme(const struct check *c)
{
    static const char *const scheme[] = {"https", "smtp", "imap", "pop3",
                                         "ftp"};
    return c->kind == KIND_TCP ? "http" : scheme[c->starttls];
}

/* Connects, and speaks TLS where it is asked for; nothing is requested. */
static bool open_connection(struct transfer *t)
{
    struct arena a;
    arena_init(&a);
    const char *url = t->request.url;
    if (!is_request(t->check))
        url = arena_printf(&a, "%s://%s", connect_scheme(t->check),
                           t->check->endpoint);
    CURLcode rc = curl_easy_setopt(t->easy, CURLOPT_URL, url);
    rc |= curl_easy_setopt(t->easy, CURLOPT_CONNECT_ONLY, 1L);
    rc |= curl_easy_setopt(t->easy, CURLOPT_CERTINFO, 1L);
    bool ok = rc == CURLE_OK && set_bounds(t) && set_isolation(t) &&
              set_receivers(t) && options_set(t);
    rc = curl_easy_setopt(t->easy, CURLOPT_PROTOCOLS_STR,
                          "http,https,smtp,imap,pop3,ftp");
    rc |= curl_easy_setopt(t->easy, CURLOPT_FORBID_REUSE, 0L); /* we talk on */
    if (t->check->starttls != STARTTLS_NONE)
        rc |= curl_easy_setopt(t->easy, CURLOPT_USE_SSL, (long)CURLUSESSL_ALL);
    arena_release(&a);
    return ok && rc == CURLE_OK;
}

bool http_open(struct transfer *t)
{
    t->detail[0] = '\0';
    t->opened_us = clock_now_us();
    t->tls_began_us = t->paused_us = 0;
    t->sockets = (struct sockets){0};
    t->verified_until[0] = '\0';
    t->easy = curl_easy_init();
    if (t->easy != NULL && !is_request(t->check))
        return open_connection(t);
    return t->easy != NULL && set_request(t) && set_bounds(t) &&
           set_isolation(t) && set_cookies(t) && set_receivers(t) &&
           options_set(t);
}

void http_close(struct transfer *t)
{
    curl_easy_cleanup(t->easy);
    tls_forget(t);
    curl_slist_free_all(t->headers);
    curl_slist_free_all(t->resolve);
    t->easy = NULL;
    t->headers = NULL;
    t->resolve = NULL;
}

void http_add_word(struct buf *out, const char *option, const char *text)
{
    buf_printf(out, " %s ", option);
    text_shell_quote(out, str_from(text));
}

/* How a person would look at what is no HTTP. */
static const char *reproduce_other(struct arena *run, const struct check *c)
{
    if (c->kind == KIND_EXEC)
        return c->url + strlen("exec: ");
    if (c->kind == KIND_DNS)
        return arena_printf(run, "dig %s%s %s %s",
                            c->dns.server == NULL ? "" : "@",
                            c->dns.server == NULL ? "" : c->dns.server,
                            c->dns.name, name_of(&dns_type_names, c->dns.type));
    if (c->kind == KIND_TCP)
        return arena_printf(run, "curl -v --max-time %lld telnet://%s",
                            (long long)((c->timeout_ms + 999) / 1000),
                            c->endpoint);
    if (c->kind == KIND_GRPC) {
        struct str url = str_from(c->url), rest;
        struct str scheme = str_cut(url, ':', &rest);
        struct str host = str_cut(str_sub(rest, 2, rest.len), '/', &rest);
        return arena_printf(run,
                            "grpcurl %s-d '{\"service\": \"%s\"}' %.*s "
                            "grpc.health.v1.Health/Check",
                            str_is(scheme, "https") ? "" : "-plaintext ",
                            c->service == NULL ? "" : c->service,
                            STR_ARGS(host));
    }
    const char *before = name_of(&starttls_names, c->starttls);
    return arena_printf(run, "openssl s_client -connect %s%s%s </dev/null",
                        c->endpoint,
                        c->starttls == STARTTLS_NONE ? "" : " -starttls ",
                        c->starttls == STARTTLS_NONE ? "" : before);
}

const char *http_reproduce(struct arena *run, const struct check *check)
{
    if (check->kind != KIND_HTTP)
        return reproduce_other(run, check);
    struct buf out, header;
    buf_init(&out, (size_t)256 * 1024);
    buf_init(&header, (size_t)128 * 1024);
    buf_text(&out, "curl -sS -i");
    if (strcmp(check->method, "HEAD") == 0)
        buf_text(&out, " -I");
    else if (strcmp(check->method, check->body == NULL ? "GET" : "POST") != 0)
        http_add_word(&out, "-X", check->method);
    for (size_t i = 0; i < check->header_count; i++) {
        buf_clear(&header);
        buf_printf(&header, "%s: %s", check->header[i].name,
                   check->header[i].value);
        http_add_word(&out, "-H", header.ptr);
    }
    if (check->body != NULL)
        http_add_word(&out, "--data-raw", check->body);
    options_reproduce(&out, check);
    buf_printf(&out, " --max-time %lld.%03lld ",
               (long long)(check->timeout_ms / 1000),
               (long long)(check->timeout_ms % 1000));
    text_shell_quote(&out, str_from(check->url));
    const char *text = buf_dup(run, &out);
    buf_release(&header);
    buf_release(&out);
    return text;
}
