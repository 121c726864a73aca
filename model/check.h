/* Definitions as plan/ gives them to probe/: plain, checked, read-only. */
#ifndef MODEL_CHECK_H
#define MODEL_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "model/expect.h"
#include "model/vocabulary.h"

struct header {
    const char *name, *value; /* no control bytes */
};

struct check {
    const char *id, *title;
    const char *url, *method;
    const struct header *header;
    size_t header_count;
    const char *body; /* NULL: none */
    int64_t timeout_ms, connect_timeout_ms;
    int64_t max_body_bytes; /* decoded */
    enum severity severity;
    const struct expect *expect;
    size_t expect_count; /* at least one */
    const struct expect *degraded;
    size_t degraded_count;
    const struct query *identity; /* NULL: not asked */
    const char **tag;
    size_t tag_count;
    struct pos pos;
};

#endif
