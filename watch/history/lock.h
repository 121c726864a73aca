/*
 * A file that only one process has at a time. The lock is of the open file,
 * so it ends with the process, however that ends; the file's text only tells
 * others who has it, and the file stays.
 */
#ifndef WATCH_HISTORY_LOCK_H
#define WATCH_HISTORY_LOCK_H

#include <sys/types.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"

/* mode: of a new file. *fd: -1 when another has it, and *holder says who. */
bool lock_take(int *fd, struct arena *a, const char *path, mode_t mode,
               const char **holder, struct err *e) MUST_CHECK;
void lock_drop(int fd); /* -1 is fine */

#endif
