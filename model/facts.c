/* Shapes and names of what people know. */
#include "model/facts.h"

#include "base/shape_rows.h"
#include "model/ids.h"
#include "model/slo.h"

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
    FIELD("text", SHAPE_TEXT, text, "what is so"),
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
    RULED("id", id, &label_rule, "stable, such as A1"),
    FIELD("text", SHAPE_TEXT, text, "begins with a verb, has an end"),
    NAMED("type", type, &action_type_names, "what it is for"),
    FIELD("owner", SHAPE_TEXT, owner, "one person or team"),
    FIELD("due", SHAPE_TEXT, due, "day, such as 2026-12-01"),
    FIELD("done", SHAPE_BOOL, done, "it is done"),
    FIELD("issue", SHAPE_TEXT, issue,
          "issue that tracks it; not exported again"),
};
static SHAPE_OF(action_shape, "action");
#undef STRUCT

#define STRUCT fact_related
static const struct shape_field related_shape_rows[] = {
    RULED("id", id, &label_rule, "of the incident or document"),
    FIELD("link", SHAPE_TEXT, link, "address or path"),
    FIELD("text", SHAPE_TEXT, text, "how they belong together"),
    FIELD("state", SHAPE_TEXT, state, "where it stands"),
    FIELD("time", SHAPE_TIME, time_ms, "when it began; counted as a pattern"),
};
static SHAPE_OF(related_shape, "related");
#undef STRUCT

#define STRUCT fact_criterion
static const struct shape_field criterion_shape_rows[] = {
    FIELD("text", SHAPE_TEXT, text, "what must be so"),
    RULED("check", check, &check_id_rule, "id of the check whose state it has"),
};
static SHAPE_OF(criterion_shape, "criterion");
#undef STRUCT

#define STRUCT fact_excerpt
static const struct shape_field excerpt_shape_rows[] = {
    FIELD("text", SHAPE_TEXT, text, "what it shows"),
    FIELD("file", SHAPE_TEXT, file, "where it stands"),
    FIELD("lines", SHAPE_TEXT, lines, "of the file, such as 85-88"),
    FIELD("code", SHAPE_TEXT, code, "the lines"),
    FIELD("language", SHAPE_TEXT, language,
          "such as sql; else by the name of the file"),
};
static SHAPE_OF(excerpt_shape, "excerpt");
#undef STRUCT

#define STRUCT fact_change
static const struct shape_field change_shape_rows[] = {
    FIELD("text", SHAPE_TEXT, text, "what was changed"),
    FIELD("commit", SHAPE_TEXT, commit,
          "that did it; its subject is looked up"),
    FIELD("file", SHAPE_TEXT, file, "where"),
    FIELD("lines", SHAPE_TEXT, lines, "of the file, such as 85-88"),
    FIELD("before", SHAPE_TEXT, before, "the lines as they were"),
    FIELD("after", SHAPE_TEXT, after, "the lines as they are"),
    TEXTS("points", point, "what each part of it is for"),
    FIELD("effect", SHAPE_TEXT, effect, "what it changes for production"),
};
static SHAPE_OF(change_shape, "change");
#undef STRUCT

#define STRUCT fact_hypothesis
static const struct shape_field hypothesis_shape_rows[] = {
    FIELD("text", SHAPE_TEXT, text, "what may have been so"),
    TEXTS("for", pro, "what speaks for it"),
    TEXTS("against", contra, "what speaks against it"),
};
static SHAPE_OF(hypothesis_shape, "hypothesis");
#undef STRUCT

#define STRUCT fact_workflow
static const struct shape_field workflow_shape_rows[] = {
    FIELD("name", SHAPE_TEXT, name, "as the runs of --deployments have it"),
    FIELD("file", SHAPE_TEXT, file, "where it is defined"),
    FIELD("trigger", SHAPE_TEXT, trigger, "else that of its runs"),
    FIELD("target", SHAPE_TEXT, target, "else that of its runs"),
    TEXTS("steps", step, "in order; a migration among them is found"),
    FIELD("use", SHAPE_TEXT, use, "when to take it"),
};
static SHAPE_OF(workflow_shape, "workflow");
#undef STRUCT

#define STRUCT fact_measure
static const struct shape_field measure_shape_rows[] = {
    FIELD("text", SHAPE_TEXT, text, "a safeguard"),
    FIELD("file", SHAPE_TEXT, file, "looked for in the commits"),
    RULED("check", check, &check_id_rule, "id of the check whose state it has"),
};
static SHAPE_OF(measure_shape, "measure");
#undef STRUCT

#define STRUCT fact_risk
static const struct shape_field risk_shape_rows[] = {
    FIELD("text", SHAPE_TEXT, text, "what can go wrong"),
    FIELD("before", SHAPE_TEXT, before, "what stood against it before"),
    FIELD("after", SHAPE_TEXT, after, "what stands against it now"),
};
static SHAPE_OF(risk_shape, "risk");
#undef STRUCT

#define STRUCT fact_document
static const struct shape_field document_shape_rows[] = {
    FIELD("path", SHAPE_TEXT, path, "or address"),
    FIELD("text", SHAPE_TEXT, text, "what it is"),
};
static SHAPE_OF(document_shape, "document");
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
    FIELD("ticket", SHAPE_TEXT, ticket, "where the work is kept"),
    FIELD("series", SHAPE_TEXT, series, "what it is one of several of"),
    FIELD("resolution", SHAPE_TEXT, resolution, "what ended it"),
    FIELD("trigger", SHAPE_TEXT, trigger, "what set it off"),
    FIELD("detection", SHAPE_TEXT, detection,
          "how it was noticed, and what could notice it sooner"),
    TEXTS("contributing_factors", contributing,
          "conditions that led to it or made it worse"),
    RULED("slo", slo, &slo_rule, "the objective, such as 99.9% in 30 days"),
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
    RULED_TEXTS("checks", check, &check_id_rule,
                "ids of the checks that it is about; all when left out"),
    LIST("impact", impact, &impact_shape, "service by service"),
    LIST("timeline", event, &event_shape, "what no probe, log or commit tells"),
    LIST("mechanism", mechanism, &note_shape,
         "how it came about, in order, with what one knows it by"),
    LIST("excerpts", excerpt, &excerpt_shape,
         "code, queries and answers that show it"),
    LIST("hypotheses", hypothesis, &hypothesis_shape,
         "what may be behind the cause"),
    LIST("counter_evidence", counter, &note_shape,
         "what speaks against the cause"),
    TEXTS("stayed_healthy", healthy,
          "why production went on; refused while it is not healthy"),
    LIST("workflows", workflow, &workflow_shape, "ways to deploy, compared"),
    LIST("options", option, &option_shape, "ways out that people weighed"),
    LIST("changes", change, &change_shape, "what was changed to end it"),
    LIST("measures", measure, &measure_shape, "safeguards that it brings"),
    LIST("risks", risk, &risk_shape, "before the deployment and after it"),
    LIST("actions", action, &action_shape, "what is to be done after it"),
    LIST("next_steps", step, &criterion_shape,
         "what to do now, after what the record asks for"),
    LIST("related", related, &related_shape, "other incidents"),
    LIST("documents", document, &document_shape, "to read with this one"),
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
