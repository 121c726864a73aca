/* gzip (RFC 1952), zstd (RFC 8878) and UTF-16 (RFC 2781) as plain bytes. */
#ifndef SCAN_DECODE_H
#define SCAN_DECODE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

#define DECODER_MAGIC_BYTES 4

/* A log of so many bytes that is so many times larger than its file. */
#define DECODER_BOMB_BYTES ((size_t)1 << 30)
#define DECODER_BOMB_RATIO 500

struct decoder; /* handle: decoder_for, decoder_close */

/* NULL: the bytes are plain. */
struct decoder *decoder_for(struct str head);
void decoder_close(struct decoder *d); /* NULL too */

struct decoded {
    size_t used, made;   /* bytes of the input, of the output */
    const char *problem; /* "ends in the middle of …"; NULL: none */
};

/* ended: no input follows after this. */
struct decoded decoder_step(struct decoder *d, struct str input, bool ended,
                            char *out, size_t room);

#endif
