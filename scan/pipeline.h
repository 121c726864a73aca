/*
 * The blocks of a log through cleaner and filter, on two threads, and in
 * order: what the lines say is left to the caller.
 */
#ifndef SCAN_PIPELINE_H
#define SCAN_PIPELINE_H

#include "scan/block.h"
#include "scan/prefilter.h"

struct piece {
    struct block block;
    struct places places; /* sorted; empty when nothing filters */
};

/* Where a literal of `literal` stands is a place; none are looked for if not
 * `filters`. The literals outlive it. */
struct pipeline; /* handle */
struct pipeline *pipeline_open(const struct str *literal, size_t count,
                               bool filters);
void pipeline_close(struct pipeline *p);

/* One log at a time; between begin and end the pipeline owns its reading. */
void pipeline_begin(struct pipeline *p, struct source_reader *source);
/* 1: the next piece, until the call after, to do with as one likes; 0: the log
 * has ended; -1: err */
int pipeline_next(struct pipeline *p, struct piece **out,
                  struct err *e) MUST_CHECK;
int64_t pipeline_end(struct pipeline *p); /* raw bytes that were read */

#endif
