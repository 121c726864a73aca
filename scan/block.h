/*
 * A log as blocks of whole lines, cleaned of what a terminal does not show.
 * Blocks are read one after the other; each can be cleaned on any thread.
 */
#ifndef SCAN_BLOCK_H
#define SCAN_BLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/err.h"

struct source_reader;

struct block_reader; /* handle */
struct block_reader *block_reader_open(struct source_reader *source);
void block_reader_close(struct block_reader *r);        /* NULL too */
int64_t block_reader_end(const struct block_reader *r); /* raw bytes read */

/* What was left out before a byte of the clean text. */
struct gap {
    size_t at, bytes, lines;
};

/* Zeroed at first, then used again and again; block_release frees it. */
struct block {
    struct str text; /* clean, until the block is read again */
    int64_t offset;  /* raw, of its first byte */
    bool cut;        /* its last line goes on in the next block */
    bool last;       /* no block follows */
    char *raw, *clean;
    size_t raw_length;
    struct gap *gap;
    size_t gap_count, gap_cap;
};
void block_release(struct block *b);

/* 1: text is the raw lines; 0: the log has ended; -1: err. */
int block_read(struct block_reader *r, struct block *b,
               struct err *e) MUST_CHECK;

/*
 * Takes terminal sequences out (ECMA-48 5.4 and 5.6), and the line ends of
 * lines that are `width` bytes long: they go on in the next. 0: of none.
 */
void block_clean(struct block *b, size_t width);

/* The width at which a program broke long lines in mid-word; 0: none did. */
size_t block_width(struct str clean);

int64_t block_raw_offset(const struct block *b, size_t clean);
size_t block_lines_gone(const struct block *b, size_t clean);

#endif
