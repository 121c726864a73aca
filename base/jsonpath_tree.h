/* A path as it was read: between the reader and the selector of base/. */
#ifndef BASE_JSONPATH_TREE_H
#define BASE_JSONPATH_TREE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

enum selector_kind { SELECT_NAME, SELECT_INDEX, SELECT_SLICE, SELECT_ALL };

struct selector {
    enum selector_kind kind;
    const char *name;
    int64_t index; /* or the start of a slice */
    int64_t end, step;
    bool has_start, has_end;
    struct selector *next;
};

struct segment {
    bool descendant;
    struct selector *selector;
    struct str text; /* as written, for messages */
    struct segment *next;
};

struct jsonpath {
    struct segment *segment;
    struct str text;
};

#endif
