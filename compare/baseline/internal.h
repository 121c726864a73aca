/* What the files of baseline/ share. */
#ifndef COMPARE_BASELINE_INTERNAL_H
#define COMPARE_BASELINE_INTERNAL_H

#include <cjson/cJSON.h>

#include "compare/baseline/baseline.h"

#define MEMBERS_MAX ((size_t)2000) /* of one check */
#define HEADERS_MAX ((size_t)200)

/* members.c: the members of one JSON body add to those of the check. */
void members_add(struct sampled_check *c, struct arena *a, const cJSON *json);

/* Sets `of` of all, when no body is added any more. */
void members_count_places(struct sampled_check *c, struct arena *a);
void members_compare(struct comparison *out, struct arena *a,
                     const struct sampled_check *before,
                     const struct sampled_check *after);

/* headers.c: header lines as received. */
void headers_add(struct sampled_check *c, struct arena *a, struct str head);
void headers_compare(struct comparison *out, struct arena *a,
                     const struct sampled_check *before,
                     const struct sampled_check *after);

/* latency.c */
void latency_compare(struct comparison *out, struct arena *a,
                     const struct sampled_check *before,
                     const struct sampled_check *after, size_t comparisons);

/* compare.c */
void difference_add(struct comparison *out, struct arena *a,
                    struct difference difference);

#endif
