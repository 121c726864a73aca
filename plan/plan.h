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
#include "base/redact.h"
#include "model/check.h"

struct variable {
    const char *name, *value;
};

struct plan_inputs {
    const char *const *path; /* folders of *.yaml *.yml *.json, or files */
    size_t path_count;
    const struct variable *variable; /* --var first: the first match wins */
    size_t variable_count;
    const char *const *environ; /* NAME=VALUE, NULL-terminated, after them */
    const char *const *tag;     /* any of them; none given: all checks */
    size_t tag_count;
    const char *const *not_tag; /* none of them */
    size_t not_tag_count;
    const char *const *id; /* any of these globs; none given: all checks */
    size_t id_count;
    struct redactor *redactor; /* learns the values of ${secret:NAME} */
};

struct regex_list;

struct plan {
    const struct check *check; /* files in byte order, then as written */
    size_t count;
    struct regex_list *regexes;
};

/*
 * False when anything is wrong; diags says what. An empty selection is wrong:
 * nothing run is never passed. On true, plan_close frees the regexes.
 */
bool plan_open(struct plan *out, struct arena *life,
               const struct plan_inputs *in, struct diags *d) MUST_CHECK;
void plan_close(struct plan *plan);

/* One row of the table of check keys: for docs and schemas. */
struct key_doc {
    const char *name, *type, *standard, *help;
    bool required, in_defaults;
};
size_t plan_key_count(void);
struct key_doc plan_key(size_t index);

/* One expectation as text: what fuzzing and tests of the language call. */
bool plan_parse_expect(struct expect *out, struct arena *a, struct plan *plan,
                       const struct source *source, struct diags *d) MUST_CHECK;

#endif
