/*
 * Text that no CI host takes for a command. Hosts read the output of a step:
 *   GitHub      "::" at the start of a line, blanks before it or not, and
 *               "##[" anywhere
 *   Azure       "##[" and "##vso[" anywhere
 *   TeamCity    "##teamcity[" anywhere
 *   Buildkite   "--- ", "+++ ", "~~~ " and "^^^ " at the start of a line
 *   GitLab, Jenkins and others: escape sequences, which text_visible takes
 *               away
 */
#ifndef BASE_INERT_H
#define BASE_INERT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

/* A foreign text inside a line of ours: one visible line, marks parted. */
void inert_text(struct buf *out, struct str s);

/* Lines as they are, but where one of them would be a command. */
void inert_lines(struct buf *out, struct str lines);

/*
 * The offset in line, which has no LF, of the first byte of what a host would
 * take for a command because the line begins with it; line.len when it does
 * not. A format that can write the byte at this place otherwise does so.
 */
size_t inert_start(struct str line);

#endif
