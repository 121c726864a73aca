/*
 * The table of action items, written, and read back when people edited it.
 *
 * A marker in the block tells for each row what the facts said and what was
 * shown (a hash of each), so that it is known who changed it since.
 */
#ifndef REPORT_ACTIONS_H
#define REPORT_ACTIONS_H

#include <stdbool.h>

#include "base/err.h"
#include "model/facts.h"
#include "report/living.h"

/* False: it has a row that no action can be, and counts as edited by hand. */
bool actions_readable(struct arena *a, const struct part *block);

/* Rows that people changed or added go into the facts. */
void actions_read_back(struct facts *facts, struct arena *a,
                       const struct part *block, struct diags *d);

#endif
