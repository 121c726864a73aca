/* postflight init: a first file of checks from a live service, or OpenAPI. */
#include "app/app.h"
#include "cli/cli.h"

const struct command init_command = {
    .name = "init",
    .arguments = "URL...",
    .summary = "Writes a first file of checks from a live service.",
    .help = "Writes a first file of checks from what each URL answers. "
            "Each is asked once. With --from, the checks are those that an "
            "OpenAPI 3 document promises.",
    .run = init_run,
    .example = "postflight init https://api.example.com/health -o "
               "checks.d/api.yaml\n"
               "# what an OpenAPI document promises\n"
               "postflight init --from openapi.json -o checks.d/api.yaml",
    .argument = ARGUMENT_NONE,
};
