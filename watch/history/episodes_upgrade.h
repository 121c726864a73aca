/*
 * From version 1 of the history to version 2: episodes are made of the rounds
 * and incidents that it has.
 *
 * Rounds of one check in which it did not pass, without a good one between
 * them, are one episode: counting the good rounds before each failed one gives
 * all of an episode the same number. An incident whose rounds were pruned gets
 * an episode for each check that it named, as long as the incident itself.
 */
#ifndef WATCH_HISTORY_EPISODES_UPGRADE_H
#define WATCH_HISTORY_EPISODES_UPGRADE_H

extern const char *const episodes_upgrade[]; /* ends in NULL */

#endif
