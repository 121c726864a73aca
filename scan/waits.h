/*
 * Who waits for another program. An error that something else was not there
 * (signatures with `of_another`) is no root where another program of the same
 * log ended, for a reason of its own, and may be what was asked for: the host
 * that the error names, or the same kind of thing. Then the reason is its
 * cause, known or not.
 */
#ifndef SCAN_WAITS_H
#define SCAN_WAITS_H

#include "scan/graph.h"

/* Once all other links are made: those that are missing. */
void waits_link(struct graph *g);

#endif
