/*
 * Watching: how it is done (the key `watch` of checks.d), and the rows that
 * the history keeps of it. Times are wall, in ms; 0: not yet, or not known.
 */
#ifndef MODEL_WATCH_ROWS_H
#define MODEL_WATCH_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/names.h"
#include "model/episode.h"
#include "model/facts.h"
#include "model/receiver.h"
#include "model/vocabulary.h"

#define WATCH_ROUNDS_MAX    64 /* that a threshold can look back */
#define WATCH_SEVERITIES    4  /* enum severity */
#define WATCH_DOWNTIMES_MAX 100
#define WATCH_RECEIVERS_MAX 50
#define HISTORY_TEXT_MAX    ((size_t)8 << 10)  /* bytes of a text in a row */
#define HISTORY_KEY_MAX     ((size_t)1000)     /* of an id or key */
#define HISTORY_RECORD_MAX  ((size_t)16 << 20) /* bytes of a kept record */
#define HISTORY_PAYLOAD_MAX ((size_t)64 << 10) /* bytes of a notification */

/* An incident opens after `failures` of the last `rounds`. */
struct threshold {
    int64_t failures, rounds; /* 1 to WATCH_ROUNDS_MAX; 0, 0: never */
};

/* A maintenance window: once, or each week. */
struct downtime {
    int64_t from_ms, to_ms;    /* once */
    int weekday;               /* 0: Sunday; -1: once */
    int64_t minute, length_ms; /* of the day in UTC; each week */
    const char **check;        /* globs of ids; none: all checks */
    size_t check_count;
    const char *reason;
    struct pos pos;
};

/* What a notification is about. */
enum transition {
    TRANSITION_OPENED,
    TRANSITION_WORSENED,   /* another check, or a worse severity */
    TRANSITION_IMPROVED,   /* a check passes again, others still fail */
    TRANSITION_RECOVERING, /* all pass again, but not yet for long enough */
    TRANSITION_ACKNOWLEDGED,
    TRANSITION_REMINDED,
    TRANSITION_RESOLVED,
    TRANSITION_REOPENED,
    TRANSITION_CLOSED,
    TRANSITION_FLAPPING,
    TRANSITION_LATE,  /* the watcher itself did not run */
    TRANSITION_BLIND, /* a check was not judged for several rounds */
    TRANSITION_SIGHTED
};
extern const struct names transition_names;

struct watch {
    int64_t interval_ms, jitter_ms;
    struct threshold open[WATCH_SEVERITIES];
    int64_t close;    /* rounds in a row in which all pass: resolved */
    int64_t quiet_ms; /* after it: closed; before it: opens again */
    int64_t flap_changes, flap_rounds;
    int64_t blind; /* rounds not judged after which it is reported; 0: never */
    int64_t late_ms; /* since the last round; 0: three intervals */
    int64_t remind_ms, remind_most_ms, remind_backoff_milli; /* 0: never */
    int64_t retention_ms;
    const char *documents; /* folder of incident documents */
    const char *service;   /* whose incidents they are */
    const char *link_base; /* address of that folder; NULL: none is known */
    struct downtime *downtime;
    size_t downtime_count;
    struct receiver *receiver;
    size_t receiver_count;
    struct pos pos; /* without a source: all standards */
};

/* One round of checks, or one verification of a deployment. */
struct run_row {
    int64_t id;
    bool deployment; /* of verify, not of watch */
    int64_t started_ms, finished_ms;
    int verdict, production, state; /* state: enum deployment_state */
    const char *expected, *commit;  /* NULL: not asked */
    int64_t exit, passed, total;
};

/* What one check came to in one run. */
struct result_row {
    int64_t run, started_ms;
    const char *check, *title;
    int status, severity, cause; /* cause -1: none */
    bool flaky;
    int64_t duration_us;
    const char *identity, *message; /* NULL: none */
};

/* Counts of one check in one slice of time, for bars over many days. A round
   counts when it was judged: it passed, was degraded or failed. */
struct uptime_row {
    const char *check, *title; /* the title of its last slice */
    int64_t slice;             /* 0: from from_ms on for each_ms */
    int64_t rounds, failed, degraded, duration_us; /* the mean of those that
                                                      passed; 0: none did */
};

/* What is remembered of a check between rounds. */
struct check_state {
    const char *check;
    uint64_t failed;          /* bit i: i judged rounds ago it failed */
    int64_t rounds;           /* judged, so that many bits count */
    int64_t failing_since_ms; /* 0: it passes */
    bool flapping;
    int64_t unjudged;          /* rounds in a row that could not be judged */
    int64_t unjudged_since_ms; /* start of the first of them; 0: none */
    bool blind;                /* that was reported */
};

/*
 * An incident, from its opening to its closing. What failed in it are its
 * episodes; what is derived from them is filled in by watch_describe() when it
 * is needed, and never kept.
 */
struct incident_row {
    const char *id; /* "INC-2026-11-21-1" */
    int status;     /* enum incident_status */
    const char *service;
    const char *signature, *migration, *commit; /* NULL: not known */
    const char *document;                       /* path */
    int64_t started_ms, detected_ms, acknowledged_ms, mitigated_ms, resolved_ms,
        verified_ms, closed_ms;
    int64_t covered_ms;               /* the last acknowledgement; 0: none */
    int64_t run, worst_run, last_run; /* at its opening, its worst, its end;
                                         their records are kept */
    int64_t reminded_ms, reminders, reopened;

    /* Derived. */
    const char *title;   /* "Payments API and 2 of 40 others: HTTP 503" */
    const char *subject; /* "Payments API and 2 of 40 others" */
    const char *checks;  /* ids, one a line, in the order of their failures */
    int severity;        /* of what fails now, else the worst of all */
    int worst;           /* enum severity: the worst of all */
    const struct episode *episode; /* of its checks, oldest first */
    size_t episode_count;
    int64_t undelivered; /* pages that were given up; set by who asks for it */
};

struct event_row {
    int64_t id, time_ms;
    const char *incident; /* NULL: of none */
    int witness;          /* enum witness */
    const char *source, *text;
};

enum notice_state {
    NOTICE_PENDING,
    NOTICE_SENT,
    NOTICE_GIVEN_UP,
    NOTICE_HELD /* of a fallback, until its receiver fails */
};
extern const struct names notice_state_names;

/* A notification on its way: at least once, by its key never twice in one. */
struct notice_row {
    int64_t id;
    const char *key; /* idempotency: incident, transition, target, count */
    const char *incident, *receiver; /* by name */
    int transition;
    const char *payload; /* without secrets */
    int state;           /* enum notice_state */
    int64_t made_ms, next_ms, attempts, sent_ms;
    const char *error; /* of the last attempt; NULL: none */
};

struct deployment_row {
    int64_t run;
    const char *version, *commit;
    int64_t started_ms, finished_ms;
    int verdict, state;   /* as of its run */
    int64_t committed_ms; /* its oldest new commit; 0: not known */
    bool rework;          /* a fix of what another deployment broke */
};

#endif
