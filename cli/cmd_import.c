/* postflight import: checks from the files of other tools. */
#include "app/app.h"
#include "cli/cli.h"

const struct command import_command = {
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
