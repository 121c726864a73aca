/* Runs on one target whose times overlap. */
#ifndef EVIDENCE_CONFLICTS_H
#define EVIDENCE_CONFLICTS_H

#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "model/evidence_facts.h"

/*
 * All pairs, in order of the starts of their second runs, and which later run
 * ended each. out->run is in order
 * of starts. What still runs ends now, or at the newest time in the runs if
 * that is later. False: there are more than EVIDENCE_CONFLICTS_MAX.
 */
bool conflicts_find(struct deploy_evidence *out, struct arena *a,
                    int64_t now_ms) MUST_CHECK;

#endif
