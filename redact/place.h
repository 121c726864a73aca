/*
 * Going through a text from value to value: in a form, its syntax is passed
 * over, so that nothing that is found begins or ends within it.
 */
#ifndef REDACT_PLACE_H
#define REDACT_PLACE_H

#include "redact/redact.h"
#include "redact/search.h"

struct place {
    size_t at;
    char quote;  /* of the string or attribute that it is in; 0: none */
    bool in_tag; /* markup */
};

/* Of a finished document, by how it begins and ends. */
enum form form_of(struct str text);

void place_next(struct place *p, const struct seen *s);

/* Is what begins here a part of a value? */
bool place_is_value(const struct place *p, const struct seen *s);

/* What was put in place of a secret earlier; it is passed over. */
bool place_has_placeholder(const struct seen *s, size_t at);

/* False for what is a name of ours, or a part of a number, in JSON. */
bool place_allows(const struct place *p, const struct seen *s,
                  const struct span *found);

/* The text between the spans, and in place of each what fits there. */
void place_fill(struct buf *out, const struct seen *s,
                const struct spans *spans);

#endif
