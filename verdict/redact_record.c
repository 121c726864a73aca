/*
 * Every text of a struct through the redactor, found through its shape: a
 * field that is added to the record cannot be forgotten here.
 */
#include <string.h>

#include "verdict/internal.h"

static void *slot(void *object, size_t offset)
{
    return (char *)object + offset;
}

static const char *clean(const char *text, struct arena *a, struct redactor *r)
{
    return text == NULL ? NULL : redact(r, a, str_from(text)).ptr;
}

/* Lists are copied first: the inputs of the record stay as they are. */
static void *copy_list(void *object, const struct shape_field *f, size_t size,
                       struct arena *a)
{
    void **list = slot(object, f->at);
    size_t count = *(size_t *)slot(object, f->count_at);
    void *copy = arena_array(a, count + 1, size);
    if (count > 0)
        memcpy(copy, *list, count * size);
    *list = copy;
    return copy;
}

static void redact_field(void *object, const struct shape_field *f,
                         struct arena *a, struct redactor *r)
{
    size_t count = f->count_at == 0 ? 0 : *(size_t *)slot(object, f->count_at);
    if (f->type == SHAPE_TEXT) {
        const char **text = slot(object, f->at);
        *text = clean(*text, a, r);
    } else if (f->type == SHAPE_TEXTS) {
        const char **text = copy_list(object, f, sizeof(const char *), a);
        for (size_t i = 0; i < count; i++)
            text[i] = clean(text[i], a, r);
    } else if (f->type == SHAPE_PAIRS) {
        struct shape_pair *pair = copy_list(object, f, sizeof(*pair), a);
        for (size_t i = 0; i < count; i++)
            pair[i] = (struct shape_pair){clean(pair[i].name, a, r),
                                          clean(pair[i].value, a, r)};
    } else if (f->type == SHAPE_OBJECT) {
        redact_shape(slot(object, f->at), f->of, a, r);
    } else if (f->type == SHAPE_LIST) {
        char *item = copy_list(object, f, f->of->size, a);
        for (size_t i = 0; i < count; i++)
            redact_shape(item + i * f->of->size, f->of, a, r);
    }
}

void redact_shape(void *object, const struct shape *shape, struct arena *a,
                  struct redactor *r)
{
    for (size_t i = 0; i < shape->count; i++)
        redact_field(object, &shape->field[i], a, r);
}

/*
 * A masked line has '#' for words that the secret in it is a part of: what is
 * left of the secret would not be found there, but it is in the sample.
 */
void redact_clusters(struct findings *f, struct arena *a, struct redactor *r)
{
    size_t count = f->unknown_count;
    struct cluster *copy = arena_array(a, count + 1, sizeof(*copy));
    for (size_t i = 0; i < count; i++) {
        copy[i] = f->unknown[i];
        const char *sample = clean(copy[i].sample, a, r);
        if (sample != copy[i].sample)
            copy[i].text = sample;
    }
    f->unknown = copy;
}
