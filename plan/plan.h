/*
 * From definition files to a checked plan.
 *
 * Every problem of every file is collected with its place before anything is
 * refused, so that one run shows all of them. What comes out is complete:
 * variables expanded, defaults applied, expectations parsed and compiled.
 */
#ifndef PLAN_PLAN_H
#define PLAN_PLAN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "model/check.h"
#include "model/watch_rows.h"
#include "redact/redact.h"
#include "trust/trust.h"

#define CHECKS_MAX 100000
#define SHARDS_MAX 1000

struct variable {
    const char *name, *value;
};

struct plan_inputs {
    const char *const *path; /* folders of *.yaml *.yml *.json, or files */
    size_t path_count;
    const struct variable *variable; /* --var first: the first match wins */
    size_t variable_count;
    size_t given_count; /* of --var, the first of them: each is used, or it is
                           a mistake */
    const char *const *environ; /* NAME=VALUE, NULL-terminated, after them */
    const char *const *tag;     /* any of them; none given: all checks */
    size_t tag_count;
    const char *const *not_tag; /* none of them */
    size_t not_tag_count;
    const char *const *id; /* any of these globs; none given: all checks */
    size_t id_count;
    struct redactor *redactor; /* learns the values of ${secret:NAME} */
    const struct trust *trust; /* what they may reach; NULL: anything */
    bool unused;               /* nothing is sent: a secret may be short */
    bool origins;              /* keep where each value came from */

    /* Files that are in memory already, read after the others. */
    const struct source *const *source;
    size_t source_count;
};

struct regex_list;
struct schema_list;
struct pem_list;
struct place_list;
struct captured_name;

struct plan {
    const struct check *check; /* files in byte order, then as written */
    size_t count;
    struct rollout rollout; /* standard values where none is given */
    struct watch watch;     /* likewise */
    struct regex_list *regexes;
    struct schema_list *schemas;
    struct pem_list *pem;     /* files that were looked at */
    struct place_list *place; /* folders of the sources */
    const struct plan_inputs *inputs;
    struct captured_name *captured;
    const size_t
        *position; /* of a shard's checks in all; NULL: these are all */
    bool misused;  /* not opened: a variable or selector has no effect */
};

/*
 * in outlives the plan. False when anything is wrong; diags says what, and
 * warns of what is only doubtful. An empty selection is wrong, as are a
 * selector that matches no check and a variable that no file uses: then
 * `misused` is set. What a selected check needs is selected too. On true,
 * plan_close frees the plan.
 */
bool plan_open(struct plan *out, struct arena *life,
               const struct plan_inputs *in, struct diags *d) MUST_CHECK;
void plan_close(struct plan *plan);

/*
 * What a narrower selection (tags and ids of the inputs) leaves of an open
 * plan, with what it needs; it is part of that plan and not closed. False
 * when nothing is left.
 */
bool plan_select(struct plan *out, struct arena *a, const struct plan *from,
                 const struct plan_inputs *narrower) MUST_CHECK;

/*
 * The checks of one shard (index from 1 to count) of an open plan; perhaps
 * none. A check is in the shard that the hash of its id says, and does not
 * leave it when others come or go. Checks that are linked by needs or captures
 * stay together, where the smallest of their ids is.
 */
void plan_shard(struct plan *out, struct arena *a, const struct plan *from,
                size_t index, size_t count);

/* The shard of a check that is linked to no other. */
size_t plan_shard_of(const char *id, size_t count);

/*
 * A check or step in which captured names stand, complete with their values.
 * NULL when it cannot be asked like that: *why says why. The inputs that the
 * plan was opened with must be there still.
 */
const struct check *plan_bind(struct plan *plan, struct arena *run,
                              const struct check *check,
                              const struct captured *value, size_t count,
                              const char **why);

/* The code's own tables of keys, for docs and tests. */
struct key_doc {
    const char *name, *type, *standard, *help;
    bool required, in_defaults, in_step;
};
size_t plan_table_count(void);
const char *plan_table_name(size_t table);
size_t plan_key_count(size_t table);
struct key_doc plan_key(size_t table, size_t index);

/* JSON Schema, draft 2020-12, of a definition file. */
void plan_schema(struct buf *out);

/*
 * The checks as a definition file, complete and expanded, with the place of
 * each value; the plan was opened with origins. Texts pass the redactor.
 */
void plan_explain(struct buf *out, struct arena *a, const struct plan *plan,
                  struct redactor *redactor);

/* url.c: what is wrong with the text as the URL of a check; NULL: nothing. */
const char *url_problem(struct arena *a, const char *text);

/*
 * One expectation as text, in a check of standard values: what fuzzing and
 * tests of the language call.
 */
bool plan_parse_expect(struct expect *out, struct arena *a, struct plan *plan,
                       const struct source *source, struct diags *d) MUST_CHECK;

#endif
