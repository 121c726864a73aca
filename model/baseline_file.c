/* Shapes of a baseline and of the comparison with one. */
#include "model/baseline_file.h"

#include "base/shape_rows.h"
#include "model/ids.h"
#include "model/vocabulary.h"

NAMES(difference_names, "kind of difference", "check", "version", "status",
      "latency", "shape", "header", "certificate", "redirect");
NAMES(latency_state_names, "latency", "same", "slower", "faster",
      "not enough data");

#define STRUCT sampled_answer
static const struct shape_field sample_shape_rows[] = {
    NAMED("status", status, &status_names, "outcome"),
    FIELD("http_status", SHAPE_INT, http_status, "0 without a response"),
    FIELD("duration_ms", SHAPE_MS, duration_us, "of the whole exchange"),
    FIELD("identity", SHAPE_TEXT, identity, "build that answered"),
};
static SHAPE_OF(sample_shape, "sample");
#undef STRUCT

#define STRUCT sampled_header
static const struct shape_field header_shape_rows[] = {
    FIELD("name", SHAPE_TEXT, name, "in lower case"),
    FIELD("value", SHAPE_TEXT, value, "null: another one each time"),
    FIELD("seen", SHAPE_INT, seen, "answers that have it"),
};
static SHAPE_OF(header_shape, "header");
#undef STRUCT

#define STRUCT sampled_member
static const struct shape_field member_shape_rows[] = {
    FIELD("path", SHAPE_TEXT, path, "of the member; [*]: any element"),
    FIELD("types", SHAPE_TEXT, types, "JSON types that it had"),
    FIELD("seen", SHAPE_INT, seen, "how often it was there"),
    FIELD("of", SHAPE_INT, of, "places where it could be"),
};
static SHAPE_OF(member_shape, "member");
#undef STRUCT

#define STRUCT sampled_certificate
static const struct shape_field certificate_shape_rows[] = {
    FIELD("subject", SHAPE_TEXT, subject, "of the server's certificate"),
    FIELD("issuer", SHAPE_TEXT, issuer, "who signed it"),
    FIELD("serial", SHAPE_TEXT, serial, "its number"),
    FIELD("names", SHAPE_TEXT, names, "subject alternative names"),
    FIELD("expires", SHAPE_TIME, expires_ms, "its end; null: none"),
};
static SHAPE_OF(certificate_shape, "certificate");
#undef STRUCT

#define STRUCT sampled_check
static const struct shape_field check_shape_rows[] = {
    RULED("id", id, &check_id_rule, "check id"),
    FIELD("title", SHAPE_TEXT, title, "check title"),
    FIELD("url", SHAPE_TEXT, url, "what was asked, redacted"),
    LIST("samples", sample, &sample_shape, "answers, in order"),
    FIELD("answers", SHAPE_INT, answers, "samples with a complete response"),
    LIST("headers", header, &header_shape, "of the responses"),
    LIST("members", member, &member_shape, "of JSON bodies"),
    OBJECT("certificate", certificate, &certificate_shape, "of the server"),
    TEXTS("redirects", redirect, "URLs that were redirected to"),
};
static SHAPE_OF(check_shape, "sampled_check");
#undef STRUCT

#define STRUCT baseline
static const struct shape_field baseline_shape_rows[] = {
    FIELD("schema", SHAPE_TEXT, schema, "name and version of this format"),
    FIELD("started", SHAPE_TIME, started_ms, "first sample"),
    FIELD("finished", SHAPE_TIME, finished_ms, "last sample"),
    LIST("checks", check, &check_shape, "one for each check"),
};
SHAPE_OF(baseline_shape, "baseline");
const struct shape_format baseline_format = {BASELINE_SCHEMA, NULL};
#undef STRUCT

#define STRUCT difference
static const struct shape_field difference_shape_rows[] = {
    RULED("check", check, &check_id_rule, "check id"),
    NAMED("kind", kind, &difference_names, "of what"),
    FIELD("worse", SHAPE_BOOL, worse,
          "something that callers may rely on is not there any more"),
    FIELD("gates", SHAPE_BOOL, gates, "the run was asked to fail on it"),
    FIELD("text", SHAPE_TEXT, text, "the difference in one line"),
    FIELD("before", SHAPE_TEXT, before, "in the baseline"),
    FIELD("after", SHAPE_TEXT, after, "now"),
};
static SHAPE_OF(difference_shape, "difference");
#undef STRUCT

#define STRUCT latency
static const struct shape_field latency_shape_rows[] = {
    RULED("check", check, &check_id_rule, "check id"),
    NAMED("state", state, &latency_state_names, "what the test says"),
    FIELD("before_n", SHAPE_INT, before_n, "answers in the baseline"),
    FIELD("after_n", SHAPE_INT, after_n, "answers now"),
    FIELD("before_median_ms", SHAPE_MS, before_median_us, "in the baseline"),
    FIELD("after_median_ms", SHAPE_MS, after_median_us, "now"),
    FIELD("before_p95_ms", SHAPE_MS, before_p95_us, "in the baseline"),
    FIELD("after_p95_ms", SHAPE_MS, after_p95_us, "now"),
    FIELD("p", SHAPE_SHARE, p_ppm, "two-sided, Mann and Whitney's U"),
    FIELD("effect", SHAPE_SHARE, slower_ppm,
          "share of pairs in which the answer now took longer"),
};
static SHAPE_OF(latency_shape, "latency");
#undef STRUCT

#define STRUCT comparison
static const struct shape_field comparison_shape_rows[] = {
    FIELD("since", SHAPE_TEXT, since, "file of the baseline, or null"),
    FIELD("taken", SHAPE_TIME, taken_ms, "when the baseline was"),
    LIST("differences", difference, &difference_shape, "worse ones first"),
    LIST("latency", latency, &latency_shape, "one for each check"),
};
SHAPE_OF(comparison_shape, "comparison");
#undef STRUCT
