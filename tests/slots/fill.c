/* A record and facts of any form, and a walk over the texts in them. */
#include <string.h>

#include "base/hash.h"
#include "tests/slots/slots.h"

#define LIST_MAX 3
#define T0       INT64_C(1795255200000) /* 2026-11-21T10:00:00Z */

struct filling {
    struct arena *arena;
    struct chance *chance;
    int64_t now_ms;
    size_t slot;   /* of the field that is filled */
    size_t wanted; /* plus one; 0: all of them, as chance has it */
};

static void *at(void *object, size_t offset)
{
    return (char *)object + offset;
}

static size_t count_slots(const struct shape *s);

static size_t field_slots(const struct shape_field *f)
{
    if (f->type == SHAPE_TEXT || f->type == SHAPE_TEXTS)
        return 1;
    if (f->type == SHAPE_PAIRS)
        return 2;
    return f->of == NULL ? 0 : count_slots(f->of);
}

static size_t count_slots(const struct shape *s)
{
    size_t count = 0;
    for (size_t i = 0; i < s->count; i++)
        count += field_slots(&s->field[i]);
    return count;
}

/* Does this field lead to what is wanted? */
static bool is_wanted(const struct filling *f, const struct shape_field *field)
{
    return f->wanted > f->slot && f->wanted <= f->slot + field_slots(field);
}

static const char *no_text(struct filling *f)
{
    bool none = f->wanted == 0 || f->wanted == f->slot + 1
                    ? chance_one_in(f->chance, 12)
                    : !chance_one_in(f->chance, 3);
    return none ? NULL : "";
}

static size_t list_length(struct filling *f, const struct shape_field *field)
{
    if (f->wanted == 0)
        return chance_below(f->chance, LIST_MAX + 1);
    return is_wanted(f, field) || chance_one_in(f->chance, 12);
}

static void fill(struct filling *f, void *object, const struct shape *s);

static void fill_list(struct filling *f, void *object,
                      const struct shape_field *field)
{
    size_t count = list_length(f, field), slot = f->slot;
    size_t size = field->type == SHAPE_TEXTS   ? sizeof(const char *)
                  : field->type == SHAPE_PAIRS ? sizeof(struct shape_pair)
                                               : field->of->size;
    char *list = arena_array(f->arena, count + 1, size);
    for (size_t i = 0; i < count; i++) {
        f->slot = slot;
        if (field->type == SHAPE_TEXTS)
            ((const char **)(void *)list)[i] = no_text(f);
        else if (field->type == SHAPE_PAIRS)
            ((struct shape_pair *)(void *)list)[i] =
                (struct shape_pair){"", no_text(f)};
        else
            fill(f, list + i * size, field->of);
    }
    *(void **)at(object, field->at) = list;
    *(size_t *)at(object, field->count_at) = count;
}

/* Times are all different: what is sorted stays in its order. */
static int64_t any_time(struct filling *f)
{
    f->now_ms += 1000;
    return chance_one_in(f->chance, 12) ? 0 : f->now_ms;
}

static void fill_field(struct filling *f, void *object,
                       const struct shape_field *field)
{
    void *slot = at(object, field->at);
    switch (field->type) {
    case SHAPE_TEXT:
        *(const char **)slot = no_text(f);
        break;
    case SHAPE_BOOL:
        *(bool *)slot = chance_one_in(f->chance, 2);
        break;
    case SHAPE_TIME:
        *(int64_t *)slot = any_time(f);
        break;
    case SHAPE_NAME:
        *(int *)slot =
            (int)chance_below(f->chance, field->names->count + 1) - 1;
        break;
    case SHAPE_INT:
    case SHAPE_MS:
    case SHAPE_SHARE:
        *(int64_t *)slot = (int64_t)chance_below(f->chance, 1000000);
        break;
    case SHAPE_TEXTS:
    case SHAPE_PAIRS:
    case SHAPE_LIST:
        fill_list(f, object, field);
        break;
    case SHAPE_OBJECT:
        fill(f, slot, field->of);
        break;
    }
}

static void fill(struct filling *f, void *object, const struct shape *s)
{
    size_t slot = f->slot;
    for (size_t i = 0; i < s->count; i++) {
        f->slot = slot;
        fill_field(f, object, &s->field[i]);
        slot += field_slots(&s->field[i]);
    }
    f->slot = slot;
}

/* Facts that a record does not bear out are refused, which is no document. */
static void bear_out(struct facts *f, const struct record *r)
{
    int64_t *const stamp[] = {
        &f->started_ms,  &f->detected_ms, &f->acknowledged_ms, &f->mitigated_ms,
        &f->resolved_ms, &f->verified_ms, &f->closed_ms};
    bool good = r->production.state == PRODUCTION_HEALTHY;
    bool settled = good && (r->deployment.state == DEPLOYMENT_SHIPPED ||
                            r->deployment.expected == NULL);
    size_t most = settled ? 7 : good ? 5 : 4;
    if (!good && f->detected_ms == 0)
        most = 1; /* this run detected it, which comes after the others */
    for (size_t i = most; i < ARRAY_COUNT(stamp); i++)
        *stamp[i] = 0;
    f->status = -1;
    if (good)
        f->check_count = 0; /* one of them may fail in this record */
    else
        f->healthy_count = 0;
}

void material_make(struct material *m, struct arena *a, struct chance *c)
{
    struct filling f = {a, c, T0, 0, (size_t)(c->state >> 40)};
    memset(m, 0, sizeof(*m));
    f.slot = count_slots(&record_shape); /* a record's come first */
    fill(&f, &m->facts, &facts_shape);
    f.slot = 0;
    fill(&f, &m->record, &record_shape);
    bear_out(&m->facts, &m->record);
    m->living = chance_one_in(c, f.wanted == 0 ? 2 : 8); /* they are slower */
}

struct walking {
    slot_visit *visit;
    void *context;
};

static void visit(const struct walking *w, size_t slot, const char **text)
{
    if (*text != NULL)
        w->visit(w->context, slot, text);
}

static void walk(const struct walking *w, size_t slot, void *object,
                 const struct shape *s);

/* Returns how many slots the field has. */
static size_t walk_field(const struct walking *w, size_t slot, void *object,
                         const struct shape_field *f)
{
    size_t count = f->count_at == 0 ? 0 : *(size_t *)at(object, f->count_at);
    char *list = f->count_at == 0 ? NULL : *(char **)at(object, f->at);
    switch (f->type) {
    case SHAPE_TEXT:
        visit(w, slot, at(object, f->at));
        return 1;
    case SHAPE_TEXTS:
        for (size_t i = 0; i < count; i++)
            visit(w, slot, (const char **)(void *)list + i);
        return 1;
    case SHAPE_PAIRS:
        for (size_t i = 0; i < count; i++) {
            struct shape_pair *pair = (struct shape_pair *)(void *)list + i;
            visit(w, slot, &pair->name);
            visit(w, slot + 1, &pair->value);
        }
        return 2;
    case SHAPE_LIST:
        for (size_t i = 0; i < count; i++)
            walk(w, slot, list + i * f->of->size, f->of);
        return field_slots(f);
    case SHAPE_OBJECT:
        walk(w, slot, at(object, f->at), f->of);
        return field_slots(f);
    case SHAPE_INT:
    case SHAPE_BOOL:
    case SHAPE_MS:
    case SHAPE_SHARE:
    case SHAPE_TIME:
    case SHAPE_NAME:
        break;
    }
    return 0;
}

static void walk(const struct walking *w, size_t slot, void *object,
                 const struct shape *s)
{
    for (size_t i = 0; i < s->count; i++)
        slot += walk_field(w, slot, object, &s->field[i]);
}

void material_walk(struct material *m, slot_visit *visit_text, void *context)
{
    const struct walking w = {visit_text, context};
    walk(&w, 0, &m->record, &record_shape);
    walk(&w, count_slots(&record_shape), &m->facts, &facts_shape);
}

static void add_slot(struct slots *out, const char *path, const char *name)
{
    bool link =
        strcmp(name, "link") == 0 || strcmp(name, "links") == 0 ||
        strcmp(name, "run_url") == 0 || strcmp(name, "references") == 0 ||
        (strstr(path, "documents") != NULL && strcmp(name, "path") == 0);
    out->item[out->count++] = (struct slot){path, link};
}

static void find(struct slots *out, struct arena *a, const struct shape *s,
                 const char *above)
{
    for (size_t i = 0; i < s->count; i++) {
        const struct shape_field *f = &s->field[i];
        const char *path = arena_printf(a, "%s.%s", above, f->name);
        if (f->type == SHAPE_TEXT || f->type == SHAPE_TEXTS)
            add_slot(out, path, f->name);
        if (f->type == SHAPE_PAIRS) {
            add_slot(out, arena_printf(a, "%s (names)", path), f->name);
            add_slot(out, path, f->name);
        }
        if (f->of != NULL)
            find(out, a, f->of, path);
    }
}

void slots_find(struct slots *out, struct arena *a)
{
    size_t most = count_slots(&record_shape) + count_slots(&facts_shape);
    *out = (struct slots){arena_array(a, most, sizeof(*out->item)), 0};
    find(out, a, &record_shape, "record");
    find(out, a, &facts_shape, "facts");
}

struct pairing {
    struct pair *pair;
    struct arena *arena;
    slot_text *text;
    void *context;
    size_t cap, slot_cap, next;
    size_t *table; /* of texts by hash: index + 1 */
    size_t table_size;
};

static void put_hostile(void *context, size_t slot, const char **text)
{
    struct pairing *p = context;
    struct pair *out = p->pair;
    *text = p->text(p->context, slot);
    out->text = arena_grow(p->arena, (void *)out->text, out->count, &p->cap,
                           sizeof(*out->text));
    out->slot = arena_grow(p->arena, out->slot, out->count, &p->slot_cap,
                           sizeof(*out->slot));
    out->text[out->count] = *text;
    out->slot[out->count++] = slot;
}

/* Equal texts get equal words: what compares them finds the same. */
static size_t first_like(struct pairing *p, const char *text)
{
    size_t place =
        (size_t)hash_add(HASH_START, str_from(text)) & (p->table_size - 1);
    while (p->table[place] != 0) {
        if (strcmp(p->pair->text[p->table[place] - 1], text) == 0)
            return p->table[place] - 1;
        place = (place + 1) & (p->table_size - 1);
    }
    p->table[place] = p->next + 1;
    return p->next;
}

static void put_harmless(void *context, size_t slot, const char **text)
{
    struct pairing *p = context;
    (void)slot;
    *text =
        arena_printf(p->arena, "w%zu", first_like(p, p->pair->text[p->next]));
    p->next++;
}

void pair_make(struct pair *p, struct arena *a, uint64_t seed, slot_text *text,
               void *context)
{
    struct pairing all = {
        .pair = p, .arena = a, .text = text, .context = context};
    struct chance one = {seed}, same = {seed};
    *p = (struct pair){.count = 0};
    material_make(&p->hostile, a, &one);
    material_make(&p->harmless, a, &same);
    material_walk(&p->hostile, put_hostile, &all);
    for (all.table_size = 64; all.table_size < 2 * p->count;)
        all.table_size *= 2;
    all.table = arena_array(a, all.table_size, sizeof(*all.table));
    material_walk(&p->harmless, put_harmless, &all);
}

bool pair_has_link(const struct pair *p, const struct slots *s, const char *url)
{
    for (size_t i = 0; i < p->count; i++)
        if (s->item[p->slot[i]].link && strcmp(p->text[i], url) == 0)
            return true;
    return false;
}
