/*
 * Git, asked as a program that only reads: its output, taken apart, and a clone
 * that is asked about commits. What is given back lives in the arena.
 */
#ifndef EVIDENCE_GIT_GIT_H
#define EVIDENCE_GIT_GIT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

#define GIT_OUTPUT_MAX     ((size_t)64 << 20)
#define EVIDENCE_ASKED_MAX 300 /* commits of one clone */
#define EVIDENCE_GIT_MS    30000

struct git_inputs {
    const char *dir;     /* a clone, or a folder in it */
    const char *from;    /* revision of the last good deploy; NULL: unknown */
    const char *to;      /* revision that was deployed; NULL: HEAD */
    bool any_owner;      /* the clone may belong to somebody else */
    int64_t timeout_ms;  /* for all of it; 0: EVIDENCE_GIT_MS */
    const char *program; /* NULL: git, looked up in PATH */
};

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

/*
 * A clone to ask about commits that somebody names; only dir, any_owner,
 * timeout_ms and program are read. Lives in the arena. False: git is missing,
 * dir is no clone.
 */
struct git_clone;
bool evidence_clone(struct git_clone **out, struct arena *a,
                    const struct git_inputs *in, struct err *e) MUST_CHECK;

/*
 * 1 yes, 0 no, -1 not known: the clone is shallow, the sha too short to be
 * clear, the time over, more than EVIDENCE_ASKED_MAX were asked for.
 */
int evidence_has_commit(struct git_clone *c, struct str sha);
int evidence_is_ancestor(struct git_clone *c, struct str older,
                         struct str newer);

/* hunks.c: for documents, which show lines before and after. */
#define HUNKS_MAX      10 /* of one commit */
#define HUNK_LINES_MAX 40 /* of one side of a hunk */
#define HUNK_BYTES_MAX ((size_t)4000)

/* Lines as they were and as they are, with two around them. */
struct hunk {
    const char *file;
    int64_t line, count; /* in the file as it is; of a deleted one, as it was */
    const char *before, *after; /* harmless; NULL: there are no lines */
};

struct hunks {
    struct hunk item[HUNKS_MAX];
    size_t count;
    size_t more; /* beyond HUNKS_MAX */
    const char *subject;
};

/*
 * Of one commit, and only of `file` unless it is NULL. A merge has none: its
 * parents have them. False: no such commit, or no clone.
 */
bool evidence_hunks(struct hunks *out, struct arena *a,
                    const struct git_inputs *in, const char *commit,
                    const char *file, struct err *e) MUST_CHECK;

/* The text of a file at a revision (in->to, or HEAD); false: it has none. */
bool evidence_file(struct str *out, struct arena *a,
                   const struct git_inputs *in, const char *path,
                   struct err *e) MUST_CHECK;

/* What `git diff-tree -p --full-index` prints; files: what it is about. */
void parse_patch(struct hunks *out, struct arena *a, struct str text,
                 const struct changes *files, const char *file);

#endif
