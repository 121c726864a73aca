/* Incidents as the history keeps them, with what their episodes say of them. */
#ifndef APP_INCIDENT_ROWS_H
#define APP_INCIDENT_ROWS_H

#include "watch/history/history.h"
#include "watch/watch.h"

/* Describes each (watch_describe), as of now. */
bool incidents_describe(struct history *h, struct arena *a,
                        struct incident_row *row, size_t count,
                        struct err *e) MUST_CHECK;

#endif
