/* The comparison of verify: what it was before, read and judged. */
#ifndef APP_VERIFY_BASELINE_H
#define APP_VERIFY_BASELINE_H

#include "app/check_run.h"

/*
 * The baseline of --since, and a sampler for what is compared with it. Of a
 * baseline of all checks only those of the shard are kept, and the shard's
 * share of those that no longer exist. EXIT_VERIFIED, or the exit code of what
 * was reported; without --since nothing is read.
 */
int verify_baseline_read(struct baseline *out, struct check_run *run);

/* Samples the checks that may be repeated, and compares. */
bool verify_baseline_compare(struct comparison *out,
                             const struct baseline *before,
                             struct check_run *run,
                             const struct result *results,
                             struct err *e) MUST_CHECK;

#endif
