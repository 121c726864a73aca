/* A record as rows of the history. */
#ifndef APP_RECORD_ROWS_H
#define APP_RECORD_ROWS_H

#include "model/record.h"
#include "model/watch_rows.h"

/* Its results, as many as the record has; all without ids. */
struct result_row *record_rows(struct run_row *out, struct arena *a,
                               const struct record *r);

#endif
