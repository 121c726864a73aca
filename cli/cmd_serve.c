/* postflight serve: the same checks, for gates that ask over HTTP. */
#include "app/app.h"
#include "cli/cli.h"

const struct command serve_command = {
    .name = "serve",
    .arguments = "[CHECKS...]",
    .help = "Answers gates that ask over HTTP with the verdict of the checks.\n"
            "GET or POST /verify runs them (docs/SERVE.md).",
    .options = TAKES(OPTION_LISTEN, OPTION_TTL, OPTION_QUEUE,
                     OPTION_CONNECTIONS, OPTION_CLIENT_TIMEOUT, OPTION_GRACE,
                     OPTION_TOKEN_ENV, OPTION_TOKEN_FILE, OPTION_EXPECT,
                     OPTION_DEADLINE, OPTION_RATE, OPTION_TAG, OPTION_NOT_TAG,
                     OPTION_ID, OPTION_FAIL_ON, OPTION_SLOTS, OPTION_HOST_SLOTS,
                     OPTION_VAR, OPTION_ENV_FILE, OPTION_QUIET, OPTION_HELP),
    .own =
        OWN({OPTION_FAIL_ON, NULL, "respond with 503 if production is degraded",
             "degraded"},
            {OPTION_EXPECT, NULL,
             "build that must be serving, unless the client names one", NULL},
            {OPTION_DEADLINE, NULL, "limit of one run (default 5m)", NULL}),
    .run = serve_run,
    .example = "# for gates on this machine\n"
               "postflight serve --tag smoke --ttl 5s\n"
               "# for gates of a cluster, which have a token\n"
               "postflight serve --listen 0.0.0.0:9115 --token-file token",
};
