/* One table, four uses: write JSON, read it back, schema. */
#include "base/shape.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/shape_version.h"
#include "base/text.h"

/* Field access by offset: the tables are built with offsetof. */
static const void *field_at(const void *object, size_t offset)
{
    return (const char *)object + offset;
}

static void *field_slot(void *object, size_t offset)
{
    return (char *)object + offset;
}

#define GET(type, object, offset) (*(type const *)field_at(object, offset))
#define PUT(type, object, offset) (*(type *)field_slot(object, offset))

static void indent(struct buf *out, unsigned depth)
{
    buf_char(out, '\n');
    buf_repeat(out, ' ', (size_t)depth * 2);
}

static void write_text(struct buf *out, const char *text)
{
    if (text == NULL)
        buf_text(out, "null");
    else
        json_quote(out, str_from(text));
}

/* value / 10^digits, without trailing zeros */
static void write_decimal(struct buf *out, int64_t value, int digits)
{
    char text[48];
    int64_t scale = digits == 3 ? 1000 : 1000000;
    int64_t whole = value / scale, rest = value % scale;
    if (rest == 0) {
        buf_printf(out, "%lld", (long long)whole);
        return;
    }
    if (rest < 0)
        rest = -rest;
    buf_printf(out, value < 0 && whole == 0 ? "-%lld" : "%lld",
               (long long)whole);
    int n = snprintf(text, sizeof(text), ".%0*lld", digits, (long long)rest);
    while (n > 0 && text[n - 1] == '0')
        n--;
    buf_add(out, text, (size_t)n);
}

static void write_time(struct buf *out, int64_t wall_ms)
{
    if (wall_ms == 0) {
        buf_text(out, "null");
        return;
    }
    buf_char(out, '"');
    clock_format(out, wall_ms);
    buf_char(out, '"');
}

static void write_texts(struct buf *out, const char *const *text, size_t count,
                        unsigned depth)
{
    buf_char(out, '[');
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            buf_char(out, ',');
        indent(out, depth + 1);
        write_text(out, text[i]);
    }
    if (count > 0)
        indent(out, depth);
    buf_char(out, ']');
}

static void write_pairs(struct buf *out, const struct shape_pair *pair,
                        size_t count, unsigned depth)
{
    buf_char(out, '{');
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            buf_char(out, ',');
        indent(out, depth + 1);
        write_text(out, pair[i].name);
        buf_text(out, ": ");
        write_text(out, pair[i].value);
    }
    if (count > 0)
        indent(out, depth);
    buf_char(out, '}');
}

static void write_object(struct buf *out, const struct shape *s,
                         const void *object, unsigned depth);

static void write_list(struct buf *out, const struct shape_field *f,
                       const void *object, unsigned depth)
{
    const char *item = GET(void *, object, f->at);
    size_t count = GET(size_t, object, f->count_at);
    buf_char(out, '[');
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            buf_char(out, ',');
        indent(out, depth + 1);
        write_object(out, f->of, item + i * f->of->size, depth + 1);
    }
    if (count > 0)
        indent(out, depth);
    buf_char(out, ']');
}

static void write_name(struct buf *out, const struct names *names, int value)
{
    write_text(out, value < 0 ? NULL : name_of(names, value));
}

static void write_field(struct buf *out, const struct shape_field *f,
                        const void *object, unsigned depth)
{
    switch (f->type) {
    case SHAPE_TEXT:
        write_text(out, GET(char *, object, f->at));
        break;
    case SHAPE_INT:
        buf_printf(out, "%lld", (long long)GET(int64_t, object, f->at));
        break;
    case SHAPE_BOOL:
        buf_text(out, GET(bool, object, f->at) ? "true" : "false");
        break;
    case SHAPE_MS:
        write_decimal(out, GET(int64_t, object, f->at), 3);
        break;
    case SHAPE_SHARE:
        write_decimal(out, GET(int64_t, object, f->at), 6);
        break;
    case SHAPE_TIME:
        write_time(out, GET(int64_t, object, f->at));
        break;
    case SHAPE_NAME:
        write_name(out, f->names, GET(int, object, f->at));
        break;
    case SHAPE_TEXTS:
        write_texts(out, GET(const char **, object, f->at),
                    GET(size_t, object, f->count_at), depth);
        break;
    case SHAPE_PAIRS:
        write_pairs(out, GET(struct shape_pair *, object, f->at),
                    GET(size_t, object, f->count_at), depth);
        break;
    case SHAPE_OBJECT:
        write_object(out, f->of, field_at(object, f->at), depth);
        break;
    case SHAPE_LIST:
        write_list(out, f, object, depth);
        break;
    }
}

static bool is_empty(const struct shape_field *f, const void *object)
{
    switch (f->type) {
    case SHAPE_TEXT:
        return GET(char *, object, f->at) == NULL;
    case SHAPE_INT:
    case SHAPE_MS:
    case SHAPE_SHARE:
    case SHAPE_TIME:
        return GET(int64_t, object, f->at) == 0;
    case SHAPE_BOOL:
        return !GET(bool, object, f->at);
    case SHAPE_NAME:
        return GET(int, object, f->at) < 0;
    case SHAPE_TEXTS:
    case SHAPE_PAIRS:
    case SHAPE_LIST:
        return GET(size_t, object, f->count_at) == 0;
    case SHAPE_OBJECT:
        for (size_t i = 0; i < f->of->count; i++)
            if (!is_empty(&f->of->field[i], field_at(object, f->at)))
                return false;
        return true;
    }
    return false;
}

static void write_object(struct buf *out, const struct shape *s,
                         const void *object, unsigned depth)
{
    bool first = true;
    buf_char(out, '{');
    for (size_t i = 0; i < s->count; i++) {
        if (s->field[i].rare && is_empty(&s->field[i], object))
            continue;
        if (!first)
            buf_char(out, ',');
        first = false;
        indent(out, depth + 1);
        json_quote(out, str_from(s->field[i].name));
        buf_text(out, ": ");
        write_field(out, &s->field[i], object, depth + 1);
    }
    indent(out, depth);
    buf_char(out, '}');
}

void shape_write(struct buf *out, const struct shape *s, const void *object)
{
    write_object(out, s, object, 0);
}

struct reading {
    struct arena *arena;
    struct pos pos;
    struct err *err;
};

/* Where we are: a text is made of it only for an error. */
struct path {
    const struct path *above; /* NULL: the document */
    const char *name;         /* of a member; NULL: of an element */
    size_t index;
};

/* As deep as shapes are nested. */
static void write_path(struct buf *out, const struct path *path)
{
    if (path->above == NULL) {
        buf_char(out, '$');
        return;
    }
    write_path(out, path->above);
    if (path->name == NULL)
        buf_printf(out, "[%zu]", path->index);
    else
        buf_printf(out, ".%s", path->name);
}

static bool refuse(struct reading *r, const struct path *path, const char *why)
{
    struct buf place;
    buf_init(&place, 1000);
    write_path(&place, path);
    err_set(r->err, r->pos, "%s: %s", place.ptr, why);
    buf_release(&place);
    return false;
}

static bool wrong(struct reading *r, const struct path *path,
                  const char *expected, const cJSON *item)
{
    return refuse(r, path,
                  arena_printf(r->arena, "expected %s, found %s", expected,
                               json_kind(item)));
}

static bool break_rule(struct reading *r, const struct path *path,
                       const struct shape_rule *rule, struct str text)
{
    struct buf shown;
    buf_init(&shown, 300);
    text_visible_line(&shown, str_sub(text, 0, 60));
    bool ok = refuse(r, path,
                     arena_printf(r->arena, "expected %s, found '%s%s'",
                                  rule->expected, shown.ptr,
                                  text.len > 60 ? "..." : ""));
    buf_release(&shown);
    return ok;
}

static bool read_text(struct reading *r, const cJSON *item,
                      const struct path *path, const struct shape_rule *rule,
                      const char **out)
{
    *out = NULL;
    if (cJSON_IsNull(item))
        return true;
    if (!cJSON_IsString(item))
        return wrong(r, path, "a string or null", item);
    struct str text = str_from(item->valuestring);
    if (rule != NULL && !rule->takes(text))
        return break_rule(r, path, rule, text);
    *out = str_dup(r->arena, text);
    return true;
}

/* A number scaled by 10^digits must be whole and within 2^53. */
static bool read_number(struct reading *r, const cJSON *item,
                        const struct path *path, double scale, int64_t *out)
{
    double value = (double)NAN;
    if (cJSON_IsNumber(item))
        value = item->valuedouble * scale;
    if (!(fabs(value) <= 9007199254740992.0))
        return wrong(r, path, "a number within 2^53", item);
    *out = (int64_t)(value < 0 ? value - 0.5 : value + 0.5);
    return true;
}

static bool read_time(struct reading *r, const cJSON *item,
                      const struct path *path, int64_t *out)
{
    bool zoned = false;
    *out = 0;
    if (cJSON_IsNull(item))
        return true;
    struct str text = str_from(cJSON_GetStringValue(item));
    if (text.len == 0 || clock_parse(text, out, &zoned) != text.len || !zoned)
        return wrong(r, path, "an RFC 3339 time or null", item);
    return true;
}

static bool read_name(struct reading *r, const cJSON *item,
                      const struct path *path, const struct names *names,
                      int *out)
{
    *out = -1;
    if (cJSON_IsNull(item))
        return true;
    if (cJSON_IsString(item) &&
        name_find(names, str_from(item->valuestring), out))
        return true;
    return refuse(r, path,
                  arena_printf(r->arena, "unknown %s '%.60s'", names->what,
                               cJSON_IsString(item) ? item->valuestring : ""));
}

static bool read_texts(struct reading *r, const cJSON *item,
                       const struct path *path, const struct shape_rule *rule,
                       const char ***out, size_t *count)
{
    size_t cap = 0;
    if (!cJSON_IsArray(item))
        return wrong(r, path, "an array of strings", item);
    for (const cJSON *c = item->child; c != NULL; c = c->next) {
        *out = arena_grow(r->arena, (void *)*out, *count, &cap,
                          sizeof(const char *));
        if (!read_text(r, c, path, rule, &(*out)[*count]))
            return false;
        (*count)++;
    }
    return true;
}

static bool read_pairs(struct reading *r, const cJSON *item,
                       const struct path *path, struct shape_pair **out,
                       size_t *count)
{
    size_t cap = 0;
    if (!cJSON_IsObject(item))
        return wrong(r, path, "an object", item);
    for (const cJSON *c = item->child; c != NULL; c = c->next) {
        *out = arena_grow(r->arena, *out, *count, &cap, sizeof(**out));
        (*out)[*count].name = str_dup(r->arena, str_from(c->string));
        if (!read_text(r, c, path, NULL, &(*out)[*count].value))
            return false;
        (*count)++;
    }
    return true;
}

static bool read_object(struct reading *r, const struct shape *s,
                        const cJSON *item, const struct path *path,
                        void *object);

static bool read_list(struct reading *r, const struct shape_field *f,
                      const cJSON *item, const struct path *path, void *object)
{
    if (!cJSON_IsArray(item))
        return wrong(r, path, "an array", item);
    size_t count = (size_t)cJSON_GetArraySize(item), i = 0;
    char *all = arena_array(r->arena, count, f->of->size);
    PUT(void *, object, f->at) = all;
    PUT(size_t, object, f->count_at) = count;
    for (const cJSON *c = item->child; c != NULL; c = c->next, i++) {
        const struct path here = {path, NULL, i};
        if (!read_object(r, f->of, c, &here, all + i * f->of->size))
            return false;
    }
    return true;
}

static bool read_field(struct reading *r, const struct shape_field *f,
                       const cJSON *item, const struct path *path, void *object)
{
    switch (f->type) {
    case SHAPE_TEXT:
        return read_text(r, item, path, f->rule,
                         &PUT(const char *, object, f->at));
    case SHAPE_INT:
        return read_number(r, item, path, 1, &PUT(int64_t, object, f->at));
    case SHAPE_BOOL:
        PUT(bool, object, f->at) = cJSON_IsTrue(item);
        return cJSON_IsBool(item) || wrong(r, path, "a boolean", item);
    case SHAPE_MS:
        return read_number(r, item, path, 1e3, &PUT(int64_t, object, f->at));
    case SHAPE_SHARE:
        return read_number(r, item, path, 1e6, &PUT(int64_t, object, f->at));
    case SHAPE_TIME:
        return read_time(r, item, path, &PUT(int64_t, object, f->at));
    case SHAPE_NAME:
        return read_name(r, item, path, f->names, &PUT(int, object, f->at));
    case SHAPE_TEXTS:
        return read_texts(r, item, path, f->rule,
                          &PUT(const char **, object, f->at),
                          &PUT(size_t, object, f->count_at));
    case SHAPE_PAIRS:
        return read_pairs(r, item, path,
                          &PUT(struct shape_pair *, object, f->at),
                          &PUT(size_t, object, f->count_at));
    case SHAPE_OBJECT:
        return read_object(r, f->of, item, path, field_slot(object, f->at));
    case SHAPE_LIST:
        return read_list(r, f, item, path, object);
    }
    return false;
}

static bool read_object(struct reading *r, const struct shape *s,
                        const cJSON *item, const struct path *path,
                        void *object)
{
    if (!cJSON_IsObject(item))
        return wrong(r, path, "an object", item);
    const cJSON *next = item->child;
    for (size_t i = 0; i < s->count; i++) {
        const struct shape_field *f = &s->field[i];
        const struct path here = {path, f->name, 0};
        const cJSON *member = next;
        if (next != NULL && strcmp(next->string, f->name) == 0)
            next = next->next;
        else
            member = cJSON_GetObjectItemCaseSensitive(item, f->name);
        if (member == NULL && f->rare) {
            if (f->type == SHAPE_NAME) /* 0 would be the first name */
                PUT(int, object, f->at) = -1;
            continue;
        }
        if (member == NULL)
            return refuse(r, &here, "missing");
        if (!read_field(r, f, member, &here, object))
            return false;
    }
    return true;
}

bool shape_read(void *object, struct arena *a, const struct shape *s,
                const struct shape_format *format, const struct source *source,
                struct err *e)
{
    cJSON *root = NULL;
    struct reading r = {a, {source, 0, 0}, e};
    const struct path top = {NULL, NULL, 0};
    memset(object, 0, s->size);
    if (!json_parse(&root, source, e))
        return false;
    bool ok = (format == NULL || shape_fit_version(root, format, r.pos, e)) &&
              read_object(&r, s, root, &top, object);
    cJSON_Delete(root);
    return ok;
}
