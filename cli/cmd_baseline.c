/* postflight baseline: what is served now, to be compared with later. */
#include <string.h>

#include "base/file.h"
#include "cli/asking.h"
#include "cli/console.h"
#include "model/vocabulary.h"

static int fail(const struct err *e, int code)
{
    console_error(e);
    return code;
}

/* Skipped samples tell nothing: the first round must come to its end. */
static bool sample(struct asking *k, struct result *results, struct err *e)
{
    struct probe_options options;
    int64_t samples = BASELINE_SAMPLES_STANDARD;
    if (!asking_set(k, &options, e) ||
        !option_number(k->options, OPTION_SAMPLES, BASELINE_SAMPLES_MAX,
                       &samples, e))
        return false;
    options.certificates = true;
    options.on_response = asking_on_response;
    options.on_result = asking_on_result;
    options.context = k;
    k->sampler = sampler_open(k->life, k->plan.check, k->plan.count);
    k->first = results;
    return probe_run(results, k->life, k->plan.check, k->plan.count, &options,
                     e) &&
           asking_repeat(k, results, samples - 1, e);
}

static int write(struct asking *k, struct err *e)
{
    const char *path = option_text(k->options, OPTION_OUTPUT, NULL);
    struct baseline baseline;
    struct buf text;
    bool ok = true;
    asking_sampled(k, &baseline);
    buf_init(&text, BASELINE_BYTES_MAX);
    baseline_write(&text, &baseline);
    if (text.full)
        ok = err_set(e, POS_NONE, "the baseline is too large");
    else if (path == NULL)
        console_print(buf_view(&text));
    else
        ok = file_write(path, buf_view(&text), e);
    buf_release(&text);
    return ok ? EXIT_VERIFIED : fail(e, EXIT_INCONCLUSIVE);
}

/* A failing service is what is served; a prober that cannot tell is not. */
static int conclude(const struct asking *k, const struct result *results)
{
    size_t failed = 0, untold = 0;
    const char *path = option_text(k->options, OPTION_OUTPUT, NULL);
    for (size_t i = 0; i < k->plan.count; i++) {
        failed += results[i].status == STATUS_FAIL;
        untold += results[i].status == STATUS_ERROR ||
                  results[i].status == STATUS_SKIPPED;
    }
    if (path != NULL)
        console_print(str_from(arena_printf(
            k->life,
            "baseline of %zu checks, %zu of them failing, %zu could not be "
            "told: %s\n",
            k->plan.count, failed, untold, path)));
    if (asking_ended_by() != 0)
        return 128 + asking_ended_by();
    return untold > 0 ? EXIT_INCONCLUSIVE : EXIT_VERIFIED;
}

static int run(struct arena *life, const struct options *o)
{
    struct asking k;
    struct err e = {.set = false};
    int code = asking_open(&k, life, o, false);
    if (code == EXIT_VERIFIED) {
        struct result *results =
            arena_array(life, k.plan.count, sizeof(*results));
        const char *path = option_text(o, OPTION_OUTPUT, NULL);
        asking_catch_signals();
        if (path != NULL && !file_try(path, &e))
            code = fail(&e, EXIT_INCONCLUSIVE);
        else if (!sample(&k, results, &e))
            code = fail(&e, EXIT_USAGE);
        else
            code = write(&k, &e);
        if (code == EXIT_VERIFIED)
            code = conclude(&k, results);
    }
    asking_close(&k);
    return code;
}

const struct command baseline_command = {
    .name = "baseline",
    .arguments = "[CHECKS...]",
    .summary = "Writes down what is served before a deploy.",
    .help = "Writes down what is served now, for verify --since after the "
            "deploy: builds, status, durations, JSON shape, headers, "
            "certificates and redirects of each check; those that only read "
            "are asked several times.",
    .options = TAKES(OPTION_OUTPUT, OPTION_SAMPLES, OPTION_TAG, OPTION_NOT_TAG,
                     OPTION_ID, OPTION_SLOTS, OPTION_HOST_SLOTS, OPTION_RATE,
                     OPTION_VAR, OPTION_ENV_FILE, OPTION_HELP),
    .own =
        OWN({OPTION_OUTPUT, NULL,
             "write the baseline there instead of to standard output", NULL}),
    .run = run,
    .example = "# before the deploy; then: verify --since before.json\n"
               "postflight baseline -o before.json\n"
               "# only some checks, asked more often\n"
               "postflight baseline --tag smoke --samples 50 -o before.json",
};
