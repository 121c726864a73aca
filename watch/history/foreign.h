/*
 * Who may write to a database may also change what a statement does there:
 * by views, triggers, rules, virtual tables, expressions. None is ours, so a
 * history that has one is refused before a row is read.
 */
#ifndef WATCH_HISTORY_FOREIGN_H
#define WATCH_HISTORY_FOREIGN_H

#include "watch/history/database.h"

bool sqlite_is_ours(struct database *d, struct err *e) MUST_CHECK;
bool postgres_is_ours(struct database *d, struct err *e) MUST_CHECK;

#endif
