/* postflight verify: the CI stage, from checks and logs to a verdict. */
#include "app/app.h"
#include "cli/cli.h"

const struct command verify_command = {
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
