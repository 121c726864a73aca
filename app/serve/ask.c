/* Asks: what may stand in a query and in the body of a webhook. */
#include <string.h>

#include "app/serve/serve.h"
#include "base/json.h"
#include "base/text.h"

#define STARS_MAX 8 /* of one glob: matching it takes its time */

static bool refuse_word(const char *name, const char *expected, struct err *e)
{
    return err_set(e, POS_NONE, "'%s' takes %s of at most %d bytes", name,
                   expected, SERVE_WORD_BYTES_MAX);
}

static bool is_word(struct str s, const char *beyond)
{
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                     (c >= '0' && c <= '9');
        if (!plain && (c == '\0' || strchr(beyond, c) == NULL))
            return false;
    }
    return s.len > 0 && s.len <= SERVE_WORD_BYTES_MAX;
}

static bool add_word(const char **list, size_t *count, struct arena *a,
                     struct str value, const char *name, struct err *e)
{
    if (*count == SERVE_WORDS_MAX)
        return err_set(e, POS_NONE, "'%s' may be given %d times, not more",
                       name, SERVE_WORDS_MAX);
    list[(*count)++] = str_dup(a, value);
    return true;
}

static bool read_id(struct ask *ask, struct arena *a, struct str value,
                    struct err *e)
{
    size_t stars = 0;
    for (size_t i = 0; i < value.len; i++)
        stars += value.ptr[i] == '*' ? 1 : 0;
    if (!is_word(value, "._/-*?[]!") || stars > STARS_MAX)
        return refuse_word("id", "a glob of check ids (up to 8 stars)", e);
    return add_word(ask->id, &ask->id_count, a, value, "id", e);
}

static bool read_tag(struct ask *ask, struct arena *a, struct str value,
                     struct err *e)
{
    if (value.len > SERVE_WORD_BYTES_MAX || value.len == 0 ||
        text_has_control(value) || utf8_check(value) < value.len)
        return refuse_word("tag", "a tag", e);
    return add_word(ask->tag, &ask->tag_count, a, value, "tag", e);
}

static bool read_expect(struct ask *ask, struct arena *a, struct str value,
                        struct err *e)
{
    if (ask->expect != NULL)
        return err_set(e, POS_NONE, "'expect' is given twice");
    if (!is_word(value, "._+-/:@~"))
        return refuse_word("expect", "a version (letters, digits, ._+-/:@~)",
                           e);
    ask->expect = str_dup(a, value);
    return true;
}

static bool read_flag(bool *flag, struct str value, const char *name,
                      struct err *e)
{
    *flag = str_is(value, "1");
    return *flag || str_is(value, "0") ||
           err_set(e, POS_NONE, "'%s' takes 1 or 0", name);
}

static bool read_record(struct ask *ask, struct arena *a, struct str value,
                        struct err *e)
{
    (void)a;
    return read_flag(&ask->record, value, "record", e);
}

static bool read_always_ok(struct ask *ask, struct arena *a, struct str value,
                           struct err *e)
{
    (void)a;
    return read_flag(&ask->always_ok, value, "always_ok", e);
}

static const struct parameter {
    const char *name, *help;
    bool (*read)(struct ask *ask, struct arena *a, struct str value,
                 struct err *e);
} parameters[] = {
    {"id", "only checks with such an id, a glob (repeatable: any)", read_id},
    {"tag", "only checks with this tag (repeatable: any)", read_tag},
    {"expect", "the build that must be serving, instead of `--expect`",
     read_expect},
    {"record", "1: the whole record, as the member `record`", read_record},
    {"always_ok",
     "1: status 200 whatever the verdict, for askers that read the body",
     read_always_ok},
};

size_t ask_parameter_count(void)
{
    return ARRAY_COUNT(parameters);
}

struct ask_parameter_doc ask_parameter(size_t index)
{
    return (struct ask_parameter_doc){parameters[index].name,
                                      parameters[index].help};
}

static const struct parameter *find(const char *name)
{
    for (size_t i = 0; i < ARRAY_COUNT(parameters); i++)
        if (strcmp(parameters[i].name, name) == 0)
            return &parameters[i];
    return NULL;
}

static const char *nearest(const char *name)
{
    const char *known[ARRAY_COUNT(parameters)];
    for (size_t i = 0; i < ARRAY_COUNT(parameters); i++)
        known[i] = parameters[i].name;
    return text_nearest(str_from(name), known, ARRAY_COUNT(parameters));
}

/* A typo must not open a gate: what is not known is refused. */
static bool refuse_unknown(struct arena *a, const char *name, struct err *e)
{
    const char *near = nearest(name);
    char *shown = text_elide(a, str_from(name), 60);
    if (near != NULL)
        return err_set(e, POS_NONE,
                       "unknown parameter '%s', did you mean '%s'?", shown,
                       near);
    return err_set(e, POS_NONE, "unknown parameter '%s'", shown);
}

bool ask_add(struct ask *ask, struct arena *a, const char *name,
             const char *value, struct err *e)
{
    const struct parameter *p = find(name);
    if (p == NULL)
        return refuse_unknown(a, name, e);
    return p->read(ask, a, str_from(value), e);
}

/* Metadata may hold what is meant for others, but no typo. */
static bool add_metadata(struct ask *ask, struct arena *a, const cJSON *item,
                         struct err *e)
{
    const struct parameter *p = find(item->string);
    if (p == NULL && nearest(item->string) == NULL)
        return true;
    if (p == NULL)
        return refuse_unknown(a, item->string, e);
    if (!cJSON_IsString(item))
        return err_set(e, POS_NONE, "'metadata.%s' must be a string, not %s",
                       p->name, json_kind(item));
    return p->read(ask, a, str_from(item->valuestring), e);
}

static bool read_members(struct ask *ask, struct arena *a, const cJSON *root,
                         struct err *e)
{
    const cJSON *metadata = cJSON_GetObjectItemCaseSensitive(root, "metadata"),
                *item;
    if (!cJSON_IsObject(root))
        return err_set(e, POS_NONE, "the body must be a JSON object, not %s",
                       json_kind(root));
    if (metadata == NULL || cJSON_IsNull(metadata))
        return true;
    if (!cJSON_IsObject(metadata))
        return err_set(e, POS_NONE, "'metadata' must be an object, not %s",
                       json_kind(metadata));
    cJSON_ArrayForEach(item, metadata)
    {
        if (!add_metadata(ask, a, item, e))
            return false;
    }
    return true;
}

bool ask_body(struct ask *ask, struct arena *a, struct str body, struct err *e)
{
    struct source source = {"body", body};
    cJSON *root = NULL;
    if (str_trim(body).len == 0)
        return true;
    if (!json_parse(&root, &source, e))
        return false;
    bool ok = read_members(ask, a, root, e);
    cJSON_Delete(root);
    return ok;
}
