/*
 * What shows that something was observed, in the many forms in which people
 * show it: output of programs, quotes, differences, configuration, tables of
 * measurements, names of exceptions, pictures, links to logs and changes.
 */
#ifndef LINT_EVIDENCE_H
#define LINT_EVIDENCE_H

#include "lint/internal.h"

/* Words of an error, in output and where it is quoted. */
extern const char evidence_words[];

/* Does a block show what a program said? Commands and lists of commits do
   not. */
bool evidence_output(struct review *r, const struct block *b);

/*
 * Is there evidence for what a section claims: in it, above it, or in a part
 * of the document that is there to hold it?
 */
bool evidence_for(struct review *r, const struct section *in);

/* A section that calls its cause a guess, or says that it is not known yet. */
bool evidence_not_claimed(struct review *r, const struct section *in);

#endif
