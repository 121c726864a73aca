/* postflight serve: the same checks, for gates that ask over HTTP. */
#include "app/app.h"
#include "cli/cli.h"

const struct command serve_command = {
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
