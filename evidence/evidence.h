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
#include "model/evidence_facts.h"

#define EVIDENCE_COMMITS_MAX   1000 /* of a range that are listed */
#define EVIDENCE_HISTORY_MAX   200  /* searched for edits without `from` */
#define EVIDENCE_RUNS_MAX      1000 /* of a file of deployments */
#define EVIDENCE_CONFLICTS_MAX 1000 /* likewise; more are an error */
#define EVIDENCE_ASKED_MAX     300  /* commits of one clone */
#define EVIDENCE_GIT_MS        30000

struct git_inputs {
    const char *dir;     /* a clone, or a folder in it */
    const char *from;    /* revision of the last good deploy; NULL: unknown */
    const char *to;      /* revision that was deployed; NULL: HEAD */
    bool any_owner;      /* the clone may belong to somebody else */
    int64_t timeout_ms;  /* for all of it; 0: EVIDENCE_GIT_MS */
    const char *program; /* NULL: git, looked up in PATH */
};

/*
 * Runs git, reading only. False: git is missing, dir is no clone, a revision
 * is not known, the time is over. A range that goes backwards or sideways, or
 * a shallow clone, is no error: relation and shallow say so.
 */
bool evidence_git(struct git_evidence *out, struct arena *a,
                  const struct git_inputs *in, struct err *e) MUST_CHECK;

/*
 * Marks the migration that production says it is at: the id of the record, or
 * of Django the name without its app where one app has it. False: no migration
 * has this id, or several.
 */
bool evidence_mark_current(struct git_evidence *git, const char *id);

/*
 * A clone to ask about commits that somebody names; only dir, any_owner,
 * timeout_ms and program are read. Lives in the arena. False: git is missing,
 * dir is no clone.
 */
struct git_clone;
bool evidence_clone(struct git_clone **out, struct arena *a,
                    const struct git_inputs *in, struct err *e) MUST_CHECK;

/*
 * 1 yes, 0 no, -1 not known: the clone is shallow, the sha too short to be
 * clear, the time over, more than EVIDENCE_ASKED_MAX were asked for.
 */
int evidence_has_commit(struct git_clone *c, struct str sha);
int evidence_is_ancestor(struct git_clone *c, struct str older,
                         struct str newer);

/* environ: NAME=VALUE, NULL-terminated. */
void evidence_ci(struct ci_evidence *out, struct arena *a,
                 const char *const *environ);

struct deployment_inputs {
    const struct source *json;
    const char *target; /* of runs that name none; NULL: their workflow */
    int64_t now_ms;     /* end of what still runs; 0: the newest time there */
};

/*
 * Sets run and conflict of out. The file is in our own format, or what
 * `gh run list --json` prints; docs/EVIDENCE.md describes both.
 */
bool evidence_deployments(struct deploy_evidence *out, struct arena *a,
                          const struct deployment_inputs *in,
                          struct err *e) MUST_CHECK;

#endif
