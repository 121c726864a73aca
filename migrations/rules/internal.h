/* What the files of migrations/rules/ share. */
#ifndef MIGRATIONS_RULES_INTERNAL_H
#define MIGRATIONS_RULES_INTERNAL_H

#include "migrations/rules/rules.h"
#include "migrations/rules/sql.h"

enum language {
    LANGUAGE_SQL,
    LANGUAGE_PYTHON,
    LANGUAGE_RUBY,
    LANGUAGE_CSHARP,
    LANGUAGE_SCRIPT, /* JavaScript and TypeScript */
    LANGUAGE_PHP,
    LANGUAGE_ELIXIR
};

/* How a tool sends a migration to the server. */
enum wrapping {
    WRAPS_NOTHING, /* statement by statement, or it is not known */
    WRAPS_FILE,    /* in a transaction */
    WRAPS_QUERY,   /* the file is one query: a transaction if it has several
                      statements */
    WRAPS_KIND     /* in a transaction unless all of it refuses one */
};

/* What becomes of a migration that sorts before one that was applied. */
enum late { LATE_NOTHING, LATE_ODD, LATE_FAILS };

/* A file that may be a migration. */
struct candidate {
    const char *folder; /* with its path */
    struct str name;    /* beneath the folder: "x.sql", "x/migration.sql" */
    struct str text;
    unsigned signs; /* of the folder: enum sign */
};

enum sign {
    SIGN_JOURNAL = 1,     /* meta/_journal.json */
    SIGN_SUMS = 2,        /* atlas.sum */
    SIGN_SQLX = 4,        /* a Cargo.toml or Cargo.lock above names it */
    SIGN_DIESEL = 8,      /* likewise */
    SIGN_MIGRATIONS = 16, /* the folder, or one of two above it, has such a
                             name */
    SIGN_VERSIONS = 32    /* likewise "versions", as of Alembic */
};

/* A row a tool. */
struct tool_facts {
    const char *name; /* of migrations/state; "sql": it is not known which */
    enum language language;
    bool (*fits)(const struct candidate *c);
    const char *nested; /* each migration is a folder with this file */
    bool no_rules;      /* it is read by nobody: its folder is left out */
    bool numbered;      /* some of its files begin with digits */

    /* Rule on statements that refuse a transaction. */
    enum wrapping wrapping;
    const char *opt_out[4];   /* what a file says that is not wrapped */
    const char *opt_out_file; /* or this one beside it, with that text */
    bool query;               /* and then it is one query */
    bool may_differ;          /* how it is run is often set elsewhere */
    const char *how;          /* what to do */

    const char *up, *down[4]; /* begin a section of a file; NULL: none */
    enum late late;
    int duplicate; /* enum remark_severity of an id that two have */
    bool bytes;    /* its checksum is that of the bytes */

    /* Of a file that is no migration: why its tool skips or refuses it;
       NULL: nothing is wrong with it. */
    const char *(*misnamed)(const struct candidate *c);
    const char *down_file; /* "down.sql" beside "up.sql" */
};

extern const struct tool_facts *const tool_rows[];
extern const size_t tool_row_count;

struct judged_migration {
    const struct shipped_file *file;
    struct source source; /* as it is shown */
    const char *id;
    struct str *parent;
    size_t parent_count;
    size_t from, end; /* of the way up, in its text */
    struct sql_statement *statement;
    size_t statement_count;
    struct sql_unit *unit; /* of each statement */
    bool opted_out;
    bool known;   /* `from` has its id */
    bool applied; /* and its text */
    enum sql_dialect dialect;
};

/* A text that is sent to the server on its own: a file, or one of a call. */
struct sql_unit {
    size_t index, at, statements;
};

struct remark_switch;

struct rules_review {
    struct arena *arena;
    const struct migration_folders *all;
    const struct migration_folder *folder;
    const struct tool_facts *tool;
    struct judged_migration *item; /* in the order of their tool */
    size_t count;
    const char *from;            /* the revision; NULL: not known */
    struct shipped_files before; /* the folder at `from` */
    bool has_before;
    bool broken; /* a parent is missing */
    size_t rule, spoke;
    struct remarks *out;
    struct remark_switch *switches;
    size_t switch_count, switch_cap;
};

/* Its text at an offset, or a line of its own: 0 for the first. */
struct place {
    const struct source *source;
    size_t at;
};

/* Reports of the rule that is running; severity -1: that of its row; advice
   NULL: likewise. */
struct verdict_of {
    int severity;
    const char *advice;
};
void rule_found(struct rules_review *r, struct place where,
                struct verdict_of how, const char *fmt, ...) PRINTF_LIKE(4, 5);
struct source *rule_source(struct rules_review *r,
                           const struct shipped_file *f);
struct place rule_place(const struct judged_migration *m, size_t at);

/* switches.c: comments in migration files that switch rules. */
void migration_switches_read(struct rules_review *r);
bool migration_switches_silence(struct rules_review *r, const char *file,
                                int64_t line);
int migration_rule_find(struct str name);

/* recognise.c */
struct str file_base(struct str path);
bool ends_in(struct str text, const char *end);
bool contains(struct str text, const char *part);

struct candidate candidate_of(const struct migration_folder *f,
                              const struct shipped_file *file);

/* read.c: the migrations of a folder, in order, with their statements. */
void migrations_read(struct rules_review *r);

/* The id of a file; NULL: it is no migration of the folder's tool. */
const char *migration_id(const struct rules_review *r,
                         const struct shipped_file *file);

/* embedded.c: the next SQL text of a program, at or after *at. */
struct embedded {
    struct str sql; /* as long as it is in the file; escapes are blanks */
    size_t at;
    size_t call, call_end; /* its call, to the closing bracket */
};
bool embedded_next(struct embedded *out, struct arena *a,
                   enum language language, struct str text, size_t *at);

/* The arguments of a call that begins at `at` with its opening bracket, or of
   one without brackets, to the end of its line. */
size_t call_end(enum language language, struct str text, size_t at);
bool in_comment(enum language language, struct str text, size_t at);

/* The next call of this name in the way up: `at` is moved past it, *args has
   its name and what it is given. False: no further one. */
bool rule_call(const struct rules_review *r, const struct judged_migration *m,
               const char *name, size_t *at, struct str *args);

/* before.c: the folder at the revision that has been applied. */
bool before_read(struct rules_review *r, const struct git_inputs *git,
                 struct err *e) MUST_CHECK;

/* Marks the migrations that were there, by their ids. */
void before_mark(struct rules_review *r);

/* Does only what a parser skips differ? */
bool sql_alike(struct arena *a, struct str left, struct str right);

#define MIGRATION_RULES(X)                                                     \
    X(edited)                                                                  \
    X(duplicate)                                                               \
    X(parents)                                                                 \
    X(heads)                                                                   \
    X(late)                                                                    \
    X(misnamed)                                                                \
    X(sums)                                                                    \
    X(line_ends)                                                               \
    X(unfinished)                                                              \
    X(lock_file)                                                               \
    X(down_missing)                                                            \
    X(transaction)                                                             \
    X(enum_value)                                                              \
    X(not_null)                                                                \
    X(extension)                                                               \
    X(created_twice)                                                           \
    X(own_transaction)                                                         \
    X(switches)

#define DECLARE_MIGRATION_RULE(name) void check_##name(struct rules_review *r);
MIGRATION_RULES(DECLARE_MIGRATION_RULE)
#undef DECLARE_MIGRATION_RULE

#endif
