/*
 * What a round of checks means: which episodes begin and end, which incident
 * opens, continues, is resolved. It probes nothing and keeps nothing: all that
 * is known comes in, all that was decided goes out as rows, for one
 * transaction.
 *
 * At most one incident is open at a time; checks that fail while it is join
 * it. A round that could not be judged, and one in a maintenance window,
 * counts neither as a failure nor as a pass.
 */
#ifndef WATCH_WATCH_H
#define WATCH_WATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "model/record.h"
#include "model/watch_rows.h"
#include "watch/by_check.h"

struct watch_inputs {
    const struct watch *settings;
    const struct record *record; /* of this round */
    const struct check_state *state;
    size_t state_count;
    const struct episode *episode; /* ongoing, and all of the open incident */
    size_t episode_count;
    const struct incident_row *open; /* not closed; NULL: none */
    const char *next_id;             /* for one that opens */
    const struct run_row *last;      /* round before; NULL or id 0: none */
    int64_t now_ms;
};

/* What somebody may want to hear of. */
struct news {
    int transition;    /* enum transition */
    const char *title; /* what happened, in short: "API: HTTP 503" */
    const char *text;  /* one line or two, with times and causes */
    bool of_incident;
};

/* An episode, and what this round did to it. */
struct tracked_episode {
    struct episode is;
    bool changed; /* it has to be written */
    bool alarmed; /* it reached the threshold in this round */
    bool rose;    /* to a worse severity */
    bool ended;
};

struct watch_round {
    struct check_state *state; /* as they are now; checks of this round */
    size_t state_count;
    struct by_check states;  /* where they are */
    struct by_check ongoing; /* episodes that came in and had not ended */
    struct tracked_episode *episode; /* those that came in, and new ones */
    size_t episode_count, episode_cap;
    struct incident_row incident; /* as it is now, described */
    bool has_incident, changed;   /* changed: it has to be written */
    bool worst; /* never was more down in it: its record shows the failure */
    bool end;   /* nothing fails: its record shows the end */
    struct news *news;
    size_t news_count, news_cap;
    struct event_row *event; /* for the timeline; no ids yet */
    size_t event_count, event_cap;
    int64_t now_ms; /* never before the round before it */
};

void watch_judge(struct watch_round *out, struct arena *a,
                 const struct watch_inputs *in);

/*
 * Fills in what is derived from episodes: those of its own among all that are
 * passed, its title, checks and severity as of now. total: checks of a round,
 * for "and 2 of 40 others"; 0: not known. The episodes live in a.
 */
void watch_describe(struct incident_row *row, struct arena *a,
                    const struct episode *episode, size_t count, int64_t total);

/* Does the episode fail now, and is it part of an incident? */
bool watch_is_failing(const struct episode *e);

/*
 * Rows of the timeline that follow from the episodes of a described incident:
 * one for each failure and each recovery, oldest first.
 */
struct event_row *watch_episode_events(struct arena *a,
                                       const struct incident_row *row,
                                       size_t *count);

/* Is the check in a maintenance window at that time? NULL: no. */
const struct downtime *watch_downtime(const struct watch *settings,
                                      const char *check, int64_t now_ms);

/*
 * What people do with a described incident; false when its life has no such
 * step. An acknowledgement covers what fails when it is given.
 */
bool watch_acknowledge(struct incident_row *row, int64_t now_ms,
                       struct err *e) MUST_CHECK;
bool watch_close(struct incident_row *row, int64_t now_ms,
                 struct err *e) MUST_CHECK;

/*
 * Two incidents are open when a spool did not know of the one in the history.
 * The younger one ends with the other, which is resolved; whoever was told of
 * it hears that. out: zeroed but for now_ms. row: described.
 */
void watch_end_with(struct watch_round *out, struct arena *a,
                    const struct incident_row *row,
                    const struct incident_row *other);

/* A line of incident.checks. */
bool watch_has_check(const struct incident_row *row, const char *check);

#endif
