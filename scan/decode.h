/*
 * gzip (RFC 1952), zstd (RFC 8878), UTF-16 and UTF-32 as plain bytes, and what
 * containers/ unpacks as lines.
 */
#ifndef SCAN_DECODE_H
#define SCAN_DECODE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

#define DECODER_MAGIC_BYTES 4
#define DECODER_ROOM        64 /* that a step needs for its output */

/* A log of so many bytes that is so many times larger than its file. */
#define DECODER_BOMB_BYTES ((size_t)1 << 30)
#define DECODER_BOMB_RATIO 500

struct decoder; /* handle: decoder_for, decoder_close */

/* NULL: the bytes are not compressed. */
struct decoder *decoder_for(struct str head);

/* NULL: they are not UTF-16 or UTF-32. */
struct decoder *decoder_for_wide(struct str head);

/* Of a text; NULL: its lines are plain. whole: nothing comes behind the head.
 * A text that is no log has a decoder, too, whose problem is what it is. */
struct decoder *decoder_for_container(struct str head, bool whole);

/* The text is not all in the encoding that its first bytes say. */
bool decoder_is_mixed(const struct decoder *d); /* NULL too */
void decoder_close(struct decoder *d);          /* NULL too */

struct decoded {
    size_t used, made;   /* bytes of the input, of the output */
    const char *problem; /* "ends in the middle of …"; NULL: none */
};

/* ended: no input follows after this. */
struct decoded decoder_step(struct decoder *d, struct str input, bool ended,
                            char *out, size_t room);

#endif
