/* Checks from an OpenAPI 3 document: what each GET promises. */
#include <string.h>

#include "base/text.h"
#include "base/yaml.h"
#include "import/init/init.h"
#include "plan/definition.h"

#define REQUIRED_MAX 20 /* expectations made of required members */

struct writer {
    struct buf *out;
    struct arena *arena;
    struct diags *diags;
    const struct yaml_node *root;
    struct ids ids;
    size_t written;
};

/* The node that a local $ref names, or the node itself. */
static const struct yaml_node *resolve(const struct writer *w,
                                       const struct yaml_node *n)
{
    for (int hops = 0; n != NULL && hops < 8; hops++) {
        const struct yaml_node *ref = yaml_get(n, "$ref");
        if (ref == NULL)
            return n;
        n = ref->kind == YAML_SCALAR
                ? yaml_reference(w->arena, w->root, ref->text)
                : NULL;
    }
    return NULL;
}

static const struct yaml_node *get(const struct writer *w,
                                   const struct yaml_node *n, const char *key)
{
    return n == NULL ? NULL : resolve(w, yaml_get(n, key));
}

static struct str text_of(const struct yaml_node *n)
{
    return n != NULL && n->kind == YAML_SCALAR ? n->text : STR_NONE;
}

static const struct yaml_node *find_parameter(const struct writer *w,
                                              const struct yaml_node *owner,
                                              struct str name)
{
    const struct yaml_node *list = get(w, owner, "parameters");
    for (size_t i = 0;
         list != NULL && list->kind == YAML_LIST && i < list->count; i++) {
        const struct yaml_node *p = resolve(w, list->item[i]);
        if (str_equal(text_of(get(w, p, "name")), name))
            return p;
    }
    return NULL;
}

static struct str example_of(const struct writer *w, const struct yaml_node *p)
{
    static const char *const key[] = {"example", "default"};
    const struct yaml_node *schema = get(w, p, "schema");
    struct str text = text_of(get(w, p, "example"));
    for (size_t i = 0; text.len == 0 && i < ARRAY_COUNT(key); i++)
        text = text_of(get(w, schema, key[i]));
    const struct yaml_node *values = get(w, schema, "enum");
    if (text.len == 0 && values != NULL && values->kind == YAML_LIST &&
        values->count > 0)
        text = text_of(values->item[0]);
    return text;
}

/* {name} in a path becomes its example; false when it has none. */
static bool fill_path(struct writer *w, const struct yaml_node *item,
                      const struct yaml_node *operation, struct str path,
                      struct buf *out)
{
    for (size_t at = 0; at < path.len;) {
        size_t open = str_find(path, STR("{"), at);
        size_t close = str_find(path, STR("}"), open);
        escape_dollars(out, str_sub(path, at, open - at));
        if (open == path.len)
            break;
        struct str name = str_sub(path, open + 1, close - open - 1);
        const struct yaml_node *p = find_parameter(w, operation, name);
        if (p == NULL)
            p = find_parameter(w, item, name);
        struct str example = example_of(w, p);
        if (example.len == 0 || close == path.len)
            return false;
        text_url_encode(out, example);
        at = close + 1;
    }
    return true;
}

static bool is_clean(struct str path)
{
    for (size_t i = 0; i < path.len; i++)
        if (path.ptr[i] <= ' ' || path.ptr[i] > '~')
            return false;
    return str_starts(path, STR("/"));
}

/* The first answer that means success, and its status as an expectation. */
static const struct yaml_node *success(struct writer *w,
                                       const struct yaml_node *operation,
                                       const char **status)
{
    const struct yaml_node *all = get(w, operation, "responses");
    for (size_t i = 0; all != NULL && all->kind == YAML_MAP && i < all->count;
         i++) {
        struct str code = all->item[2 * i]->text;
        uint64_t number = 0;
        if (text_to_u64(code, 399, &number) && number >= 200) {
            *status = arena_printf(w->arena, "status == %d", (int)number);
            return resolve(w, all->item[2 * i + 1]);
        }
        if (str_equal_nocase(code, STR("2XX")))
            return resolve(w, all->item[2 * i + 1]);
    }
    return NULL;
}

static const char *type_predicate(struct str type)
{
    static const struct {
        const char *type, *predicate;
    } row[] = {
        {"string", "isString"},    {"integer", "isInteger"},
        {"number", "isNumber"},    {"boolean", "isBoolean"},
        {"array", "isCollection"}, {"object", "isCollection"},
    };
    for (size_t i = 0; i < ARRAY_COUNT(row); i++)
        if (str_is(type, row[i].type))
            return row[i].predicate;
    return "exists";
}

static void write_required(struct writer *w, const struct yaml_node *schema)
{
    const struct yaml_node *names = get(w, schema, "required");
    const struct yaml_node *members = get(w, schema, "properties");
    if (str_is(text_of(get(w, schema, "type")), "array"))
        line_item(w->out, STR("jsonpath \"$\" isCollection"));
    for (size_t i = 0; names != NULL && names->kind == YAML_LIST &&
                       i < names->count && i < REQUIRED_MAX;
         i++) {
        struct str name = text_of(names->item[i]);
        struct buf text;
        if (name.len == 0)
            continue;
        buf_init(&text, 300);
        buf_text(&text, "jsonpath \"$");
        bool usable = path_member(&text, name.ptr);
        buf_printf(
            &text, "\" %s",
            type_predicate(text_of(get(w, get(w, members, name.ptr), "type"))));
        if (usable && !text.full)
            line_item(w->out, buf_view(&text));
        buf_release(&text);
    }
}

static void write_content(struct writer *w, const struct yaml_node *response)
{
    const struct yaml_node *content = get(w, response, "content");
    struct buf text;
    if (content == NULL || content->kind != YAML_MAP || content->count == 0)
        return;
    struct str type = content->item[0]->text;
    buf_init(&text, 300);
    buf_text(&text, "header \"content-type\" contains ");
    if (str_find(type, STR("*"), 0) == type.len && literal(&text, type) &&
        !text.full)
        line_item(w->out, buf_view(&text));
    buf_release(&text);
    if (str_find(type, STR("json"), 0) < type.len)
        write_required(w, get(w, content->item[1], "schema"));
}

/* The first scheme that the operation, or the document, asks for. */
static void write_security(struct writer *w, const struct yaml_node *operation)
{
    const struct yaml_node *asked = get(w, operation, "security");
    if (asked == NULL)
        asked = get(w, w->root, "security");
    if (asked == NULL || asked->kind != YAML_LIST || asked->count == 0 ||
        asked->item[0]->kind != YAML_MAP || asked->item[0]->count == 0)
        return;
    const struct yaml_node *schemes =
        get(w, get(w, w->root, "components"), "securitySchemes");
    const struct yaml_node *scheme =
        get(w, schemes, asked->item[0]->item[0]->text.ptr);
    struct str type = text_of(get(w, scheme, "type"));
    struct str name = text_of(get(w, scheme, "name"));
    bool header = str_is(text_of(get(w, scheme, "in")), "header");
    if (str_is(type, "apiKey") && header && name.len > 0 &&
        strspn(name.ptr, "abcdefghijklmnopqrstuvwxyz"
                         "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") == name.len)
        buf_printf(w->out, "    headers: { %s: '${secret:API_KEY}' }\n",
                   name.ptr);
    else if (str_is(text_of(get(w, scheme, "scheme")), "basic"))
        buf_text(w->out, "    auth: { basic: { user: '${API_USER}', password: "
                         "'${secret:API_PASSWORD}' } }\n");
    else
        buf_text(w->out, "    auth: { bearer: '${secret:API_TOKEN}' }\n");
}

static void write_operation(struct writer *w, const struct yaml_node *item,
                            const struct yaml_node *operation, struct str path)
{
    const char *status = "status in 200..299";
    struct str id = text_of(get(w, operation, "operationId"));
    struct str title = text_of(get(w, operation, "summary"));
    struct buf url;
    if (str_is(text_of(get(w, operation, "deprecated")), "true"))
        return;
    buf_init(&url, 8192);
    buf_text(&url, "${BASE_URL}");
    const struct yaml_node *response = success(w, operation, &status);
    if (fill_path(w, item, operation, path, &url) && !url.full) {
        buf_printf(w->out, "\n  - id: %s\n",
                   id_make(w->arena, &w->ids, id.len > 0 ? id : path));
        if (title.len > 0 && !text_has_control(title)) {
            struct buf safe;
            buf_init(&safe, 2 * title.len + 1);
            escape_dollars(&safe, title);
            line_pair(w->out, "title", buf_view(&safe));
            buf_release(&safe);
        }
        line_pair(w->out, "url", buf_view(&url));
        write_security(w, operation);
        buf_text(w->out, "    expect:\n");
        line_item(w->out, str_from(status));
        write_content(w, response);
        w->written++;
    } else {
        buf_printf(w->out,
                   "\n  # Left out: %s has a parameter without an example.\n",
                   text_elide(w->arena, path, 200));
    }
    buf_release(&url);
}

static void write_server(struct writer *w)
{
    const struct yaml_node *servers = get(w, w->root, "servers");
    const struct yaml_node *first =
        servers != NULL && servers->kind == YAML_LIST && servers->count > 0
            ? servers->item[0]
            : NULL;
    struct str url = text_of(get(w, first, "url"));
    buf_text(w->out, "# Written by postflight init from an OpenAPI document. "
                     "Read it, and add what\n# matters. Run it with --var "
                     "BASE_URL=");
    buf_text(w->out, str_starts(url, STR("http"))
                         ? text_elide(w->arena, url, 200)
                         : "https://...");
    buf_text(w->out, "\ndefaults: { timeout: 10s }\n\nchecks:");
}

bool draft_openapi(struct buf *out, struct arena *a,
                   const struct source *source, struct diags *d)
{
    struct writer w = {.out = out, .arena = a, .diags = d};
    if (!yaml_parse(&w.root, a, source, d))
        return false;
    const struct yaml_node *paths = yaml_get(w.root, "paths");
    if (!str_starts(text_of(yaml_get(w.root, "openapi")), STR("3.")) ||
        paths == NULL || paths->kind != YAML_MAP) {
        diags_add(d, w.root->pos,
                  "expected an OpenAPI 3 document with 'openapi: 3.x' and "
                  "'paths'");
        return false;
    }
    write_server(&w);
    for (size_t i = 0; i < paths->count; i++) {
        struct str path = paths->item[2 * i]->text;
        const struct yaml_node *item = resolve(&w, paths->item[2 * i + 1]);
        const struct yaml_node *operation = get(&w, item, "get");
        if (operation != NULL && is_clean(path))
            write_operation(&w, item, operation, path);
    }
    if (w.written > 0)
        return true;
    diags_add(d, paths->pos, "no GET here that a check could probe");
    return false;
}
