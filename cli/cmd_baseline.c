/* postflight baseline: what is served now, to be compared with later. */
#include "app/app.h"
#include "cli/cli.h"

const struct command baseline_command = {
    .name = "baseline",
    .arguments = "[CHECKS...]",
    .summary = "Writes down what is served before a deploy.",
    .help = "Writes down what is served now, for verify --since after the "
            "deploy: builds, status, durations, JSON shape, headers, "
            "certificates and redirects of each check; those that only read "
            "are asked several times.",
    .run = baseline_run,
    .example = "# before the deploy; then: verify --since before.json\n"
               "postflight baseline -o before.json\n"
               "# only some checks, asked more often\n"
               "postflight baseline --tag smoke --samples 50 -o before.json",
};
