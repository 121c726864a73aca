/* The logs of a command: catalogue, inputs, and reading them as they grow. */
#ifndef CLI_LOGS_H
#define CLI_LOGS_H

#include "cli/cli.h"
#include "scan/scan.h"

struct logs {
    struct arena *life;
    struct catalogue catalogue;
    struct scan_inputs in;
    struct follower *follower; /* NULL: nobody follows */
    int64_t looked_us;         /* at what is followed */
};

/*
 * Reads --signatures, --good and --previous and sees whether each log can be
 * read. Problems are told; an exit code, 0 when there is none.
 */
int logs_open(struct logs *out, struct arena *life, const struct options *o,
              const struct texts *paths);
void logs_follow(struct logs *l); /* from now on, until logs_scan */
void logs_close(struct logs *l);

/* Of what is followed: does it say by now that the deployment has failed? */
bool logs_say_failed(struct logs *l);

bool logs_scan(struct logs *l, struct findings *out, struct err *e) MUST_CHECK;

#endif
