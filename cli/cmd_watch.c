/* postflight watch: is production still healthy? Once, or as a service. */
#include "app/app.h"
#include "cli/cli.h"

const struct command watch_command = {
    .name = "watch",
    .arguments = "[CHECKS...]",
    .summary = "Watches production: one incident, not forty alerts.",
    .help = "Runs the checks again and again, keeps their history, and makes "
            "one incident of what fails: its document is kept up to date, and "
            "people are told of its transitions (docs/WATCH.md).",
    .run = watch_run,
    .example = "postflight watch --once --state /var/lib/postflight/state.db\n"
               "# as a service, with the deploy log to know why\n"
               "postflight watch --interval 60s --log deploy.log",
};
