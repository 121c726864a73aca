/* What the files of plan/ share while definitions are read. */
#ifndef PLAN_INTERNAL_H
#define PLAN_INTERNAL_H

#include "base/yaml.h"
#include "plan/plan.h"

#define FILE_BYTES_MAX   ((size_t)1 << 20)
#define CHECKS_MAX       10000
#define EXPECTATIONS_MAX 200                 /* of one check */
#define VALUE_BYTES_MAX  ((size_t)64 * 1024) /* of one expanded value */

struct regex_list {
    struct regex *regex;
    struct regex_list *next;
};

struct loader {
    struct arena *arena;
    const struct plan_inputs *in;
    struct diags *diags;
    struct plan *plan;
    struct check *check;
    size_t count, cap;
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

/* expect.c */
bool expect_parse(struct loader *l, const struct yaml_node *n,
                  struct expect *out) MUST_CHECK;
bool query_parse(struct loader *l, const struct yaml_node *n,
                 struct query *out) MUST_CHECK;

/* check_keys.c */
struct check_key {
    const char *name, *type, *standard, *help;
    bool required, in_defaults;
    bool (*read)(struct loader *l, const struct yaml_node *n,
                 struct check *out);
};
const struct check_key *check_key_find(struct str name);
void check_set_standards(struct check *check);

/* "unknown key 'x' in a check, did you mean 'y'?" */
void report_unknown(struct loader *l, const struct yaml_node *key,
                    const char *where, const char *const *known, size_t count);

/* load.c: appends the checks of one file. */
void load_file(struct loader *l, const struct source *source);

#endif
