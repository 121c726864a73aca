/* Shapes of a proof and of recorded responses. */
#include "model/proof_file.h"

#include "base/shape_rows.h"
#include "model/ids.h"

#define STRUCT unnoticed
static const struct shape_field unnoticed_shape_rows[] = {
    FIELD("change", SHAPE_TEXT, change, "what was changed"),
    FIELD("path", SHAPE_TEXT, path, "of the JSON member, or null"),
};
static SHAPE_OF(unnoticed_shape, "unnoticed");
#undef STRUCT

#define STRUCT proved
static const struct shape_field proved_shape_rows[] = {
    RULED("check", check, &check_id_rule, "check id"),
    FIELD("request", SHAPE_TEXT, request, "what was asked, redacted"),
    FIELD("changes", SHAPE_INT, changes, "changes that were made"),
    FIELD("noticed", SHAPE_INT, noticed, "of them, by some check"),
    LIST("unnoticed", unnoticed, &unnoticed_shape, "the others"),
    FIELD("skipped", SHAPE_TEXT, skipped, "why nothing was changed, or null"),
};
static SHAPE_OF(proved_shape, "proved");
#undef STRUCT

#define STRUCT proof
static const struct shape_field proof_shape_rows[] = {
    FIELD("schema", SHAPE_TEXT, schema, "name and version of this format"),
    FIELD("changes", SHAPE_INT, changes, "changes that were made"),
    FIELD("noticed", SHAPE_INT, noticed, "of them, by some check"),
    FIELD("score", SHAPE_SHARE, score_ppm, "noticed of changes, 0 to 1"),
    LIST("requests", proved, &proved_shape, "one for each request"),
};
SHAPE_OF(proof_shape, "proof");
#undef STRUCT

#define STRUCT recorded
static const struct shape_field recorded_shape_rows[] = {
    RULED("check", check, &check_id_rule, "check id"),
    FIELD("status", SHAPE_INT, status, "HTTP status, or 0"),
    FIELD("head", SHAPE_TEXT, head, "header lines as received, redacted"),
    FIELD("body", SHAPE_TEXT, body, "in base64, redacted"),
    FIELD("content_type", SHAPE_TEXT, content_type, "of the body"),
    FIELD("http_version", SHAPE_TEXT, http_version, "of the answer"),
    FIELD("url", SHAPE_TEXT, url, "that answered, redacted"),
    FIELD("ip", SHAPE_TEXT, ip, "address that answered"),
    FIELD("duration_ms", SHAPE_MS, duration_us, "of the whole exchange"),
    FIELD("exit_code", SHAPE_INT, exit_code, "of a program"),
    FIELD("now", SHAPE_TIME, now_ms, "when it was recorded"),
    TEXTS("certificate", certificate, "its fields, in the order of the docs"),
};
static SHAPE_OF(recorded_shape, "recorded");
#undef STRUCT

#define STRUCT recording
static const struct shape_field recording_shape_rows[] = {
    FIELD("schema", SHAPE_TEXT, schema, "name and version of this format"),
    LIST("responses", recorded, &recorded_shape, "one for each check"),
};
SHAPE_OF(recording_shape, "recording");
const struct shape_format recording_format = {RECORDING_SCHEMA, NULL};
#undef STRUCT
