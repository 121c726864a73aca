/* What one check found: one result per check, in plan order. */
#ifndef MODEL_RESULT_H
#define MODEL_RESULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/shape.h"
#include "model/kind.h"
#include "model/migration_state.h"
#include "model/observation.h"
#include "model/vocabulary.h"

/* Length of each phase in microseconds; 0 where there was none. */
struct timing {
    int64_t dns_us, connect_us, tls_us, send_us, wait_us, receive_us;
};

struct expectation {
    const char *text;
    int status; /* enum status: pass, degraded, fail or error */
    const char *expected, *observed;
    const char *at; /* file:line */
};

/* One reason why attempts did not pass, and how often. */
struct try_reason {
    const char *reason; /* "HTTP 503", "no connection" */
    int64_t count;
    int64_t last_ms; /* wall */
};

/* One answer on the way through redirects, the last one included. */
struct hop {
    const char *url;
    int64_t status;
    int64_t duration_us;
    struct timing timing;
    const char *address;
    const char *certificate; /* its subject; NULL: none */
    int64_t certificate_ends_ms;
};

/* What one address of the host answered. */
struct address_answer {
    const char *address;
    int status; /* enum status */
    int64_t duration_us;
    const char *identity, *message;
};

/* One step of a flow, those of `finally` included. */
struct step {
    const char *title, *url;
    int status; /* enum status; skipped: it was not reached */
    int64_t http_status;
    int64_t duration_us;
    const char *message;
};

/* A build that responded to a check in the window that decides. */
struct build {
    const char *version; /* NULL: responses that named none */
    int64_t answers, failed;
};

/* The responses of a check that the verdict uses. */
struct check_window {
    int64_t answers; /* those that the runner is to blame for are left out */
    int64_t failed;
};

struct result {
    const char *id, *title, *url;
    int kind;     /* enum check_kind */
    int status;   /* enum status */
    int cause;    /* enum cause_kind or -1 */
    int phase;    /* enum phase or -1 */
    int severity; /* enum severity */
    bool flaky;
    bool insecure; /* any certificate was accepted */
    int64_t attempts;
    struct try_reason *reason; /* of attempts that did not pass */
    size_t reason_count, reason_cap;
    struct hop *hop; /* when redirects were followed */
    size_t hop_count, hop_cap;
    struct step *step; /* of a flow */
    size_t step_count;
    struct address_answer *each; /* with addresses: each */
    size_t each_count, each_cap;
    struct observations seen;   /* all attempts of the run, in their order */
    struct check_window window; /* filled in with the verdict */
    struct build *build;        /* likewise */
    size_t build_count;
    const char *expected; /* build that must respond to it; NULL: none named */
    int64_t position;     /* of its check in the plan, from 1; 0: no shard */
    bool settled;         /* only the expected build responded at the end */
    int64_t settled_ms;   /* wall; 0: it has not */
    int64_t settled_after_us;
    int64_t started_ms; /* wall */
    int64_t duration_us;
    struct timing timing;
    const char *address; /* that answered; NULL when none did */
    bool identity_asked;
    bool answered;        /* a complete, well-formed response came */
    const char *identity; /* the build that answered; NULL when not told */
    const char *identity_problem; /* what its query found instead, or NULL */
    int64_t http_status;          /* 0 when there was no response */
    const char *content_type;
    int64_t body_bytes;
    struct migration_state *migrations; /* what a check of them read; or NULL */
    const char *body; /* excerpt, harmless text; NULL when there was none */
    struct expectation *expectation;
    size_t expectation_count;
    const char *message; /* one line: what is wrong; NULL when passed */
    const char *reproduce;
    const char *at; /* file:line of the check */
};

extern const struct shape result_shape;

#endif
