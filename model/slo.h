/*
 * A service level objective as people write it, such as "99.9% in 30 days",
 * and the time of failure that it allows.
 */
#ifndef MODEL_SLO_H
#define MODEL_SLO_H

#include <stdbool.h>
#include <stdint.h>

#include "base/shape.h"

#define SLO_DAYS_MAX 366

struct slo {
    int64_t target_ppm; /* 999000 of 99.9%; below 1000000 */
    int64_t days;       /* 1 to SLO_DAYS_MAX */
};

/* False: the text is no objective. */
bool slo_read(struct slo *out, struct str text);

/* How long the service may fail in that time. */
int64_t slo_budget_ms(const struct slo *s);

extern const struct shape_rule slo_rule;

#endif
