/* What the files of plan/ share while definitions are read. */
#ifndef PLAN_INTERNAL_H
#define PLAN_INTERNAL_H

#include "base/yaml.h"
#include "expect/expect.h"
#include "plan/plan.h"

#define FILE_BYTES_MAX    ((size_t)1 << 20)
#define TARGETS_MAX       1000                /* of one check */
#define EXPECTATIONS_MAX  200                 /* of one check */
#define VALUE_BYTES_MAX   ((size_t)64 * 1024) /* of one expanded value */
#define ID_BYTES_MAX      100
#define METHOD_BYTES_MAX  20
#define SERVICE_BYTES_MAX 120 /* its length fits into one byte */

struct schema_list {
    const char *path, *folder; /* of the definition that named it */
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

#define STEPS_MAX    50 /* of one check, those of finally included */
#define CAPTURES_MAX 50 /* of one answer */

/* A name that some answer gives its value to, wherever it stands. */
struct captured_name {
    struct str name, check; /* the id, as written */
    bool secret;            /* used as one somewhere */
    struct captured_name *next;
};

/* The folder that a source of definitions is in. */
struct place_list {
    const struct source *source;
    const char *folder;
    struct place_list *next;
};

/* "check `from` uses what another one captures" */
struct need_capture {
    size_t from;
    struct captured_name *name;
    struct pos pos;
};

/* What is read again when the captured values are known. */
struct late {
    struct check defaults;        /* of its file */
    const struct yaml_node *map;  /* of the check */
    const struct yaml_node *step; /* within it; NULL: the check is asked */
    const struct target *target;
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
    bool overfull; /* there are more than CHECKS_MAX */

    /* idle_folder.c: the defaults of the file that is read, and which of its
       keys some check of it uses. */
    const struct yaml_node *given, *given_patience;
    bool *given_used, *patience_used;
    size_t errors_before;
    const struct yaml_node *rollout; /* of all files; NULL: none */
    const char **family; /* of each check: its id before targets were added */
    size_t family_cap;
    const char **refused; /* ids of checks that were not kept */
    size_t refused_count, refused_cap;
    struct need *need;
    size_t need_count, need_cap;

    const struct yaml_node **file; /* all that could be parsed */
    size_t file_count, file_cap;
    struct captured_name *captured; /* in all files */
    struct need_capture *wanted;
    size_t wanted_count, wanted_cap;
    struct capture **kept; /* all that were read */
    size_t kept_count, kept_cap;
    bool *variable_used;    /* of each variable; NULL: not noted */
    const char **reference; /* names that definitions refer to */
    size_t reference_count, reference_cap;
    const struct captured *bound; /* NULL: their values are not known */
    size_t bound_count;

    /* Of the check that is being read. */
    const struct yaml_node *map;  /* all of it */
    const struct check *defaults; /* of its file */
    size_t inherited;             /* of its `inconclusive`, the first ones */
    const struct yaml_node *steps, *finally;
    const char **own; /* captured by its steps so far */
    size_t own_count, own_cap;
    bool takes_captured;         /* they may stand in this value */
    bool keeps_secret;           /* this value is one */
    size_t late_count;           /* captured names that were read */
    const struct target *target; /* NULL: it has none */
    bool *target_used;           /* by a value of the check; NULL: not noted */
    const char *prefix;          /* of the keys in notes: "patience." */
    const char *key;             /* whose value is read */
    struct check *noted;         /* gets the origins; NULL: nobody asked */
    const char *body_type;       /* content type that goes with its body */
};

/* select.c: the kept ones of *count checks, their links among themselves. */
struct check *checks_keep(struct arena *a, const struct check *all,
                          size_t *count, const bool *kept);

/*
 * captures.c: names that answers give their values to. They are found before
 * anything is read, so that such a name never means a variable.
 */
void captures_find(struct loader *l, const struct yaml_node *root);
struct captured_name *captures_named(const struct loader *l, struct str name);

/* The value of a name, or the reference itself until it is known. */
bool captures_value(struct loader *l, struct captured_name *name,
                    struct pos pos, struct str reference,
                    struct str *value) MUST_CHECK;

/* Which checks they come from, and which are secret: after needs_resolve. */
void captures_resolve(struct loader *l);

void captures_mark_secrets(struct loader *l);

/* What the check, or a step of it, is read again from. */
const struct late *captures_late(struct loader *l,
                                 const struct yaml_node *step);

/*
 * select.c: a copy of what is selected, with what it needs. After everything
 * was read: a problem in a check left out is one still.
 */
struct check *select_checks(struct arena *a, const struct check *all,
                            size_t *count, const struct plan_inputs *in);

/* load.c: one check or one step of it, all but what belongs to the whole. */
bool check_finish(struct loader *l, const struct yaml_node *map,
                  struct check *check) MUST_CHECK;

/* vars.c: ${NAME}, ${NAME:-default}, ${secret:NAME}, $$ in a scalar. */
bool vars_expand(struct loader *l, const struct yaml_node *n,
                 struct str *out) MUST_CHECK;

/*
 * The value of the reference that starts with "${" at s.ptr[*at]; *at moves
 * past its brace. Reports at n what is wrong with it.
 */
bool vars_reference(struct loader *l, const struct yaml_node *n, struct str s,
                    size_t *at, struct str *value) MUST_CHECK;

/* The value of a variable; NULL when it is not set, or not allowed. */
const char *vars_find(const struct loader *l, struct str name);
void vars_report_unset(struct loader *l, struct pos pos, struct str name);

/* expects.c: one expectation; one query and nothing after it. */
bool expect_parse(struct loader *l, const struct yaml_node *n,
                  struct expect *out) MUST_CHECK;
bool query_parse(struct loader *l, const struct yaml_node *n,
                 struct query *out) MUST_CHECK;

/* Lists of expectations; what is read adds to *all. */
bool expects_read(struct loader *l, const struct yaml_node *n,
                  const struct expect **all, size_t *count) MUST_CHECK;
bool schema_read(struct loader *l, const struct yaml_node *n,
                 const struct expect **all, size_t *count) MUST_CHECK;

/* check_keys.c */
void check_set_standards(struct check *check);
void watch_set_standards(struct watch *watch);
void watch_finish(struct watch *watch); /* what follows from other keys */
void rollout_set_standards(struct rollout *rollout);

/* "unknown key 'x' in a check, did you mean 'y'?" */
void report_unknown(struct loader *l, const struct yaml_node *key,
                    const char *where, const char *const *known, size_t count);

/* load.c: parses a file; then the checks of all files are read. */
void load_parse(struct loader *l, const struct source *source);
void load_files(struct loader *l);

/* targets.c: the targets of a check; false when they make no sense. */
bool targets_read(struct loader *l, const struct yaml_node *n,
                  struct target **out, size_t *count) MUST_CHECK;

/* "api" and the target "https://eu.example" to "api/eu.example" */
const char *targets_id(struct loader *l, const char *id,
                       const struct target *target);

/*
 * misuse.c: reports a variable that is not used, a selector that matches no
 * check, and an empty selection.
 */
bool misuse_check(struct loader *l, size_t selected) MUST_CHECK;

/* needs.c: what the check that is being read waits for. */
void needs_note(struct loader *l, const char *id, struct pos pos);

/* Names to indices in all checks; reports unknown ones and cycles. */
void needs_resolve(struct loader *l);

/*
 * contain.c: what definitions may reach, by who wrote them. Each reports at n
 * what is not allowed; the folder of a definition is NULL if it is in none.
 */
void contain_note(struct loader *l, const struct source *source,
                  const char *folder);
const char *contain_folder(const struct loader *l, const struct yaml_node *n);
/* A folder: beneath that of the definitions, where they are untrusted. */
bool contain_tree(struct loader *l, const struct yaml_node *n,
                  const char *path) MUST_CHECK;
bool contain_file(struct loader *l, const struct yaml_node *n,
                  const char *path) MUST_CHECK;
bool contain_pem(struct loader *l, const struct yaml_node *n,
                 const char *path) MUST_CHECK;
bool contain_socket(struct loader *l, const struct yaml_node *n,
                    const char *path) MUST_CHECK;
bool contain_program(struct loader *l, const struct yaml_node *n) MUST_CHECK;
bool contain_output(struct loader *l, const struct yaml_node *n) MUST_CHECK;
bool contain_check(struct loader *l, const struct yaml_node *map,
                   const struct check *check) MUST_CHECK;
bool contain_receiver(struct loader *l,
                      const struct receiver *receiver) MUST_CHECK;

/* origin.c: remembers where the value of a key came from. */
void origin_note(struct loader *l, const char *key, const struct yaml_node *n);

#endif
