/*
 * Action items as issues of a tracker: exported for it, and where they are
 * tracked written back into the facts. Nothing here talks to a tracker.
 */
#ifndef REPORT_ACTION_ISSUES_H
#define REPORT_ACTION_ISSUES_H

#include "base/arena.h"
#include "base/attr.h"
#include "base/buf.h"
#include "base/err.h"
#include "model/facts.h"

#define ACTIONS_MAX 1000 /* of one facts file */

enum action_export {
    EXPORT_GITHUB, /* an array of issues as GitHub's API takes them */
    EXPORT_CSV,    /* for Jira and others, RFC 4180 */
};

/* The id in the facts, or A1 … by its place. */
const char *action_id(struct arena *a, const struct facts *f, size_t index);

/* What the comments of its issues call the incident: its id, or a hash of the
   title of one that has none. */
const char *action_incident(struct arena *a, const struct facts *f);

/* The open actions that no issue tracks yet. */
void actions_export(struct buf *out, struct arena *a, const struct facts *f,
                    enum action_export format);

/* Where an action is tracked. */
struct action_issue {
    const char *id, *issue;
};

struct action_issues {
    struct action_issue *item;
    size_t count, cap;
};

/*
 * What a tracker has: issues of GitHub, found by the comment that the export
 * put into their text, or objects with `id` and `issue`.
 */
bool action_issues_read(struct action_issues *out, struct arena *a,
                        const struct source *source, const struct facts *f,
                        struct err *e) MUST_CHECK;

/*
 * The text of the facts with the issues of those actions that have none; every
 * other byte stays. added: how many.
 */
bool action_issues_write(struct str *out, struct arena *a,
                         const struct source *facts,
                         const struct action_issues *issues, size_t *added,
                         struct err *e) MUST_CHECK;

#endif
