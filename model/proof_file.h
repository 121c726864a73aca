/* What a set of checks would notice, and what it would not. */
#ifndef MODEL_PROOF_FILE_H
#define MODEL_PROOF_FILE_H

#include <stddef.h>
#include <stdint.h>

#include "base/shape.h"

#define PROOF_SCHEMA     "postflight/proof/1"
#define RECORDING_SCHEMA "postflight/recording/1"

/* A change of an answer that no check noticed. */
struct unnoticed {
    const char *change; /* "removed", "takes 5 s longer" */
    const char *path;   /* of the JSON member; NULL: the whole answer */
};

/* One request, with all checks that make it. */
struct proved {
    const char *check, *request; /* the first of them; "GET http://…" */
    int64_t changes, noticed;
    struct unnoticed *unnoticed;
    size_t unnoticed_count, unnoticed_cap;
    const char *skipped; /* why nothing was changed; NULL */
};

struct proof {
    const char *schema;
    int64_t changes, noticed;
    int64_t score_ppm; /* noticed of changes; 0 when there are none */
    struct proved *proved;
    size_t proved_count;
};

extern const struct shape proof_shape;

/* A response as it was recorded, to be judged again without a network. */
struct recorded {
    const char *check;
    int64_t status;
    const char *head, *body; /* body in base64, since it may be any bytes */
    const char *content_type, *http_version, *url, *ip;
    int64_t duration_us;
    int64_t exit_code;
    int64_t now_ms;
    const char **certificate; /* by enum certificate_field; "" where none */
    size_t certificate_count;
};

struct recording {
    const char *schema;
    struct recorded *recorded;
    size_t recorded_count;
};

extern const struct shape recording_shape;
extern const struct shape_format recording_format;

#endif
