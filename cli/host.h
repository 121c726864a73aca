/*
 * The CI host that shows our output: its collapsible groups. What is foreign
 * in our output is made inert before it comes here; what is written here are
 * commands, with the text in them escaped as the host has it.
 */
#ifndef CLI_HOST_H
#define CLI_HOST_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "model/ci_host.h"

/* By the environment; NULL: no CI host is known. */
const struct ci_host *host_now(void);

/* number: of the group in this output; time_s: in Unix time. */
struct group {
    unsigned number;
    int64_t time_s;
    const char *title;
};

/* A host without groups gets the title as a line. */
void host_begin(const struct ci_host *h, struct buf *out,
                const struct group *g);
void host_end(const struct ci_host *h, struct buf *out, const struct group *g);

/* After the last group: what follows belongs to none of them. */
void host_finish(const struct ci_host *h, struct buf *out);

#endif
