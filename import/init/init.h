/*
 * First definitions: from what a service answered, or from what its OpenAPI
 * document promises. What is written is a file of checks with comments; text
 * from outside is only ever a quoted value in it.
 */
#ifndef IMPORT_INIT_INIT_H
#define IMPORT_INIT_INIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"

#define DRAFT_BYTES_MAX ((size_t)16 << 20)

/* One answer, as it was measured once. */
struct draft_answer {
    const char *url;
    int64_t status;
    const char *content_type; /* NULL: none */
    struct str body;
    int64_t duration_us;
    bool certificate; /* one was shown, and it has an end */
};

/* out: a buf of DRAFT_BYTES_MAX; the answers in the order of their checks. */
void draft_answers(struct buf *out, struct arena *a,
                   const struct draft_answer *answer, size_t count);

/* OpenAPI 3, JSON or YAML. False with diags when it is none, or promises
   nothing that a check could ask. */
bool draft_openapi(struct buf *out, struct arena *a,
                   const struct source *source, struct diags *d) MUST_CHECK;

/* Can it be read again? Always, unless it is too long. */
bool draft_is_valid(struct arena *a, const struct buf *text,
                    struct diags *d) MUST_CHECK;

#endif
