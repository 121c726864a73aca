/* A walk over the texts of a struct. */
#include "base/shape_map.h"

struct change {
    struct arena *arena;
    const char *(*change)(void *context, struct arena *a, const char *text);
    void *context;
};

static const char *changed(const struct change *c, const char *text)
{
    return text == NULL ? NULL : c->change(c->context, c->arena, text);
}

static void *slot(void *object, size_t offset)
{
    return (char *)object + offset;
}

static void map_texts(void *object, const struct shape_field *f,
                      const struct change *c)
{
    size_t count = *(size_t *)slot(object, f->count_at);
    const char ***at = slot(object, f->at);
    const char **copy = arena_array(c->arena, count + 1, sizeof(*copy));
    for (size_t i = 0; i < count; i++)
        copy[i] = changed(c, (*at)[i]);
    *at = copy;
}

/* As deep as shapes are nested. */
static void map_object(void *object, const struct shape *s,
                       const struct change *c)
{
    for (size_t i = 0; i < s->count; i++) {
        const struct shape_field *f = &s->field[i];
        const char **text = slot(object, f->at);
        if (f->type == SHAPE_OBJECT)
            map_object(text, f->of, c);
        else if (f->type == SHAPE_TEXT)
            *text = changed(c, *text);
        else if (f->type == SHAPE_TEXTS)
            map_texts(object, f, c);
    }
}

void shape_map(void *object, const struct shape *s, struct arena *a,
               const char *(*change)(void *context, struct arena *a,
                                     const char *text),
               void *context)
{
    struct change c = {a, change, context};
    map_object(object, s, &c);
}
