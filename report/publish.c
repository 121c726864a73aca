/* What customers may read of an incident: services, times, words of people. */
#include "report/report.h"

/* Nothing of a check but its title, its state and its times. */
static void publish_results(struct record *r, struct arena *a)
{
    struct result *all = arena_array(a, r->result_count + 1, sizeof(*all));
    for (size_t i = 0; i < r->result_count; i++) {
        const struct result *from = &r->result[i];
        all[i] = (struct result){.id = from->id,
                                 .title = from->title,
                                 .kind = from->kind,
                                 .status = from->status,
                                 .cause = -1,
                                 .phase = -1,
                                 .severity = from->severity,
                                 .started_ms = from->started_ms,
                                 .duration_us = from->duration_us};
    }
    r->result = all;
}

static const char *failure_words(const struct episode *e)
{
    return e->worst == STATUS_DEGRADED ? "it was slow or answered in part"
                                       : "it did not work";
}

static void publish_episodes(struct record *r, struct arena *a)
{
    struct episode *all = arena_array(a, r->episode_count + 1, sizeof(*all));
    for (size_t i = 0; i < r->episode_count; i++) {
        all[i] = r->episode[i];
        all[i].region = "";
        all[i].http_status = 0;
        all[i].answers = all[i].failed = 0;
        all[i].first_failure = all[i].last_failure = failure_words(&all[i]);
    }
    r->episode = all;
}

static void publish_record(struct record *out, struct arena *a)
{
    out->logs = (struct findings){.cause = NULL};
    out->comparison = (struct comparison){.difference = NULL};
    out->evidence =
        (struct deploy_evidence){.git = {.relation = RANGE_UNKNOWN}};
    out->deployment = (struct deployment_state){.state = DEPLOYMENT_UNKNOWN};
    out->environment = (struct environment){.log = NULL};
    out->timeline_count = out->commit_count = out->reason_count = 0;
    out->observation_count = out->service_count = 0;
    publish_results(out, a);
    publish_episodes(out, a);
}

/* What people wrote for users stays; what they wrote for each other goes. */
static struct facts public_facts(const struct facts *f)
{
    return (struct facts){.incident = f->incident,
                          .title = f->title,
                          .summary = f->summary,
                          .user_impact = f->user_impact,
                          .resolution = f->resolution,
                          .severity = f->severity,
                          .status = f->status,
                          .started_ms = f->started_ms,
                          .detected_ms = f->detected_ms,
                          .acknowledged_ms = f->acknowledged_ms,
                          .mitigated_ms = f->mitigated_ms,
                          .resolved_ms = f->resolved_ms,
                          .verified_ms = f->verified_ms,
                          .closed_ms = f->closed_ms,
                          .impact = f->impact,
                          .impact_count = f->impact_count,
                          .prevention = f->prevention,
                          .prevention_count = f->prevention_count};
}

void report_publish(struct report_inputs *in, struct record *record,
                    struct facts *facts)
{
    struct arena *a = in->arena;
    struct story *story = arena_alloc(a, sizeof(*story));
    struct record *last = arena_alloc(a, sizeof(*last));
    *record = *in->record;
    *facts = public_facts(in->facts);
    publish_record(record, a);
    if (in->story != NULL) {
        *story = *in->story;
        *last = *story->last;
        publish_record(last, a);
        story->told = *record;
        story->last = last;
        in->story = story;
    }
    in->record = record;
    in->facts = facts;
    in->picture = NULL;
    in->for_public = true;
}
