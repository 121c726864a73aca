/*
 * {name} in the advice of a signature stands for what was captured under that
 * name; {name|WORD} for WORD where nothing was. ${NAME} of a shell, {{.Name}}
 * of a template and other braces are text.
 */
#ifndef MODEL_PLACEHOLDER_H
#define MODEL_PLACEHOLDER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

struct placeholder {
    size_t at, length; /* of its text, with the braces */
    struct str name;
    struct str word; /* ptr NULL: it has none */
};

/* The first one in s at or after from; false: there is none. */
bool placeholder_find(struct str s, size_t from, struct placeholder *out);

#endif
