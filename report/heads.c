/* First lines and summary of a document about an incident. */
#include <string.h>

#include "report/document.h"
#include "report/parts.h"

static void title(struct markdown *m, const struct report_inputs *in,
                  const char *otherwise)
{
    markdown_heading(m, 1);
    markdown_words(m, in->facts->title != NULL ? in->facts->title : otherwise);
    markdown_end(m);
}

static void field(struct markdown *m, const char *name, const char *text)
{
    if (text == NULL)
        return;
    part_field(m, name);
    markdown_words(m, text);
    markdown_end(m);
}

static void stamp_field(struct markdown *m, const char *name, int64_t time_ms)
{
    if (time_ms == 0)
        return;
    part_field(m, name);
    markdown_code(m, part_stamp(m->arena, time_ms));
    markdown_end(m);
}

static void one_verdict(struct markdown *m, const char *name,
                        const struct record *r)
{
    part_field(m, name);
    markdown_text(m, name_of(&verdict_names, r->verdict));
    markdown_text(m, ", production ");
    markdown_text(m, name_of(&production_names, r->production.state));
    markdown_text(m, ", deployment ");
    markdown_text(m, name_of(&deployment_names, r->deployment.state));
    markdown_end(m);
}

/* After a failure, what its log says of the deployment is no verdict of now. */
static void production_field(struct markdown *m, const struct record *r)
{
    part_field(m, "Production:");
    markdown_text(m, name_of(&production_names, r->production.state));
    markdown_words(m, arena_printf(m->arena, ", %lld of %lld checks passed",
                                   (long long)r->production.passed,
                                   (long long)r->production.total));
    markdown_end(m);
}

/* How it is now; and how it was, when that was another record. */
static void verdict_field(struct markdown *m, const struct report_inputs *in)
{
    const struct record *now = part_last(in), *told = in->record;
    if (!part_has_probed(now))
        return;
    if (part_is_history(in) && in->story->over &&
        !verdict_is_good(now->verdict))
        production_field(m, now);
    else
        one_verdict(m, "Verdict:", now);
    if (told->started_ms != now->started_ms && part_has_probed(told))
        one_verdict(m, "At the failure:", told);
}

static void build_field(struct markdown *m, const struct record *r)
{
    if (r->deployment.expected == NULL)
        return;
    part_field(m, "Build:");
    markdown_code(m, r->deployment.expected);
    markdown_end(m);
}

static void belongs_to(struct markdown *m, const struct facts *f)
{
    field(m, "Ticket:", f->ticket);
    field(m, "Series:", f->series);
}

void section_incident_head(struct markdown *m, const struct report_inputs *in)
{
    const struct incident *i = in->incident;
    const struct record *r = part_last(in);
    title(m, in, "Incident report");
    markdown_list(m, false);
    field(m, "Incident:", i->id == NULL ? "no id yet" : i->id);
    field(m, "Status:", name_of(&incident_status_names, i->status));
    field(m, "Severity:", name_of(&severity_names, i->severity));
    stamp_field(m, "Started:", i->stamp[0].time_ms);
    stamp_field(m, "Detected:", i->stamp[1].time_ms);
    field(m, "Detected by:", in->facts->detected_by);
    field(m, "Owner:", in->facts->owner);
    belongs_to(m, in->facts);
    if (!in->for_public)
        verdict_field(m, in);
    build_field(m, r);
    part_run(m, &r->evidence.ci);
    if (i->actions > 0 && !in->for_public)
        field(m, "Follow-up:",
              arena_printf(m->arena, "%lld of %lld actions done",
                           (long long)i->actions_done, (long long)i->actions));
    markdown_list_end(m);
}

void section_root_cause_head(struct markdown *m, const struct report_inputs *in)
{
    const struct record *r = part_last(in);
    title(m, in, "Root cause");
    markdown_list(m, false);
    field(m, "Status:", name_of(&incident_status_names, in->incident->status));
    field(m, "Incident:", in->incident->id);
    stamp_field(m, "Started:", in->incident->stamp[STAMP_STARTED].time_ms);
    belongs_to(m, in->facts);
    verdict_field(m, in);
    build_field(m, r);
    part_run(m, &r->evidence.ci);
    stamp_field(m, "Date:", r->started_ms);
    markdown_list_end(m);
}

void section_success_head(struct markdown *m, const struct report_inputs *in)
{
    const struct incident *i = in->incident;
    const struct record *r = part_last(in);
    title(m, in,
          r->verdict == VERDICT_VERIFIED ? "Deployment verified"
                                         : "Deployment report");
    markdown_list(m, false);
    verdict_field(m, in);
    build_field(m, r);
    part_run(m, &r->evidence.ci);
    stamp_field(m, "Date:", r->finished_ms);
    if (i->id != NULL)
        field(m, "Incident:",
              arena_printf(m->arena, "%s, %s", i->id,
                           name_of(&incident_status_names, i->status)));
    markdown_list_end(m);
}
