/* The record as a list of tests, with stable and unique names. */
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/text.h"
#include "redact/inert.h"
#include "report/formats/internal.h"

#define DEPLOYMENT_SUITE "postflight"

const char *word_of(const struct names *names, int value)
{
    return value < 0 ? "unknown" : name_of(names, value);
}

const char *said(const char *text)
{
    return text == NULL ? "" : text;
}

const char *short_text(struct arena *a, const char *text, size_t max)
{
    struct buf line;
    struct str s = str_from(text);
    buf_init(&line, max * 4 + 16);
    inert_text(&line, str_sub(s, 0, max * 2));
    const char *out = text_elide(a, buf_view(&line), max);
    buf_release(&line);
    return out;
}

const char *short_name(struct arena *a, const char *text, size_t max)
{
    struct str s = str_from(text);
    const char *whole = short_text(a, text, max);
    if (strcmp(whole, said(text)) == 0)
        return whole;
    return arena_printf(a, "%s-%08x", short_text(a, text, max - 9),
                        (unsigned)hash_add_32(HASH_START_32, s));
}

struct spot spot_of(struct arena *a, const char *at)
{
    struct str s = str_from(at);
    struct spot spot = {at, 0};
    uint64_t line = 0;
    size_t colon = s.len;
    while (colon > 0 && s.ptr[colon - 1] != ':')
        colon--;
    if (colon < 2 || !text_to_u64(str_sub(s, colon, s.len), INT32_MAX, &line) ||
        line == 0)
        return spot;
    return (struct spot){str_dup(a, str_sub(s, 0, colon - 1)), (int64_t)line};
}

struct spot spot_of_result(struct arena *a, const struct result *r)
{
    for (size_t i = 0; i < r->expectation_count; i++) {
        const struct expectation *e = &r->expectation[i];
        if (e->status != STATUS_PASS && e->at != NULL)
            return spot_of(a, e->at);
    }
    return spot_of(a, r->at);
}

const char *reasons_text(struct arena *a, const struct record *r)
{
    struct buf text;
    buf_init(&text, CASE_MESSAGE_MAX * 4);
    buf_printf(&text, "%s, production %s, deployment %s",
               word_of(&verdict_names, r->verdict),
               word_of(&production_names, r->production.state),
               word_of(&deployment_names, r->deployment.state));
    for (size_t i = 0; i < r->reason_count; i++) {
        buf_text(&text, i == 0 ? ": " : "; ");
        buf_text(&text, said(r->reason[i]));
    }
    const char *out = short_text(a, text.ptr, CASE_MESSAGE_MAX);
    buf_release(&text);
    return out;
}

int result_badness(const struct result *r)
{
    static const int rank[] = {
        [STATUS_FAIL] = 0,     [STATUS_ERROR] = 4,    [STATUS_DEGRADED] = 8,
        [STATUS_BLOCKED] = 12, [STATUS_SKIPPED] = 16, [STATUS_PASS] = 20};
    return r->status < 0 ? 4 : rank[r->status] + r->severity;
}

void add_seconds(struct buf *out, int64_t us)
{
    us = us < 0 ? 0 : us;
    buf_printf(out, "%lld.%06lld", (long long)(us / 1000000),
               (long long)(us % 1000000));
}

static enum outcome outcome_of(const struct record *r, int status)
{
    switch ((enum status)status) {
    case STATUS_PASS:
        return OUTCOME_PASSED;
    case STATUS_DEGRADED:
        return r->exit == EXIT_DEGRADED ? OUTCOME_FAILED : OUTCOME_PASSED;
    case STATUS_FAIL:
        return OUTCOME_FAILED;
    case STATUS_ERROR:
        return OUTCOME_ERROR;
    case STATUS_BLOCKED:
    case STATUS_SKIPPED:
        break;
    }
    return OUTCOME_SKIPPED;
}

static const char *message_of(struct arena *a, const struct result *r)
{
    const char *status = word_of(&status_names, r->status);
    bool clear = r->status == STATUS_FAIL || r->status == STATUS_ERROR;
    if (r->status == STATUS_PASS && r->flaky)
        return arena_printf(a, "flaky: passed at attempt %lld",
                            (long long)r->attempts);
    if (r->message == NULL)
        return r->status == STATUS_PASS ? NULL : status;
    if (clear || r->status == STATUS_PASS)
        return short_text(a, r->message, CASE_MESSAGE_MAX);
    return short_text(a, arena_printf(a, "%s: %s", status, r->message),
                      CASE_MESSAGE_MAX);
}

static const char *name_of_case(struct arena *a, const char *id)
{
    if (id == NULL || id[0] == '\0')
        return "unnamed";
    if (strchr(id, '#') == NULL)
        return short_name(a, id, CASE_NAME_MAX);
    char *plain = str_dup(a, str_from(id));
    for (char *c = plain; *c != '\0'; c++)
        *c = *c == '#' ? '_' : *c;
    return short_name(
        a,
        arena_printf(a, "%s-%08x", plain,
                     (unsigned)hash_add_32(HASH_START_32, str_from(id))),
        CASE_NAME_MAX);
}

static struct test_case case_of(struct arena *a, const struct record *r,
                                const struct result *result)
{
    struct spot spot = spot_of_result(a, result);
    struct spot check = spot_of(a, result->at);
    return (struct test_case){
        .name = name_of_case(a, result->id),
        .suite = check.file == NULL || check.file[0] == '\0'
                     ? "checks"
                     : short_name(a, check.file, CASE_NAME_MAX),
        .title = short_text(a, result->title, CASE_NAME_MAX),
        .message = message_of(a, result),
        .file = spot.file,
        .line = spot.line,
        .outcome = outcome_of(r, result->status),
        .result = result,
    };
}

static bool is_bad_deployment(int state)
{
    return state != DEPLOYMENT_SHIPPED && state != DEPLOYMENT_UNKNOWN;
}

/* Red in the stead of what no check can tell. */
static enum outcome deployment_outcome(const struct record *r, bool red)
{
    if (is_bad_deployment(r->deployment.state))
        return OUTCOME_FAILED;
    if (r->verdict == VERDICT_INCONCLUSIVE || r->exit >= 128)
        return OUTCOME_ERROR;
    if (r->exit != EXIT_VERIFIED && !red)
        return OUTCOME_FAILED;
    return r->deployment.state == DEPLOYMENT_UNKNOWN ? OUTCOME_SKIPPED
                                                     : OUTCOME_PASSED;
}

static struct test_case deployment_case(struct arena *a, const struct record *r,
                                        bool red)
{
    enum outcome outcome = deployment_outcome(r, red);
    return (struct test_case){
        .name = "deployment",
        .suite = DEPLOYMENT_SUITE,
        .title = "The build that was deployed is serving",
        .message = outcome == OUTCOME_SKIPPED  ? "no build was named"
                   : outcome == OUTCOME_PASSED ? NULL
                                               : reasons_text(a, r),
        .outcome = outcome,
    };
}

static int compare_names(const void *left, const void *right)
{
    const struct test_case *const *l = left, *const *r = right;
    int order = strcmp((*l)->name, (*r)->name);
    return order != 0 ? order : (*l > *r) - (*l < *r);
}

/* The second of one name becomes "name#2": no other name has a '#'. */
static void make_unique(struct cases *c, struct arena *a)
{
    struct test_case **by =
        arena_array(a, c->count, sizeof(struct test_case *));
    const char *first = "";
    size_t nth = 1;
    for (size_t i = 0; i < c->count; i++)
        by[i] = &c->item[i];
    qsort(by, c->count, sizeof(struct test_case *), compare_names);
    for (size_t i = 0; i < c->count; i++) {
        nth = strcmp(by[i]->name, first) == 0 ? nth + 1 : 1;
        if (nth == 1)
            first = by[i]->name;
        else
            by[i]->name = arena_printf(a, "%s#%zu", first, nth);
    }
}

static int compare_suites(const void *left, const void *right)
{
    const struct test_case *l = left, *r = right;
    int order = strcmp(l->suite, r->suite);
    return order != 0 ? order
                      : (l->result > r->result) - (l->result < r->result);
}

void cases_of(struct cases *out, struct arena *a, const struct record *r)
{
    *out = (struct cases){.count = r->result_count + 1};
    out->item = arena_array(a, out->count, sizeof(*out->item));
    for (size_t i = 0; i < r->result_count; i++) {
        out->item[i] = case_of(a, r, &r->result[i]);
        out->flaky += r->result[i].flaky ? 1 : 0;
        out->of[out->item[i].outcome]++;
    }
    bool red = out->of[OUTCOME_FAILED] + out->of[OUTCOME_ERROR] > 0;
    struct test_case *last = &out->item[r->result_count];
    *last = deployment_case(a, r, red);
    out->of[last->outcome]++;
    make_unique(out, a);
    if (r->result_count > 0)
        qsort(out->item, r->result_count, sizeof(*out->item), compare_suites);
}
