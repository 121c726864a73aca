/* postflight lint: definitions and signatures, without running anything. */
#include "app/app.h"
#include "cli/cli.h"

const struct command lint_command = {
    .name = "lint",
    .arguments = "PATH...",
    .summary = "Reports every problem of checks, signatures and documents.",
    .help =
        "Reports every problem of definitions, signatures and documents. "
        "Paths that hold the word signature, or begin with a list of them, "
        "are read as signatures, whose samples are run; *.md and *.markdown, "
        "and folders of them, as documents, which must not contradict "
        "themselves or each other; all others together as checks.",
    .run = lint_run,
    .example = "postflight lint checks.d signatures.d\n"
               "# an incident's document, against the one before it\n"
               "postflight lint --earlier status.md incident.md\n"
               "# for code scanning\n"
               "postflight lint --format sarif docs/incident.md > lint.sarif",
};
