/*
 * How the lines that were chosen are written: in their order, each with its
 * number, "..." where lines are left out, and below the name of their log.
 */
#ifndef SCAN_EXCERPT_TEXT_H
#define SCAN_EXCERPT_TEXT_H

#include "scan/excerpt.h"

struct excerpt_writer; /* lives in the arena */
struct excerpt_writer *excerpt_writer_open(struct arena *a,
                                           const struct excerpt_order *order);

/* The logs fit as they are: no line is cut. */
void excerpt_writer_whole(struct excerpt_writer *w);

/* Bytes of what is written whatever is chosen. */
size_t excerpt_writer_start(const struct excerpt_writer *w);

/* Bytes that the line adds, or more than it adds. */
size_t excerpt_writer_cost(struct excerpt_writer *w, size_t log, size_t index);
void excerpt_writer_add(struct excerpt_writer *w, size_t log, size_t index);

/* Bytes of all that was added. */
size_t excerpt_writer_size(struct excerpt_writer *w);

/* Leaves out the lines added last until the text fits. */
void excerpt_writer_finish(struct excerpt_writer *w, struct excerpt *out);

#endif
