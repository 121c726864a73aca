/*
 * Migration files judged without a database: what fails when it is deployed,
 * or leaves half of a state behind, and what a tool would skip in silence.
 *
 * How it works: folders.c finds the folders of a tree that contain migrations
 * and the tool of each, by names and texts. tools.c has a row for each tool:
 * which files run in a transaction, and how a file opts out. sql.c splits SQL
 * into statements, also that of texts within programs (embedded.c). A rule is
 * a row of the table in review.c; it is silent where it cannot be sure.
 */
#ifndef MIGRATIONS_RULES_RULES_H
#define MIGRATIONS_RULES_RULES_H

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "evidence/git/git.h"
#include "migrations/state/state.h"
#include "model/remark.h"

#define RULES_ENTRIES_MAX ((size_t)200000) /* files and folders of one tree */
#define RULES_DEPTH_MAX   32               /* folders in folders */
#define RULES_FOLDERS_MAX ((size_t)1000)
#define RULES_FILES_MAX   ((size_t)STATE_FILES_MAX) /* of one folder */
#define RULES_SAME_MAX    20 /* findings of one rule in a folder */

struct tool_facts;

/* A folder whose files are the migrations of one tool. */
struct migration_folder {
    const char *path; /* as it is reached from the path that was given */
    const struct tool_facts *tool;
    struct shipped_file *file; /* beneath the folder, by path */
    size_t file_count;
    const char **sub; /* folders in it, which may be empty */
    size_t sub_count;
    size_t count;   /* of migrations */
    unsigned signs; /* by which its tool was found */
};

struct migration_folders {
    struct migration_folder *item;
    size_t count, cap;
};

/*
 * The migration folders of a tree, or none. A folder that cannot be read or a
 * tree past a limit is an error. Folders of dependencies and of builds, hidden
 * ones and links are left out.
 */
bool migration_folders_find(struct migration_folders *out, struct arena *a,
                            const char *path, struct err *e) MUST_CHECK;

/* The name of a folder's tool. */
const char *migration_folder_tool(const struct migration_folder *folder);

/*
 * Adds what the rules find in one folder, by file and line; the others may have
 * parts of its chain. git: the clone and, as from, the revision whose
 * migrations have been applied; NULL: not known, or no from.
 */
bool migrations_review(struct remarks *out, struct arena *a,
                       const struct migration_folders *folders, size_t index,
                       const struct git_inputs *git, struct err *e) MUST_CHECK;

/* THE table of rules: docs and SARIF come from it. */
size_t migration_rule_count(void);
struct review_rule migration_rule(size_t index);

/* What is known of each tool, for docs. */
struct migration_tool_doc {
    const char *name;
    const char *sent;    /* how a migration reaches the server */
    const char *opt_out; /* what to do with a statement that refuses that */
};
size_t migration_tool_count(void);
struct migration_tool_doc migration_tool(size_t index);

#endif
