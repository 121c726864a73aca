/* What looks like a secret, though nobody said that it is one. */
#ifndef REDACT_SHAPES_H
#define REDACT_SHAPES_H

#include "redact/search.h"

struct shapes; /* handle: shapes_open, shapes_close */

struct shapes *shapes_open(void);
void shapes_close(struct shapes *h);

/* Replaces what was found in the text; returns how much that was. */
size_t shapes_run(const struct shapes *h, struct buf *text);

#endif
