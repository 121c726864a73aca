/* A check as an easy handle: bounded, fresh, and nothing from outside. */
#include <errno.h>
#include <openssl/ssl.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "probe/kinds/probe_kind.h"
#include "probe/queue.h"

#define BUFFER_BYTES      4096L /* a thousand of them are in flight */
#define LOW_SPEED_BYTES   100L  /* a second … */
#define LOW_SPEED_SECONDS 5L    /* … for so long: a dripping server */

/* As it came, chunks and all: the gate undoes them. */
static size_t take_body(char *data, size_t size, size_t count, void *user)
{
    struct transfer *t = user;
    return gate_feed(&t->gate, (struct str){data, size * count}) ? size * count
                                                                 : 0;
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
    if (!probe_kind_of(t->check->kind)->requests)
        return line.len; /* what is said before TLS */
    return gate_feed(&t->gate, line) ? line.len : 0;
}

static bool add_header(struct transfer *t, const char *line)
{
    struct curl_slist *list = curl_slist_append(t->headers, line);
    if (list == NULL)
        return false;
    t->headers = list;
    return true;
}

static bool names_header(const struct transfer *t, const char *name)
{
    for (size_t i = 0; i < t->request.header_count; i++)
        if (str_equal_nocase(str_from(t->request.header[i].name),
                             str_from(name)))
            return true;
    return false;
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
    if (t->check->transport.compressed && !names_header(t, "accept-encoding")) {
        struct arena a;
        arena_init(&a);
        ok = ok && add_header(t, arena_printf(&a, "Accept-Encoding: %s",
                                              content_codings));
        arena_release(&a);
    }
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
        if (!jar_is_over(c->data, transfer_now_ms(t)))
            rc |= curl_easy_setopt(t->easy, CURLOPT_COOKIELIST, c->data);
    return rc == CURLE_OK;
}

/*
 * libcurl 7.88 takes any end of a TLS connection for a good one. The last
 * context is the server's; one before it is that of a proxy. The signature is
 * that of OpenSSL. NOLINTNEXTLINE(*-function-size) */
static void note_message(int sent, int version, int type, const void *bytes,
                         size_t len, SSL *ssl, void *user)
{
    struct transfer *t = user;
    const unsigned char *alert = bytes;
    (void)version;
    if (SSL_get_SSL_CTX(ssl) != t->tls)
        return;
    t->ssl = ssl;
    if (sent == 0 && type == SSL3_RT_ALERT && len == 2 &&
        alert[1] == SSL_AD_CLOSE_NOTIFY)
        t->close_notify = true;
}

enum gate_end handle_end(const struct transfer *t)
{
    if (strncmp(t->request.url, "https", 5) != 0)
        return GATE_END_CLEAR;
    return t->close_notify ? GATE_END_NOTIFY : GATE_END_CUT;
}

static bool is_first_of_https_proxy(const struct transfer *t)
{
    const char *proxy = t->check->transport.proxy;
    return t->tls == NULL && proxy != NULL &&
           strncmp(proxy, "https://", 8) == 0;
}

/* Called when TCP is connected: libcurl 7.88 tells no connect time before. */
static CURLcode note_tls(CURL *easy, void *context, void *user)
{
    struct transfer *t = user;
    (void)easy;
    t->tls_began_us = clock_now_us();
    tls_watch(t, context);
    if (exchange_wanted(t) && !is_first_of_https_proxy(t)) {
        struct str offer = exchange_protocols(t);
        if (SSL_CTX_set_alpn_protos(context, (const unsigned char *)offer.ptr,
                                    (unsigned)offer.len) != 0)
            return CURLE_OUT_OF_MEMORY;
    }
    /* A certificate is judged by the time of the run. */
    X509_VERIFY_PARAM_set_time(SSL_CTX_get0_param(context),
                               (time_t)(transfer_now_ms(t) / 1000));
    t->tls = context;
    t->close_notify = false;
    /* So that all libcurls tell such an end as one; we know it anyway. */
    SSL_CTX_set_options(context, SSL_OP_IGNORE_UNEXPECTED_EOF);
    SSL_CTX_set_msg_callback(context, note_message);
    SSL_CTX_set_msg_callback_arg(context, t);
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
    rc |= curl_easy_setopt(t->easy, CURLOPT_HTTP_TRANSFER_DECODING, 0L);
    rc |= curl_easy_setopt(t->easy, CURLOPT_HTTP_CONTENT_DECODING, 0L);
    rc |= curl_easy_setopt(t->easy, CURLOPT_HTTP09_ALLOWED, 1L); /* to see it */
    rc |= curl_easy_setopt(t->easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
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

/*
 * A connection that only we use is idle to libcurl, and in the pool of the
 * others it would be closed as dead when bytes wait on it. So it gets its own.
 */
static bool keep_apart(struct transfer *t)
{
    t->share = curl_share_init();
    return t->share != NULL &&
           curl_share_setopt(t->share, CURLSHOPT_SHARE,
                             CURL_LOCK_DATA_CONNECT) == CURLSHE_OK &&
           curl_easy_setopt(t->easy, CURLOPT_SHARE, t->share) == CURLE_OK;
}

/* Connects only: what is said over the connection is ours. */
static bool open_exchange(struct transfer *t)
{
    bool tunnels = t->check->transport.proxy != NULL;
    CURLcode rc = curl_easy_setopt(t->easy, CURLOPT_URL, t->request.url);
    bool ok = set_bounds(t) && set_isolation(t) && set_cookies(t) &&
              set_receivers(t) && options_set(t) && keep_apart(t);
    rc |= curl_easy_setopt(t->easy, CURLOPT_CONNECT_ONLY, 1L);
    rc |= curl_easy_setopt(t->easy, CURLOPT_FORBID_REUSE, 0L);
    rc |= curl_easy_setopt(t->easy, CURLOPT_SSL_ENABLE_ALPN, 0L);
    if (tunnels)
        rc |= curl_easy_setopt(t->easy, CURLOPT_HTTPPROXYTUNNEL, 1L);
    return ok && rc == CURLE_OK;
}

/* What is left of the last one goes. */
static bool open_handle(struct transfer *t)
{
    t->detail[0] = '\0';
    t->opened_us = clock_now_us();
    t->tls_began_us = t->paused_us = 0;
    t->sockets = (struct sockets){0};
    t->verified_until[0] = '\0';
    t->tls = NULL;
    t->ssl = NULL;
    t->close_notify = false;
    gate_release(&t->gate);
    gate_open(&t->gate, &t->head, &t->body,
              t->request.method != NULL &&
                  strcmp(t->request.method, "HEAD") == 0);
    t->body.max = (size_t)t->check->max_body_bytes;
    if (t->check->transport.compressed)
        t->body.max = content_coded_max(t->body.max);
    t->easy = curl_easy_init();
    return t->easy != NULL;
}

bool handle_open_connection(struct transfer *t, const char *scheme)
{
    struct arena a;
    if (!open_handle(t))
        return false;
    arena_init(&a);
    const char *url = arena_printf(&a, "%s://%s", scheme, t->check->endpoint);
    CURLcode rc = curl_easy_setopt(t->easy, CURLOPT_URL, url);
    rc |= curl_easy_setopt(t->easy, CURLOPT_CONNECT_ONLY, 1L);
    rc |= curl_easy_setopt(t->easy, CURLOPT_CERTINFO, 1L);
    bool ok = rc == CURLE_OK && set_bounds(t) && set_isolation(t) &&
              set_receivers(t) && options_set(t) && keep_apart(t);
    rc = curl_easy_setopt(t->easy, CURLOPT_PROTOCOLS_STR,
                          "http,https,smtp,imap,pop3,ftp");
    rc |= curl_easy_setopt(t->easy, CURLOPT_FORBID_REUSE, 0L); /* we talk on */
    if (t->check->starttls != STARTTLS_NONE)
        rc |= curl_easy_setopt(t->easy, CURLOPT_USE_SSL, (long)CURLUSESSL_ALL);
    arena_release(&a);
    return ok && rc == CURLE_OK;
}

bool handle_open_request(struct transfer *t)
{
    if (!open_handle(t))
        return false;
    if (exchange_wanted(t))
        return open_exchange(t);
    return set_request(t) && set_bounds(t) && set_isolation(t) &&
           set_cookies(t) && set_receivers(t) && options_set(t);
}

void handle_close(struct transfer *t)
{
    curl_easy_cleanup(t->easy);
    t->easy = NULL; /* a socket that is closed from here on has no handle */
    curl_share_cleanup(t->share);
    tls_forget(t);
    curl_slist_free_all(t->headers);
    curl_slist_free_all(t->resolve);
    t->share = NULL;
    t->headers = NULL;
    t->resolve = NULL;
}
