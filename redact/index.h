/* What search.c looks into: needles and their parts by their first bytes. */
#ifndef REDACT_INDEX_H
#define REDACT_INDEX_H

#include <stdint.h>

#include "redact/recall.h"
#include "redact/search.h"

#define BYTES 256
#define PAIRS 8192  /* a power of two */
#define FOURS 16384 /* a power of two */
#define AHEAD 4     /* bytes compared before a needle is walked along */
#define NONE  UINT32_MAX

/* A byte within a needle: its end from there may begin a text. */
struct inner {
    uint32_t needle, from, next, pair_next;
};

struct search {
    struct recall recall;
    struct arena arena;
    struct needles needles;
    unsigned char fold[BYTES]; /* as all alphabets compare */
    bool plain[BYTES];         /* read as itself alone, and no gap */
    bool firm[BYTES];          /* as a second byte it is itself, too */
    uint32_t head[BYTES];      /* by the first byte: the first needle */
    uint32_t pair_head[PAIRS]; /* by the first two of them */
    uint32_t four_head[FOURS]; /* by the first four, where those are compared */
    uint32_t two_head[PAIRS];  /* by the first two, where only those are */
    struct chain {
        uint32_t next, pair_next;
        uint32_t look_next; /* by four or by two */
    } * chain;              /* by needle */
    size_t chain_cap;
    uint32_t inner_head[BYTES]; /* by that byte, folded */
    uint32_t inner_pair[PAIRS]; /* and by the next as well */
    size_t longest;             /* of the needles */
    struct inner *inner;
    size_t inner_count, inner_cap;
    uint64_t begin[BYTES][4];  /* pairs that a needle begins with */
    uint64_t within[BYTES][4]; /* and pairs anywhere in one */
};

static inline unsigned char folded(const struct search *q,
                                   const struct needle *n, size_t at)
{
    return q->fold[(unsigned char)n->ptr[at]];
}

static inline unsigned pair_of(unsigned char first, unsigned char second)
{
    return (((uint32_t)first << 8 | second) * UINT32_C(0x9E3779B1) >> 16) %
           PAIRS;
}

static inline unsigned four_of(unsigned pair, unsigned char third,
                               unsigned char fourth)
{
    uint32_t all = (uint32_t)pair << 16 | (uint32_t)third << 8 | fourth;
    return (all * UINT32_C(0x9E3779B1) >> 16) % FOURS;
}

#endif
