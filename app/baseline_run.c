/* postflight baseline: what is served now, to be compared with later. */
#include <string.h>

#include "app/app.h"
#include "app/interrupt.h"
#include "app/probing.h"
#include "base/file.h"
#include "model/vocabulary.h"

/* Skipped samples say nothing: the first round must come to its end. */
static bool sample(struct probing *p, struct result *results, struct err *e)
{
    struct probe_options options;
    int64_t samples = p->settings->samples > 0 ? p->settings->samples
                                               : BASELINE_SAMPLES_STANDARD;
    probing_set(p, &options);
    options.certificates = true;
    options.on_response = probing_on_response;
    options.on_result = probing_on_result;
    options.context = p;
    p->sampler = sampler_open(p->life, p->plan.check, p->plan.count);
    p->first = results;
    return probe_run(results, p->life, p->plan.check, p->plan.count, &options,
                     e) &&
           probing_repeat(p, results, samples - 1, e);
}

static int write_baseline(struct probing *p, struct err *e)
{
    const char *path = p->settings->output;
    struct baseline baseline;
    struct buf text;
    bool ok = true;
    probing_sampled(p, &baseline);
    buf_init(&text, BASELINE_BYTES_MAX);
    baseline_write(&text, &baseline);
    if (text.full)
        ok = err_set(e, POS_NONE, "the baseline is too large");
    else if (path == NULL)
        notes_output(p->notes, buf_view(&text));
    else
        ok = notes_file(p->notes, path, buf_view(&text), e);
    buf_release(&text);
    return ok ? EXIT_VERIFIED : notes_fail(p->notes, e, EXIT_INCONCLUSIVE);
}

/* A failing service is what is served; a check that could not be judged is not.
 */
static int conclude(const struct probing *p, const struct result *results)
{
    size_t failed = 0, untold = 0;
    const char *path = p->settings->output;
    for (size_t i = 0; i < p->plan.count; i++) {
        failed += results[i].status == STATUS_FAIL;
        untold += results[i].status == STATUS_ERROR ||
                  results[i].status == STATUS_SKIPPED;
    }
    if (path != NULL)
        notes_output(
            p->notes,
            str_from(arena_printf(
                p->life,
                "baseline of %zu checks, %zu of them failing, %zu could not be "
                "told: %s\n",
                p->plan.count, failed, untold, path)));
    if (interrupt_came(NULL))
        return 128 + interrupt_signal();
    if (path == NULL && untold > 0) /* the document is on standard output */
        notes_line(p->notes,
                   arena_printf(p->life, "%zu of %zu checks have no result",
                                untold, p->plan.count));
    return untold > 0 ? EXIT_INCONCLUSIVE : EXIT_VERIFIED;
}

static int run(struct probing *p)
{
    struct err e = {.set = false};
    struct result *results =
        arena_array(p->life, p->plan.count, sizeof(*results));
    const char *path = p->settings->output;
    interrupt_catch();
    if (path != NULL && !file_try(path, &e))
        return notes_fail(p->notes, &e, EXIT_INCONCLUSIVE);
    if (!sample(p, results, &e))
        return notes_fail(p->notes, &e, EXIT_USAGE);
    int code = write_baseline(p, &e);
    return code == EXIT_VERIFIED ? conclude(p, results) : code;
}

int baseline_run(struct arena *life, const struct settings *s,
                 const struct notes *n)
{
    struct probing p;
    int code = probing_open(&p, life, s, n, false);
    if (code == EXIT_VERIFIED)
        code = run(&p);
    probing_close(&p);
    return code;
}
