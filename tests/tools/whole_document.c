/*
 * Writes a document in which every member has a value, and each list an
 * element. Run it when a version of a format is published and keep what it
 * prints for ever: whole_document record > tests/data/records/record-N.json
 */
#include <stdio.h>
#include <string.h>

#include "model/answer.h"
#include "model/baseline_file.h"
#include "model/facts.h"
#include "model/proof_file.h"
#include "model/record.h"

#define START_MS INT64_C(1795262400000) /* 2026-11-21T12:00:00Z */

static const struct form {
    const char *name, *schema;
    const struct shape *shape;
} forms[] = {
    {"record", RECORD_SCHEMA, &record_shape},
    {"baseline", BASELINE_SCHEMA, &baseline_shape},
    {"recording", RECORDING_SCHEMA, &recording_shape},
    {"answer", ANSWER_SCHEMA, &answer_shape},
    {"facts", NULL, &facts_shape},
};

struct filling {
    const struct form *form;
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
        return f->form->schema;
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

/* "check-27" */
static const char *id_of(struct filling *f, const char *name)
{
    return arena_printf(f->arena, "%s-%lld", name, (long long)f->count);
}

static void fill_field(struct filling *f, void *object,
                       const struct shape_field *field)
{
    void *at = slot(object, field->at);
    f->count++;
    switch (field->type) {
    case SHAPE_TEXT:
        *(const char **)at = field->rule == NULL ? text_of(f, field->name)
                                                 : id_of(f, field->name);
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

static void write_whole(const struct form *form)
{
    struct arena a;
    struct buf text;
    arena_init(&a);
    struct filling f = {form, &a, 0};
    void *document = arena_alloc(&a, form->shape->size);
    memset(document, 0, form->shape->size);
    fill(&f, document, form->shape);
    buf_init(&text, (size_t)1 << 20);
    shape_write(&text, form->shape, document);
    puts(text.ptr);
    buf_release(&text);
    arena_release(&a);
}

int main(int argc, char **argv)
{
    for (size_t i = 0; argc == 2 && i < ARRAY_COUNT(forms); i++) {
        if (strcmp(forms[i].name, argv[1]) != 0)
            continue;
        write_whole(&forms[i]);
        return 0;
    }
    fputs("whole_document record|baseline|recording|answer|facts\n", stderr);
    return 2;
}
