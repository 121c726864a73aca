/*
 * The page of a watched service: STATUS.md, and index.html that needs no other
 * file: services with uptime bars over 90 days and a line of latencies,
 * incidents with links to their documents, and the DORA figures with what they
 * were computed from. Everything in it is passed in; the same input gives the
 * same bytes.
 */
#ifndef REPORT_STATUS_PAGE_H
#define REPORT_STATUS_PAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/buf.h"
#include "base/err.h"
#include "model/watch.h"

#define STATUS_DAYS 90

/* One day of one check. */
struct day {
    int64_t rounds, failed, degraded;
    int64_t duration_us; /* mean of those that passed; 0: none did */
};

struct service_status {
    const char *check, *title;
    int status; /* enum status, of the last round */
    int64_t failing_since_ms;
    bool flapping;
    struct day day[STATUS_DAYS]; /* oldest first */
};

/* A median or a share, never without its n and window. */
struct figure {
    const char *name;       /* "deployment frequency" */
    int64_t n;              /* that it was computed from; 0: unknown */
    double value;           /* in the unit */
    const char *unit;       /* "a week", "h", "%" */
    const char *definition; /* in words */
};

#define FIGURES 5

/*
 * Deployment frequency, lead time for changes, change fail rate, failed
 * deployment recovery time, deployment rework rate (DORA, 2025) over the
 * deployments between from_ms and to_ms.
 */
void status_figures(struct figure out[FIGURES], struct arena *a,
                    const struct deployment_row *deployment, size_t count,
                    int64_t from_ms, int64_t to_ms);

struct status_page {
    const char *service; /* NULL: no name */
    int64_t now_ms;      /* of the last round */
    int64_t late_ms;     /* the last round is that much older than it should
                            be when the page is written; 0: it is not */
    int production, deployment; /* states of the last record; -1: unknown */
    const char *build;          /* that serves; NULL: not known */
    const struct service_status *item;
    size_t count;
    const struct incident_row *incident; /* newest first */
    size_t incident_count;
    struct figure figure[FIGURES];
    int64_t days; /* window of the figures */
};

bool status_markdown(struct str *out, struct arena *a,
                     const struct status_page *page, struct err *e) MUST_CHECK;
bool status_html(struct str *out, struct arena *a,
                 const struct status_page *page, struct err *e) MUST_CHECK;

#endif
