/* What a line of a log consists of, for its excerpt. */
#ifndef SCAN_EXCERPT_READ_H
#define SCAN_EXCERPT_READ_H

#include "scan/excerpt.h"

/*
 * Bytes of the time, job and step before a line; what names who speaks stays.
 * *step is set to job and step, if they are there. now_ms: for times without a
 * year.
 */
size_t excerpt_prefix(struct str text, int64_t now_ms, struct str *step);

/*
 * The same for lines that differ in numbers only; 0: too short to be alike.
 * exact: numbers count, too, as in names of tests.
 */
uint64_t excerpt_likeness(struct str said, bool exact);

/* Follows a private key over the lines that it covers; zeroed at first. */
struct excerpt_key {
    int lines; /* of the key so far; 0: outside of one */
};

/* The next line: is it part of a key? */
bool excerpt_key_covers(struct excerpt_key *k, struct str text);

/* Does a key end in the line, whether or not its beginning was seen? */
bool excerpt_key_ends(struct str text);

/* May the line be one from within a key? */
bool excerpt_key_may_cover(struct str said);

#endif
