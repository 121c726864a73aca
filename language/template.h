/*
 * Mustache over the members of a struct: its shape gives the names that a
 * template can use, so that a mistyped one is found before it is rendered.
 */
#ifndef LANGUAGE_TEMPLATE_H
#define LANGUAGE_TEMPLATE_H

#include "base/attr.h"
#include "base/shape.h"
#include "language/mustache.h"

#define TEMPLATE_DATA_MAX ((size_t)4 << 20) /* bytes of all values as JSON */

/*
 * A template of at most `most` bytes. Unknown names, other templates, and
 * lists or objects where a value is expected are errors, with their line and
 * column. Messages call the struct by the name of its shape.
 */
bool template_read(struct mustache **out, struct arena *a,
                   const struct source *text, const struct shape *s,
                   size_t most, struct err *e) MUST_CHECK;

/*
 * Puts the members of `object` in as they are; whoever calls has escaped them,
 * so that {{{name}}} does not get around it. False: `out` is full.
 */
bool template_render(struct buf *out, const struct mustache *t,
                     const struct shape *s, const void *object,
                     struct err *e) MUST_CHECK;

#endif
