/* Names of this server: of the Host header, and of the site in Origin. */
#include <arpa/inet.h>
#include <string.h>

#include "app/serve/internal.h"
#include "base/text.h"

struct authority {
    char host[SERVE_NAME_BYTES_MAX + 1]; /* without brackets */
    struct str port;                     /* "": none is named */
};

static bool is_host_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
}

/* HOST, HOST:PORT, [ADDRESS], [ADDRESS]:PORT */
static bool part(struct str text, struct authority *out)
{
    bool six = text.len > 0 && text.ptr[0] == '[';
    size_t end = str_find(text, six ? STR("]") : STR(":"), 0);
    struct str host = six ? str_sub(text, 1, end - 1) : str_sub(text, 0, end);
    struct str rest = str_sub(text, six ? end + 1 : end, text.len);
    uint64_t number;
    if ((six && end == text.len) || host.len == 0 ||
        host.len > SERVE_NAME_BYTES_MAX)
        return false;
    for (size_t i = 0; i < host.len; i++)
        if (!is_host_byte(host.ptr[i]) && !(six && host.ptr[i] == ':'))
            return false;
    memcpy(out->host, host.ptr, host.len);
    out->host[host.len] = '\0';
    out->port = str_sub(rest, 1, rest.len);
    return rest.len == 0 ||
           (rest.ptr[0] == ':' && text_to_u64(out->port, 65535, &number));
}

bool server_name_valid(const char *name)
{
    struct authority a;
    return part(str_from(name), &a);
}

static bool same_address(const char *a, const char *b)
{
    struct in6_addr one, other;
    struct in_addr four, other_four;
    if (inet_pton(AF_INET, a, &four) == 1)
        return inet_pton(AF_INET, b, &other_four) == 1 &&
               four.s_addr == other_four.s_addr;
    return inet_pton(AF_INET6, a, &one) == 1 &&
           inet_pton(AF_INET6, b, &other) == 1 &&
           memcmp(&one, &other, sizeof(one)) == 0;
}

static bool is_address(const char *host)
{
    return same_address(host, host);
}

static bool is_loopback(const char *host)
{
    struct in_addr four;
    return str_equal_nocase(str_from(host), STR("localhost")) ||
           same_address(host, "::1") ||
           (inet_pton(AF_INET, host, &four) == 1 &&
            ntohl(four.s_addr) >> 24 == 127);
}

static bool is_named(const struct serve_options *o, const struct authority *a)
{
    for (size_t i = 0; i < o->name_count; i++) {
        struct authority name;
        if (part(str_from(o->names[i]), &name) &&
            str_equal_nocase(str_from(name.host), str_from(a->host)) &&
            (name.port.len == 0 || str_equal(name.port, a->port)))
            return true;
    }
    return false;
}

/*
 * An address is never a name that somebody else resolved, so a server that
 * listens everywhere answers to all of them, at whatever port it is mapped to.
 */
bool hosts_allow(const struct serve_options *o, const struct listener *l,
                 struct str host)
{
    struct authority a;
    uint64_t port = 0;
    if (l->host[0] == '\0')
        return true;
    if (!part(host, &a))
        return false;
    if (is_named(o, &a))
        return true;
    if (l->everywhere)
        return is_address(a.host) || is_loopback(a.host);
    if (a.port.len > 0 &&
        (!text_to_u64(a.port, 65535, &port) || port != l->port))
        return false;
    return same_address(a.host, l->host) || (l->local && is_loopback(a.host));
}

bool origin_is(struct str origin, struct str host)
{
    static const char *const scheme[] = {"http://", "https://"};
    for (size_t i = 0; i < ARRAY_COUNT(scheme); i++) {
        struct str start = str_from(scheme[i]);
        if (str_starts(origin, start))
            return str_equal_nocase(str_sub(origin, start.len, origin.len),
                                    host);
    }
    return false;
}
