/*
 * Foreign text in every slot of a record and of facts: the slots are found by
 * walking the shapes, so a field that is added is covered without a change
 * here. Two materials of one seed have the same form; what stands in their
 * slots is the caller's.
 */
#ifndef TESTS_SLOTS_SLOTS_H
#define TESTS_SLOTS_SLOTS_H

#include <stdint.h>

#include "base/shape.h"
#include "report/report.h"

/* The same seed gives the same everywhere. */
struct chance {
    uint64_t state;
};
uint64_t chance_next(struct chance *c);
size_t chance_below(struct chance *c, size_t n);
bool chance_one_in(struct chance *c, size_t n);

/* A text that tries to act, made of fragments; perhaps empty, never NULL. */
const char *hostile_text(struct chance *c, struct arena *a);

/* A fragment, again and again, until it has so many bytes. */
size_t hostile_fragments(void);
const char *hostile_line(struct arena *a, size_t fragment, size_t bytes);

/* A field that holds text, such as record.results[].hops[].url. */
struct slot {
    const char *path;
    bool link; /* an address there may become a link */
};
struct slots {
    struct slot *item;
    size_t count;
};
void slots_find(struct slots *out, struct arena *a);

/*
 * In a seed: of lists and texts hardly any but those that lead to the slot, so
 * that documents are short. 0: as chance has it.
 */
#define SEED_FOR(slot) ((uint64_t)((slot) + 1) << 40)

/* A record and facts of one form, "" in the slots, NULL in some. */
struct material {
    struct record record;
    struct facts facts;
    bool living; /* its documents have markers */
};
void material_make(struct material *m, struct arena *a, struct chance *c);

/* Calls visit for each text that is not NULL; slot: index of slots_find. */
typedef void slot_visit(void *context, size_t slot, const char **text);
void material_walk(struct material *m, slot_visit *visit, void *context);

/* Hostile texts, and the same form with a word for each different text. */
struct pair {
    struct material hostile, harmless;
    const char **text; /* in the order of the walk */
    size_t *slot;
    size_t count;
};
typedef const char *slot_text(void *context, size_t slot);
void pair_make(struct pair *p, struct arena *a, uint64_t seed, slot_text *text,
               void *context);

/* Each kind of document, in the order of report_kind_names. */
#define KINDS 4
bool material_write_kind(struct str *out, size_t kind, struct arena *a,
                         const struct material *m,
                         const struct report_templates *templates,
                         struct err *e);
bool material_write(struct str out[KINDS], struct arena *a,
                    const struct material *m,
                    const struct report_templates *templates, struct err *e);

/* What libcmark finds in a document, without text, code spans and links. */
struct form {
    uint32_t *node;
    size_t count, cap;
    const char **link;
    size_t link_count, link_cap;
    const char *wrong; /* what may be in no document; NULL: nothing */
};
void form_read(struct form *out, struct arena *a, struct str document);

/*
 * Does a text outside code hold what GitHub or GitLab would link or replace:
 * mentions, issues, commits, milestones, emoji, addresses?
 */
bool text_acts(const char *text);

/* Why the first is not of the form of the second; NULL: it is. */
const char *form_differs(struct arena *a, const struct form *got,
                         const struct form *want);

/* Is it the text of a slot for links? */
bool pair_has_link(const struct pair *p, const struct slots *s,
                   const char *url);

#endif
