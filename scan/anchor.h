/* What can be said of a regex without running it. */
#ifndef SCAN_ANCHOR_H
#define SCAN_ANCHOR_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

/*
 * Does every text that the regex matches hold the anchor? Proven through all
 * branches of what must be there; false when that is not so, or when it cannot
 * be seen: with (?i), (?x), \Q, conditions and too many branches.
 */
bool anchor_is_proven(struct str regex, struct str anchor);

/*
 * Offset of a group that is repeated without bound and holds what is repeated
 * without bound, which can take for ever; regex.len when there is none.
 */
size_t nested_quantifier(struct str regex);

/* Has the regex a group of this name? */
bool group_is_named(struct str regex, struct str name);

/* And does it hold some text in every match? No, where that cannot be seen. */
bool group_is_sure(struct str regex, struct str name);

#endif
