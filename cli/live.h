/*
 * The table of checks that is written again while they run. Nothing of it is
 * left when it is closed; on anything but a terminal it is not opened.
 */
#ifndef CLI_LIVE_H
#define CLI_LIVE_H

#include <stddef.h>

#include "cli/screen.h"
#include "probe/probe.h"
#include "redact/sink.h"

struct live {
    struct screen screen;
    struct sink *sink;
    bool color;
    const char *expected; /* build; NULL: none */
    int64_t began_us;
    unsigned lines;   /* that stand on the screen */
    struct buf shown; /* as it stands there */
};

void live_open(struct live *l, struct screen screen, bool color,
               struct sink *sink, const char *expected);

/* As often as one likes: only what changed is written. */
void live_show(struct live *l, const struct probe_progress *all, size_t count);

void live_close(struct live *l);

#endif
