/* Whose file it is, from what stands in it. */
#include <string.h>

#include "base/text.h"
#include "import/internal.h"

static struct str first_line(struct str text)
{
    struct str rest = text;
    while (rest.len > 0) {
        struct str line = str_trim(str_cut(rest, '\n', &rest));
        if (line.len > 0 && line.ptr[0] != '#')
            return line;
    }
    return STR_NONE;
}

/* "GET http://..." and nothing that is YAML. */
bool looks_like_hurl(struct str text)
{
    if (str_starts(text, STR("\xEF\xBB\xBF")))
        text = str_sub(text, 3, text.len);
    struct str line = first_line(text), rest;
    struct str method = str_cut(line, ' ', &rest);
    for (size_t i = 0; i < method.len; i++)
        if (method.ptr[i] < 'A' || method.ptr[i] > 'Z')
            return false;
    return method.len >= 3 && method.len < line.len &&
           !str_starts(str_trim(rest), STR(":"));
}

static bool is_list(const struct yaml_node *n)
{
    return n != NULL && n->kind == YAML_LIST;
}

static bool is_map(const struct yaml_node *n)
{
    return n != NULL && n->kind == YAML_MAP;
}

static bool is_goss(const struct yaml_node *root)
{
    static const char *const resource[] = {
        "http",      "addr",         "dns",      "command", "port",  "file",
        "package",   "service",      "process",  "user",    "group", "mount",
        "interface", "kernel-param", "gossfile", "matching"};
    bool all = root->count > 0;
    for (size_t i = 0; i < root->count; i++) {
        bool known = false;
        for (size_t k = 0; k < ARRAY_COUNT(resource); k++)
            known = known || str_is(root->item[2 * i]->text, resource[k]);
        all = all && (known || str_is(root->item[2 * i]->text, "vars"));
    }
    return all;
}

static bool is_gatus(const struct yaml_node *root)
{
    return is_list(yaml_get(root, "endpoints")) ||
           is_list(yaml_get(root, "suites")) ||
           is_list(yaml_get(root, "external-endpoints")) ||
           is_list(yaml_get(root, "services"));
}

static bool is_postman(const struct yaml_node *root)
{
    return (is_map(yaml_get(root, "info")) &&
            is_list(yaml_get(root, "item"))) ||
           is_map(yaml_get(root, "collection")) ||
           (is_list(yaml_get(root, "values")) &&
            yaml_get(root, "name") != NULL) ||
           is_list(yaml_get(root, "requests"));
}

int format_of(const struct source *source, const struct yaml_node *root)
{
    (void)source;
    if (!is_map(root))
        return -1;
    if (is_postman(root))
        return FORMAT_POSTMAN;
    if (is_gatus(root))
        return FORMAT_GATUS;
    if (is_map(yaml_get(root, "modules")) ||
        is_list(yaml_get(root, "scrape_configs")))
        return FORMAT_BLACKBOX;
    if (is_map(yaml_get(root, "services")))
        return FORMAT_COMPOSE;
    return is_goss(root) ? FORMAT_GOSS : -1;
}
