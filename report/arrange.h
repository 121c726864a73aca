/*
 * The order of a document's blocks, which changes with its state: while an
 * incident is open what to do comes first, and once it has ended the cause.
 */
#ifndef REPORT_ARRANGE_H
#define REPORT_ARRANGE_H

#include "report/living.h"

/*
 * Puts the blocks of old, each with what people wrote below it, in the order
 * of fresh. given: the names in the order in which we left them; where people
 * have moved a block since, nothing is moved, and false is returned.
 */
bool arrange_blocks(struct parts *old, struct arena *a,
                    const struct parts *fresh, struct str given);

/*
 * The names for the index of a document whose order is ours: its blocks in
 * their order, with those of fresh that it gets, and the given ones that it no
 * longer has, each after the one that it follows.
 */
struct str arrange_names(struct arena *a, const struct parts *old,
                         const struct parts *fresh, struct str given);

#endif
