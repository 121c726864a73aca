/* What selecting and filtering share: one selection, with its budget. */
#ifndef LANGUAGE_JSONPATH_EVAL_H
#define LANGUAGE_JSONPATH_EVAL_H

#include "language/jsonpath.h"
#include "language/jsonpath_tree.h"

struct selection {
    struct arena *arena;
    const cJSON *root;
    size_t *work; /* nodes visited so far, by nested queries too */
};

/* False when the selection passed its budget. */
bool selection_query(struct selection *s, const struct jsonpath *path,
                     const cJSON *from, struct jsonpath_nodes *out) MUST_CHECK;

/* Whether the filter holds for node; false as the result: out of budget. */
bool selection_filter(struct selection *s, const struct expression *filter,
                      const cJSON *node, bool *holds) MUST_CHECK;

#endif
