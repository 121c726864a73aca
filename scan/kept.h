/*
 * The end of each log as it was read, so that the lines around an error can
 * be looked at one by one when it is known that something failed. What is
 * older than KEPT_BYTES is forgotten, of the oldest logs first.
 */
#ifndef SCAN_KEPT_H
#define SCAN_KEPT_H

#include "scan/block.h"
#include "scan/internal.h"

#define KEPT_BYTES     ((size_t)4 * 1024 * 1024)  /* of each log */
#define KEPT_BYTES_ALL ((size_t)48 * 1024 * 1024) /* of all logs */

/* A run of whole lines. */
struct kept_piece {
    struct kept_piece *next;
    struct log_state at; /* as it was before the first line */
    int64_t offset;      /* raw, of the first byte */
    int64_t timed_ms;    /* the last time that was told before it; 0: none */
    struct block block;  /* only text, offset and gaps are set */
};

struct kept; /* handle: the ends of all logs */
struct kept *kept_open(void);
void kept_close(struct kept *t); /* NULL too */

/*
 * t may be NULL: nothing is kept. log and timed_ms as they were before the
 * block. The text of a large one is taken out of it, with the memory that it
 * is in, which is SCAN_BLOCK_MAX bytes; other memory may be put there.
 */
void kept_add(struct kept *t, const struct log_state *log, int64_t base,
              int64_t timed_ms, struct block *block);

/* The pieces of a log in their order; NULL: none is kept. */
const struct kept_piece *kept_of(const struct kept *t, size_t log);

/* Of the whole log, by its last piece. */
int64_t kept_line_count(const struct kept_piece *p);

#endif
