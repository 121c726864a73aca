/*
 * When good news gets over an error: only when it is about the same thing.
 *
 * It must come later and name no other container, pod, job, step, migration or
 * database than the error does; from another scope it counts only when it
 * names the error's scope or target ("deployment "api" rolled out", "db:5432 -
 * accepting connections"). A failed deploy is got over only when the same
 * migration, or the same tool, has succeeded. Where this cannot be shown, the
 * error stays: a failure that is over costs a look, a success that is not
 * costs an outage.
 */
#ifndef SCAN_RECOVERY_H
#define SCAN_RECOVERY_H

#include "scan/graph.h"

/* An error with what follows from it, as far as recovery goes. */
#define TROUBLE_TOOLS_MAX 8
#define TROUBLE_NAMES_MAX 16
struct trouble {
    const struct occurrence *last; /* NULL: nothing was added */
    const char *migration[TROUBLE_NAMES_MAX];
    size_t migration_count; /* all that are named */
    bool fatal;             /* it proves a failed or lost deploy */
    bool unclear;           /* too many names: nothing gets over it */
    const struct signature *tool[TROUBLE_TOOLS_MAX];
    size_t tool_count;
};

/* The error itself comes first; `last` is its last happening. */
void trouble_add(struct trouble *t, const struct occurrence *o);

/*
 * The last good news that gets over it in each scope in which the like of
 * t->last happened, or NULL.
 */
const struct occurrence *recovery_find(const struct graph *g,
                                       const struct trouble *t);

/*
 * The last line by which a process or run, in which the like of o happened
 * before, says that it ended in failure; NULL when there is none, or when its
 * scope had good news later.
 */
const struct occurrence *recovery_end(const struct graph *g,
                                      const struct occurrence *o);

/* Has its own scope had good news after it? */
bool recovery_is_over(const struct graph *g, const struct occurrence *end);

/* Each finding whose last happening has been got over. */
void recovery_mark(const struct graph *g, struct arena *a,
                   struct findings *out);

#endif
