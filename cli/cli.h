/* The command line: tables of commands, options and exit codes. */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "app/app.h"
#include "base/arena.h"
#include "base/err.h"
#include "base/names.h"

enum option_id {
    OPTION_CHECK_LOG,
    OPTION_FOLLOW,
    OPTION_LOG_SINCE,
    OPTION_GOOD,
    OPTION_FROM_TIME,
    OPTION_UNTIL,
    OPTION_LIMIT_TIME,
    OPTION_STUB,
    OPTION_WHY,
    OPTION_EXCERPT,
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
    OPTION_SHARD,
    OPTION_ALLOW_MISSING,
    OPTION_FAIL_ON,
    OPTION_EXPLAIN,
    OPTION_SLOTS,
    OPTION_HOST_SLOTS,
    OPTION_RATE,
    OPTION_SINCE,
    OPTION_SAMPLES,
    OPTION_MIN_SCORE,
    OPTION_LISTEN,
    OPTION_TTL,
    OPTION_QUEUE,
    OPTION_CONNECTIONS,
    OPTION_CLIENT_TIMEOUT,
    OPTION_GRACE,
    OPTION_TOKEN_ENV,
    OPTION_TOKEN_FILE,
    OPTION_HOST_NAME,
    OPTION_FROM,
    OPTION_OPENAPI,
    OPTION_RECORDING,
    OPTION_IMPORT_FORMAT,
    OPTION_IMPORT_TARGET,
    OPTION_OUTPUT,
    OPTION_RECORD,
    OPTION_FORCE,
    OPTION_FACTS,
    OPTION_EVENTS,
    OPTION_AUDIENCE,
    OPTION_APPENDIX,
    OPTION_ACTIONS_FORMAT,
    OPTION_ISSUES,
    OPTION_TEMPLATES,
    OPTION_SIGNATURES,
    OPTION_VAR,
    OPTION_ENV_FILE,
    OPTION_UNTRUSTED,
    OPTION_NO_EXEC,
    OPTION_ALLOW_ENV,
    OPTION_ALLOW_HOST,
    OPTION_FORMAT,
    OPTION_LINT_FORMAT,
    OPTION_EARLIER,
    OPTION_LINT_BASELINE,
    OPTION_WRITE_BASELINE,
    OPTION_CHECK,
    OPTION_STATE,
    OPTION_ONCE,
    OPTION_INTERVAL,
    OPTION_ROUNDS,
    OPTION_IF_HELD,
    OPTION_BY,
    OPTION_TEST,
    OPTION_MOJIBAKE,
    OPTION_COLOR,
    OPTION_QUIET,
    OPTION_DSN,
    OPTION_MIGRATIONS,
    OPTION_MIGRATION_TOOL,
    OPTION_HISTORY_TABLE,
    OPTION_ALLOW_VERDICT,
    OPTION_HELP,
    OPTION_COUNT
};

struct options {
    struct texts given[OPTION_COUNT]; /* values; "" for a flag */
    struct texts argument;
};

/* What the arguments of a command are, for completion. */
enum argument_kind {
    ARGUMENT_FILES,
    ARGUMENT_NONE,      /* nothing that a shell could know */
    ARGUMENT_WORDS,     /* the first one is of `words`, others are files */
    ARGUMENT_SIGNATURES /* what `postflight explain` lists */
};

struct command {
    const char *name, *arguments;
    const char *summary; /* one line of at most 66 columns; NULL: of help */
    const char *help;    /* paragraphs, parted by empty lines */
    int (*run)(struct arena *life, const struct settings *s,
               const struct notes *n);
    const char *example; /* a line each; "# ..." above tells what it does */
    enum argument_kind argument;
    void (*words)(struct buf *out); /* parted by blanks */
};

extern const struct command scan_command, report_command, explain_command,
    prove_command, migrations_command, completion_command, incident_command;

/* The table of commands, in the order of the overview. */
size_t command_count(void);
const struct command *command_at(size_t index);
const struct command *command_find(const char *name); /* NULL: unknown */

/* The first line that says what a command does. */
struct str command_summary(const struct command *c);

/* One row of the table of options. */
struct option_doc {
    const char *name, *value; /* value: NULL for a flag */
    const char *help;
    const char *choices;                    /* parted by blanks; NULL for any */
    const char *(*choice_at)(size_t index); /* or by a table; NULL at its end */
};
bool command_takes(const struct command *c, enum option_id id);
struct option_doc option_doc(enum option_id id);

/* "[SIZE]": the value may be left out. */
bool option_is_bare(const struct option_doc *o);

/* The choices, each with `after` behind it, parted by blanks; nothing for any.
 */
void option_choices(struct buf *out, const struct option_doc *o,
                    const char *after);

/* True if the option takes that value; otherwise e says what it takes. */
bool option_accepts(const struct option_doc *o, struct arena *a,
                    const char *given, struct err *e) MUST_CHECK;

/* The n-th word that --report and import's --format take; NULL at the end. */
const char *option_output(size_t index);
const char *option_import(size_t index);
const char *option_migration_tool(size_t index);
const char *option_verdict(size_t index);

/* The row as one command has it: its own help, value and choices. */
struct option_doc command_option(const struct command *c, enum option_id id);

/* One row of the table of exit codes: of a command, or of all (NULL). */
struct exit_doc {
    const char *command;
    const char *code;
    const char *meaning, *advice; /* advice: "" where there is none */
};
size_t exit_count(void);
struct exit_doc exit_doc(size_t index);

/* False when the line makes no sense: err says why. */
bool options_parse(struct options *out, struct arena *a,
                   const struct command *command, const char *const *word,
                   size_t count, struct err *e) MUST_CHECK;

/* The last value given, or otherwise. */
const char *option_text(const struct options *o, enum option_id id,
                        const char *otherwise);
bool option_flag(const struct options *o, enum option_id id);

/* help.c: what --help prints, 80 columns wide. */
void help_overview(struct buf *out);
void help_command(struct buf *out, const struct command *command);

/* completion.c: the script of a shell; false when it is none of ours. */
bool completion_write(struct buf *out, const char *shell);
extern const struct names shell_names;

/* versions.c: postflight and every library in it, one a line. */
void versions_write(struct buf *out);

/* options_settings.c: what the options and the environment say, for a run. */
struct settings options_settings(const struct options *o);

#endif
