/*
 * The state of each speaker. A unit, container, pod or program that met an
 * error and then says that it is well has got over it:
 *
 * who speaks    hosts say it before each line, loggers in it (line.c, starts.h)
 * well          the speaker says so itself: words of the table in speakers.c,
 *               which are hits of the signature with `words: speaker-well`; or
 *               a host says it of one by name: signatures that `recovers`
 * ended         a host says it: signatures that `says_failed`, with the unit,
 *               container or pod
 *
 * In one life, good words get over what was not there yet: what was refused,
 * not found or not in time; unless they name another kind of thing than the
 * error does. A new life, which begins where the last one has ended, gets over
 * all that a database has not refused.
 */
#ifndef SCAN_SPEAKERS_H
#define SCAN_SPEAKERS_H

#include "scan/internal.h"

struct speakers; /* handle: the compiled tables */
struct speakers *speakers_open(void);
void speakers_close(struct speakers *w); /* NULL too */

/* Adds a hit for the lines of a log by which its speakers say they are well. */
void speakers_find(struct speakers *w, struct scan *s, size_t log);

/* Is it the word of a speaker of itself? */
bool speakers_is_word(const struct occurrence *news);

/* Whatever else a line names: both are of one container, unit or program. */
bool speakers_are_one(const struct scope *a, const struct scope *b);

/* Is the good word about what the error, in this text, is about? */
bool speakers_is_about(const struct speakers *w, const struct occurrence *news,
                       struct str error);

/* Could one thing be what both texts name, or does one of them name none? */
bool speakers_may_agree(const struct speakers *w, struct str a, struct str b);

/* Does the error say that something else was not there, or not yet? */
bool speakers_waits(const struct speakers *w, struct str error);

/* Has the speaker ended well with it, as a step of a build does? */
bool speakers_is_done(const struct speakers *w, const struct occurrence *news);

/* Marks the error lines that their speakers have got over. */
void speakers_settle(const struct speakers *w, struct scan *s,
                     const struct occurrences *all);

/* Did a host report that who spoke ended, between an error and the news? */
bool speakers_end_between(const struct occurrence *const *end, size_t count,
                          const struct occurrence *news,
                          const struct position *at, const struct scope *who);

#endif
