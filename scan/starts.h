/*
 * Where on a line a program may have begun to speak: at its start, and behind
 * each thing that a host, a log driver or a logger is known to put there.
 * What is behind any other word is not a start, because people who send
 * requests, names and messages can write it.
 */
#ifndef SCAN_STARTS_H
#define SCAN_STARTS_H

#include "scan/internal.h"

#define STARTS_MAX 32

struct starts {
    struct str at[STARTS_MAX]; /* up to the end of what was said */
    size_t count;
};

/* now_ms: for times without a year. */
void starts_read(struct starts *out, const struct line *line, int64_t now_ms);

/* The names in front of a text and in it: [orders], service=orders. */
void unit_add(struct unit_names *out, struct str name); /* "" is none */
void unit_read(struct unit_names *out, struct str said);

/* Sorted, each once, joined; "" when there is none. */
const char *unit_text(struct arena *a, const struct unit_names *names);

#endif
