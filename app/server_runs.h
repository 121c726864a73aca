/* The runs of a server: definitions that can be replaced, and a process each.
 */
#ifndef APP_SERVER_RUNS_H
#define APP_SERVER_RUNS_H

#include <sys/types.h>

#include "app/check_run.h"
#include "app/serve/serve.h"

#define RUN_DEFAULT_MS INT64_C(300000) /* that one may take at most */

/* Definitions with all that they hold. */
struct definitions {
    struct arena arena;
    struct probing probing;
};

struct server_runs {
    const struct settings *settings;
    const struct notes *notes; /* with `leave` */
    struct definitions *definitions;
    const struct server *server;
    pid_t process; /* of the current run; 0: none */
    int64_t limit_ms;
};

/* NULL: what is wrong is reported, and *code is the exit code for it. */
struct definitions *definitions_open(const struct settings *s,
                                     const struct notes *n, int *code);
void definitions_close(struct definitions *d);

/* For the hooks of a server; see there. */
bool server_runs_key(const struct server_runs *all, const struct ask *ask,
                     struct buf *key, struct err *e);
bool server_runs_start(struct server_runs *all, const struct ask *ask,
                       int *output, struct err *e);
void server_runs_end(const struct server_runs *all,
                     int number); /* by this signal */
void server_runs_reap(struct server_runs *all);

#endif
