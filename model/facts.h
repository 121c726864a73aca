/* What only people know of an incident: the facts file, and what follows. */
#ifndef MODEL_FACTS_H
#define MODEL_FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/names.h"
#include "base/shape.h"
#include "model/vocabulary.h"

enum incident_status {
    INCIDENT_DETECTED,
    INCIDENT_INVESTIGATING,
    INCIDENT_IDENTIFIED,
    INCIDENT_MITIGATED,
    INCIDENT_RESOLVED,
    INCIDENT_VERIFIED,
    INCIDENT_CLOSED
};
extern const struct names incident_status_names;

/* How a row of the timeline is known. */
enum witness { WITNESS_OBSERVED, WITNESS_REPORTED, WITNESS_INFERRED };
extern const struct names witness_names;

enum action_type {
    ACTION_PREVENT,
    ACTION_DETECT,
    ACTION_MITIGATE,
    ACTION_PROCESS
};
extern const struct names action_type_names;

struct fact_impact {
    const char *service, *text;
    int64_t from_ms, to_ms; /* wall, 0: not known */
};

struct fact_event {
    int64_t time_ms;
    const char *text, *source;
    int witness; /* enum witness; -1: reported */
};

struct fact_note {
    const char *text, *source;
};

struct fact_option {
    const char *title;
    bool recommended;
    const char *danger; /* NULL: safe */
    const char **step;
    size_t step_count;
};

struct fact_action {
    const char *id, *text, *owner, *due;
    const char *issue; /* where it is tracked: an address, or #12 */
    int type;          /* enum action_type */
    bool done;
    uint32_t said; /* what the facts file said, before it was read back */
};

struct fact_related {
    const char *id, *link, *text, *state;
    int64_t time_ms; /* when it began, 0: not known */
};

struct fact_criterion {
    const char *text, *check; /* check: id whose state it has, or NULL */
};

/* Lines of code, a query or an answer as somebody saw them. */
struct fact_excerpt {
    const char *text, *file, *lines, *code; /* lines: "85-88" */
    const char *language; /* of the code; NULL: that of the file */
};

/* What was changed to end it, or made worse by. */
struct fact_change {
    const char *text, *commit, *file, *lines, *before, *after, *effect;
    const char **point;
    size_t point_count;
};

struct fact_hypothesis {
    const char *text;
    const char **pro, **contra;
    size_t pro_count, contra_count;
};

/* A way to deploy; what its runs came to stands in the record. */
struct fact_workflow {
    const char *name, *file, *trigger, *target, *use;
    const char **step;
    size_t step_count;
};

/* A safeguard; its state is that of its check, or of its file in git. */
struct fact_measure {
    const char *text, *file, *check;
};

struct fact_risk {
    const char *text, *before, *after;
};

struct fact_document {
    const char *path, *text;
};

struct fact_signature {
    const char *role, *name;
    int64_t time_ms;
};

struct facts {
    const char *incident; /* its id */
    const char *title, *summary, *user_impact, *detected_by, *owner;
    const char *ticket, *series; /* what it belongs to elsewhere */
    const char *resolution;      /* what ended it */
    const char *trigger;         /* what set it off */
    const char *detection;       /* how it was noticed */
    const char *slo;             /* "99.9% in 30 days", see model/slo.h */
    int severity;                /* enum severity, -1: not told */
    int status;                  /* enum incident_status, -1: computed */
    int64_t started_ms, detected_ms, acknowledged_ms, mitigated_ms, resolved_ms,
        verified_ms, closed_ms; /* wall, 0: not known */
    const char *migration;      /* that production is at */
    struct fact_impact *impact;
    size_t impact_count;
    struct fact_event *event;
    size_t event_count;
    struct fact_note *counter; /* what speaks against the cause */
    size_t counter_count;
    struct fact_option *option;
    size_t option_count;
    struct fact_action *action;
    size_t action_count;
    struct fact_related *related;
    size_t related_count;
    struct fact_criterion *criterion;
    size_t criterion_count;
    struct fact_criterion *step; /* next steps, in order */
    size_t step_count;
    struct fact_note *mechanism; /* from the first cause on, in order */
    size_t mechanism_count;
    struct fact_excerpt *excerpt;
    size_t excerpt_count;
    struct fact_hypothesis *hypothesis;
    size_t hypothesis_count;
    struct fact_change *change;
    size_t change_count;
    struct fact_workflow *workflow;
    size_t workflow_count;
    struct fact_measure *measure;
    size_t measure_count;
    struct fact_risk *risk;
    size_t risk_count;
    struct fact_document *document;
    size_t document_count;
    struct fact_signature *sign_off;
    size_t sign_off_count;
    const char **check; /* ids that it is about; none: all of the record */
    size_t check_count;
    const char **ticked; /* items that a document has ticked, as Markdown */
    size_t ticked_count;
    const char **well, **badly, **lucky, **prevention, **reference,
        **contributor, **healthy, /* healthy: why production stayed so */
        **contributing;           /* conditions without which it had not */
    size_t well_count, badly_count, lucky_count, prevention_count,
        reference_count, contributor_count, healthy_count, contributing_count;
};

extern const struct shape facts_shape;

/* From one stamp to another; told only when both are known. */
struct duration {
    const char *name;      /* "time to detect" */
    const char *from, *to; /* stamps */
    int64_t ms;            /* -1: not known */
};

enum stamp {
    STAMP_STARTED,
    STAMP_DETECTED,
    STAMP_ACKNOWLEDGED,
    STAMP_MITIGATED,
    STAMP_RESOLVED,
    STAMP_VERIFIED,
    STAMP_CLOSED
};
#define INCIDENT_STAMPS    7
#define INCIDENT_DURATIONS 6

/* Computed once, from the record and the facts. */
struct incident {
    const char *id;
    int status;   /* enum incident_status */
    int severity; /* enum severity */
    struct {
        const char *name;
        int64_t time_ms;
        int witness;          /* enum witness */
    } stamp[INCIDENT_STAMPS]; /* started, detected … closed */
    struct duration duration[INCIDENT_DURATIONS];
    int64_t actions, actions_done;
};

#endif
