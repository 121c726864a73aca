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
    .options = TAKES(OPTION_ONCE, OPTION_INTERVAL, OPTION_ROUNDS, OPTION_STATE,
                     OPTION_IF_HELD, OPTION_OUT, OPTION_REPORT,
                     OPTION_CHECK_LOG, OPTION_EXPECT, OPTION_RATE, OPTION_TAG,
                     OPTION_NOT_TAG, OPTION_ID, OPTION_FAIL_ON, OPTION_SLOTS,
                     OPTION_HOST_SLOTS, OPTION_SIGNATURES, OPTION_VAR,
                     OPTION_ENV_FILE, OPTION_COLOR, OPTION_QUIET, OPTION_HELP),
    .own = OWN(
        {OPTION_FAIL_ON, NULL, "exit 6 if production is degraded", "degraded"},
        {OPTION_CHECK_LOG, NULL, "scan this log if a check fails (repeatable)",
         NULL},
        {OPTION_OUT, NULL,
         "write record.json and report.md there after each round", NULL}),
    .run = watch_run,
    .example = "postflight watch --once --state /var/lib/postflight/state.db\n"
               "# as a service, with the deploy log to know why\n"
               "postflight watch --interval 60s --log deploy.log",
};
