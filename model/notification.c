/* The shape of a notification. */
#include "model/notification.h"

#include "base/shape_rows.h"

#define STRUCT notified_incident
static const struct shape_field incident_shape_rows[] = {
    FIELD("id", SHAPE_TEXT, id, "of the incident; null: of no incident"),
    NAMED("status", status, &incident_status_names, "where it stands"),
    NAMED("severity", severity, &severity_names, "of its worst check"),
    FIELD("title", SHAPE_TEXT, title, "what it is about"),
    FIELD("service", SHAPE_TEXT, service, "whose it is"),
    TEXTS("checks", check, "ids of the checks that failed"),
    FIELD("signature", SHAPE_TEXT, signature, "code of the cause"),
    FIELD("migration", SHAPE_TEXT, migration, "that it is about"),
    FIELD("commit", SHAPE_TEXT, commit, "that was being deployed"),
    FIELD("document", SHAPE_TEXT, document, "path of its document"),
    FIELD("started", SHAPE_TIME, started_ms, "the impact began"),
    FIELD("detected", SHAPE_TIME, detected_ms, "it was noticed"),
    FIELD("acknowledged", SHAPE_TIME, acknowledged_ms, "somebody took it on"),
    FIELD("mitigated", SHAPE_TIME, mitigated_ms, "the impact ended"),
    FIELD("resolved", SHAPE_TIME, resolved_ms, "all checks pass again"),
    FIELD("verified", SHAPE_TIME, verified_ms, "it was proved"),
    FIELD("closed", SHAPE_TIME, closed_ms, "it is over"),
    FIELD("lasted", SHAPE_TEXT, lasted,
          "for people: from detected to resolved, or until now"),
    FIELD("reminders", SHAPE_INT, reminders, "that were sent"),
    FIELD("reopened", SHAPE_INT, reopened, "how often it came back"),
};
static SHAPE_OF(incident_shape, "notified_incident");
#undef STRUCT

#define STRUCT notification
static const struct shape_field notification_shape_rows[] = {
    FIELD("schema", SHAPE_TEXT, schema, "name and version of this format"),
    NAMED("transition", transition, &transition_names, "what has changed"),
    FIELD("time", SHAPE_TIME, time_ms, "when"),
    FIELD("title", SHAPE_TEXT, title, "what happened to what, in a few words"),
    FIELD("text", SHAPE_TEXT, text, "what happened, one line"),
    FIELD("verdict", SHAPE_TEXT, verdict, "of the last round"),
    FIELD("advice", SHAPE_TEXT, advice, "what to do, as a word"),
    FIELD("cause", SHAPE_TEXT, cause, "what broke first, when it is known"),
    FIELD("remedy", SHAPE_TEXT, remedy, "the way out, when it is known"),
    FIELD("link", SHAPE_TEXT, link, "to the document or the run"),
    FIELD("dedup_key", SHAPE_TEXT, dedup_key,
          "of the incident, the same in all of its messages and in no other "
          "history; null: of no incident"),
    OBJECT("incident", incident, &incident_shape, "that it is about"),
    FIELD("note", SHAPE_TEXT, note,
          "what was cut, or is not as it was asked for"),
};
SHAPE_OF(notification_shape, "notification");
#undef STRUCT
