/*
 * Which of some literals a text has, found in one pass over it: each stands by
 * two of its bytes in a bitmap of all pairs of bytes.
 */
#ifndef SCAN_LITERAL_SET_H
#define SCAN_LITERAL_SET_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

struct literal_set; /* handle */
struct literal_set *literal_set_open(size_t most);
void literal_set_close(struct literal_set *s); /* NULL too */

/* A literal of 2 bytes or more, which is kept by its owner's number. */
void literal_set_add(struct literal_set *s, struct str literal, size_t owner);

/* Sets found[owner] for each literal that is in the text; the rest stays. */
void literal_set_find(const struct literal_set *s, struct str text,
                      bool *found);

#endif
