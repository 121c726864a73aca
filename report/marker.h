/*
 * The markers by which what postflight wrote into a document is found again.
 * Each is a comment alone on its line, at the top level of the document:
 *
 *   <!-- postflight:begin NAME v=1 h=HASH -->   a block of ours
 *   <!-- postflight:ask SLOT -->                in it: people's own words
 *   <!-- postflight:end-ask SLOT -->
 *   <!-- postflight:rows ... -->                in it: from what rows came
 *   <!-- postflight:end NAME -->
 *   <!-- postflight:offer NAME v=1 h=HASH -->   beside a block that people
 *   <!-- postflight:end-offer NAME -->          edited: the new one
 *   <!-- postflight:document KIND NAME... -->   the blocks that it was given
 */
#ifndef REPORT_MARKER_H
#define REPORT_MARKER_H

#include <stdbool.h>

#include "base/buf.h"

enum marker_kind {
    MARKER_NONE,
    MARKER_BEGIN,
    MARKER_END,
    MARKER_ASK,
    MARKER_END_ASK,
    MARKER_ROWS,
    MARKER_OFFER,
    MARKER_END_OFFER,
    MARKER_DOCUMENT
};

struct marker {
    enum marker_kind kind;
    struct str name; /* of block, slot or kind; of MARKER_ROWS none */
    struct str rest; /* names or rows; of a block its hash, or none */
};

#define MARKER_HASH_LENGTH 16

/* What a line is, with or without its line end; MARKER_NONE: any other. */
struct marker marker_of(struct str line);

/* The first line, with its line end; text: what is left. */
struct str marker_line(struct str *text);

/*
 * 16 hex digits (of SHA-256) over what only postflight writes in the body of
 * a block: not the answers of people, ticks, rows of actions, white space at
 * the ends of lines. Whoever edits anything else changes it.
 */
void marker_hash(struct buf *out, struct str name, struct str body);

/* "- [x] text": the byte between the brackets, or NULL. */
const char *marker_tick(struct str line);

/* A slot in which nobody has written anything: it begins so, or is empty. */
#define MARKER_PROMPT "To be written: "
bool marker_is_prompt(struct str answer);

/* Bytes of BOM and YAML front matter before the Markdown. */
size_t marker_front(struct str text);

#endif
