/*
 * Many lines hold the anchor of a pattern that does not fit them: "0 failed".
 * Before a line is taken apart, such patterns are looked for anywhere on it,
 * the cheapest condition first: other text that must be there, then what is
 * behind the anchor, then the pattern itself.
 */
#ifndef SCAN_LOOSE_H
#define SCAN_LOOSE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

struct pattern;

struct loose; /* handle: patterns by number, compiled when first tried */
struct loose *loose_open(size_t count);
void loose_close(struct loose *l); /* NULL too */

/*
 * False: the pattern of that number fits no part of the line. True for those
 * that may begin anywhere, since they are tried as they are.
 */
bool loose_may_fit(struct loose *l, size_t number, const struct pattern *p,
                   struct str line);

/*
 * What is only said behind prefixes stands on the line as it is, unless quotes,
 * escapes or an object are around it: of other lines nothing can be said.
 */
bool loose_can_tell(struct str line);

#endif
