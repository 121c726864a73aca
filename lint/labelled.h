/*
 * Moments that a label gives: "Started: 10:00 UTC", "Resolved at", and what two
 * of them, or a labelled "10:00 - 11:00", span.
 */
#ifndef LINT_LABELLED_H
#define LINT_LABELLED_H

#include "lint/internal.h"

/* In the order in which they happen. */
enum rank { RANK_START, RANK_DETECT, RANK_MITIGATE, RANK_END, RANK_COUNT };
#define RANK_SPAN RANK_COUNT /* a label of both ends: "Time: 10:00 - 11:00" */

/* Gives each statement the rank of its label, or -1: once, for all rules. */
void labelled_ranks(struct document *d, struct patterns *p);

struct labelled {
    const struct statement *from;
    struct moment moment;
    int64_t at; /* seconds: since 1970 with a date, else of the day */
    bool dated;
};

bool labelled_read(struct review *r, const struct statement *s, enum rank rank,
                   struct labelled *out);

/* The first one of that rank about the same subject. */
bool labelled_find(struct review *r, const struct statement *of, enum rank rank,
                   struct labelled *out);

/*
 * How long labels say that the subject of a statement lasted, and the line that
 * says when it ended; -1: they do not say it.
 */
int64_t labelled_span(struct review *r, const struct statement *of,
                      unsigned *line);

#endif
