/*
 * What a run waits for, as plain lines: for a log of CI, which would show
 * nothing for minutes otherwise. A terminal has a table instead (cli/live.h).
 */
#ifndef APP_WAITING_H
#define APP_WAITING_H

#include "probe/probe.h"
#include "redact/sink.h"

#define WAITING_FIRST_US INT64_C(5000000)
#define WAITING_US       INT64_C(15000000) /* between two lines, at most */

struct waiting {
    struct sink *sink;
    int64_t began_us, told_us;
};

void waiting_begin(struct waiting *w, struct sink *sink);

/* The line of this moment into out; false when none is due. */
bool waiting_line(struct waiting *w, struct buf *out, int64_t now_us,
                  const struct probe_progress *all, size_t count);

#endif
