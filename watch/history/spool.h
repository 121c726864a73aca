/*
 * The spool: a history of its own on this machine, in which the rounds go on
 * while the history itself cannot be used, so that nobody is left without a
 * page. What it has is written into the history when that is back.
 */
#ifndef WATCH_HISTORY_SPOOL_H
#define WATCH_HISTORY_SPOOL_H

#include "watch/history/history.h"

#define SPOOL_PLACES 4

/*
 * Where its file may be, best place first: named by a hash of `where`, in
 * $XDG_STATE_HOME/postflight, ~/.local/state/postflight, $TMPDIR (/tmp) and
 * /dev/shm. The last one is memory: a machine whose disks are full, or may not
 * be written, has it. Returns how many; nothing is made.
 */
size_t spool_places(struct arena *a, const char *where,
                    const char *const *environ,
                    const char *place[SPOOL_PLACES]);

/* A file is there, in a folder of this user. */
bool spool_is_at(const char *place);

/* Opens or creates it and its folder, which has to be of this user; ids of its
   incidents are like "INC-…-s3f2a-1". */
bool spool_open(struct history **out, const char *place,
                struct err *e) MUST_CHECK;

/* What the next round has to know of the history, in one transaction: states,
   ongoing episodes, open incidents, the last run, and the id. Nothing is done
   to one that has a run: it got that before. */
bool spool_seed(struct history *spool, struct history *from,
                struct err *e) MUST_CHECK;

/* *any: it has rounds that the history lacks. */
bool spool_has_rounds(struct history *spool, bool *any,
                      struct err *e) MUST_CHECK;

/* Writes all that it has into the history, in one transaction. */
bool spool_take(struct history *to, struct history *spool,
                struct err *e) MUST_CHECK;

/* Removes its files. */
void spool_remove(const char *place);

#endif
