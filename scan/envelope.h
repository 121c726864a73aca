/*
 * Messages inside structured lines: JSON, logfmt, PostgreSQL's csvlog. What
 * was said comes out as plain lines, in the order of the members.
 */
#ifndef SCAN_ENVELOPE_H
#define SCAN_ENVELOPE_H

#include <stdbool.h>

#include "base/buf.h"

#define ENVELOPE_PARTS_MAX 8

struct envelope {
    struct str part[ENVELOPE_PARTS_MAX]; /* in scratch; may hold line ends */
    bool spoken[ENVELOPE_PARTS_MAX];     /* the message itself */
    size_t count;
    struct str name[ENVELOPE_PARTS_MAX]; /* of who wrote it, in scratch */
    size_t name_count;
    bool error, fatal; /* its level says so */
    struct str source, process, request;
};

/* False: the text is none. scratch is cleared first. */
bool envelope_open(struct envelope *out, struct buf *scratch, struct str text);

#endif
