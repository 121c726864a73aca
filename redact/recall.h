/*
 * What was read before in the same text, and how much reading a text costs.
 * A place is read again and again, by each layer and each needle; who sends a
 * text of nothing but escapes must not get our time for it.
 */
#ifndef REDACT_RECALL_H
#define REDACT_RECALL_H

#include "redact/layers.h"

#define RECALL_RUN    256 /* bytes; behind more may be anything */
#define RECALL_PLACES 128 /* in a row, of those that may be escapes */

/* A step is a look at a needle; reading takes as long as more of them. */
#define RECALL_READ         8      /* of a byte of a needle, or what parts it */
#define RECALL_FIND         3      /* of a place, if it was read before */
#define RECALL_LAYER        4      /* and if it was not */
#define RECALL_STEPS        800000 /* at any place */
#define RECALL_STEPS_NEEDLE 100    /* and for each needle */
#define RECALL_STEPS_BYTE   24     /* and for each byte before it */

struct recall {
    size_t steps; /* in this text */
    size_t most;  /* until it is spent */
    size_t all;   /* in the texts before it */
    size_t needles;
    size_t before, length; /* bytes: of what is continued, of this text */
    struct {
        size_t from, end;
    } blank;            /* the run of blanks that was passed last */
    struct recall_run { /* of escaped line ends, and what may be behind it */
        size_t from;
        uint64_t place[RECALL_RUN / 64]; /* where it was read */
        uint64_t set[4];
        bool any;
    } run;
    size_t closed; /* only what closes something is behind it */
    uint32_t text;
    struct recalled {
        uint32_t text;
        size_t at;
        struct units units;
    } item[RECALL_PLACES][LAYERS];
};

/* Another text from here on, and so many needles that are looked for. */
void recall_begin(struct recall *r, struct str text, size_t needles);

/* Another reading of a part of that text: the steps are those of both. */
void recall_continue(struct recall *r, struct str text);

/* The search is at this place: so many steps more. */
void recall_advance(struct recall *r, size_t at);

/* Has reading until here cost more than that of any honest text? */
bool recall_is_spent(const struct seen *s);

/* Without anything to count them in, nothing. */
void recall_count(const struct seen *s, size_t steps);

/* Through at least one layer: the readings of a place, if they are known. */
bool recall_find(const struct seen *s, size_t at, unsigned layers,
                 struct units *out);
void recall_keep(const struct seen *s, size_t at, unsigned layers,
                 const struct units *u);

#endif
