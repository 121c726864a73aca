/* THE table of commands; those that print for people have a file, cmd_NAME.c.
 */
#include <string.h>

#include "app/app.h"
#include "cli/cli.h"

static const struct command verify_command = {
    .name = "verify",
    .arguments = "[CHECKS...]",
    .summary = "Tells whether the build is serving and healthy.",
    .help = "Runs the checks (checks.d unless named), scans the logs, and "
            "tells whether the build is serving and healthy. A URL in place "
            "of a file is a check of its own, which expects a status of 2xx.",
    .run = verify_run,
    .example = "# after a deploy: verdict, record and report\n"
               "postflight verify --expect \"$GITHUB_SHA\" --log deploy.log "
               "--out out\n"
               "# while it goes on, until it has settled\n"
               "postflight verify --expect v1.4 --deadline 5m --log deploy.log "
               "--follow\n"
               "# the second of five parts; then: postflight merge\n"
               "postflight verify --shard 2/5 --out out-2\n"
               "# worse than before the deploy?\n"
               "postflight verify --since before.json --fail-on shape",
};

static const struct command watch_command = {
    .name = "watch",
    .arguments = "[CHECKS...]",
    .summary = "Watches production: one incident, not forty alerts.",
    .help = "Runs the checks again and again, keeps their history, and makes "
            "one incident of what fails: its document is kept up to date, and "
            "receivers are notified of its transitions (docs/WATCH.md).",
    .run = watch_run,
    .example = "postflight watch --once --state /var/lib/postflight/state.db\n"
               "# as a service, with the deploy log to know why\n"
               "postflight watch --interval 60s --log deploy.log",
};

static const struct command notify_command = {
    .name = "notify",
    .arguments = "--test [NAME | CHECKS]...",
    .summary = "Sends a test message to the receivers of notifications.",
    .help = "Sends a test message to the receivers of the definitions "
            "(checks.d unless named), the way that `watch` does, and prints "
            "what each responded. NAME is the name of a receiver; without one "
            "all are tested (docs/NOTIFICATIONS.md).",
    .run = notify_run,
    .example = "# does the pager ring?\n"
               "postflight notify --test pager\n"
               "# all receivers of other definitions\n"
               "postflight notify --test /etc/postflight/checks.d",
};

static const struct command status_command = {
    .name = "status",
    .arguments = "-o DIR",
    .summary = "Writes the status page of what the watcher knows.",
    .help = "Writes STATUS.md and index.html, a page that needs no other file: "
            "services with their last 90 days, incidents, and the DORA figures "
            "of deployments that `verify --state` has kept "
            "(docs/STATUS-PAGE.md).",
    .run = status_run,
    .example = "postflight status -o site\n"
               "# of another history\n"
               "postflight status -o site --state /var/lib/postflight/state.db",
    .argument = ARGUMENT_NONE,
};

static const struct command lint_command = {
    .name = "lint",
    .arguments = "PATH...",
    .summary = "Reports problems of checks, signatures, documents, migrations.",
    .help =
        "Reports every problem of definitions, signatures, documents and "
        "migration files. "
        "Paths that hold the word signature, or begin with a list of them, "
        "are read as signatures, whose samples are run; *.md and *.markdown, "
        "and folders of them, as documents, which must not contradict "
        "themselves or each other; folders with the migration files of a known "
        "tool, wherever they are below a path, as migrations "
        "(docs/MIGRATIONS.md); all others together as checks. A "
        ".postflight-lint.yaml beside or above documents and migrations, and "
        "comments in them, switch rules (docs/REVIEW.md).",
    .run = lint_run,
    .example = "postflight lint checks.d signatures.d\n"
               "# an incident's document, against the one before it\n"
               "postflight lint --earlier status.md incident.md\n"
               "# for code scanning\n"
               "postflight lint --format sarif docs/incident.md > lint.sarif\n"
               "# only what is new since the baseline was written\n"
               "postflight lint --baseline lint.json docs/incidents\n"
               "# migrations, and those that main has must stay as they are\n"
               "postflight lint --git . --from origin/main prisma/migrations",
};

static const struct command init_command = {
    .name = "init",
    .arguments = "URL...",
    .summary = "Writes a first file of checks from a live service.",
    .help = "Writes a first file of checks from what each URL answers. "
            "Each is probed once. With --from, the checks are those that an "
            "OpenAPI 3 document promises.",
    .run = init_run,
    .example = "postflight init https://api.example.com/health -o "
               "checks.d/api.yaml\n"
               "# what an OpenAPI document promises\n"
               "postflight init --from openapi.json -o checks.d/api.yaml",
    .argument = ARGUMENT_NONE,
};

static const struct command import_command = {
    .name = "import",
    .arguments = "FILE...",
    .summary = "Writes checks from the files of other tools.",
    .help = "Writes checks from files of Gatus, Hurl, blackbox_exporter, goss, "
            "Postman, compose.\nWhat they cannot hold is named with its line; "
            "then the exit code is 7. Whose file\nit is, is seen from its "
            "content.",
    .run = import_run,
    .example = "postflight import gatus.yaml login.hurl -o checks.d/api.yaml\n"
               "# modules of blackbox_exporter, and what they ask\n"
               "postflight import blackbox.yml --target "
               "http_2xx=https://example.com",
};

static const struct command baseline_command = {
    .name = "baseline",
    .arguments = "[CHECKS...]",
    .summary = "Writes down what is served before a deploy.",
    .help = "Writes down what is served now, for verify --since after the "
            "deploy: builds, status, durations, JSON shape, headers, "
            "certificates and redirects of each check; those that only read "
            "are probed several times.",
    .run = baseline_run,
    .example = "# before the deploy; then: verify --since before.json\n"
               "postflight baseline -o before.json\n"
               "# only some checks, asked more often\n"
               "postflight baseline --tag smoke --samples 50 -o before.json",
};

static const struct command serve_command = {
    .name = "serve",
    .arguments = "[CHECKS...]",
    .help = "Answers gates that ask over HTTP with the verdict of the checks.\n"
            "GET or POST /verify runs them (docs/SERVE.md). It speaks plain\n"
            "HTTP: beyond this machine, put a proxy with TLS in front.",
    .run = serve_run,
    .example = "# for gates on this machine\n"
               "postflight serve --tag smoke --ttl 5s\n"
               "# for gates of a cluster, which have a token\n"
               "postflight serve --listen 0.0.0.0:9115 --token-file token",
};

static const struct command merge_command = {
    .name = "merge",
    .arguments = "RECORD...",
    .summary = "Joins the records of shards into one, and decides anew.",
    .help = "Joins the records that `verify --shard` wrote, or records of "
            "checks that differ, into the record of one run, and decides its "
            "verdict anew from all results. Records that do not belong "
            "together are refused (docs/SHARDS.md).",
    .run = merge_run,
    .example = "postflight merge out-*/record.json --out out\n"
               "# a shard was lost: tell what is known\n"
               "postflight merge --allow-missing out-*/record.json -o "
               "record.json",
};

static const struct command *const commands[] = {
    &verify_command,     &watch_command, &incident_command, &notify_command,
    &status_command,     &scan_command,  &report_command,   &lint_command,
    &explain_command,    &init_command,  &import_command,   &baseline_command,
    &migrations_command, &prove_command, &serve_command,    &merge_command,
    &completion_command,
};

size_t command_count(void)
{
    return ARRAY_COUNT(commands);
}

const struct command *command_at(size_t index)
{
    return commands[index];
}

const struct command *command_find(const char *name)
{
    for (size_t i = 0; i < ARRAY_COUNT(commands); i++)
        if (strcmp(commands[i]->name, name) == 0)
            return commands[i];
    return NULL;
}

struct str command_summary(const struct command *c)
{
    struct str rest;
    return c->summary != NULL ? str_from(c->summary)
                              : str_cut(str_from(c->help), '\n', &rest);
}
