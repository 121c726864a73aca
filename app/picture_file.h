/* The picture of an incident as a file beside its document. */
#ifndef APP_PICTURE_FILE_H
#define APP_PICTURE_FILE_H

#include "app/notes.h"
#include "report/report.h"

/* Of "docs/incident.md": "docs/incident.svg", and how the document names it. */
const char *picture_path(struct arena *a, const char *document);
const char *picture_name(struct arena *a, const char *document);

/*
 * Writes or replaces it, if it is another one. changed: nothing is written,
 * and 1 is set there when it would be. Nothing to draw: nothing is done.
 */
bool picture_file(struct arena *a, const struct notes *n,
                  const struct report_inputs *in, const char *path,
                  int *changed, struct err *e) MUST_CHECK;

#endif
