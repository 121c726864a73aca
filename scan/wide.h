/*
 * Logs in UTF-16 and UTF-32 (RFC 2781, Unicode 3.10) as UTF-8. The bytes
 * decide, not the byte order mark: it is believed where the bytes allow it,
 * a log without one is known by its zeros, and a part that is plain text is
 * read as plain text, as of a log to which two programs append.
 */
#ifndef SCAN_WIDE_H
#define SCAN_WIDE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

#define WIDE_HEAD_BYTES 64 /* that say what a log is, if it has as many */

struct wide {
    size_t width; /* of a unit: 2 or 4 bytes */
    bool big_endian, plain;
    bool mixed;  /* its mark does not fit its bytes, or not all of them */
    size_t mark; /* bytes of the mark that are still to be left out */
};

/* Can these first bytes be of such a log? More of them are worth waiting for.
 */
bool wide_is_possible(struct str head);

/* false: it is plain, or UTF-8 with its mark. */
bool wide_find(struct wide *out, struct str head);

/* Bytes of the input that were used; its output needs 4 bytes of room. */
size_t wide_step(struct wide *w, struct str input, bool ended, struct buf *out);

#endif
