/*
 * From logs to findings and causes, by a catalogue of signatures.
 *
 * A line is matched in byte mode after terminal sequences are taken out. Facts
 * that stand on several lines are joined from single-line matches. What a
 * limit kept from being known is counted, never silent.
 */
#ifndef SCAN_SCAN_H
#define SCAN_SCAN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "model/finding.h"
#include "model/signature.h"

/* Of a longer line, what stands around an anchor is matched. */
#define SCAN_LINE_MAX     ((size_t)64 * 1024)
#define SCAN_BLOCK_MAX    ((size_t)2 * 1024 * 1024) /* a longer line is cut */
#define SCAN_HITS_MAX     50000 /* kept, as many error lines; more give up */
#define SCAN_WHY_MAX      5000  /* lines of which it is told why */
#define SCAN_FINDINGS_MAX 500   /* different ones; more give up */
#define SCAN_LIMIT_MS     INT64_C(300000) /* of reading files, unless given */

/*
 * The built-in catalogue and then the *.yaml of folder, when it is not NULL; a
 * signature there replaces the built-in one of the same id. All problems go to
 * diags. It lives as long as `life`.
 */
bool catalogue_open(struct catalogue *out, struct arena *life,
                    const char *folder, struct diags *d) MUST_CHECK;

/* Anchors, edges, samples: every problem of the data goes to diags. */
struct sample_count {
    size_t positive, negative, cascade;
};
void catalogue_check(const struct catalogue *c, struct sample_count *count,
                     struct diags *d);

/* Lines whose time is known and is not in it are passed over; 0: no limit. */
struct scan_window {
    int64_t since_ms, until_ms;
};

/* By which it is known what belongs to this deploy; see log_window.h. */
struct deploy_window {
    int64_t since_ms;   /* given; 0: not given */
    int64_t good_ms;    /* wall: production was well then; 0: not known */
    const char *build;  /* expected; NULL: none is */
    int64_t started_ms; /* wall: start of the run */
};

/* What the logs of an earlier run said: its failures may go on in this one. */
struct previous_run {
    const char *name; /* where its record is */
    int64_t time_ms;
    const struct findings *found;
};

#define EXCERPT_BYTES     ((size_t)6000) /* unless given */
#define EXCERPT_BYTES_MIN ((size_t)500)
#define EXCERPT_BYTES_MAX ((size_t)1 << 20)

/* What `scan --excerpt` is to have; 0 bytes: nothing. */
struct redactor;
struct excerpt_wish {
    size_t bytes;
    struct redactor *redactor; /* NULL: secrets stay, for tests */
};

struct scan_inputs {
    const struct catalogue *catalogue;
    const char *const *path; /* in the order given; "-" is standard input */
    size_t path_count;
    struct scan_window window;
    const struct deploy_window *deploy; /* NULL: all causes belong to it */
    const char *const *good;            /* logs of deploys that went well */
    size_t good_count;
    const struct previous_run *previous; /* newest first */
    size_t previous_count;
    bool why; /* tell of each line why it counts */
    struct excerpt_wish excerpt;

    /*
     * All logs are read for up to this long; 0: SCAN_LIMIT_MS for files, and
     * no limit for pipes, which may wait. What was not read is counted.
     */
    int64_t limit_ms;
};

bool scan_logs(struct findings *out, struct arena *run,
               const struct scan_inputs *in, struct err *e) MUST_CHECK;

/*
 * Logs that still grow. What a rotation takes away, by rename, truncation or
 * copy and truncation, has been read before or is read from the old file.
 * The inputs live as long as the follower.
 */
struct follower; /* handle */
struct follower *follower_open(const struct scan_inputs *in);
void follower_close(struct follower *f); /* NULL too */
/* Reads what is new, whole lines only; false: nothing was. */
bool follower_read(struct follower *f) MUST_CHECK;
/*
 * Reads on, and tells whether a cause that proves a failed deploy was found
 * and its log has had its say: its block is over, or nothing came for
 * FOLLOW_QUIET_US. An error of which only a wrapper or a symptom was read is
 * given that time in any case. now_us: a clock that does not go back.
 */
#define FOLLOW_QUIET_US INT64_C(2000000)
bool follower_has_failed(struct follower *f, int64_t now_us) MUST_CHECK;
/* Has log `index` of the inputs been there? *bytes: of it, so far. */
bool follower_found(const struct follower *f, size_t index, int64_t *bytes);
/* What all that was read says; `ended`: the rest of the last lines, too. */
bool follower_findings(struct follower *f, struct findings *out,
                       struct arena *run, bool ended, struct err *e) MUST_CHECK;

/*
 * One text as if it were a log of that name. naive: every signature is looked
 * for on every line, which finds the same and takes a hundred times as long.
 */
void scan_text(struct findings *out, struct arena *run,
               const struct catalogue *catalogue, const char *name,
               struct str text, bool naive);

/* The same for many texts, one after the other: the filter is made once. */
struct text_scanner; /* handle */
struct text_scanner *text_scanner_open(const struct catalogue *catalogue,
                                       bool naive);
void text_scanner_close(struct text_scanner *t); /* NULL too */
void text_scanner_run(struct text_scanner *t, struct findings *out,
                      struct arena *run, const char *name, struct str text);

/*
 * A first signature for a cluster of unknown errors, as YAML; false when no
 * part of it that stays is long enough for an anchor.
 */
bool scan_stub(struct buf *out, const struct cluster *c) MUST_CHECK;

/* Opens and closes a log: what is wrong with it, before a run starts. */
bool scan_can_read(const char *path, struct err *e) MUST_CHECK;

/* One row of the table of signature keys: for docs. */
struct signature_key_doc {
    const char *name, *type, *help;
    bool required;
};
size_t signature_key_count(void);
struct signature_key_doc signature_key(size_t index);

#endif
