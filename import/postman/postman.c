/* Postman collections, v2.0 and v2.1: requests in folders. */
#include "import/postman/postman.h"

#include <string.h>

#include "base/text.h"
#include "import/postman/postman_script.h"
#include "import/tool.h"

#define DEPTH_MAX 16

static const struct row item_rows[] = {
    CARRIED("item", "a check; its folders are `tags`", NULL),
    CARRIED("request.url, .query, path variables", "`url`", NULL),
    CARRIED("request.method", "`method`", NULL),
    CARRIED("request.header", "`headers`, `auth`", NULL),
    CARRIED("event test, of folders too", "`expect`, `capture`", NULL),
    CARRIED("variable, and an exported environment", "`${NAME:-value}`", NULL),
    CARRIED("a variable that a script sets", "`capture`, and `needs`", NULL),
    CARRIED("protocolProfileBehavior.followRedirects", "`redirects`", NULL),
    LEFT("event prerequest", "nothing runs before a request",
         "give what it makes as a variable"),
    LEFT("response", "example responses assert nothing",
         "expect what matters in them"),
    LEFT("request.proxy", "a proxy is not copied", "write 'proxy'"),
    LEFT("request.certificate", "a certificate is not copied",
         "write 'client_cert'"),
    LEFT("{{$guid}} and other dynamic variables",
         "values that are generated for each request have no counterpart",
         "give the variable that replaces it"),
};

static struct rows postman_rows(size_t index)
{
    switch (index) {
    case 0:
        return IN("item", item_rows);
    case 1:
        return postman_body_rows();
    case 2:
        return postman_auth_rows();
    case 3:
        return script_rows();
    default:
        return NO_ROWS;
    }
}

const char *postman_text(struct import *im, const struct yaml_node *n)
{
    return n == NULL || n->kind != YAML_SCALAR || yaml_is_null(n)
               ? ""
               : from_braces(im, n->text, n->pos);
}

static void add_list(const struct yaml_node *list, const char *between,
                     struct buf *out)
{
    if (list == NULL || list->kind == YAML_SCALAR) {
        buf_str(out, node_text(list));
        return;
    }
    for (size_t i = 0; list->kind == YAML_LIST && i < list->count; i++) {
        const struct yaml_node *n = list->item[i];
        buf_printf(out, "%s%.*s", i > 0 ? between : "",
                   STR_ARGS(n->kind == YAML_MAP
                                ? node_text(yaml_get(n, "value"))
                                : node_text(n)));
    }
}

static bool is_off(const struct yaml_node *n)
{
    return node_is_true(yaml_get(n, "disabled"));
}

/* Its parts, where there is no raw URL. */
static void add_parts(const struct yaml_node *url, struct buf *out)
{
    const struct yaml_node *query = yaml_get(url, "query");
    const char *mark = "?";
    if (node_text(yaml_get(url, "protocol")).len > 0)
        buf_printf(out, "%.*s://",
                   STR_ARGS(node_text(yaml_get(url, "protocol"))));
    add_list(yaml_get(url, "host"), ".", out);
    if (node_text(yaml_get(url, "port")).len > 0)
        buf_printf(out, ":%.*s", STR_ARGS(node_text(yaml_get(url, "port"))));
    buf_char(out, '/');
    add_list(yaml_get(url, "path"), "/", out);
    for (size_t i = 0;
         query != NULL && query->kind == YAML_LIST && i < query->count; i++) {
        const struct yaml_node *n = query->item[i];
        if (is_off(n))
            continue;
        buf_printf(out, "%s%.*s=%.*s", mark,
                   STR_ARGS(node_text(yaml_get(n, "key"))),
                   STR_ARGS(node_text(yaml_get(n, "value"))));
        mark = "&";
    }
}

/* "/:id/" becomes the value that is given for id, or {{id}}. */
static void fill_path(const struct yaml_node *url, struct str text,
                      struct buf *out)
{
    const struct yaml_node *list = yaml_get(url, "variable");
    for (size_t at = 0; at < text.len;) {
        size_t end = at + 2;
        bool begins = str_starts(str_sub(text, at, 2), STR("/:"));
        while (end < text.len && strchr("/?#", text.ptr[end]) == NULL)
            end++;
        if (!begins || end == at + 2) {
            buf_char(out, text.ptr[at++]);
            continue;
        }
        struct str name = str_sub(text, at + 2, end - at - 2);
        struct str value = STR_NONE;
        for (size_t i = 0;
             list != NULL && list->kind == YAML_LIST && i < list->count; i++)
            if (str_equal(node_text(yaml_get(list->item[i], "key")), name))
                value = node_text(yaml_get(list->item[i], "value"));
        if (value.len > 0)
            buf_printf(out, "/%.*s", STR_ARGS(value));
        else
            buf_printf(out, "/{{%.*s}}", STR_ARGS(name));
        at = end;
    }
}

static bool read_url(struct import *im, struct entry *e,
                     const struct yaml_node *url, struct pos pos)
{
    struct buf raw, full;
    struct str text = url != NULL && url->kind == YAML_MAP
                          ? node_text(yaml_get(url, "raw"))
                          : node_text(url);
    buf_init(&raw, (size_t)64 * 1024);
    buf_init(&full, (size_t)64 * 1024);
    if (text.len > 0)
        buf_str(&raw, str_trim(text));
    else if (url != NULL && url->kind == YAML_MAP &&
             yaml_get(url, "host") != NULL)
        add_parts(url, &raw);
    fill_path(url, buf_view(&raw), &full);
    const char *ours = from_braces(im, buf_view(&full), pos);
    bool any = full.len > 0;
    bool whole = strncmp(ours, "http", 4) == 0 || strncmp(ours, "${", 2) == 0;
    buf_release(&raw);
    buf_release(&full);
    if (any)
        put(im, e, "url",
            whole ? ours : arena_printf(im->arena, "http://%s", ours),
            url->pos);
    else
        remark(im, pos, STR("request"), "it has no URL", "give it one");
    return any;
}

/* A list of keys and values, or lines of "Name: value". */
static void read_headers(struct import *im, struct entry *e,
                         const struct yaml_node *n)
{
    for (size_t i = 0; n != NULL && n->kind == YAML_LIST && i < n->count; i++) {
        const struct yaml_node *h = n->item[i];
        const struct yaml_node *key = yaml_get(h, "key");
        if (!is_off(h) && node_text(key).len > 0)
            put_header(im, e, postman_text(im, key),
                       postman_text(im, yaml_get(h, "value")), key->pos);
    }
    for (struct str rest = node_text(n); n != NULL && rest.len > 0;) {
        struct str value, line = str_cut(rest, '\n', &rest);
        struct str name = str_trim(str_cut(line, ':', &value));
        if (name.len > 0)
            put_header(im, e, from_braces(im, name, n->pos),
                       from_braces(im, str_trim(value), n->pos), n->pos);
    }
}

static bool has_script(const struct yaml_node *exec)
{
    if (exec != NULL && exec->kind == YAML_SCALAR)
        return str_trim(exec->text).len > 0;
    for (size_t i = 0; exec != NULL && i < exec->count; i++)
        if (str_trim(node_text(exec->item[i])).len > 0)
            return true;
    return false;
}

static void read_events(struct import *im, struct entry *e,
                        const struct yaml_node *owner)
{
    const struct yaml_node *list = yaml_get(owner, "event");
    for (size_t i = 0;
         list != NULL && list->kind == YAML_LIST && i < list->count; i++) {
        const struct yaml_node *event = list->item[i];
        const struct yaml_node *exec =
            yaml_get(yaml_get(event, "script"), "exec");
        if (node_is_true(yaml_get(event, "disabled")) || !has_script(exec))
            continue;
        if (str_is(node_text(yaml_get(event, "listen")), "test"))
            script_read(im, e, exec);
        else
            remark_row(im, exec->pos, STR("prerequest script"), &item_rows[8]);
    }
}

/* Those of the collection come first, as when it runs. */
static void read_all_events(struct import *im, struct entry *e,
                            const struct folder *in,
                            const struct yaml_node *item)
{
    const struct folder *path[DEPTH_MAX];
    size_t depth = 0;
    for (; in != NULL && depth < DEPTH_MAX; in = in->outer)
        path[depth++] = in;
    while (depth > 0)
        read_events(im, e, path[--depth]->node);
    read_events(im, e, item);
}

static void read_rest(struct import *im, const struct yaml_node *item,
                      const struct yaml_node *request)
{
    static const char *const key[] = {"proxy", "certificate"};
    const struct yaml_node *response = yaml_get(item, "response");
    for (size_t i = 0; i < ARRAY_COUNT(key); i++) {
        const struct yaml_node *n = yaml_get(request, key[i]);
        if (n != NULL && n->kind == YAML_MAP && n->count > 0)
            remark_row(im, n->pos, str_from(key[i]), &item_rows[10 + i]);
    }
    if (response != NULL && response->kind == YAML_LIST && response->count > 0)
        remark_row(im, response->pos, STR("response"), &item_rows[9]);
}

static void read_request(struct import *im, const struct yaml_node *item,
                         const struct folder *in)
{
    const struct yaml_node *request = yaml_get(item, "request");
    const struct yaml_node *name = yaml_get(item, "name");
    const struct yaml_node *behave = yaml_get(item, "protocolProfileBehavior");
    bool map = request->kind == YAML_MAP;
    const struct yaml_node *url = map ? yaml_get(request, "url") : request;
    const struct yaml_node *method = map ? yaml_get(request, "method") : NULL;
    const char *id =
        in->outer == NULL
            ? str_dup(im->arena, node_text(name))
            : arena_printf(im->arena, "%.*s %.*s", STR_ARGS(in->name),
                           STR_ARGS(node_text(name)));
    struct draft *d = draft_begin(im, item->pos, str_from(id));
    struct entry *e = &d->own;
    if (str_trim(node_text(name)).len > 0)
        put(im, e, "title", from_braces(im, name->text, name->pos), name->pos);
    for (const struct folder *f = in; f->outer != NULL; f = f->outer)
        if (f->name.len > 0)
            put_item(im, e, "tags", from_plain(im, f->name), POS_NONE);
    d->refused = !read_url(im, e, url, item->pos);
    if (d->refused)
        return;
    if (method != NULL && node_text(method).len > 0 &&
        !str_is(method->text, "GET"))
        put(im, e, "method", postman_text(im, method), method->pos);
    read_headers(im, e, yaml_get(request, "header"));
    if (yaml_get(request, "body") != NULL)
        postman_body(im, e, yaml_get(request, "body"));
    postman_auth(im, e, request, in);
    if (!node_is_false(yaml_get(behave, "followRedirects")))
        put_bare(im, e, "redirects", "10", POS_NONE);
    read_all_events(im, e, in, item);
    read_rest(im, item, request);
    need_expectation(im, e, item->pos);
}

static void read_items(struct import *im, const struct yaml_node *list,
                       const struct folder *in, int depth)
{
    for (size_t i = 0;
         list != NULL && list->kind == YAML_LIST && i < list->count; i++) {
        const struct yaml_node *n = list->item[i];
        const struct yaml_node *inner = yaml_get(n, "item");
        im->now = NULL;
        if (n->kind == YAML_MAP && inner != NULL && depth < DEPTH_MAX) {
            struct folder folder = {in, n, node_text(yaml_get(n, "name"))};
            read_items(im, inner, &folder, depth + 1);
        } else if (yaml_get(n, "request") != NULL) {
            read_request(im, n, in);
        } else {
            remark(im, n->pos, STR("item"), "it has no request",
                   "nothing, unless it is nested deeper than 16 folders");
        }
    }
}

static void read_variables(struct import *im, const struct yaml_node *list)
{
    for (size_t i = 0;
         list != NULL && list->kind == YAML_LIST && i < list->count; i++) {
        const struct yaml_node *n = list->item[i];
        struct str key = node_text(yaml_get(n, "key"));
        struct str value = node_text(yaml_get(n, "value"));
        bool secret = names_secret(key) ||
                      str_is(node_text(yaml_get(n, "type")), "secret");
        if (key.len == 0 || is_off(n) || node_is_false(yaml_get(n, "enabled")))
            continue;
        define_variable(im, key, secret ? NULL : str_dup(im->arena, value),
                        secret && value.len > 0);
        im->record->carried++;
        if (!secret && value.len > 0 && !is_fallback(value.ptr))
            remark(im, n->pos, key,
                   "a value with variables in it cannot be a fallback",
                   "give it with --var");
        if (secret && value.len > 0)
            remark(im, n->pos, key, "a secret is not copied into a definition",
                   arena_printf(im->arena,
                                "give it as %s in the environment or with "
                                "--env-file",
                                name_from(im->arena, key, false)));
    }
}

static bool postman_read(struct import *im, const struct yaml_node *root)
{
    const struct yaml_node *inner = yaml_get(root, "collection");
    const struct yaml_node *values = yaml_get(root, "values");
    size_t from = im->count;
    if (inner != NULL && inner->kind == YAML_MAP)
        root = inner;
    if (values != NULL) {
        read_variables(im, values);
        return true;
    }
    if (yaml_get(root, "requests") != NULL || yaml_get(root, "item") == NULL) {
        diags_add(im->diags, root->pos,
                  "expected a collection of version 2.0 or 2.1: export it as "
                  "'Collection v2.1'");
        return false;
    }
    struct folder all = {NULL, root,
                         node_text(yaml_get(yaml_get(root, "info"), "name"))};
    read_variables(im, yaml_get(root, "variable"));
    read_items(im, yaml_get(root, "item"), &all, 0);
    im->now = NULL;
    drafts_link(im, from);
    return true;
}

static bool is_postman(const struct yaml_node *map)
{
    return (node_is_map(yaml_get(map, "info")) &&
            node_is_list(yaml_get(map, "item"))) ||
           node_is_map(yaml_get(map, "collection")) ||
           (node_is_list(yaml_get(map, "values")) &&
            yaml_get(map, "name") != NULL) ||
           node_is_list(yaml_get(map, "requests"));
}

static bool is_environment(const struct yaml_node *root)
{
    return yaml_get(root, "values") != NULL;
}

static const char *from_template(struct import *im, const struct yaml_node *n)
{
    return from_braces(im, n->text, n->pos);
}

const struct import_tool postman_tool = {
    .name = "postman",
    .is_tree = is_postman,
    .read_tree = postman_read,
    .value = from_template,
    .gives_values = is_environment,
    .rows = postman_rows,
};
