/*
 * The ways to call a command in which only some of its options have an effect,
 * and how many arguments have a meaning. Both tables end with an empty row.
 */
#include "cli/option_table.h"

#define ANY_OF(...)                                                            \
    {                                                                          \
        __VA_ARGS__, OPTION_COUNT                                              \
    }

const struct option_mode option_modes[] = {
    {"verify", NULL, OPTION_EXPLAIN, "--explain",
     ANY_OF(OPTION_EXPLAIN, OPTION_TAG, OPTION_NOT_TAG, OPTION_ID, OPTION_SHARD,
            OPTION_VAR, OPTION_ENV_FILE, OPTION_UNTRUSTED, OPTION_NO_EXEC,
            OPTION_ALLOW_ENV, OPTION_ALLOW_HOST),
     "nothing is probed"},
    {"scan", NULL, OPTION_STUB, "--stub",
     ANY_OF(OPTION_STUB, OPTION_GOOD, OPTION_FROM_TIME, OPTION_UNTIL,
            OPTION_LIMIT_TIME, OPTION_SIGNATURES, OPTION_QUIET),
     "only the signature is printed"},
    {"scan", NULL, OPTION_EXCERPT, "--excerpt",
     ANY_OF(OPTION_EXCERPT, OPTION_GOOD, OPTION_PREVIOUS, OPTION_FROM_TIME,
            OPTION_UNTIL, OPTION_LIMIT_TIME, OPTION_SIGNATURES, OPTION_FORMAT,
            OPTION_QUIET),
     "only the excerpt is printed"},
    {"report", "template", OPTION_COUNT, "'template'", ANY_OF(OPTION_HELP),
     "the built-in template is printed"},
    {"report", "html", OPTION_COUNT, "'html'", ANY_OF(OPTION_OUTPUT),
     "a finished document is read"},
    {"report", "fix", OPTION_COUNT, "'fix'", ANY_OF(OPTION_MOJIBAKE),
     "documents are repaired in place"},
    {"report", "", OPTION_REPORT, "--report without a kind of document",
     ANY_OF(OPTION_FROM, OPTION_REPORT), "the record alone is written"},
    {"report", "facts", OPTION_COUNT, "'facts'",
     ANY_OF(OPTION_FROM, OPTION_EVENTS, OPTION_OUTPUT, OPTION_GIT,
            OPTION_ANY_OWNER, OPTION_STATE),
     "a facts file is written"},
    {"report", "actions", OPTION_ISSUES, "--issues",
     ANY_OF(OPTION_FACTS, OPTION_ISSUES, OPTION_CHECK),
     "the facts are updated"},
    {"report", "actions", OPTION_COUNT, "'actions'",
     ANY_OF(OPTION_FACTS, OPTION_ACTIONS_FORMAT, OPTION_OUTPUT),
     "action items are exported"},
    {"report", NULL, OPTION_COUNT, "a kind of document",
     ANY_OF(OPTION_FROM, OPTION_FACTS, OPTION_EVENTS, OPTION_AUDIENCE,
            OPTION_TEMPLATES, OPTION_OUTPUT, OPTION_CHECK, OPTION_GIT,
            OPTION_ANY_OWNER, OPTION_APPENDIX, OPTION_STATE),
     "a document is written"},
    {"incident", "list show", OPTION_COUNT, "an incident that is only shown",
     ANY_OF(OPTION_STATE, OPTION_COLOR, OPTION_QUIET), "nothing is recorded"},
    {"incident", "", OPTION_COUNT, "a list",
     ANY_OF(OPTION_STATE, OPTION_COLOR, OPTION_QUIET), "nothing is recorded"},
    {.command = NULL},
};

const struct option_arity option_arities[] = {
    {"status", NULL, 0},
    {"explain", NULL, 1},
    {"incident", "list", 1},
    {"incident", "show ack close", 2},
    {"report", "template html", 2},
    {"report",
     "status incident root-cause success sre atlassian pagerduty facts "
     "actions",
     1},
    {.command = NULL},
};
