/* A row of the table of options: one word, and what it is in each command. */
#ifndef CLI_OPTION_TABLE_H
#define CLI_OPTION_TABLE_H

#include "cli/cli.h"

/* What a value must be, beyond being one of the choices. */
enum option_takes {
    TAKES_TEXT,
    TAKES_NUMBER, /* from 1 to max */
    TAKES_DURATION,
    TAKES_TIME, /* RFC 3339, or a duration ago */
    TAKES_SHARD,
    TAKES_VERSION,
    TAKES_NAME,   /* of a variable */
    TAKES_HOST,   /* a rule for hosts */
    TAKES_EXCERPT /* a size; may be left out */
};

/* With that option, or that value of it, this one has no effect. */
struct option_idle {
    const char *given; /* value of this one; NULL: any */
    enum option_id with;
    const char *value; /* of the other; NULL: any */
    const char *why;
};

/* What the option is in some commands; NULL: as the row has it. */
struct option_use {
    const char *commands; /* parted by blanks; "": all of them */
    const char *value, *help, *choices;
    const enum option_id *needs; /* one of them is given as well */
    const char *unless;          /* a value that needs nothing */
    const char *needs_why;
    const struct option_idle *idle;
};

struct option_row {
    struct option_doc doc;
    enum option_takes takes;
    int64_t max;
    bool repeats; /* may be given again, with a value that differs */
    const struct option_use *use; /* ends with one without commands */
};

/* A way to call a command, with the only options that have an effect then. */
struct option_mode {
    const char *command;
    const char *words;     /* one of them is its first argument; NULL: any */
    enum option_id option; /* is given; OPTION_COUNT: whatever is */
    const char *called;
    enum option_id takes[12];
    const char *why;
};

/* How many arguments have a meaning, where their number is limited. */
struct option_arity {
    const char *command, *words;
    size_t most;
};

/* option_modes.c; the first mode that is meant decides. */
extern const struct option_mode option_modes[];
extern const struct option_arity option_arities[];

const struct option_row *option_row(enum option_id id);

/* Its use in a command; NULL: the command does not take it. */
const struct option_use *option_use(const struct command *c, enum option_id id);

/* option_values.c: is that a value of its kind? Otherwise e says what is. */
bool option_value_check(const struct option_row *row, const char *given,
                        struct err *e) MUST_CHECK;

/* A value in brackets may be left out: is that word one, or an argument? */
bool option_value_follows(const struct option_row *row, const char *word);

/* Values that were checked; 0: not given. */
int64_t option_number(const struct options *o, enum option_id id);
int64_t option_duration_ms(const struct options *o, enum option_id id);
int64_t option_time_ms(const struct options *o, enum option_id id);
size_t option_excerpt(const struct options *o); /* bytes; without one: some */
void option_shard(const struct options *o, size_t *index, size_t *count);

/* Is it one of those words, which blanks part? No words: "" alone is. */
bool word_is_among(const char *words, const char *word);

/* By enum option_id; a row has its name in one of them. */
extern const struct option_row option_rows[], option_rows_of_inputs[];

#define RATE_MAX 1000000

/* How the rows are written: lists that end themselves. */
#define ONE_OF(...)                                                            \
    (const enum option_id[])                                                   \
    {                                                                          \
        __VA_ARGS__, OPTION_COUNT                                              \
    }
#define IN(...)                                                                \
    (const struct option_use[])                                                \
    {                                                                          \
        __VA_ARGS__,                                                           \
        {                                                                      \
            .commands = NULL                                                   \
        }                                                                      \
    }
#define ONLY(list) IN({.commands = (list)})

/* The other option without which this one has no meaning, and what that is. */
#define NEEDS(option, why)          .needs = ONE_OF(option), .needs_why = (why)
#define ONLY_WITH(all, option, why) IN({.commands = (all), NEEDS(option, why)})
#define IDLE(...)                                                              \
    &(const struct option_idle)                                                \
    {                                                                          \
        __VA_ARGS__                                                            \
    }

/* False: err names the option, and what it needs or what makes it idle. */
bool options_effect(const struct command *c, const struct options *o,
                    struct err *e) MUST_CHECK;

/* A flag of all commands that read checks, and what they take repeatedly. */
#define READS_CHECKS "verify lint baseline prove watch serve notify"
#define OF_CHECKS(...)                                                         \
    {                                                                          \
        .doc = {__VA_ARGS__}, .use = ONLY(READS_CHECKS)                        \
    }
#define OF_SCAN(kind, ...)                                                     \
    {                                                                          \
        .doc = {__VA_ARGS__}, .takes = (kind), .use = ONLY("scan")             \
    }
#define LIST_OF_CHECKS(kind, ...)                                              \
    {                                                                          \
        .doc = {__VA_ARGS__}, .takes = (kind), .repeats = true,                \
        .use = ONLY(READS_CHECKS)                                              \
    }

/* One of a single command, and of `report`. */
#define FOR(command, again, ...)                                               \
    {                                                                          \
        .doc = {__VA_ARGS__}, .repeats = (again), .use = ONLY(command)         \
    }
#define FOR_REPORT(again, ...) FOR("report", again, __VA_ARGS__)

#endif
