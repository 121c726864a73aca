/*
 * Have answers become slower? Mann and Whitney's U asks nothing of how
 * durations are distributed. A difference must be unlikely, large enough to be
 * felt, and hold for most pairs of answers: with enough samples anything is
 * unlikely.
 */
#include <math.h>
#include <stdlib.h>

#include "base/text.h"
#include "compare/baseline/internal.h"

#define P_MAX      0.01 /* divided by the number of comparisons (Bonferroni) */
#define EFFECT_MIN 0.67 /* of pairs */
#define RATIO_MIN  1.1  /* of medians */
#define EXACT_MAX  40   /* samples of both */
#define FELT_US    INT64_C(1000)

struct ranked {
    int64_t value;
    bool is_b;
};

static int compare_ranked(const void *left, const void *right)
{
    const struct ranked *a = left, *b = right;
    return (a->value > b->value) - (a->value < b->value);
}

/* Twice the rank of each, so that the mean rank of ties is an integer. */
static void rank(const struct ranked *all, size_t count, size_t *twice)
{
    for (size_t i = 0; i < count;) {
        size_t end = i;
        while (end < count && all[end].value == all[i].value)
            end++;
        for (size_t k = i; k < end; k++)
            twice[k] = i + 1 + end;
        i = end;
    }
}

/*
 * The share of all ways to choose the ranks of b that are as far from the
 * mean. ways[k * width + s]: choices of k ranks whose doubles add up to s.
 */
static double exact_p(struct arena *a, const size_t *twice, size_t count,
                      size_t chosen, size_t sum)
{
    size_t width = count * (count + 1) + 1;
    double *ways = arena_array(a, (chosen + 1) * width, sizeof(*ways));
    double mean = (double)(chosen * (count + 1));
    double far = fabs((double)sum - mean), hits = 0, total = 0;
    size_t most = 0; /* that the ranks so far add up to */
    ways[0] = 1;
    for (size_t i = 0; i < count; i++) {
        most += twice[i];
        for (size_t k = chosen < i + 1 ? chosen : i + 1; k > 0; k--)
            for (size_t s = most + 1; s-- > twice[i];)
                ways[k * width + s] += ways[(k - 1) * width + s - twice[i]];
    }
    for (size_t s = 0; s < width; s++) {
        double n = ways[chosen * width + s];
        total += n;
        hits += fabs((double)s - mean) >= far ? n : 0;
    }
    return hits / total;
}

/* With so many samples as good as exact, and much cheaper. */
static double normal_p(const struct ranked *all, size_t count, size_t chosen,
                       double u)
{
    double m = (double)chosen, n = (double)(count - chosen), ties = 0;
    double total = n + m;
    for (size_t i = 0, end; i < count; i = end) {
        for (end = i; end < count && all[end].value == all[i].value;)
            end++;
        double t = (double)(end - i);
        ties += t * t * t - t;
    }
    double variance = n * m / 12 * (total + 1 - ties / (total * (total - 1)));
    double distance = fabs(u - n * m / 2) - 0.5;
    return variance <= 0 || distance <= 0 ? 1
                                          : erfc(distance / sqrt(2 * variance));
}

void latency_test(const int64_t *a, size_t a_count, const int64_t *b,
                  size_t b_count, double *p, double *effect)
{
    size_t count = a_count + b_count, sum = 0;
    struct arena scratch;
    arena_init(&scratch);
    struct ranked *all = arena_array(&scratch, count + 1, sizeof(*all));
    size_t *twice = arena_array(&scratch, count + 1, sizeof(*twice));
    for (size_t i = 0; i < count; i++)
        all[i] = i < a_count ? (struct ranked){a[i], false}
                             : (struct ranked){b[i - a_count], true};
    qsort(all, count, sizeof(*all), compare_ranked);
    rank(all, count, twice);
    for (size_t i = 0; i < count; i++)
        sum += all[i].is_b ? twice[i] : 0;
    double u = (double)sum / 2 - (double)(b_count * (b_count + 1)) / 2;
    *effect = u / (double)(a_count * b_count);
    *p = count <= EXACT_MAX ? exact_p(&scratch, twice, count, b_count, sum)
                            : normal_p(all, count, b_count, u);
    arena_release(&scratch);
}

static int compare_times(const void *left, const void *right)
{
    const int64_t *a = left, *b = right;
    return (*a > *b) - (*a < *b);
}

/* Durations of the answers that passed, sorted. */
static int64_t *durations(struct arena *a, const struct sampled_check *c,
                          int64_t *count)
{
    int64_t *all = arena_array(a, c->sample_count + 1, sizeof(*all));
    *count = 0;
    for (size_t i = 0; i < c->sample_count; i++)
        if (c->sample[i].status == STATUS_PASS ||
            c->sample[i].status == STATUS_DEGRADED)
            all[(*count)++] = c->sample[i].duration_us;
    if (*count > 1)
        qsort(all, (size_t)*count, sizeof(*all), compare_times);
    return all;
}

static int64_t quantile(const int64_t *sorted, int64_t count, int64_t percent)
{
    if (count == 0)
        return 0;
    int64_t at = (count * percent + 99) / 100;
    return sorted[at > 0 ? at - 1 : 0];
}

static bool is_felt(int64_t faster_us, int64_t slower_us)
{
    return slower_us - faster_us >= FELT_US &&
           (double)slower_us >= (double)faster_us * RATIO_MIN;
}

static int judge(const struct latency *l, double p, double effect,
                 size_t comparisons)
{
    if (p >= P_MAX / (double)comparisons)
        return LATENCY_SAME;
    if (effect >= EFFECT_MIN &&
        is_felt(l->before_median_us, l->after_median_us))
        return LATENCY_SLOWER;
    if (effect <= 1 - EFFECT_MIN &&
        is_felt(l->after_median_us, l->before_median_us))
        return LATENCY_FASTER;
    return LATENCY_SAME;
}

static void tell(struct comparison *out, struct arena *a,
                 const struct latency *l)
{
    bool slower = l->state == LATENCY_SLOWER;
    int64_t share = slower ? l->slower_ppm : 1000000 - l->slower_ppm;
    struct buf before, after;
    buf_init(&before, 60);
    buf_init(&after, 60);
    text_duration(&before, l->before_median_us);
    text_duration(&after, l->after_median_us);
    difference_add(
        out, a,
        (struct difference){
            .check = l->check,
            .kind = DIFFERENCE_LATENCY,
            .worse = slower,
            .text = arena_printf(
                a,
                "answers are %s: median %s, was %s (n = %lld and %lld, p = "
                "%lld.%06lld, %lld %% of pairs)",
                slower ? "slower" : "faster", after.ptr, before.ptr,
                (long long)l->before_n, (long long)l->after_n,
                (long long)(l->p_ppm / 1000000),
                (long long)(l->p_ppm % 1000000), (long long)(share / 10000)),
            .before = buf_dup(a, &before),
            .after = buf_dup(a, &after)});
    buf_release(&before);
    buf_release(&after);
}

void latency_compare(struct comparison *out, struct arena *a,
                     const struct sampled_check *before,
                     const struct sampled_check *after, size_t comparisons)
{
    struct latency *l = &out->latency[out->latency_count++];
    double p = 1, effect = 0.5;
    *l = (struct latency){.check = before->id, .state = LATENCY_UNKNOWN};
    int64_t *b = durations(a, before, &l->before_n);
    int64_t *n = durations(a, after, &l->after_n);
    l->before_median_us = quantile(b, l->before_n, 50);
    l->after_median_us = quantile(n, l->after_n, 50);
    l->before_p95_us = quantile(b, l->before_n, 95);
    l->after_p95_us = quantile(n, l->after_n, 95);
    if (l->before_n >= LATENCY_SAMPLES_MIN &&
        l->after_n >= LATENCY_SAMPLES_MIN) {
        latency_test(b, (size_t)l->before_n, n, (size_t)l->after_n, &p,
                     &effect);
        l->state = judge(l, p, effect, comparisons);
    }
    l->p_ppm = (int64_t)(p * 1e6);
    l->slower_ppm = (int64_t)(effect * 1e6);
    if (l->state == LATENCY_SLOWER || l->state == LATENCY_FASTER)
        tell(out, a, l);
}
