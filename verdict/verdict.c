/* The front: inputs to a complete, redacted record. */
#include "verdict/verdict.h"

#include "verdict/episodes.h"
#include "verdict/internal.h"

static struct result *copy_results(struct arena *a,
                                   const struct verdict_inputs *in)
{
    struct result *copy = arena_array(a, in->result_count + 1, sizeof(*copy));
    for (size_t i = 0; i < in->result_count; i++)
        copy[i] = in->result[i];
    return copy;
}

/* In the order of the checks: merging takes the record apart again. */
static void keep_observations(struct joining *j)
{
    struct record *r = j->record;
    size_t count = 0;
    for (size_t i = 0; i < j->in->result_count; i++)
        count += j->in->result[i].seen.count;
    r->observation = arena_array(j->arena, count + 1, sizeof(*r->observation));
    for (size_t i = 0; i < j->in->result_count; i++) {
        const struct observations *seen = &j->in->result[i].seen;
        for (size_t k = 0; k < seen->count; k++)
            r->observation[r->observation_count++] = seen->item[k];
    }
}

void verdict_join(struct record *out, struct arena *run,
                  const struct verdict_inputs *in, struct redactor *redactor)
{
    size_t before = redactor_count(redactor);
    struct joining j = {.arena = run, .in = in, .record = out};
    *out = (struct record){
        .schema = RECORD_SCHEMA,
        .started_ms = in->started_ms,
        .finished_ms = in->finished_ms,
        .result = copy_results(run, in),
        .result_count = in->result_count,
        .environment = in->environment,
        .evidence = {.git = {.relation = RANGE_UNKNOWN}},
        .tool = in->tool,
        .shard = in->shard,
    };
    if (in->evidence != NULL) {
        out->evidence = *in->evidence;
        out->commit = in->evidence->git.commit;
        out->commit_count = in->evidence->git.commit_count;
    }
    if (in->logs != NULL)
        out->logs = *in->logs;
    if (in->comparison != NULL)
        out->comparison = *in->comparison;
    keep_observations(&j);
    keep_migrations(&j);
    add_evidence_causes(&j);
    count_answers(&j);
    decide_production(&j);
    decide_deployment(&j);
    add_deployment_causes(&j);
    explain_passes(&j);
    decide_verdict(&j);
    episodes_of_record(out, run);
    make_services(&j);
    make_timeline(&j);
    redact_clusters(&out->logs, run, redactor);
    redact_shape(out, &record_shape, run, redactor);
    out->environment.secrets_redacted =
        (int64_t)(redactor_count(redactor) - before);
}

void verdict_redact_facts(struct facts *f, struct arena *run,
                          struct redactor *redactor)
{
    redact_shape(f, &facts_shape, run, redactor);
}

void verdict_redact_findings(struct findings *f, struct arena *run,
                             struct redactor *redactor)
{
    redact_clusters(f, run, redactor);
    redact_shape(f, &findings_shape, run, redactor);
}

void verdict_redact_baseline(struct baseline *b, struct arena *run,
                             struct redactor *redactor)
{
    redact_shape(b, &baseline_shape, run, redactor);
}

void verdict_redact_proof(struct proof *p, struct arena *run,
                          struct redactor *redactor)
{
    redact_shape(p, &proof_shape, run, redactor);
}

void verdict_redact_migrations(struct migration_state *s, struct arena *run,
                               struct redactor *redactor)
{
    redact_shape(s, &migration_state_shape, run, redactor);
}

void verdict_redact_result(struct result *r, struct arena *run,
                           struct redactor *redactor)
{
    redact_shape(r, &result_shape, run, redactor);
}
