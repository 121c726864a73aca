/*
 * Reading a report as a doubter does: does it contradict itself, does it miss
 * what a reader needs, is anything in it dangerous to follow?
 *
 * Any Markdown is read, ours or a person's. libcmark tells the blocks; what
 * stands in them is read from the bytes, so that every remark has its line
 * and column. A rule is silent where it cannot be sure.
 */
#ifndef LINT_LINT_H
#define LINT_LINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "model/remark.h"

#define REVIEW_BYTES_MAX   ((size_t)2 << 20)
#define REVIEW_LINES_MAX   ((size_t)60000)
#define REVIEW_EARLIER_MAX ((size_t)64)
#define REVIEW_SAME_MAX    ((size_t)20) /* remarks of one rule in a document */

enum commit_answer {
    COMMIT_KNOWN,
    COMMIT_UNKNOWN, /* no such commit */
    COMMIT_OUTSIDE  /* not in what was deployed */
};

/* What only the caller can know. Each may be NULL: its rule is then silent. */
struct review_questions {
    void *context;
    /* What the catalogue says of an error code; NULL: it does not know it. */
    const char *(*meaning)(void *context, struct str code);
    enum commit_answer (*commit)(void *context, struct str sha);
    /* Is older the ancestor of newer? 1 yes, 0 no, -1 not known. */
    int (*ancestor)(void *context, struct str older, struct str newer);
    /* Lines of the file at a path relative to the document; -1: none. */
    int64_t (*lines)(void *context, const char *document, struct str path);
};

/* What the rules look for, compiled when it is needed. */
struct patterns; /* handle */
struct patterns *patterns_open(void) MUST_CHECK;
void patterns_close(struct patterns *p);

/* What a team chose: the rules and style of a .postflight-lint.yaml. */
struct house; /* handle, of the arena */

/* NULL: it is not right, and diags says where. */
struct house *house_open(struct arena *a, const struct source *source,
                         struct diags *d) MUST_CHECK;
const char *house_path(const struct house *h); /* as the source is named */

/* A finding for each line of the file that changes nothing. */
void house_idle(struct remarks *out, struct arena *a, const struct house *h);

struct review_options {
    const struct house *house; /* NULL: every rule, as loud as it is */
    const struct source *const *earlier; /* documents written before */
    size_t earlier_count;
    struct review_questions ask;
    struct patterns *patterns; /* kept for the next document; NULL: its own */
};

/*
 * Adds the remarks on one document, sorted by line; remarks_init first. False
 * when it cannot be read as one: too large, or not text.
 */
void remarks_init(struct remarks *out);
bool review_document(struct remarks *out, struct arena *a,
                     const struct source *document,
                     const struct review_options *options,
                     struct err *e) MUST_CHECK;

/* When the document says that it was written; false when it does not. */
bool review_time(int64_t *wall_ms, struct arena *a,
                 const struct source *document) MUST_CHECK;

/* A finding of the rule on switches that change nothing, in any file. */
void remarks_idle(struct remarks *out, struct arena *a, const char *file,
                  unsigned line, const char *text);

/* "file:line:column: warning: L05 name: text; advice", a line each. */
void review_text(struct buf *out, const struct remarks *r);

/* SARIF 2.1.0, with every rule, and a location for every result. */
void review_sarif(struct buf *out, const struct remarks *r,
                  const char *version);

/* THE table of rules: help, docs and SARIF come from it. */
size_t review_rule_count(void);
struct review_rule review_rule(size_t index);

/* These, then those of migrations: a .postflight-lint.yaml sets them all, and
   SARIF names them all. */
size_t lint_rule_count(void);
struct review_rule lint_rule(size_t index);

/* Findings of migrations, from the one at `from` on, as loud as a team chose:
   what is off is taken out. house NULL: nothing is chosen. */
void house_apply(struct remarks *r, size_t from, const struct house *house);

/*
 * UTF-8 that was read as cp1252 or Mac Roman and written as UTF-8 again, made
 * whole. Only runs of other than ASCII that decode completely, to characters
 * that reports are written with, are touched. Returns how many.
 */
size_t review_mojibake(struct buf *out, struct str text);

#endif
