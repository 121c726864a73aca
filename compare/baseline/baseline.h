/*
 * What a service serves, sampled, and what has changed since.
 *
 * A sampler is given each result and each response of some rounds of the same
 * checks; what it makes of them is a struct baseline. Two baselines compare,
 * whenever and wherever they were taken.
 */
#ifndef COMPARE_BASELINE_BASELINE_H
#define COMPARE_BASELINE_BASELINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "model/baseline_file.h"
#include "model/check.h"
#include "model/response.h"
#include "model/result.h"

#define BASELINE_SAMPLES_STANDARD 20
#define BASELINE_SAMPLES_MAX      1000
#define BASELINE_BYTES_MAX        ((size_t)256 << 20)

struct sampler; /* handle: sampler_open, sampler_close */

/* NULL may be closed; what it finished stays. */
struct sampler *sampler_open(struct arena *a, const struct check *checks,
                             size_t count);
void sampler_close(struct sampler *s);

/* A response to check `index`; only the last one before its result counts. */
void sampler_response(struct sampler *s, size_t index,
                      const struct response *response);
void sampler_result(struct sampler *s, size_t index,
                    const struct result *result);

/* May the check be asked again and again without doing harm? */
bool sampler_may_repeat(const struct check *check);

/* What was sampled so far; it lives as long as the arena. */
void sampler_finish(struct baseline *out, struct sampler *s);

void baseline_write(struct buf *out, const struct baseline *b);
bool baseline_read(struct baseline *out, struct arena *a,
                   const struct source *source, struct err *e) MUST_CHECK;

/* gates: bits of enum difference_kind that the run fails on. */
void baseline_compare(struct comparison *out, struct arena *a,
                      const struct baseline *before,
                      const struct baseline *after, unsigned gates);

/*
 * Mann and Whitney's U of two samples that are not empty: exact for 40 values,
 * the normal approximation, corrected for ties and continuity, for more. *p is
 * two-sided; *effect is the share of pairs in which b is
 * longer, ties by half (Vargha and Delaney's A).
 */
#define LATENCY_SAMPLES_MIN 10 /* on either side, for a statement */
void latency_test(const int64_t *a, size_t a_count, const int64_t *b,
                  size_t b_count, double *p, double *effect);

#endif
