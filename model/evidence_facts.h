/* What git and CI tell of a deployment: commits, migrations, runs. */
#ifndef MODEL_EVIDENCE_FACTS_H
#define MODEL_EVIDENCE_FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/names.h"
#include "base/shape.h"

/* One file of one commit; a binary file has no lines: both are -1. */
struct commit_file {
    const char *path;
    int64_t added, deleted; /* lines */
};

struct commit {
    const char *sha; /* 40 hex digits, or 64 where git uses SHA-256 */
    const char *subject, *author;
    int64_t time_ms; /* of the committer, wall */
    int64_t added, deleted;
    struct commit_file *file; /* a merge has none: its parents have them */
    size_t file_count;
};

/* A file that more than one commit of the range touches. */
struct edited_file {
    const char *path;
    int64_t commits;
};

/* Every tool has a row, NAME_migrations, in migrations/. */
#define MIGRATION_TOOLS(X)                                                     \
    X(PRISMA, prisma)                                                          \
    X(ALEMBIC, alembic)                                                        \
    X(EFCORE, efcore)                                                          \
    X(DJANGO, django)                                                          \
    X(RAILS, rails)                                                            \
    X(FLYWAY, flyway)                                                          \
    X(KNEX, knex)

#define MIGRATION_TOOL(ID, name) MIGRATION_##ID,
enum migration_tool { MIGRATION_TOOLS(MIGRATION_TOOL) };
#undef MIGRATION_TOOL
extern const struct names migration_tool_names;

/* A migration of the tree at the end of the range, in the order of its tool. */
struct migration {
    int tool; /* enum migration_tool */
    const char *id, *path;
    const char *after; /* id of the one before it; NULL: the first */
    const char *added; /* sha of the commit that added it */
    int64_t added_ms;  /* wall */
    bool deployed;     /* it was there at the start of the range */
    bool current;      /* production is here, as a person or probe says */
};

/* A migration that was changed or deleted after a deploy had it. */
struct migration_edit {
    int tool;
    const char *id, *path;
    const char *new_path; /* where it was moved to; NULL: it was not */
    const char *commit;   /* sha of the change; NULL: no commit did it */
    const char *subject;
    int64_t time_ms;
    bool deleted;
    bool cosmetic; /* only blanks and lines that are comments differ */
    int64_t added_lines, deleted_lines;
};

/* How the two ends of a range lie to each other. */
enum range_relation {
    RANGE_FORWARD,  /* from is an ancestor of to */
    RANGE_SAME,     /* they are one commit */
    RANGE_ROLLBACK, /* to is an ancestor of from */
    RANGE_DIVERGED, /* neither, as after a force-push */
    RANGE_UNKNOWN   /* from was not given, or history is missing */
};
extern const struct names range_relation_names;

struct git_evidence {
    const char *from, *to; /* sha, NULL: not known */
    const char *branch;
    int relation;          /* enum range_relation */
    const char *base;      /* sha of their last common commit, or NULL */
    bool shallow;          /* history was cut off when this was cloned */
    bool cut;              /* there is more than was read */
    int64_t commits;       /* of `to` that `from` lacks, with merges */
    int64_t undone;        /* of `from` that `to` lacks */
    struct commit *commit; /* newest first */
    size_t commit_count;
    int64_t files, added, deleted; /* of the whole range, file by file */
    struct edited_file *edited;    /* most commits first */
    size_t edited_count;
    struct migration *migration;
    size_t migration_count;
    struct migration_edit *edit; /* oldest first */
    size_t edit_count;
};

/* The CI host that runs us; a field that it does not tell is NULL. */
struct ci_evidence {
    const char *host; /* "github", "gitlab", …; NULL: none was seen */
    const char *commit, *branch, *run_url, *run_id, *actor, *workflow, *job;
};

/* A run of a workflow that deployed to a target, or tried to. */
struct deployment_run {
    const char *id, *workflow, *trigger, *target, *status, *commit, *url;
    int64_t start_ms, end_ms; /* wall; end 0: it still runs */
};

/* Two runs on one target at the same time. */
struct deployment_conflict {
    const char *target;
    const char *first, *second;   /* run ids, in order of their starts */
    int64_t start_ms, overlap_ms; /* of the second; how long both ran */
    bool same_commit;
    const char *ended_by; /* later run that deployed it; NULL: not over */
};

/* Its host says, in one of the words that hosts have, that it went well, or
   not; of a run that goes on, neither. */
bool deployment_run_succeeded(const struct deployment_run *run);
bool deployment_run_failed(const struct deployment_run *run);

struct deploy_evidence {
    struct git_evidence git;
    struct ci_evidence ci;
    struct deployment_run *run; /* in order of their starts */
    size_t run_count;
    struct deployment_conflict *conflict; /* in order of their starts */
    size_t conflict_count;
};

extern const struct shape commit_shape;
extern const struct shape deploy_evidence_shape; /* without the commits */

#endif
