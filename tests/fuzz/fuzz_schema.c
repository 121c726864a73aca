/* A JSON Schema in the first line, a value in the rest. */
#include <stdint.h>
#include <stdlib.h>

#include "base/json.h"
#include "language/jsonschema.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void judge(struct arena *a, const struct jsonschema *schema,
                  struct str text)
{
    struct source source = {"value", text};
    struct err e = {.set = false};
    cJSON *json = NULL;
    const char *why = NULL;
    if (!json_parse(&json, &source, &e))
        return;
    if (jsonschema_validate(schema, a, json, &why) == JSONSCHEMA_INVALID &&
        why[0] == '\0')
        abort(); /* refused without a reason */
    cJSON_Delete(json);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    struct diags d;
    struct jsonschema *schema = NULL;
    arena_init(&a);
    diags_init(&d, &a);
    struct str all = {arena_dup(&a, (const char *)data, size), size};
    struct str value;
    struct source source = {"schema", str_cut(all, '\n', &value)};
    if (jsonschema_open(&schema, &source, &d))
        judge(&a, schema, value);
    else if (d.count == 0)
        abort();
    jsonschema_close(schema);
    arena_release(&a);
    return 0;
}
