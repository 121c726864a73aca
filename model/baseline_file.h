/*
 * What was served at one time, and how two of these differ. A baseline is
 * taken before a deploy and compared after it; `postflight baseline` writes
 * it as JSON.
 */
#ifndef MODEL_BASELINE_FILE_H
#define MODEL_BASELINE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/names.h"
#include "base/shape.h"

#define BASELINE_SCHEMA "postflight/baseline/1"

/* One answer, or none. */
struct sampled_answer {
    int status; /* enum status */
    int64_t http_status;
    int64_t duration_us;
    const char *identity;
};

struct sampled_header {
    const char *name;  /* in lower case */
    const char *value; /* NULL: it is another one each time */
    int64_t seen;      /* samples that have it */
};

/* A member of JSON bodies by its path; list elements are [*]. */
struct sampled_member {
    const char *path;
    const char *types; /* "string", "null or number" */
    int64_t seen;      /* how often it was there … */
    int64_t of;        /* … of so many places where it could be */
};

struct sampled_certificate {
    const char *subject, *issuer, *serial, *names;
    int64_t expires_ms; /* 0: there was none */
};

struct sampled_check {
    const char *id, *title, *url;
    struct sampled_answer *sample;
    size_t sample_count, sample_cap;
    int64_t answers; /* of which headers and members are known */
    struct sampled_header *header;
    size_t header_count, header_cap;
    struct sampled_member *member;
    size_t member_count, member_cap;
    struct sampled_certificate certificate;
    const char **redirect; /* URLs, in order */
    size_t redirect_count;
};

struct baseline {
    const char *schema;
    int64_t started_ms, finished_ms;
    struct sampled_check *check;
    size_t check_count;
};

extern const struct shape baseline_shape;
extern const struct shape_format baseline_format;

enum difference_kind {
    DIFFERENCE_CHECK, /* it is new, or gone */
    DIFFERENCE_VERSION,
    DIFFERENCE_STATUS,
    DIFFERENCE_LATENCY,
    DIFFERENCE_SHAPE,
    DIFFERENCE_HEADER,
    DIFFERENCE_CERTIFICATE,
    DIFFERENCE_REDIRECT
};
extern const struct names difference_names;

struct difference {
    const char *check;
    int kind;   /* enum difference_kind */
    bool worse; /* something that callers may rely on is not there any more */
    bool gates; /* the run was asked to fail on it */
    const char *text, *before, *after; /* before, after: NULL where not one */
};

enum latency_state {
    LATENCY_SAME,
    LATENCY_SLOWER,
    LATENCY_FASTER,
    LATENCY_UNKNOWN /* not enough data */
};
extern const struct names latency_state_names;

/* Durations of answers, tested by Mann and Whitney's U. */
struct latency {
    const char *check;
    int state; /* enum latency_state */
    int64_t before_n, after_n;
    int64_t before_median_us, after_median_us;
    int64_t before_p95_us, after_p95_us;
    int64_t p_ppm;      /* two-sided, in millionths */
    int64_t slower_ppm; /* effect: share of pairs in which `after` is longer */
};

struct comparison {
    const char *since; /* the baseline's file; NULL: nothing was compared */
    int64_t taken_ms;
    struct difference *difference;
    size_t difference_count, difference_cap;
    struct latency *latency;
    size_t latency_count;
};

extern const struct shape comparison_shape;

#endif
