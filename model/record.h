/*
 * The record: one run, everything that any writer may say about it. Written
 * as record.json; every document and output is made from it alone.
 */
#ifndef MODEL_RECORD_H
#define MODEL_RECORD_H

#include <stddef.h>
#include <stdint.h>

#include "base/shape.h"
#include "model/baseline_file.h"
#include "model/episode.h"
#include "model/evidence_facts.h"
#include "model/facts.h"
#include "model/finding.h"
#include "model/migration_state.h"
#include "model/result.h"
#include "model/vocabulary.h"

#define RECORD_SCHEMA "postflight/record/1"

struct production_state {
    int state; /* enum production */
    int64_t total, passed, degraded, failed, errors, blocked, skipped;
};

/* A build that responded to a check from an address, over the whole run. */
struct observed_version {
    const char *version; /* NULL: responses that named none */
    const char *check, *address;
    bool expected;
    bool serving; /* in the window that decides, too */
    int64_t answers, failed;
    int64_t share_ppm; /* of the responses to this check */
    int64_t first_ms, last_ms;
};

struct deployment_state {
    int state;            /* enum deployment */
    const char *expected; /* NULL: not asked */
    bool rollout;         /* it was waited for */
    int64_t streak;       /* responses in a row that settle it */
    struct observed_version *observed;
    size_t observed_count;
    int64_t settled_ms;       /* wall; 0: it has not settled */
    int64_t settled_after_us; /* 0: likewise */
};

struct service {
    const char *id, *title, *url;
    int status;         /* enum status */
    const char *detail; /* "200 in 12 ms", "connection refused" */
};

struct event {
    int64_t time_ms;
    const char *source; /* "probe api", "deploy.log:12" */
    const char *text;
    int witness; /* enum witness */
};

struct tool {
    const char *name, *version, *libcurl;
};

/* A log that was named, and whether it was read. */
struct log_source {
    const char *name, *kind; /* kind: "log" */
    int state;               /* enum source_state */
    const char *message;     /* why it was not; NULL: it was */
};

struct environment {
    const char **check; /* folders and files the checks came from */
    size_t check_count;
    const char **log;
    size_t log_count;
    struct log_source *source; /* the record's `sources` */
    size_t source_count;
    int64_t secrets_redacted;
};

/* Which part of the selected checks a run has asked. */
struct shard {
    int64_t index, count; /* index from 1; 0: the run is not divided */
    int64_t checks, total;
};

struct record {
    const char *schema;
    int64_t started_ms, finished_ms;
    struct shard shard;
    int verdict; /* enum verdict */
    int64_t exit;
    int advice; /* enum advice */
    const char **reason;
    size_t reason_count;
    struct production_state production;
    struct deployment_state deployment;
    struct result *result;
    size_t result_count;
    struct observation *observation; /* of all checks, in their order */
    size_t observation_count;
    struct findings logs;
    struct comparison comparison;
    struct migration_state *migration; /* one for each check that reads it */
    size_t migration_count;
    struct episode *episode; /* when checks did not pass, oldest first */
    size_t episode_count;
    struct event *timeline;
    size_t timeline_count;
    struct service *service;
    size_t service_count;
    struct commit *commit; /* that were deployed, newest first */
    size_t commit_count;
    struct deploy_evidence evidence; /* its git's commits are these */
    struct environment environment;
    struct tool tool;
};

/* By time, then source, then text: for qsort. */
int event_compare(const void *left, const void *right);

extern const struct shape production_shape, deployment_shape, record_shape;
extern const struct shape_format record_format;

#endif
