/* What can be said of a regex without running it. */
#ifndef SCAN_ANCHOR_H
#define SCAN_ANCHOR_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/buf.h"

/*
 * Does every text that the regex matches hold the anchor? Proven through all
 * branches of what must be there; false when that is not so, or when it cannot
 * be seen: with (?i), (?x), \Q, conditions and too many branches.
 */
bool anchor_is_proven(struct str regex, struct str anchor);

/*
 * Other literal texts that every match has, besides the anchor: proven as it
 * is, the longest first, up to `most`. They are in the arena.
 */
size_t anchor_others(struct arena *a, struct str regex, struct str anchor,
                     struct str *out, size_t most);

/*
 * The end of the regex from its anchor on: a text that the regex matches has a
 * match of this, too, which begins with literal text and so is found fast.
 * Empty when that cannot be seen.
 */
struct str anchor_tail(struct str regex, struct str anchor);

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
