/* Bodies of Postman's requests, by their modes. */
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "import/postman/postman.h"

static const struct row rows[] = {
    CARRIED("body.raw", "`json` or `body`", NULL),
    CARRIED("body.urlencoded", "`form`", NULL),
    CARRIED("body.formdata", "`body`, as multipart/form-data; no files", NULL),
    CARRIED("body.graphql", "`json`", NULL),
    LEFT("body.file", "a body is part of the definition", "write it in 'body'"),
};

struct rows postman_body_rows(void)
{
    return IN("body", rows);
}

static bool is_disabled(const struct yaml_node *n)
{
    return node_is_true(yaml_get(n, "disabled")) ||
           node_is_false(yaml_get(n, "enabled"));
}

static void read_form(struct import *im, struct entry *e,
                      const struct yaml_node *list)
{
    for (size_t i = 0; list->kind == YAML_LIST && i < list->count; i++) {
        const struct yaml_node *n = list->item[i];
        const struct yaml_node *key = yaml_get(n, "key");
        const struct yaml_node *value = yaml_get(n, "value");
        if (!is_disabled(n) && node_text(key).len > 0)
            put_form(im, e, postman_text(im, key), postman_text(im, value),
                     key->pos);
    }
}

static void read_parts(struct import *im, struct entry *e,
                       const struct yaml_node *list)
{
    size_t count = 0;
    if (list->kind != YAML_LIST || list->count == 0)
        return;
    struct item *part = arena_array(im->arena, list->count, sizeof(*part));
    for (size_t i = 0; i < list->count; i++) {
        const struct yaml_node *n = list->item[i];
        const struct yaml_node *key = yaml_get(n, "key");
        if (is_disabled(n) || node_text(key).len == 0)
            continue;
        if (str_is(node_text(yaml_get(n, "type")), "file"))
            remark(im, key->pos, key->text, "no file is sent by a check",
                   "let an 'exec' check send it");
        else
            part[count++] =
                (struct item){.name = postman_text(im, key),
                              .text = postman_text(im, yaml_get(n, "value"))};
    }
    if (count > 0)
        put_multipart(im, e, part, count, list->pos);
}

/* {"query": ..., "variables": ...} */
static void read_graphql(struct import *im, struct entry *e,
                         const struct yaml_node *n)
{
    const struct yaml_node *query = yaml_get(n, "query");
    const struct yaml_node *variables = yaml_get(n, "variables");
    struct buf out;
    buf_init(&out, (size_t)64 * 1024);
    buf_text(&out, "{\"query\": ");
    json_quote(&out, str_from(postman_text(im, query)));
    if (str_trim(node_text(variables)).len > 0)
        buf_printf(&out, ", \"variables\": %s", postman_text(im, variables));
    buf_char(&out, '}');
    put_json_or_body(im, e, buf_dup(im->arena, &out), n->pos);
    buf_release(&out);
    if (entry_field(e, "body") != NULL)
        put_pair(im, e, "headers", "Content-Type", "application/json",
                 POS_NONE);
}

/* The type that Postman sends with a raw body of that language. */
static void type_of_raw(struct import *im, struct entry *e,
                        const struct yaml_node *body)
{
    static const char *const type[][2] = {
        {"xml", "application/xml"},
        {"html", "text/html"},
        {"javascript", "application/javascript"},
        {"json", "application/json"},
        {"text", "text/plain"}};
    const struct yaml_node *raw = yaml_get(yaml_get(body, "options"), "raw");
    struct str language = node_text(yaml_get(raw, "language"));
    const struct field *headers = entry_field(e, "headers");
    for (size_t i = 0; headers != NULL && i < headers->count; i++)
        if (str_equal_nocase(str_from(headers->item[i].name),
                             STR("content-type")))
            return;
    for (size_t i = 0; i < ARRAY_COUNT(type); i++)
        if (str_is(language, type[i][0]) && entry_field(e, "body") != NULL)
            put_pair(im, e, "headers", "Content-Type", type[i][1], POS_NONE);
}

void postman_body(struct import *im, struct entry *e,
                  const struct yaml_node *body)
{
    struct str mode = node_text(yaml_get(body, "mode"));
    const struct yaml_node *value =
        mode.len == 0 ? NULL : yaml_get(body, mode.ptr);
    if (value == NULL || yaml_is_null(value) ||
        node_is_true(yaml_get(body, "disabled")))
        return;
    if (str_is(mode, "raw")) {
        if (node_text(value).len > 0)
            put_json_or_body(im, e, postman_text(im, value), value->pos);
        type_of_raw(im, e, body);
    } else if (str_is(mode, "urlencoded")) {
        read_form(im, e, value);
    } else if (str_is(mode, "formdata")) {
        read_parts(im, e, value);
    } else if (str_is(mode, "graphql")) {
        read_graphql(im, e, value);
    } else {
        remark_row(im, value->pos, mode, &rows[4]);
    }
}
