/* Documents that people read: reviewed by lint, repaired by report fix. */
#ifndef APP_DOCUMENTS_H
#define APP_DOCUMENTS_H

#include <stdbool.h>

#include "app/notes.h"
#include "app/settings.h"
#include "migrations/rules/rules.h"

/*
 * The documents that a path names: itself, or all in a folder, and in those
 * below, that has no definitions at its top. False: it could not be read.
 * None: it is not for us.
 */
bool documents_of(struct texts *out, struct arena *a, const char *path,
                  struct err *e) MUST_CHECK;

/* Reports what is wrong with them, and with migrations; the exit code. */
int documents_review(struct arena *life, const struct settings *s,
                     const struct notes *n, const struct texts *paths,
                     const struct migration_folders *migrations);

/* postflight report fix --mojibake FILE... */
int documents_fix(struct arena *life, const struct settings *s,
                  const struct notes *n);

/* postflight report actions: action items as issues, and back. */
int documents_actions(struct arena *life, const struct settings *s,
                      const struct notes *n);

#endif
