/*
 * Which causes belong to this deploy. A log that grows for weeks, or that one
 * deploy after the other is appended to, holds errors of earlier deploys: they
 * are shown, and decide nothing.
 *
 * What happened before production was last seen well (good_ms, of a watcher's
 * history) is of an earlier deploy, wherever it stands: by the time of its
 * line, or, where lines have none, by the last change of the file.
 *
 * A deploy's part of a log begins
 * - at the time that was given (--log-since), for lines whose time is known;
 * - else at the last line by which a host begins a deploy (marks.c), or by
 *   which a tool begins to deploy the expected build ("Deploying 9f8e7d6");
 * - else at the first line that names that build as what is checked out or
 *   built: the first, since later ones may come after the error;
 * - else at its start, if the file was changed since production was well or,
 *   where that is not known, within the hour before the run began, and nowhere
 *   if it was not.
 * Marks count in their own container or pod, and without one in all of them.
 * They count at the start of what was said only: what a request or a name
 * brings into a log cannot move the window. A cause belongs to the deploy if
 * anything of it does. When a line may be of either deploy, it is of this one.
 */
#ifndef SCAN_LOG_WINDOW_H
#define SCAN_LOG_WINDOW_H

#include "scan/internal.h"

#define WINDOW_CHANGED_MS INT64_C(3600000) /* of a file, before the run */

/* Literals by which a line may name the build; 0: none is expected. */
#define BUILD_LITERALS_MAX 40
size_t window_literals(const struct deploy_window *d, struct arena *a,
                       struct str *out);

/* A line with one of them: it may begin this deploy. */
void window_mark(struct scan *s, const struct line *line);

/* After order_events: where the deploy begins in each log and unit. */
void window_settle(struct scan *s);

/* Was production well after the line? time_ms 0: the line has none. */
bool window_was_outlived(const struct scan *s, const struct position *at,
                         int64_t time_ms);

/* Does all of the cause come from before this deploy? */
bool window_is_earlier(const struct scan *s, const struct occurrences *all,
                       const struct cause_parts *p);

#endif
