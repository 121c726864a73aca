/*
 * Joins what was probed and what the logs say into one record: the state of
 * production, the state of the deployment, the verdict of both (section 3 of
 * the contract), a timeline. The one place where secrets are taken out.
 */
#ifndef VERDICT_VERDICT_H
#define VERDICT_VERDICT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "model/facts.h"
#include "model/migration_state.h"
#include "model/proof_file.h"
#include "model/record.h"
#include "model/signature.h"
#include "model/story.h"
#include "redact/redact.h"

struct verdict_inputs {
    const struct result *result;
    size_t result_count;
    const struct findings *logs; /* NULL: none were given */
    const char *expected;        /* version that must serve; NULL: not asked */
    bool rollout;   /* it was waited for until it settled, or a deadline */
    int64_t streak; /* of that rollout; 0: not known */
    const struct comparison *comparison;    /* NULL: there was no baseline */
    const struct deploy_evidence *evidence; /* NULL: none was gathered */
    struct migration_state *migration; /* of records; results have theirs */
    size_t migration_count;
    const struct catalogue *catalogue; /* NULL: the one that is built in */
    bool fail_on_degraded;
    int interrupted; /* exit code of the signal that ended it; 0: none */
    int64_t started_ms, finished_ms;
    struct environment environment;
    struct tool tool;
    struct shard shard;     /* count 0: all checks were asked */
    const char *const *gap; /* why something is not known; of a merge */
    size_t gap_count;
};

#define MERGE_RECORDS_MAX 1000
#define MERGE_ANSWERS_MAX INT64_C(1000000) /* in one observation */

/* One of the records that become one. */
struct merge_part {
    const char *name; /* its file */
    const struct record *record;
};

struct merge_inputs {
    const struct merge_part *part;
    size_t count;
    bool allow_missing; /* shards; the record is inconclusive then */
};

/*
 * Records of shards, or of checks that differ, as the record of one run: its
 * verdict is decided anew. Results stand in the order of the plan, those of
 * records that are no shards behind them. Records that do not belong together
 * are an error that says why. Parts outlive run.
 */
bool verdict_merge(struct record *out, struct arena *run,
                   const struct merge_inputs *in, struct redactor *redactor,
                   struct err *e) MUST_CHECK;

/* The record's texts are redacted copies in run; inputs stay as they are. */
void verdict_join(struct record *out, struct arena *run,
                  const struct verdict_inputs *in, struct redactor *redactor);

enum telling {
    TELL_NOW,     /* told is the last record: for a document of the present */
    TELL_FAILURE, /* told is what failed */
    TELL_HISTORY  /* likewise, and the last record has all episodes */
};

/* What 1 or more records, in any order, amount to. They outlive the story. */
void verdict_story(struct story *out, struct arena *a,
                   const struct record *const *record, size_t count,
                   enum telling how);

/* What was found without a probe; NULL: not that. */
struct unprobed {
    const char *name; /* of its file */
    const struct findings *logs;
    const struct deploy_evidence *evidence;
};

/* As a record in which nothing was probed, for a story; redacted. */
void verdict_unprobed(struct record *out, struct arena *a,
                      const struct unprobed *in, struct redactor *redactor);

/*
 * The incident of a story, with the facts of people (zeroed, names -1, when
 * there are none). Timestamps that go back, and a status that the last record
 * does not bear out, are errors: resolved needs healthy production, verified a
 * shipped build.
 */
bool verdict_story_incident(struct incident *out, struct arena *a,
                            const struct story *s, const struct facts *f,
                            struct err *e) MUST_CHECK;

/* Likewise, of one record. */
bool verdict_incident(struct incident *out, struct arena *a,
                      const struct record *r, const struct facts *f,
                      struct err *e) MUST_CHECK;

/*
 * Samples of signatures with `proved_by`: evidence as YAML, from which the
 * cause must follow, or must not. More of a catalogue: catalogue_check.
 */
void verdict_check_samples(const struct catalogue *c, struct diags *d);

/* Redacts what people wrote, before it goes into a document. */
void verdict_redact_facts(struct facts *f, struct arena *run,
                          struct redactor *redactor);

/* Redacts findings alone, for a scan without probes. */
void verdict_redact_findings(struct findings *f, struct arena *run,
                             struct redactor *redactor);

/* Redacts a baseline, before it is written or compared. */
void verdict_redact_baseline(struct baseline *b, struct arena *run,
                             struct redactor *redactor);

/* Redacts a proof, before it is shown. */
void verdict_redact_proof(struct proof *p, struct arena *run,
                          struct redactor *redactor);

/* Redacts a state of migrations, before it is shown. */
void verdict_redact_migrations(struct migration_state *s, struct arena *run,
                               struct redactor *redactor);

/* Redacts one result, for progress that is shown before there is a record. */
void verdict_redact_result(struct result *r, struct arena *run,
                           struct redactor *redactor);

#endif
