/* Causes that git and the deployments prove, as data. */
#ifndef VERDICT_EVIDENCE_CAUSES_H
#define VERDICT_EVIDENCE_CAUSES_H

#include <stddef.h>

#include "model/finding.h"

/* What is known of a cause of this kind, whatever the names in it. */
struct evidence_kind {
    const char *id;
    const char *one;  /* title with one %s: what it is about */
    const char *many; /* title with one %zu */
    int deployment;   /* enum deployment it proves, or -1 */
    int rollback;     /* enum rollback */
    const char *rollback_why;
    const char *meaning;
    const struct remedy *remedy;
    size_t remedy_count;
    const char *const *confirm;
    size_t confirm_count;
    const char *const *prevention;
    size_t prevention_count;
};

enum evidence_id {
    EVIDENCE_MIGRATION_EDITED,
    EVIDENCE_MIGRATION_DELETED,
    EVIDENCE_MIGRATION_MISSING,
    EVIDENCE_DEPLOYMENTS_OVERLAP
};

/* In a command: {from} is the last good commit, {path} the file. */
const struct evidence_kind *evidence_kind(enum evidence_id id);

#endif
