/*
 * THE table of options: name, value, meaning, commands, and what it needs. The
 * parser, its errors, --help, the manual and the completion come from it.
 */
#include "cli/option_table.h"

#include "app/serve/serve.h"
#include "compare/baseline/baseline.h"
#include "probe/probe.h"

const struct option_row option_rows[OPTION_COUNT] = {
    [OPTION_CHECK_LOG] =
        {.doc = {.name = "--log",
                 .value = "FILE",
                 .help = "scan this log too (- is standard input; repeatable)"},
         .repeats = true,
         .use = IN({.commands = "verify"},
                   {.commands = "watch",
                    .help = "scan this log if a check fails (repeatable)"})},
    [OPTION_FOLLOW] =
        {.doc = {.name = "--follow",
                 .help =
                     "read the logs while they grow, and wait for those that "
                     "do not exist yet; a fatal cause ends the run early"},
         .use = ONLY_WITH("verify", OPTION_CHECK_LOG, "a log to follow")},
    [OPTION_LOG_SINCE] =
        {.doc =
             {.name = "--log-since",
              .value = "TIME",
              .help =
                  "start of this deploy in the logs: 2026-11-21T10:00:00Z, or "
                  "30m for 30 minutes ago; causes before it decide nothing"},
         .takes = TAKES_TIME,
         .use =
             ONLY_WITH("verify", OPTION_CHECK_LOG, "a log that it applies to")},
    [OPTION_GOOD] = {.doc = {.name = "--good",
                             .value = "FILE",
                             .help = "log of a good deploy: what is new since "
                                     "then comes first, and what each of them "
                                     "has is noise (repeatable)"},
                     .repeats = true,
                     .use = IN(
                         {.commands = "verify",
                          NEEDS(OPTION_CHECK_LOG, "a log to compare with it")},
                         {.commands = "scan"})},
    [OPTION_FROM_TIME] =
        OF_SCAN(TAKES_TIME, .name = "--since", .value = "TIME",
                .help = "only lines at or after TIME: 2026-11-21T10:00:00Z, "
                        "or 30m for 30 minutes ago"),
    [OPTION_UNTIL] = OF_SCAN(TAKES_TIME, .name = "--until", .value = "TIME",
                             .help = "only lines at or before TIME"),
    [OPTION_LIMIT_TIME] =
        OF_SCAN(TAKES_DURATION, .name = "--limit-time", .value = "DURATION",
                .help = "read for up to this long; exit 4 if not to the end "
                        "(default 5m for files, none for pipes)"),
    [OPTION_STUB] =
        OF_SCAN(TAKES_TEXT, .name = "--stub", .value = "ID",
                .help = "print a first signature for that unknown error"),
    [OPTION_WHY] =
        OF_SCAN(TAKES_TEXT, .name = "--why",
                .help = "show for each line which signature matches it, what "
                        "follows from what, and what was left out"),
    [OPTION_EXCERPT] =
        OF_SCAN(TAKES_EXCERPT, .name = "--excerpt", .value = "[SIZE]",
                .help = "print only the lines that diagnose the run, within "
                        "SIZE bytes: 500 to 1MiB (default 6kB)"),
    [OPTION_PREVIOUS] =
        {.doc = {.name = "--previous",
                 .value = "FILE",
                 .help = "record.json of an earlier run: its failure may "
                         "continue in this one; repeatable"},
         .repeats = true,
         .use = IN({.commands = "verify",
                    NEEDS(OPTION_CHECK_LOG,
                          "a log in which that failure may continue")},
                   {.commands = "scan"})},
    [OPTION_EXPECT] =
        {.doc = {.name = "--expect",
                 .value = "VERSION",
                 .help = "build that must be serving; a short commit matches a "
                         "long one"},
         .takes = TAKES_VERSION,
         .use = IN(
             {.commands = "verify watch"},
             {.commands = "serve",
              .help =
                  "build that must be serving, unless the client names one"})},
    [OPTION_DEADLINE] =
        {.doc = {.name = "--deadline",
                 .value = "DURATION",
                 .help =
                     "wait up to this long for the build to settle (default: "
                     "no wait, or 5m if the checks have a 'rollout')"},
         .takes = TAKES_DURATION,
         .use = IN(
             {.commands = "verify"},
             {.commands = "serve", .help = "limit of one run (default 5m)"})},
    [OPTION_GIT] =
        {.doc = {.name = "--git",
                 .value = "DIR",
                 .help =
                     "clone of what was deployed: commits, edited migrations"},
         .use = IN(
             {.commands = "verify report"},
             {.commands = "migrations",
              .help = "clone whose files are compared, not those of the disk"},
             {.commands = "lint",
              .help = "clone with the commits that documents mention, "
                      "and the migrations at --from"})},
    [OPTION_GIT_FROM] = {.doc = {.name = "--from",
                                 .value = "REVISION",
                                 .help = "with --git: the last good deploy"},
                         .use =
                             ONLY_WITH("verify lint migrations", OPTION_GIT,
                                       "the clone that contains the revision")},
    [OPTION_TO] =
        {.doc = {.name = "--to",
                 .value = "REVISION",
                 .help = "with --git: what was deployed (--expect, else HEAD)"},
         .use = ONLY_WITH("verify migrations", OPTION_GIT,
                          "the clone that contains the revision")},
    [OPTION_ANY_OWNER] =
        {.doc = {.name = "--git-any-owner",
                 .help = "with --git: the clone may belong to another user"},
         .use = ONLY_WITH("verify lint report migrations", OPTION_GIT,
                          "the clone that it is about")},
    [OPTION_DEPLOYMENTS] = {.doc = {.name = "--deployments",
                                    .value = "FILE",
                                    .help = "runs that deployed, as JSON: "
                                            "overlapping runs are a conflict"},
                            .use = ONLY("verify")},
    [OPTION_TARGET] =
        {.doc = {.name = "--target",
                 .value = "NAME",
                 .help = "with --deployments: target of runs that name none"},
         .use = ONLY_WITH("verify", OPTION_DEPLOYMENTS,
                          "runs that name no target")},
    [OPTION_OUT] =
        {.doc = {.name = "--out",
                 .value = "DIR",
                 .help = "write record.json and report.md to DIR"},
         .use = IN(
             {.commands = "verify merge"},
             {.commands = "watch",
              .help =
                  "write record.json and report.md there after each round"})},
    [OPTION_REPORT] = {.doc = {.name = "--report",
                               .value = "FORMAT=FILE",
                               .help = "write an additional output to a file, "
                                       "or - for standard output; repeatable",
                               .choice_at = option_output},
                       .repeats = true,
                       .use = ONLY("verify report watch merge")},
    [OPTION_TAG] =
        {.doc = {.name = "--tag",
                 .value = "TAG",
                 .help = "only checks with this tag; repeat to allow several"},
         .repeats = true,
         .use = ONLY("verify baseline prove watch serve")},
    [OPTION_NOT_TAG] = {.doc = {.name = "--not-tag",
                                .value = "TAG",
                                .help = "no checks with this tag; repeatable"},
                        .repeats = true,
                        .use = ONLY("verify baseline prove watch serve")},
    [OPTION_ID] = {.doc = {.name = "--id",
                           .value = "GLOB",
                           .help = "only checks whose id matches; repeatable"},
                   .repeats = true,
                   .use = ONLY("verify baseline prove watch serve")},
    [OPTION_SHARD] = {.doc = {.name = "--shard",
                              .value = "I/N",
                              .help = "only part I of N of these checks; "
                                      "`merge` joins the records"},
                      .takes = TAKES_SHARD,
                      .use = ONLY("verify")},
    [OPTION_ALLOW_MISSING] =
        {.doc = {.name = "--allow-missing",
                 .help =
                     "join the records that exist; the result is inconclusive"},
         .use = ONLY("merge")},
    [OPTION_FAIL_ON] =
        {.doc = {.name = "--fail-on",
                 .value = "WHAT",
                 .help = "exit 6 when production is degraded, or when that "
                         "differs from --since: version, status, latency, "
                         "shape, header, certificate or redirect (repeatable)",
                 .choices = "degraded version status latency shape header "
                            "certificate redirect"},
         .repeats = true,
         .use = IN({.commands = "verify",
                    .needs = ONE_OF(OPTION_SINCE),
                    .unless = "degraded",
                    .needs_why = "a baseline to differ from"},
                   {.commands = "watch",
                    .help = "exit 6 if production is degraded",
                    .choices = "degraded"},
                   {.commands = "serve",
                    .help = "respond with 503 if production is degraded",
                    .choices = "degraded"})},
    [OPTION_EXPLAIN] = {.doc = {.name = "--explain",
                                .help = "print the checks that would run and "
                                        "where each value comes from"},
                        .use = ONLY("verify")},
    [OPTION_SLOTS] = {.doc = {.name = "--slots",
                              .value = "N",
                              .help =
                                  "concurrent requests in all (default 1024)"},
                      .takes = TAKES_NUMBER,
                      .max = PROBE_SLOTS_MAX,
                      .use = IN({.commands = "verify baseline watch serve"},
                                {.commands = "prove",
                                 .idle = IDLE(.with = OPTION_RECORDING,
                                              .why = "nothing is probed")})},
    [OPTION_HOST_SLOTS] =
        {.doc = {.name = "--host-slots",
                 .value = "N",
                 .help = "concurrent requests per host and port (default: "
                         "starts at 8 and adapts)"},
         .takes = TAKES_NUMBER,
         .max = PROBE_SLOTS_MAX,
         .use = IN({.commands = "verify baseline watch serve"},
                   {.commands = "prove",
                    .idle = IDLE(.with = OPTION_RECORDING,
                                 .why = "nothing is probed")})},
    [OPTION_RATE] =
        {.doc = {.name = "--rate",
                 .value = "N",
                 .help = "requests started per second (default: no limit)"},
         .takes = TAKES_NUMBER,
         .max = RATE_MAX,
         .use = IN({.commands = "verify baseline watch serve"},
                   {.commands = "prove",
                    .idle = IDLE(.with = OPTION_RECORDING,
                                 .why = "nothing is probed")})},
    [OPTION_SINCE] =
        {.doc = {.name = "--since",
                 .value = "FILE",
                 .help = "compare with what `postflight baseline` wrote there"},
         .use = ONLY("verify")},
    [OPTION_SAMPLES] =
        {.doc = {.name = "--samples",
                 .value = "N",
                 .help = "number of samples per read-only check (default 20)"},
         .takes = TAKES_NUMBER,
         .max = BASELINE_SAMPLES_MAX,
         .use = IN(
             {.commands = "verify",
              NEEDS(OPTION_SINCE, "a baseline to compare the samples with")},
             {.commands = "baseline"})},
    [OPTION_MIN_SCORE] = {.doc = {.name = "--min-score",
                                  .value = "PERCENT",
                                  .help =
                                      "exit 7 if the score is below PERCENT"},
                          .takes = TAKES_NUMBER,
                          .max = 100,
                          .use = ONLY("prove")},
    [OPTION_LISTEN] =
        {.doc = {.name = "--listen",
                 .value = "ADDRESS",
                 .help = "address to listen on (default 127.0.0.1:9115): "
                         "[::1]:9115, 0.0.0.0:9115, unix:/path"},
         .use = ONLY("serve")},
    [OPTION_TTL] =
        {.doc = {.name = "--ttl",
                 .value = "DURATION",
                 .help = "reuse a finished result for this long (default 5s)"},
         .takes = TAKES_DURATION,
         .use = ONLY("serve")},
    [OPTION_QUEUE] = {.doc = {.name = "--queue",
                              .value = "N",
                              .help = "distinct requests that may queue behind "
                                      "a running one (default 8)"},
                      .takes = TAKES_NUMBER,
                      .max = SERVE_QUEUE_MAX,
                      .use = ONLY("serve")},
    [OPTION_CONNECTIONS] = {.doc = {.name = "--connections",
                                    .value = "N",
                                    .help = "concurrent clients (default 128); "
                                            "3 of 4 may wait for a run"},
                            .takes = TAKES_NUMBER,
                            .max = SERVE_CONNECTIONS_MAX,
                            .use = ONLY("serve")},
    [OPTION_CLIENT_TIMEOUT] =
        {.doc = {.name = "--client-timeout",
                 .value = "DURATION",
                 .help = "time a client has to send its request (default 10s)"},
         .takes = TAKES_DURATION,
         .use = ONLY("serve")},
    [OPTION_GRACE] = {.doc = {.name = "--grace",
                              .value = "DURATION",
                              .help = "after SIGTERM: time for the run in "
                                      "progress to finish (default 10s)"},
                      .takes = TAKES_DURATION,
                      .use = ONLY("serve")},
    [OPTION_TOKEN_ENV] =
        {.doc = {.name = "--token-env",
                 .value = "NAME",
                 .help = "variable with the bearer token that clients need"},
         .use = ONLY("serve")},
    [OPTION_TOKEN_FILE] = {.doc = {.name = "--token-file",
                                   .value = "FILE",
                                   .help =
                                       "file with it; read again on SIGHUP"},
                           .use = ONLY("serve")},
    [OPTION_HOST_NAME] =
        {.doc = {.name = "--host-name",
                 .value = "NAME",
                 .help =
                     "also accept NAME or NAME:PORT as Host, behind a proxy "
                     "or a service; repeatable"},
         .repeats = true,
         .use = ONLY("serve")},
    [OPTION_FROM] = FOR_REPORT(true, .name = "--from", .value = "FILE",
                               .help = "record, scan or runs; repeatable"),
    [OPTION_OPENAPI] = {.doc = {.name = "--from",
                                .value = "FILE",
                                .help =
                                    "OpenAPI 3 document, JSON or YAML, "
                                    "whose documented responses become checks"},
                        .use = ONLY("init")},
    [OPTION_RECORDING] = FOR("prove", false, .name = "--from", .value = "FILE",
                             .help = "judge the responses that `prove -o` "
                                     "wrote there, and probe nothing"),
    [OPTION_OUTPUT] =
        {.doc = {.name = "-o",
                 .value = "FILE",
                 .help = "write to FILE instead of standard output"},
         .use = IN(
             {.commands = "report init import"},
             {.commands = "baseline",
              .help = "write the baseline there instead of to standard output"},
             {.commands = "prove",
              .help = "write the responses there, for --from"},
             {.commands = "status",
              .value = "DIR",
              .help = "folder of the page"},
             {.commands = "merge", .help = "write the record there"})},
    [OPTION_RECORD] =
        {.doc = {.name = "--record",
                 .value = "FILE",
                 .help = "write what was imported and what was not, as JSON"},
         .use = ONLY("import")},
    [OPTION_FORCE] = {.doc = {.name = "--force",
                              .help = "overwrite an existing file"},
                      .use = IN({.commands = "import",
                                 .needs = ONE_OF(OPTION_OUTPUT, OPTION_RECORD),
                                 .needs_why = "a file to overwrite"})},
    [OPTION_FACTS] =
        FOR_REPORT(false, .name = "--facts", .value = "FILE",
                   .help = "what only people know: times, impact, actions "
                           "(docs/REPORTS.md)"),
    [OPTION_EVENTS] =
        FOR_REPORT(true, .name = "--events", .value = "FILE",
                   .help = "JSON of a chat, alerts or deploys; repeatable"),
    [OPTION_AUDIENCE] = FOR_REPORT(
        false, .name = "--audience", .value = "WHO",
        .choices = "internal public",
        .help = "public has no hosts, logs or names (default internal)"),
    [OPTION_APPENDIX] =
        FOR_REPORT(false, .name = "--appendix",
                   .help = "add responses, commits and metrics, folded"),
    [OPTION_ACTIONS_FORMAT] =
        FOR_REPORT(false, .name = "--format", .value = "github|csv",
                   .choices = "github csv",
                   .help = "actions: for GitHub's API (default), or CSV"),
    [OPTION_ISSUES] =
        FOR_REPORT(false, .name = "--issues", .value = "FILE",
                   .help = "actions: write the issues in FILE into --facts"),
    [OPTION_TEMPLATES] = FOR_REPORT(
        false, .name = "--templates", .value = "DIR",
        .help = "templates NAME.md that replace or extend the built-in ones"),
    [OPTION_SIGNATURES] =
        {.doc = {.name = "--signatures",
                 .value = "DIR",
                 .help = "signatures in addition to the built-in ones"},
         .use = IN({.commands = "verify",
                    .needs = ONE_OF(OPTION_CHECK_LOG, OPTION_EXPECT, OPTION_GIT,
                                    OPTION_DEPLOYMENTS),
                    .needs_why = "a log to search, or other evidence"},
                   {.commands = "watch",
                    NEEDS(OPTION_CHECK_LOG, "a log to search")},
                   {.commands = "scan explain"})},
    [OPTION_VAR] =
        LIST_OF_CHECKS(TAKES_TEXT, .name = "--var", .value = "NAME=VALUE",
                       .help = "set ${NAME}; repeatable"),
    [OPTION_ENV_FILE] =
        LIST_OF_CHECKS(TAKES_TEXT, .name = "--env-file", .value = "FILE",
                       .help = "read NAME=VALUE lines; repeatable"),
    [OPTION_UNTRUSTED] = OF_CHECKS(
            .name = "--untrusted",
            .help =
                "the checks are not yours: no programs, no variables but those "
                "that you give, files only beneath their folder"),
    [OPTION_NO_EXEC] =
        OF_CHECKS(.name = "--no-exec",
                  .help =
                      "a check or receiver that runs a program is an error"),
    [OPTION_ALLOW_ENV] = LIST_OF_CHECKS(
        TAKES_NAME, .name = "--allow-env", .value = "NAME",
        .help = "environment variable that checks may use, and no other; "
                "repeatable"),
    [OPTION_ALLOW_HOST] = LIST_OF_CHECKS(
        TAKES_HOST, .name = "--allow-host", .value = "HOST",
        .help = "host that checks may contact, and no other: NAME, *.NAME, an "
                "address or 10.0.0.0/8, with :PORT or not, or a socket's path; "
                "repeatable"),
    [OPTION_FORMAT] = {.doc = {.name = "--format",
                               .value = "text|json",
                               .help =
                                   "format of standard output (default text)",
                               .choices = "text json"},
                       .use = ONLY("verify scan prove merge migrations")},
    [OPTION_LINT_FORMAT] =
        FOR("lint", false, .name = "--format", .value = "text|json|sarif",
            .help = "format of the findings (default text)",
            .choices = "text json sarif"),
    [OPTION_EARLIER] =
        FOR("lint", true, .name = "--earlier", .value = "FILE",
            .help = "a document that was written earlier; repeatable"),
    [OPTION_LINT_BASELINE] =
        FOR("lint", false, .name = "--baseline", .value = "FILE",
            .help = "report only findings that FILE lacks"),
    [OPTION_WRITE_BASELINE] =
        {.doc = {.name = "--write-baseline",
                 .help = "with --baseline: write all findings to FILE, exit 0"},
         .use = ONLY_WITH("lint", OPTION_LINT_BASELINE, "the file to write")},
    [OPTION_CHECK] = {.doc = {.name = "--check",
                              .help = "write nothing; exit 7 when the document "
                                      "at -o is not up to date"},
                      .use = IN({.commands = "report",
                                 .needs = ONE_OF(OPTION_OUTPUT, OPTION_ISSUES),
                                 .needs_why = "what to check"})},
    [OPTION_STATE] =
        {.doc = {.name = "--state",
                 .value = "WHERE",
                 .help = "the history: a file (default "
                         "postflight.db), or postgresql://..."},
         .use = IN(
             {.commands = "watch incident status"},
             {.commands = "report", .help = "history with earlier incidents"},
             {.commands = "verify",
              .help = "history to record this deploy in: a "
                      "file, or postgresql://..."},
             {.commands = "migrations",
              .help = "file with rows of the history table as CSV or "
                      "JSON, in place of a database"})},
    [OPTION_ONCE] = {.doc = {.name = "--once",
                             .help = "run one round and exit, for cron"},
                     .use = ONLY("watch")},
    [OPTION_INTERVAL] =
        {.doc = {.name = "--interval",
                 .value = "DURATION",
                 .help = "run as a service, one round per DURATION"},
         .takes = TAKES_DURATION,
         .use = ONLY("watch")},
    [OPTION_ROUNDS] = {.doc = {.name = "--rounds",
                               .value = "N",
                               .help = "exit after N rounds"},
                       .takes = TAKES_NUMBER,
                       .max = INT64_MAX,
                       .use = ONLY_WITH("watch", OPTION_INTERVAL,
                                        "more rounds than one")},
    [OPTION_IF_HELD] = {.doc = {.name = "--if-held",
                                .value = "WHAT",
                                .help =
                                    "if another watcher has the history: pass "
                                    "(exit 0, default), fail (exit 4) or wait",
                                .choices = "pass fail wait"},
                        .use = ONLY("watch")},
    [OPTION_BY] = FOR("incident", false, .name = "--by", .value = "NAME",
                      .help = "who acts"),
    [OPTION_TEST] =
        FOR("notify", false, .name = "--test", .help = "send a test message"),
    [OPTION_MOJIBAKE] =
        FOR_REPORT(false, .name = "--mojibake",
                   .help = "fix: repair text that was decoded wrongly"),
    [OPTION_COLOR] = {.doc = {.name = "--color",
                              .value = "auto|always|never",
                              .help =
                                  "colour; NO_COLOR is honoured (default auto)",
                              .choices = "auto always never"},
                      .use = IN(
                          {.commands = "verify scan prove merge migrations",
                           .idle = IDLE(.given = "always",
                                        .with = OPTION_FORMAT, .value = "json",
                                        .why = "JSON has no colours")},
                          {.commands = "watch incident"})},
    [OPTION_QUIET] = {.doc = {.name = "--quiet",
                              .help = "print only the last line"},
                      .use =
                          ONLY("verify scan prove watch incident serve merge "
                               "migrations")},
    [OPTION_HELP] = {.doc = {.name = "--help", .help = "print this help"},
                     .use = ONLY("")},
};
