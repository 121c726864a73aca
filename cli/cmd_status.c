/* postflight status: the page of what the watcher knows. */
#include "app/app.h"
#include "cli/cli.h"

const struct command status_command = {
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
