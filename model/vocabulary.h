/* The closed vocabularies of the contract, and their public names. */
#ifndef MODEL_VOCABULARY_H
#define MODEL_VOCABULARY_H

#include <stdbool.h>

#include "base/names.h"

enum severity {
    SEVERITY_CRITICAL,
    SEVERITY_MAJOR,
    SEVERITY_MINOR,
    SEVERITY_INFO
};
extern const struct names severity_names;

enum status {
    STATUS_PASS,
    STATUS_DEGRADED,
    STATUS_FAIL,
    STATUS_ERROR, /* postflight could not tell */
    STATUS_BLOCKED,
    STATUS_SKIPPED
};
extern const struct names status_names;

/* Why a check did not pass; -1 where there is no cause. */
enum cause_kind {
    CAUSE_ASSERTION,
    CAUSE_TIMEOUT,
    CAUSE_CONNECT,
    CAUSE_CLOSED,
    CAUSE_DNS,
    CAUSE_TLS,
    CAUSE_PROTOCOL,
    CAUSE_REDIRECT,
    CAUSE_TOO_LARGE,
    CAUSE_DECODE,
    CAUSE_PROXY,
    CAUSE_EXEC,
    CAUSE_MIGRATION,
    CAUSE_PROBER,
    CAUSE_INCONCLUSIVE, /* the answer proves nothing, such as a bot wall */
    CAUSE_CONFIG
};
extern const struct names cause_names;

/* How far the exchange came; -1 before it began. */
enum phase {
    PHASE_DNS,
    PHASE_CONNECT,
    PHASE_TLS,
    PHASE_SEND,
    PHASE_WAIT,
    PHASE_RECEIVE
};
extern const struct names phase_names;

enum production {
    PRODUCTION_HEALTHY,
    PRODUCTION_DEGRADED,
    PRODUCTION_DOWN,
    PRODUCTION_UNKNOWN
};
extern const struct names production_names;

enum deployment {
    DEPLOYMENT_SHIPPED,
    DEPLOYMENT_STALE,
    DEPLOYMENT_MIXED,
    DEPLOYMENT_CONFLICT,
    DEPLOYMENT_FAILED,
    DEPLOYMENT_UNKNOWN
};
extern const struct names deployment_names;

enum verdict {
    VERDICT_HEALTHY, /* and no build was named */
    VERDICT_VERIFIED,
    VERDICT_DEGRADED,
    VERDICT_UNHEALTHY,
    VERDICT_NOT_SHIPPED,
    VERDICT_INCONCLUSIVE
};
extern const struct names verdict_names;
bool verdict_is_good(int verdict); /* healthy or verified */

enum advice {
    ADVICE_PROCEED,
    ADVICE_REVIEW,
    ADVICE_ROLL_BACK,
    ADVICE_WAIT,
    ADVICE_FIX_DEPLOY,
    ADVICE_CHECK_RUNNER
};
extern const struct names advice_names;

/* What became of a log or another source that was named. */
enum source_state {
    SOURCE_READ,
    SOURCE_UNREADABLE, /* what it would say is not known */
    SOURCE_EMPTY,
    SOURCE_WAITED /* until the end of the run, and it did not appear */
};
extern const struct names source_state_names;

/* What a signature is in a cascade. */
enum role {
    ROLE_ROOT,        /* can be what broke first */
    ROLE_WRAPPER,     /* reports another error that stands inside it */
    ROLE_SYMPTOM,     /* never a root: something failed before it */
    ROLE_BOILERPLATE, /* only gives context */
    ROLE_FAILED,   /* says only that something ended, and that it failed … */
    ROLE_SUCCEEDED /* … or that it succeeded */
};
extern const struct names role_names;

/* What has ended, by what a signature of either role says; outermost first. */
enum ending {
    ENDING_RUN,   /* of a host: a pipeline, deploy or build */
    ENDING_JOB,   /* of a host, or a container of it */
    ENDING_PHASE, /* of which each must succeed */
    ENDING_STEP,  /* a command that a host ran */
    ENDING_TOOL,  /* a program that did all of its work */
    ENDING_TEST,  /* a test suite */
    ENDING_LAST   /* whatever it was: the log breaks off behind it */
};
extern const struct names ending_names;

/* Words without an anchor, which tables of the program read for a signature. */
enum bare_words {
    WORDS_LAST_FAILED,    /* last_words.h */
    WORDS_LAST_SUCCEEDED, /* likewise */
    WORDS_TESTS_PASSED,   /* short_words.h */
    WORDS_TESTS_FAILED,   /* likewise */
    WORDS_SPEAKER_WELL    /* speakers.h */
};
extern const struct names bare_words_names;

/* What proves a cause that no log tells of. */
enum prover {
    PROVER_GIT,
    PROVER_DEPLOYMENTS,
    PROVER_RESPONSES,
    PROVER_DATABASE
};
extern const struct names prover_names;

/* How a run in a log ended, as far as the log shows it. */
enum run_outcome { RUN_UNKNOWN, RUN_FAILED, RUN_SUCCEEDED };
extern const struct names outcome_names;

/* How one finding follows from another. */
enum edge { EDGE_WRAPS, EDGE_SYMPTOM_OF, EDGE_USUALLY_AFTER, EDGE_SAME_AS };
extern const struct names edge_names;

enum confidence { CONFIDENCE_HIGH, CONFIDENCE_MEDIUM, CONFIDENCE_LOW };
extern const struct names confidence_names;

/* What a rollback does about a cause: -1 where nothing is known of it. */
enum rollback {
    ROLLBACK_HELPS,
    ROLLBACK_USELESS, /* every build that starts meets the same state */
    ROLLBACK_HARMFUL  /* the older build would damage or misread data */
};
extern const struct names rollback_names;

/* What "a rollback" does, in words, before a colon: "will not help". */
const char *rollback_words(int rollback);

/* The process exit codes of section 2 of the contract. */
enum exit_code {
    EXIT_VERIFIED = 0,
    EXIT_UNHEALTHY = 1,
    EXIT_USAGE = 2,
    EXIT_INVALID = 3,
    EXIT_INCONCLUSIVE = 4,
    EXIT_NOT_SHIPPED = 5,
    EXIT_DEGRADED = 6,
    EXIT_FINDINGS = 7
};

#endif
