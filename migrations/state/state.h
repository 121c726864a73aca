/*
 * Is the database where the shipped code thinks it is? The files of a folder
 * and what was read from a database are compared; nothing is changed.
 *
 * How it works: a tool is a row in a file of tools. It says which files are
 * migrations and what their ids are, which table is its history, and what a row
 * of that means: applied, failed, rolled back. Rows are joined to files by id.
 * What the history cannot tell (most tools write nothing when a migration
 * fails half-way) is told by the objects that a migration creates: they are
 * read from its text (objects.c) and looked for in the catalogue.
 */
#ifndef MIGRATIONS_STATE_STATE_H
#define MIGRATIONS_STATE_STATE_H

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "evidence/git/git.h"
#include "model/migration_state.h"

#define STATE_FILES_MAX 4096
#define STATE_FILE_MAX  ((size_t)4 << 20) /* bytes of one file */
#define STATE_ROWS_MAX  20000
#define STATE_SHOWN_MAX 100 /* of each list */

/* Rows of one table, as text; a cell that is NULL is null. */
struct table_rows {
    const char *schema, *name;
    const char **column;
    size_t column_count;
    const char **cell; /* row by row */
    size_t row_count;
    bool visible;           /* in the search path */
    const char *unreadable; /* why its rows were not read; NULL: they were */
    bool locked;            /* by another session, for longer than we wait */
};

enum object_kind { OBJECT_TABLE, OBJECT_INDEX, OBJECT_TYPE, OBJECT_COLUMN };

struct database_object {
    enum object_kind kind;
    const char *name;   /* of a column: "orders.note" */
    const char *schema; /* NULL: not known */
    bool invalid;       /* of an index */
    bool hidden;        /* not in the search path */
};

/* What was read from a database, or from exported rows. */
struct database_facts {
    struct table_rows *table; /* those that may be histories or locks of them */
    size_t table_count;
    struct database_object *object;
    size_t object_count;
    bool has_objects; /* false: nothing is known of them */
    const char *busy; /* a migration runs now: by what that is seen; or NULL */
    const char *server; /* "PostgreSQL 15.18"; NULL: rows of a file */
    const char *schema; /* where names without one are looked for */
    bool standby;       /* it only follows another server */
    int64_t lag_ms;     /* of a standby; -1: not known */
};

/* A migration file that was shipped. */
struct shipped_migration {
    const char *id, *file;
    struct str text;
    struct str *parent;
    size_t parent_count;
    struct database_object *creates;
    size_t creates_count;
    int64_t number; /* that its tool keeps beside the id: Drizzle's `when` */
    bool replaced;  /* another one stands for it */
};

struct state_tool;

struct shipped {
    const struct state_tool *tool;
    struct shipped_migration *item; /* in the order of their tool */
    size_t count, cap;
    const char *folder, *revision; /* as they were given; or NULL */
};

/* Names of all tools. */
const char *state_tool_at(size_t index); /* NULL: past the last one */
const struct state_tool *state_tool_find(const char *name);

/* Every table that may be the history of a tool, or its lock, by name. */
bool state_wants_table(const char *name);

struct shipped_file {
    const char *path; /* beneath the folder */
    struct str text;
};

struct shipped_files {
    const char *folder;   /* as it was given, for messages and labels */
    const char *revision; /* of the clone; NULL: from the disk */
    struct shipped_file *item;
    size_t count;
};

/* The files of a folder, or those that a revision of a clone has in it. */
bool state_read_folder(struct shipped_files *out, struct arena *a,
                       const char *folder, struct err *e) MUST_CHECK;
bool state_read_revision(struct shipped_files *out, struct arena *a,
                         const struct git_inputs *git, const char *folder,
                         struct err *e) MUST_CHECK;

/*
 * The migrations among the files. tool: NULL, to be found from the files and,
 * if several fit, from the tables of facts. An error says what was found.
 */
bool state_ship(struct shipped *out, struct arena *a,
                const struct shipped_files *files,
                const struct state_tool *tool,
                const struct database_facts *facts, struct err *e) MUST_CHECK;

struct compare_options {
    const char *table;         /* of the history: "table", "schema.table"; NULL:
                                  that of the tool */
    const char *const *ignore; /* ids that may be unknown or edited */
    size_t ignore_count;
    const char *const *schema; /* globs, for state_compare_schemas */
    size_t schema_count;
    bool primary; /* a standby is unreadable, and not only noted */
};

/* Everything but edits that only git or the past can prove (edits.c). */
void state_compare(struct migration_state *out, struct arena *a,
                   const struct shipped *shipped,
                   const struct database_facts *facts,
                   const struct compare_options *options);

/*
 * Each schema whose name fits one of the globs of options has a history of its
 * own: the worst state is the result, the others are noted. False: none fits.
 */
bool state_compare_schemas(struct migration_state *out, struct arena *a,
                           const struct shipped *shipped,
                           const struct database_facts *facts,
                           const struct compare_options *options);

/*
 * Adds what git shows was changed after it was applied (edits.c), where the
 * tool keeps no checksum. git: the clone and, with `from`, the last good
 * deploy. False with err: the clone cannot be read.
 */
bool state_find_edits(struct migration_state *out, struct arena *a,
                      const struct shipped *shipped,
                      const struct git_inputs *git, struct err *e) MUST_CHECK;

/* A state that could not be read, and why. */
void state_unreadable(struct migration_state *out, struct arena *a,
                      const struct database_facts *facts, const char *why);

#endif
