/* What a gate is told: the record of a run in short. */
#ifndef MODEL_ANSWER_H
#define MODEL_ANSWER_H

#include "model/record.h"

#define ANSWER_SCHEMA "postflight/answer/1"

struct answer {
    const char *schema;
    bool ok; /* may the gate open? */
    int verdict;
    int64_t exit;
    int advice;
    const char **reason;
    size_t reason_count;
    struct production_state production;
    struct deployment_state deployment;
    int64_t started_ms, finished_ms;
    int64_t run;    /* number of the run since the server began */
    int64_t age_ms; /* since its end */
};

/* The answer points into the record; run and age stay 0. */
void answer_of(struct answer *out, const struct record *r);

extern const struct shape answer_shape;
extern const struct shape_format answer_format;

#endif
