/* Documents that people read: reviewed by lint, repaired by report fix. */
#ifndef CLI_DOCUMENTS_H
#define CLI_DOCUMENTS_H

#include <stdbool.h>

#include "cli/cli.h"

/* By its name: .md or .markdown. */
bool is_document(const char *path);

/* Prints what is wrong with them and gives the exit code. */
int documents_review(struct arena *life, const struct options *o,
                     const struct texts *paths);

/* postflight report fix --mojibake FILE... */
int documents_fix(struct arena *life, const struct options *o);

#endif
