/* The file that a path leads to, for documents that people keep. */
#ifndef BASE_FILE_TARGET_H
#define BASE_FILE_TARGET_H

#include <stdbool.h>

#include "base/arena.h"

/* Links followed, so that what they name is written and they stay; the path
   itself when there is no link or nothing at its end. */
const char *file_target(struct arena *a, const char *path);

/* It exists, and its mode lets nobody write: it is meant to stay. */
bool file_is_read_only(const char *path);

#endif
