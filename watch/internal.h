/* What the parts of watch/ share. */
#ifndef WATCH_INTERNAL_H
#define WATCH_INTERNAL_H

#include "watch/watch.h"

/* states.c: one more round; nothing of it when the round tells nothing. */
void state_add(struct check_state *s, const struct result *r,
               const struct watch *w, int64_t now_ms);
bool state_fails(const struct check_state *s);

/* Enough failures of enough rounds, and it fails now. */
bool state_alarms(const struct check_state *s, const struct result *r,
                  const struct watch *w);

/* Enough passes in a row, and it does not flap. */
bool state_recovered(const struct check_state *s, const struct watch *w);

/* A slow answer is at most a minor trouble. */
int state_severity(const struct result *r);

/* round_rules.c: something happened. */
void round_tell(struct watch_round *out, struct arena *a, int transition,
                const char *text);
void round_note(struct watch_round *out, struct arena *a, int witness,
                const char *text);

/* life.c: the incident, given the states of this round. */
void incident_go_on(struct watch_round *out, struct arena *a,
                    const struct watch_inputs *in);

#endif
