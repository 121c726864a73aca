/* What the files of verdict/merge*.c share while records become one. */
#ifndef VERDICT_MERGING_H
#define VERDICT_MERGING_H

#include "verdict/internal.h"

struct merging {
    struct arena *arena;
    const struct merge_inputs *in;
    struct err *err;
    const char **gap; /* why something is not known */
    size_t gap_count, gap_cap;
    struct findings logs;
    struct comparison comparison;
    struct deploy_evidence evidence;
    struct environment environment;
};

void merge_add_gap(struct merging *m, const char *text);

/* merge_parts.c: do they belong together? Adds a gap for what is missing. */
bool merge_parts_fit(struct merging *m) MUST_CHECK;

/* merge_logs.c: true when one of them has read logs. */
bool merge_logs(struct merging *m);

/* merge.c: what their environments name, each once. */
void merge_environments(struct merging *m);

#endif
