/* The table of a shape, read against a tree with positions. */
#include "base/shape_yaml.h"

#include <stdint.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"

struct reading {
    struct arena *arena;
    struct diags *diags;
};

static void *slot(void *object, size_t offset)
{
    return (char *)object + offset;
}

#define PUT(type, object, offset) (*(type *)slot(object, offset))

static bool wrong(struct reading *r, const struct yaml_node *n,
                  const char *expected)
{
    diags_add(r->diags, n->pos, "expected %s, found %s", expected,
              yaml_kind_name(n));
    return false;
}

static bool read_text(struct reading *r, const struct yaml_node *n,
                      const struct shape_rule *rule, const char **out)
{
    if (yaml_is_null(n))
        return true;
    if (n->kind != YAML_SCALAR)
        return wrong(r, n, "a text");
    if (rule != NULL && !rule->takes(str_trim(n->text))) {
        diags_add(r->diags, n->pos, "expected %s", rule->expected);
        return false;
    }
    *out = str_dup(r->arena, str_trim(n->text));
    return true;
}

static bool read_number(struct reading *r, const struct yaml_node *n,
                        int64_t *out)
{
    uint64_t number = 0;
    if (n->kind != YAML_SCALAR || !text_to_u64(n->text, INT64_MAX, &number))
        return wrong(r, n, "a number");
    *out = (int64_t)number;
    return true;
}

static bool read_bool(struct reading *r, const struct yaml_node *n, bool *out)
{
    *out = n->kind == YAML_SCALAR && str_is(n->text, "true");
    if (*out || (n->kind == YAML_SCALAR && str_is(n->text, "false")))
        return true;
    return wrong(r, n, "true or false");
}

static bool read_time(struct reading *r, const struct yaml_node *n,
                      int64_t *out)
{
    bool zoned = false;
    if (yaml_is_null(n))
        return true;
    if (n->kind == YAML_SCALAR &&
        clock_parse(n->text, out, &zoned) == n->text.len && zoned)
        return true;
    diags_add(r->diags, n->pos,
              "expected a time with its zone such as 2026-11-21T10:00:00Z");
    return false;
}

bool yaml_read_name(int *out, const struct names *names,
                    const struct yaml_node *n, struct diags *d)
{
    struct buf known;
    if (n->kind == YAML_SCALAR && name_find(names, n->text, out))
        return true;
    buf_init(&known, 300);
    names_list(names, &known);
    diags_add(d, n->pos, "expected a %s: %s", names->what, known.ptr);
    buf_release(&known);
    return false;
}

static bool read_texts(struct reading *r, const struct yaml_node *n,
                       const struct shape_rule *rule, const char ***out,
                       size_t *count)
{
    bool ok = n->kind == YAML_LIST;
    if (!ok)
        return wrong(r, n, "a list of texts");
    const char **text = arena_array(r->arena, n->count + 1, sizeof(*text));
    for (size_t i = 0; i < n->count; i++)
        ok = read_text(r, n->item[i], rule, &text[i]) && ok;
    *out = text;
    *count = n->count;
    return ok;
}

static bool read_object(struct reading *r, const struct shape *s,
                        const struct yaml_node *n, void *object);

static bool read_list(struct reading *r, const struct shape_field *f,
                      const struct yaml_node *n, void *object)
{
    bool ok = n->kind == YAML_LIST;
    if (!ok)
        return wrong(r, n, "a list");
    char *item = arena_array(r->arena, n->count + 1, f->of->size);
    for (size_t i = 0; i < n->count; i++)
        ok = read_object(r, f->of, n->item[i], item + i * f->of->size) && ok;
    PUT(void *, object, f->at) = item;
    PUT(size_t, object, f->count_at) = n->count;
    return ok;
}

static bool read_field(struct reading *r, const struct shape_field *f,
                       const struct yaml_node *n, void *object)
{
    switch (f->type) {
    case SHAPE_TEXT:
        return read_text(r, n, f->rule, &PUT(const char *, object, f->at));
    case SHAPE_INT:
        return read_number(r, n, &PUT(int64_t, object, f->at));
    case SHAPE_BOOL:
        return read_bool(r, n, &PUT(bool, object, f->at));
    case SHAPE_TIME:
        return read_time(r, n, &PUT(int64_t, object, f->at));
    case SHAPE_NAME:
        return yaml_read_name(&PUT(int, object, f->at), f->names, n, r->diags);
    case SHAPE_TEXTS:
        return read_texts(r, n, f->rule, &PUT(const char **, object, f->at),
                          &PUT(size_t, object, f->count_at));
    case SHAPE_OBJECT:
        return read_object(r, f->of, n, slot(object, f->at));
    case SHAPE_LIST:
        return read_list(r, f, n, object);
    case SHAPE_MS:
    case SHAPE_SHARE:
    case SHAPE_PAIRS:
        break;
    }
    return wrong(r, n, "nothing here");
}

static const struct shape_field *find_field(const struct shape *s,
                                            struct str name)
{
    for (size_t i = 0; i < s->count; i++)
        if (str_is(name, s->field[i].name))
            return &s->field[i];
    return NULL;
}

static void unknown_key(struct reading *r, const struct shape *s,
                        const struct yaml_node *key)
{
    const char **known = arena_array(r->arena, s->count, sizeof(*known));
    for (size_t i = 0; i < s->count; i++)
        known[i] = s->field[i].name;
    diags_add(r->diags, key->pos, "unknown key '%.60s'%s", key->text.ptr,
              text_hint(key->text, known, s->count).text);
}

static void clear(const struct shape *s, void *object)
{
    memset(object, 0, s->size);
    for (size_t i = 0; i < s->count; i++) {
        if (s->field[i].type == SHAPE_NAME)
            PUT(int, object, s->field[i].at) = -1;
        if (s->field[i].type == SHAPE_OBJECT)
            clear(s->field[i].of, slot(object, s->field[i].at));
    }
}

static bool read_object(struct reading *r, const struct shape *s,
                        const struct yaml_node *n, void *object)
{
    bool ok = true;
    clear(s, object);
    if (n->kind != YAML_MAP)
        return wrong(r, n, "a map");
    for (size_t i = 0; i < n->count; i++) {
        const struct yaml_node *key = n->item[2 * i];
        const struct shape_field *f = find_field(s, key->text);
        if (f == NULL)
            unknown_key(r, s, key);
        ok = f != NULL && read_field(r, f, n->item[2 * i + 1], object) && ok;
    }
    return ok;
}

bool shape_read_yaml(void *object, struct arena *a, const struct shape *s,
                     const struct yaml_node *n, struct diags *d)
{
    struct reading r = {a, d};
    return read_object(&r, s, n, object);
}
