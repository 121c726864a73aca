/* What the files of draft/ share: lines of a definition file. */
#ifndef DRAFT_INTERNAL_H
#define DRAFT_INTERNAL_H

#include "draft/draft.h"

struct ids {
    const char **item;
    size_t count, cap;
};

/*
 * An id made of text: lower case, what has no place in one is a dash. Not one
 * of the ids before it.
 */
const char *id_make(struct arena *a, struct ids *before, struct str text);

/* "      - TEXT", quoted as YAML needs it. */
void line_item(struct buf *out, struct str text);

/* "    key: TEXT", quoted. */
void line_pair(struct buf *out, const char *key, struct str text);

/* An expectation's text in double quotes; false: it cannot be written so. */
bool literal(struct buf *out, struct str text) MUST_CHECK;

/*
 * Appends a member to a JSONPath: $.name or $['name']; false when the name is
 * better left alone.
 */
bool path_member(struct buf *out, const char *name) MUST_CHECK;

/* A dollar in a definition is written twice. */
void escape_dollars(struct buf *out, struct str text);

#endif
