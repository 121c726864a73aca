/*
 * Writes a record in which every member has a value, and each list an
 * element. Run it when a version of the record is published and keep what it
 * prints for ever: whole_record > tests/data/records/record-VERSION.json
 */
#include <stdio.h>
#include <string.h>

#include "model/record.h"

#define START_MS INT64_C(1795262400000) /* 2026-11-21T12:00:00Z */

struct filling {
    struct arena *arena;
    int64_t count; /* values so far, so that no two are the same */
};

static void *slot(void *object, size_t offset)
{
    return (char *)object + offset;
}

static const char *text_of(struct filling *f, const char *name)
{
    if (strcmp(name, "schema") == 0)
        return RECORD_SCHEMA;
    if (strstr(name, "url") != NULL)
        return arena_printf(f->arena, "https://host-%lld.example.org/",
                            (long long)f->count);
    return arena_printf(f->arena, "%s %lld", name, (long long)f->count);
}

static void fill(struct filling *f, void *object, const struct shape *s);

static void fill_list(struct filling *f, void *object,
                      const struct shape_field *field)
{
    void *one = arena_alloc(f->arena, field->of->size);
    memset(one, 0, field->of->size);
    fill(f, one, field->of);
    *(void **)slot(object, field->at) = one;
    *(size_t *)slot(object, field->count_at) = 1;
}

static void fill_texts(struct filling *f, void *object,
                       const struct shape_field *field)
{
    const char **one = arena_array(f->arena, 1, sizeof(*one));
    one[0] = text_of(f, field->name);
    *(const char ***)slot(object, field->at) = one;
    *(size_t *)slot(object, field->count_at) = 1;
}

static void fill_pairs(struct filling *f, void *object,
                       const struct shape_field *field)
{
    struct shape_pair *one = arena_array(f->arena, 1, sizeof(*one));
    *one = (struct shape_pair){"name", text_of(f, field->name)};
    *(struct shape_pair **)slot(object, field->at) = one;
    *(size_t *)slot(object, field->count_at) = 1;
}

static void fill_field(struct filling *f, void *object,
                       const struct shape_field *field)
{
    void *at = slot(object, field->at);
    f->count++;
    switch (field->type) {
    case SHAPE_TEXT:
        *(const char **)at = text_of(f, field->name);
        break;
    case SHAPE_INT:
        *(int64_t *)at = f->count;
        break;
    case SHAPE_MS:
        *(int64_t *)at = f->count * 1000 + 500;
        break;
    case SHAPE_SHARE:
        *(int64_t *)at = f->count * 1000;
        break;
    case SHAPE_TIME:
        *(int64_t *)at = START_MS + f->count * 1000;
        break;
    case SHAPE_BOOL:
        *(bool *)at = true;
        break;
    case SHAPE_NAME:
        *(int *)at = (int)((size_t)f->count % field->names->count);
        break;
    case SHAPE_TEXTS:
        fill_texts(f, object, field);
        break;
    case SHAPE_PAIRS:
        fill_pairs(f, object, field);
        break;
    case SHAPE_OBJECT:
        fill(f, at, field->of);
        break;
    case SHAPE_LIST:
        fill_list(f, object, field);
        break;
    }
}

/* Recursion: as deep as shapes are nested. */
static void fill(struct filling *f, void *object, const struct shape *s)
{
    for (size_t i = 0; i < s->count; i++)
        fill_field(f, object, &s->field[i]);
}

int main(void)
{
    struct arena a;
    struct buf text;
    struct record record = {.schema = NULL};
    arena_init(&a);
    struct filling f = {&a, 0};
    fill(&f, &record, &record_shape);
    buf_init(&text, (size_t)1 << 20);
    shape_write(&text, &record_shape, &record);
    puts(text.ptr);
    buf_release(&text);
    arena_release(&a);
    return 0;
}
