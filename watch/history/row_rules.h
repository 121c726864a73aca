/*
 * What a value of the history may be. Others can write there, too: a row that
 * breaks a rule is left alone and reported, and the others are read.
 */
#ifndef WATCH_HISTORY_ROW_RULES_H
#define WATCH_HISTORY_ROW_RULES_H

#include "watch/history/schema.h"

#define ROW_TIME_MAX_MS INT64_C(7258118400000) /* the year 2200 */
#define ROW_COUNT_MAX   INT64_C(1000000000)
#define ROW_US_MAX      INT64_C(1000000000000000) /* 31 years */
#define ROW_ID_MAX      ((size_t)100)             /* bytes of an incident's */

/* The column that breaks its rule; NULL: none does. */
const struct column *row_misfit(const struct table *t,
                                const struct datum *value);

#endif
