/* The command line: one table of options, one of commands. */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "plan/plan.h"

enum option_id {
    OPTION_CHECK_LOG,
    OPTION_FOLLOW,
    OPTION_GOOD,
    OPTION_FROM_TIME,
    OPTION_UNTIL,
    OPTION_STUB,
    OPTION_WHY,
    OPTION_PREVIOUS,
    OPTION_EXPECT,
    OPTION_DEADLINE,
    OPTION_GIT,
    OPTION_GIT_FROM,
    OPTION_TO,
    OPTION_ANY_OWNER,
    OPTION_DEPLOYMENTS,
    OPTION_TARGET,
    OPTION_OUT,
    OPTION_REPORT,
    OPTION_TAG,
    OPTION_NOT_TAG,
    OPTION_ID,
    OPTION_FAIL_ON,
    OPTION_EXPLAIN,
    OPTION_SLOTS,
    OPTION_HOST_SLOTS,
    OPTION_RATE,
    OPTION_SINCE,
    OPTION_SAMPLES,
    OPTION_MIN_SCORE,
    OPTION_FROM,
    OPTION_OUTPUT,
    OPTION_FACTS,
    OPTION_TEMPLATES,
    OPTION_SIGNATURES,
    OPTION_VAR,
    OPTION_ENV_FILE,
    OPTION_FORMAT,
    OPTION_LINT_FORMAT,
    OPTION_EARLIER,
    OPTION_CHECK,
    OPTION_MOJIBAKE,
    OPTION_COLOR,
    OPTION_QUIET,
    OPTION_HELP,
    OPTION_COUNT
};

#define OPTION(name) (UINT64_C(1) << OPTION_##name)

struct texts {
    const char **item;
    size_t count, cap;
};

struct options {
    struct texts given[OPTION_COUNT]; /* values; "" for a flag */
    struct texts argument;
};

struct command {
    const char *name, *arguments, *help;
    uint64_t options; /* OPTION(NAME) of each that it takes */
    int (*run)(struct arena *life, const struct options *o);
    const char *example;
};

extern const struct command verify_command, scan_command, report_command,
    lint_command, explain_command, init_command, baseline_command,
    prove_command;

/* False when the line makes no sense: err says why. */
bool options_parse(struct options *out, struct arena *a,
                   const struct command *command, const char *const *word,
                   size_t count, struct err *e) MUST_CHECK;

/* The last value given, or otherwise. */
const char *option_text(const struct options *o, enum option_id id,
                        const char *otherwise);
bool option_flag(const struct options *o, enum option_id id);
bool option_number(const struct options *o, enum option_id id, int64_t max,
                   int64_t *value, struct err *e) MUST_CHECK;

/* A duration; *ms stays when it is not given. */
bool option_duration(const struct options *o, enum option_id id, int64_t *ms,
                     struct err *e) MUST_CHECK;

void options_help(struct buf *out, const struct command *command);

/*
 * What to read: --var and --env-file, in that order, the environment after
 * them; and which checks: --tag, --not-tag, --id.
 */
bool options_inputs(struct arena *a, const struct options *o,
                    struct plan_inputs *in, struct err *e) MUST_CHECK;

#endif
