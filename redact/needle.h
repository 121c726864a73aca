/*
 * What is looked for: a secret as it is, and what base64 and hex make of it,
 * which no layer of redact/layers.h undoes at any offset. A needle is found
 * through the layers, and through what wraps a line.
 */
#ifndef REDACT_NEEDLE_H
#define REDACT_NEEDLE_H

#include "redact/layers.h"

enum alphabet {
    ALPHABET_PLAIN,  /* a blank is any white space */
    ALPHABET_BASE64, /* '-' is '+', '_' is '/' */
    ALPHABET_HEX     /* either case, with separators between bytes */
};

struct needle {
    const char *ptr;
    size_t len;
    enum alphabet alphabet;
    size_t least;             /* of a part, to be worth removing */
    size_t hot_from, hot_end; /* what is secret: no host of a URL */
    /* Base64: what the characters around it have of the secret, in bits. */
    unsigned before_bits, before, after_bits, after, padding;
};

struct needles {
    struct needle *item;
    size_t count, cap;
    struct arena *arena;
};

/* Adds what a secret may look like. Blanks around it are no part of it. */
void needles_add(struct needles *all, struct str secret);

/* The byte as its alphabet compares it. */
unsigned char needle_fold(const struct needle *n, unsigned char c);

/* What may be a blank of a needle: white space, and the plus of a form. */
bool needle_is_blank(uint32_t c);

/* How far the text agrees with the needle. */
#define ENDS 6
struct agreed {
    size_t taken;      /* bytes of the needle */
    size_t end;        /* of what agrees, in the text */
    size_t ends[ENDS]; /* of its last bytes, the newest first; 0: none */
    bool whole;        /* to the end of the needle */
};

/* From byte `from` of the needle, at a place of the text. */
void needle_match(const struct needle *n, size_t from, const struct seen *s,
                  size_t at, struct agreed *out);

#endif
