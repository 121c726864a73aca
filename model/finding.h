/* What the logs say: findings of known signatures, causes, unknown errors. */
#ifndef MODEL_FINDING_H
#define MODEL_FINDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/shape.h"
#include "model/vocabulary.h"

/* A place in a log. line counts from 1 by LF; offset is in raw bytes. */
struct place {
    const char *file;
    int64_t line;
    int64_t cr_line; /* where a lone CR ends a line, too; 0: the same */
    int64_t offset;
    int64_t time_ms; /* wall; of the line or the nearest above it, 0: none */
};

struct evidence {
    const char *file;
    int64_t line;
    const char *text; /* one harmless line */
};

/* One incident of a signature: same signature, same key captures. */
struct finding {
    const char *signature, *code, *title, *meaning;
    const char
        *fingerprint; /* of the signature and what tells incidents apart */
    int role;         /* enum role */
    int severity;     /* enum severity */
    int64_t count;
    bool in_good;          /* the log of a good deploy has all its lines */
    const char *recovered; /* "deploy.log:88": got over there; NULL: not */
    struct place first, last;
    struct shape_pair *capture;
    size_t capture_count;
    struct evidence *evidence;
    size_t evidence_count;
};

struct remedy {
    const char *text;
    const char *command; /* NULL: none */
    const char *danger;  /* what it can break; NULL: safe */
};

/* A link of a cause's chain, from the root to its last consequence. */
struct chain_link {
    const char *signature;
    const char *text;
    int role; /* enum role */
    const char *file;
    int64_t line;
};

/* Exactly one of signature, cluster, elsewhere and proof is set. */
struct cause {
    const char *signature;
    const char *cluster;
    const char *elsewhere; /* root not in these logs: where to look */
    const char *proof;     /* id of what git or the deployments prove */
    const char *title;
    int confidence;           /* enum confidence */
    int64_t score;            /* what it is ranked by */
    const char *recovered;    /* likewise */
    bool earlier;             /* of an earlier deploy: it decides nothing */
    int deployment;           /* enum deployment it proves, or -1 */
    int rollback;             /* enum rollback, or -1 */
    const char *rollback_why; /* NULL exactly when rollback is -1 */
    const char **reason;
    size_t reason_count;
    struct chain_link *chain;
    size_t chain_count;
    struct evidence *evidence;
    size_t evidence_count;
    const char *meaning;
    const char **confirm;
    size_t confirm_count;
    struct remedy *remedy;
    size_t remedy_count;
    const char **prevention;
    size_t prevention_count;
    const char **link;
    size_t link_count;
};

/* It counts: it was not got over, and is of this deploy. */
bool cause_stands(const struct cause *c);

/* Error lines that no signature explains, alike but for names and numbers. */
struct cluster {
    const char *id;
    const char *text; /* the line with its variable parts masked */
    int64_t count;
    bool in_good; /* likewise */
    struct place first, last;
    const char *sample;
};

/* A signature, and the error lines that it explains. */
struct explanation {
    const char *signature;
    int64_t lines;
};

struct coverage {
    int64_t files, lines, bytes;
    struct explanation *by; /* most lines first */
    size_t by_count;
    int64_t errors;      /* lines that claim an error */
    int64_t explained;   /* of those: by a signature */
    int64_t suppressed;  /* matches that were left out on purpose */
    int64_t gave_up;     /* matches that passed a limit: not known */
    int64_t unjudged;    /* of those: might have proved a failed deploy */
    int64_t interpreted; /* regexes that ran without JIT: slower */
    int64_t cut;         /* lines longer than what is matched */
    int64_t unread;      /* logs that a time limit kept from being read */
    int64_t mixed;       /* logs not all in the encoding that they begin with */
};

/* A link between findings: from follows to. Each pair stands once. */
struct edge_row {
    const char *from; /* signature id */
    const char *to;   /* likewise, "unknown" or "elsewhere" */
    int kind;         /* enum edge */
    bool across;      /* out of the log, container or process of `from` */
    int64_t count;
    const char *file; /* where it was seen first */
    int64_t line;
    const char *to_file; /* NULL: elsewhere */
    int64_t to_line;
};

/* A run that a log tells of, and how it ended. */
struct log_run {
    const char *scope;   /* the log's name */
    int64_t from, to;    /* lines, from 1 */
    int outcome;         /* enum run_outcome */
    const char *said_by; /* signature id; NULL: nobody said it */
    int64_t line;        /* where it was said, or where it ended; 0: nowhere */
};

/* Why a line counts: for `scan --why`. */
struct why_row {
    const char *file;
    int64_t line;
    const char *signature;
    const char *text; /* pattern, or the reason of a suppression */
};

/* A line of `scan --excerpt`. */
struct excerpt_row {
    const char *file;
    int64_t line;
    const char *text; /* harmless, redacted, and cut where it is long */
    int64_t more;     /* lines like it that are left out */
    bool root;        /* a cause begins here */
};

struct findings {
    struct finding *finding;
    size_t finding_count;
    struct finding *news; /* good news, that get over errors */
    size_t news_count;
    struct cause *cause; /* best first */
    size_t cause_count;
    struct cluster *unknown;
    size_t unknown_count;
    struct edge_row *edge;
    size_t edge_count;
    struct log_run *run; /* the last one of each log */
    size_t run_count;
    struct why_row *why; /* only when asked for */
    size_t why_count;
    struct excerpt_row *excerpt; /* only when asked for, as is its text */
    size_t excerpt_count;
    const char *excerpt_text;
    struct coverage coverage;
};

/* The best cause that counts: what messages name. NULL: there is none. */
const struct cause *findings_cause(const struct findings *f);

extern const struct shape finding_shape;
extern const struct shape cause_shape;
extern const struct shape cluster_shape;
extern const struct shape coverage_shape;
extern const struct shape edge_shape;
extern const struct shape log_run_shape;
extern const struct shape findings_shape; /* scan --format json */

#endif
