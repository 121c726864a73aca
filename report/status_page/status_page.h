/*
 * The page of a watched service: STATUS.md, and index.html that needs no other
 * file: services with uptime bars over 90 days and a line of latencies,
 * incidents with links to their documents, and the DORA figures with what they
 * were computed from. Everything in it is passed in; the same input gives the
 * same bytes. Numbers that cannot be (more failures than rounds, times before
 * 1970) are bounded, texts may be any.
 */
#ifndef REPORT_STATUS_PAGE_STATUS_PAGE_H
#define REPORT_STATUS_PAGE_STATUS_PAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/buf.h"
#include "base/err.h"
#include "model/watch_rows.h"

#define STATUS_DAYS          90
#define STATUS_DAY_MS        INT64_C(86400000)
#define STATUS_SERVICES_MAX  1000 /* shown; others are counted */
#define STATUS_INCIDENTS_MAX 500  /* shown, open ones first */

/* One day, in UTC, of one check. */
struct day {
    int64_t rounds, failed, degraded;
    int64_t duration_us; /* mean of those that passed; 0: none did */
};

struct service_status {
    const char *check, *title;
    int status; /* enum status, of the last round; -1: not asked in it */
    int64_t failing_since_ms;
    bool flapping;
    struct day day[STATUS_DAYS]; /* oldest first; the last: that of now_ms */
};

/* Where the first day begins: history_uptime is asked from here, in slices of
   STATUS_DAY_MS. */
int64_t status_from_ms(int64_t now_ms);

/* What the history knows of checks. */
struct status_rows {
    const struct result_row *last; /* results of the last round */
    size_t last_count;
    const struct check_state *state;
    size_t state_count;
    const struct uptime_row *uptime; /* from status_from_ms on */
    size_t uptime_count;
};

/*
 * One service for each check: those of the last round in their order, then
 * those that only earlier rounds asked, by name.
 */
const struct service_status *
status_services(struct arena *a, const struct status_rows *in, size_t *count);

enum figure_kind {
    FIGURE_RATE,   /* how often */
    FIGURE_MEDIAN, /* of n times */
    FIGURE_SHARE   /* part of n */
};

/* Never without its n and window. */
struct figure {
    const char *name;       /* "deployment frequency" */
    int kind;               /* enum figure_kind */
    int64_t n;              /* that it was computed from; 0: unknown */
    int64_t part;           /* of a share: how many of n */
    int64_t without;        /* deployments that belong to it and cannot tell */
    double value;           /* in the unit */
    const char *unit;       /* "a week", "h", "%" */
    const char *definition; /* in words */
};

#define FIGURES 5

/*
 * Deployment frequency, change lead time, change fail rate, failed deployment
 * recovery time, deployment rework rate (DORA, 2025) over the deployments that
 * were finished from from_ms on and before to_ms, in any order. Rates are of
 * that window, so to_ms is the end of what is known, not of all time.
 */
void status_figures(struct figure out[FIGURES], struct arena *a,
                    const struct deployment_row *deployment, size_t count,
                    int64_t from_ms, int64_t to_ms);

/* The figures by name, without values: for docs. */
struct figure status_figure(size_t index);

/*
 * "median 3.5 h", "2.0 a week", "15.0 %, 3 of 20"; of one: "3.5 h, one value",
 * "1 in 90 days", "1 of 1"; of none "unknown".
 */
const char *status_figure_text(struct arena *a, const struct figure *f,
                               int64_t days);

/* "n = 20 in 90 days, 2 more without data" */
const char *status_figure_basis(struct arena *a, const struct figure *f,
                                int64_t days);

struct status_page {
    const char *service; /* NULL: no name */
    int64_t now_ms;      /* of the last round; 0: there was none */
    int64_t late_ms;     /* the last round is that much older than it should
                            be when the page is written; 0: it is not */
    int production, deployment; /* states of the last record; -1: unknown */
    const char *build;          /* that serves; NULL: not known */
    const struct service_status *item;
    size_t count;
    const struct incident_row *incident; /* newest first; document: relative
                                            to the folder of the page */
    size_t incident_count;
    struct figure figure[FIGURES];
    int64_t days; /* window of the figures */
};

bool status_markdown(struct str *out, struct arena *a,
                     const struct status_page *page, struct err *e) MUST_CHECK;
bool status_html(struct str *out, struct arena *a,
                 const struct status_page *page, struct err *e) MUST_CHECK;

#endif
