/* Gatus: endpoints, and suites of them, with their conditions. */
#include "import/gatus/gatus.h"

#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "import/tool.h"

#define ELSEWHERE "it belongs to Gatus itself, not to a check"

/* Go's client follows ten. */
#define REDIRECTS "10"

static void read_method(struct reader *r, const struct yaml_node *n)
{
    const char *text = take_text(r, n);
    if (text != NULL)
        put(r->im, r->e, "method", text, n->pos);
}

static void read_headers(struct reader *r, const struct yaml_node *n)
{
    for (size_t i = 0; n->kind == YAML_MAP && i < n->count; i++) {
        const struct yaml_node *value = n->item[2 * i + 1];
        const char *text = take_text(r, value);
        if (text != NULL)
            put_header(r->im, r->e, n->item[2 * i]->text.ptr, text, value->pos);
    }
}

/* The body of a GraphQL request is the query in a JSON object. */
static void read_body(struct reader *r, const struct yaml_node *n)
{
    const char *text = take_text(r, n);
    if (text == NULL || text[0] == '\0')
        return;
    if (entry_field(r->e, "tcp") != NULL) {
        put(r->im, r->e, "send", text, n->pos);
    } else if (node_is_true(yaml_get(r->whole, "graphql"))) {
        struct buf json;
        buf_init(&json, (size_t)128 * 1024);
        buf_text(&json, "{\"query\": ");
        json_quote(&json, str_from(text));
        buf_char(&json, '}');
        put_bare(r->im, r->e, "json", buf_dup(r->im->arena, &json), n->pos);
        buf_release(&json);
    } else {
        put_json_or_body(r->im, r->e, text, n->pos);
    }
}

static void read_conditions(struct reader *r, const struct yaml_node *n)
{
    for (size_t i = 0; n->kind == YAML_LIST && i < n->count; i++) {
        const char *text = take_text(r, n->item[i]);
        if (text != NULL)
            condition_read(r->im, r->e, str_from(text), n->item[i]);
    }
}

static void read_certificate(struct reader *r, const struct yaml_node *n)
{
    const struct yaml_node *cert = yaml_get(n, "certificate-file");
    const struct yaml_node *key = yaml_get(n, "private-key-file");
    if (cert == NULL || key == NULL) {
        remark(r->im, n->pos, STR("tls"),
               "only a certificate with its key is imported",
               "give 'client_cert' both files");
        return;
    }
    put_pair(r->im, r->e, "client_cert", "cert", take_text(r, cert), cert->pos);
    put_pair(r->im, r->e, "client_cert", "key", take_text(r, key), key->pos);
    if (yaml_get(n, "renegotiation") != NULL)
        remark(r->im, yaml_get(n, "renegotiation")->pos, STR("renegotiation"),
               "TLS is never renegotiated here",
               "look whether the server needs it");
}

static const struct row client_rows[] = {
    CARRIED("insecure", "`insecure`", read_as_insecure),
    CARRIED("ignore-redirect", "no `redirects`", read_as_no_redirects),
    CARRIED("timeout", "`timeout`", read_as_timeout),
    CARRIED("proxy-url", "`proxy`", read_as_proxy),
    CARRIED("tls", "`client_cert`", read_certificate),
    LEFT("dns-resolver", "a check uses the resolver of the system",
         "give 'resolve' the addresses"),
    LEFT("oauth2", "postflight fetches no tokens by itself",
         "capture one in a check that this one needs"),
    LEFT("identity-aware-proxy", "postflight fetches no tokens by itself",
         "capture one in a check that this one needs"),
    LEFT("network", "a ping chooses between IPv4 and IPv6 by itself",
         "write 'ping -4' or 'ping -6' in 'exec'"),
    LEFT("tunnel", "postflight opens no SSH tunnels",
         "open it first, and name it in 'proxy'"),
};

static void read_client(struct reader *r, const struct yaml_node *n)
{
    struct reader inner = {.im = r->im, .e = r->e};
    rows_read(&inner, n, ROWS(client_rows));
}

static void read_group(struct reader *r, const struct yaml_node *n)
{
    const char *text = take_text(r, n);
    if (text != NULL && text[0] != '\0' && r->own != NULL)
        put_item(r->im, r->own, "tags", text, n->pos);
}

/* Values of the answer under which later endpoints of a suite use them. */
static void read_store(struct reader *r, const struct yaml_node *n)
{
    for (size_t i = 0; n->kind == YAML_MAP && i < n->count; i++) {
        struct str value = node_text(n->item[2 * i + 1]);
        struct pos pos = n->item[2 * i + 1]->pos;
        const char *name = name_from(r->im->arena, n->item[2 * i]->text, false);
        const char *path =
            str_starts(value, STR("[BODY]"))
                ? condition_path(r->im, str_sub(value, 6, value.len))
                : NULL;
        if (path == NULL) {
            remark(r->im, pos, value, "only parts of [BODY] can be captured",
                   "write a 'capture' by hand");
            continue;
        }
        put_pair(r->im, r->e, "capture", name,
                 value.len == 6 ? "body"
                                : arena_printf(r->im->arena, "jsonpath %s",
                                               quoted(r->im, path)),
                 pos);
        define_capture(r->im, str_from(name), false);
    }
}

static const struct row endpoint_rows[] = {
    CARRIED("enabled", "a check, unless it is false", NULL),
    CARRIED("name", "`id` and `title`", NULL),
    CARRIED("group", "`tags`", read_group),
    CARRIED("url", "`url`, `tcp`, `tls`, `grpc`, or `exec` of ping", NULL),
    CARRIED("method", "`method`", read_method),
    CARRIED("headers", "`headers`, `auth`", read_headers),
    CARRIED("graphql", "`json`", read_nothing),
    CARRIED("body", "`json`, `body` or `send`", read_body),
    CARRIED("dns", "`dns`", NULL),
    CARRIED("client", "the rows of client", read_client),
    CARRIED("conditions", "`expect`", read_conditions),
    CARRIED("store", "`capture`", read_store),
    CARRIED("always-run", "`finally`", read_nothing),
    LEFT("interval", "a check is probed when postflight runs",
         "let cron or CI run postflight at that interval"),
    LEFT(
        "alerts",
        "a run ends with an exit code; notifications are sent by what reads it",
        "let the CI job or cron notify them"),
    LEFT("ssh", "postflight does not log in by SSH",
         "let an 'exec' check run ssh"),
    LEFT("ui", ELSEWHERE, "nothing to do"),
    LEFT("maintenance-windows", "a check is probed when postflight runs",
         "do not run it then"),
    LEFT("extra-labels", "checks have tags, not labels", "add 'tags' by hand"),
    LEFT("dependencies", "what comes first is said otherwise",
         "write 'needs' by hand"),
};

static bool read_dns(struct import *im, struct entry *e,
                     const struct yaml_node *map, const struct yaml_node *dns)
{
    const struct yaml_node *name = yaml_get(dns, "query-name");
    const struct yaml_node *type = yaml_get(dns, "query-type");
    const struct yaml_node *url = yaml_get(map, "url");
    if (node_text(name).len == 0) {
        remark(im, dns->pos, STR("dns"), "it has no query-name",
               "write a 'dns' check by hand");
        return false;
    }
    const char *text = from_shell(im, name);
    size_t len = strlen(text);
    if (len > 1 && text[len - 1] == '.')
        text = arena_dup(im->arena, text, len - 1);
    put(im, e, "dns.name", text, name->pos);
    if (node_text(type).len > 0)
        put(im, e, "dns.type", from_shell(im, type), type->pos);
    if (node_text(url).len > 0)
        put(im, e, "dns.server", from_shell(im, url), url->pos);
    return true;
}

static const struct {
    const char *scheme, *key;
} scheme_row[] = {
    {"tcp://", "tcp"},   {"tls://", "tls"},    {"starttls://", "tls"},
    {"grpc://", "grpc"}, {"grpcs://", "grpc"}, {"icmp://", "exec"},
};

static bool read_scheme(struct import *im, struct entry *e, const char *text,
                        struct pos pos)
{
    for (size_t i = 0; i < ARRAY_COUNT(scheme_row); i++) {
        const char *scheme = scheme_row[i].scheme;
        if (strncmp(text, scheme, strlen(scheme)) != 0)
            continue;
        const char *rest = text + strlen(scheme);
        if (scheme[0] == 'i')
            put_ping(im, e, rest, pos);
        else if (strcmp(scheme, "grpcs://") == 0)
            put(im, e, "grpc", arena_printf(im->arena, "https://%s", rest),
                pos);
        else
            put(im, e, scheme_row[i].key, rest, pos);
        if (scheme[0] == 's')
            put(im, e, "starttls", "smtp", POS_NONE);
        return true;
    }
    return false;
}

/* What is asked; false: nothing that a check could ask. */
static bool read_url(struct import *im, struct entry *e,
                     const struct yaml_node *map)
{
    const struct yaml_node *n = yaml_get(map, "url");
    const struct yaml_node *dns = yaml_get(map, "dns");
    if (dns != NULL && dns->kind == YAML_MAP)
        return read_dns(im, e, map, dns);
    if (node_text(n).len == 0) {
        remark(im, map->pos, STR("endpoint"), "it has no url", "give it one");
        return false;
    }
    const char *text = text_of(im, n);
    if (strncmp(text, "http://", 7) == 0 || strncmp(text, "https://", 8) == 0 ||
        strncmp(text, "${", 2) == 0) {
        put(im, e, "url", text, n->pos);
        put_bare(im, e, "redirects", REDIRECTS, POS_NONE);
        return true;
    }
    if (read_scheme(im, e, text, n->pos))
        return true;
    remark(im, n->pos, n->text, "no kind of check probes such a service",
           "use an 'exec' check");
    return false;
}

bool endpoint_read(struct import *im, struct entry *e,
                   const struct yaml_node *map, struct entry *tags)
{
    struct reader r = {.im = im, .e = e, .own = tags};
    if (!read_url(im, e, map))
        return false;
    rows_read(&r, map, ROWS(endpoint_rows));
    need_expectation(im, e, map->pos);
    return true;
}

static void read_endpoint(struct import *im, const struct yaml_node *map)
{
    const struct yaml_node *name = yaml_get(map, "name");
    struct str group = node_text(yaml_get(map, "group"));
    const char *id =
        arena_printf(im->arena, "%.*s%s%.*s", STR_ARGS(group),
                     group.len > 0 ? " " : "", STR_ARGS(node_text(name)));
    im->now = NULL;
    if (node_is_false(yaml_get(map, "enabled"))) {
        remark(im, map->pos, str_from(id), "it is not enabled",
               "import it when it is");
        return;
    }
    struct draft *d = draft_begin(im, map->pos, str_from(id));
    if (node_text(name).len > 0)
        put(im, &d->own, "title", from_shell(im, name), name->pos);
    d->refused = !endpoint_read(im, &d->own, map, &d->own);
}

static void read_list(struct reader *r, const struct yaml_node *n)
{
    for (size_t i = 0; n->kind == YAML_LIST && i < n->count; i++)
        if (n->item[i]->kind == YAML_MAP)
            read_endpoint(r->im, n->item[i]);
    r->im->now = NULL;
}

static void read_suites(struct reader *r, const struct yaml_node *n)
{
    suites_read(r->im, n);
}

#define NO_CHECK(name) LEFT(name, ELSEWHERE, "nothing to do")

static const struct row file_rows[] = {
    CARRIED("endpoints", "`checks`", read_list),
    CARRIED("services", "`checks` (an old name of endpoints)", read_list),
    CARRIED("suites", "`steps`", read_suites),
    LEFT("external-endpoints", "others push their results; nothing is probed",
         "let the job that pushes run postflight"),
    LEFT(
        "alerting",
        "a run ends with an exit code; notifications are sent by what reads it",
        "let the CI job or cron notify them"),
    LEFT("connectivity",
         "a run in which no host is reached is inconclusive by itself",
         "nothing to do"),
    LEFT("maintenance", "a check is probed when postflight runs",
         "do not run it then"),
    LEFT("concurrency", "all checks run concurrently", "see --slots"),
    LEFT("tunneling", "postflight opens no SSH tunnels",
         "open it first, and name it in 'proxy'"),
    NO_CHECK("storage"),
    NO_CHECK("web"),
    NO_CHECK("ui"),
    NO_CHECK("security"),
    NO_CHECK("remote"),
    NO_CHECK("debug"),
    NO_CHECK("metrics"),
    NO_CHECK("announcements"),
    NO_CHECK("disable-monitoring-lock"),
    NO_CHECK("skip-invalid-config-update"),
};

static bool gatus_read(struct import *im, const struct yaml_node *root)
{
    struct reader r = {.im = im};
    if (root->kind != YAML_MAP) {
        diags_add(im->diags, root->pos, "expected a map with 'endpoints'");
        return false;
    }
    rows_read(&r, root, ROWS(file_rows));
    return true;
}

static struct rows gatus_rows(size_t index)
{
    switch (index) {
    case 0:
        return IN("file", file_rows);
    case 1:
        return suite_rows();
    case 2:
        return IN("endpoint", endpoint_rows);
    case 3:
        return IN("client", client_rows);
    case 4:
        return condition_rows();
    default:
        return NO_ROWS;
    }
}

static bool is_config(const struct yaml_node *map)
{
    return node_is_list(yaml_get(map, "endpoints")) ||
           node_is_list(yaml_get(map, "suites")) ||
           node_is_list(yaml_get(map, "external-endpoints")) ||
           node_is_list(yaml_get(map, "services"));
}

static const char *from_config(struct import *im, const struct yaml_node *n)
{
    return from_context(im, from_shell(im, n));
}

const struct import_tool gatus_tool = {
    .name = "gatus",
    .is_tree = is_config,
    .read_tree = gatus_read,
    .value = from_config,
    .rows = gatus_rows,
};
