/* Runs that deployed: conflicts, history, ways to deploy, what went on. */
#include <string.h>

#include "model/version.h"
#include "report/document.h"
#include "report/parts.h"

#define RUNS_MAX 20 /* the last ones */

void section_conflicts(struct markdown *m, const struct report_inputs *in)
{
    const struct deploy_evidence *e = &in->record->evidence;
    if (e->conflict_count == 0)
        return;
    part_section(m, "Deployments at the same time");
    markdown_list(m, false);
    for (size_t i = 0; i < e->conflict_count && i < 20; i++) {
        const struct deployment_conflict *c = &e->conflict[i];
        markdown_item(m);
        markdown_text(m, "Target ");
        markdown_code(m, c->target);
        markdown_text(m, ": runs ");
        markdown_code(m, c->first);
        markdown_text(m, " and ");
        markdown_code(m, c->second);
        markdown_text(m, " both held it for ");
        markdown_words(m, part_span(m->arena, c->overlap_ms * 1000));
        markdown_text(m, " from ");
        markdown_code(m, part_stamp(m->arena, c->start_ms));
        markdown_text(m, c->same_commit ? " on, with the same commit."
                                        : " on, with different commits.");
        markdown_end(m);
    }
    markdown_list_end(m);
}

static void write_run(struct markdown *m, const struct deployment_run *r,
                      int64_t day_ms)
{
    markdown_row(m);
    part_code_cell(m, r->id);
    part_code_cell(m, r->workflow);
    part_code_cell(m, r->target);
    markdown_words_cell(m, r->start_ms == 0
                               ? "unknown"
                               : part_clock(m->arena, r->start_ms, day_ms));
    markdown_words_cell(m, r->end_ms == 0
                               ? "unknown"
                               : part_clock(m->arena, r->end_ms, day_ms));
    markdown_words_cell(
        m, r->end_ms == 0
               ? "unknown"
               : part_span(m->arena, (r->end_ms - r->start_ms) * 1000));
    part_code_cell(m, r->status);
    part_code_cell(m, r->commit == NULL
                          ? NULL
                          : arena_printf(m->arena, "%.10s", r->commit));
    markdown_row_end(m);
}

static bool ended_alike(const struct deployment_run *a,
                        const struct deployment_run *b)
{
    return a->status != NULL && b->status != NULL &&
           strcmp(a->status, b->status) == 0;
}

/* How the last ones ended, when more than one did so in a row. */
static void write_streak(struct markdown *m, const struct deploy_evidence *e)
{
    const struct deployment_run *last = &e->run[e->run_count - 1];
    size_t alike = 1;
    while (alike < e->run_count &&
           ended_alike(last, &e->run[e->run_count - 1 - alike]))
        alike++;
    if (alike < 2)
        return;
    markdown_paragraph(m);
    markdown_words(m, arena_printf(m->arena, "The last %zu of %zu ended as",
                                   alike, e->run_count));
    markdown_text(m, " ");
    markdown_code(m, last->status);
    if (alike < e->run_count) {
        const struct deployment_run *before = last - alike;
        markdown_text(m, "; the one before them, ");
        markdown_code(m, before->id);
        markdown_text(m, ", as ");
        markdown_code(m, before->status == NULL ? "unknown" : before->status);
    }
    markdown_text(m, ".");
    markdown_end(m);
}

void section_deployments(struct markdown *m, const struct report_inputs *in)
{
    static const char *const head[] = {"Run",         "Workflow",  "Target",
                                       "Start (UTC)", "End (UTC)", "Took",
                                       "Status",      "Build"};
    const struct deploy_evidence *e = &in->record->evidence;
    if (e->run_count == 0)
        return;
    size_t first = e->run_count > RUNS_MAX ? e->run_count - RUNS_MAX : 0;
    part_section(m, "Deployments");
    write_streak(m, e);
    markdown_table(m, head, ARRAY_COUNT(head));
    for (size_t i = first; i < e->run_count; i++)
        write_run(m, &e->run[i], part_last(in)->started_ms);
    markdown_table_end(m);
    if (first == 0)
        return;
    markdown_words_paragraph(
        m, arena_printf(m->arena, "and %zu older ones in the record", first));
}

/* The last run of a workflow, or NULL. */
static const struct deployment_run *run_of(const struct deploy_evidence *e,
                                           const char *workflow)
{
    for (size_t i = e->run_count; workflow != NULL && i-- > 0;)
        if (e->run[i].workflow != NULL &&
            strcmp(e->run[i].workflow, workflow) == 0)
            return &e->run[i];
    return NULL;
}

/* The step that changes the database's schema, or NULL. */
static const char *migrating_step(const struct fact_workflow *w)
{
    static const char *const word[] = {
        "migrate",         "migration", "Migrat", "alembic upgrade",
        "database update", "db push",   "flyway", "liquibase"};
    for (size_t i = 0; i < w->step_count; i++)
        for (size_t k = 0; k < ARRAY_COUNT(word); k++)
            if (w->step[i] != NULL && strstr(w->step[i], word[k]) != NULL)
                return w->step[i];
    return NULL;
}

static void write_workflow(struct markdown *m, const struct deploy_evidence *e,
                           const struct fact_workflow *w)
{
    const struct deployment_run *run = run_of(e, w->name);
    const char *step = migrating_step(w);
    markdown_row(m);
    part_code_cell(m, w->name);
    part_code_cell(m, w->file);
    part_code_cell(m, w->trigger != NULL || run == NULL ? w->trigger
                                                        : run->trigger);
    part_code_cell(m,
                   w->target != NULL || run == NULL ? w->target : run->target);
    markdown_cell(m);
    if (step != NULL)
        markdown_prose(m, step);
    else
        markdown_text(m, w->step_count > 0 ? "none" : "unknown");
    markdown_cell(m);
    if (run == NULL) {
        markdown_text(m, "none known");
    } else {
        markdown_code(m, run->id);
        markdown_text(m, ": ");
        markdown_code(m, run->status == NULL ? "unknown" : run->status);
    }
    markdown_row_end(m);
}

static void write_steps(struct markdown *m, const struct fact_workflow *w)
{
    if (w->step_count == 0)
        return;
    markdown_heading(m, 3);
    markdown_words(m, w->name == NULL ? "no name" : w->name);
    markdown_end(m);
    if (w->use != NULL)
        markdown_prose_paragraph(m, w->use);
    markdown_list(m, true);
    for (size_t i = 0; i < w->step_count && i < ROWS_MAX; i++)
        markdown_prose_item(m, w->step[i]);
    markdown_list_end(m);
}

void section_workflows(struct markdown *m, const struct report_inputs *in)
{
    static const char *const head[] = {"Workflow", "File",       "Trigger",
                                       "Target",   "Migrations", "Last run"};
    const struct facts *f = in->facts;
    if (f->workflow_count == 0)
        return;
    part_section(m, "Deployment workflows");
    markdown_table(m, head, ARRAY_COUNT(head));
    for (size_t i = 0; i < f->workflow_count && i < 20; i++)
        write_workflow(m, &in->record->evidence, &f->workflow[i]);
    markdown_table_end(m);
    for (size_t i = 0; i < f->workflow_count && i < 20; i++)
        write_steps(m, &f->workflow[i]);
}

/* Production goes on with a build that nobody asked for. */
static bool is_spared(const struct record *r)
{
    int state = r->deployment.state;
    return r->production.state == PRODUCTION_HEALTHY &&
           (state == DEPLOYMENT_STALE || state == DEPLOYMENT_MIXED ||
            state == DEPLOYMENT_CONFLICT || state == DEPLOYMENT_FAILED);
}

static bool expected_serves(const struct record *r)
{
    for (size_t i = 0; i < r->deployment.observed_count; i++)
        if (r->deployment.observed[i].expected &&
            r->deployment.observed[i].serving)
            return true;
    return false;
}

static void write_serving(struct markdown *m, const struct record *r,
                          const char *version)
{
    const struct deployment_run *by = NULL;
    for (size_t i = 0; i < r->evidence.run_count; i++)
        if (r->evidence.run[i].commit != NULL &&
            version_matches(r->evidence.run[i].commit, version))
            by = &r->evidence.run[i];
    markdown_item(m);
    markdown_text(m, "Requests are answered by ");
    markdown_code(m, version_short(m->arena, version));
    if (r->deployment.expected != NULL) {
        markdown_text(m, expected_serves(r) ? " and by " : ", and not by ");
        markdown_code(m, version_short(m->arena, r->deployment.expected));
    }
    if (by != NULL) {
        markdown_text(m, "; run ");
        markdown_code(m, by->id);
        markdown_text(m, " deployed it");
    }
    markdown_text(m, ".");
    markdown_end(m);
}

static void write_measured(struct markdown *m, const struct record *r)
{
    const struct deployment_state *d = &r->deployment;
    markdown_words_item(
        m, arena_printf(m->arena,
                        "Production is healthy (%lld of %lld checks "
                        "passed), and the state of the deployment "
                        "is: %s.",
                        (long long)r->production.passed,
                        (long long)r->production.total,
                        name_of(&deployment_names, d->state)));
    for (size_t i = 0; i < d->observed_count; i++)
        if (d->observed[i].version != NULL && !d->observed[i].expected &&
            d->observed[i].serving) {
            write_serving(m, r, d->observed[i].version);
            return;
        }
}

void section_stayed_healthy(struct markdown *m, const struct report_inputs *in)
{
    const struct facts *f = in->facts;
    bool spared = is_spared(in->record);
    if (!spared && f->healthy_count == 0)
        return;
    part_section(m, "Why production stayed healthy");
    markdown_list(m, false);
    if (spared)
        write_measured(m, in->record);
    for (size_t i = 0; i < f->healthy_count && i < ROWS_MAX; i++)
        markdown_prose_item(m, f->healthy[i]);
    markdown_list_end(m);
}
