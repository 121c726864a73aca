/* blackbox_exporter: a module says how, a target what. */
#include "import/blackbox/blackbox.h"

#include <string.h>

#include "base/text.h"

#define FOLLOWED "10" /* as the exporter does */

static void read_environment_proxy(struct reader *r, const struct yaml_node *n)
{
    if (node_is_true(n))
        put(r->im, r->e, "proxy", "env", n->pos);
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

static void read_statuses(struct reader *r, const struct yaml_node *n)
{
    struct buf list;
    buf_init(&list, 1500);
    for (size_t i = 0; n->kind == YAML_LIST && i < n->count; i++)
        buf_printf(&list, "%s%.*s", i > 0 ? ", " : "",
                   STR_ARGS(node_text(n->item[i])));
    if (list.len > 0)
        expect_text(r->im, r->e, n->pos,
                    n->count == 1 ? "status == %s" : "status in [%s]",
                    list.ptr);
    buf_release(&list);
}

static void read_versions(struct reader *r, const struct yaml_node *n)
{
    struct buf list;
    buf_init(&list, 500);
    for (size_t i = 0; n->kind == YAML_LIST && i < n->count; i++) {
        struct str text = node_text(n->item[i]);
        if (str_starts(text, STR("HTTP/")))
            text = str_sub(text, 5, text.len);
        if (str_ends(text, STR(".0")) && !str_is(text, "1.0"))
            text = str_sub(text, 0, text.len - 2);
        buf_printf(&list, "%s\"%.*s\"", i > 0 ? ", " : "", STR_ARGS(text));
        if (str_is(text, "2"))
            put_negotiation(r->im, r->e);
    }
    if (list.len > 0)
        expect_text(r->im, r->e, n->pos, "version in [%s]", list.ptr);
    buf_release(&list);
}

static void expect_regexes(struct reader *r, const struct yaml_node *n,
                           const char *before)
{
    bool one = n->kind == YAML_SCALAR;
    size_t count = one ? 1 : n->kind == YAML_LIST ? n->count : 0;
    for (size_t i = 0; i < count; i++) {
        const struct yaml_node *item = one ? n : n->item[i];
        if (item->kind == YAML_SCALAR && item->text.len > 0)
            expect_text(r->im, r->e, item->pos, "%s %s", before,
                        quoted_regex(r->im, item->text, ""));
    }
}

static void read_body_fails(struct reader *r, const struct yaml_node *n)
{
    expect_regexes(r, n, "body not matches");
}

static void read_body_needs(struct reader *r, const struct yaml_node *n)
{
    expect_regexes(r, n, "body matches");
}

/* A missing header is a failure here, and there unless it is allowed. */
static void read_header_rule(struct reader *r, const struct yaml_node *rule,
                             bool fails)
{
    struct str name = node_text(yaml_get(rule, "header"));
    struct str regex = node_text(yaml_get(rule, "regexp"));
    bool allowed = node_is_true(yaml_get(rule, "allow_missing"));
    const char *header = quoted(r->im, from_plain(r->im, name));
    if (allowed && fails && (str_is(regex, ".*") || str_is(regex, ".+")))
        expect_text(r->im, r->e, rule->pos, "header %s not exists", header);
    else if (allowed)
        remark(r->im, rule->pos, name,
               "an expectation of a header fails when it is missing",
               "expect it where it must be there");
    else
        expect_text(r->im, r->e, rule->pos, "header %s %smatches %s", header,
                    fails ? "not " : "", quoted_regex(r->im, regex, ""));
}

static void read_header_fails(struct reader *r, const struct yaml_node *n)
{
    for (size_t i = 0; n->kind == YAML_LIST && i < n->count; i++)
        read_header_rule(r, n->item[i], true);
}

static void read_header_needs(struct reader *r, const struct yaml_node *n)
{
    for (size_t i = 0; n->kind == YAML_LIST && i < n->count; i++)
        read_header_rule(r, n->item[i], false);
}

static void read_no_ssl(struct reader *r, const struct yaml_node *n)
{
    if (node_is_true(n))
        expect_text(r->im, r->e, n->pos, "url startsWith \"http:\"");
    else
        read_nothing(r, n);
}

static void read_ssl(struct reader *r, const struct yaml_node *n)
{
    if (node_is_true(n))
        expect_text(r->im, r->e, n->pos, "url startsWith \"https:\"");
    else
        read_nothing(r, n);
}

static void read_follow(struct reader *r, const struct yaml_node *n)
{
    if (node_is_false(n))
        drop_field(r->e, "redirects");
    read_nothing(r, n);
}

static void read_basic(struct reader *r, const struct yaml_node *n)
{
    const struct yaml_node *user = yaml_get(n, "username");
    const struct yaml_node *password = yaml_get(n, "password");
    const char *name = user == NULL ? "" : take_text(r, user);
    if (name != NULL && password != NULL && password->kind == YAML_SCALAR)
        put_basic(r->im, r->e, name, from_plain(r->im, password->text), n->pos);
    else
        remark(r->im, n->pos, STR("basic_auth"),
               "the name or the password is in another file",
               "write 'auth: { basic: ... }' with ${secret:NAME}");
}

static void read_bearer(struct reader *r, const struct yaml_node *n)
{
    const char *text = take_text(r, n);
    if (text != NULL)
        put_header(r->im, r->e, "Authorization",
                   arena_printf(r->im->arena, "Bearer %s", text), n->pos);
}

static void read_authorization(struct reader *r, const struct yaml_node *n)
{
    const struct yaml_node *type = yaml_get(n, "type");
    const struct yaml_node *value = yaml_get(n, "credentials");
    const char *scheme = type == NULL ? "Bearer" : take_text(r, type);
    const char *text = value == NULL ? NULL : take_text(r, value);
    if (scheme != NULL && text != NULL)
        put_header(r->im, r->e, "Authorization",
                   arena_printf(r->im->arena, "%s %s", scheme, text), n->pos);
    else
        remark(r->im, n->pos, STR("authorization"),
               "the credentials are in another file",
               "write 'auth: { bearer: ${secret:NAME} }'");
}

static void read_size(struct reader *r, const struct yaml_node *n)
{
    uint64_t bytes = 0;
    const char *size = str_dup(r->im->arena, node_text(n));
    if (text_to_size(str_from(size), &bytes) && bytes > 0)
        put_bare(r->im, r->e, "max_body", size, n->pos);
    else if (!str_is(str_from(size), "0"))
        remark(r->im, n->pos, node_text(n), "not a size such as 4MiB",
               "write 'max_body' by hand");
}

static void read_compression(struct reader *r, const struct yaml_node *n)
{
    put_bare(r->im, r->e, "compressed", "true", n->pos);
}

static void read_http2(struct reader *r, const struct yaml_node *n)
{
    if (node_is_false(n))
        put(r->im, r->e, "http_version", "1.1", n->pos);
    else
        read_nothing(r, n);
}

static void read_ca(struct reader *r, const struct yaml_node *n)
{
    read_text_as(r, n, "ca");
}

static void read_cert(struct reader *r, const struct yaml_node *n)
{
    const struct yaml_node *key = yaml_get(r->whole, "key_file");
    const char *cert = take_text(r, n);
    const char *secret = key == NULL ? NULL : take_text(r, key);
    if (cert == NULL || secret == NULL)
        return;
    put_pair(r->im, r->e, "client_cert", "cert", cert, n->pos);
    put_pair(r->im, r->e, "client_cert", "key", secret, key->pos);
}

static const struct row tls_rows[] = {
    CARRIED("insecure_skip_verify", "`insecure`", read_as_insecure),
    CARRIED("ca_file", "`ca`, if the file exists", read_ca),
    CARRIED("cert_file", "`client_cert`, if the file exists", read_cert),
    CARRIED("key_file", "`client_cert`", NULL),
    LEFT("server_name", "the certificate must be valid for the host itself",
         "use that name in the URL, and give 'resolve' the address"),
    LEFT("min_version", "a check does not choose the version of TLS",
         "let an 'exec' check try it"),
    LEFT("max_version", "a check does not choose the version of TLS",
         "let an 'exec' check try it"),
    LEFT("ca", "a certificate is read from a file",
         "write it into a file: 'ca'"),
    LEFT("cert", "a certificate is read from a file",
         "write it into a file: 'client_cert'"),
    LEFT("key", "a key is read from a file",
         "write it into a file: 'client_cert'"),
};

static void read_tls(struct reader *r, const struct yaml_node *n)
{
    struct reader inner = {.im = r->im, .e = r->e};
    rows_read(&inner, n, ROWS(tls_rows));
}

#define ADDRESS "curl chooses between IPv4 and IPv6 by itself"

static const struct row http_rows[] = {
    CARRIED("method", "`method`", read_as_method),
    CARRIED("headers", "`headers`, `auth`", read_headers),
    CARRIED("body", "`json` or `body`", read_as_body),
    CARRIED("valid_status_codes", "`status in [...]`; 2xx when empty",
            read_statuses),
    CARRIED("valid_http_versions", "`version in [...]`", read_versions),
    CARRIED("fail_if_body_matches_regexp", "`body not matches`",
            read_body_fails),
    CARRIED("fail_if_body_not_matches_regexp", "`body matches`",
            read_body_needs),
    CARRIED("fail_if_header_matches", "`header not matches`, `not exists`",
            read_header_fails),
    CARRIED("fail_if_header_not_matches", "`header matches`",
            read_header_needs),
    CARRIED("fail_if_ssl", "`url startsWith \"http:\"`", read_no_ssl),
    CARRIED("fail_if_not_ssl", "`url startsWith \"https:\"`", read_ssl),
    CARRIED("follow_redirects", "`redirects`", read_follow),
    CARRIED("no_follow_redirects", "`redirects`", read_as_no_redirects),
    CARRIED("basic_auth", "`auth.basic`", read_basic),
    CARRIED("bearer_token", "`auth.bearer`", read_bearer),
    CARRIED("authorization", "`auth.bearer` or `headers`", read_authorization),
    CARRIED("proxy_url", "`proxy`", read_as_proxy),
    CARRIED("proxy_from_environment", "`proxy: env`", read_environment_proxy),
    CARRIED("tls_config", "its own rows", read_tls),
    CARRIED("compression", "`compressed`", read_compression),
    CARRIED("body_size_limit", "`max_body`", read_size),
    CARRIED("enable_http2", "`http_version`", read_http2),
    LEFT("body_file", "a body is part of the definition", "write it in 'body'"),
    LEFT("bearer_token_file", "a token is given by a variable",
         "write 'auth: { bearer: ${secret:NAME} }'"),
    LEFT("oauth2", "postflight fetches no tokens by itself",
         "capture one in a check that this one needs"),
    LEFT("preferred_ip_protocol", ADDRESS, "see 'addresses: each'"),
    LEFT("ip_protocol_fallback", ADDRESS, "see 'addresses: each'"),
    LEFT("source_ip_address", "the system chooses the source address",
         "set a route"),
    LEFT("no_proxy", "a proxy is for the whole check",
         "leave 'proxy' out where it is not to be used"),
    LEFT("proxy_connect_header", "a proxy gets no headers of its own",
         "write credentials into the URL of the proxy"),
    CARRIED("skip_resolve_phase_with_proxy",
            "nothing: behind a proxy nothing is resolved anyway", read_nothing),
    LEFT("http_headers", "these are headers of a later form",
         "write them in 'headers'"),
    LEFT("enable_http3", "HTTP/3 is not supported", "nothing to do"),
    LEFT("accept_any_response", "a check must be able to fail",
         "write which status is expected"),
    LEFT("fail_if_body_json_matches_cel", "CEL is not read here",
         "write 'not jsonpath ...' for it"),
    LEFT("fail_if_body_json_not_matches_cel", "CEL is not read here",
         "write 'jsonpath ... == ...' for it"),
};

static void http_read(struct import *im, struct entry *e,
                      const struct yaml_node *module, struct pos pos)
{
    const struct yaml_node *http = yaml_get(module, "http");
    const struct yaml_node *status = yaml_get(http, "valid_status_codes");
    struct reader r = {.im = im, .e = e};
    put_bare(im, e, "redirects", FOLLOWED, POS_NONE);
    if (status == NULL || status->kind != YAML_LIST || status->count == 0)
        expect_text(im, e, POS_NONE, "status in 200..299");
    (void)pos;
    if (http != NULL && http->kind == YAML_MAP)
        rows_read(&r, http, ROWS(http_rows));
}

static void read_service(struct reader *r, const struct yaml_node *n)
{
    read_text_as(r, n, "service");
}

static void read_grpc_tls(struct reader *r, const struct yaml_node *n)
{
    struct field *f = entry_field(r->e, "grpc");
    if (node_is_true(n) && f != NULL)
        put(r->im, r->e, "grpc",
            arena_printf(r->im->arena, "https://%s", f->item[0].text), n->pos);
}

static const struct row grpc_rows[] = {
    CARRIED("service", "`service`", read_service),
    CARRIED("tls", "`grpc: https://...`", read_grpc_tls),
    CARRIED("tls_config", "its own rows", read_tls),
    LEFT("preferred_ip_protocol", ADDRESS, "see 'addresses: each'"),
    LEFT("ip_protocol_fallback", ADDRESS, "see 'addresses: each'"),
    LEFT("metadata", "a gRPC check sends no metadata", "write 'headers'"),
};

static const struct row module_rows[] = {
    CARRIED("prober", "`url`, `tcp`, `tls`, `dns`, `grpc`, or `exec` of ping",
            NULL),
    CARRIED("timeout", "`timeout`", NULL),
    CARRIED("http", "its own rows", NULL),
    CARRIED("tcp", "its own rows", NULL),
    CARRIED("dns", "its own rows", NULL),
    CARRIED("grpc", "its own rows", NULL),
    LEFT("icmp", "ping chooses them itself", "write its options in 'exec'"),
    LEFT("unix", "no kind of check talks to such a socket but http",
         "write 'unix_socket' beside 'url'"),
};

static const char *with_scheme(struct import *im, const char *target)
{
    if (strstr(target, "://") != NULL || strncmp(target, "${", 2) == 0)
        return target;
    return arena_printf(im->arena, "http://%s", target);
}

static bool read_prober(struct import *im, struct entry *e,
                        const struct yaml_node *module,
                        const struct module_use *use)
{
    const struct yaml_node *n = yaml_get(module, "prober");
    struct str prober = node_text(n);
    struct reader r = {.im = im, .e = e};
    const struct yaml_node *grpc = yaml_get(module, "grpc");
    if (str_is(prober, "http")) {
        put(im, e, "url", with_scheme(im, use->target), use->pos);
        http_read(im, e, module, use->pos);
    } else if (str_is(prober, "tcp")) {
        dialog_read(im, e, module, use);
    } else if (str_is(prober, "dns")) {
        return dns_probe_read(im, e, module, use);
    } else if (str_is(prober, "icmp")) {
        put_ping(im, e, use->target, use->pos);
    } else if (str_is(prober, "grpc")) {
        put(im, e, "grpc", use->target, use->pos);
        if (grpc != NULL && grpc->kind == YAML_MAP)
            rows_read(&r, grpc, ROWS(grpc_rows));
    } else {
        remark(im, n == NULL ? module->pos : n->pos, prober,
               "no kind of check probes such a service", "use an 'exec' check");
        return false;
    }
    return true;
}

bool module_read(struct import *im, struct entry *e,
                 const struct yaml_node *module, const struct module_use *use)
{
    const struct yaml_node *timeout = yaml_get(module, "timeout");
    struct reader r = {.im = im, .e = e};
    if (!read_prober(im, e, module, use))
        return false;
    if (timeout != NULL)
        read_as_timeout(&r, timeout);
    rows_read(&r, module, ROWS(module_rows));
    return true;
}

void tls_config_read(struct import *im, struct entry *e,
                     const struct yaml_node *n)
{
    struct reader r = {.im = im, .e = e};
    if (n != NULL)
        rows_read(&r, n, ROWS(tls_rows));
}

struct rows blackbox_rows(size_t index)
{
    switch (index) {
    case 0:
        return IN("module", module_rows);
    case 1:
        return IN("http", http_rows);
    case 2:
        return IN("tls_config", tls_rows);
    case 3:
        return dialog_rows();
    case 4:
        return dns_probe_rows();
    case 5:
        return IN("grpc", grpc_rows);
    case 6:
        return prometheus_rows();
    default:
        return NO_ROWS;
    }
}
