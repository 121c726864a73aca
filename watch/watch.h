/*
 * What a round of checks means: which incident opens, goes on, is over. It
 * asks nothing and keeps nothing: all that is known comes in, all that was
 * decided goes out as rows, for one transaction.
 *
 * At most one incident is open at a time; checks that fail while it is join
 * it. What the prober could not tell, and what is in a maintenance window,
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

struct watch_inputs {
    const struct watch *settings;
    const struct record *record; /* of this round */
    const struct check_state *state;
    size_t state_count;
    const struct incident_row *open; /* that is not closed; NULL: none */
    const char *next_id;             /* for one that opens */
    const struct run_row *last;      /* round before; NULL or id 0: none */
    int64_t now_ms;
};

/* What somebody may want to be told. */
struct news {
    int transition; /* enum transition */
    const char *text;
};

struct watch_round {
    struct check_state *state; /* as they are now; checks of this round */
    size_t state_count;
    struct incident_row incident; /* as it is now */
    bool has_incident, changed;   /* changed: it has to be written */
    struct news *news;
    size_t news_count, news_cap;
    struct event_row *event; /* for the timeline; no ids yet */
    size_t event_count, event_cap;
    int64_t now_ms; /* never before the round before it */
};

void watch_judge(struct watch_round *out, struct arena *a,
                 const struct watch_inputs *in);

/* Is the check in a maintenance window at that time? NULL: no. */
const struct downtime *watch_downtime(const struct watch *settings,
                                      const char *check, int64_t now_ms);

/* What people do with an incident; false when its life has no such step. */
bool watch_acknowledge(struct incident_row *row, int64_t now_ms,
                       struct err *e) MUST_CHECK;
bool watch_close(struct incident_row *row, int64_t now_ms,
                 struct err *e) MUST_CHECK;

/* A line of incident.checks. */
bool watch_has_check(const struct incident_row *row, const char *check);

#endif
