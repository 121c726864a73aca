/*
 * An episode: one time during which a check did not pass, from its first
 * failed round to its first good one. Incidents, messages, documents and the
 * status page are derived from episodes when they are needed.
 *
 * Rounds that could not be judged (the runner's own faults, a parent that
 * fails, maintenance) neither end an episode nor count in it.
 */
#ifndef MODEL_EPISODE_H
#define MODEL_EPISODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/shape.h"

struct episode {
    int64_t id;                /* in its history; 0: in none */
    const char *check, *title; /* title: of the check when it was last seen */
    const char *region;        /* where it was seen from; "": not named */
    int severity;      /* enum severity: the worst; slow is at most minor */
    int last_severity; /* of the last failed round */
    int worst;         /* enum status: degraded or fail */
    int64_t from_ms;   /* start of the first failed round */
    int64_t to_ms;     /* start of the first good round after it; 0: ongoing */
    int64_t last_ms;   /* start of the last failed round */
    int64_t alarm_ms;  /* when it reached the threshold `open`; 0: it did not */
    int64_t rounds;    /* that failed */
    int64_t answers, failed; /* responses of those rounds */
    int64_t http_status;     /* of the last failure; 0: no response */
    const char *first_failure, *last_failure; /* messages, redacted */
};

extern const struct shape episode_shape;

struct episodes {
    struct episode *item; /* oldest first */
    size_t count, cap;
};

/* When any check failed, without the times between in which none did. */
struct outage {
    int64_t from_ms, to_ms; /* to: now, while one of them fails */
    int64_t failing_ms;
    size_t times; /* that it began */
    bool ongoing;
};

/* Of episodes in order of their starts. */
struct outage episodes_outage(const struct episode *e, size_t count,
                              int64_t now_ms);

/* By start, then severity, then check: for qsort. */
int episode_compare(const void *left, const void *right);

/* What failed, for a title: "HTTP 503", else the message of the failure. */
const char *episode_failure(struct arena *a, const struct episode *e);

/* Rows of a timeline: "The API failed: HTTP 503", "The API recovered". */
const char *episode_began(struct arena *a, const struct episode *e);
const char *episode_ended(struct arena *a, const struct episode *e);

#endif
