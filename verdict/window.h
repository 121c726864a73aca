/*
 * Which of the things observed a claim may use.
 *
 * An observation is an attempt with its time and, where it named one, its
 * build (model/observation.h). A window is the part of this list that a
 * question may look at, and there is one for each question:
 *
 *   what happened in the run?            WINDOW_RUN: everything
 *   how is production, what serves?      the window that decides:
 *     the rollout settled at T             WINDOW_CONFIRMED: begun after T
 *     it had not settled at the deadline   WINDOW_LAST: the last answers of
 *                                          each check, as many as a streak
 *     nothing was waited for               WINDOW_RUN
 *
 * What was probed before T is progress, and evidence of what happened on the
 * way; it never says how the new build is. Attempts that failed through the
 * runner say nothing of the service and are no answers. Source: sections 3
 * and 3a of the product contract (docs/DESIGN.md, "Evidence has a time").
 */
#ifndef VERDICT_WINDOW_H
#define VERDICT_WINDOW_H

#include "verdict/verdict.h"

#define WINDOW_ANSWERS 5 /* of each check, where no streak is set */

enum window_kind { WINDOW_RUN, WINDOW_CONFIRMED, WINDOW_LAST };

struct window {
    enum window_kind kind;
    int64_t last;       /* of WINDOW_LAST: answers of each check */
    int64_t settled_ms; /* of WINDOW_CONFIRMED: T, wall */
};

/* Answers of one build, or of none, to one check. */
struct share {
    int64_t answers, failed;
};

/* What the window shows of one check. */
struct answers {
    struct share all;
    struct share ours;   /* from the expected build */
    struct share other;  /* from another, or passed and named none */
    struct share silent; /* failed, and named no build */
    int64_t errors;      /* attempts that the runner is to blame for */
    const struct observation *last, *last_failed; /* NULL: none */
    const char *other_build; /* the last of them; NULL: none, or not named */
};

/* The window that decides this run. */
struct window window_that_decides(const struct verdict_inputs *in);

/* Counts what the window shows of a check; r->seen is its list. */
void window_count(struct answers *out, const struct result *r,
                  const struct window *w);

/* Is this row, at or behind the first, in the window? */
bool window_has(const struct window *w, const struct observation *o);

/*
 * A check as the window shows it: with failed answers in the last window it
 * has not passed, whatever came last, and what was not probed after T was not
 * judged. Fills in window and builds, and may change status, cause and
 * message; texts are made in the arena.
 */
void window_judge(struct result *r, struct arena *a, const struct window *w);

/* deployment.observed: a row for each check, build and address of the run. */
void window_observed(struct deployment_state *out, struct arena *a,
                     const struct verdict_inputs *in, const struct window *w);

#endif
