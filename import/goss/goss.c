/* goss: http, addr, dns and command; what looks into a host is named. */
#include "import/goss/goss.h"

#include <string.h>

#include "base/text.h"
#include "import/tool.h"

#define REDIRECTS "10" /* as Go's client follows */

static void read_headers(struct reader *r, const struct yaml_node *n)
{
    for (size_t i = 0; n->kind == YAML_LIST && i < n->count; i++) {
        const char *line = take_text(r, n->item[i]);
        const char *colon = line == NULL ? NULL : strchr(line, ':');
        if (colon == NULL) {
            remark(r->im, n->item[i]->pos, node_text(n->item[i]),
                   "not a 'Name: value' pair", "write it in 'headers'");
            continue;
        }
        put_header(r->im, r->e,
                   arena_dup(r->im->arena, line, (size_t)(colon - line)),
                   str_dup(r->im->arena, str_trim(str_from(colon + 1))),
                   n->item[i]->pos);
    }
}

static void read_title(struct reader *r, const struct yaml_node *n)
{
    read_text_as(r, n, "title");
}

static void read_ca(struct reader *r, const struct yaml_node *n)
{
    read_text_as(r, n, "ca");
}

static void read_user(struct reader *r, const struct yaml_node *n)
{
    const struct yaml_node *password = yaml_get(r->whole, "password");
    const char *user = take_text(r, n);
    const char *secret = password == NULL ? "" : take_text(r, password);
    if (user != NULL && secret != NULL && user[0] != '\0')
        put_basic(r->im, r->e, user, secret, n->pos);
}

static void read_cert(struct reader *r, const struct yaml_node *n)
{
    const struct yaml_node *key = yaml_get(r->whole, "key-file");
    const char *cert = take_text(r, n);
    const char *secret = key == NULL ? NULL : take_text(r, key);
    if (cert == NULL || secret == NULL)
        return;
    put_pair(r->im, r->e, "client_cert", "cert", cert, n->pos);
    put_pair(r->im, r->e, "client_cert", "key", secret, key->pos);
}

static void read_status(struct reader *r, const struct yaml_node *n)
{
    match_read(r->im, r->e, "status", n, MATCH_NUMBER);
}

static void read_body(struct reader *r, const struct yaml_node *n)
{
    match_read(r->im, r->e, "body", n, MATCH_PATTERNS);
}

static void read_stdout(struct reader *r, const struct yaml_node *n)
{
    match_read(r->im, r->e, "stdout", n, MATCH_PATTERNS);
}

static void read_exit(struct reader *r, const struct yaml_node *n)
{
    match_read(r->im, r->e, "exit", n, MATCH_NUMBER);
}

/* "Content-Type: text/html" is looked for in the lines of the head. */
static void read_header_line(struct reader *r, const struct yaml_node *n)
{
    struct str value, name = str_cut(node_text(n), ':', &value);
    bool pattern = name.len > 0 && strchr("/!", name.ptr[0]) != NULL;
    if (name.len == 0 || value.len == 0 || pattern) {
        remark(r->im, n->pos, node_text(n),
               "a header is expected by its name and value",
               "write 'header \"NAME\" matches /.../'");
        return;
    }
    expect_text(r->im, r->e, n->pos, "header %s startsWith %s",
                quoted(r->im, from_plain(r->im, str_trim(name))),
                quoted(r->im, from_plain(r->im, str_trim(value))));
}

static void read_response_headers(struct reader *r, const struct yaml_node *n)
{
    if (n->kind != YAML_LIST)
        remark(r->im, n->pos, STR("headers"),
               "only a list of 'Name: value' is imported",
               "write 'header \"NAME\" ...'");
    for (size_t i = 0; n->kind == YAML_LIST && i < n->count; i++)
        read_header_line(r, n->item[i]);
}

#define META LEFT("meta", "a check has no other words", "write 'tags'")

static const struct row http_rows[] = {
    CARRIED("status", "`status`", read_status),
    CARRIED("allow-insecure", "`insecure`", read_as_insecure),
    CARRIED("no-follow-redirects", "no `redirects`", read_as_no_redirects),
    CARRIED("timeout", "`timeout`", read_as_timeout),
    CARRIED("request-headers", "`headers`, `auth`", read_headers),
    CARRIED("request-body", "`json` or `body`", read_as_body),
    CARRIED("headers", "`header startsWith`", read_response_headers),
    CARRIED("header", "`header startsWith`", read_response_headers),
    CARRIED("body", "`body`, by its matchers", read_body),
    CARRIED("username", "`auth.basic`", read_user),
    CARRIED("password", "`auth.basic`", NULL),
    CARRIED("method", "`method`", read_as_method),
    CARRIED("proxy", "`proxy`", read_as_proxy),
    CARRIED("ca-file", "`ca`, if the file exists", read_ca),
    CARRIED("cert-file", "`client_cert`, if the file exists", read_cert),
    CARRIED("key-file", "`client_cert`", NULL),
    CARRIED("title", "`title`", read_title),
    CARRIED("skip", "no check, when it is true", read_nothing),
    CARRIED("url", "`url`", NULL),
    META,
};

static const struct row command_rows[] = {
    CARRIED("exec", "`exec` of sh -c", NULL),
    CARRIED("exit-status", "`exit`", read_exit),
    CARRIED("stdout", "`stdout`, by its matchers", read_stdout),
    CARRIED("timeout", "`timeout`", read_as_timeout),
    CARRIED("title", "`title`", read_title),
    CARRIED("skip", "no check, when it is true", read_nothing),
    LEFT("stderr", "an exec check keeps what is written to stdout",
         "write 2>&1 in the command"),
    META,
};

static const struct row addr_rows[] = {
    CARRIED("reachable", "`tcp`, when it is true", NULL),
    CARRIED("timeout", "`timeout`", read_as_timeout),
    CARRIED("title", "`title`", read_title),
    CARRIED("skip", "no check, when it is true", read_nothing),
    CARRIED("address", "`tcp`", NULL),
    LEFT("local-address", "the system chooses the source address",
         "set a route"),
    META,
};

static bool make_http(struct import *im, struct draft *d, struct str id,
                      const struct yaml_node *n)
{
    const struct yaml_node *url = yaml_get(n, "url");
    struct reader r = {.im = im, .e = &d->own};
    put(im, &d->own, "url",
        url == NULL ? from_plain(im, id) : from_goss(im, url), d->own.pos);
    put_bare(im, &d->own, "redirects", REDIRECTS, POS_NONE);
    rows_read(&r, n, ROWS(http_rows));
    need_expectation(im, &d->own, n->pos);
    return true;
}

static bool make_command(struct import *im, struct draft *d, struct str id,
                         const struct yaml_node *n)
{
    const struct yaml_node *exec = yaml_get(n, "exec");
    bool own = exec != NULL && exec->kind == YAML_SCALAR &&
               !node_is_true(exec) && !node_is_false(exec);
    struct reader r = {.im = im, .e = &d->own};
    put_item(im, &d->own, "exec", "sh", POS_NONE);
    put_item(im, &d->own, "exec", "-c", POS_NONE);
    put_item(im, &d->own, "exec",
             own ? from_goss(im, exec) : from_plain(im, id), d->own.pos);
    rows_read(&r, n, ROWS(command_rows));
    return true;
}

static bool make_addr(struct import *im, struct draft *d, struct str id,
                      const struct yaml_node *n)
{
    const struct yaml_node *address = yaml_get(n, "address");
    const struct yaml_node *reachable = yaml_get(n, "reachable");
    struct reader r = {.im = im, .e = &d->own};
    struct str text = address == NULL ? id : node_text(address);
    if (reachable != NULL && !node_is_true(reachable)) {
        remark(im, reachable->pos, id, "no check expects that nothing responds",
               "let an 'exec' check try it");
        return false;
    }
    if (!str_starts(text, STR("tcp://"))) {
        remark(im, n->pos, id, "only tcp is probed", "use an 'exec' check");
        return false;
    }
    put(im, &d->own, "tcp", from_plain(im, str_sub(text, 6, text.len)),
        d->own.pos);
    rows_read(&r, n, ROWS(addr_rows));
    return true;
}

static const struct row resource_rows[] = {
    CARRIED("http", "`url`", NULL),
    CARRIED("addr", "`tcp`", NULL),
    CARRIED("dns", "`dns`", NULL),
    CARRIED("command", "`exec`", NULL),
#define HOST(name)                                                             \
    LEFT(name, "postflight probes services and does not look into a host",     \
         "let an 'exec' check run goss for it")
    HOST("file"),
    HOST("package"),
    HOST("port"),
    HOST("service"),
    HOST("process"),
    HOST("user"),
    HOST("group"),
    HOST("mount"),
    HOST("interface"),
    HOST("kernel-param"),
#undef HOST
    LEFT("matching", "it does not concern a service", "write 'variable'"),
    LEFT("gossfile", "other files are not read from here",
         "import them together"),
};

static struct rows goss_rows(size_t index)
{
    switch (index) {
    case 0:
        return IN("file", resource_rows);
    case 1:
        return IN("http", http_rows);
    case 2:
        return IN("addr", addr_rows);
    case 3:
        return goss_dns_rows();
    case 4:
        return IN("command", command_rows);
    case 5:
        return match_rows();
    default:
        return NO_ROWS;
    }
}

static const struct {
    const char *resource;
    bool (*make)(struct import *im, struct draft *d, struct str id,
                 const struct yaml_node *n);
} maker[] = {
    {"http", make_http},
    {"addr", make_addr},
    {"dns", goss_dns_make},
    {"command", make_command},
};

static void make_each(struct import *im, size_t index,
                      const struct yaml_node *map)
{
    for (size_t i = 0; i < map->count; i++) {
        const struct yaml_node *key = map->item[2 * i];
        const struct yaml_node *value = map->item[2 * i + 1];
        im->now = NULL;
        if (value->kind != YAML_MAP) {
            remark(im, key->pos, key->text, "a map was expected here",
                   "see the docs of goss");
            continue;
        }
        if (node_is_true(yaml_get(value, "skip"))) {
            remark(im, key->pos, key->text, "it is skipped",
                   "import it when it is not");
            continue;
        }
        struct draft *d = draft_begin(im, key->pos, key->text);
        d->refused = !maker[index].make(im, d, key->text, value);
    }
    im->now = NULL;
}

static void name_each(struct import *im, const struct yaml_node *key,
                      const struct yaml_node *map, const struct row *row)
{
    if (map->kind != YAML_MAP || map->count == 0)
        remark_row(im, key->pos, key->text, row);
    for (size_t i = 0; map->kind == YAML_MAP && i < map->count; i++) {
        const struct yaml_node *id = map->item[2 * i];
        const char *text =
            arena_printf(im->arena, "%s %s", key->text.ptr, id->text.ptr);
        remark_row(im, id->pos, str_from(text), row);
    }
}

static bool goss_read(struct import *im, const struct yaml_node *root)
{
    if (root->kind != YAML_MAP) {
        diags_add(im->diags, root->pos, "expected a map with 'http'");
        return false;
    }
    for (size_t i = 0; i < root->count; i++) {
        const struct yaml_node *key = root->item[2 * i];
        const struct yaml_node *value = root->item[2 * i + 1];
        size_t k = 0;
        while (k < ARRAY_COUNT(maker) && !str_is(key->text, maker[k].resource))
            k++;
        if (k < ARRAY_COUNT(maker) && value->kind == YAML_MAP)
            make_each(im, k, value);
        else
            name_each(im, key, value,
                      rows_find(ROWS(resource_rows), key->text));
    }
    return true;
}

static bool is_goss(const struct yaml_node *map)
{
    static const char *const resource[] = {
        "http",      "addr",         "dns",      "command", "port",  "file",
        "package",   "service",      "process",  "user",    "group", "mount",
        "interface", "kernel-param", "gossfile", "matching"};
    bool all = map->count > 0;
    for (size_t i = 0; i < map->count; i++) {
        bool known = false;
        for (size_t k = 0; k < ARRAY_COUNT(resource); k++)
            known = known || str_is(map->item[2 * i]->text, resource[k]);
        all = all && (known || str_is(map->item[2 * i]->text, "vars"));
    }
    return all;
}

const struct import_tool goss_tool = {
    .name = "goss",
    .is_tree = is_goss,
    .read_tree = goss_read,
    .value = from_goss,
    .rows = goss_rows,
};
