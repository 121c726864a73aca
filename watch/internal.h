/* What the parts of watch/ share. */
#ifndef WATCH_INTERNAL_H
#define WATCH_INTERNAL_H

#include "watch/watch.h"

/* How one round of a check counts. */
enum outcome { OUTCOME_PASSED, OUTCOME_FAILED, OUTCOME_UNJUDGED };

/* states.c: one more round; a round that is not judged changes no bit. */
enum outcome state_add(struct check_state *s, const struct result *r,
                       const struct watch *w, int64_t now_ms);

/* Enough failures of enough rounds, and it fails now. */
bool state_alarms(const struct check_state *s, const struct result *r,
                  const struct watch *w);

/* Enough passes in a row, and it does not flap. */
bool state_recovered(const struct check_state *s, const struct watch *w);

/* A slow answer is at most a minor trouble. */
int state_severity(const struct result *r);

/* tracking.c: the episodes that the history knows, then those of a round. */
void tracking_begin(struct watch_round *out, struct arena *a,
                    const struct watch_inputs *in);
void tracking_step(struct watch_round *out, struct arena *a,
                   const struct watch_inputs *in, const struct result *r,
                   const struct check_state *s, enum outcome outcome);

/* Checks that are no longer defined fail no longer. */
void tracking_end(struct watch_round *out, struct arena *a);

/* round_rules.c: something happened. */
void round_tell(struct watch_round *out, struct arena *a,
                const struct news *news);
void round_note(struct watch_round *out, struct arena *a, int witness,
                const char *text);

/* life.c: the incident, given the states and episodes of this round. */
void incident_step(struct watch_round *out, struct arena *a,
                   const struct watch_inputs *in);

/* telling.c: titles and texts of an incident's transitions, as of now. */
void tell_incident(struct watch_round *out, struct arena *a, int transition);

/* "10:04:00 UTC", with the day before it when `now_ms` is another day. */
const char *tell_time(struct arena *a, int64_t time_ms, int64_t now_ms);

#endif
