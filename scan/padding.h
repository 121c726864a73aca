/*
 * What people send ends up in logs, so that a line can be as long as they like.
 * A regex that gives up on such a line would hide what it says, and a run that
 * says so would be inconclusive. Each sample is padded, and each pattern must
 * come to an answer.
 */
#ifndef SCAN_PADDING_H
#define SCAN_PADDING_H

#include "scan/internal.h"

#define PADDING_SHORT ((size_t)512)
#define PADDING_LONG  ((size_t)4096)

/* Patterns that give up on a padded line of a sample go to diags, once each. */
void padding_check(const struct catalogue *c, struct diags *d);

#endif
