/* What the files of evidence/ share about git and its output. */
#ifndef EVIDENCE_INTERNAL_H
#define EVIDENCE_INTERNAL_H

#include "evidence/evidence.h"

#define GIT_OUTPUT_MAX ((size_t)64 << 20)

/* A clone that is being asked. */
struct repo {
    struct arena *arena;
    const struct git_inputs *in;
    struct err *err;
    int64_t until_us; /* monotonic */
    const char *up;   /* "../" for each folder between dir and the top */
    bool shallow;
    bool cut; /* something was not read to its end */
};

/*
 * Runs git with these words, NULL-terminated, and gives its output. False when
 * it ended otherwise than with 0: *code has how, or the error is set and *code
 * is -1. code NULL: any such end is an error.
 */
bool repo_ask(struct repo *r, struct str *out, int *code,
              const char *const *words, struct str input);

/* A revision that a person gave, as the sha of a commit. */
bool repo_commit(struct repo *r, const char **sha, const char *revision);

/* Finds the clone: until_us, shallow and up are set. */
bool repo_open(struct repo *r);

/* Texts of blobs, in the order of their ids; ptr NULL: not there. */
struct str *repo_blobs(struct repo *r, const struct str *id, size_t count);

/* One file of a difference; slices of git's output. */
struct change {
    char status;          /* A, C, D, M, R, T */
    struct str old, path; /* two only where it was renamed or copied */
    struct str old_blob, blob;
    int64_t added, deleted; /* lines; -1: binary */
};

struct changes {
    struct change *item;
    size_t count, cap;
};

struct history_commit {
    const char *sha, *subject, *author;
    int64_t time_ms;
    struct changes changes;
};

struct history {
    struct history_commit *item;
    size_t count, cap;
};

struct tree_file {
    struct str path, blob;
};

struct tree {
    struct tree_file *item;
    size_t count, cap;
};

/*
 * Readers of what git writes with -z. What does not have the form, such as the
 * end of output that was cut, is left out: false then.
 */
bool parse_changes(struct changes *out, struct arena *a, struct str text);
bool parse_history(struct history *out, struct arena *a, struct str text);
bool parse_tree(struct tree *out, struct arena *a, struct str text);
bool parse_blobs(struct str *out, size_t count, struct str text);

bool is_object_id(struct str s);

/* The format of `git log` that parse_history reads. */
#define HISTORY_FORMAT "--format=tformat:%H%x00%ct%x00%an%x00%s"

/* A path or subject as one harmless line; LF and tab become \n and \t. */
const char *harmless(struct arena *a, struct str s);

/* A file that is a migration of a tool. */
struct migration_file {
    int tool; /* enum migration_tool */
    struct str path, blob;
    struct str chain; /* folder within which migrations follow each other */
    struct str id;
    struct str *parent; /* ids that it names as those before it */
    size_t parent_count;
};

/*
 * Whether path can be one, by its name alone: tool and chain are set. *asks:
 * its text must be looked at, too.
 */
bool migration_by_path(struct migration_file *m, struct arena *a,
                       struct str path, bool *asks);

/* Completes it by its text; false: it is none after all. */
bool migration_by_text(struct migration_file *m, struct arena *a,
                       struct str text);

/* ids that an Alembic or Django migration names; false: it is none. */
bool migration_python(struct migration_file *m, struct arena *a,
                      struct str text);

/* Do only blanks and lines that are comments differ? */
bool migration_is_alike(int tool, struct arena *a, struct str left,
                        struct str right);

/* In the order in which the tool applies them, with what comes before each. */
void migrations_sort(struct migration_file *m, size_t count, struct arena *a);
const char *migration_after(const struct migration_file *all, size_t index,
                            struct arena *a);

/* Fills out->edit; net: from `from` to `to`, NULL when from is not known. */
bool edits_find(struct git_evidence *out, struct repo *r,
                const struct history *history, const struct changes *net);

/* Fills out->migration from the tree at `to`. */
bool migrations_find(struct git_evidence *out, struct repo *r,
                     const struct changes *net);

#endif
