/*
 * JSONPath, all of RFC 9535: names, indices, slices, wildcards, filters with
 * functions, in child and descendant segments. A path that is not well-formed
 * or not well-typed is refused when it is read.
 */
#ifndef LANGUAGE_JSONPATH_H
#define LANGUAGE_JSONPATH_H

#include <stdbool.h>
#include <stddef.h>

#include <cjson/cJSON.h>

#include "base/arena.h"
#include "base/buf.h"

#define JSONPATH_NODES_MAX 100000  /* of one result */
#define JSONPATH_WORK_MAX  5000000 /* nodes visited for one result */

struct jsonpath;

/* Where and why a path was refused. */
struct jsonpath_error {
    size_t offset;
    const char *text;
};

bool jsonpath_compile(struct jsonpath **out, struct arena *a, struct str text,
                      struct jsonpath_error *e) MUST_CHECK;

/* Singular (section 2.3.5.1): name and index selectors only, no descendant. */
bool jsonpath_is_singular(const struct jsonpath *p);

struct jsonpath_nodes {
    const cJSON **item; /* borrowed from the document */
    size_t count, cap;
};

/* False when a bound was passed, or a regex gave up: nothing is known. */
bool jsonpath_select(struct jsonpath_nodes *out, struct arena *a,
                     const struct jsonpath *p, const cJSON *root) MUST_CHECK;

/*
 * For a singular path that selects nothing: which part exists and what is
 * there, such as "$.db has keys state, version". NULL when not singular.
 */
const char *jsonpath_explain_missing(struct arena *a, const struct jsonpath *p,
                                     const cJSON *root);

#endif
