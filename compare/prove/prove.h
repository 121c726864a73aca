/*
 * Would the checks notice? Each response is changed in the ways in which
 * answers break, and judged again by all checks that make this request.
 */
#ifndef COMPARE_PROVE_PROVE_H
#define COMPARE_PROVE_PROVE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "model/check.h"
#include "model/proof_file.h"
#include "model/response.h"
#include "redact/redact.h"

#define PROOF_CHANGES_MAX    1000 /* of one response; JSON members beyond stay */
#define PROOF_JSON_BYTES_MAX ((size_t)256 * 1024)
#define RECORDING_BYTES_MAX  ((size_t)256 << 20)

/* What one check, or step of one, was answered; it is not changed. */
struct answer_of {
    const struct check *check; /* complete */
    const char *id;            /* of the whole check */
    bool whole;                /* it is asked as it is defined, in one step */
    const char *content_type;
    struct response response;
    struct str again; /* body of a second answer; ptr NULL: there was none */
};

/* Answers that did not pass are listed as skipped. */
void proof_make(struct proof *out, struct arena *a,
                const struct answer_of *answer, size_t answers);

/* A copy that outlives the transfer. */
struct response response_copy(struct arena *a, const struct response *r);

/* Answers as JSON; what is secret is taken out. */
void recording_write(struct buf *out, struct arena *a,
                     const struct answer_of *answer, size_t count,
                     struct redactor *redactor);
bool recording_read(struct recording *out, struct arena *a,
                    const struct source *source, struct err *e) MUST_CHECK;

/* The recorded answer as if it had just come; false when its body is none. */
bool recording_answer(struct answer_of *out, struct arena *a,
                      const struct recorded *r,
                      const struct check *check) MUST_CHECK;

#endif
