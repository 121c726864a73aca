/* The checks that failed, as a sentence needs them: names, span, length. */
#ifndef REPORT_FAILURES_H
#define REPORT_FAILURES_H

#include "report/report.h"

/* One episode of each check; what fails now first, then the worst. */
struct failures {
    const struct episode **item;
    size_t count;
    size_t times; /* episodes of all of them */
    struct outage outage;
};

struct failures failures_of(struct arena *a, const struct report_inputs *in);

const char *failure_title(const struct episode *e);

/* When it began, by people if they say so, else as it was observed. */
int64_t failures_start(const struct failures *all,
                       const struct report_inputs *in);

/* "API, Search and Mail"; "API and 4 others". */
const char *failures_names(struct arena *a, const struct failures *all);

/* "Search and Mail"; "4 others": those beside the first; "" for none. */
const char *failures_others(struct arena *a, const struct failures *all);

/* "From 10:05:00 to 11:00:00 UTC on 2026-11-21", or with two days. */
const char *failures_span(struct arena *a, int64_t from_ms, int64_t to_ms);

/* The first check failed over all of that time. */
bool failures_span_first(const struct record *r, const struct failures *all);

/* Titles of the checks that passed, "Frontend and Planner"; NULL: none, or too
   many to name. */
const char *failures_passed(struct arena *a, const struct record *r);

#endif
