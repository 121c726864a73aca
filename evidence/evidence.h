/*
 * What git and CI tell of a deployment, without the network: the range that
 * was deployed, migrations that were edited after they were applied, the CI
 * run, and runs that got into each other's way.
 *
 * Everything that is given back lives in the arena, is one harmless line
 * (ill-formed bytes and control characters are visible), and is not redacted.
 */
#ifndef EVIDENCE_EVIDENCE_H
#define EVIDENCE_EVIDENCE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "evidence/events.h"
#include "evidence/git/git.h"
#include "evidence/workflow.h"
#include "migrations/migrations.h"
#include "model/evidence_facts.h"

#define EVIDENCE_COMMITS_MAX   1000 /* of a range that are listed */
#define EVIDENCE_HISTORY_MAX   200  /* searched for edits without `from` */
#define EVIDENCE_RUNS_MAX      1000 /* of a file of deployments */
#define EVIDENCE_CONFLICTS_MAX 1000 /* likewise; more are an error */

/*
 * Runs git, reading only. False: git is missing, dir is no clone, a revision
 * is not known, the time is over. A range that goes backwards or sideways, or
 * a shallow clone, is no error: relation and shallow say so.
 */
bool evidence_git(struct git_evidence *out, struct arena *a,
                  const struct git_inputs *in, struct err *e) MUST_CHECK;

/* environ: NAME=VALUE, NULL-terminated. */
void evidence_ci(struct ci_evidence *out, struct arena *a,
                 const char *const *environ);

struct deployment_inputs {
    const struct source *json;
    const char *target; /* of runs that name none; NULL: their workflow */
    int64_t now_ms;     /* end of what still runs; 0: the newest time there */
};

/*
 * Sets run and conflict of out. The file is in our own format, what
 * `gh run list --json` prints, or a page of runs of GitHub's API;
 * docs/EVIDENCE.md describes them.
 */
bool evidence_deployments(struct deploy_evidence *out, struct arena *a,
                          const struct deployment_inputs *in,
                          struct err *e) MUST_CHECK;

#endif
