/* Changes the texts of a struct by its shape. */
#ifndef BASE_SHAPE_MAP_H
#define BASE_SHAPE_MAP_H

#include "base/shape.h"

/*
 * Each text of the object, of its objects and of its lists of texts becomes
 * what `change` returns for it; NULL stays NULL. Lists are copied into the
 * arena, so that the texts of another copy of the struct stay as they are.
 */
void shape_map(void *object, const struct shape *s, struct arena *a,
               const char *(*change)(void *context, struct arena *a,
                                     const char *text),
               void *context);

#endif
