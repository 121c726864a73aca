/*
 * The five figures of software delivery as DORA defines them (dora.dev, 2025),
 * from the deployments that were verified.
 */
#include <stdlib.h>
#include <string.h>

#include "report/status_page/status_page.h"

#define HOUR_MS  3600000.0
#define WEEK_MS  (7 * (double)STATUS_DAY_MS)
#define TIME_MAX INT64_C(253402300799999) /* the last ms of the year 9999 */

enum which { FREQUENCY, LEAD, FAILED, RECOVERY, REWORK };

/* The rules that the code below follows, in the words of the page. */
static const struct figure definition[FIGURES] = {
    [FREQUENCY] = {.name = "deployment frequency",
                   .kind = FIGURE_RATE,
                   .unit = "a week",
                   .definition =
                       "Deployments that reached production, in the window: "
                       "the verdict is verified or degraded, or the state is "
                       "shipped, or the verdict is unhealthy and the state "
                       "mixed or unknown. Without data: inconclusive ones."},
    [LEAD] = {.name = "change lead time",
              .kind = FIGURE_MEDIAN,
              .unit = "h",
              .definition =
                  "From the oldest new commit of a deployment to the end of "
                  "its verification, when that is verified or degraded. "
                  "Without data: those whose commit time is not known or lies "
                  "after it."},
    [FAILED] = {.name = "change fail rate",
                .kind = FIGURE_SHARE,
                .unit = "%",
                .definition =
                    "Deployments that failed: the verdict is unhealthy or not "
                    "shipped, or the state is failed. Without data: other "
                    "inconclusive ones, which are not in n."},
    [RECOVERY] = {.name = "failed deployment recovery time",
                  .kind = FIGURE_MEDIAN,
                  .unit = "h",
                  .definition =
                      "From the start of the verification of a deployment "
                      "that failed to the end of that of the next one that is "
                      "verified. Without data: those after which none is, "
                      "yet."},
    [REWORK] = {.name = "deployment rework rate",
                .kind = FIGURE_SHARE,
                .unit = "%",
                .definition =
                    "Deployments that were not planned, but fix what another "
                    "deployment broke, of all deployments in the window."},
};

struct figure status_figure(size_t index)
{
    return definition[index];
}

/* What one row says; -1: it cannot tell. */
struct fate {
    const struct deployment_row *row;
    int64_t started_ms, finished_ms;
    int reached, failed;
    bool good; /* verified or degraded */
};

static bool is_time(int64_t ms)
{
    return ms > 0 && ms <= TIME_MAX;
}

static bool is_good(const struct deployment_row *d)
{
    return verdict_is_good(d->verdict) || d->verdict == VERDICT_DEGRADED;
}

static int reached(const struct deployment_row *d)
{
    if (is_good(d) || d->state == DEPLOYMENT_SHIPPED)
        return 1;
    if (d->verdict == VERDICT_UNHEALTHY)
        return d->state == DEPLOYMENT_MIXED || d->state == DEPLOYMENT_UNKNOWN;
    return d->verdict == VERDICT_NOT_SHIPPED ? 0 : -1;
}

static int failed(const struct deployment_row *d)
{
    if (d->verdict == VERDICT_UNHEALTHY || d->verdict == VERDICT_NOT_SHIPPED ||
        d->state == DEPLOYMENT_FAILED)
        return 1;
    return is_good(d) ? 0 : -1;
}

static struct fate fate_of(const struct deployment_row *d)
{
    struct fate f = {.row = d,
                     .started_ms = d->started_ms,
                     .finished_ms = d->finished_ms,
                     .reached = reached(d),
                     .failed = failed(d),
                     .good = is_good(d)};
    if (!is_time(f.finished_ms))
        f.finished_ms = f.started_ms;
    if (!is_time(f.started_ms) || f.started_ms > f.finished_ms)
        f.started_ms = f.finished_ms;
    return f;
}

static int by_time(const void *left, const void *right)
{
    const struct fate *l = left, *r = right;
    if (l->finished_ms != r->finished_ms)
        return l->finished_ms < r->finished_ms ? -1 : 1;
    return l->row->run < r->row->run ? -1 : l->row->run > r->row->run;
}

/* Those of the window, oldest first. */
static struct fate *select_fates(struct arena *a,
                                 const struct deployment_row *row,
                                 size_t *count, int64_t from_ms, int64_t to_ms)
{
    struct fate *all = arena_array(a, *count + 1, sizeof(*all));
    size_t n = 0;
    for (size_t i = 0; i < *count; i++) {
        struct fate f = fate_of(&row[i]);
        if (is_time(f.finished_ms) && f.finished_ms >= from_ms &&
            f.finished_ms < to_ms)
            all[n++] = f;
    }
    if (n > 1)
        qsort(all, n, sizeof(*all), by_time);
    *count = n;
    return all;
}

static int ascending(const void *left, const void *right)
{
    const int64_t *l = left, *r = right;
    return *l < *r ? -1 : *l > *r;
}

/* Sorts ms; the middle, or half way between the two in the middle. */
static void set_median(struct figure *f, int64_t *ms, size_t n)
{
    f->n = (int64_t)n;
    if (n == 0)
        return;
    qsort(ms, n, sizeof(*ms), ascending);
    size_t low = (n - 1) / 2, high = n / 2;
    double median = ((double)ms[low] + (double)ms[high]) / 2;
    f->value = median / HOUR_MS;
    if (f->value < 1) {
        f->value *= 60;
        f->unit = "min";
    } else if (f->value >= 48) {
        f->value /= 24;
        f->unit = "days";
    }
}

static void set_share(struct figure *f)
{
    if (f->n > 0)
        f->value = 100 * (double)f->part / (double)f->n;
}

static void figure_frequency(struct figure *f, const struct fate *all,
                             size_t count, double window_ms)
{
    for (size_t i = 0; i < count; i++) {
        f->n += all[i].reached == 1;
        f->without += all[i].reached < 0;
    }
    f->value = (double)f->n * WEEK_MS / window_ms;
}

static void figure_lead(struct figure *f, const struct fate *all, size_t count,
                        int64_t *ms)
{
    size_t n = 0;
    for (size_t i = 0; i < count; i++) {
        int64_t from = all[i].row->committed_ms;
        if (!all[i].good)
            continue;
        if (is_time(from) && from <= all[i].finished_ms)
            ms[n++] = all[i].finished_ms - from;
        else
            f->without++;
    }
    set_median(f, ms, n);
}

/* From the newest back, so that each failure knows who came next. */
static void figure_recovery(struct figure *f, const struct fate *all,
                            size_t count, int64_t *ms)
{
    int64_t verified_ms = 0;
    size_t n = 0;
    for (size_t i = count; i-- > 0;) {
        bool bad = all[i].failed == 1;
        if (bad && verified_ms != 0)
            ms[n++] = verified_ms - all[i].started_ms;
        else if (bad)
            f->without++;
        else if (verdict_is_good(all[i].row->verdict))
            verified_ms = all[i].finished_ms;
    }
    set_median(f, ms, n);
}

void status_figures(struct figure out[FIGURES], struct arena *a,
                    const struct deployment_row *deployment, size_t count,
                    int64_t from_ms, int64_t to_ms)
{
    memcpy(out, definition, sizeof(definition));
    from_ms = from_ms < 0 ? 0 : from_ms;
    to_ms = to_ms > TIME_MAX ? TIME_MAX : to_ms;
    if (to_ms <= from_ms)
        return;
    const struct fate *all =
        select_fates(a, deployment, &count, from_ms, to_ms);
    int64_t *ms = arena_array(a, count + 1, sizeof(*ms));
    figure_frequency(&out[FREQUENCY], all, count, (double)(to_ms - from_ms));
    figure_lead(&out[LEAD], all, count, ms);
    figure_recovery(&out[RECOVERY], all, count, ms);
    for (size_t i = 0; i < count; i++) {
        out[FAILED].n += all[i].failed >= 0;
        out[FAILED].part += all[i].failed == 1;
        out[FAILED].without += all[i].failed < 0;
        out[REWORK].n++;
        out[REWORK].part += all[i].row->rework;
    }
    set_share(&out[FAILED]);
    set_share(&out[REWORK]);
}

const char *status_figure_text(struct arena *a, const struct figure *f,
                               int64_t days)
{
    long long n = (long long)f->n;
    if (f->n <= 0)
        return "unknown";
    switch ((enum figure_kind)f->kind) {
    case FIGURE_RATE:
        return n == 1 ? arena_printf(a, "1 in %lld days", (long long)days)
                      : arena_printf(a, "%.1f %s", f->value, f->unit);
    case FIGURE_MEDIAN:
        return n == 1 ? arena_printf(a, "%.1f %s, one value", f->value, f->unit)
                      : arena_printf(a, "median %.1f %s", f->value, f->unit);
    case FIGURE_SHARE:
        break;
    }
    return n == 1 ? arena_printf(a, "%lld of 1", (long long)f->part)
                  : arena_printf(a, "%.1f %s, %lld of %lld", f->value, f->unit,
                                 (long long)f->part, n);
}

const char *status_figure_basis(struct arena *a, const struct figure *f,
                                int64_t days)
{
    const char *n = arena_printf(a, "n = %lld in %lld days", (long long)f->n,
                                 (long long)days);
    if (f->without <= 0)
        return n;
    return arena_printf(a, "%s, %lld more without data", n,
                        (long long)f->without);
}
