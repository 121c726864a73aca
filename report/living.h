/*
 * A document that may be anybody's, cut at the markers of report/marker.h.
 * libcmark says which of them count: one in a fence, a list or a table is
 * text like any other.
 */
#ifndef REPORT_LIVING_H
#define REPORT_LIVING_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "report/markdown.h"
#include "report/marker.h"

enum part_kind { PART_TEXT, PART_BLOCK, PART_OFFER, PART_INDEX };

/* All parts in a row are the document, byte by byte. */
struct part {
    enum part_kind kind;
    struct str text;    /* with its markers */
    struct str name;    /* of the block; of PART_INDEX the kind of document */
    struct str body;    /* between the markers; of PART_INDEX the names */
    struct marker mark; /* that begins it */
    bool edited;        /* what was written into it is not in it as it was */
    bool grown;         /* it is, and people have added to it */
    struct pos pos;
};

struct parts {
    struct part *item;
    size_t count, cap;
    bool crlf; /* its PART_INDEX ends so, or without one its first line */
};

/* source lives as long as out. Markers that do not pair are an error. */
bool living_read(struct parts *out, struct arena *a,
                 const struct source *source, struct err *e) MUST_CHECK;

/* NULL when there is none. */
const struct part *living_find(const struct parts *all, enum part_kind kind,
                               struct str name);

/* What people wrote into a slot of a body; false: it has no such slot. */
bool living_answer(struct str body, struct str slot, struct str *answer);

/*
 * Does the body of each block that was made (made[i] for part i) read in the
 * document as it reads alone?
 */
bool living_prove(const struct source *source, const struct parts *all,
                  const bool *made, struct err *e) MUST_CHECK;

#endif
