/* Shapes and names of what people know. */
#include "model/facts.h"

#include "base/shape_rows.h"

NAMES(incident_status_names, "status", "detected", "investigating",
      "identified", "mitigated", "resolved", "verified", "closed");
NAMES(witness_names, "witness", "observed", "reported", "inferred");
NAMES(action_type_names, "type of action", "prevent", "detect", "mitigate",
      "process");

#define STRUCT fact_impact
static const struct shape_field impact_shape_rows[] = {
    FIELD("service", SHAPE_TEXT, service, "what was hit"),
    FIELD("text", SHAPE_TEXT, text, "how, in numbers where they are known"),
    FIELD("from", SHAPE_TIME, from_ms, "since when"),
    FIELD("to", SHAPE_TIME, to_ms, "until when"),
};
static SHAPE_OF(impact_shape, "impact");
#undef STRUCT

#define STRUCT fact_event
static const struct shape_field event_shape_rows[] = {
    FIELD("time", SHAPE_TIME, time_ms, "when, with its zone"),
    FIELD("text", SHAPE_TEXT, text, "what happened"),
    FIELD("source", SHAPE_TEXT, source, "how one can know"),
    NAMED("witness", witness, &witness_names, "reported unless told"),
};
static SHAPE_OF(event_shape, "fact_event");
#undef STRUCT

#define STRUCT fact_note
static const struct shape_field note_shape_rows[] = {
    FIELD("text", SHAPE_TEXT, text, "what speaks against it"),
    FIELD("source", SHAPE_TEXT, source, "how one can know"),
};
static SHAPE_OF(note_shape, "note");
#undef STRUCT

#define STRUCT fact_option
static const struct shape_field option_shape_rows[] = {
    FIELD("title", SHAPE_TEXT, title, "a way out"),
    FIELD("recommended", SHAPE_BOOL, recommended, "it is the one to take"),
    FIELD("danger", SHAPE_TEXT, danger, "what it can break"),
    TEXTS("steps", step, "in order"),
};
static SHAPE_OF(option_shape, "option");
#undef STRUCT

#define STRUCT fact_action
static const struct shape_field action_shape_rows[] = {
    FIELD("id", SHAPE_TEXT, id, "stable, such as A1"),
    FIELD("text", SHAPE_TEXT, text, "begins with a verb, has an end"),
    NAMED("type", type, &action_type_names, "what it is for"),
    FIELD("owner", SHAPE_TEXT, owner, "one person or team"),
    FIELD("due", SHAPE_TEXT, due, "day, such as 2026-12-01"),
    FIELD("done", SHAPE_BOOL, done, "it is done"),
};
static SHAPE_OF(action_shape, "action");
#undef STRUCT

#define STRUCT fact_related
static const struct shape_field related_shape_rows[] = {
    FIELD("id", SHAPE_TEXT, id, "of the incident or document"),
    FIELD("link", SHAPE_TEXT, link, "address or path"),
    FIELD("text", SHAPE_TEXT, text, "how they belong together"),
};
static SHAPE_OF(related_shape, "related");
#undef STRUCT

#define STRUCT fact_criterion
static const struct shape_field criterion_shape_rows[] = {
    FIELD("text", SHAPE_TEXT, text, "what must be so"),
    FIELD("check", SHAPE_TEXT, check, "id of the check whose state it has"),
};
static SHAPE_OF(criterion_shape, "criterion");
#undef STRUCT

#define STRUCT fact_signature
static const struct shape_field signature_shape_rows[] = {
    FIELD("role", SHAPE_TEXT, role, "deployed, verified, approved …"),
    FIELD("name", SHAPE_TEXT, name, "who"),
    FIELD("time", SHAPE_TIME, time_ms, "when"),
};
static SHAPE_OF(signature_shape, "sign_off");
#undef STRUCT

#define STRUCT facts
static const struct shape_field facts_shape_rows[] = {
    FIELD("incident", SHAPE_TEXT, incident, "id, such as INC-2026-11-21-1"),
    FIELD("title", SHAPE_TEXT, title, "the document's first heading"),
    FIELD("summary", SHAPE_TEXT, summary, "what happened, in a few sentences"),
    FIELD("user_impact", SHAPE_TEXT, user_impact, "what users saw"),
    FIELD("detected_by", SHAPE_TEXT, detected_by, "who or what noticed"),
    FIELD("owner", SHAPE_TEXT, owner, "who answers for it"),
    NAMED("severity", severity, &severity_names, "how bad it is"),
    NAMED("status", status, &incident_status_names,
          "where it stands; computed when left out"),
    FIELD("started", SHAPE_TIME, started_ms, "the impact began"),
    FIELD("detected", SHAPE_TIME, detected_ms, "it was noticed"),
    FIELD("acknowledged", SHAPE_TIME, acknowledged_ms, "somebody took it on"),
    FIELD("mitigated", SHAPE_TIME, mitigated_ms, "the impact ended"),
    FIELD("resolved", SHAPE_TIME, resolved_ms, "the cause was gone"),
    FIELD("verified", SHAPE_TIME, verified_ms, "and seen to stay away"),
    FIELD("closed", SHAPE_TIME, closed_ms, "nothing is left to do"),
    FIELD("migration", SHAPE_TEXT, migration, "that production is at"),
    LIST("impact", impact, &impact_shape, "service by service"),
    LIST("timeline", event, &event_shape, "what no probe, log or commit tells"),
    LIST("counter_evidence", counter, &note_shape,
         "what speaks against the cause"),
    LIST("options", option, &option_shape, "ways out that people weighed"),
    LIST("actions", action, &action_shape, "what is to be done after it"),
    LIST("related", related, &related_shape, "other incidents, documents"),
    LIST("success_criteria", criterion, &criterion_shape,
         "when it will be over"),
    LIST("sign_off", sign_off, &signature_shape, "who stands for it"),
    TEXTS("well", well, "what went well"),
    TEXTS("badly", badly, "what went badly"),
    TEXTS("lucky", lucky, "where luck helped"),
    TEXTS("prevention", prevention, "how to keep it from coming back"),
    TEXTS("references", reference, "further reading"),
    TEXTS("contributors", contributor, "who worked on it"),
};
SHAPE_OF(facts_shape, "facts");
#undef STRUCT
