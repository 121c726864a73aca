/* Transport keys of a check as libcurl options, and as words for curl. */
#include <string.h>

#include "base/text.h"
#include "probe/kinds/probe_kind.h"

static bool is_https(const char *url)
{
    return strncmp(url, "https", 5) == 0;
}

static CURLcode set_tls(const struct transfer *transfer)
{
    const struct transport *t = &transfer->check->transport;
    CURL *easy = transfer->easy;
    CURLcode rc = CURLE_OK;
    if (t->insecure) {
        rc |= curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 0L);
        rc |= curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 0L);
    }
    if (t->ca != NULL) {
        rc |= curl_easy_setopt(easy, CURLOPT_CAINFO, t->ca);
        rc |= curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
    }
    if (t->client.cert != NULL && !transfer->request.foreign) {
        rc |= curl_easy_setopt(easy, CURLOPT_SSLCERT, t->client.cert);
        rc |= curl_easy_setopt(easy, CURLOPT_SSLKEY, t->client.key);
        /* Without one OpenSSL would ask at the terminal, and wait. */
        rc |= curl_easy_setopt(easy, CURLOPT_KEYPASSWD,
                               t->client.password == NULL ? ""
                                                          : t->client.password);
    }
    if (transfer->certificates || transfer->check->redirects > 0 ||
        check_looks_at(transfer->check, QUERY_CERTIFICATE))
        rc |= curl_easy_setopt(easy, CURLOPT_CERTINFO, 1L);
    return rc;
}

/* "env": what http_proxy, https_proxy and no_proxy say. */
static CURLcode set_proxy(CURL *easy, const struct check *c)
{
    const char *proxy = c->transport.proxy;
    bool plain = probe_kind_of(c->kind)->tunnels;
    if (proxy == NULL)
        return CURLE_OK;
    CURLcode rc =
        curl_easy_setopt(easy, CURLOPT_HTTPPROXYTUNNEL, plain ? 1L : 0L);
    return rc | curl_easy_setopt(easy, CURLOPT_PROXY,
                                 strcmp(proxy, "env") == 0 ? NULL : proxy);
}

static const char *port_of(struct arena *a, const char *from)
{
    CURLU *url = curl_url();
    char *port = NULL;
    const char *copy = is_https(from) ? "443" : "80";
    if (curl_url_set(url, CURLUPART_URL, from, 0) == CURLUE_OK &&
        curl_url_get(url, CURLUPART_PORT, &port, CURLU_DEFAULT_PORT) ==
            CURLUE_OK)
        copy = str_dup(a, str_from(port));
    curl_free(port);
    curl_url_cleanup(url);
    return copy;
}

/* What is asked, as a URL that curl_url knows: tls://h:1 as http://h:1 */
static const char *as_http(struct arena *a, const char *url)
{
    return strncmp(url, "http", 4) == 0
               ? url
               : arena_printf(a, "http%s", strchr(url, ':'));
}

/* host:port:address and what follows; an IPv6 address in brackets */
static const char *address_text(struct arena *a, const char *url,
                                const struct header *h, const char *after)
{
    bool bare = strchr(h->value, ':') != NULL && h->value[0] != '[';
    return arena_printf(a, bare ? "%s:%s:[%s]%s" : "%s:%s:%s%s", h->name,
                        port_of(a, url), h->value, after);
}

/*
 * Another address for a host and port. Not by CURLOPT_RESOLVE: what it says
 * stays in the cache of names that all transfers share, for ever.
 */
static bool add_address(struct transfer *t, struct arena *a, const char *url,
                        const struct header *h)
{
    const char *text = address_text(a, url, h, ":");
    struct curl_slist *list = curl_slist_append(t->resolve, text);
    if (list != NULL)
        t->resolve = list;
    return list != NULL;
}

/* The address whose turn it is, for the check's own host and port alone. */
static bool pin_address(struct transfer *t, struct arena *a)
{
    const char *url = as_http(a, t->check->url);
    CURLU *parsed = curl_url();
    char *host = NULL;
    bool ok = curl_url_set(parsed, CURLUPART_URL, url, 0) == CURLUE_OK &&
              curl_url_get(parsed, CURLUPART_HOST, &host, 0) == CURLUE_OK;
    const struct header pin = {host, t->course.address[t->course.turn]};
    ok = ok && add_address(t, a, url, &pin);
    curl_free(host);
    curl_url_cleanup(parsed);
    return ok;
}

/* A proxy resolves names itself. */
static bool set_addresses(struct transfer *t)
{
    const struct transport *transport = &t->check->transport;
    struct arena a;
    bool ok = true;
    if (transport->proxy != NULL)
        return true;
    arena_init(&a);
    if (t->course.address_count > 0)
        ok = pin_address(t, &a);
    for (size_t i = 0; ok && i < transport->resolve_count; i++)
        ok = add_address(t, &a, as_http(&a, t->request.url),
                         &transport->resolve[i]);
    arena_release(&a);
    return ok &&
           (t->resolve == NULL || curl_easy_setopt(t->easy, CURLOPT_CONNECT_TO,
                                                   t->resolve) == CURLE_OK);
}

bool options_set(struct transfer *t)
{
    const struct transport *transport = &t->check->transport;
    CURLcode rc = curl_easy_setopt(t->easy, CURLOPT_HTTP_VERSION,
                                   (long)CURL_HTTP_VERSION_1_1);
    rc |= set_tls(t);
    rc |= set_proxy(t->easy, t->check);
    if (transport->unix_socket != NULL)
        rc |= curl_easy_setopt(t->easy, CURLOPT_UNIX_SOCKET_PATH,
                               transport->unix_socket);
    return rc == CURLE_OK && set_addresses(t);
}

void options_add_word(struct buf *out, const char *option, const char *text)
{
    buf_printf(out, " %s ", option);
    text_shell_quote(out, str_from(text));
}

void options_reproduce(struct buf *out, const struct check *check)
{
    const struct transport *t = &check->transport;
    struct arena a;
    arena_init(&a);
    if (t->compressed)
        buf_text(out, " --compressed");
    if (t->insecure)
        buf_text(out, " --insecure");
    if (t->http_version == HTTP_VERSION_1_1 && is_https(check->url))
        buf_text(out, " --http1.1"); /* curl would ask for HTTP/2 */
    else if (t->http_version == HTTP_VERSION_2)
        buf_text(out, is_https(check->url) ? " --http2"
                                           : " --http2-prior-knowledge");
    if (t->ca != NULL)
        options_add_word(out, "--cacert", t->ca);
    if (t->client.cert != NULL) {
        options_add_word(out, "--cert", t->client.cert);
        options_add_word(out, "--key", t->client.key);
        if (t->client.password != NULL)
            options_add_word(out, "--pass", t->client.password);
    }
    if (t->proxy != NULL && strcmp(t->proxy, "env") != 0)
        options_add_word(out, "--proxy", t->proxy);
    if (t->unix_socket != NULL)
        options_add_word(out, "--unix-socket", t->unix_socket);
    for (size_t i = 0; i < t->resolve_count; i++)
        options_add_word(
            out, "--resolve",
            address_text(&a, as_http(&a, check->url), &t->resolve[i], ""));
    arena_release(&a);
}
