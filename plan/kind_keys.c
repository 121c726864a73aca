/* The kinds of checks, and which queries each of them can answer. */
#include <string.h>

#include "base/text.h"
#include "plan/keys.h"
#include "plan/query.h"

bool kind_set(struct loader *l, const struct yaml_node *n, struct check *check,
              enum check_kind kind)
{
    if (check->url != NULL) {
        diags_add(
            l->diags, n->pos,
            "a second thing to ask: give one of url, tcp, tls, grpc, dns, "
            "exec and steps");
        return false;
    }
    check->kind = (int)kind;
    check->url = name_of(&check_kind_names, check->kind);
    return true;
}

/* What is not known yet is looked at when it is. */
static bool is_late(const struct loader *l, size_t before)
{
    return l->late_count > before;
}

/* The text with its host in ASCII; itself where that cannot be. */
static const char *with_ascii_host(const struct loader *l, const char *text)
{
    const char *url = arena_printf(l->arena, "x://%s", text);
    const char *ascii = url_ascii(l->arena, url);
    return ascii == NULL ? text : ascii + strlen("x://");
}

bool read_url(struct loader *l, const struct yaml_node *n, void *out)
{
    struct check *check = out;
    size_t late = l->late_count;
    if (!kind_set(l, n, check, KIND_HTTP) ||
        !read_clean_text(l, n, &check->url))
        return false;
    const char *problem = url_problem(l->arena, check->url);
    if (problem == NULL)
        check->url = url_ascii(l->arena, check->url);
    if (problem == NULL || is_late(l, late))
        return true;
    diags_add(l->diags, n->pos, "%s", problem);
    return false;
}

static bool is_host(struct str host)
{
    for (size_t i = 0; i < host.len; i++) {
        char c = host.ptr[i];
        bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                    (c >= '0' && c <= '9');
        if (!word && (c == '\0' || strchr("-._:[]", c) == NULL))
            return false;
    }
    return host.len > 0;
}

/* host:port, an IPv6 address in brackets */
static bool read_endpoint(struct loader *l, const struct yaml_node *n,
                          struct check *check, enum check_kind kind)
{
    const char *text = NULL;
    uint64_t port = 0;
    size_t late = l->late_count;
    if (!kind_set(l, n, check, kind) || !read_clean_text(l, n, &text))
        return false;
    text = with_ascii_host(l, text);
    const char *colon = strrchr(text, ':');
    struct str host = {text, colon == NULL ? 0 : (size_t)(colon - text)};
    bool bracketed =
        host.len > 0 && host.ptr[0] == '[' && host.ptr[host.len - 1] == ']';
    bool plain = str_find(host, STR(":"), 0) == host.len;
    check->endpoint = text;
    check->url = arena_printf(l->arena, "%s://%s",
                              name_of(&check_kind_names, (int)kind), text);
    if (colon != NULL && (bracketed || plain) && is_host(host) &&
        text_to_u64(str_from(colon + 1), 65535, &port) && port > 0)
        return true;
    if (is_late(l, late))
        return true;
    diags_add(l->diags, n->pos,
              "expected host:port such as db.example.com:5432, found '%.100s'",
              text);
    return false;
}

bool read_tcp(struct loader *l, const struct yaml_node *n, void *out)
{
    return read_endpoint(l, n, out, KIND_TCP);
}

bool read_tls(struct loader *l, const struct yaml_node *n, void *out)
{
    return read_endpoint(l, n, out, KIND_TLS);
}

bool read_exec(struct loader *l, const struct yaml_node *n, void *out)
{
    struct check *check = out;
    struct buf line;
    if (!kind_set(l, n, check, KIND_EXEC) ||
        !read_texts(l, n, &check->command, &check->command_count))
        return false;
    if (check->command_count == 0 || check->command_count > COMMAND_WORDS_MAX) {
        diags_add(l->diags, n->pos,
                  "expected a program and its arguments, %d words at most, "
                  "found %zu",
                  COMMAND_WORDS_MAX, check->command_count);
        return false;
    }
    buf_init(&line, VALUE_BYTES_MAX);
    buf_text(&line, "exec:");
    for (size_t i = 0; i < check->command_count; i++) {
        buf_char(&line, ' ');
        text_shell_quote(&line, str_from(check->command[i]));
    }
    check->url = buf_dup(l->arena, &line);
    buf_release(&line);
    return true;
}

/* The health service of gRPC is a POST like any other, over HTTP/2. */
bool read_grpc(struct loader *l, const struct yaml_node *n, void *out)
{
    struct check *check = out;
    const char *text = NULL;
    size_t late = l->late_count;
    if (!kind_set(l, n, check, KIND_GRPC) || !read_clean_text(l, n, &text))
        return false;
    bool schemed = strstr(text, "://") != NULL;
    const char *ascii = schemed ? url_ascii(l->arena, text) : NULL;
    text = ascii != NULL ? ascii : with_ascii_host(l, text);
    struct str url = str_from(text);
    bool http = str_starts(url, STR("http://"));
    bool https = str_starts(url, STR("https://"));
    struct str end = str_sub(url, https ? 8 : http ? 7 : 0, url.len);
    size_t colon = end.len;
    uint64_t port = 0;
    while (colon > 0 && end.ptr[colon - 1] != ':')
        colon--;
    check->url = arena_printf(l->arena, "%s://%.*s/grpc.health.v1.Health/Check",
                              https ? "https" : "http", STR_ARGS(end));
    if (colon > 1 && is_host(str_sub(end, 0, colon - 1)) &&
        text_to_u64(str_sub(end, colon, end.len), 65535, &port) && port > 0)
        return true;
    if (is_late(l, late))
        return true;
    diags_add(l->diags, n->pos,
              "expected host:port, or https://host:port, found '%.100s'", text);
    return false;
}

static bool is_dns_name(const char *name)
{
    size_t good = strspn(name, "abcdefghijklmnopqrstuvwxyz"
                               "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._");
    return good > 0 && name[good] == '\0' && good <= 253;
}

/* A name alone asks for its addresses. */
bool read_dns(struct loader *l, const struct yaml_node *n, void *out)
{
    struct check *check = out;
    bool map = n->kind == YAML_MAP;
    size_t late = l->late_count;
    if (!kind_set(l, n, check, KIND_DNS) ||
        (map ? !keys_read(l, n, &dns_keys, false, &check->dns)
             : !read_clean_text(l, n, &check->dns.name)))
        return false;
    const char *ascii = host_ascii(l->arena, check->dns.name);
    check->dns.name = ascii == NULL ? check->dns.name : ascii;
    check->url = arena_printf(
        l->arena, "dns://%s/%s?type=%s",
        check->dns.server == NULL ? "" : check->dns.server, check->dns.name,
        name_of(&dns_type_names, check->dns.type));
    bool server = check->dns.server == NULL ||
                  check->dns.server[strspn(
                      check->dns.server, "0123456789abcdefABCDEF.:[]")] == '\0';
    if ((is_dns_name(check->dns.name) && server) || is_late(l, late))
        return true;
    diags_add(l->diags, n->pos,
              server ? "expected a name of the DNS, found '%.100s'"
                     : "expected the address of a resolver, perhaps with "
                       ":port, for '%.100s'",
              check->dns.name);
    return false;
}

bool read_send(struct loader *l, const struct yaml_node *n, void *out)
{
    struct check *check = out;
    return read_text(l, n, &check->send);
}

#define HTTP (1u << KIND_HTTP)
#define TCP  (1u << KIND_TCP)
#define TLS  (1u << KIND_TLS)
#define EXEC (1u << KIND_EXEC)
#define GRPC (1u << KIND_GRPC)
#define DNS  (1u << KIND_DNS)
#define FLOW (1u << KIND_STEPS)
#define ONE  (HTTP | TCP | TLS | EXEC | GRPC | DNS) /* a request */

/* In the order of enum query_kind: the kinds that can answer it. */
static const unsigned answers[] = {
    [QUERY_STATUS] = HTTP | GRPC,
    [QUERY_VERSION] = HTTP | GRPC,
    [QUERY_HEADER] = HTTP | GRPC,
    [QUERY_COOKIE] = HTTP,
    [QUERY_BODY] = HTTP | TCP | GRPC | DNS,
    [QUERY_BYTES] = HTTP | TCP,
    [QUERY_JSONPATH] = HTTP | EXEC | DNS,
    [QUERY_XPATH] = HTTP,
    [QUERY_REGEX] = HTTP | TCP | EXEC | DNS,
    [QUERY_SHA256] = HTTP,
    [QUERY_URL] = HTTP | GRPC,
    [QUERY_REDIRECTS] = HTTP,
    [QUERY_IP] = HTTP | TCP | TLS | GRPC,
    [QUERY_DURATION] = HTTP | TCP | TLS | EXEC | GRPC | DNS,
    [QUERY_CERTIFICATE] = HTTP | TLS | GRPC,
    [QUERY_VARIABLE] = HTTP | TCP | TLS | EXEC | GRPC | DNS,
    [QUERY_EXIT] = EXEC,
    [QUERY_STDOUT] = EXEC,
};

static bool is_told(struct loader *l, const struct check *check, struct pos pos,
                    unsigned kinds, const char *query)
{
    bool vowel = check->kind == KIND_EXEC || check->kind == KIND_HTTP;
    if ((kinds >> check->kind & 1u) != 0)
        return true;
    diags_add(l->diags, pos, "'%s' is nothing that %s %s check tells", query,
              vowel ? "an" : "a", name_of(&check_kind_names, check->kind));
    return false;
}

static bool query_is_told(struct loader *l, const struct check *check,
                          struct pos pos, const struct query *q)
{
    return is_told(l, check, pos, answers[q->kind],
                   name_of(&query_names, (int)q->kind));
}

static bool check_queries(struct loader *l, const struct check *check,
                          const struct expect *e, size_t count)
{
    bool ok = true;
    for (size_t i = 0; i < count; i++) {
        if (e[i].schema != NULL)
            ok = is_told(l, check, e[i].pos, HTTP | EXEC | DNS, "schema") && ok;
        else
            ok = query_is_told(l, check, e[i].pos, &e[i].query) && ok;
    }
    return ok;
}

static bool check_captures(struct loader *l, const struct check *check)
{
    bool ok = true;
    for (size_t i = 0; i < check->capture_count; i++)
        ok = query_is_told(l, check, check->capture[i].pos,
                           &check->capture[i].query) &&
             ok;
    return ok;
}

/* Keys that mean something to these kinds only. */
static const struct {
    const char *key;
    unsigned kinds;
} key_row[] = {
    {"steps", FLOW},
    {"finally", FLOW},
    {"expect", ONE},
    {"degraded", ONE},
    {"inconclusive", ONE | FLOW},
    {"schema", ONE},
    {"capture", ONE},
    {"method", HTTP},
    {"headers", HTTP | GRPC | FLOW},
    {"cookies", HTTP | FLOW},
    {"auth", HTTP | GRPC | FLOW},
    {"body", HTTP},
    {"form", HTTP},
    {"json", HTTP},
    {"redirects", HTTP | FLOW},
    {"compressed", HTTP | FLOW},
    {"http_version", HTTP | FLOW},
    {"identity", HTTP | GRPC | TCP | EXEC},
    {"version", HTTP | GRPC | TCP | EXEC},
    {"send", TCP},
    {"starttls", TLS},
    {"service", GRPC},
    {"ca", HTTP | GRPC | TLS | FLOW},
    {"client_cert", HTTP | GRPC | TLS | FLOW},
    {"insecure", HTTP | GRPC | TLS | FLOW},
    {"proxy", HTTP | GRPC | TCP | TLS | FLOW},
    {"unix_socket", HTTP | GRPC | TCP | TLS | FLOW},
    {"resolve", HTTP | GRPC | TCP | TLS | FLOW},
    {"addresses", HTTP | GRPC | TCP | TLS},
    {"connect_timeout", HTTP | GRPC | TCP | TLS | FLOW},
    {"max_body", HTTP | GRPC | TCP | EXEC | DNS | FLOW},
};

bool kind_has_key(int kind, struct str key)
{
    for (size_t i = 0; i < ARRAY_COUNT(key_row); i++)
        if (str_is(key, key_row[i].key))
            return (key_row[i].kinds >> kind & 1u) != 0;
    return true;
}

/* In the check itself; defaults are for checks of every kind. */
static bool check_keys_of_kind(struct loader *l, const struct yaml_node *map,
                               const struct check *check)
{
    bool ok = true;
    for (size_t i = 0; map->kind == YAML_MAP && i < map->count; i++) {
        const struct yaml_node *key = map->item[2 * i];
        if (kind_has_key(check->kind, key->text))
            continue;
        diags_add(l->diags, key->pos,
                  "'%s' means nothing to a check of kind %s", key->text.ptr,
                  name_of(&check_kind_names, check->kind));
        ok = false;
    }
    return ok;
}

/* Defaults may name a build for those checks of a file that can tell it. */
static bool version_is_used(struct loader *l, const struct yaml_node *map,
                            const struct check *check)
{
    const struct yaml_node *own =
        map->kind == YAML_MAP ? yaml_get(map, "version") : NULL;
    if (own == NULL || check->identity != NULL)
        return true;
    diags_add(l->diags, own->pos,
              "'version' has no effect without an 'identity', such as "
              "jsonpath \"$.commit\"");
    return false;
}

static bool same_place(struct pos a, struct pos b)
{
    return a.source == b.source && a.line == b.line && a.column == b.column;
}

/* --explain shows what has an effect. */
static void drop_origin(struct loader *l, struct check *check,
                        const struct expect *e)
{
    struct origin *kept =
        arena_array(l->arena, check->origin_count + 1, sizeof(*kept));
    size_t count = 0;
    for (size_t i = 0; i < check->origin_count; i++)
        if (!same_place(check->origin[i].pos, e->pos))
            kept[count++] = check->origin[i];
    check->origin = kept;
    check->origin_count = count;
}

/*
 * Defaults are for checks of every kind, and a flow's for all its steps: what
 * came with them and says nothing of this kind goes.
 */
static void drop_inherited(struct loader *l, struct check *check)
{
    size_t count = 0;
    struct expect *kept =
        arena_array(l->arena, check->inconclusive_count + 1, sizeof(*kept));
    for (size_t i = 0; i < check->inconclusive_count; i++) {
        const struct expect *e = &check->inconclusive[i];
        unsigned kinds =
            e->schema != NULL ? HTTP | EXEC | DNS : answers[e->query.kind];
        if (i >= l->inherited || (kinds >> check->kind & 1u) != 0)
            kept[count++] = *e;
        else
            drop_origin(l, check, e);
    }
    check->inconclusive = kept;
    check->inconclusive_count = count;
}

/* Those of a flow are looked at step by step. */
static bool check_inconclusive(struct loader *l, struct check *check)
{
    if (check->kind == KIND_STEPS)
        return true;
    drop_inherited(l, check);
    return check_queries(l, check, check->inconclusive,
                         check->inconclusive_count);
}

bool kind_check(struct loader *l, const struct yaml_node *map,
                struct check *check)
{
    if (check->url == NULL) {
        diags_add(
            l->diags, map->pos,
            "check '%.100s' has no 'url', and no tcp, tls, grpc, dns, exec or "
            "steps",
            check->id == NULL ? "?" : check->id);
        return false;
    }
    if (check->service != NULL && strlen(check->service) > SERVICE_BYTES_MAX) {
        diags_add(l->diags, map->pos, "a service of more than %d bytes",
                  SERVICE_BYTES_MAX);
        return false;
    }
    if (check->addresses == ADDRESSES_EACH &&
        (check->transport.proxy != NULL ||
         check->transport.unix_socket != NULL)) {
        diags_add(l->diags, map->pos,
                  "'addresses: each' cannot choose an address behind a proxy "
                  "or a socket");
        return false;
    }
    return check_keys_of_kind(l, map, check) &&
           version_is_used(l, map, check) &&
           check_queries(l, check, check->expect, check->expect_count) &&
           check_queries(l, check, check->degraded, check->degraded_count) &&
           check_inconclusive(l, check) && check_captures(l, check);
}
