/*
 * Migration files of a clone: which tool they belong to, the order in which it
 * applies them, and those that were edited after they were applied.
 */
#ifndef MIGRATIONS_MIGRATIONS_H
#define MIGRATIONS_MIGRATIONS_H

#include "evidence/git/git.h"
#include "model/evidence_facts.h"

/* Fills out->edit; net: from `from` to `to`, NULL when from is not known. */
bool edits_find(struct git_evidence *out, struct repo *r,
                const struct history *history, const struct changes *net);

/* Fills out->migration from the tree at `to`. */
bool migrations_find(struct git_evidence *out, struct repo *r,
                     const struct changes *net);

/*
 * Marks the migration that production says it is at: the id of the record, or
 * of Django the name without its app where one app has it. False: no migration
 * has this id, or several.
 */
bool evidence_mark_current(struct git_evidence *git, const char *id);

#endif
