/* The steps of verdict_join, in their order. */
#ifndef VERDICT_INTERNAL_H
#define VERDICT_INTERNAL_H

#include "verdict/verdict.h"
#include "verdict/window.h"

/* What the window shows of all checks together. */
struct tally {
    size_t asked;     /* checks whose build is expected */
    size_t named;     /* of them: some answer named a build */
    size_t told;      /* of them: that, or it passed */
    bool ours, other; /* some answer came from it */
    struct share all; /* of the checks that are asked for their build */
    int64_t from_ours;
    /* failed answers of critical checks, by the build that they count for */
    int64_t new_failed, old_failed;
    const char *other_build; /* NULL: named none */
};

struct joining {
    struct arena *arena;
    const struct verdict_inputs *in;
    struct record *record;
    size_t reason_cap, event_cap;
    struct window window; /* that decides */
    struct tally tally;   /* of what it shows */
};

/* reasons.c */
void add_reason(struct joining *j, const char *text);

/* answers.c: the window over all checks; results in the record are judged. */
void count_answers(struct joining *j);

/* Is each failed answer of a critical check one of the new build, and are
   there two or more of them? */
bool fails_since_new(const struct tally *t);

/* build_reasons.c: what the answers say of the build, as reasons */
void explain_answers(struct joining *j);

/* decide.c */
void decide_production(struct joining *j);
void explain_passes(struct joining *j);
void decide_deployment(struct joining *j);

/* matrix.c: verdict, advice and exit code of both */
void decide_verdict(struct joining *j);
bool is_empty_shard(const struct joining *j);

/*
 * evidence_causes.c. add_evidence_causes comes before decide_deployment: it
 * appends to record->logs.cause what git and the deployments prove, and marks
 * a conflict of the log that a later run resolved as recovered.
 */
void add_evidence_causes(struct joining *j);
/*
 * After decide_deployment: a run that failed, and an old build that serves,
 * where nothing else explains why something is wrong.
 */
void add_deployment_causes(struct joining *j);
/* The last conflict between runs that has not ended, or NULL. */
const struct deployment_conflict *open_conflict(const struct joining *j);
/* A reason for the last conflict between runs, open or ended. */
void explain_conflicts(struct joining *j);
/* At the end of decide_verdict: no "proceed" over an edited migration. */
void degrade_for_edits(struct joining *j);
/* The first cause that has not recovered and can stop a deploy, or NULL. */
const struct cause *deciding_cause(const struct findings *logs);
/*
 * Where a rollback leads: `from` of git, else the last run that succeeded with
 * another build, else an older build that responds. NULL: not known. After
 * decide_deployment.
 */
const char *last_good_build(const struct joining *j);

/* timeline.c */
void make_services(struct joining *j);
void make_timeline(struct joining *j);
/* What the logs of the inputs have a time for. */
void add_log_events(struct joining *j);
void add_run_events(struct joining *j, const struct deploy_evidence *e);

/* migration_causes.c: into the record. */
void keep_migrations(struct joining *j);

/* redact_record.c: every text of a struct, found through its shape */
void redact_shape(void *object, const struct shape *shape, struct arena *a,
                  struct redactor *r);
/* Before that: the texts of clusters, which are masked. */
void redact_clusters(struct findings *f, struct arena *a, struct redactor *r);

#endif
