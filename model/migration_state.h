/*
 * What the history table of a database and the migration files that were
 * shipped come to, as `postflight migrations` and a check of the kind
 * `migrations` tell it.
 */
#ifndef MODEL_MIGRATION_STATE_H
#define MODEL_MIGRATION_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/names.h"
#include "base/shape.h"

/* Worst first. */
enum migration_verdict {
    MIGRATIONS_FAILED,
    MIGRATIONS_HALF_APPLIED,
    MIGRATIONS_WITHOUT_TABLES,
    MIGRATIONS_EDITED,
    MIGRATIONS_NO_HISTORY,
    MIGRATIONS_BROKEN_CODE,
    MIGRATIONS_MULTIPLE_HEADS,
    MIGRATIONS_SKIPPED,
    MIGRATIONS_INCONSISTENT,
    MIGRATIONS_LOCKED,
    MIGRATIONS_UNKNOWN_IN_CODE,
    MIGRATIONS_PENDING,
    MIGRATIONS_RUNNING,
    MIGRATIONS_LEFTOVERS,
    MIGRATIONS_UP_TO_DATE,
    MIGRATIONS_UNREADABLE
};
extern const struct names migration_verdict_names;

/* How a file differs from the one that was applied. */
enum migration_edit_kind {
    EDIT_CONTENT,    /* its checksum is another one */
    EDIT_LINE_ENDS,  /* alone */
    EDIT_SINCE,      /* by git: a commit after it was applied */
    EDIT_FIRST_SIGHT /* it was another one when it was first seen applied */
};
extern const struct names migration_edit_kind_names;

/* A migration that needs a look; texts are redacted before they are shown. */
struct migration_fact {
    const char *id, *file; /* file: beneath the folder; NULL: it has none */
    const char **there;    /* objects that it creates and that are there */
    size_t there_count;
    const char **missing; /* and that are not */
    size_t missing_count;
    const char *error; /* first line; NULL: none is kept */
    int64_t time_ms;   /* of the row, wall; 0: its tool keeps none */
    int how;           /* enum migration_edit_kind; -1: not edited */
    bool interrupted;  /* it began, and nothing was written since */
};

/* A row of the chain, in the order in which the tool applies. */
enum migration_mark {
    MARK_APPLIED,
    MARK_PENDING,
    MARK_FAILED,
    MARK_EDITED,
    MARK_SKIPPED,
    MARK_UNKNOWN, /* in the database alone; these come last */
    MARK_MORE     /* `hidden` rows like those around them */
};
extern const struct names migration_mark_names;

struct migration_step {
    const char *id;   /* NULL: of MARK_MORE */
    int mark;         /* enum migration_mark */
    const char *note; /* "exists: orders; missing: orders_u"; or NULL */
    bool here;        /* the newest one of the database */
    int64_t hidden;
};

struct migration_way {
    const char *text, *command; /* command: NULL: none */
    const char *danger;         /* NULL: it is safe */
};

struct migration_state {
    const char *check; /* id of the check; NULL: of no check */
    const char *tool;
    int verdict;          /* enum migration_verdict */
    const char *reason;   /* one sentence */
    const char *history;  /* "public.alembic_version"; NULL: not found */
    const char *server;   /* "PostgreSQL 15.18"; NULL: exported rows */
    const char *folder;   /* of the files, as it was given */
    const char *revision; /* of a clone that they are from; NULL: the disk */
    const char *previous; /* the one before the first failed; or NULL */
    bool refused;         /* edited, and the tool does not start with that */
    const char **known;   /* ids of all that are applied; not in its shape */
    int64_t *known_ms;    /* when, in Unix time; 0: not known */
    size_t known_count;
    const char **at; /* where the database is: its newest migrations */
    size_t at_count;
    int64_t applied, shipped; /* how many */
    struct migration_fact *pending, *failed, *edited, *unknown, *inconsistent;
    size_t pending_count, failed_count, edited_count, unknown_count,
        inconsistent_count;
    const char **head; /* of the shipped files */
    size_t head_count;
    const char **duplicate;
    size_t duplicate_count;
    const char **skipped;
    size_t skipped_count;
    const char **leftover; /* indexes that a failed CONCURRENTLY left */
    size_t leftover_count;
    const char **note;
    size_t note_count;
    struct migration_step *chain; /* what matters, and what is around it */
    size_t chain_count;
    struct migration_way *advice;
    size_t advice_count;
};

extern const struct shape migration_state_shape;

/*
 * What a check makes of it, enum status; lenient: pending migrations and a
 * database that is ahead pass.
 */
int migration_status(const struct migration_state *s, bool lenient);

/* When it was applied, in Unix time; 0: not known. */
int64_t migration_applied_ms(const struct migration_state *s, const char *id);

/* Is it applied, whatever the lists show? */
bool migration_is_applied(const struct migration_state *s, const char *id);

#endif
