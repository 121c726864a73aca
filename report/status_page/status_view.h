/*
 * What the status page says, computed once, so that its two writers cannot
 * contradict each other. Texts are on one line, visible and of bounded
 * length; they still have to be escaped.
 */
#ifndef REPORT_STATUS_PAGE_STATUS_VIEW_H
#define REPORT_STATUS_PAGE_STATUS_VIEW_H

#include "report/status_page/status_page.h"

/* Bytes of a name, a title or an id, and of a path: so few that the largest
   page of the worst texts is below MARKDOWN_BYTES_MAX. */
#define VIEW_TEXT_MAX 100
#define VIEW_PATH_MAX 300

/* What the words of the page mean; constants of ours. */
#define STATUS_ABOUT                                                           \
    "A round asks every check once. Uptime is the share of the rounds in "     \
    "which a check did not fail, over the days shown; degraded rounds count "  \
    "as up, rounds that were not asked count as nothing.",                     \
        "A day has failed rounds when one of its rounds failed; a day "        \
        "without "                                                             \
        "data is not a good one. Days are in UTC.",                            \
        "The latency of a day is the mean of its rounds that passed.",         \
        "The figures of delivery are those of DORA (dora.dev, 2025). n is "    \
        "what a figure was computed from; nothing is computed from none, and " \
        "one value is called so."

enum mood { MOOD_GOOD, MOOD_WARN, MOOD_BAD };

/* The worst of a day. */
enum day_kind { DAY_EMPTY, DAY_GOOD, DAY_DEGRADED, DAY_FAILED };
#define DAY_KINDS 4
extern const struct names day_kind_names; /* for classes */

struct day_view {
    int kind; /* enum day_kind */
    int64_t rounds, failed, degraded, duration_us;
    const char *text; /* "2026-11-21: 3 of 1440 rounds failed" */
};

struct service_view {
    const char *title, *check;
    int status;                /* enum status; -1: not asked */
    const char *state, *since; /* since NULL: it does not fail */
    bool flapping;
    const char *uptime; /* "99.95 % of 129600 rounds" */
    const char *days;   /* "86 good, 2 with degraded rounds, …" */
    struct day_view day[STATUS_DAYS];
    int64_t slowest_us;  /* of the days; 0: no round has passed */
    const char *latency; /* its range in words */
};

struct incident_view {
    const char *id, *title, *severity, *status, *service, *checks;
    const char *when;     /* "since …", or "…, for 1 h 5 min" */
    const char *document; /* NULL: none */
    const char *link;     /* safe in an attribute; NULL: lead nowhere */
};

struct incidents_view {
    const struct incident_view *item;
    size_t count, more;
};

struct status_view {
    const char *title, *summary, *late;          /* late NULL: it is not */
    int mood;                                    /* enum mood */
    const char *asked;                           /* when; "never" */
    const char *production, *deployment, *build; /* build NULL: not known */
    const struct service_view *service;
    size_t count, more;
    struct incidents_view open, past;
    struct {
        const char *name, *value, *basis, *definition;
    } figure[FIGURES];
    const char *first_day, *last_day;
    const char *days; /* window of the figures: "Over the last 90 days" */
};

const struct status_view *status_view(struct arena *a,
                                      const struct status_page *page);

/* In words, where each service stands; *mood gets how that is. */
const char *status_summary(struct arena *a, const struct status_page *page,
                           int *mood);

/* One service as it is shown; date: of each day. */
void status_view_service(struct service_view *out, struct arena *a,
                         const struct service_status *s,
                         const char *const *date);

/* A text to be shown; NULL and blanks are `otherwise`. */
const char *status_text(struct arena *a, const char *text,
                        const char *otherwise);

/* "2026-11-21T10:00:00Z"; "unknown" when that is no time. */
const char *status_stamp(struct arena *a, int64_t ms);
bool status_is_time(int64_t ms);

/*
 * A relative path as an address: everything but letters, digits and "-._~/"
 * as %XX. NULL when it could lead to another host or scheme, is no UTF-8 or
 * longer than VIEW_PATH_MAX.
 */
const char *status_link(struct arena *a, const char *path);

#endif
