/*
 * Where checks and receivers send to. URLs are read by libcurl's own parser,
 * so that no URL has one host here and another one when it is sent.
 */
#include <string.h>

#include <curl/curl.h>

#include "base/text.h"
#include "trust/internal.h"

#define HTTPS_PORT 443
#define PROXY_PORT 1080 /* libcurl's, of a proxy without one */
#define DNS_PORT   53
#define SHOWN      200

bool trust_rule_check(const char *text, struct err *e)
{
    struct rule r;
    if (text[0] == '/')
        return true;
    const char *why = rule_read(&r, text);
    return why == NULL ||
           err_set(e, POS_NONE, "--allow-host '%.100s': %s", text, why);
}

static char *part_of(CURLU *url, CURLUPart part, unsigned flags)
{
    char *text = NULL;
    return curl_url_get(url, part, &text, flags) == CURLUE_OK ? text : NULL;
}

static void set_host(struct place *out, struct arena *a, const char *text)
{
    struct str host = str_from(text);
    if (host.len > 1 && host.ptr[0] == '[')
        host = str_sub(host, 1, host.len - 2);
    else if (host.len > 1 && host.ptr[host.len - 1] == '.')
        host = str_sub(host, 0, host.len - 1);
    out->host = str_dup(a, host);
    out->is_address = address_read(&out->address, str_from(out->host));
}

bool place_of_url(struct place *out, struct arena *a, const char *text,
                  unsigned port)
{
    CURLU *url = curl_url();
    char *host = NULL, *number = NULL;
    uint64_t given = 0;
    *out = (struct place){.port = port};
    if (url != NULL && curl_url_set(url, CURLUPART_URL, text,
                                    CURLU_NON_SUPPORT_SCHEME |
                                        CURLU_GUESS_SCHEME) == CURLUE_OK) {
        host = part_of(url, CURLUPART_HOST, 0);
        number =
            part_of(url, CURLUPART_PORT, port == 0 ? CURLU_DEFAULT_PORT : 0);
    }
    bool ok = host != NULL && host[0] != '\0';
    if (ok)
        set_host(out, a, host);
    if (number != NULL && text_to_u64(str_from(number), 65535, &given))
        out->port = (unsigned)given;
    curl_free(host);
    curl_free(number);
    curl_url_cleanup(url);
    return ok;
}

/* Only rules for addresses, of which a name is none. */
static bool is_named(const struct trust *t, const struct place *p)
{
    for (size_t i = 0; i < t->host_count; i++) {
        struct rule r;
        if (t->host[i][0] != '/' && rule_read(&r, t->host[i]) == NULL &&
            rule_takes(&r, p))
            return true;
    }
    return false;
}

static const char *place_problem(struct arena *a, const struct trust *t,
                                 const struct place *p)
{
    if (is_named(t, p))
        return NULL;
    bool six = strchr(p->host, ':') != NULL;
    const char *shown =
        arena_printf(a, p->port == 0 ? "%s%.*s%s" : "%s%.*s%s:%u",
                     six ? "[" : "", SHOWN, p->host, six ? "]" : "", p->port);
    if (t->host_count > 0)
        return arena_printf(a, "'%s' is not allowed: no --allow-host names it",
                            shown);
    if (t->untrusted && p->is_address && address_is_metadata(&p->address))
        return arena_printf(a,
                            "'%s' gives credentials or is on this link, which "
                            "--untrusted does not allow: --allow-host %.*s",
                            shown, SHOWN, p->host);
    return NULL;
}

static const char *url_problem(struct arena *a, const struct trust *t,
                               const char *url, unsigned port)
{
    struct place place;
    if (!place_of_url(&place, a, url, port))
        return t->host_count == 0
                   ? NULL
                   : "where this goes cannot be read, so no --allow-host "
                     "names it";
    return place_problem(a, t, &place);
}

bool trust_names_socket(const struct trust *t, const char *path)
{
    for (size_t i = 0; t != NULL && i < t->host_count; i++)
        if (strcmp(t->host[i], path) == 0)
            return true;
    return false;
}

/* "[::1]:53", "10.0.0.1:53", "::1" */
static const char *resolver_problem(struct arena *a, const struct trust *t,
                                    const char *server)
{
    const char *colon = strchr(server, ':');
    bool bare =
        server[0] != '[' && colon != NULL && strchr(colon + 1, ':') != NULL;
    return url_problem(
        a, t, arena_printf(a, bare ? "dns://[%s]" : "dns://%s", server),
        DNS_PORT);
}

/* A name is looked up at the servers of whoever owns it. */
static const char *dns_problem(struct arena *a, const struct trust *t,
                               const struct dns *dns)
{
    struct place name = {.port = 0};
    set_host(&name, a, dns->name);
    const char *problem =
        dns->server == NULL ? NULL : resolver_problem(a, t, dns->server);
    return problem != NULL ? problem : place_problem(a, t, &name);
}

/* Who is connected to in place of the host. */
static const char *route_problem(struct arena *a, const struct trust *t,
                                 const struct transport *by, unsigned port)
{
    const char *problem = NULL;
    if (by->proxy != NULL && strcmp(by->proxy, "env") != 0)
        problem = url_problem(a, t, by->proxy, PROXY_PORT);
    if (problem == NULL && by->unix_socket != NULL && t->host_count > 0 &&
        !trust_names_socket(t, by->unix_socket))
        problem = arena_printf(
            a, "the socket '%.*s' is not allowed: no --allow-host names it",
            SHOWN, by->unix_socket);
    for (size_t i = 0; problem == NULL && i < by->resolve_count; i++) {
        struct place at = {.port = port};
        set_host(&at, a, by->resolve[i].value);
        problem = place_problem(a, t, &at);
    }
    return problem;
}

/* The client library connects by itself, so its address is not looked at. */
const char *trust_database_problem(struct arena *a, const struct trust *t,
                                   const char *endpoint)
{
    struct place place = {.port = 0};
    if (t == NULL || (t->host_count == 0 && !t->untrusted))
        return NULL;
    if (place_of_url(&place, a, arena_printf(a, "tcp://%s", endpoint), 0) &&
        is_named(t, &place))
        return NULL;
    return arena_printf(a,
                        "'%.*s' is the server of a database, which no "
                        "--allow-host names",
                        SHOWN, endpoint);
}

const char *trust_check_problem(struct arena *a, const struct trust *t,
                                const struct check *c, const char *url)
{
    struct place place = {.port = HTTPS_PORT};
    if (t == NULL || (t->host_count == 0 && !t->untrusted) ||
        c->command_count > 0 || c->migrations != NULL ||
        kind_of(c->kind)->is_flow)
        return NULL;
    if (c->dns.name != NULL)
        return dns_problem(a, t, &c->dns);
    if (c->endpoint != NULL)
        url = arena_printf(a, "tcp://%s", c->endpoint);
    bool known = place_of_url(&place, a, url, 0);
    const char *problem = route_problem(a, t, &c->transport, place.port);
    if (problem != NULL || c->transport.unix_socket != NULL)
        return problem;
    return known ? place_problem(a, t, &place) : url_problem(a, t, url, 0);
}

const char *trust_receiver_problem(struct arena *a, const struct trust *t,
                                   const struct receiver *r)
{
    const char *url = r->url != NULL ? r->url : r->server;
    struct place place;
    if (t == NULL || url == NULL || (t->host_count == 0 && !t->untrusted))
        return NULL;
    if (place_of_url(&place, a, url, 0) && is_named(t, &place))
        return NULL;
    return "a receiver gets what was observed: with --untrusted or "
           "--allow-host, an --allow-host must name its host";
}

bool trust_takes_address(const struct trust *t, const struct sockaddr *address)
{
    struct place place = {.host = "", .is_address = true};
    if (!trust_is_untrusted(t) || !address_of(&place.address, address) ||
        !address_is_metadata(&place.address))
        return true;
    for (size_t i = 0; i < t->host_count; i++) {
        struct rule r;
        if (t->host[i][0] == '/' || rule_read(&r, t->host[i]) != NULL)
            continue;
        r.port = 0; /* that was judged with the name */
        if (rule_takes(&r, &place))
            return true;
    }
    return false;
}
