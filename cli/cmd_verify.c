/* postflight verify: the CI stage, from checks and logs to a verdict. */
#include <string.h>

#include "base/file.h"
#include "cli/asking.h"
#include "cli/console.h"
#include "cli/gather.h"
#include "cli/live.h"
#include "cli/logs.h"
#include "cli/outputs.h"
#include "cli/past.h"
#include "cli/round.h"
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
    struct live live;
    bool shows;        /* each result as it comes */
    bool watched;      /* by somebody, as a table instead */
    const char *state; /* a history; NULL: none */
    bool kept;         /* it can be read, and then: it was added to */
    struct outputs outputs;
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
    if (follow && v->log_paths.count == 0) {
        err_set(&e, POS_NONE, "--follow needs a --log to follow");
        return fail(&e, EXIT_USAGE);
    }
    return round_identified(&v->round, &e) ? EXIT_VERIFIED
                                           : fail(&e, EXIT_INVALID);
}

/* Progress is an output like any other: secrets are taken out before it. */
static void show_result(void *context, const struct result *result)
{
    struct verify *v = context;
    struct result clean = *result;
    asking_on_result(context, result);
    if (!v->shows || v->watched)
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
    *out = (struct findings){.coverage = {.gave_up = 1}};
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
    for (size_t i = 0; v->since == NULL && i < difference_names.count; i++)
        if (round_fails_on(v->options, difference_names.name[i])) {
            err_set(&e, POS_NONE,
                    "--fail-on %s needs --since: a baseline to differ from",
                    difference_names.name[i]);
            return fail(&e, EXIT_USAGE);
        }
    if (v->since == NULL)
        return EXIT_VERIFIED;
    if (!file_read(source, v->life, v->since, BASELINE_BYTES_MAX, &e))
        return fail(&e, EXIT_USAGE);
    if (!baseline_read(&v->before, v->life, source, &e))
        return fail(&e, EXIT_INVALID);
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
    const struct result *results = round_ask(&v->round, e);
    if (v->watched)
        live_close(&v->live);
    if (results == NULL || (v->since != NULL && !compare(v, results, e)))
        return false;
    if (v->log_paths.count > 0)
        scan_all(v, &findings);
    struct verdict_inputs in = round_inputs(&v->round, results);
    in.logs = v->log_paths.count > 0 ? &findings : NULL;
    in.evidence = &v->evidence;
    in.comparison = v->since == NULL ? NULL : &v->comparison;
    in.environment.log = v->log_paths.item;
    in.environment.log_count = v->log_paths.count;
    verdict_join(&v->record, v->life, &in, v->asking.redactor);
    return true;
}

static void add_count(struct buf *out, int64_t count, const char *word)
{
    if (count > 0)
        buf_printf(out, ", %lld %s", (long long)count, word);
}

static const char *last_line(const struct verify *v)
{
    const struct record *r = &v->record;
    const struct production_state *p = &r->production;
    const char *out = option_text(v->options, OPTION_OUT, NULL);
    struct buf text;
    buf_init(&text, 8192);
    buf_printf(&text, "%s, %s: %lld passed, %lld failed",
               name_of(&verdict_names, r->verdict),
               name_of(&advice_names, r->advice), (long long)p->passed,
               (long long)p->failed);
    add_count(&text, p->degraded, "degraded");
    add_count(&text, p->errors, "could not be told");
    add_count(&text, p->blocked, "blocked");
    add_count(&text, p->skipped, "skipped");
    if (out != NULL)
        buf_printf(&text, "; report in %s/report.md", out);
    buf_char(&text, '\n');
    const char *line = buf_dup(v->life, &text);
    buf_release(&text);
    return line;
}

static void print_result(struct verify *v)
{
    struct buf text;
    if (v->outputs.in_stdout)
        return;
    if (strcmp(option_text(v->options, OPTION_FORMAT, "text"), "text") == 0) {
        console_summary(&v->console, &v->record, last_line(v));
        return;
    }
    buf_init(&text, RECORD_BYTES_MAX);
    report_write_record(&text, &v->record);
    console_print(buf_view(&text));
    buf_release(&text);
}

static int prepare(struct verify *v)
{
    struct err e = {.set = false};
    int code = logs_open(&v->logs, v->life, v->options, &v->log_paths);
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

static int verify(struct verify *v)
{
    struct err e = {.set = false};
    v->round.asking = &v->asking;
    v->round.expected =
        option_text(v->options, OPTION_EXPECT, v->asking.plan.rollout.version);
    if (option_flag(v->options, OPTION_EXPLAIN))
        return explain(v);
    int code = prepare(v);
    if (code != EXIT_VERIFIED)
        return code;
    asking_catch_signals();
    if (!make_record(v, &e))
        return fail(&e, EXIT_INCONCLUSIVE);
    bool written = outputs_write(&v->outputs, v->life, &v->record);
    if (v->state != NULL && v->kept)
        v->kept = past_keep(v->life, v->state, &v->record);
    print_result(v);
    if (written && (v->state == NULL || v->kept))
        return (int)v->record.exit;
    return v->record.exit == EXIT_VERIFIED ? EXIT_INCONCLUSIVE
                                           : (int)v->record.exit;
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
    logs_close(&v.logs);
    asking_close(&v.asking);
    return code;
}

const struct command verify_command = {
    .name = "verify",
    .arguments = "[CHECKS...]",
    .summary = "Tells whether the build is serving and healthy.",
    .help = "Runs the checks (checks.d unless named), scans the logs, and "
            "tells whether the build is serving and healthy.",
    .options =
        TAKES(OPTION_CHECK_LOG, OPTION_FOLLOW, OPTION_GOOD, OPTION_PREVIOUS,
              OPTION_GIT, OPTION_GIT_FROM, OPTION_TO, OPTION_ANY_OWNER,
              OPTION_DEPLOYMENTS, OPTION_TARGET, OPTION_EXPECT, OPTION_DEADLINE,
              OPTION_RATE, OPTION_SINCE, OPTION_SAMPLES, OPTION_STATE,
              OPTION_OUT, OPTION_REPORT, OPTION_TAG, OPTION_NOT_TAG, OPTION_ID,
              OPTION_FAIL_ON, OPTION_EXPLAIN, OPTION_SLOTS, OPTION_HOST_SLOTS,
              OPTION_SIGNATURES, OPTION_VAR, OPTION_ENV_FILE, OPTION_FORMAT,
              OPTION_COLOR, OPTION_QUIET, OPTION_HELP),
    .run = run,
    .example = "# after a deploy: verdict, record and report\n"
               "postflight verify --expect \"$GITHUB_SHA\" --log deploy.log "
               "--out out\n"
               "# while it goes on, until it has settled\n"
               "postflight verify --expect v1.4 --deadline 5m --log deploy.log "
               "--follow\n"
               "# worse than before the deploy?\n"
               "postflight verify --since before.json --fail-on shape",
};
