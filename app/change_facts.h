/* What facts leave to the repository: the lines of a commit, a workflow. */
#ifndef APP_CHANGE_FACTS_H
#define APP_CHANGE_FACTS_H

#include "app/notes.h"
#include "app/settings.h"
#include "model/facts.h"
#include "model/record.h"

#define CHANGES_FILLED_MAX 20 /* commits, and workflows, that are looked up */

/*
 * With --git: a change with a commit and no lines gets those of its hunks, one
 * change each; a workflow with a file gets name, trigger, target and steps.
 * What people wrote stays. Returns an exit code; every problem is reported.
 * Before the facts are redacted.
 */
int change_facts_fill(struct facts *f, struct arena *life,
                      const struct settings *s, const struct notes *n,
                      const struct record *r);

#endif
