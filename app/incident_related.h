/* Earlier incidents of the history that belong to one. */
#ifndef APP_INCIDENT_RELATED_H
#define APP_INCIDENT_RELATED_H

#include "model/story.h"
#include "watch/history/history.h"

/* Adds to the facts those that were detected before it, and have a signature,
   migration, build, check or service in common with it. */
bool incident_related(struct history *h, struct arena *a,
                      const struct incident_row *row, struct facts *f,
                      struct err *e) MUST_CHECK;

/* The same for what records tell: those that had ended before it began. */
bool incident_related_story(struct history *h, struct arena *a,
                            const struct story *story,
                            const struct incident *incident, struct facts *f,
                            struct err *e) MUST_CHECK;

#endif
