/* The parts of writing a cause: cause_text.c, cause_reasons.c and
   cause_knowledge.c. */
#ifndef SCAN_CAUSE_WRITER_H
#define SCAN_CAUSE_WRITER_H

#include "scan/internal.h"

#define LIST_MAX 64 /* reasons, remedies and so on of one cause */

struct cause_writer {
    struct scan *scan;
    const struct cause_parts *parts;
    struct cause *out;
    struct shape_pair *capture; /* of the root and what follows it */
    size_t capture_count;
    struct previous_hit earlier; /* what an earlier run knew; run NULL: none */
};

const char *cause_headline(struct cause_writer *w, const struct occurrence *o);
const char *cause_code(const struct signature *s);

/* How often a signature follows; and is this the first of its followers? */
size_t cause_followers(const struct cause_parts *p, const struct signature *s);
bool cause_is_first(const struct cause_parts *p, size_t index);

/* Meaning, what a rollback does, remedies, confirm, prevention, links. */
void cause_write_knowledge(struct cause_writer *w);

/* Why this is the cause, and what it was ranked by. */
void cause_write_reasons(struct cause_writer *w);

#endif
