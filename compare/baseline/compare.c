/* Two baselines, check by check. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "compare/baseline/internal.h"

void difference_add(struct comparison *out, struct arena *a,
                    struct difference difference)
{
    out->difference =
        arena_grow(a, out->difference, out->difference_count,
                   &out->difference_cap, sizeof(*out->difference));
    out->difference[out->difference_count++] = difference;
}

static bool has_passed(int status)
{
    return status == STATUS_PASS || status == STATUS_DEGRADED;
}

static size_t count_passed(const struct sampled_check *c)
{
    size_t count = 0;
    for (size_t i = 0; i < c->sample_count; i++)
        count += has_passed(c->sample[i].status);
    return count;
}

/* The status that most of its answers had. */
static int64_t usual_status(const struct sampled_check *c)
{
    size_t most = 0;
    int64_t usual = 0;
    for (size_t i = 0; i < c->sample_count; i++) {
        size_t count = 0;
        for (size_t k = 0; k < c->sample_count; k++)
            count += c->sample[k].http_status == c->sample[i].http_status;
        if (count > most) {
            most = count;
            usual = c->sample[i].http_status;
        }
    }
    return usual;
}

static const char *passed_text(struct arena *a, const struct sampled_check *c)
{
    return arena_printf(a, "%zu of %zu passed, HTTP %lld", count_passed(c),
                        c->sample_count, (long long)usual_status(c));
}

/* Two in three that pass, or none: one answer more or less is no difference. */
static void compare_status(struct comparison *out, struct arena *a,
                           const struct sampled_check *before,
                           const struct sampled_check *after)
{
    size_t b = count_passed(before), n = count_passed(after);
    bool good_before = 3 * b >= 2 * before->sample_count;
    bool good_now = 3 * n >= 2 * after->sample_count;
    struct difference d = {.check = before->id,
                           .kind = DIFFERENCE_STATUS,
                           .before = passed_text(a, before),
                           .after = passed_text(a, after)};
    if (good_before != good_now) {
        d.worse = !good_now;
        d.text = good_now ? "it did not pass before, and does now"
                          : "it passed before, and does not now";
    } else if (usual_status(before) != usual_status(after)) {
        d.worse = usual_status(after) >= 400;
        d.text = arena_printf(a, "HTTP %lld, was %lld",
                              (long long)usual_status(after),
                              (long long)usual_status(before));
    } else if (b == before->sample_count && n < after->sample_count) {
        d.worse = true;
        d.text = "some answers do not pass any more";
    }
    if (d.text != NULL)
        difference_add(out, a, d);
}

static const char *last_identity(const struct sampled_check *c)
{
    for (size_t i = c->sample_count; i > 0; i--)
        if (c->sample[i - 1].identity != NULL)
            return c->sample[i - 1].identity;
    return NULL;
}

/* After a deploy the build that does not change is the surprise. */
static void compare_version(struct comparison *out, struct arena *a,
                            const struct sampled_check *before,
                            const struct sampled_check *after)
{
    const char *b = last_identity(before), *n = last_identity(after);
    struct difference d = {.check = before->id,
                           .kind = DIFFERENCE_VERSION,
                           .before = b,
                           .after = n};
    if (b == NULL && n == NULL)
        return;
    if (b == NULL || n == NULL) {
        d.worse = n == NULL;
        d.text = n == NULL ? "it told its build before, and does not now"
                           : "it tells its build now";
    } else if (strcmp(b, n) == 0) {
        d.worse = true;
        d.text = arena_printf(a, "the build is %s still, as before", n);
    } else {
        d.text = arena_printf(a, "the build is %s, was %s", n, b);
    }
    difference_add(out, a, d);
}

static bool same(const char *a, const char *b)
{
    return (a == NULL) == (b == NULL) && (a == NULL || strcmp(a, b) == 0);
}

static const char *day_of(struct arena *a, int64_t ms)
{
    struct buf text;
    buf_init(&text, 40);
    clock_format(&text, ms);
    const char *day = str_dup(a, str_sub(buf_view(&text), 0, 10));
    buf_release(&text);
    return day;
}

static void compare_certificate(struct comparison *out, struct arena *a,
                                const struct sampled_check *before,
                                const struct sampled_check *after)
{
    const struct sampled_certificate *b = &before->certificate;
    const struct sampled_certificate *n = &after->certificate;
    struct difference d = {.check = before->id, .kind = DIFFERENCE_CERTIFICATE};
    if (b->expires_ms == 0 || n->expires_ms == 0)
        return;
    if (n->expires_ms < b->expires_ms) {
        d.worse = true;
        d.before = day_of(a, b->expires_ms);
        d.after = day_of(a, n->expires_ms);
        d.text = arena_printf(a, "the certificate ends earlier: %s, was %s",
                              d.after, d.before);
    } else if (!same(b->issuer, n->issuer) || !same(b->names, n->names)) {
        bool names = !same(b->names, n->names);
        d.worse = true;
        d.before = names ? b->names : b->issuer;
        d.after = names ? n->names : n->issuer;
        d.text = names ? "the certificate is for other names"
                       : "the certificate has another issuer";
    } else if (!same(b->serial, n->serial)) {
        d.text = arena_printf(a, "the certificate was renewed, until %s",
                              day_of(a, n->expires_ms));
        d.before = b->serial;
        d.after = n->serial;
    }
    if (d.text != NULL)
        difference_add(out, a, d);
}

static const char *join(struct arena *a, const char *const *url, size_t count)
{
    struct buf text;
    buf_init(&text, 2000);
    for (size_t i = 0; i < count; i++)
        buf_printf(&text, "%s%s", i > 0 ? ", " : "", url[i]);
    return buf_take(a, &text);
}

static void compare_redirects(struct comparison *out, struct arena *a,
                              const struct sampled_check *before,
                              const struct sampled_check *after)
{
    const char *b = join(a, before->redirect, before->redirect_count);
    const char *n = join(a, after->redirect, after->redirect_count);
    if (before->answers == 0 || after->answers == 0 || strcmp(b, n) == 0)
        return;
    difference_add(out, a,
                   (struct difference){
                       .check = before->id,
                       .kind = DIFFERENCE_REDIRECT,
                       .worse = true,
                       .before = b,
                       .after = n,
                       .text = arena_printf(a, "redirects to %s, was %s",
                                            n[0] == '\0' ? "nothing" : n,
                                            b[0] == '\0' ? "nothing" : b)});
}

static const struct sampled_check *find(const struct baseline *b,
                                        const char *id)
{
    for (size_t i = 0; i < b->check_count; i++)
        if (strcmp(b->check[i].id, id) == 0)
            return &b->check[i];
    return NULL;
}

static void compare_check(struct comparison *out, struct arena *a,
                          const struct sampled_check *before,
                          const struct sampled_check *after, size_t comparisons)
{
    compare_status(out, a, before, after);
    compare_version(out, a, before, after);
    latency_compare(out, a, before, after, comparisons);
    members_compare(out, a, before, after);
    headers_compare(out, a, before, after);
    compare_certificate(out, a, before, after);
    compare_redirects(out, a, before, after);
}

static void tell_missing(struct comparison *out, struct arena *a,
                         const char *check, const char *text)
{
    difference_add(out, a,
                   (struct difference){
                       .check = check, .kind = DIFFERENCE_CHECK, .text = text});
}

/* Worse ones first, otherwise as they were found. */
static void sort(struct comparison *c, struct arena *a)
{
    struct difference *all =
        arena_array(a, c->difference_count + 1, sizeof(*all));
    size_t count = 0;
    for (int worse = 1; worse >= 0; worse--)
        for (size_t i = 0; i < c->difference_count; i++)
            if (c->difference[i].worse == (worse == 1))
                all[count++] = c->difference[i];
    c->difference = all;
}

void baseline_compare(struct comparison *out, struct arena *a,
                      const struct baseline *before,
                      const struct baseline *after, unsigned gates)
{
    size_t both = 0;
    *out = (struct comparison){.taken_ms = before->started_ms};
    out->latency =
        arena_array(a, after->check_count + 1, sizeof(*out->latency));
    for (size_t i = 0; i < after->check_count; i++)
        both += find(before, after->check[i].id) != NULL;
    for (size_t i = 0; i < after->check_count; i++) {
        const struct sampled_check *b = find(before, after->check[i].id);
        if (b == NULL)
            tell_missing(out, a, after->check[i].id,
                         "the baseline has no such check");
        else
            compare_check(out, a, b, &after->check[i], both);
    }
    for (size_t i = 0; i < before->check_count; i++)
        if (find(after, before->check[i].id) == NULL)
            tell_missing(out, a, before->check[i].id,
                         "it was not asked this time");
    sort(out, a);
    for (size_t i = 0; i < out->difference_count; i++) {
        struct difference *d = &out->difference[i];
        d->gates = d->worse && (gates >> d->kind & 1u) != 0;
    }
}
