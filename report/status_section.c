/* The sections of the status document. */
#include <string.h>

#include "model/version.h"
#include "report/document.h"
#include "report/markdown.h"
#include "report/parts.h"

static const char *headline(const struct record *r)
{
    switch ((enum verdict)r->verdict) {
    case VERDICT_HEALTHY:
        return "Deployment status: healthy";
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
    part_field(m, "Production:");
    markdown_text(m, name_of(&production_names, p->state));
    markdown_words(m, arena_printf(m->arena, ", %lld of %lld checks passed",
                                   (long long)p->passed, (long long)p->total));
    markdown_end(m);
}

/* It responded in the window that decides; an error page is no build. */
static bool is_serving(const struct observed_version *o)
{
    return o->serving && (o->version != NULL || o->failed < o->answers);
}

static const char *serving(const struct record *r, size_t index)
{
    const struct observed_version *o = &r->deployment.observed[index];
    if (!is_serving(o))
        return NULL;
    for (size_t i = 0; i < index; i++) {
        const struct observed_version *before = &r->deployment.observed[i];
        if (is_serving(before) &&
            (before->version == NULL) == (o->version == NULL) &&
            (o->version == NULL || strcmp(before->version, o->version) == 0))
            return NULL;
    }
    return o->version == NULL ? "a build that is not named" : o->version;
}

static void write_deployment(struct markdown *m, const struct record *r)
{
    const struct deployment_state *d = &r->deployment;
    bool first = true;
    part_field(m, "Deployment:");
    markdown_text(m, name_of(&deployment_names, d->state));
    if (d->expected != NULL) {
        markdown_text(m, ", expected ");
        markdown_code(m, version_short(m->arena, d->expected));
    }
    for (size_t i = 0; i < d->observed_count; i++) {
        const char *version = serving(r, i);
        if (version == NULL)
            continue;
        markdown_text(m, first ? ", serving " : " and ");
        markdown_words(m, version_short(m->arena, version));
        first = false;
    }
    markdown_end(m);
}

/* Which builds responded in the run, how often, and as shares of a check. */
void section_builds(struct markdown *m, const struct report_inputs *in)
{
    const struct record *r = in->record;
    static const char *const head[] = {"Build",      "Expected", "Check",
                                       "Address",    "Answers",  "Share",
                                       "First seen", "Last seen"};
    const struct deployment_state *d = &r->deployment;
    if (d->observed_count < 2 && d->settled_after_us == 0)
        return;
    part_section(m, "Builds that answered");
    markdown_table(m, head, ARRAY_COUNT(head));
    for (size_t i = 0; i < d->observed_count && i < ROWS_MAX; i++) {
        const struct observed_version *o = &d->observed[i];
        markdown_row(m);
        markdown_words_cell(m, o->version == NULL
                                   ? "not named"
                                   : version_short(m->arena, o->version));
        markdown_text_cell(m, o->expected ? "yes" : "no");
        markdown_code_cell(m, o->check);
        markdown_words_cell(m, o->address == NULL ? "unknown" : o->address);
        markdown_words_cell(
            m, o->failed == 0
                   ? arena_printf(m->arena, "%lld", (long long)o->answers)
                   : arena_printf(m->arena, "%lld, %lld failed",
                                  (long long)o->answers, (long long)o->failed));
        markdown_words_cell(
            m, arena_printf(m->arena, "%lld%%",
                            (long long)((o->share_ppm + 5000) / 10000)));
        markdown_code_cell(m, part_stamp(m->arena, o->first_ms));
        markdown_code_cell(m, part_stamp(m->arena, o->last_ms));
        markdown_row_end(m);
    }
    markdown_table_end(m);
    part_more_rows(m, d->observed_count);
}

void section_status_head(struct markdown *m, const struct report_inputs *in)
{
    const struct record *r = in->record;
    markdown_heading(m, 1);
    markdown_text(m, headline(r));
    markdown_end(m);
    markdown_list(m, false);
    part_field(m, "Verdict:");
    markdown_text(m, name_of(&verdict_names, r->verdict));
    markdown_text(m, " ");
    markdown_words(
        m, arena_printf(m->arena, "(exit code %lld)", (long long)r->exit));
    markdown_end(m);
    part_field(m, "Advice:");
    markdown_text(m, name_of(&advice_names, r->advice));
    markdown_text(m, ": ");
    markdown_text(m, report_advice_text(r));
    markdown_end(m);
    write_production(m, r);
    write_deployment(m, r);
    part_run(m, &r->evidence.ci);
    part_field(m, "Checked:");
    markdown_code(m, part_stamp(m->arena, r->started_ms));
    markdown_text(m, " in ");
    markdown_words(
        m, part_span(m->arena, (r->finished_ms - r->started_ms) * 1000));
    markdown_end(m);
    markdown_list_end(m);
}

void section_why(struct markdown *m, const struct report_inputs *in)
{
    const struct record *r = in->record;
    if (r->reason_count == 0)
        return;
    markdown_heading(m, 2);
    markdown_text(m, "Why");
    markdown_end(m);
    markdown_list(m, false);
    for (size_t i = 0; i < r->reason_count && i < ROWS_MAX; i++)
        markdown_words_item(m, r->reason[i]);
    markdown_list_end(m);
}

void section_services(struct markdown *m, const struct report_inputs *in)
{
    const struct record *r = part_last(in);
    static const char *const head[] = {"Service", "Status", "Answer", "URL"};
    if (!part_has_probed(r))
        return;
    part_section(m, "Services");
    markdown_table(m, head, ARRAY_COUNT(head));
    for (size_t i = 0; i < r->service_count && i < ROWS_MAX; i++) {
        const struct service *s = &r->service[i];
        markdown_row(m);
        markdown_words_cell(m, s->title);
        markdown_text_cell(m, name_of(&status_names, s->status));
        markdown_words_cell(m, s->detail);
        markdown_code_cell(m, s->url);
        markdown_row_end(m);
    }
    markdown_table_end(m);
    part_more_rows(m, r->service_count);
}

static void step(struct markdown *m, const struct facts *f, const char *text)
{
    markdown_task(m, part_is_ticked(f, text));
    markdown_prose(m, text);
    markdown_end(m);
}

static void write_cause_step(struct markdown *m, const struct record *r,
                             const struct record *now, const struct facts *f)
{
    const struct cause *c = r->logs.cause_count > 0 ? &r->logs.cause[0] : NULL;
    if (c == NULL || !cause_stands(c) || now->verdict == VERDICT_VERIFIED)
        return; /* what it broke answers again */
    if (c->elsewhere != NULL)
        step(m, f,
             arena_printf(m->arena, "Find the first error: look in %s.",
                          c->elsewhere));
    else
        step(m, f,
             arena_printf(m->arena, "Confirm the cause: %s.",
                          part_known(c->title)));
    for (size_t i = 0; i < c->remedy_count; i++) {
        if (c->remedy[i].danger != NULL)
            continue;
        step(m, f, "Apply one of the fixes under Root cause.");
        return;
    }
}

static void write_failing_steps(struct markdown *m, const struct record *r,
                                const struct facts *f)
{
    size_t shown = 0;
    for (size_t i = 0; i < r->result_count && shown < 10; i++) {
        const struct result *res = &r->result[i];
        if (res->status == STATUS_PASS)
            continue;
        shown++;
        step(m, f,
             arena_printf(m->arena, "Restore %s (check `%s`).",
                          part_known(res->title), part_known(res->id)));
    }
}

static void write_open_steps(struct markdown *m, const struct report_inputs *in)
{
    const struct record *r = part_last(in);
    const struct facts *f = in->facts;
    if (part_has_probed(r) && r->advice != ADVICE_PROCEED)
        step(m, f, part_sentence(m->arena, report_advice_text(r)));
    write_cause_step(m, in->record, r, f);
    write_failing_steps(m, r, f);
    if (r->deployment.expected != NULL &&
        r->deployment.state != DEPLOYMENT_SHIPPED)
        step(m, f,
             arena_printf(m->arena,
                          "Deploy again and verify that %s is serving.",
                          version_short(m->arena, r->deployment.expected)));
}

/* When it is over, only what people have planned is left. */
void section_next_steps(struct markdown *m, const struct report_inputs *in)
{
    const struct facts *f = in->facts;
    bool over = part_is_over(in);
    part_section(m, "Next steps");
    if (over)
        markdown_words_paragraph(
            m, f->step_count > 0
                   ? "Nothing is urgent; these follow-ups are left:"
                   : "Nothing is urgent; what is left to do is under Action "
                     "items.");
    if (over && f->step_count == 0)
        return;
    size_t before = m->count;
    markdown_list(m, false);
    if (!over)
        write_open_steps(m, in);
    for (size_t i = 0; i < f->step_count && i < ROWS_MAX; i++)
        part_criterion(m, f, &f->step[i],
                       part_check(part_last(in), f->step[i].check));
    markdown_list_end(m);
    if (m->count == before)
        markdown_words_paragraph(m, "No step follows from this record.");
}

/* Where the evidence is that a brief document leaves out. */
void section_more(struct markdown *m, const struct report_inputs *in)
{
    const struct record *r = in->record;
    if (!in->brief || in->for_public)
        return;
    markdown_paragraph(m);
    markdown_words(m, arena_printf(m->arena, "Made by %s %s. With",
                                   part_known(r->tool.name),
                                   part_known(r->tool.version)));
    markdown_text(m, " ");
    markdown_code(m, "--appendix");
    markdown_text(m, " it also has responses, commits, deployments and "
                     "metrics.");
    markdown_end(m);
}

void section_about(struct markdown *m, const struct report_inputs *in)
{
    const struct record *r = in->record;
    const struct coverage *c = &r->logs.coverage;
    part_section(m, "About this report");
    markdown_list(m, false);
    markdown_words_item(m, arena_printf(m->arena,
                                        "Made by %s %s from a record of "
                                        "schema %s.",
                                        part_known(r->tool.name),
                                        part_known(r->tool.version),
                                        part_known(r->schema)));
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
    if (c->unread > 0)
        markdown_words_item(
            m, arena_printf(m->arena,
                            "Logs not read to their end, as the time for "
                            "reading had passed: %lld.",
                            (long long)c->unread));
    if (c->mixed > 0)
        markdown_words_item(
            m, arena_printf(m->arena,
                            "Logs that are not all in the encoding that their "
                            "first bytes name: %lld. Each part was read as "
                            "what it is.",
                            (long long)c->mixed));
    markdown_words_item(
        m, arena_printf(m->arena, "Secrets taken out: %lld.",
                        (long long)r->environment.secrets_redacted));
    markdown_list_end(m);
}
