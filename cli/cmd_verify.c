/* postflight verify: the CI stage, from checks and logs to a verdict. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "cli/asking.h"
#include "cli/console.h"
#include "cli/gather.h"
#include "cli/live.h"
#include "cli/logs.h"
#include "cli/outputs.h"
#include "cli/past.h"
#include "cli/round.h"
#include "cli/waiting.h"
#include "model/vocabulary.h"
#include "probe/probe.h"
#include "report/report.h"
#include "verdict/verdict.h"

#define RECORD_BYTES_MAX ((size_t)256 << 20)

struct verify {
    struct asking asking; /* the first: what is asked has this as context */
    struct arena *life;
    const struct options *options;
    struct console console;
    struct texts log_paths;
    struct logs logs;
    struct deploy_evidence evidence;
    const char *since; /* a baseline's file; NULL: none */
    struct baseline before;
    int64_t samples;
    struct comparison comparison;
    struct round round;
    struct plan whole; /* of which a shard is asked */
    struct live live;
    struct waiting waiting;
    bool shows;        /* each result as it comes */
    bool watched;      /* by somebody, as a table instead */
    const char *state; /* a history; NULL: none */
    bool kept;         /* it can be read, and then: it was added to */
    struct outputs outputs;
    bool began; /* to probe */
    struct record record;
};

static int fail(const struct err *e, int code)
{
    console_error(e);
    return code;
}

static int explain(struct verify *v)
{
    struct buf text;
    buf_init(&text, RECORD_BYTES_MAX);
    plan_explain(&text, v->life, &v->asking.plan, v->asking.redactor);
    console_print(buf_view(&text));
    buf_release(&text);
    return EXIT_VERIFIED;
}

/* A log that cannot be read is found before anything is asked. */
static int check_inputs(struct verify *v)
{
    struct err e = {.set = false};
    bool follow = option_flag(v->options, OPTION_FOLLOW);
    for (size_t i = 0; i < v->log_paths.count; i++) {
        if (!follow || strcmp(v->log_paths.item[i], "-") != 0)
            continue;
        err_set(&e, POS_NONE,
                "--follow reads files while they grow, so it cannot read "
                "standard input");
        return fail(&e, EXIT_USAGE);
    }
    return round_identified(&v->round, &e) ? EXIT_VERIFIED
                                           : fail(&e, EXIT_INVALID);
}

/* With a rollout, how a check is becomes known with the verdict. */
static bool waits(const struct verify *v)
{
    return v->round.probe.rollout != NULL;
}

/* Progress is an output like any other: secrets are taken out before it. */
static void show_result(void *context, const struct result *result)
{
    struct verify *v = context;
    struct result clean = *result;
    asking_on_result(context, result);
    if (!v->shows || v->watched || waits(v))
        return;
    verdict_redact_result(&clean, v->life, v->asking.redactor);
    console_result(&v->console, &clean);
}

static void show_progress(void *context, const struct probe_progress *all,
                          size_t count)
{
    struct verify *v = context;
    live_show(&v->live, all, count);
}

/* Where standard output has a document, the lines go to standard error. */
static void show_waiting(void *context, const struct probe_progress *all,
                         size_t count)
{
    struct verify *v = context;
    struct buf line;
    buf_init(&line, 8000);
    if (waiting_line(&v->waiting, &line, clock_now_us(), all, count)) {
        if (v->shows)
            console_print(buf_view(&line));
        else
            console_lines(buf_view(&line));
        fflush(stdout);
    }
    buf_release(&line);
}

static void show_results(struct verify *v)
{
    for (size_t i = 0;
         waits(v) && v->shows && !v->watched && i < v->record.result_count; i++)
        console_result(&v->console, &v->record.result[i]);
}

/* Has the deployment failed, says its log, so that nobody need wait? */
static bool log_is_fatal(void *context)
{
    struct verify *v = context;
    return logs_say_failed(&v->logs);
}

/* A rollout is waited for when one is defined, or a deadline was given. */
static bool set_options(struct verify *v, struct err *e)
{
    const char *format = option_text(v->options, OPTION_FORMAT, "text");
    if (!round_set(&v->round, v, true, e))
        return false;
    v->round.probe.on_result = show_result;
    v->round.probe.certificates =
        option_flag(v->options, OPTION_SINCE); /* to be compared */
    v->shows = strcmp(format, "json") != 0 && !v->outputs.in_stdout &&
               !option_flag(v->options, OPTION_QUIET);
    v->watched = v->shows && v->console.screen.live;
    if (v->watched)
        v->round.probe.on_progress = show_progress;
    else if (!option_flag(v->options, OPTION_QUIET))
        v->round.probe.on_progress = show_waiting;
    if (option_flag(v->options, OPTION_FOLLOW)) {
        v->round.probe.hurries = log_is_fatal;
        logs_follow(&v->logs);
    }
    return true;
}

/* A log that breaks off is no reason to lose what the probes found. */
static void scan_all(struct verify *v, struct findings *out)
{
    struct err e = {.set = false};
    if (logs_scan(&v->logs, out, &e))
        return;
    console_error(&e);
    *out = (struct findings){.coverage = {.gave_up = 1, .unjudged = 1}};
}

struct member {
    const char *id;
    bool ours;
};

static int compare_members(const void *left, const void *right)
{
    const struct member *a = left, *b = right;
    return strcmp(a->id, b->id);
}

/* Of a baseline of all checks: those of the shard, and its share of those that
   are there no longer. */
static void keep_shard(struct verify *v)
{
    const struct plan *all = v->round.whole, *ours = &v->asking.plan;
    size_t next = 0, left = 0;
    if (all == NULL)
        return;
    struct member *known = arena_array(v->life, all->count, sizeof(*known));
    for (size_t i = 0; i < all->count; i++) {
        bool is = next < ours->count && ours->position[next] == i + 1;
        known[i] = (struct member){all->check[i].id, is};
        next += is;
    }
    qsort(known, all->count, sizeof(*known), compare_members);
    for (size_t i = 0; i < v->before.check_count; i++) {
        const struct member key = {v->before.check[i].id, false};
        const struct member *m =
            bsearch(&key, known, all->count, sizeof(*known), compare_members);
        if (m != NULL ? m->ours
                      : plan_shard_of(key.id, (size_t)v->round.shard.count) ==
                            (size_t)v->round.shard.index)
            v->before.check[left++] = v->before.check[i];
    }
    v->before.check_count = left;
}

/* A baseline that cannot be read is found before anything is asked. */
static int load_baseline(struct verify *v)
{
    struct err e = {.set = false};
    struct source *source = arena_alloc(v->life, sizeof(*source));
    v->samples = BASELINE_SAMPLES_STANDARD;
    if (!option_number(v->options, OPTION_SAMPLES, BASELINE_SAMPLES_MAX,
                       &v->samples, &e))
        return fail(&e, EXIT_USAGE);
    v->since = option_text(v->options, OPTION_SINCE, NULL);
    if (v->since == NULL)
        return EXIT_VERIFIED;
    if (!file_read(source, v->life, v->since, BASELINE_BYTES_MAX, &e))
        return fail(&e, EXIT_USAGE);
    if (!baseline_read(&v->before, v->life, source, &e))
        return fail(&e, EXIT_INVALID);
    keep_shard(v);
    v->asking.sampler =
        sampler_open(v->life, v->asking.plan.check, v->asking.plan.count);
    return EXIT_VERIFIED;
}

static bool compare(struct verify *v, const struct result *results,
                    struct err *e)
{
    struct baseline after;
    unsigned gates = 0;
    if (!asking_repeat(&v->asking, results, v->samples - 1, e))
        return false;
    asking_sampled(&v->asking, &after);
    for (size_t i = 0; i < difference_names.count; i++)
        gates |=
            round_fails_on(v->options, difference_names.name[i]) ? 1u << i : 0;
    baseline_compare(&v->comparison, v->life, &v->before, &after, gates);
    v->comparison.since = v->since;
    return true;
}

static bool make_record(struct verify *v, struct err *e)
{
    struct findings findings = {.finding_count = 0};
    if (v->watched)
        live_open(&v->live, v->console.screen, v->console.color,
                  v->asking.redactor, v->round.expected);
    waiting_begin(&v->waiting, v->asking.redactor);
    const struct result *results = round_ask(&v->round, e);
    if (v->watched)
        live_close(&v->live);
    if (results == NULL || (v->since != NULL && !compare(v, results, e)))
        return false;
    bool reads = v->logs.in.path_count > 0;
    if (reads)
        scan_all(v, &findings);
    logs_note_sources(&v->logs);
    struct verdict_inputs in = round_inputs(&v->round, results);
    in.logs = reads ? &findings : NULL;
    in.evidence = &v->evidence;
    in.comparison = v->since == NULL ? NULL : &v->comparison;
    in.environment.log = v->logs.path;
    in.environment.log_count = v->logs.in.path_count;
    in.environment.source = v->logs.source;
    in.environment.source_count = v->logs.source_count;
    verdict_join(&v->record, v->life, &in, v->asking.redactor);
    show_results(v);
    return true;
}

static int prepare(struct verify *v)
{
    struct err e = {.set = false};
    int code = logs_open_deploy(&v->logs, v->life, v->options, &v->log_paths,
                                v->round.expected);
    if (code == EXIT_VERIFIED && !set_options(v, &e))
        code = fail(&e, EXIT_USAGE);
    if (code == EXIT_VERIFIED)
        code = load_baseline(v);
    if (code == EXIT_VERIFIED)
        code = gather(&v->evidence, v->life, v->options, v->round.expected);
    if (code == EXIT_VERIFIED)
        code = check_inputs(v);
    v->state = option_text(v->options, OPTION_STATE, NULL);
    if (code == EXIT_VERIFIED && v->state != NULL)
        v->kept = past_gather(&v->evidence, v->life, v->state);
    return code;
}

/* From here on the plan is that of the shard. */
static int part(struct verify *v)
{
    struct err e = {.set = false};
    size_t index = 0, count = 0;
    if (!option_shard(v->options, &index, &count, &e))
        return fail(&e, EXIT_USAGE);
    if (count == 0)
        return EXIT_VERIFIED;
    v->whole = v->asking.plan;
    v->round.whole = &v->whole;
    plan_shard(&v->asking.plan, v->life, &v->whole, index, count);
    v->round.shard = (struct shard){.index = (int64_t)index,
                                    .count = (int64_t)count,
                                    .checks = (int64_t)v->asking.plan.count,
                                    .total = (int64_t)v->whole.count};
    return EXIT_VERIFIED;
}

static int verify(struct verify *v)
{
    struct err e = {.set = false};
    v->round.asking = &v->asking;
    v->round.expected = round_version(v->options, &v->asking.plan);
    int code = part(v);
    if (code == EXIT_VERIFIED && option_flag(v->options, OPTION_EXPLAIN))
        return explain(v);
    if (code == EXIT_VERIFIED)
        code = prepare(v);
    if (code != EXIT_VERIFIED)
        return code;
    outputs_begin(&v->outputs);
    v->began = true;
    asking_catch_signals();
    if (!make_record(v, &e))
        return fail(&e, EXIT_INCONCLUSIVE);
    (void)outputs_write(&v->outputs, v->life, &v->record);
    if (v->state != NULL && v->kept)
        v->kept = past_keep(v->life, v->state, &v->record);
    outputs_print(&v->outputs, v->life, v->options, &v->console, &v->record);
    return outputs_exit(&v->outputs, &v->record, v->state == NULL || v->kept);
}

static int run(struct arena *life, const struct options *o)
{
    struct verify v = {.life = life,
                       .options = o,
                       .console = console_open(o),
                       .log_paths = o->given[OPTION_CHECK_LOG]};
    struct err e = {.set = false};
    if (!outputs_open(&v.outputs, life, o, &e))
        return fail(&e, EXIT_USAGE);
    int code = asking_open(&v.asking, life, o, option_flag(o, OPTION_EXPLAIN));
    if (code == EXIT_VERIFIED)
        code = verify(&v);
    if (!v.began)
        outputs_forget(&v.outputs, o);
    logs_close(&v.logs);
    asking_close(&v.asking);
    return code;
}

const struct command verify_command = {
    .name = "verify",
    .arguments = "[CHECKS...]",
    .summary = "Tells whether the build is serving and healthy.",
    .help = "Runs the checks (checks.d unless named), scans the logs, and "
            "tells whether the build is serving and healthy. A URL in place "
            "of a file is a check of its own, which expects a status of 2xx.",
    .options = TAKES(
        OPTION_CHECK_LOG, OPTION_FOLLOW, OPTION_LOG_SINCE, OPTION_GOOD,
        OPTION_PREVIOUS, OPTION_GIT, OPTION_GIT_FROM, OPTION_TO,
        OPTION_ANY_OWNER, OPTION_DEPLOYMENTS, OPTION_TARGET, OPTION_EXPECT,
        OPTION_DEADLINE, OPTION_RATE, OPTION_SINCE, OPTION_SAMPLES,
        OPTION_STATE, OPTION_OUT, OPTION_REPORT, OPTION_TAG, OPTION_NOT_TAG,
        OPTION_ID, OPTION_SHARD, OPTION_FAIL_ON, OPTION_EXPLAIN, OPTION_SLOTS,
        OPTION_HOST_SLOTS, OPTION_SIGNATURES, OPTION_VAR, OPTION_ENV_FILE,
        OPTION_FORMAT, OPTION_COLOR, OPTION_QUIET, OPTION_HELP),
    .run = run,
    .example = "# after a deploy: verdict, record and report\n"
               "postflight verify --expect \"$GITHUB_SHA\" --log deploy.log "
               "--out out\n"
               "# while it goes on, until it has settled\n"
               "postflight verify --expect v1.4 --deadline 5m --log deploy.log "
               "--follow\n"
               "# the second of five parts; then: postflight merge\n"
               "postflight verify --shard 2/5 --out out-2\n"
               "# worse than before the deploy?\n"
               "postflight verify --since before.json --fail-on shape",
};
