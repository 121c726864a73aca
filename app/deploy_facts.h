/* What git, CI and a list of deployments know of this deployment. */
#ifndef APP_DEPLOY_FACTS_H
#define APP_DEPLOY_FACTS_H

#include "app/notes.h"
#include "app/settings.h"
#include "model/evidence_facts.h"

/*
 * --git, --from, --to, --deployments, --target and the CI host's environment.
 * Reports every problem; returns an exit code, 0 if all is well. expected:
 * the build that was deployed unless --to says otherwise; NULL: not known.
 */
int deploy_facts_read(struct deploy_evidence *out, struct arena *life,
                      const struct settings *s, const struct notes *n,
                      const char *expected);

#endif
