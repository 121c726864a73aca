/* postflight verify: the CI stage, from checks and logs to a verdict. */
#include <signal.h>
#include <string.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/file.h"
#include "cli/console.h"
#include "model/vocabulary.h"
#include "probe/probe.h"
#include "report/report.h"
#include "scan/scan.h"
#include "verdict/verdict.h"

#define RECORD_BYTES_MAX ((size_t)256 << 20)

struct verify {
    struct arena *life;
    const struct options *options;
    struct console console;
    struct redactor *redactor;
    struct plan_inputs inputs; /* the plan reads them again */
    struct plan plan;
    struct catalogue catalogue;
    struct texts checks, logs;
    const char *expected; /* version; NULL: not asked */
    struct probe_options probe;
    bool limited;                 /* by the deadline of the rollout */
    int64_t looked_us, log_bytes; /* at the followed logs */
    struct record record;
};

extern char **environ;

/* The signal that ends the run; a second one ends the process. */
static volatile sig_atomic_t ended_by;

static void note_signal(int number)
{
    ended_by = number;
}

static void catch_signals(void)
{
    struct sigaction action = {.sa_handler = note_signal,
                               .sa_flags = (int)SA_RESETHAND};
    ended_by = 0;
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

static bool is_interrupted(void *context)
{
    (void)context;
    return ended_by != 0;
}

static int fail(const struct err *e, int code)
{
    console_error(e);
    return code;
}

static int load_plan(struct verify *v)
{
    static const char *standard[] = {"checks.d"};
    struct err e = {.set = false};
    struct diags d;
    struct plan_inputs *in = &v->inputs;
    *in =
        (struct plan_inputs){.redactor = v->redactor,
                             .origins = option_flag(v->options, OPTION_EXPLAIN),
                             .environ = (const char *const *)environ};
    v->checks = v->options->argument;
    if (v->checks.count == 0)
        v->checks = (struct texts){standard, 1, 1};
    in->path = v->checks.item;
    in->path_count = v->checks.count;
    if (!options_inputs(v->life, v->options, in, &e))
        return fail(&e, EXIT_USAGE);
    diags_init(&d, v->life);
    if (plan_open(&v->plan, v->life, in, &d)) {
        v->expected =
            option_text(v->options, OPTION_EXPECT, v->plan.rollout.version);
        return EXIT_VERIFIED;
    }
    console_diags(&d, v->redactor);
    return EXIT_INVALID;
}

static int explain(struct verify *v)
{
    struct buf text;
    buf_init(&text, RECORD_BYTES_MAX);
    plan_explain(&text, v->life, &v->plan, v->redactor);
    console_print(buf_view(&text));
    buf_release(&text);
    return EXIT_VERIFIED;
}

static int load_catalogue(struct verify *v)
{
    struct diags d;
    diags_init(&d, v->life);
    if (catalogue_open(&v->catalogue, v->life,
                       option_text(v->options, OPTION_SIGNATURES, NULL), &d))
        return EXIT_VERIFIED;
    console_diags(&d, v->redactor);
    return EXIT_INVALID;
}

/* A log that cannot be read is found before anything is asked. */
static int check_inputs(struct verify *v)
{
    struct err e = {.set = false};
    bool identity = false;
    bool follow = option_flag(v->options, OPTION_FOLLOW);
    for (size_t i = 0; i < v->logs.count; i++) {
        if (follow && strcmp(v->logs.item[i], "-") == 0)
            err_set(&e, POS_NONE,
                    "--follow reads files again and again, so it cannot read "
                    "standard input");
        if (e.set || !scan_can_read(v->logs.item[i], &e))
            return fail(&e, EXIT_USAGE);
    }
    if (follow && v->logs.count == 0) {
        err_set(&e, POS_NONE, "--follow needs a --log to follow");
        return fail(&e, EXIT_USAGE);
    }
    for (size_t i = 0; i < v->plan.count; i++)
        identity = identity || v->plan.check[i].identity != NULL;
    if (v->expected == NULL || identity)
        return EXIT_VERIFIED;
    err_set(&e, v->plan.rollout.pos,
            "the build that must be serving is given, but no check has an "
            "'identity' that tells which one is");
    return fail(&e, EXIT_INVALID);
}

/* Progress is an output like any other: secrets are taken out before it. */
static void show_result(void *context, const struct result *result)
{
    struct verify *v = context;
    struct result clean = *result;
    verdict_redact_result(&clean, v->life, v->redactor);
    console_result(&v->console, &clean);
}

static const struct check *bind_check(void *context, struct arena *run,
                                      const struct check *check,
                                      const struct captured *value,
                                      size_t count, const char **why)
{
    struct verify *v = context;
    return plan_bind(&v->plan, run, check, value, count, why);
}

/* One of under 4 bytes would redact ordinary text, and is refused later. */
static void learn_secret(void *context, struct str value)
{
    struct verify *v = context;
    (void)redactor_add(v->redactor, value);
}

#define FOLLOW_US INT64_C(300000)

static int64_t size_of_logs(const struct verify *v)
{
    int64_t bytes = 0;
    for (size_t i = 0; i < v->logs.count; i++) {
        struct stat s;
        if (stat(v->logs.item[i], &s) == 0)
            bytes += (int64_t)s.st_size;
    }
    return bytes;
}

static bool holds_fatal_cause(struct verify *v)
{
    struct findings found = {.cause_count = 0};
    struct err e = {.set = false};
    struct arena scratch;
    bool fatal = false;
    arena_init(&scratch);
    if (scan_logs(&found, &scratch, &v->catalogue, v->logs.item, v->logs.count,
                  &e))
        for (size_t i = 0; i < found.cause_count; i++)
            fatal = fatal || found.cause[i].deployment == DEPLOYMENT_FAILED;
    arena_release(&scratch);
    return fatal;
}

/* Has the deployment failed, says its log, so that nobody need wait? */
static bool log_is_fatal(void *context)
{
    struct verify *v = context;
    int64_t now = clock_now_us(), bytes;
    if (now - v->looked_us < FOLLOW_US)
        return false;
    v->looked_us = now;
    bytes = size_of_logs(v);
    if (bytes == v->log_bytes)
        return false;
    v->log_bytes = bytes;
    return holds_fatal_cause(v);
}

/* A rollout is waited for when one is defined, or a deadline was given. */
static bool set_rollout(struct verify *v, struct err *e)
{
    struct rollout *rollout = &v->plan.rollout;
    bool limited = option_flag(v->options, OPTION_DEADLINE);
    bool defined = rollout->pos.source != NULL;
    if (!option_duration(v->options, OPTION_DEADLINE, &rollout->deadline_ms, e))
        return false;
    if (v->expected != NULL && (defined || limited)) {
        v->probe.version = v->expected;
        v->probe.rollout = rollout;
    }
    v->limited = limited || v->probe.rollout != NULL;
    return true;
}

static bool set_options(struct verify *v, struct err *e)
{
    struct probe_options *o = &v->probe;
    *o = (struct probe_options){
        .slots = PROBE_SLOTS_STANDARD,
        .host_slots = PROBE_HOST_SLOTS_STANDARD,
        .interrupted = is_interrupted,
        .on_result = show_result,
        .bind = bind_check,
        .on_secret = learn_secret,
        .context = v,
    };
    if (strcmp(option_text(v->options, OPTION_FORMAT, "text"), "json") == 0)
        o->on_result = NULL;
    if (option_flag(v->options, OPTION_FOLLOW))
        o->hurries = log_is_fatal;
    return option_number(v->options, OPTION_SLOTS, PROBE_SLOTS_MAX, &o->slots,
                         e) &&
           option_number(v->options, OPTION_HOST_SLOTS, PROBE_SLOTS_MAX,
                         &o->host_slots, e) &&
           option_number(v->options, OPTION_RATE, 1000000, &o->rate, e) &&
           set_rollout(v, e);
}

/* A log that breaks off is no reason to lose what the probes found. */
static void scan_all(struct verify *v, struct findings *out)
{
    struct err e = {.set = false};
    if (scan_logs(out, v->life, &v->catalogue, v->logs.item, v->logs.count, &e))
        return;
    console_error(&e);
    *out = (struct findings){.coverage = {.gave_up = 1}};
}

static bool make_record(struct verify *v, struct err *e)
{
    struct findings findings;
    struct result *results =
        arena_array(v->life, v->plan.count, sizeof(*results));
    int64_t started = clock_wall_ms();
    if (v->limited)
        v->probe.deadline_us =
            clock_now_us() + v->plan.rollout.deadline_ms * 1000;
    if (!probe_run(results, v->life, v->plan.check, v->plan.count, &v->probe,
                   e))
        return false;
    scan_all(v, &findings);
    struct verdict_inputs in = {
        .result = results,
        .result_count = v->plan.count,
        .logs = v->logs.count > 0 ? &findings : NULL,
        .expected = v->expected,
        .rollout = v->probe.rollout != NULL,
        .interrupted = ended_by == 0 ? 0 : 128 + (int)ended_by,
        .fail_on_degraded = option_flag(v->options, OPTION_FAIL_ON),
        .started_ms = started,
        .finished_ms = clock_wall_ms(),
        .environment = {.check = v->checks.item,
                        .check_count = v->checks.count,
                        .log = v->logs.item,
                        .log_count = v->logs.count},
        .tool = {"postflight", POSTFLIGHT_VERSION, probe_library()},
    };
    verdict_join(&v->record, v->life, &in, v->redactor);
    return true;
}

static bool write_json(struct verify *v, const char *path, struct err *e)
{
    struct buf text;
    buf_init(&text, RECORD_BYTES_MAX);
    report_write_record(&text, &v->record);
    bool ok = text.full ? err_set(e, POS_NONE, "the record is too large")
                        : file_write(path, buf_view(&text), e);
    buf_release(&text);
    return ok;
}

static bool write_markdown(struct verify *v, const char *path, struct err *e)
{
    struct str text;
    return report_kind_find("status")->write(&text, v->life, &v->record, e) &&
           file_write(path, text, e);
}

static bool write_one(struct verify *v, const char *option, struct err *e)
{
    struct str path;
    struct str format = str_cut(str_from(option), '=', &path);
    if (str_is(format, "json") && path.len > 0)
        return write_json(v, path.ptr, e);
    if (str_is(format, "markdown") && path.len > 0)
        return write_markdown(v, path.ptr, e);
    return err_set(e, POS_NONE,
                   "--report takes json=FILE or markdown=FILE, "
                   "not '%s'",
                   option);
}

/* The record comes first: it is what everything else can be made from. */
static bool write_outputs(struct verify *v, struct err *e)
{
    const char *out = option_text(v->options, OPTION_OUT, NULL);
    const struct texts *reports = &v->options->given[OPTION_REPORT];
    bool ok = true;
    if (out != NULL)
        ok = file_make_folder(out, e) &&
             write_json(v, arena_printf(v->life, "%s/record.json", out), e) &&
             write_markdown(v, arena_printf(v->life, "%s/report.md", out), e);
    for (size_t i = 0; i < reports->count; i++)
        ok = write_one(v, reports->item[i], e) && ok;
    return ok;
}

static void add_count(struct buf *out, int64_t count, const char *word)
{
    if (count > 0)
        buf_printf(out, ", %lld %s", (long long)count, word);
}

static void print_last_line(const struct verify *v)
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
    console_print(buf_view(&text));
    buf_release(&text);
}

static void print_result(struct verify *v)
{
    struct buf text;
    if (strcmp(option_text(v->options, OPTION_FORMAT, "text"), "text") == 0) {
        console_summary(&v->console, &v->record);
        print_last_line(v);
        return;
    }
    buf_init(&text, RECORD_BYTES_MAX);
    report_write_record(&text, &v->record);
    console_print(buf_view(&text));
    buf_release(&text);
}

static int verify(struct verify *v)
{
    struct err e = {.set = false};
    int code = load_plan(v);
    if (code == EXIT_VERIFIED && option_flag(v->options, OPTION_EXPLAIN))
        return explain(v);
    if (code == EXIT_VERIFIED)
        code = load_catalogue(v);
    if (code == EXIT_VERIFIED && !set_options(v, &e))
        code = fail(&e, EXIT_USAGE);
    if (code == EXIT_VERIFIED)
        code = check_inputs(v);
    if (code != EXIT_VERIFIED)
        return code;
    catch_signals();
    if (!make_record(v, &e))
        return fail(&e, EXIT_INCONCLUSIVE);
    bool written = write_outputs(v, &e);
    print_result(v);
    if (written)
        return (int)v->record.exit;
    console_error(&e);
    return v->record.exit == EXIT_VERIFIED ? EXIT_INCONCLUSIVE
                                           : (int)v->record.exit;
}

static int run(struct arena *life, const struct options *o)
{
    struct verify v = {.life = life,
                       .options = o,
                       .console = console_open(o),
                       .redactor = redactor_open(),
                       .logs = o->given[OPTION_CHECK_LOG]};
    int code = verify(&v);
    plan_close(&v.plan);
    catalogue_close(&v.catalogue);
    redactor_close(v.redactor);
    return code;
}

const struct command verify_command = {
    .name = "verify",
    .arguments = "[CHECKS...]",
    .help = "Runs the checks (checks.d unless named), scans the logs, and "
            "tells whether the\nbuild is serving and healthy.",
    .options = 1u << OPTION_CHECK_LOG | 1u << OPTION_FOLLOW |
               1u << OPTION_EXPECT | 1u << OPTION_DEADLINE | 1u << OPTION_RATE |
               1u << OPTION_OUT | 1u << OPTION_REPORT | 1u << OPTION_TAG |
               1u << OPTION_NOT_TAG | 1u << OPTION_ID | 1u << OPTION_FAIL_ON |
               1u << OPTION_EXPLAIN | 1u << OPTION_SLOTS |
               1u << OPTION_HOST_SLOTS | 1u << OPTION_SIGNATURES |
               1u << OPTION_VAR | 1u << OPTION_ENV_FILE | 1u << OPTION_FORMAT |
               1u << OPTION_COLOR | 1u << OPTION_QUIET | 1u << OPTION_HELP,
    .run = run,
    .example = "postflight verify --expect \"$GITHUB_SHA\" --log deploy.log "
               "--out out",
};
