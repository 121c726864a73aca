/*
 * The sink of a run: where it reports what goes on. Runs neither print nor
 * exit; who starts one decides what becomes of each note. Every text has had
 * its secrets removed, but is not made harmless for a terminal.
 */
#ifndef APP_NOTES_H
#define APP_NOTES_H

#include "base/err.h"
#include "model/answer.h"
#include "model/migration_state.h"
#include "model/proof_file.h"
#include "model/record.h"
#include "model/signature.h"
#include "probe/probe.h"
#include "redact/sink.h"
#include "watch/watch.h"

enum note_kind {
    NOTE_ERROR,    /* rendered errors and warnings, with their lines */
    NOTE_LINE,     /* one line on what happened, without its line end */
    NOTE_LINES,    /* several lines, each with its end */
    NOTE_PROGRESS, /* a line on what the run waits for, with its end */
    NOTE_OUTPUT,   /* what standard output is to have: a document, a record */
    NOTE_COMMAND   /* commands for the CI host, their texts escaped */
};

/* What is known when the first check is about to be probed. */
struct probing_start {
    struct sink *sink;
    const char *expected;  /* build; NULL: none */
    bool document_follows; /* standard output gets a document or record */
};

/* How a round of the watcher ended. */
struct round_end {
    const struct record *record;
    const struct watch_round *round; /* its transitions and incident */
    bool kept;                       /* in the history */
};

/* How a run of the server ended; nothing that a client sent is in it. */
struct served_run {
    const struct answer *answer; /* NULL: it ended without one */
    int64_t number;              /* from 1 */
    int64_t duration_us;
};

/*
 * All after `note` may be NULL: then nobody wants to know. A run reports and
 * writes files through the functions below only: they go through the sink.
 */
struct notes {
    void *context;
    struct sink *sink; /* of all that leaves; learns the secrets of a run */
    void (*note)(void *context, enum note_kind kind, struct str text);

    /* Around the probes of verify; what was written between is progress. */
    void (*start)(void *context, const struct probing_start *start);
    void (*progress)(void *context, const struct probe_progress *all,
                     size_t count);
    void (*stop)(void *context);

    /* A result that is final: with a rollout all of them at the end. */
    void (*result)(void *context, const struct result *result);

    /* last: the line that closes a summary. */
    void (*verdict)(void *context, const struct record *record,
                    const char *last);
    void (*round)(void *context, const struct round_end *end);
    void (*served)(void *context, const struct served_run *run);

    /* catalogue: for what it has to say; NULL unless it was asked why. */
    void (*findings)(void *context, const struct findings *findings,
                     const struct catalogue *catalogue);
    void (*proof)(void *context, const struct proof *proof);
    void (*migrations)(void *context, const struct migration_state *state);
    void (*incidents)(void *context, const struct incident_row *row,
                      size_t count);
    void (*incident)(void *context, const struct incident_row *row,
                     const struct event_row *event, size_t count);

    /* What file systems lack and was reported (base/file_lacks.h); NULL: it is
       reported for each file. */
    unsigned *warned;

    /* Ends a process that a run forked for itself; does not return. */
    void (*leave)(int code);
};

void notes_error(const struct notes *n, const struct err *e);

/* Reports the error; returns the code, so that a run can `return` it. */
int notes_fail(const struct notes *n, const struct err *e, int code);

void notes_diags(const struct notes *n, struct diags *d);
void notes_line(const struct notes *n, const char *text);
void notes_progress(const struct notes *n, struct str line);

/* Forms: their texts were redacted before they were put together. */
void notes_lines(const struct notes *n, struct str lines);
void notes_output(const struct notes *n, struct str form);
void notes_command(const struct notes *n, struct str commands);

/*
 * Files, as of base/file.h: what runs write is private; what others are to
 * read (definitions, metrics) is shared. Where a file system has no modes,
 * that is reported, and the file is written.
 */
bool notes_file(const struct notes *n, const char *path, struct str form,
                struct err *e) MUST_CHECK;
bool notes_shared_file(const struct notes *n, const char *path, struct str form,
                       struct err *e) MUST_CHECK;
bool notes_files(const struct notes *n, const struct file_part *part,
                 size_t count, bool drop, struct err *e) MUST_CHECK;

#endif
