/* The services table and the timeline: probes and logs in order of time. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "verdict/internal.h"

static const char *service_detail(struct arena *a, const struct result *r)
{
    struct buf text;
    buf_init(&text, 400);
    if (r->answered) {
        kind_write_answer(&text, r->kind, r->http_status);
        buf_text(&text, " in ");
        text_duration(&text, r->duration_us);
    } else {
        buf_text(&text, r->message == NULL ? "not run" : r->message);
    }
    return buf_take(a, &text);
}

void make_services(struct joining *j)
{
    struct record *r = j->record;
    r->service_count = j->in->result_count;
    r->service =
        arena_array(j->arena, r->service_count + 1, sizeof(*r->service));
    for (size_t i = 0; i < r->service_count; i++) {
        const struct result *result = &j->in->result[i];
        r->service[i] =
            (struct service){.id = result->id,
                             .title = result->title,
                             .url = result->url,
                             .status = result->status,
                             .detail = service_detail(j->arena, result)};
    }
}

static void add_event(struct joining *j, int64_t time_ms, const char *source,
                      const char *text)
{
    struct record *r = j->record;
    if (time_ms == 0)
        return;
    r->timeline = arena_grow(j->arena, r->timeline, r->timeline_count,
                             &j->event_cap, sizeof(*r->timeline));
    r->timeline[r->timeline_count++] =
        (struct event){.time_ms = time_ms,
                       .source = source,
                       .text = text,
                       .witness = WITNESS_OBSERVED};
}

/* The error that a cause is, when no signature knows it. */
static void add_unknown_causes(struct joining *j)
{
    const struct findings *logs = j->in->logs;
    for (size_t i = 0; i < logs->cause_count; i++)
        for (size_t k = 0; k < logs->unknown_count; k++) {
            const struct cluster *u = &logs->unknown[k];
            if (logs->cause[i].cluster == NULL || u->id == NULL ||
                strcmp(logs->cause[i].cluster, u->id) != 0)
                continue;
            add_event(j, u->first.time_ms,
                      arena_printf(j->arena, "%s:%lld", u->first.file,
                                   (long long)u->first.line),
                      u->sample);
        }
}

void add_log_events(struct joining *j)
{
    const struct findings *logs = j->in->logs;
    for (size_t i = 0; logs != NULL && i < logs->finding_count; i++) {
        const struct finding *f = &logs->finding[i];
        const char *text = f->title;
        if (f->count > 1)
            text = arena_printf(j->arena, "%s (%lld times)", text,
                                (long long)f->count);
        if (f->code != NULL)
            text = arena_printf(j->arena, "%s: %s", f->code, text);
        add_event(j, f->first.time_ms,
                  arena_printf(j->arena, "%s:%lld", f->first.file,
                               (long long)f->first.line),
                  text);
    }
    if (logs != NULL)
        add_unknown_causes(j);
}

static void add_results(struct joining *j)
{
    for (size_t i = 0; i < j->in->result_count; i++) {
        const struct result *r = &j->in->result[i];
        const char *what = service_detail(j->arena, r);
        add_event(j, r->started_ms + r->duration_us / 1000,
                  arena_printf(j->arena, "probe %s", r->id),
                  arena_printf(j->arena, "%s: %s, %s", r->title,
                               name_of(&status_names, r->status), what));
    }
}

static void add_commits(struct joining *j, const struct git_evidence *g)
{
    for (size_t i = 0; i < g->commit_count && i < 200; i++)
        add_event(j, g->commit[i].time_ms,
                  arena_printf(j->arena, "commit %.10s", g->commit[i].sha),
                  g->commit[i].subject);
}

/* "Deploy by hand started (prod)" */
static const char *run_started(struct arena *a, const struct deployment_run *r,
                               const char *what)
{
    return r->target == NULL
               ? arena_printf(a, "%s started", what)
               : arena_printf(a, "%s started (%s)", what, r->target);
}

/* A status is known when a run has ended. */
void add_run_events(struct joining *j, const struct deploy_evidence *e)
{
    for (size_t i = 0; i < e->run_count; i++) {
        const struct deployment_run *r = &e->run[i];
        const char *source = arena_printf(j->arena, "run %s", r->id);
        const char *what = r->workflow == NULL ? "deployment" : r->workflow;
        add_event(j, r->start_ms, source, run_started(j->arena, r, what));
        add_event(j, r->end_ms, source,
                  r->status == NULL ? arena_printf(j->arena, "%s ended", what)
                                    : arena_printf(j->arena, "%s ended: %s",
                                                   what, r->status));
    }
}

void make_timeline(struct joining *j)
{
    struct record *r = j->record;
    add_log_events(j);
    add_event(j, j->in->started_ms, "postflight", "verification started");
    add_results(j);
    if (j->in->evidence != NULL) {
        add_commits(j, &j->in->evidence->git);
        add_run_events(j, j->in->evidence);
    }
    add_event(j, j->in->finished_ms, "postflight",
              arena_printf(j->arena, "verdict: %s",
                           name_of(&verdict_names, r->verdict)));
    if (r->timeline_count > 1)
        qsort(r->timeline, r->timeline_count, sizeof(*r->timeline),
              event_compare);
}
