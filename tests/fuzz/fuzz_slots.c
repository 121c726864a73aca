/*
 * Any text in any slot of a record or of facts: each kind of document reads as
 * it does with a word there. Two bytes choose the slot, two the form, the rest
 * is the text; all of them choose the kind, one of four. Most
 * inputs have a small form, since the others are slow.
 */
#include <stdio.h>
#include <stdlib.h>

#include "tests/fuzz/sometimes.h"
#include "tests/slots/slots.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct choice {
    size_t slot;
    const char *text;
};

static const char *chosen_text(void *context, size_t slot)
{
    const struct choice *c = context;
    return slot == c->slot ? c->text : "word";
}

static bool is_same(struct arena *a, const struct pair *p,
                    const struct slots *slots, const struct str document[2])
{
    struct form got, want;
    form_read(&got, a, document[0]);
    form_read(&want, a, document[1]);
    const char *why = form_differs(a, &got, &want);
    for (size_t i = 0; why == NULL && i < got.link_count; i++)
        if (!pair_has_link(p, slots, got.link[i]))
            why = got.link[i];
    if (why != NULL)
        fprintf(stderr, "%s\n%s\n", why, document[0].ptr);
    return why == NULL;
}

/* Read once: they are the same for all. */
static const struct report_templates *open_templates(void)
{
    static struct arena life;
    static struct report_templates *templates;
    struct diags d;
    if (templates != NULL)
        return templates;
    arena_init(&life);
    diags_init(&d, &life);
    if (!report_templates_open(&templates, &life, NULL, &d))
        abort();
    return templates;
}

/* A refusal is no change, when it says its reason. */
static bool try_kind(struct arena *a, struct pair *p, const struct slots *slots,
                     size_t kind)
{
    struct str document[2]; /* as it is, and with words */
    const struct report_templates *templates = open_templates();
    struct err e = {.set = false};
    if (!material_write_kind(&document[0], kind, a, &p->hostile, templates,
                             &e)) {
        fprintf(stderr, "%s\n", e.text);
        return str_find(str_from(e.text), STR("er than"), 0) <
               str_from(e.text).len;
    }
    return material_write_kind(&document[1], kind, a, &p->harmless, templates,
                               &e) &&
           is_same(a, p, slots, document);
}

/* Found once, for the same reason. */
static const struct slots *all_slots(void)
{
    static struct arena life;
    static struct slots slots;
    if (slots.count == 0) {
        arena_init(&life);
        slots_find(&slots, &life);
    }
    return &slots;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    struct pair p;
    uint32_t chosen = sometimes(data, size);
    const struct slots *slots = all_slots();
    if (size < 4)
        return 0;
    arena_init(&a);
    struct choice c = {(data[0] + data[1] * 256U) % slots->count,
                       arena_dup(&a, (const char *)data + 4, size - 4)};
    uint64_t form = data[2] + data[3] * 256U;
    pair_make(&p, &a, chosen % 16 == 0 ? form : form | SEED_SMALL, chosen_text,
              &c);
    if (!try_kind(&a, &p, slots, chosen / 16 % KINDS))
        abort();
    arena_release(&a);
    return 0;
}
