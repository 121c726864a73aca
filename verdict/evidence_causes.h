/*
 * Causes that git, the runs of CI and the responses prove. What is known of
 * each is in the catalogue of signatures, under the same id (`proved_by`).
 */
#ifndef VERDICT_EVIDENCE_CAUSES_H
#define VERDICT_EVIDENCE_CAUSES_H

#include "model/signature.h"
#include "verdict/internal.h"

#define MIGRATION_EDITED    "evidence/migration-edited"
#define MIGRATION_DELETED   "evidence/migration-deleted"
#define MIGRATION_MISSING   "evidence/migration-missing"
#define DEPLOYMENTS_OVERLAP "evidence/deployments-overlap"
#define RUN_FAILED          "evidence/run-failed"
#define OLD_BUILD_SERVING   "evidence/old-build-serving"
#define BUILDS_MIXED        "evidence/builds-mixed"

#define PROVEN_SHOWN_MAX 5  /* changes, and migrations, named one by one */
#define PROVEN_PATHS_MAX 20 /* in one command */

/* A cause that is being written: what was found, then all that is known. */
struct proving {
    struct joining *j;
    const struct signature *known;
    struct cause *out;
    size_t reason_cap;
    struct shape_pair *capture;
    size_t capture_count, capture_cap;
};

/* False: the catalogue has no such id, since somebody disabled it. */
bool proving_begin(struct proving *p, struct joining *j,
                   const char *id) MUST_CHECK;
void proving_reason(struct proving *p, const char *text);
/* A value for {name}, or one more; NULL is none. Once each. */
void proving_capture(struct proving *p, const char *name, const char *value);
/* count: of what it is about, for the title. */
void proving_end(struct proving *p, size_t count);

/* edit_causes.c */
void prove_edits(struct joining *j, const char *id);

/* migration_causes.c */
void prove_migrations(struct joining *j);

/* run_causes.c */
void prove_overlap(struct joining *j);
void prove_failed_run(struct joining *j);
void prove_old_build(struct joining *j);
void prove_mixed_builds(struct joining *j);
/* Conflicts in the log that a later run resolved have recovered. */
void resolve_conflicts(struct joining *j);

#endif
