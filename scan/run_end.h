/*
 * How the runs of a log ended. Hosts and tools say so in lines of their own
 * (signatures of the roles failed and succeeded), each about what has ended: a
 * run, a job, a phase, a step, a tool, a test suite.
 *
 * - Of a run and its jobs the last word decides, and all errors before it are
 *   history where it is a success; unless something failed after it.
 * - A phase that failed is never made good by another one.
 * - Without such a word the last one of each tool decides: a tool that was run
 *   again succeeded in the end. Errors that stand between two words are of the
 *   tool that ended next; its success makes them history, but for those that
 *   prove that a deployment failed, since another program may have said them,
 *   unless what was run before them was run again (attempts.h).
 * - Without any word the outcome is not known: neither good nor bad.
 */
#ifndef SCAN_RUN_END_H
#define SCAN_RUN_END_H

#include "model/vocabulary.h"
#include "scan/internal.h"

/* A part of a log, from where a deploy begins in it to its end. */
struct run_part {
    size_t log;
    int64_t run; /* see struct scope */
    enum run_outcome outcome;
    const struct occurrence *said; /* by whom; NULL where it is unknown */
};

struct run_ends {
    const struct occurrence **end; /* all words, in order of events */
    size_t count;
    struct run_part *part;
    size_t part_count;
    struct kept *kept; /* the lines between the words */
};

void run_ends_find(struct run_ends *out, struct scan *s,
                   const struct occurrences *all);

/*
 * A row for the last run of each log: how it ended, by whose word, or by an
 * uncaught error; what is in out->cause already decides that.
 */
void run_ends_write(const struct run_ends *r, struct scan *s,
                    struct findings *out);

/* Of one tool: "ends/jest-failed" and "ends/jest-succeeded". */
bool run_ends_same_tool(const struct occurrence *a, const struct occurrence *b);

/* The success that makes an error at a place history; or NULL. */
struct run_error {
    struct position at;
    const struct scope *scope;
    bool proves; /* that a deployment failed */
};
const struct occurrence *run_ends_excuse(const struct run_ends *r,
                                         const struct run_error *e);

#endif
