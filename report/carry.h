/* What people wrote into the old body of a block, carried into the new one. */
#ifndef REPORT_CARRY_H
#define REPORT_CARRY_H

#include "report/living.h"

/* Ours, and what people wrote, whose line ends stay as they are. */
struct carried {
    struct carried_text {
        struct str text;
        bool theirs;
    } * item;
    size_t count, cap;
};

/* Has every answer of the old body a place in the new one? */
bool carry_has_room(struct str old, struct str fresh);

/* The new body with the answers of the old one in the place of its prompts and
   drafts. */
struct carried carry_answers(struct arena *a, struct str fresh, struct str old);

/* The new body with answers, and with what people added to the old one; NULL:
   one of theirs has no place in it. */
const char *carry_added(struct arena *a, const struct part *old,
                        const struct part *fresh);

/* The old block reads as the new one would: a formatter's bytes may stay. */
bool carry_is_same(const struct part *old, const struct part *fresh);

#endif
