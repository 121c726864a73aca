/* Shape of the record. */
#include "model/record.h"

#include <string.h>

#include "base/shape_rows.h"
#include "model/ids.h"

#define STRUCT production_state
static const struct shape_field production_shape_rows[] = {
    NAMED("state", state, &production_names, "how production is"),
    FIELD("total", SHAPE_INT, total, "checks selected"),
    FIELD("passed", SHAPE_INT, passed, "of them"),
    FIELD("degraded", SHAPE_INT, degraded, "of them"),
    FIELD("failed", SHAPE_INT, failed, "of them"),
    FIELD("errors", SHAPE_INT, errors, "of them: could not be told"),
    FIELD("blocked", SHAPE_INT, blocked, "of them: what they need failed"),
    FIELD("skipped", SHAPE_INT, skipped, "of them: not run"),
};
SHAPE_OF(production_shape, "production");
#undef STRUCT

#define STRUCT observed_version
static const struct shape_field observed_shape_rows[] = {
    FIELD("version", SHAPE_TEXT, version, "build, or null: none was named"),
    RULED("check", check, &check_id_rule, "id of the check"),
    FIELD("address", SHAPE_TEXT, address, "address that responded, or null"),
    FIELD("expected", SHAPE_BOOL, expected, "it is the expected build"),
    FIELD("serving", SHAPE_BOOL, serving,
          "it responded in the window that decides, too"),
    FIELD("answers", SHAPE_INT, answers, "attempts that ended so"),
    FIELD("failed", SHAPE_INT, failed, "of them: did not pass"),
    FIELD("share", SHAPE_SHARE, share_ppm, "of this check's answers, 0 to 1"),
    FIELD("first", SHAPE_TIME, first_ms, "first seen"),
    FIELD("last", SHAPE_TIME, last_ms, "last seen"),
};
static SHAPE_OF(observed_shape, "observed");
#undef STRUCT

#define STRUCT shard
static const struct shape_field shard_shape_rows[] = {
    FIELD("index", SHAPE_INT, index, "which one, from 1"),
    FIELD("count", SHAPE_INT, count, "shards that the checks were parted in"),
    FIELD("checks", SHAPE_INT, checks, "in this one"),
    FIELD("total", SHAPE_INT, total, "in all of them"),
};
static SHAPE_OF(shard_shape, "shard");
#undef STRUCT

#define STRUCT deployment_state
static const struct shape_field deployment_shape_rows[] = {
    NAMED("state", state, &deployment_names, "whether the build is serving"),
    FIELD("expected", SHAPE_TEXT, expected, "build asked for, or null"),
    LIST("observed", observed, &observed_shape, "builds that answered"),
    FIELD("settled_at", SHAPE_TIME, settled_ms,
          "when every check with an identity had its streak, or null"),
    FIELD("settled_after_ms", SHAPE_MS, settled_after_us,
          "time until then; 0 if it has not settled or was not waited for"),
    RARE_FIELD("rollout", SHAPE_BOOL, rollout,
               "the expected build was waited for"),
    RARE_FIELD("streak", SHAPE_INT, streak,
               "responses in a row from the expected build that settle it"),
};
SHAPE_OF(deployment_shape, "deployment");
#undef STRUCT

#define STRUCT service
static const struct shape_field service_shape_rows[] = {
    RULED("id", id, &check_id_rule, "check id"),
    FIELD("title", SHAPE_TEXT, title, "name of the service"),
    FIELD("url", SHAPE_TEXT, url, "where, redacted"),
    NAMED("status", status, &status_names, "how it is"),
    FIELD("detail", SHAPE_TEXT, detail, "what it answered"),
};
static SHAPE_OF(service_shape, "service");
#undef STRUCT

#define STRUCT event
static const struct shape_field event_shape_rows[] = {
    FIELD("time", SHAPE_TIME, time_ms, "when"),
    FIELD("source", SHAPE_TEXT, source, "who says so"),
    FIELD("text", SHAPE_TEXT, text, "what"),
    NAMED("witness", witness, &witness_names,
          "how it is known: measured by us, told by people, or concluded"),
};
static SHAPE_OF(event_shape, "event");
#undef STRUCT

#define STRUCT environment
static const struct shape_field environment_shape_rows[] = {
    TEXTS("checks", check, "where the checks came from"),
    TEXTS("logs", log, "logs that were scanned"),
    FIELD("secrets_redacted", SHAPE_INT, secrets_redacted,
          "places where a secret was taken out"),
};
static SHAPE_OF(environment_shape, "environment");
#undef STRUCT

#define STRUCT log_source
static const struct shape_field log_source_shape_rows[] = {
    FIELD("name", SHAPE_TEXT, name, "file, the name as given"),
    FIELD("kind", SHAPE_TEXT, kind, "log"),
    NAMED("state", state, &source_state_names,
          "waited: it did not appear before the end of the run"),
    FIELD("message", SHAPE_TEXT, message, "why it was not read, else null"),
};
static SHAPE_OF(log_source_shape, "log_source");
#undef STRUCT

#define STRUCT tool
static const struct shape_field tool_shape_rows[] = {
    FIELD("name", SHAPE_TEXT, name, "postflight"),
    FIELD("version", SHAPE_TEXT, version, "of postflight"),
    FIELD("libcurl", SHAPE_TEXT, libcurl, "version of libcurl"),
};
static SHAPE_OF(tool_shape, "tool");
#undef STRUCT

#define STRUCT record
static const struct shape_field record_shape_rows[] = {
    FIELD("schema", SHAPE_TEXT, schema, "name and version of this format"),
    FIELD("started", SHAPE_TIME, started_ms, "start of the run"),
    FIELD("finished", SHAPE_TIME, finished_ms, "end of the run"),
    RARE_OBJECT("shard", shard, &shard_shape,
                "which part of the checks was asked; not there: all of them"),
    NAMED("verdict", verdict, &verdict_names, "the answer"),
    FIELD("exit", SHAPE_INT, exit, "exit code of the run"),
    NAMED("advice", advice, &advice_names, "what to do"),
    TEXTS("reasons", reason, "why"),
    OBJECT("production", production, &production_shape,
           "is production healthy"),
    OBJECT("deployment", deployment, &deployment_shape, "is the build serving"),
    LIST("results", result, &result_shape, "one for each check"),
    RARE_LIST("observations", observation, &observation_shape,
              "attempts of each check, in their order: what the verdict is "
              "made of"),
    LIST("findings", logs.finding, &finding_shape, "known errors in the logs"),
    LIST("causes", logs.cause, &cause_shape, "what broke first, best first"),
    LIST("unknown", logs.unknown, &cluster_shape,
         "error lines without a signature"),
    LIST("news", logs.news, &finding_shape,
         "good news in the logs, which get over errors"),
    LIST("graph", logs.edge, &edge_shape, "what follows from what"),
    RARE_LIST("runs", logs.run, &log_run_shape,
              "the last run of each log, and how it ended"),
    RARE_LIST("sources", environment.source, &log_source_shape,
              "logs that were named, and whether they were read"),
    OBJECT("coverage", logs.coverage, &coverage_shape,
           "what was read of the logs"),
    OBJECT("comparison", comparison, &comparison_shape,
           "with a baseline from before the deploy"),
    RARE_LIST("migrations", migration, &migration_state_shape,
              "what databases recorded, beside the files of the build"),
    RARE_LIST("episodes", episode, &episode_shape,
              "when checks did not pass: one for each time"),
    LIST("timeline", timeline, &event_shape, "what happened, in order"),
    LIST("services", service, &service_shape,
         "one for each check that asks a service"),
    LIST("commits", commit, &commit_shape, "that were deployed, newest first"),
    OBJECT("evidence", evidence, &deploy_evidence_shape,
           "what git, CI and a list of deployments tell"),
    OBJECT("environment", environment, &environment_shape,
           "where the run took place"),
    OBJECT("tool", tool, &tool_shape, "what made this record"),
};
SHAPE_OF(record_shape, "record");
const struct shape_format record_format = {RECORD_SCHEMA, NULL};
#undef STRUCT

/* Null comes first, as an empty text does. */
static int compare_texts(const char *left, const char *right)
{
    return strcmp(left == NULL ? "" : left, right == NULL ? "" : right);
}

int event_compare(const void *left, const void *right)
{
    const struct event *a = left, *b = right;
    if (a->time_ms != b->time_ms)
        return a->time_ms < b->time_ms ? -1 : 1;
    int order = compare_texts(a->source, b->source);
    return order != 0 ? order : compare_texts(a->text, b->text);
}
