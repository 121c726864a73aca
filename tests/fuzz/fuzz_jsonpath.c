/* A JSONPath in the first line, a document in the rest. */
#include <stdint.h>
#include <stdlib.h>

#include "base/json.h"
#include "language/jsonpath.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void select_from(struct arena *a, const struct jsonpath *path,
                        struct str text)
{
    struct source source = {"fuzz", text};
    struct jsonpath_nodes nodes;
    struct err e = {.set = false};
    cJSON *json = NULL;
    if (!json_parse(&json, &source, &e))
        return;
    bool told = jsonpath_select(&nodes, a, path, json);
    if (told && jsonpath_is_singular(path) && nodes.count > 1)
        abort();
    if (told && jsonpath_is_singular(path) && nodes.count == 0 &&
        jsonpath_explain_missing(a, path, json) == NULL)
        abort();
    cJSON_Delete(json);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    struct jsonpath *path = NULL;
    struct jsonpath_error e = {0, NULL};
    arena_init(&a);
    struct str all = {arena_dup(&a, (const char *)data, size), size};
    struct str document;
    struct str line = str_cut(all, '\n', &document);
    if (jsonpath_compile(&path, &a, line, &e))
        select_from(&a, path, document);
    else if (e.text == NULL || e.offset > line.len)
        abort(); /* refused without a reason, or beside the text */
    arena_release(&a);
    return 0;
}
