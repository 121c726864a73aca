/*
 * The body of a block as units: paragraphs, items, rows of tables, fences.
 * Two units are equal when they read alike: how a table is padded, where a
 * line wraps, which sign a list has and what is escaped are no difference.
 */
#ifndef REPORT_UNITS_H
#define REPORT_UNITS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"

#define UNIT_HASH_HEX 8 /* digits of one unit in a list */

enum unit_kind {
    UNIT_BLOCK, /* a paragraph, heading, fence, quote or comment */
    UNIT_ITEM,  /* of a list */
    UNIT_HEAD,  /* of a table */
    UNIT_RULE,  /* beneath it */
    UNIT_ROW,
    UNIT_ASK, /* a slot of people, from its first marker to its last */
    UNIT_FREE /* read back elsewhere: rows of actions, markers of ours */
};

struct unit {
    enum unit_kind kind;
    struct str text;  /* as it is, with the blank lines below it */
    uint32_t reads;   /* hash of how it reads; of a slot, of its name */
    const char *form; /* how it reads; NULL: does not count */
};

struct units {
    struct unit *item;
    size_t count, cap;
    struct str before; /* blank lines above the first one */
};

/* name: of the block; body lives as long as out. */
void units_read(struct units *out, struct arena *a, struct str name,
                struct str body);

/* MARKER_HASH_LENGTH hex digits over what counts. */
void units_hash(struct buf *out, const struct units *all);

/* The hashes of what counts, 8 hex digits each: what people add is told from
   what was written by it. */
void units_list(struct buf *out, const struct units *all);

/*
 * Which units people have added to those of the list: added[i] for unit i.
 * False: one of the list is gone or stands in another place.
 */
bool units_added(bool *added, const struct units *all, struct str list);

/*
 * The units of fresh, with those that were added to old at the places where
 * they were. False: one of them has no place any more.
 */
bool units_merge(struct buf *out, struct arena *a, const struct units *fresh,
                 const struct units *old, const bool *added);

#endif
