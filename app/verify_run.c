/* postflight verify: the CI stage, from checks and logs to a verdict. */
#include <string.h>

#include "app/app.h"
#include "app/check_run.h"
#include "app/deploy_facts.h"
#include "app/deploy_history.h"
#include "app/interrupt.h"
#include "app/logs.h"
#include "app/outputs.h"
#include "app/verify_baseline.h"
#include "app/waiting.h"
#include "base/clock.h"
#include "model/vocabulary.h"
#include "verdict/verdict.h"

#define EXPLANATION_BYTES_MAX ((size_t)256 << 20)

struct verify {
    struct probing probing; /* the first: what is probed has this as context */
    struct arena *life;
    const struct settings *settings;
    const struct notes *notes;
    struct logs logs;
    struct deploy_evidence evidence;
    struct baseline before; /* of --since */
    struct comparison comparison;
    struct check_run run;
    struct plan whole; /* of which a shard is probed */
    struct waiting waiting;
    bool kept; /* the history can be read, and then: it was added to */
    struct outputs outputs;
    bool began; /* to probe */
    struct record record;
};

static int explain(struct verify *v)
{
    struct buf text;
    buf_init(&text, EXPLANATION_BYTES_MAX);
    plan_explain(&text, v->life, &v->probing.plan, v->probing.redactor);
    notes_output(v->notes, buf_view(&text));
    buf_release(&text);
    return EXIT_VERIFIED;
}

static int check_inputs(struct verify *v)
{
    struct err e = {.set = false};
    const struct texts *logs = &v->settings->logs;
    for (size_t i = 0; v->settings->follow && i < logs->count; i++) {
        if (strcmp(logs->item[i], "-") != 0)
            continue;
        err_set(&e, POS_NONE,
                "--follow reads files while they grow, so it cannot read "
                "standard input");
        return notes_fail(v->notes, &e, EXIT_USAGE);
    }
    return check_run_identified(&v->run, &e)
               ? EXIT_VERIFIED
               : notes_fail(v->notes, &e, EXIT_INVALID);
}

/* With a rollout, the state of a check becomes known with the verdict. */
static bool waits(const struct verify *v)
{
    return v->run.probe.rollout != NULL;
}

static void report_result(void *context, const struct result *result)
{
    struct verify *v = context;
    struct result clean = *result;
    probing_on_result(context, result);
    if (v->notes->result == NULL || waits(v))
        return;
    verdict_redact_result(&clean, v->life, v->probing.redactor);
    v->notes->result(v->notes->context, &clean);
}

static void report_progress(void *context, const struct probe_progress *all,
                            size_t count)
{
    struct verify *v = context;
    const struct notes *n = v->notes;
    struct buf line;
    if (n->progress != NULL)
        n->progress(n->context, all, count);
    buf_init(&line, 8000);
    if (waiting_line(&v->waiting, &line, clock_now_us(), all, count))
        notes_progress(n, buf_view(&line));
    buf_release(&line);
}

static void report_results(const struct verify *v)
{
    const struct notes *n = v->notes;
    for (size_t i = 0;
         n->result != NULL && waits(v) && i < v->record.result_count; i++)
        n->result(n->context, &v->record.result[i]);
}

/* Does the log say that the deployment has failed, so that nobody need wait? */
static bool log_is_fatal(void *context)
{
    struct verify *v = context;
    return logs_say_failed(&v->logs);
}

static void set_probes(struct verify *v)
{
    check_run_set(&v->run, v, true);
    v->run.probe.on_result = report_result;
    v->run.probe.on_progress = report_progress;
    v->run.probe.certificates = v->settings->since != NULL;
    if (v->settings->follow) {
        v->run.probe.hurries = log_is_fatal;
        logs_follow(&v->logs);
    }
}

/* A log that breaks off is no reason to lose what the probes found. */
static void scan_all(struct verify *v, struct findings *out)
{
    struct err e = {.set = false};
    if (logs_scan(&v->logs, out, &e))
        return;
    notes_error(v->notes, &e);
    *out = (struct findings){.coverage = {.gave_up = 1, .unjudged = 1}};
}

static const struct result *probe(struct verify *v, struct err *e)
{
    const struct notes *n = v->notes;
    const struct probing_start start = {
        .sink = v->probing.notes->sink,
        .expected = v->run.expected,
        .document_follows =
            v->outputs.in_stdout || v->settings->output_format != OUTPUT_TEXT};
    if (n->start != NULL)
        n->start(n->context, &start);
    waiting_begin(&v->waiting, v->probing.notes->sink);
    const struct result *results = check_run_probe(&v->run, e);
    if (n->stop != NULL)
        n->stop(n->context);
    return results;
}

static bool make_record(struct verify *v, struct err *e)
{
    struct findings findings = {.finding_count = 0};
    const struct result *results = probe(v, e);
    bool compares = v->settings->since != NULL;
    if (results == NULL ||
        (compares && !verify_baseline_compare(&v->comparison, &v->before,
                                              &v->run, results, e)))
        return false;
    bool reads = v->logs.in.path_count > 0;
    if (reads)
        scan_all(v, &findings);
    logs_note_sources(&v->logs);
    struct verdict_inputs in = check_run_inputs(&v->run, results);
    in.logs = reads ? &findings : NULL;
    in.evidence = &v->evidence;
    in.catalogue = v->logs.catalogue.count > 0 ? &v->logs.catalogue : NULL;
    in.comparison = compares ? &v->comparison : NULL;
    in.environment.log = v->logs.path;
    in.environment.log_count = v->logs.in.path_count;
    in.environment.source = v->logs.source;
    in.environment.source_count = v->logs.source_count;
    verdict_join(&v->record, v->life, &in, v->probing.redactor);
    report_results(v);
    return true;
}

/* All inputs are read, and what is wrong with them is found, before anything
   is probed. */
static int prepare(struct verify *v)
{
    const struct settings *s = v->settings;
    int code =
        logs_open_deploy(&v->logs, v->life, s, v->notes, v->run.expected);
    if (code == EXIT_VERIFIED) {
        set_probes(v);
        code = verify_baseline_read(&v->before, &v->run);
    }
    if (code == EXIT_VERIFIED)
        code = deploy_facts_read(&v->evidence, v->life, s, v->notes,
                                 v->run.expected);
    if (code == EXIT_VERIFIED)
        code = check_inputs(v);
    if (code == EXIT_VERIFIED && s->state != NULL)
        v->kept =
            deploy_history_read(&v->evidence, v->life, s->state, v->notes);
    return code;
}

/* From here on the plan is that of the shard. */
static void take_shard(struct verify *v)
{
    size_t index = v->settings->shard_index, count = v->settings->shard_count;
    if (count == 0)
        return;
    v->whole = v->probing.plan;
    v->run.whole = &v->whole;
    plan_shard(&v->probing.plan, v->life, &v->whole, index, count);
    v->run.shard = (struct shard){.index = (int64_t)index,
                                  .count = (int64_t)count,
                                  .checks = (int64_t)v->probing.plan.count,
                                  .total = (int64_t)v->whole.count};
}

static int verify(struct verify *v)
{
    const struct settings *s = v->settings;
    struct err e = {.set = false};
    v->run.probing = &v->probing;
    v->run.expected = check_run_version(s, &v->probing.plan);
    take_shard(v);
    if (s->explain)
        return explain(v);
    int code = prepare(v);
    if (code != EXIT_VERIFIED)
        return code;
    outputs_begin(&v->outputs, v->notes);
    v->began = true;
    interrupt_catch();
    if (!make_record(v, &e))
        return notes_fail(v->notes, &e, EXIT_INCONCLUSIVE);
    (void)outputs_write(&v->outputs, v->life, s, v->notes, &v->record);
    if (s->state != NULL && v->kept)
        v->kept = deploy_history_add(v->life, s->state, &v->record, v->notes);
    outputs_report(&v->outputs, v->life, s, v->notes, &v->record);
    return outputs_exit(&v->outputs, &v->record, s->state == NULL || v->kept);
}

int verify_run(struct arena *life, const struct settings *s,
               const struct notes *n)
{
    struct verify v = {.life = life, .settings = s, .notes = n};
    struct err e = {.set = false};
    if (!outputs_open(&v.outputs, life, s, &e))
        return notes_fail(n, &e, EXIT_USAGE);
    int code = probing_open(&v.probing, life, s, n, s->explain);
    if (code == EXIT_VERIFIED)
        code = verify(&v);
    if (!v.began)
        outputs_forget(&v.outputs, s);
    logs_close(&v.logs);
    probing_close(&v.probing);
    return code;
}
