/*
 * A server on loopback, on a thread of its own, that answers with any bytes:
 * the other end of the fuzz targets that run the real client.
 */
#ifndef TESTS_FUZZ_LOOPBACK_H
#define TESTS_FUZZ_LOOPBACK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/buf.h"

enum loopback_end {
    LOOPBACK_FIN,   /* no more bytes, and it waits for the client's end */
    LOOPBACK_RESET, /* as a process that was killed */
    LOOPBACK_OPEN   /* nothing more, and it stays */
};

struct loopback_answer {
    struct str text; /* to the first request of a run */
    struct str then; /* to those after it */
    enum loopback_end end;
    size_t piece;  /* bytes of each write; 0: all in one */
    size_t enough; /* bytes of a request; 0: all to its empty line */
    bool silent;   /* it waits for no request */
};

struct loopback; /* handle, for the life of the process */

/* On 127.0.0.1, or on a Unix socket when a path is given. */
struct loopback *loopback_open(const char *path);
unsigned loopback_port(const struct loopback *l);

/* What it answers from now on; the texts live until the next call. */
void loopback_answer(struct loopback *l, const struct loopback_answer *a);

/* The head of the last request, in the arena; empty: there was none. */
struct str loopback_asked(struct loopback *l, struct arena *a,
                          size_t *requests);

#endif
