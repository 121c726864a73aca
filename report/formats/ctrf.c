/* Common Test Report Format: what is ours alone stands in "extra". */
#include <string.h>

#include "report/formats/internal.h"

#define CTRF_VERSION "0.0.0"

/* An error is neither passed nor failed: nobody could tell. */
static const char *const status_of[] = {[OUTCOME_PASSED] = "passed",
                                        [OUTCOME_FAILED] = "failed",
                                        [OUTCOME_ERROR] = "other",
                                        [OUTCOME_SKIPPED] = "skipped"};

static void summary(struct json_writer *w, const struct cases *c,
                    const struct record *r)
{
    size_t suites = 1;
    for (size_t i = 1; i < c->count; i++)
        suites += strcmp(c->item[i].suite, c->item[i - 1].suite) != 0 ? 1 : 0;
    json_object(w, "summary");
    json_number(w, "tests", (int64_t)c->count);
    json_number(w, "passed", (int64_t)c->of[OUTCOME_PASSED]);
    json_number(w, "failed", (int64_t)c->of[OUTCOME_FAILED]);
    json_number(w, "skipped", (int64_t)c->of[OUTCOME_SKIPPED]);
    json_number(w, "pending", 0);
    json_number(w, "other", (int64_t)c->of[OUTCOME_ERROR]);
    json_number(w, "flaky", (int64_t)c->flaky);
    json_number(w, "suites", (int64_t)suites);
    json_number(w, "start", r->started_ms);
    json_number(w, "stop", r->finished_ms);
    json_end(w, '}');
}

static void trace(struct json_writer *w, const struct result *r)
{
    struct buf text;
    buf_init(&text, DETAIL_MAX * 8);
    write_detail(&text, r);
    json_text(w, "trace", text.ptr);
    buf_release(&text);
}

static void extra(struct json_writer *w, const struct result *r)
{
    json_object(w, "extra");
    json_text(w, "severity", word_of(&severity_names, r->severity));
    if (r->cause >= 0)
        json_text(w, "cause", word_of(&cause_names, r->cause));
    json_text(w, "url", r->url);
    json_text(w, "identity", r->identity);
    if (r->http_status > 0)
        json_number(w, "httpStatus", r->http_status);
    json_array(w, "reasons");
    for (size_t i = 0; i < r->reason_count; i++) {
        json_object(w, NULL);
        json_text(w, "reason", r->reason[i].reason);
        json_number(w, "count", r->reason[i].count);
        json_end(w, '}');
    }
    json_end(w, ']');
    json_end(w, '}');
}

static void steps(struct json_writer *w, const struct result *r)
{
    static const char *const of[] = {
        [STATUS_PASS] = "passed",     [STATUS_DEGRADED] = "passed",
        [STATUS_FAIL] = "failed",     [STATUS_ERROR] = "other",
        [STATUS_BLOCKED] = "skipped", [STATUS_SKIPPED] = "skipped"};
    if (r->step_count == 0)
        return;
    json_array(w, "steps");
    for (size_t i = 0; i < r->step_count; i++) {
        const struct step *s = &r->step[i];
        json_object(w, NULL);
        json_text(w, "name", said(s->title));
        json_text(w, "status", s->status < 0 ? "other" : of[s->status]);
        json_end(w, '}');
    }
    json_end(w, ']');
}

static void test(struct json_writer *w, const struct test_case *c)
{
    const struct result *r = c->result;
    int64_t ms = r == NULL ? 0 : r->duration_us / 1000;
    json_object(w, NULL);
    json_text(w, "name", c->name);
    json_text(w, "status", status_of[c->outcome]);
    json_number(w, "duration", ms);
    if (r != NULL && r->started_ms > 0)
        json_number(w, "start", r->started_ms);
    json_array(w, "suite");
    json_text(w, NULL, c->suite);
    json_end(w, ']');
    json_text(w, "message", c->message);
    if (r != NULL && c->outcome != OUTCOME_PASSED)
        trace(w, r);
    if (c->line > 0)
        json_number(w, "line", c->line);
    json_text(w, "rawStatus",
              r == NULL ? NULL : word_of(&status_names, r->status));
    json_text(w, "type",
              r == NULL ? "deployment" : word_of(&check_kind_names, r->kind));
    json_text(w, "filePath", c->file);
    if (r != NULL) {
        json_number(w, "retries", r->attempts > 1 ? r->attempts - 1 : 0);
        json_bool(w, "flaky", r->flaky);
        steps(w, r);
        extra(w, r);
    }
    json_end(w, '}');
}

static void environment(struct json_writer *w, const struct record *r)
{
    const struct ci_evidence *ci = &r->evidence.ci;
    json_object(w, "environment");
    json_text(w, "appVersion", r->deployment.expected);
    json_text(w, "buildId", ci->run_id);
    json_text(w, "buildName", ci->workflow);
    json_text(w, "buildUrl", ci->run_url);
    json_text(w, "commit", ci->commit);
    json_text(w, "branchName", ci->branch);
    json_bool(w, "healthy", r->exit == EXIT_VERIFIED);
    json_end(w, '}');
}

static void write_ctrf(struct buf *out, struct arena *a, const struct record *r)
{
    struct json_writer w = {.out = out};
    struct cases c;
    cases_of(&c, a, r);
    json_object(&w, NULL);
    json_text(&w, "reportFormat", "CTRF");
    json_text(&w, "specVersion", CTRF_VERSION);
    json_time(&w, "timestamp", r->finished_ms);
    json_text(&w, "generatedBy", "postflight");
    json_object(&w, "results");
    json_object(&w, "tool");
    json_text(&w, "name", "postflight");
    json_text(&w, "version", r->tool.version);
    json_end(&w, '}');
    summary(&w, &c, r);
    json_array(&w, "tests");
    for (size_t i = 0; i < c.count; i++)
        test(&w, &c.item[i]);
    json_end(&w, ']');
    environment(&w, r);
    json_object(&w, "extra");
    json_text(&w, "verdict", word_of(&verdict_names, r->verdict));
    json_text(&w, "advice", word_of(&advice_names, r->advice));
    json_number(&w, "exit", r->exit);
    json_end(&w, '}');
    json_end(&w, '}');
    json_end(&w, '}');
    buf_char(out, '\n');
}

const struct report_format ctrf_format = {
    .name = "ctrf",
    .suffix = ".ctrf.json",
    .help = "Common Test Report Format",
    .escapes = "as JSON; commands of hosts as `\\u0023`",
    .limits = LIMITS(LIMIT_CASE_NAME, LIMIT_MESSAGE, LIMIT_DETAIL),
    .record = write_ctrf,
};
