/* The logs of a run: catalogue, inputs, and reading them as they grow. */
#ifndef APP_LOGS_H
#define APP_LOGS_H

#include "app/notes.h"
#include "app/settings.h"
#include "model/record.h"
#include "scan/scan.h"

struct logs {
    struct arena *life;
    struct catalogue catalogue;
    struct scan_inputs in;
    struct follower *follower; /* NULL: nobody follows */
    int64_t looked_us;         /* at what is followed */
    struct deploy_window deploy;
    const char **path;         /* those that are read */
    struct log_source *source; /* for the record; NULL unless lenient */
    size_t source_count;
};

/*
 * Reads --signatures, --good and --previous and sees whether each log can be
 * read. Reports every problem; returns an exit code, 0 if all is well.
 */
int logs_open(struct logs *out, struct arena *life, const struct settings *s,
              const struct notes *n, const struct texts *paths);
/*
 * For verify: a log that does not exist is a warning, or is waited for with
 * --follow. build: that is expected, or NULL.
 */
int logs_open_deploy(struct logs *out, struct arena *life,
                     const struct settings *s, const struct notes *n,
                     const char *build);
/* After logs_scan: whether each log was read, in `source`. */
void logs_note_sources(struct logs *l);
void logs_follow(struct logs *l); /* from now on, until logs_scan */
void logs_close(struct logs *l);

/* Of what is followed: does it say by now that the deployment has failed? */
bool logs_say_failed(struct logs *l);

bool logs_scan(struct logs *l, struct findings *out, struct err *e) MUST_CHECK;

#endif
