/*
 * Of what a document speaks, place by place.
 *
 * One pass over sections and statements attaches to each the incident that it
 * is about (a document may report several), the part of the work, the moment,
 * whether it is a fact, a goal or a plan, and the day of the heading above.
 * Rules compare what has the same subject, and nothing else.
 */
#ifndef LINT_SUBJECTS_H
#define LINT_SUBJECTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/buf.h"

struct document;
struct patterns;
struct moment;
struct table;
struct statement;

enum when {
    WHEN_NONE, /* not said */
    WHEN_BEFORE,
    WHEN_DURING,
    WHEN_AFTER, /* since the repair, or now */
    WHEN_MIXED  /* more than one moment in one line, as in a table of before and
                   after */
};

enum claim {
    CLAIM_FACT,
    CLAIM_GOAL,   /* what should be reached, a limit */
    CLAIM_PLAN,   /* what is to be done */
    CLAIM_SAMPLE, /* an example */
    CLAIM_OTHER   /* another incident, a reference */
};

struct subject {
    size_t incident; /* the section of the incident; 0: the document's own */
    size_t part;     /* the section of a part of it; 0: the whole */
    unsigned item;   /* the line of the list item that it details; 0: none */
    enum when when;
    enum claim claim;
    int64_t day; /* of the nearest heading with a date; -1: none */
};

/* Sections, statements and the count of incidents get their subjects. */
void subjects_read(struct document *d, struct arena *a, struct patterns *p);

/* May what is said of one be held against the other? */
bool subject_same(const struct subject *a, const struct subject *b);

/* A fact about its incident as a whole. */
bool subject_whole(const struct subject *s);

/* The day of a moment; one without a year takes that of `near`. */
int64_t moment_day(const struct moment *m, int64_t near);

/* The table that has a row on this line; NULL: none. */
const struct table *table_at(const struct document *d, unsigned line);

/* The item below which an item of a list is written; NULL: none. */
const struct statement *item_above(const struct document *d,
                                   const struct statement *s);

/* What is written below an item: the statements [*from, *to). */
void items_of(const struct document *d, const struct statement *s, size_t *from,
              size_t *to);

#endif
