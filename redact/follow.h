/*
 * Which bytes may come next, whatever the text is written in: most needles are
 * ruled out by their second byte, before they are walked along.
 */
#ifndef REDACT_FOLLOW_H
#define REDACT_FOLLOW_H

#include "redact/needle.h"

/* `any`: something that parts two bytes may be between. */
struct follow {
    bool any;
    uint64_t set[4]; /* bytes, folded */
};

/* As all alphabets of needles compare: what differs here differs in each. */
unsigned char follow_fold(unsigned char c);

void follow_set(uint64_t set[4], unsigned char c);
bool follow_has(const uint64_t set[4], unsigned char c);

void follow_read(const struct seen *s, size_t at, struct follow *f);

/* The same of a line end, behind which a secret may go on. */
void follow_wrap(const struct seen *s, size_t at, struct follow *f);

/* May byte `from` of the needle be the one before these? */
bool follow_allows(const struct follow *f, const struct needle *n, size_t from);

#endif
