/*
 * YAML 1.2 (and JSON, in files named *.json) as a tree with positions, read
 * by libfyaml. Strings only: the reader of a key decides what it must be.
 *
 * References such as ${NAME} may stand without quotes anywhere, inside { } and
 * [ ] too.
 *
 * Bounds: one document, depth 32, 100,000 nodes counting each use of an
 * alias. Duplicate keys are errors that name both places. The tree borrows
 * nothing: all text is in the arena, and positions point to the source.
 */
#ifndef BASE_YAML_H
#define BASE_YAML_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

#define YAML_DEPTH_MAX 32
#define YAML_NODES_MAX 100000

enum yaml_kind { YAML_SCALAR, YAML_LIST, YAML_MAP };

struct yaml_node {
    enum yaml_kind kind;
    bool plain;      /* scalar without quotes: may be a number or null */
    struct pos pos;  /* of its first character, the quote included */
    size_t at;       /* the same as an offset; of a scalar */
    struct str text; /* scalar; NUL-terminated */
    const struct yaml_node **item; /* list: items; map: key, value, … */
    size_t count;                  /* items, or pairs */
    size_t weight;                 /* nodes below and itself */
};

/*
 * False when the text is no YAML: diags has the reason. An empty document
 * gives an empty map. Duplicate keys add diags and leave the first one.
 */
bool yaml_parse(const struct yaml_node **out, struct arena *a,
                const struct source *source, struct diags *d) MUST_CHECK;

/* Value of a key in a map; NULL when it has none (or n is no map). */
const struct yaml_node *yaml_get(const struct yaml_node *n, const char *key);

/*
 * Place of a byte inside a scalar; the scalar's own place where escapes or
 * folding moved its bytes.
 */
struct pos yaml_pos_in(const struct yaml_node *n, size_t offset);

/* A plain scalar that is empty, "null" or "~". */
bool yaml_is_null(const struct yaml_node *n);

/*
 * The node that "#", "#/a/b" (a JSON pointer) or "#name" (of a $anchor) means
 * in the document; NULL when there is none, or it lies elsewhere.
 */
const struct yaml_node *
yaml_reference(struct arena *a, const struct yaml_node *root, struct str text);

/*
 * A text as a scalar that is read back as this text: plain where that is
 * safe, in single quotes otherwise, in double quotes when it is not printable.
 */
void yaml_quote(struct buf *out, struct str text);

/*
 * The tree as compact JSON; `scalar` writes the scalars. False as soon as it
 * says so.
 */
bool yaml_print_json(const struct yaml_node *n,
                     bool (*scalar)(void *context, const struct yaml_node *n,
                                    struct buf *out),
                     void *context, struct buf *out) MUST_CHECK;

/* yaml_words.c: a complaint of libfyaml, in words that say what to write. */
const char *yaml_words(struct arena *a, const char *theirs);

/* "a string", "a list", "a map": for messages. */
const char *yaml_kind_name(const struct yaml_node *n);

#endif
