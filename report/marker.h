/*
 * The markers by which what postflight wrote into a document is found again.
 * Each is a comment alone on its line, at the top level of the document:
 *
 *   <!-- postflight:begin NAME v=2 h=HASH -->   a block of ours; u=HASHES: of
 *                                               its units; o=HASH: what was
 *                                               offered in its place
 *   <!-- postflight:ask SLOT -->                in it: people's own words;
 *   <!-- postflight:end-ask SLOT -->            h=HASH: a draft of ours
 *   <!-- postflight:rows ... -->                in it: from what rows came
 *   <!-- postflight:end NAME -->
 *   <!-- postflight:document KIND NAME... -->   the blocks that it was given
 *
 * Beside a block that people edited, the new one is offered, as a comment that
 * no reader of the document sees:
 *
 *   <!-- postflight:offer NAME v=2 h=HASH
 *   ...
 *   postflight:end-offer NAME -->
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
    struct str rest; /* names or rows; of a block or draft its hash, or none */
    struct str offered; /* hash of what was offered, or none */
    struct str units;   /* of MARKER_BEGIN: hashes of its units, or none */
    int version;        /* of a block: 1, the hash is over bytes */
    bool hidden;        /* an offer within one comment */
};

#define MARKER_HASH_LENGTH 16

/* What a line is, with or without its line end; MARKER_NONE: any other. */
struct marker marker_of(struct str line);

/* The word of a kind in its markers. */
const char *marker_word(enum marker_kind kind);

/* The first line, with its line end; text: what is left. */
struct str marker_line(struct str *text);

/*
 * Does the body have the hash that its marker says? It is over what only
 * postflight writes: not the answers of people, ticks and rows of actions.
 * From version 2 on it is over how the body reads (report/units.h).
 */
bool marker_fits(const struct marker *m, struct str body);

/* The hash of version 1: 16 hex digits over lines without their ends. */
void marker_hash(struct buf *out, struct str name, struct str body);

/* "- [x] text": the byte between the brackets, or NULL. */
const char *marker_tick(struct str line);

/* A slot in which nobody has written anything: it begins so, or is empty. */
#define MARKER_PROMPT "To be written: "
bool marker_is_prompt(struct str answer);

/* The same, or it is still the draft of which the marker has the hash. */
bool marker_is_unanswered(const struct marker *m, struct str answer);

/* Bytes of BOM and YAML front matter before the Markdown. */
size_t marker_front(struct str text);

#endif
