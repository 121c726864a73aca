/* The names and the shape of model/migration_state.h. */
#include "model/migration_state.h"

#include <string.h>

#include "base/shape_rows.h"
#include "model/vocabulary.h"

NAMES(migration_verdict_names, "verdict on migrations", "failed",
      "half-applied", "applied-without-tables", "edited", "no-history",
      "broken-code", "multiple-heads", "skipped", "inconsistent", "locked",
      "unknown-in-code", "pending", "running", "leftovers", "up-to-date",
      "unreadable");
NAMES(migration_edit_kind_names, "kind of edit", "content", "line-ends",
      "since", "first-sight");
NAMES(migration_mark_names, "mark in a chain", "applied", "pending", "failed",
      "edited", "skipped", "unknown", "more");

#define STRUCT migration_fact
static const struct shape_field fact_shape_rows[] = {
    FIELD("id", SHAPE_TEXT, id, "of the migration"),
    FIELD("file", SHAPE_TEXT, file, "beneath the folder of migrations"),
    TEXTS("there", there, "objects that it creates and that exist"),
    TEXTS("missing", missing, "objects that it creates and that are missing"),
    RARE_FIELD("error", SHAPE_TEXT, error, "first line of the tool's error"),
    RARE_FIELD("time", SHAPE_TIME, time_ms, "of its row in the history"),
    NAMED("how", how, &migration_edit_kind_names, "how the file was edited"),
    RARE_FIELD("interrupted", SHAPE_BOOL, interrupted,
               "it began and did not end"),
};
static SHAPE_OF(fact_shape, "migration_fact");
#undef STRUCT

#define STRUCT migration_step
static const struct shape_field step_shape_rows[] = {
    FIELD("id", SHAPE_TEXT, id, "of the migration; null: more of them"),
    NAMED("mark", mark, &migration_mark_names, "its state"),
    RARE_FIELD("note", SHAPE_TEXT, note, "what is known of it"),
    RARE_FIELD("here", SHAPE_BOOL, here, "the newest one of the database"),
    RARE_FIELD("hidden", SHAPE_INT, hidden, "migrations that are not listed"),
};
static SHAPE_OF(step_shape, "migration_step");
#undef STRUCT

#define STRUCT migration_way
static const struct shape_field way_shape_rows[] = {
    FIELD("text", SHAPE_TEXT, text, "what to do"),
    FIELD("command", SHAPE_TEXT, command, "a command for it"),
    FIELD("danger", SHAPE_TEXT, danger,
          "what it may destroy; null: it is safe"),
};
static SHAPE_OF(way_shape, "migration_way");
#undef STRUCT

#define STRUCT migration_state
static const struct shape_field migration_state_shape_rows[] = {
    RARE_FIELD("check", SHAPE_TEXT, check, "id of the check"),
    FIELD("tool", SHAPE_TEXT, tool, "tool that the migrations belong to"),
    NAMED("verdict", verdict, &migration_verdict_names,
          "the worst that applies"),
    FIELD("reason", SHAPE_TEXT, reason, "why, in one sentence"),
    FIELD("history", SHAPE_TEXT, history, "the table, with its schema"),
    RARE_FIELD("server", SHAPE_TEXT, server, "product and version"),
    RARE_FIELD("folder", SHAPE_TEXT, folder, "of the migration files"),
    RARE_FIELD("revision", SHAPE_TEXT, revision,
               "of the clone that the files are from"),
    RARE_FIELD("previous", SHAPE_TEXT, previous,
               "the migration before the first failed one"),
    RARE_FIELD("refused", SHAPE_BOOL, refused,
               "the tool does not start with the edited files"),
    TEXTS("at", at, "the newest migrations of the database"),
    FIELD("applied", SHAPE_INT, applied, "migrations that were applied"),
    FIELD("shipped", SHAPE_INT, shipped, "migrations in the files"),
    LIST("pending", pending, &fact_shape, "shipped and not applied"),
    LIST("failed", failed, &fact_shape, "began and did not succeed"),
    LIST("edited", edited, &fact_shape, "changed after they were applied"),
    LIST("unknown", unknown, &fact_shape, "applied and not shipped"),
    LIST("inconsistent", inconsistent, &fact_shape,
         "applied before what they depend on"),
    TEXTS("heads", head, "migrations that none follows"),
    TEXTS("duplicates", duplicate, "ids that several files have"),
    TEXTS("skipped", skipped, "pending ones that the tool will not apply"),
    TEXTS("leftovers", leftover, "invalid indexes"),
    TEXTS("notes", note, "what else was seen"),
    LIST("chain", chain, &step_shape, "the order of what matters"),
    LIST("advice", advice, &way_shape, "what to do, safe ways first"),
};
SHAPE_OF(migration_state_shape, "migration_state");
#undef STRUCT

static int lenient_status(const struct migration_state *s)
{
    return s->verdict == MIGRATIONS_PENDING ||
                   s->verdict == MIGRATIONS_UNKNOWN_IN_CODE
               ? STATUS_PASS
               : STATUS_FAIL;
}

int migration_status(const struct migration_state *s, bool lenient)
{
    switch ((enum migration_verdict)s->verdict) {
    case MIGRATIONS_UP_TO_DATE:
        return STATUS_PASS;
    case MIGRATIONS_UNREADABLE:
        return STATUS_ERROR;
    case MIGRATIONS_RUNNING:
    case MIGRATIONS_LEFTOVERS:
        return STATUS_DEGRADED;
    case MIGRATIONS_EDITED:
        return s->refused ? STATUS_FAIL : STATUS_DEGRADED;
    default:
        return lenient ? lenient_status(s) : STATUS_FAIL;
    }
}

int64_t migration_applied_ms(const struct migration_state *s, const char *id)
{
    for (size_t i = 0; i < s->known_count; i++)
        if (s->known_ms[i] != 0 && strcmp(s->known[i], id) == 0)
            return s->known_ms[i];
    return 0;
}

bool migration_is_applied(const struct migration_state *s, const char *id)
{
    for (size_t i = 0; i < s->known_count; i++)
        if (strcmp(s->known[i], id) == 0)
            return true;
    return false;
}
