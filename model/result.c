/* Shape of a check's result. */
#include "model/result.h"

#include "base/shape_rows.h"
#include "model/ids.h"

#define STRUCT timing
static const struct shape_field timing_shape_rows[] = {
    FIELD("dns_ms", SHAPE_MS, dns_us, "name look-up"),
    FIELD("connect_ms", SHAPE_MS, connect_us, "TCP connection"),
    FIELD("tls_ms", SHAPE_MS, tls_us, "TLS handshake"),
    FIELD("send_ms", SHAPE_MS, send_us, "until the request was on its way"),
    FIELD("wait_ms", SHAPE_MS, wait_us, "until the first byte came back"),
    FIELD("receive_ms", SHAPE_MS, receive_us, "from first byte to last"),
};
static SHAPE_OF(timing_shape, "timing");
#undef STRUCT

#define STRUCT expectation
static const struct shape_field expectation_shape_rows[] = {
    FIELD("text", SHAPE_TEXT, text, "as written in the definition"),
    NAMED("status", status, &status_names, "pass, degraded, fail or error"),
    FIELD("expected", SHAPE_TEXT, expected, "what was asked for"),
    FIELD("observed", SHAPE_TEXT, observed, "what was found, typed, bounded"),
    FIELD("at", SHAPE_TEXT, at, "file:line of the expectation"),
};
static SHAPE_OF(expectation_shape, "expectation");
#undef STRUCT

#define STRUCT try_reason
static const struct shape_field try_reason_shape_rows[] = {
    FIELD("reason", SHAPE_TEXT, reason, "why attempts did not pass"),
    FIELD("count", SHAPE_INT, count, "attempts"),
    FIELD("last", SHAPE_TIME, last_ms, "the last of them"),
};
static SHAPE_OF(try_reason_shape, "reason");
#undef STRUCT

#define STRUCT hop
static const struct shape_field hop_shape_rows[] = {
    FIELD("url", SHAPE_TEXT, url, "what was asked, redacted"),
    FIELD("status", SHAPE_INT, status, "HTTP status"),
    FIELD("duration_ms", SHAPE_MS, duration_us, "of this one"),
    OBJECT("timing", timing, &timing_shape, "its phases"),
    FIELD("address", SHAPE_TEXT, address, "address that answered"),
    FIELD("certificate", SHAPE_TEXT, certificate,
          "subject of the server's certificate, or null"),
    FIELD("certificate_ends", SHAPE_TIME, certificate_ends_ms,
          "its end, or null"),
};
static SHAPE_OF(hop_shape, "hop");
#undef STRUCT

#define STRUCT step
static const struct shape_field step_shape_rows[] = {
    FIELD("title", SHAPE_TEXT, title, "name for people"),
    FIELD("url", SHAPE_TEXT, url, "what was asked, redacted"),
    NAMED("status", status, &status_names, "outcome; skipped: not reached"),
    FIELD("http_status", SHAPE_INT, http_status, "0 without a response"),
    FIELD("duration_ms", SHAPE_MS, duration_us, "with all its attempts"),
    FIELD("message", SHAPE_TEXT, message, "what is wrong"),
};
static SHAPE_OF(step_shape, "step");
#undef STRUCT

#define STRUCT address_answer
static const struct shape_field address_answer_shape_rows[] = {
    FIELD("address", SHAPE_TEXT, address, "address of the host"),
    NAMED("status", status, &status_names, "outcome there"),
    FIELD("duration_ms", SHAPE_MS, duration_us, "of the answer"),
    FIELD("identity", SHAPE_TEXT, identity, "build that answered"),
    FIELD("message", SHAPE_TEXT, message, "what is wrong there"),
};
static SHAPE_OF(address_answer_shape, "address_answer");
#undef STRUCT

#define STRUCT build
static const struct shape_field build_shape_rows[] = {
    FIELD("version", SHAPE_TEXT, version, "build, or null: none was named"),
    FIELD("answers", SHAPE_INT, answers, "responses from it"),
    FIELD("failed", SHAPE_INT, failed, "of them: did not pass"),
};
static SHAPE_OF(build_shape, "build");
#undef STRUCT

#define STRUCT check_window
static const struct shape_field window_shape_rows[] = {
    FIELD("answers", SHAPE_INT, answers, "attempts that the verdict uses"),
    FIELD("failed", SHAPE_INT, failed, "of them: did not pass"),
};
static SHAPE_OF(window_shape, "window");
#undef STRUCT

#define STRUCT result
static const struct shape_field result_shape_rows[] = {
    RULED("id", id, &check_id_rule, "check id"),
    FIELD("title", SHAPE_TEXT, title, "check title"),
    FIELD("url", SHAPE_TEXT, url, "what was asked, redacted"),
    NAMED("kind", kind, &check_kind_names, "kind of check"),
    NAMED("status", status, &status_names, "outcome"),
    NAMED("cause", cause, &cause_names, "why it did not pass"),
    NAMED("phase", phase, &phase_names, "how far the exchange came"),
    NAMED("severity", severity, &severity_names, "what a failure means"),
    FIELD("flaky", SHAPE_BOOL, flaky, "passed after a failed attempt"),
    FIELD("insecure", SHAPE_BOOL, insecure, "any certificate was accepted"),
    FIELD("attempts", SHAPE_INT, attempts, "requests made"),
    LIST("reasons", reason, &try_reason_shape,
         "distinct reasons of attempts that did not pass"),
    LIST("addresses", each, &address_answer_shape,
         "every address of the host, where each is asked"),
    LIST("hops", hop, &hop_shape, "answers on the way through redirects"),
    LIST("steps", step, &step_shape, "of a flow, in order"),
    FIELD("started", SHAPE_TIME, started_ms, "when the request was made"),
    FIELD("duration_ms", SHAPE_MS, duration_us, "of the last attempt"),
    OBJECT("timing", timing, &timing_shape, "the phases of the last attempt"),
    FIELD("address", SHAPE_TEXT, address, "address that answered"),
    FIELD("identity_asked", SHAPE_BOOL, identity_asked,
          "the check says how the service tells its build"),
    FIELD("answered", SHAPE_BOOL, answered,
          "a complete, well-formed response came"),
    FIELD("identity", SHAPE_TEXT, identity, "build that answered"),
    FIELD("http_status", SHAPE_INT, http_status, "0 without a response"),
    FIELD("content_type", SHAPE_TEXT, content_type, "of the response"),
    FIELD("body_bytes", SHAPE_INT, body_bytes, "of the body, decoded"),
    FIELD("body", SHAPE_TEXT, body, "excerpt, harmless and redacted"),
    LIST("expectations", expectation, &expectation_shape,
         "one row for each expectation"),
    FIELD("message", SHAPE_TEXT, message, "what is wrong, in one line"),
    FIELD("reproduce", SHAPE_TEXT, reproduce,
          "curl command that repeats the request, redacted"),
    FIELD("at", SHAPE_TEXT, at, "file:line of the check"),
    OBJECT("window", window, &window_shape,
           "the attempts that decide: since the rollout settled, the last ones "
           "before the deadline, or all of a single pass"),
    LIST("builds", build, &build_shape, "that responded in this window"),
    RARE_FIELD("expected", SHAPE_TEXT, expected,
               "build that must respond to this check"),
    RARE_FIELD("identity_problem", SHAPE_TEXT, identity_problem,
               "what the query of the identity found in place of a build"),
    RARE_FIELD("settled", SHAPE_BOOL, settled,
               "only the expected build responded at the end"),
    RARE_FIELD("settled_at", SHAPE_TIME, settled_ms, "when the run settled"),
    RARE_FIELD("settled_after_ms", SHAPE_MS, settled_after_us,
               "until it had settled"),
    RARE_FIELD("position", SHAPE_INT, position,
               "of the check among those of all shards, from 1"),
};
SHAPE_OF(result_shape, "result");
#undef STRUCT
