/*
 * Where secrets are in a text: whole ones, and parts of them where somebody
 * cut: a beginning at the end of the text or before "...", an end at its
 * start or behind "...".
 */
#ifndef REDACT_SEARCH_H
#define REDACT_SEARCH_H

#include "redact/needle.h"

struct span {
    size_t from, end;
};

/* In order; none overlaps another. */
struct spans {
    struct span *item;
    size_t count, cap;
    struct arena *arena;
};

struct search; /* handle: search_open, search_close */

struct search *search_open(void);
void search_close(struct search *q);

void search_add(struct search *q, struct str secret);

/* edges: the text may have been cut at both of its ends. */
void search_run(struct search *q, struct spans *out, const struct seen *plain,
                bool edges);

/* Another reading of a part of the text before, paid from what that left. */
void search_part(struct search *q, struct spans *out, const struct seen *plain);

/* What reading has cost until now, over all texts. */
size_t search_steps(const struct search *q);

#endif
