/*
 * The files of `report --from`: records of runs, what `scan --format json`
 * printed, and lists of deployments.
 */
#ifndef APP_RECORD_FILES_H
#define APP_RECORD_FILES_H

#include "app/notes.h"
#include "app/settings.h"
#include "model/record.h"

/*
 * Reads one of them. What is no record becomes one in which nothing was
 * probed. EXIT_VERIFIED, or the exit code of what was reported: a file of
 * another kind is invalid.
 */
int record_file_read(struct record *out, struct arena *life, const char *path,
                     const struct notes *n);

/* A record alone, for what has one format only. */
int record_file_read_run(struct record *out, struct arena *life,
                         const char *path, const struct notes *n);

#endif
