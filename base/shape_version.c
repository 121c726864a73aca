/* Which version a document has, and the way from there to ours. */
#include "base/shape_version.h"

#include <assert.h>

#include "base/text.h"

/* "postflight/record/" and 1 of "postflight/record/1"; false: it is not one. */
static bool split_schema(struct str text, struct str *name, uint64_t *version)
{
    size_t n = text.len;
    while (n > 0 && text.ptr[n - 1] != '/')
        n--;
    *name = str_sub(text, 0, n);
    struct str digits = str_sub(text, n, text.len);
    return n > 0 && digits.len > 0 && digits.ptr[0] != '0' &&
           text_to_u64(digits, INT32_MAX, version);
}

static bool upgrade(cJSON *root, const struct shape_format *f, uint64_t from,
                    uint64_t to, struct err *e)
{
    for (uint64_t i = from; i < to; i++)
        if (!f->upgrade[i - 1](root, e))
            return false;
    return from == to ||
           cJSON_ReplaceItemInObjectCaseSensitive(
               root, "schema", cJSON_CreateString(f->schema)) ||
           err_set(e, POS_NONE, "out of memory");
}

/* Looked at first: another document's members would all be wrong. */
bool shape_fit_version(cJSON *root, const struct shape_format *f,
                       struct pos pos, struct err *e)
{
    const cJSON *member = cJSON_GetObjectItemCaseSensitive(root, "schema");
    struct str ours = str_from(f->schema), name, our_name;
    uint64_t found = 0, known = 0;
    bool good = split_schema(ours, &our_name, &known);
    assert(good && (known == 1 || f->upgrade != NULL));
    if (!cJSON_IsString(member))
        return err_set(e, pos, "it has no 'schema', expected '%s'", f->schema);
    struct str text = str_from(member->valuestring);
    good = split_schema(text, &name, &found);
    if (!good || !str_equal(name, our_name))
        return err_set(e, pos, "the schema is '%.60s', expected '%s'", text.ptr,
                       f->schema);
    if (found > known)
        return err_set(e, pos,
                       "the schema is '%.60s', but this postflight reads "
                       "version%s%llu; install a newer postflight",
                       text.ptr, known > 1 ? "s 1 to " : " ",
                       (unsigned long long)known);
    return upgrade(root, f, found, known, e);
}
