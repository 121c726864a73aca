/* Which words of foreign text may stand in a document as they are. */
#ifndef REPORT_PROSE_H
#define REPORT_PROSE_H

#include <stdbool.h>

#include "base/buf.h"

/*
 * Nothing in the word, which is not empty, that CommonMark, GitHub or GitLab
 * could act on: no markup, and nothing that they would link or replace.
 * at_start: of a block, where it could also begin a list or a rule. at_end: of
 * its text, where a colon may follow.
 */
bool prose_is_safe(struct str word, bool at_start, bool at_end);

#endif
