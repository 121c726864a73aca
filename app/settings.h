/*
 * What a run shall do, as plain data. cli/ fills it from the command line
 * once; a run reads it and changes nothing in it. A field that a run does not
 * use is ignored. Texts live as long as the run; a pointer is NULL, a time, a
 * duration and a number is 0, where nothing was given, unless said otherwise.
 */
#ifndef APP_SETTINGS_H
#define APP_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ci_host;

/* A list of texts, in the order in which they were given. */
struct texts {
    const char **item;
    size_t count, cap;
};

/* What goes to standard output. */
enum output_format {
    OUTPUT_TEXT,
    OUTPUT_JSON,
    OUTPUT_SARIF /* lint alone */
};

struct settings {
    /* Around the run. */
    const char *version;              /* of postflight; never NULL */
    const char *const *environ;       /* NAME=VALUE, NULL at the end */
    const struct ci_host *ci_host;    /* whose log our output is in */
    struct texts arguments;           /* files, folders, URLs; or words */
    enum output_format output_format; /* --format */
    bool format_given;                /* --format is on the command line */
    bool color_always;                /* --color always */
    bool quiet;                       /* --quiet */

    /* Which checks, and what their variables are. */
    struct texts variables;      /* --var: NAME=VALUE */
    struct texts env_files;      /* --env-file: files of such lines */
    struct texts tags, not_tags; /* --tag, --not-tag */
    struct texts ids;            /* --id: globs */
    size_t shard_index;          /* --shard I/N: from 1 to shard_count */
    size_t shard_count;          /* 0: all checks */
    bool explain;                /* --explain: print the checks, probe none */

    /* What definitions may reach. */
    bool untrusted, no_exec;                 /* --untrusted, --no-exec */
    struct texts allowed_env, allowed_hosts; /* --allow-env, --allow-host */

    /* How they are probed. */
    const char *expect;   /* --expect: the build that must be serving */
    int64_t deadline_ms;  /* --deadline */
    int64_t slots;        /* --slots: requests at the same time */
    int64_t host_slots;   /* --host-slots */
    int64_t rate;         /* --rate: requests started per second */
    struct texts fail_on; /* --fail-on: 'degraded', and kinds of difference */

    /* Logs. */
    struct texts logs;         /* --log */
    bool follow;               /* --follow */
    int64_t log_since_ms;      /* --log-since, in Unix time */
    int64_t from_ms, until_ms; /* scan --since, --until, in Unix time */
    int64_t scan_limit_ms;     /* --limit-time */
    struct texts good;         /* --good: logs */
    struct texts previous;     /* --previous: records */
    const char *signatures;    /* --signatures: a folder or a file */
    const char *stub;          /* --stub: the id of an unknown error */
    bool why;                  /* --why */
    size_t excerpt_bytes;      /* --excerpt */

    /* What was deployed. */
    const char *git;                  /* --git: a clone */
    const char *git_from, *git_to;    /* --from, --to: revisions */
    bool git_any_owner;               /* --git-any-owner */
    const char *deployments, *target; /* --deployments FILE, --target */

    /* Comparison. */
    const char *since;     /* verify --since: a baseline */
    int64_t samples;       /* --samples */
    int64_t min_score;     /* --min-score: percent */
    const char *recording; /* prove --from */

    /* The history, and watching. */
    const char *state;   /* --state: a file or postgresql://... */
    bool once;           /* --once */
    int64_t interval_ms; /* --interval */
    int64_t rounds;      /* --rounds */
    bool fail_if_held;   /* --if-held fail */
    bool wait_if_held;   /* --if-held wait */
    const char *by;      /* --by: a person */
    bool test;           /* notify --test */

    /* The server. */
    const char *listen;                  /* --listen: an address */
    int64_t ttl_ms, grace_ms, client_ms; /* --ttl, --grace, --client-timeout */
    int64_t queue, connections;          /* --queue, --connections */
    const char *token_env, *token_file;  /* --token-env, --token-file */
    struct texts host_names;             /* --host-name */

    /* Outputs. */
    const char *out;       /* --out: a folder */
    struct texts reports;  /* --report: FORMAT=FILE, or FORMAT alone */
    const char *output;    /* -o: a file, of status a folder */
    const char *record_to; /* import --record: a file */
    bool force;            /* --force: overwrite */
    bool allow_missing;    /* --allow-missing */

    /* Documents. */
    struct texts from;          /* report --from: records, scans, runs */
    const char *facts;          /* --facts */
    struct texts events;        /* --events: files */
    bool for_public;            /* --audience public */
    bool appendix;              /* --appendix */
    const char *actions_format; /* report actions --format */
    const char *issues;         /* --issues */
    const char *templates;      /* --templates: a folder */
    bool check;                 /* --check: write nothing */
    bool mojibake;              /* --mojibake */
    struct texts earlier;       /* --earlier: documents */
    const char *lint_baseline;  /* --baseline of lint; NULL: none */
    bool write_baseline;        /* --write-baseline */

    /* Definitions of other tools. */
    const char *openapi;         /* init --from */
    const char *import_format;   /* import --format */
    struct texts import_targets; /* import --target */

    /* The state of migrations; --state is then a file of exported rows. */
    const char *dsn;               /* --dsn: an address */
    const char *migrations;        /* --path: a folder */
    const char *migration_tool;    /* --tool; NULL: to be found */
    const char *history_table;     /* --table; NULL: that of the tool */
    struct texts allowed_verdicts; /* --allow */
};

/* The value of a variable of the environment; NULL: it is not set. */
const char *settings_variable(const struct settings *s, const char *name);

/* What definitions may reach; the settings outlive it. */
struct trust;
void settings_trust(struct trust *out, const struct settings *s);

/* Is it one of the values of --fail-on? */
bool settings_fail_on(const struct settings *s, const char *what);

#endif
