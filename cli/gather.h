/* What git, CI and a list of deployments tell, as the options ask for it. */
#ifndef CLI_GATHER_H
#define CLI_GATHER_H

#include "cli/cli.h"
#include "model/evidence_facts.h"

/*
 * --git, --from, --to, --deployments, --target and the CI host's environment.
 * Problems are told; an exit code, 0 when there is none. expected: the build
 * that was deployed unless --to says otherwise; NULL: not known.
 */
int gather(struct deploy_evidence *out, struct arena *life,
           const struct options *o, const char *expected);

#endif
