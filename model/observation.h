/*
 * What was observed of a check, and when: every response of every attempt,
 * and every attempt that got none, with its time and, where it named one, its
 * build. A verdict is made of this list and a window over it, never of "the
 * last result": evidence has a time (verdict/window.h says which question
 * uses which window).
 */
#ifndef MODEL_OBSERVATION_H
#define MODEL_OBSERVATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/shape.h"
#include "model/vocabulary.h"

/* Attempts of one check in a row that came out alike are one row. */
struct observation {
    const char *check;   /* its id */
    const char *version; /* build that it named; NULL: it named none */
    const char *address; /* that responded; NULL: none did */
    int status;          /* enum status: pass, degraded, fail or error */
    int cause;           /* enum cause_kind or -1 */
    const char *reason;  /* "HTTP 502"; NULL: it passed */
    bool answered;       /* a complete, well-formed response came */
    bool confirms;       /* begun after the rollout had settled */
    int64_t count;       /* how many in a row; 0 is 1 */
    int64_t first_ms;    /* wall: the first of them began */
    int64_t last_ms;     /* wall: the last of them ended */
};

/* Rows of one check that are kept; earlier ones are then added up. */
#define OBSERVATIONS_MAX 10000

struct observations {
    struct observation *item;
    size_t count, cap;
};

/*
 * Adds one attempt. Its texts are borrowed and kept once in the arena, however
 * often they come. Beyond OBSERVATIONS_MAX rows the older half is added up by
 * build, address and outcome: its counts stay right, its order is lost (and
 * of more than 1,000 such kinds the oldest are given up).
 */
void observation_add(struct observations *list, struct arena *a,
                     const struct observation *next);

/* Attempts in a row: at least 1. */
int64_t observation_count(const struct observation *o);

extern const struct shape observation_shape;

#endif
