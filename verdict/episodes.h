/* When checks did not pass, in one record and over several. */
#ifndef VERDICT_EPISODES_H
#define VERDICT_EPISODES_H

#include "base/arena.h"
#include "model/episode.h"
#include "model/record.h"

/*
 * Sets the episodes of a record from its results: one for each check that did
 * not pass, from its first failed observation on; none has ended.
 */
void episodes_of_record(struct record *r, struct arena *a);

/* Over records in order of time, oldest episode first. */
struct episodes episodes_join(struct arena *a,
                              const struct record *const *record, size_t count);

#endif
