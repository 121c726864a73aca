/* The logs of a command: catalogue, inputs, and reading them as they grow. */
#ifndef CLI_LOGS_H
#define CLI_LOGS_H

#include "cli/cli.h"
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
 * read. Problems are told; an exit code, 0 when there is none.
 */
int logs_open(struct logs *out, struct arena *life, const struct options *o,
              const struct texts *paths);
/*
 * For verify: a log that does not exist is a warning, or is waited for with
 * --follow. build: that is expected, or NULL.
 */
int logs_open_deploy(struct logs *out, struct arena *life,
                     const struct options *o, const struct texts *paths,
                     const char *build);
/* RFC 3339, or how long ago; *time_ms stays when the option is not given. */
bool logs_read_time(const struct options *o, enum option_id id,
                    int64_t *time_ms, struct err *e) MUST_CHECK;
/* After logs_scan: whether each log was read, in `source`. */
void logs_note_sources(struct logs *l);
void logs_follow(struct logs *l); /* from now on, until logs_scan */
void logs_close(struct logs *l);

/* Of what is followed: does it say by now that the deployment has failed? */
bool logs_say_failed(struct logs *l);

bool logs_scan(struct logs *l, struct findings *out, struct err *e) MUST_CHECK;

#endif
