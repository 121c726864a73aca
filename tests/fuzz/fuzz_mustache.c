/*
 * A template of any bytes, after a line of JSON that it is rendered with; it
 * finds itself as every other template.
 */
#include <stdint.h>
#include <stdlib.h>

#include "base/json.h"
#include "language/mustache.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct mustache *find(void *context, struct str name)
{
    return name.len == 0 ? NULL : context;
}

static void note(void *context, const struct mustache_name *name)
{
    size_t *names = context;
    if (name->at >= name->source->text.len || name->name.len == 0)
        abort();
    (*names)++;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    struct buf out;
    struct err e = {.set = false};
    cJSON *json = NULL;
    struct mustache *t = NULL;
    size_t names = 0;
    arena_init(&a);
    struct str rest, all = {arena_dup(&a, (const char *)data, size), size};
    struct source head = {"data", str_cut(all, '\n', &rest)};
    struct source source = {"template", rest};
    buf_init(&out, (size_t)1 << 16);
    if (json_parse(&json, &head, &e) && mustache_parse(&t, &a, &source, &e)) {
        struct mustache_set set = {find, t, buf_str};
        bool ok = mustache_render(&out, t, json, &set, &e);
        if (ok == e.set)
            abort();
        mustache_names(t, note, &names);
    } else if (!e.set) {
        abort();
    }
    cJSON_Delete(json);
    buf_release(&out);
    arena_release(&a);
    return 0;
}
