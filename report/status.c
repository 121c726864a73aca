/* The status document, section by section. */
#include "report/status.h"

#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "report/markdown.h"

#define ROWS_MAX    1000 /* of one table */
#define DETAILS_MAX 50   /* checks with a section of their own */

static const char *stamp(struct arena *a, int64_t wall_ms)
{
    struct buf text;
    buf_init(&text, 64);
    clock_format(&text, wall_ms);
    const char *copy = buf_dup(a, &text);
    buf_release(&text);
    return copy;
}

static const char *span(struct arena *a, int64_t us)
{
    struct buf text;
    buf_init(&text, 64);
    text_duration(&text, us);
    const char *copy = buf_dup(a, &text);
    buf_release(&text);
    return copy;
}

static void field(struct markdown *m, const char *name)
{
    markdown_item(m);
    markdown_strong(m, name);
    markdown_text(m, " ");
}

static const char *headline(const struct record *r)
{
    switch ((enum verdict)r->verdict) {
    case VERDICT_VERIFIED:
        return "Deployment status: verified";
    case VERDICT_DEGRADED:
        return "Deployment status: degraded";
    case VERDICT_UNHEALTHY:
        return "Deployment status: unhealthy";
    case VERDICT_NOT_SHIPPED:
        return "Deployment status: not shipped";
    case VERDICT_INCONCLUSIVE:
        return "Deployment status: inconclusive";
    }
    return "Deployment status";
}

static void write_production(struct markdown *m, const struct record *r)
{
    const struct production_state *p = &r->production;
    field(m, "Production:");
    markdown_text(m, name_of(&production_names, p->state));
    markdown_words(m, arena_printf(m->arena, ", %lld of %lld checks passed",
                                   (long long)p->passed, (long long)p->total));
    markdown_end(m);
}

static const char *serving(const struct record *r, size_t index)
{
    const char *version = r->deployment.observed[index].version;
    for (size_t i = 0; i < index; i++) {
        const char *before = r->deployment.observed[i].version;
        if ((before == NULL) == (version == NULL) &&
            (version == NULL || strcmp(before, version) == 0))
            return NULL;
    }
    return version == NULL ? "a build that does not tell its version" : version;
}

static void write_deployment(struct markdown *m, const struct record *r)
{
    const struct deployment_state *d = &r->deployment;
    bool first = true;
    field(m, "Deployment:");
    markdown_text(m, name_of(&deployment_names, d->state));
    if (d->expected != NULL) {
        markdown_text(m, ", expected ");
        markdown_code(m, d->expected);
    }
    for (size_t i = 0; i < d->observed_count; i++) {
        const char *version = serving(r, i);
        if (version == NULL)
            continue;
        markdown_text(m, first ? ", serving " : " and ");
        markdown_words(m, version);
        first = false;
    }
    markdown_end(m);
}

static void write_head(struct markdown *m, const struct record *r)
{
    markdown_heading(m, 1);
    markdown_text(m, headline(r));
    markdown_end(m);
    markdown_list(m, false);
    field(m, "Verdict:");
    markdown_text(m, name_of(&verdict_names, r->verdict));
    markdown_text(m, " ");
    markdown_words(
        m, arena_printf(m->arena, "(exit code %lld)", (long long)r->exit));
    markdown_end(m);
    field(m, "Advice:");
    markdown_text(m, name_of(&advice_names, r->advice));
    markdown_text(m, ": ");
    markdown_text(m, report_advice_text(r->advice));
    markdown_end(m);
    write_production(m, r);
    write_deployment(m, r);
    field(m, "Checked:");
    markdown_code(m, stamp(m->arena, r->started_ms));
    markdown_text(m, " in ");
    markdown_words(m, span(m->arena, (r->finished_ms - r->started_ms) * 1000));
    markdown_end(m);
    markdown_list_end(m);
}

static void write_reasons(struct markdown *m, const struct record *r)
{
    if (r->reason_count == 0)
        return;
    markdown_heading(m, 2);
    markdown_text(m, "Why");
    markdown_end(m);
    markdown_list(m, false);
    for (size_t i = 0; i < r->reason_count && i < ROWS_MAX; i++) {
        markdown_item(m);
        markdown_words(m, r->reason[i]);
        markdown_end(m);
    }
    markdown_list_end(m);
}

static void section(struct markdown *m, const char *title)
{
    markdown_heading(m, 2);
    markdown_text(m, title);
    markdown_end(m);
}

static void more_rows(struct markdown *m, size_t count)
{
    if (count <= ROWS_MAX)
        return;
    markdown_paragraph(m);
    markdown_words(m, arena_printf(m->arena, "and %zu more in the record",
                                   count - ROWS_MAX));
    markdown_end(m);
}

static void write_services(struct markdown *m, const struct record *r)
{
    static const char *const head[] = {"Service", "Status", "Answer", "URL"};
    section(m, "Services");
    markdown_table(m, head, ARRAY_COUNT(head));
    for (size_t i = 0; i < r->service_count && i < ROWS_MAX; i++) {
        const struct service *s = &r->service[i];
        markdown_row(m);
        markdown_cell(m);
        markdown_words(m, s->title);
        markdown_cell(m);
        markdown_text(m, name_of(&status_names, s->status));
        markdown_cell(m);
        markdown_words(m, s->detail);
        markdown_cell(m);
        markdown_code(m, s->url);
        markdown_row_end(m);
    }
    markdown_table_end(m);
    more_rows(m, r->service_count);
}

static bool is_json(const struct result *r)
{
    return r->content_type != NULL && strstr(r->content_type, "json") != NULL;
}

/* A section of its own: what failed, what tells its build, what is JSON. */
static bool has_section(const struct result *r)
{
    return r->status != STATUS_PASS || r->identity_asked || is_json(r);
}

static void write_expectations(struct markdown *m, const struct result *r)
{
    static const char *const head[] = {"Expectation", "Result", "Found"};
    if (r->expectation_count == 0)
        return;
    markdown_table(m, head, ARRAY_COUNT(head));
    for (size_t i = 0; i < r->expectation_count; i++) {
        const struct expectation *e = &r->expectation[i];
        markdown_row(m);
        markdown_cell(m);
        markdown_code(m, e->text);
        markdown_cell(m);
        markdown_text(m, name_of(&status_names, e->status));
        markdown_cell(m);
        markdown_code(m, e->observed);
        markdown_row_end(m);
    }
    markdown_table_end(m);
}

static void write_facts(struct markdown *m, const struct result *r)
{
    markdown_list(m, false);
    field(m, "Result:");
    markdown_text(m, name_of(&status_names, r->status));
    if (r->cause >= 0) {
        markdown_text(m, ", cause ");
        markdown_text(m, name_of(&cause_names, r->cause));
        if (r->cause != CAUSE_ASSERTION && r->phase >= 0) {
            markdown_text(m, " in phase ");
            markdown_text(m, name_of(&phase_names, r->phase));
        }
    }
    markdown_text(m, ", severity ");
    markdown_text(m, name_of(&severity_names, r->severity));
    markdown_end(m);
    if (r->message != NULL) {
        field(m, "Message:");
        markdown_words(m, r->message);
        markdown_end(m);
    }
    field(m, "Asked:");
    markdown_code(m, r->url);
    markdown_text(m, " at ");
    markdown_code(m, stamp(m->arena, r->started_ms));
    if (r->address != NULL) {
        markdown_text(m, ", answered by ");
        markdown_code(m, r->address);
    }
    markdown_text(m, " in ");
    markdown_words(m, span(m->arena, r->duration_us));
    markdown_end(m);
    if (r->identity != NULL) {
        field(m, "Build:");
        markdown_code(m, r->identity);
        markdown_end(m);
    }
    field(m, "Defined in:");
    markdown_code(m, r->at);
    markdown_end(m);
    markdown_list_end(m);
}

static void write_result(struct markdown *m, const struct result *r)
{
    markdown_heading(m, 3);
    markdown_words(m, r->title);
    markdown_end(m);
    write_facts(m, r);
    write_expectations(m, r);
    if (r->body != NULL)
        markdown_fence(m, is_json(r) ? "json" : "text", str_from(r->body));
    if (r->status != STATUS_PASS && r->reproduce != NULL)
        markdown_fence(m, "sh", str_from(r->reproduce));
}

static void write_results(struct markdown *m, const struct record *r)
{
    size_t written = 0, left = 0;
    section(m, "Verification results");
    for (size_t i = 0; i < r->result_count; i++) {
        if (!has_section(&r->result[i]))
            continue;
        if (written < DETAILS_MAX) {
            write_result(m, &r->result[i]);
            written++;
        } else {
            left++;
        }
    }
    markdown_paragraph(m);
    if (left > 0)
        markdown_words(m, arena_printf(m->arena,
                                       "%zu more checks with details are in "
                                       "the record.",
                                       left));
    else
        markdown_words(m, arena_printf(m->arena,
                                       "%zu of %zu checks shown in detail; the "
                                       "others passed.",
                                       written, r->result_count));
    markdown_end(m);
}

static void write_timeline(struct markdown *m, const struct record *r)
{
    static const char *const head[] = {"Time (UTC)", "Source", "Event"};
    if (r->timeline_count == 0)
        return;
    section(m, "Timeline");
    markdown_table(m, head, ARRAY_COUNT(head));
    for (size_t i = 0; i < r->timeline_count && i < ROWS_MAX; i++) {
        const struct event *e = &r->timeline[i];
        markdown_row(m);
        markdown_cell(m);
        markdown_code(m, stamp(m->arena, e->time_ms));
        markdown_cell(m);
        markdown_code(m, e->source);
        markdown_cell(m);
        markdown_words(m, e->text);
        markdown_row_end(m);
    }
    markdown_table_end(m);
    more_rows(m, r->timeline_count);
}

static void step(struct markdown *m, const char *text)
{
    markdown_item(m);
    markdown_text(m, "[ ] ");
    markdown_words(m, text);
    markdown_end(m);
}

static void write_cause_step(struct markdown *m, const struct record *r)
{
    const struct cause *c = r->logs.cause_count > 0 ? &r->logs.cause[0] : NULL;
    if (c == NULL)
        return;
    if (c->elsewhere != NULL)
        step(m, arena_printf(m->arena, "Find the first error: look in %s.",
                             c->elsewhere));
    else
        step(m, arena_printf(m->arena, "Confirm the cause: %s.", c->title));
    for (size_t i = 0; i < c->remedy_count; i++) {
        if (c->remedy[i].danger != NULL)
            continue;
        step(m, "Choose one of the safe ways out above and carry it out.");
        return;
    }
}

static void write_failing_steps(struct markdown *m, const struct record *r)
{
    size_t shown = 0;
    for (size_t i = 0; i < r->result_count && shown < 10; i++) {
        const struct result *res = &r->result[i];
        if (res->status == STATUS_PASS)
            continue;
        shown++;
        step(m, arena_printf(m->arena, "Bring %s (%s) back to pass.",
                             res->title, res->id));
    }
}

static void write_next_steps(struct markdown *m, const struct record *r)
{
    section(m, "Next steps");
    markdown_list(m, false);
    step(m, arena_printf(m->arena, "%s: %s.", name_of(&advice_names, r->advice),
                         report_advice_text(r->advice)));
    write_cause_step(m, r);
    write_failing_steps(m, r);
    if (r->deployment.expected != NULL &&
        r->deployment.state != DEPLOYMENT_SHIPPED)
        step(m, arena_printf(m->arena,
                             "Deploy again and verify that %s is serving.",
                             r->deployment.expected));
    markdown_list_end(m);
}

static void write_foot(struct markdown *m, const struct record *r)
{
    const struct coverage *c = &r->logs.coverage;
    section(m, "About this report");
    markdown_list(m, false);
    markdown_item(m);
    markdown_words(m, arena_printf(m->arena,
                                   "Made by %s %s from a record of "
                                   "schema %s.",
                                   r->tool.name, r->tool.version, r->schema));
    markdown_end(m);
    markdown_item(m);
    markdown_words(
        m, arena_printf(m->arena,
                        "Logs: %lld read, %lld lines; %lld lines claim an "
                        "error, signatures explain %lld of them; %lld matches "
                        "gave up.",
                        (long long)c->files, (long long)c->lines,
                        (long long)c->errors, (long long)c->explained,
                        (long long)c->gave_up));
    markdown_end(m);
    markdown_item(m);
    markdown_words(m, arena_printf(m->arena, "Secrets taken out: %lld.",
                                   (long long)r->environment.secrets_redacted));
    markdown_end(m);
    markdown_list_end(m);
}

bool status_write(struct str *out, struct arena *a, const struct record *r,
                  struct err *e)
{
    struct markdown m;
    markdown_init(&m, a);
    write_head(&m, r);
    write_reasons(&m, r);
    write_services(&m, r);
    write_causes(&m, r);
    write_results(&m, r);
    write_timeline(&m, r);
    write_next_steps(&m, r);
    write_foot(&m, r);
    bool ok = markdown_prove(&m, e);
    if (ok)
        *out = (struct str){buf_dup(a, &m.out), m.out.len};
    markdown_release(&m);
    return ok;
}
