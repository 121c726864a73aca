/*
 * What log drivers and CI hosts put before a line: time, container, process,
 * step. Prefixes are stacked; each is taken off once.
 */
#ifndef SCAN_PREFIX_H
#define SCAN_PREFIX_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

#define PREFIX_STEPS_MAX 8 /* prefixes on one line */

struct prefix {
    size_t length;     /* bytes before what the program said */
    size_t step_count; /* and before what is behind each prefix … */
    size_t step_end[PREFIX_STEPS_MAX]; /* … the last of which is it */
    int64_t time_ms;                   /* 0: none stands there */
    struct str source;                 /* container, pod, dyno, job, program */
    struct str process;                /* id, of a server process or session */
    struct str step;                   /* of a CI job */
    struct str host;                   /* machine, of syslog */
    bool error;                        /* the host calls the line an error */
};

/* now_ms: for times without a year. */
void prefix_read(struct prefix *out, struct str line, int64_t now_ms);

#endif
