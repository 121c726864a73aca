/* Is a person named? By how names are written and what only people do. */
#ifndef LINT_PEOPLE_H
#define LINT_PEOPLE_H

#include "lint/internal.h"

/* The name of a person who did something; an empty text: none is named. */
struct str person_blamed(struct patterns *p, struct str text);

/* "Emil restarted it" in a row of a timeline. */
struct str person_acting(struct patterns *p, struct str text);

#endif
