/* verify and the history: deployments that were, and this one added to them. */
#ifndef CLI_PAST_H
#define CLI_PAST_H

#include "cli/cli.h"
#include "model/record.h"
#include "watch/history/history.h"

/*
 * Deployments of before become runs of the evidence, where no file told any.
 * Whatever goes wrong is told; false then.
 */
bool past_gather(struct deploy_evidence *out, struct arena *life,
                 const char *where);

/* The verification and the deployment that it was about. */
bool past_keep(struct arena *life, const char *where, const struct record *r);

/* A history that is there already: one that was mistyped is not made. */
bool past_open(struct history **out, const char *where,
               struct err *e) MUST_CHECK;

#endif
