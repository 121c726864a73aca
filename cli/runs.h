/* The runs of a server: definitions that can be replaced, and a process each.
 */
#ifndef CLI_RUNS_H
#define CLI_RUNS_H

#include <sys/types.h>

#include "app/serve/serve.h"
#include "cli/round.h"

#define RUN_STANDARD_MS INT64_C(300000) /* that one may take at most */

/* Definitions with all that they hold. */
struct definitions {
    struct arena arena;
    struct asking asking;
};

struct runs {
    const struct options *options;
    struct definitions *definitions;
    const struct server *server;
    pid_t process; /* of the run that is under way; 0: none */
    int64_t limit_ms;
};

/* NULL: what is wrong is told, and *code is the exit code for it. */
struct definitions *definitions_open(const struct options *o, int *code);
void definitions_close(struct definitions *d);

/* For the hooks of a server; see there. */
bool runs_key(const struct runs *all, const struct ask *ask, struct buf *key,
              struct err *e);
bool runs_start(struct runs *all, const struct ask *ask, int *output,
                struct err *e);
void runs_end(const struct runs *all, int number); /* by this signal */
void runs_reap(struct runs *all);

#endif
