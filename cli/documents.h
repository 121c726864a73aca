/* Documents that people read: reviewed by lint, repaired by report fix. */
#ifndef CLI_DOCUMENTS_H
#define CLI_DOCUMENTS_H

#include <stdbool.h>

#include "cli/cli.h"

/*
 * The documents that a path names: itself, or all in a folder, and in those
 * below, that has no definitions at its top. False: it could not be looked at.
 * None: it is not for us.
 */
bool documents_of(struct texts *out, struct arena *a, const char *path,
                  struct err *e) MUST_CHECK;

/* Prints what is wrong with them and gives the exit code. */
int documents_review(struct arena *life, const struct options *o,
                     const struct texts *paths);

/* postflight report fix --mojibake FILE... */
int documents_fix(struct arena *life, const struct options *o);

#endif
