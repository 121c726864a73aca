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
    int type; /* enum action_type */
    bool done;
    uint32_t said; /* what the facts file said, before it was read back */
};

struct fact_related {
    const char *id, *link, *text;
};

struct fact_criterion {
    const char *text, *check; /* check: id whose state it has, or NULL */
};

struct fact_signature {
    const char *role, *name;
    int64_t time_ms;
};

struct facts {
    const char *incident; /* its id */
    const char *title, *summary, *user_impact, *detected_by, *owner;
    int severity; /* enum severity, -1: not told */
    int status;   /* enum incident_status, -1: computed */
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
    struct fact_signature *sign_off;
    size_t sign_off_count;
    const char **ticked; /* items that a document has ticked, as Markdown */
    size_t ticked_count;
    const char **well, **badly, **lucky, **prevention, **reference,
        **contributor;
    size_t well_count, badly_count, lucky_count, prevention_count,
        reference_count, contributor_count;
};

extern const struct shape facts_shape;

/* From one stamp to another; told only when both are known. */
struct duration {
    const char *name;      /* "time to detect" */
    const char *from, *to; /* stamps */
    int64_t ms;            /* -1: not known */
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
