/*
 * A workflow of a CI host, as far as a document tells of it: GitHub Actions,
 * GitLab CI and Azure Pipelines. Texts are harmless lines and not redacted.
 */
#ifndef EVIDENCE_WORKFLOW_H
#define EVIDENCE_WORKFLOW_H

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"

#define WORKFLOW_STEPS_MAX 50
#define WORKFLOW_BYTES_MAX ((size_t)256 << 10)

struct workflow {
    const char *name, *trigger, *target; /* NULL: it has none */
    const char **step;
    size_t step_count;
    size_t more; /* beyond WORKFLOW_STEPS_MAX */
};

/* False: no YAML, no map, or longer than WORKFLOW_BYTES_MAX. */
bool workflow_read(struct workflow *out, struct arena *a,
                   const struct source *source, struct diags *d) MUST_CHECK;

#endif
