/* Names are looked up as rendering does: from the innermost section outwards.
 */
#include "language/template.h"

#include "base/json.h"
#include "base/text.h"

#define KNOWN_MAX  64 /* names that a typing mistake is compared with */
#define NAME_SHOWN 60 /* bytes of a name in a message */

/* What a name is: a value (shape NULL), a list of texts, or an object. */
struct meaning {
    bool known, list;
    const struct shape *shape;
};

struct checking {
    const struct shape *shape;
    struct err *err;
};

static struct meaning member(const struct shape *s, struct str name)
{
    for (size_t i = 0; i < s->count; i++)
        if (str_is(name, s->field[i].name))
            return (struct meaning){true, s->field[i].type == SHAPE_TEXTS,
                                    s->field[i].of};
    return (struct meaning){false, false, NULL};
}

static struct meaning whole_path(const struct shape *s, struct str name)
{
    struct str rest;
    struct meaning found = member(s, str_cut(name, '.', &rest));
    while (found.known && rest.len > 0) {
        struct str next = str_cut(rest, '.', &rest);
        if (found.shape == NULL)
            return (struct meaning){false, false, NULL};
        found = member(found.shape, next);
    }
    return found;
}

/* Recursion: as deep as sections are, MUSTACHE_DEPTH_MAX. */
static struct meaning meaning_of(const struct shape *s,
                                 const struct mustache_name *n, struct str name,
                                 size_t inside)
{
    struct meaning found = {false, false, NULL};
    if (str_is(name, "."))
        return (struct meaning){true, false, NULL};
    while (inside-- > 0 && !found.known) {
        struct meaning section = meaning_of(s, n, n->inside[inside], inside);
        if (section.shape != NULL)
            found = whole_path(section.shape, name);
    }
    return found.known ? found : whole_path(s, name);
}

/* "." is the element of a list; elsewhere it would be all of an object. */
static bool is_element(const struct shape *s, const struct mustache_name *n)
{
    if (n->inside_count == 0)
        return false;
    size_t last = n->inside_count - 1;
    struct str section = n->inside[last];
    if (str_is(section, "."))
        return false;
    struct meaning m = meaning_of(s, n, section, last);
    return m.known && m.shape == NULL;
}

static size_t add_names(const char **known, size_t count, const struct shape *s)
{
    for (size_t i = 0; i < s->count && count < KNOWN_MAX; i++)
        known[count++] = s->field[i].name;
    return count;
}

/* "incident.severity" for a severity that only its object has. */
static const char *object_with(const struct shape *s, const char *name)
{
    if (member(s, str_from(name)).known)
        return NULL;
    for (size_t i = 0; i < s->count; i++)
        if (s->field[i].type == SHAPE_OBJECT &&
            member(s->field[i].of, str_from(name)).known)
            return s->field[i].name;
    return NULL;
}

static void refuse_unknown(const struct checking *c,
                           const struct mustache_name *n)
{
    const char *known[KNOWN_MAX];
    const struct shape *s = c->shape;
    size_t count = add_names(known, 0, s);
    struct str name = str_sub(n->name, 0, NAME_SHOWN);
    for (size_t i = 0; i < s->count; i++)
        if (s->field[i].type == SHAPE_OBJECT)
            count = add_names(known, count, s->field[i].of);
    const char *near = text_nearest(n->name, known, count);
    const char *of = near == NULL ? NULL : object_with(s, near);
    if (near == NULL)
        err_set(c->err, pos_at(n->source, n->at), "no %s has a '%.*s'", s->name,
                STR_ARGS(name));
    else
        err_set(c->err, pos_at(n->source, n->at),
                "no %s has a '%.*s', did you mean '%s%s%s'?", s->name,
                STR_ARGS(name), of == NULL ? "" : of, of == NULL ? "" : ".",
                near);
}

static void check_name(void *context, const struct mustache_name *n)
{
    const struct checking *c = context;
    struct str name = str_sub(n->name, 0, NAME_SHOWN);
    if (c->err->set)
        return;
    if (n->use == MUSTACHE_TEMPLATE) {
        err_set(c->err, pos_at(n->source, n->at),
                "the template of a %s cannot include another one, found '%.*s'",
                c->shape->name, STR_ARGS(name));
        return;
    }
    struct meaning m = meaning_of(c->shape, n, n->name, n->inside_count);
    bool dot = str_is(n->name, ".");
    if (!m.known)
        refuse_unknown(c, n);
    else if (n->use == MUSTACHE_VALUE &&
             (dot ? !is_element(c->shape, n) : m.list || m.shape != NULL))
        err_set(c->err, pos_at(n->source, n->at),
                "'%.*s' is not a string, expected a section such as "
                "{{#names}}{{.}} {{/names}}",
                STR_ARGS(name));
}

bool template_read(struct mustache **out, struct arena *a,
                   const struct source *text, const struct shape *s,
                   size_t most, struct err *e)
{
    struct err found = {.set = false};
    struct checking c = {s, &found};
    if (text->text.len > most)
        return err_set(e, pos_at(text, most),
                       "a template of %zu bytes, at most %zu are read",
                       text->text.len, most);
    if (!mustache_parse(out, a, text, e))
        return false;
    mustache_names(*out, check_name, &c);
    if (found.set)
        *e = found;
    return !found.set;
}

bool template_render(struct buf *out, const struct mustache *t,
                     const struct shape *s, const void *object, struct err *e)
{
    struct mustache_set set = {NULL, NULL, buf_str};
    struct buf json;
    cJSON *data = NULL;
    buf_init(&json, TEMPLATE_DATA_MAX);
    shape_write(&json, s, object);
    struct source source = {s->name, buf_view(&json)};
    bool ok =
        json_parse(&data, &source, e) && mustache_render(out, t, data, &set, e);
    cJSON_Delete(data);
    buf_release(&json);
    return ok;
}
