/*
 * What log drivers and CI hosts put before a line: time, container, process,
 * step. Prefixes are stacked; each is taken off once.
 */
#ifndef SCAN_PREFIX_H
#define SCAN_PREFIX_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

struct prefix {
    size_t length;      /* bytes before what the program said */
    int64_t time_ms;    /* 0: none stands there */
    struct str source;  /* container, pod, dyno, job, program */
    struct str process; /* id, of a server process or session */
    struct str step;    /* of a CI job */
    bool error;         /* the host calls the line an error */
};

/* now_ms: for times without a year. */
void prefix_read(struct prefix *out, struct str line, int64_t now_ms);

#endif
