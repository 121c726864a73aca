/* Keys of a check that have no effect on what it asks. */
#include "plan/idle.h"

#include <string.h>

#include "base/text.h"

#define LIST_MAX 1000 /* longer lists are not compared with themselves */

/* What is known of the place that is asked before any variable is. */
struct place {
    bool known;      /* the scheme is written out */
    bool plain;      /* it has no TLS */
    struct str host; /* as written; empty: a variable is part of it */
};

static struct str host_of(struct str authority)
{
    size_t at = str_find(authority, STR("@"), 0);
    if (at < authority.len)
        authority = str_sub(authority, at + 1, authority.len);
    if (str_starts(authority, STR("["))) {
        size_t end = str_find(authority, STR("]"), 0);
        return str_sub(authority, 0, end + 1);
    }
    return str_sub(authority, 0, str_find(authority, STR(":"), 0));
}

/* The authority ends before a path, a query or a fragment. */
static struct str authority_of(struct str url)
{
    size_t end = 0;
    while (end < url.len && strchr("/?#", url.ptr[end]) == NULL)
        end++;
    return str_sub(url, 0, end);
}

static struct place place_of(const struct yaml_node *map, const struct check *c)
{
    struct place p = {.known = false};
    const struct yaml_node *n =
        map->kind == YAML_MAP ? yaml_get(map, kind_key(c->kind)) : NULL;
    const char *form = kind_form(c->kind);
    bool web = strcmp(form, "url") == 0;
    bool grpc = strcmp(form, "grpc endpoint") == 0;
    bool endpoint = strcmp(form, "endpoint") == 0;
    if (n == NULL || n->kind != YAML_SCALAR || !(web || grpc || endpoint))
        return p;
    bool http = str_starts(n->text, STR("http://"));
    bool https = str_starts(n->text, STR("https://"));
    struct str rest = str_sub(n->text, https ? 8 : http ? 7 : 0, n->text.len);
    struct str authority = authority_of(rest);
    bool written = str_find(authority, STR("$"), 0) == authority.len;
    p.known = http || https || (!web && written);
    p.plain = http || (grpc && !https);
    if (written && p.known)
        p.host = host_of(authority);
    return p;
}

typedef const char *reason(struct loader *l, const struct yaml_node *map,
                           const struct check *check);

/* Redirects may lead to https, a proxy may be asked by it. */
static bool has_tls(const struct yaml_node *map, const struct check *c)
{
    const struct place p = place_of(map, c);
    const char *proxy = c->transport.proxy;
    return !p.known || !p.plain || c->redirects > 0 ||
           (proxy != NULL && !str_starts(str_from(proxy), STR("http://")));
}

static const char *idle_insecure(struct loader *l, const struct yaml_node *map,
                                 const struct check *c)
{
    (void)l;
    return !c->transport.insecure || has_tls(map, c)
               ? NULL
               : "there is no certificate without https://";
}

static const char *idle_ca(struct loader *l, const struct yaml_node *map,
                           const struct check *c)
{
    (void)l;
    if (c->transport.insecure)
        return "'insecure' accepts any certificate";
    return has_tls(map, c) ? NULL : "there is no certificate without https://";
}

static const char *idle_client(struct loader *l, const struct yaml_node *map,
                               const struct check *c)
{
    (void)l;
    return has_tls(map, c) ? NULL : "there is no certificate without https://";
}

static const char *idle_proxy(struct loader *l, const struct yaml_node *map,
                              const struct check *c)
{
    (void)l, (void)map;
    return c->transport.unix_socket == NULL
               ? NULL
               : "'unix_socket' is connected to instead";
}

/* Names of `resolve` are kept in ASCII. */
static struct str in_ascii(struct loader *l, struct str host)
{
    const char *ascii = host_ascii(l->arena, str_dup(l->arena, host));
    return ascii == NULL ? host : str_from(ascii);
}

static const char *idle_resolve(struct loader *l, const struct yaml_node *map,
                                const struct check *c)
{
    const struct place p = place_of(map, c);
    if (c->transport.unix_socket != NULL)
        return "'unix_socket' is connected to instead";
    if (c->transport.proxy != NULL && strcmp(c->transport.proxy, "env") != 0)
        return "the proxy resolves the name";
    if (p.host.len == 0 || c->redirects > 0)
        return NULL;
    struct str ascii = in_ascii(l, p.host);
    for (size_t i = 0; i < c->transport.resolve_count; i++) {
        const char *host = c->transport.resolve[i].name;
        if (!str_equal_nocase(str_from(host), ascii))
            return arena_printf(l->arena, "'%.100s' is not the host '%.*s'",
                                host, STR_ARGS(str_sub(p.host, 0, 100)));
    }
    return NULL;
}

static bool is_address(struct str host)
{
    bool digits = host.len > 0;
    for (size_t i = 0; i < host.len; i++)
        digits = digits && strchr("0123456789.", host.ptr[i]) != NULL;
    return digits || str_starts(host, STR("["));
}

static const char *idle_addresses(struct loader *l, const struct yaml_node *map,
                                  const struct check *c)
{
    const struct place p = place_of(map, c);
    if (c->addresses != ADDRESSES_EACH || p.host.len == 0)
        return NULL;
    if (is_address(p.host))
        return "the host is one address already";
    for (size_t i = 0; i < c->transport.resolve_count; i++)
        if (str_equal_nocase(str_from(c->transport.resolve[i].name),
                             in_ascii(l, p.host)))
            return "'resolve' gives the host one address";
    return NULL;
}

static const char *idle_cookies(struct loader *l, const struct yaml_node *map,
                                const struct check *c)
{
    const struct yaml_node *own = yaml_get(map, "cookies");
    (void)l;
    if (own != NULL && own->kind == YAML_MAP)
        return NULL;
    if (kind_of(c->kind)->is_flow)
        return c->transport.cookie_jar || own == NULL
                   ? NULL
                   : "steps keep cookies; write it in the step";
    return !c->transport.cookie_jar || c->redirects > 0
               ? NULL
               : "it needs 'redirects' above 0: nothing else sets cookies";
}

static const char *idle_connect(struct loader *l, const struct yaml_node *map,
                                const struct check *c)
{
    (void)l, (void)map;
    return c->connect_timeout_ms <= c->timeout_ms
               ? NULL
               : "the 'timeout' of the attempt is shorter";
}

static const char *idle_version(struct loader *l, const struct yaml_node *map,
                                const struct check *c)
{
    (void)l, (void)map;
    return c->identity != NULL ? NULL : "it needs an 'identity'";
}

static const struct {
    const char *key;
    reason *why;
} rules[] = {
    {"version", idle_version},
    {"insecure", idle_insecure},
    {"ca", idle_ca},
    {"client_cert", idle_client},
    {"proxy", idle_proxy},
    {"resolve", idle_resolve},
    {"addresses", idle_addresses},
    {"cookies", idle_cookies},
    {"connect_timeout", idle_connect},
};

static const char *reason_of(struct loader *l, const struct yaml_node *map,
                             const struct check *check, struct str key)
{
    for (size_t i = 0; i < ARRAY_COUNT(rules); i++)
        if (str_is(key, rules[i].key))
            return rules[i].why(l, map, check);
    return NULL;
}

/* The map of a step, which may replace what its check says. */
static const struct yaml_node *step_map(const struct loader *l, size_t index)
{
    size_t main = l->steps->count;
    return index < main ? l->steps->item[index]
                        : l->finally->item[index - main];
}

/* Idle in a flow is what is idle in every step. */
static const char *reason_in_flow(struct loader *l, const struct check *flow,
                                  struct str key)
{
    const char *why = NULL;
    for (size_t i = 0; i < flow->step_count; i++) {
        const struct yaml_node *map = step_map(l, i);
        const char *name = str_dup(l->arena, key);
        if (!kind_has_key(flow->step[i].kind, key))
            why = why != NULL ? why : "no step is of a kind that has it";
        else if (yaml_get(map, name) != NULL)
            why = why != NULL ? why : "every step has its own";
        else if ((why = reason_of(l, map, &flow->step[i], key)) == NULL)
            return NULL;
    }
    return why;
}

const char *idle_reason(struct loader *l, const struct yaml_node *map,
                        const struct check *check, struct str key)
{
    static const char *const whole[] = {
        "id",   "title",   "steps",   "finally", "severity", "needs",
        "tags", "targets", "headers", "auth",    "addresses"};
    if (!kind_of(check->kind)->is_flow || str_is(key, "cookies"))
        return reason_of(l, map, check, key);
    for (size_t i = 0; i < ARRAY_COUNT(whole); i++)
        if (str_is(key, whole[i]))
            return NULL;
    return reason_in_flow(l, check, key);
}

/* A word twice in a list says nothing the second time. */
static bool check_list(struct loader *l, const struct yaml_node *list)
{
    size_t count = list->kind == YAML_LIST ? list->count : 0;
    for (size_t i = 0; count <= LIST_MAX && i < count; i++)
        for (size_t k = 0; k < i; k++) {
            if (list->item[i]->kind != YAML_SCALAR ||
                list->item[k]->kind != YAML_SCALAR ||
                !str_equal(list->item[i]->text, list->item[k]->text))
                continue;
            diags_add(l->diags, list->item[i]->pos,
                      "'%.100s' is in this list twice",
                      list->item[i]->text.ptr);
            return false;
        }
    return true;
}

/* Of two names that differ in case only, the second replaces the first. */
static bool check_headers(struct loader *l, const struct yaml_node *map)
{
    static const struct {
        const char *name, *key;
    } made[] = {{"authorization", "auth"}, {"cookie", "cookies"}};
    const struct yaml_node *headers = yaml_get(map, "headers");
    size_t count =
        headers == NULL || headers->kind != YAML_MAP ? 0 : headers->count;
    for (size_t i = 0; i < count; i++) {
        const struct yaml_node *name = headers->item[2 * i];
        for (size_t k = 0; k < ARRAY_COUNT(made); k++) {
            const struct yaml_node *other = yaml_get(map, made[k].key);
            if (other == NULL || yaml_is_null(other) ||
                (k == 1 && other->kind != YAML_MAP) ||
                !str_equal_nocase(name->text, str_from(made[k].name)))
                continue;
            diags_add(l->diags, name->pos,
                      "'%s' and '%s' are the same header: give one of them",
                      name->text.ptr, made[k].key);
            return false;
        }
        for (size_t k = 0; k < i && count <= LIST_MAX; k++) {
            if (!str_equal_nocase(name->text, headers->item[2 * k]->text))
                continue;
            diags_add(l->diags, name->pos,
                      "'%s' replaces '%s': names of headers have no case",
                      name->text.ptr, headers->item[2 * k]->text.ptr);
            return false;
        }
    }
    return true;
}

/* What fails in `expect` is never degraded. */
static bool check_degraded(struct loader *l, const struct check *c)
{
    for (size_t i = 0; i < c->degraded_count; i++)
        for (size_t k = 0; k < c->expect_count; k++) {
            if (!str_equal(c->degraded[i].text, c->expect[k].text))
                continue;
            diags_add(l->diags, c->degraded[i].pos,
                      "this has no effect: it is in 'expect', too, so it "
                      "fails and is never degraded");
            return false;
        }
    return true;
}

bool idle_check(struct loader *l, const struct yaml_node *map,
                const struct check *check)
{
    static const char *const lists[] = {"tags", "needs"};
    bool ok = true;
    if (l->bound != NULL || map->kind != YAML_MAP)
        return true; /* it was judged when it was read first */
    for (size_t i = 0; i < map->count; i++) {
        const struct yaml_node *key = map->item[2 * i];
        const struct yaml_node *value = map->item[2 * i + 1];
        const char *why = idle_reason(l, map, check, key->text);
        if (why != NULL)
            diags_add(l->diags, key->pos, "'%s' has no effect: %s",
                      key->text.ptr, why);
        ok = ok && why == NULL;
        if (str_is(key->text, "patience"))
            ok = patience_check(l, value, check) && ok;
        for (size_t k = 0; k < ARRAY_COUNT(lists); k++)
            if (str_is(key->text, lists[k]))
                ok = check_list(l, value) && ok;
    }
    return check_headers(l, map) && check_degraded(l, check) && ok;
}
