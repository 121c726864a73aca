/* What went wrong in SQLite, and what to do. */
#ifndef WATCH_HISTORY_SQLITE_ERROR_H
#define WATCH_HISTORY_SQLITE_ERROR_H

#include <sqlite3.h>

#include "base/err.h"

/* Both return false. */
bool sqlite_explain(sqlite3 *handle, const char *shown, struct err *e);
bool sqlite_damaged(const char *shown, const char *found, struct err *e);

#endif
