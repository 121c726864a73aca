/* What the files of plan/ share while definitions are read. */
#ifndef PLAN_INTERNAL_H
#define PLAN_INTERNAL_H

#include "base/yaml.h"
#include "plan/plan.h"

#define FILE_BYTES_MAX    ((size_t)1 << 20)
#define CHECKS_MAX        10000
#define TARGETS_MAX       1000                /* of one check */
#define EXPECTATIONS_MAX  200                 /* of one check */
#define VALUE_BYTES_MAX   ((size_t)64 * 1024) /* of one expanded value */
#define ID_BYTES_MAX      100
#define METHOD_BYTES_MAX  20
#define SERVICE_BYTES_MAX 120 /* its length fits into one byte */

struct regex_list {
    struct regex *regex;
    struct regex_list *next;
};

struct schema_list {
    const char *path;
    struct jsonschema *schema;
    struct schema_list *next;
};

/* One of the things that a check is repeated for: ${target}, ${target.NAME} */
struct target {
    struct str text; /* a map's: its `name`, or its first field */
    const struct target_field *field;
    size_t count;
};

struct target_field {
    struct str name, value;
};

/* "check `from` needs `id`", until all files are read. */
struct need {
    size_t from; /* index in loader.check */
    const char *id;
    struct pos pos;
};

struct loader {
    struct arena *arena;
    const struct plan_inputs *in;
    struct diags *diags;
    struct plan *plan;
    struct check *check;
    size_t count, cap;
    const char **family; /* of each check: its id before targets were added */
    size_t family_cap;
    const char **refused; /* ids of checks that were not kept */
    size_t refused_count, refused_cap;
    struct need *need;
    size_t need_count, need_cap;

    /* Of the check that is being read. */
    const struct target *target; /* NULL: it has none */
    const char *prefix;          /* of the keys in notes: "patience." */
    struct check *noted;         /* gets the origins; NULL: nobody asked */
    const char *body_type;       /* content type that goes with its body */
};

/* vars.c: ${NAME}, ${NAME:-default}, ${secret:NAME}, $$ in a scalar. */
bool vars_expand(struct loader *l, const struct yaml_node *n,
                 struct str *out) MUST_CHECK;

/*
 * The value of the reference that starts with "${" at s.ptr[*at]; *at moves
 * past its brace. Reports at n what is wrong with it.
 */
bool vars_reference(struct loader *l, const struct yaml_node *n, struct str s,
                    size_t *at, struct str *value) MUST_CHECK;

/* Letters, digits and _, no digit first. */
bool vars_is_name(struct str s);

/* The value of a variable; NULL when it is not set. */
const char *vars_find(const struct loader *l, struct str name);

/* expect.c */
bool expect_parse(struct loader *l, const struct yaml_node *n,
                  struct expect *out) MUST_CHECK;
bool query_parse(struct loader *l, const struct yaml_node *n,
                 struct query *out) MUST_CHECK;

/* expects.c: lists of expectations; what is read adds to *all. */
bool expects_read(struct loader *l, const struct yaml_node *n,
                  const struct expect **all, size_t *count) MUST_CHECK;
bool schema_read(struct loader *l, const struct yaml_node *n,
                 const struct expect **all, size_t *count) MUST_CHECK;

/* truth.c: refuses what can never fail, or never hold, in this check. */
bool truth_check(struct loader *l, const struct check *check) MUST_CHECK;

/* check_keys.c */
void check_set_standards(struct check *check);
void rollout_set_standards(struct rollout *rollout);

/* "unknown key 'x' in a check, did you mean 'y'?" */
void report_unknown(struct loader *l, const struct yaml_node *key,
                    const char *where, const char *const *known, size_t count);

/* load.c: appends the checks of one file. */
void load_file(struct loader *l, const struct source *source);

/* targets.c: the targets of a check; false when they make no sense. */
bool targets_read(struct loader *l, const struct yaml_node *n,
                  struct target **out, size_t *count) MUST_CHECK;

/* "api" and the target "https://eu.example" to "api/eu.example" */
const char *targets_id(struct loader *l, const char *id,
                       const struct target *target);

/* needs.c: what the check that is being read waits for. */
void needs_note(struct loader *l, const char *id, struct pos pos);

/* Names to indices in all checks; reports unknown ones and cycles. */
void needs_resolve(struct loader *l);

/* origin.c: remembers where the value of a key came from. */
void origin_note(struct loader *l, const char *key, const struct yaml_node *n);

#endif
