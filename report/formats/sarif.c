/*
 * SARIF 2.1.0: one result for each check that did not pass, at the line of
 * its expectation, one for a deployment that did not ship, and those of the
 * logs. Worst first, since GitHub keeps only so many; each with a location,
 * since GitHub refuses a file in which one has none.
 */
#include <string.h>

#include "base/hash.h"
#include "base/text.h"
#include "report/formats/internal.h"

static const char *const level_names[] = {"error", "warning", "note"};

const char *sarif_fingerprint(struct arena *a, const char *first,
                              const char *second)
{
    uint64_t hash = hash_add(HASH_START, str_from(first));
    hash = hash_add(hash_add(hash, STR("\n")), str_from(second));
    return arena_printf(a, "%016llx", (unsigned long long)hash);
}

/* "](" would be a link of the message's own syntax. */
static const char *plain(struct arena *a, const char *text)
{
    struct buf out;
    text = short_text(a, text, CASE_MESSAGE_MAX);
    buf_init(&out, CASE_MESSAGE_MAX * 2);
    for (; *text != '\0'; text++) {
        buf_char(&out, *text);
        if (text[0] == ']' && text[1] == '(')
            buf_char(&out, ' ');
    }
    return buf_take(a, &out);
}

static void message(struct json_writer *w, const char *name, const char *text)
{
    json_object(w, name);
    json_text(w, "text", text);
    json_end(w, '}');
}

void sarif_location(struct json_writer *w, struct spot spot)
{
    struct buf uri;
    bool known = spot.file != NULL && spot.file[0] != '\0';
    struct str file = str_from(known ? spot.file : "checks.d");
    buf_init(&uri, file.len * 3 + 16);
    text_url_path(&uri, file);
    json_object(w, NULL);
    json_object(w, "physicalLocation");
    json_object(w, "artifactLocation");
    json_text(w, "uri", uri.ptr);
    json_end(w, '}');
    json_object(w, "region");
    json_number(w, "startLine", known && spot.line > 0 ? spot.line : 1);
    json_end(w, '}');
    json_end(w, '}');
    json_end(w, '}');
    buf_release(&uri);
}

bool sarif_begin(struct sarif *s, const struct sarif_result *r)
{
    struct json_writer *w = &s->json;
    if (s->written == SARIF_RESULTS_MAX) {
        s->left_out++;
        return false;
    }
    s->written++;
    json_object(w, NULL);
    json_text(w, "ruleId", r->rule);
    json_text(w, "level", level_names[r->level]);
    message(w, "message", plain(s->arena, r->message));
    json_array(w, "locations");
    sarif_location(w, r->spot);
    json_end(w, ']');
    json_object(w, "partialFingerprints");
    json_text(w, "postflight/v1", r->fingerprint);
    json_end(w, '}');
    if (r->count > 0)
        json_number(w, "occurrenceCount", r->count);
    return true;
}

void sarif_end(struct sarif *s)
{
    json_end(&s->json, '}');
}

void sarif_rule(struct json_writer *w, const char *id, const char *text,
                const char *help)
{
    json_object(w, NULL);
    json_text(w, "id", id);
    message(w, "shortDescription", text);
    if (help != NULL)
        message(w, "help", help);
    json_end(w, '}');
}

static bool is_result(const struct result *r)
{
    return r->status == STATUS_FAIL || r->status == STATUS_ERROR ||
           r->status == STATUS_DEGRADED;
}

static enum sarif_level level_of(const struct result *r)
{
    if (r->severity == SEVERITY_INFO)
        return SARIF_NOTE;
    return r->status == STATUS_FAIL && r->severity != SEVERITY_MINOR
               ? SARIF_ERROR
               : SARIF_WARNING;
}

static const char *rule_of(struct arena *a, const struct result *r)
{
    return arena_printf(a, "check/%s",
                        r->cause < 0 ? word_of(&status_names, r->status)
                                     : word_of(&cause_names, r->cause));
}

/* One rule for each cause; those of the catalogue follow. */
static void rules(struct sarif *s)
{
    const char *const bad[] = {"degraded", "fail", "error"};
    json_array(&s->json, "rules");
    for (size_t i = 0; i < cause_names.count; i++)
        sarif_rule(&s->json,
                   arena_printf(s->arena, "check/%s", cause_names.name[i]),
                   arena_printf(s->arena, "A check did not pass: %s",
                                cause_names.name[i]),
                   NULL);
    for (size_t i = 0; i < ARRAY_COUNT(bad); i++)
        sarif_rule(&s->json, arena_printf(s->arena, "check/%s", bad[i]),
                   arena_printf(s->arena, "The result of a check: %s", bad[i]),
                   NULL);
    sarif_rule(&s->json, "deployment/not-shipped",
               "The expected build is not what is serving", NULL);
    sarif_log_rules(s);
    json_end(&s->json, ']');
}

static void web(struct json_writer *w, const struct result *r)
{
    if (!kind_of(r->kind)->has_url || r->url == NULL)
        return;
    json_object(w, "webRequest");
    json_text(w, "target", r->url);
    json_end(w, '}');
    json_object(w, "webResponse");
    json_bool(w, "noResponseReceived", !r->answered);
    if (r->http_status > 0)
        json_number(w, "statusCode", r->http_status);
    if (r->content_type != NULL) {
        json_object(w, "headers");
        json_text(w, "content-type", r->content_type);
        json_end(w, '}');
    }
    if (r->body != NULL) {
        json_object(w, "body");
        json_text(w, "text", r->body);
        json_end(w, '}');
    }
    json_end(w, '}');
}

static void properties(struct json_writer *w, const struct result *r)
{
    json_object(w, "properties");
    json_text(w, "check", r->id);
    json_text(w, "status", word_of(&status_names, r->status));
    json_text(w, "severity", word_of(&severity_names, r->severity));
    json_number(w, "attempts", r->attempts);
    json_text(w, "reproduce", r->reproduce);
    json_end(w, '}');
}

static void checks(struct sarif *s, enum sarif_level level)
{
    for (size_t i = 0; i < s->record->result_count; i++) {
        const struct result *r = &s->record->result[i];
        if (!is_result(r) || level_of(r) != level)
            continue;
        const char *rule = rule_of(s->arena, r);
        const struct sarif_result result = {
            .rule = rule,
            .message = arena_printf(s->arena, "%s: %s", said(r->title),
                                    r->message != NULL
                                        ? r->message
                                        : word_of(&status_names, r->status)),
            .level = level,
            .spot = spot_of_result(s->arena, r),
            .fingerprint = sarif_fingerprint(s->arena, r->id, rule),
        };
        if (!sarif_begin(s, &result))
            continue;
        web(&s->json, r);
        properties(&s->json, r);
        sarif_end(s);
    }
}

static void deployment(struct sarif *s)
{
    const struct record *r = s->record;
    int state = r->deployment.state;
    struct spot spot = {NULL, 0};
    if (state == DEPLOYMENT_SHIPPED || state == DEPLOYMENT_UNKNOWN)
        return;
    if (r->result_count > 0)
        spot = spot_of(s->arena, r->result[0].at);
    const struct sarif_result result = {
        .rule = "deployment/not-shipped",
        .message = reasons_text(s->arena, r),
        .level = SARIF_ERROR,
        .spot = spot,
        .fingerprint = sarif_fingerprint(s->arena, "deployment",
                                         word_of(&deployment_names, state)),
    };
    if (sarif_begin(s, &result))
        sarif_end(s);
}

static void invocation(struct sarif *s)
{
    struct json_writer *w = &s->json;
    const struct record *r = s->record;
    json_array(w, "invocations");
    json_object(w, NULL);
    json_bool(w, "executionSuccessful", r->verdict != VERDICT_INCONCLUSIVE);
    json_number(w, "exitCode", r->exit);
    json_time(w, "startTimeUtc", r->started_ms);
    json_time(w, "endTimeUtc", r->finished_ms);
    json_array(w, "toolExecutionNotifications");
    if (s->left_out > 0) {
        json_object(w, NULL);
        json_text(w, "level", "note");
        message(w, "message",
                arena_printf(s->arena,
                             "%zu results were left out: a consumer keeps "
                             "%zu; the record has all",
                             s->left_out, SARIF_RESULTS_MAX));
        json_end(w, '}');
    }
    json_end(w, ']');
    json_end(w, '}');
    json_end(w, ']');
}

static void facts(struct sarif *s)
{
    struct json_writer *w = &s->json;
    const struct record *r = s->record;
    json_object(w, "automationDetails");
    json_text(w, "id", "postflight/");
    json_end(w, '}');
    json_array(w, "redactionTokens");
    json_text(w, NULL, "[redacted]");
    json_text(w, NULL, "REDACTED");
    json_end(w, ']');
    json_object(w, "properties");
    json_text(w, "verdict", word_of(&verdict_names, r->verdict));
    json_text(w, "advice", word_of(&advice_names, r->advice));
    json_text(w, "expected", r->deployment.expected);
    json_text(w, "runUrl", r->evidence.ci.run_url);
    json_text(w, "commit", r->evidence.ci.commit);
    json_end(w, '}');
}

static void run(struct sarif *s)
{
    struct json_writer *w = &s->json;
    json_object(w, NULL);
    json_object(w, "tool");
    json_object(w, "driver");
    json_text(w, "name", "postflight");
    json_text(w, "version", s->record->tool.version);
    rules(s);
    json_end(w, '}');
    json_end(w, '}');
    json_array(w, "results");
    deployment(s);
    for (int level = SARIF_ERROR; level <= SARIF_NOTE; level++) {
        checks(s, (enum sarif_level)level);
        sarif_log_results(s, (enum sarif_level)level);
    }
    json_end(w, ']');
    invocation(s);
    facts(s);
    json_end(w, '}');
}

static void write_sarif(struct buf *out, struct arena *a,
                        const struct record *r)
{
    struct sarif s = {.json = {.out = out}, .arena = a, .record = r};
    json_object(&s.json, NULL);
    json_text(&s.json, "$schema",
              "https://json.schemastore.org/sarif-2.1.0.json");
    json_text(&s.json, "version", "2.1.0");
    json_array(&s.json, "runs");
    run(&s);
    json_end(&s.json, ']');
    json_end(&s.json, '}');
    buf_char(out, '\n');
}

const struct report_format sarif_format = {
    .name = "sarif",
    .suffix = ".sarif",
    .help = "SARIF 2.1.0 for code scanning",
    .escapes = "as JSON; paths as URLs; a blank between `]` and `(`",
    .limits = LIMITS(LIMIT_MESSAGE, {"results, worst first", SARIF_RESULTS_MAX,
                                     "GitHub keeps this many"}),
    .record = write_sarif,
};
