/*
 * Any text in any slot of a record or of facts: each kind of document reads as
 * it does with a word there. Two bytes choose the slot, one the form, one the
 * kind, the rest is the text. Most inputs have a form with little else in it,
 * since the others are slow, and what a document with words is made of is kept.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/sometimes.h"
#include "tests/slots/slots.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define FORMS 16
#define KEPT  4096

struct choice {
    size_t slot;
    const char *text;
    size_t kind;
    uint64_t seed;
};

/* What a document with words there is made of. */
struct kept {
    struct choice choice;
    struct form form; /* on the heap; no node: none yet */
};

static const char *chosen_text(void *context, size_t slot)
{
    const struct choice *c = context;
    return slot == c->slot ? c->text : "word";
}

static bool is_same(struct arena *a, const struct pair *p,
                    const struct slots *slots, struct str document,
                    const struct form *want)
{
    struct form got;
    form_read(&got, a, document);
    const char *why = form_differs(a, &got, want);
    for (size_t i = 0; why == NULL && i < got.link_count; i++)
        if (!pair_has_link(p, slots, got.link[i]))
            why = got.link[i];
    if (why != NULL)
        fprintf(stderr, "%s\n%s\n", why, document.ptr);
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

static bool is_kept(const struct kept *k, const struct choice *c)
{
    return k->form.node != NULL && k->choice.slot == c->slot &&
           k->choice.kind == c->kind && k->choice.seed == c->seed;
}

/* The words are w0 and w1, unless the text is the word of the others. */
static const struct form *harmless_form(struct arena *a, const struct pair *p,
                                        const struct choice *c)
{
    static struct kept all[KEPT + 1];
    bool like_others = strcmp(c->text, "word") == 0;
    size_t place = (c->slot * FORMS + c->seed % FORMS) * KINDS + c->kind;
    struct kept *k = &all[like_others ? KEPT : place % KEPT];
    struct str document;
    struct err e = {.set = false};
    if (!like_others && is_kept(k, c))
        return &k->form;
    if (!material_write_kind(&document, c->kind, a, &p->harmless,
                             open_templates(), &e))
        return NULL;
    struct form form;
    form_read(&form, a, document);
    free(k->form.node);
    *k = (struct kept){*c, {.count = form.count}};
    k->choice.text = NULL; /* it goes with the input */
    k->form.node = malloc((form.count + 1) * sizeof(*form.node));
    if (k->form.node == NULL)
        abort();
    memcpy(k->form.node, form.node, form.count * sizeof(*form.node));
    return &k->form;
}

/* A refusal is no change, when it says its reason. */
static bool try_choice(struct arena *a, struct pair *p,
                       const struct slots *slots, const struct choice *c)
{
    struct str document;
    struct err e = {.set = false};
    if (!material_write_kind(&document, c->kind, a, &p->hostile,
                             open_templates(), &e)) {
        fprintf(stderr, "%s\n", e.text);
        return str_find(str_from(e.text), STR("er than"), 0) <
               str_from(e.text).len;
    }
    const struct form *want = harmless_form(a, p, c);
    return want != NULL && is_same(a, p, slots, document, want);
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
                       arena_dup(&a, (const char *)data + 4, size - 4),
                       data[3] % KINDS, data[2] % FORMS};
    if (chosen % 256 != 0)
        c.seed |= SEED_FOR(c.slot);
    pair_make(&p, &a, c.seed, chosen_text, &c);
    if (!try_choice(&a, &p, slots, &c))
        abort();
    arena_release(&a);
    return 0;
}
