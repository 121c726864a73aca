/* What is wrong with a document: one remark of a rule at one place. */
#ifndef MODEL_REMARK_H
#define MODEL_REMARK_H

#include <stddef.h>
#include <stdint.h>

#include "base/shape.h"
#include "model/vocabulary.h"

#define REVIEW_SCHEMA "postflight/review/1"

/* A contradiction or a danger; what misleads; what is a matter of taste. */
enum remark_severity { REMARK_MAJOR, REMARK_MINOR, REMARK_NOTE };
extern const struct names remark_severity_names;

/* A row of a table of rules: help, docs and SARIF come from it. */
struct review_rule {
    const char *id, *name;
    int severity;       /* enum remark_severity */
    const char *help;   /* what it finds, one line */
    const char *advice; /* what to do */
};

struct remark {
    const char *rule;   /* "L05" */
    const char *name;   /* "duration-not-in-timeline" */
    int severity;       /* enum remark_severity */
    const char *file;   /* the name as given */
    int64_t line;       /* from 1 */
    int64_t column;     /* bytes from 1 */
    const char *text;   /* what was found, one harmless line */
    const char *advice; /* what to do */
    const char *fingerprint;
};

/* The answer about some documents: lint --format json. */
struct remarks {
    const char *schema;
    const char **document;
    size_t document_count;
    struct remark *remark; /* by document, line and column */
    size_t remark_count, remark_cap;
    int64_t known;     /* left out, because a baseline has them */
    int64_t questions; /* of drafts, that nobody has answered yet */
    int64_t left_out;  /* past the limit of remarks for one rule */
};

extern const struct shape remark_shape;
extern const struct shape remarks_shape;

#endif
