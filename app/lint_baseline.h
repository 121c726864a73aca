/*
 * The findings on documents that a team already has: lint --baseline FILE
 * reports only those that are not among them.
 */
#ifndef APP_LINT_BASELINE_H
#define APP_LINT_BASELINE_H

#include "app/notes.h"
#include "model/remark.h"

/* Writes all findings to the file, and says how many. */
bool lint_baseline_write(const struct remarks *r, struct arena *a,
                         const struct notes *n, const char *path,
                         struct err *e) MUST_CHECK;

/*
 * Takes out of r what the file has, and says how many those were and how many
 * of the file were not found again.
 */
bool lint_baseline_apply(struct remarks *r, struct arena *a,
                         const struct notes *n, const char *path,
                         struct err *e) MUST_CHECK;

#endif
