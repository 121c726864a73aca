/* Which unknown error is the root of what is known. */
#ifndef SCAN_ROOT_CHOICE_H
#define SCAN_ROOT_CHOICE_H

#include "scan/run_end.h"

struct root_choice; /* handle */
struct root_choice *root_choice_open(const struct scan *s,
                                     const struct run_ends *ends);
void root_choice_close(struct root_choice *c);

/*
 * For a word by which a run, a step or a tool says that it failed, or for a
 * wrapper or a symptom: the error in its scope for which most points speak.
 * NULL, as the word: what ended by itself, or is new since a good deploy.
 * NULL, as the result: none.
 */
const struct error_line *root_choice_for(const struct root_choice *c,
                                         const struct occurrence *word);

/* The same close to the word, whoever said it: in the log of its host. */
const struct error_line *root_choice_near(const struct root_choice *c,
                                          const struct occurrence *word);

/* What another program of the same host says close above it; or NULL. */
const struct error_line *root_choice_beside(const struct root_choice *c,
                                            const struct occurrence *o);

#endif
