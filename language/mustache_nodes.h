/* The compiled form, for language/mustache*.c alone. */
#ifndef LANGUAGE_MUSTACHE_NODES_H
#define LANGUAGE_MUSTACHE_NODES_H

#include "language/mustache.h"

enum node_kind {
    NODE_TEXT, /* at most one line, with its end */
    NODE_VALUE,
    NODE_RAW,
    NODE_PARTIAL,
    NODE_SECTION,
    NODE_INVERTED,
    NODE_PARENT,
    NODE_BLOCK
};

struct mustache_node {
    enum node_kind kind;
    struct str text;   /* or name */
    struct str indent; /* of a tag that stands alone on its line */
    bool apart;        /* it does so */
    size_t end;        /* index behind its last child */
    size_t at;         /* byte of the source */
};

struct mustache {
    const struct source *source;
    struct mustache_node *node;
    size_t count, cap;
};

/* Moves the indentation of a block's content into the block's own. */
void mustache_take_indent(struct mustache *t, size_t block);

#endif
