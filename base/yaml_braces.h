/*
 * ${NAME} without quotes inside { } and [ ], where YAML would take its braces
 * for its own. Before parsing they become two characters that the text does
 * not have, of the same length, so that every place stays; afterwards they are
 * what they were.
 */
#ifndef BASE_YAML_BRACES_H
#define BASE_YAML_BRACES_H

#include "base/arena.h"
#include "base/buf.h"

struct yaml_braces {
    char open, close; /* in place of { and }; NUL: nothing was hidden */
};

/* The text to parse: a copy where something was hidden. */
struct str yaml_braces_hide(struct yaml_braces *b, struct arena *a,
                            struct str text);
void yaml_braces_restore(const struct yaml_braces *b, char *text, size_t len);

#endif
