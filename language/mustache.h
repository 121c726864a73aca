/*
 * Mustache templates: the required modules of its specification (comments,
 * delimiters, interpolation, inverted, partials, sections) and `~inheritance`.
 *
 * Decided where the specification is silent: "" is false, 0 is true; an empty
 * line of an indented partial stays empty.
 */
#ifndef LANGUAGE_MUSTACHE_H
#define LANGUAGE_MUSTACHE_H

#include <cjson/cJSON.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

#define MUSTACHE_BYTES_MAX ((size_t)1 << 20) /* of a template */
#define MUSTACHE_DEPTH_MAX 64 /* tags in tags, and templates in templates */

struct mustache; /* compiled, in its arena; borrows the source's text */

bool mustache_parse(struct mustache **out, struct arena *a,
                    const struct source *source, struct err *e) MUST_CHECK;

/* How names of other templates are found, and what {{name}} becomes. */
struct mustache_set {
    const struct mustache *(*find)(void *context,
                                   struct str name); /* NULL: none */
    void *context;
    void (*escape)(struct buf *out, struct str text);
};

/* False when it goes too deep, or when `out` is full. */
bool mustache_render(struct buf *out, const struct mustache *t,
                     const cJSON *data, const struct mustache_set *set,
                     struct err *e) MUST_CHECK;

/* A name that a template asks for, in the sections in which it stands. */
enum mustache_use { MUSTACHE_VALUE, MUSTACHE_SECTION, MUSTACHE_TEMPLATE };
struct mustache_name {
    enum mustache_use use;
    struct str name;          /* dotted; "." for the element itself */
    const struct str *inside; /* names of the open sections, outermost first */
    size_t inside_count;
    const struct source *source; /* pos_at(source, at) is its place, */
    size_t at;                   /* which few who ask for names need */
};
void mustache_names(const struct mustache *t,
                    void (*on_name)(void *context,
                                    const struct mustache_name *name),
                    void *context);

#endif
