/*
 * The summary of a step of GitHub Actions: a file that is a byte too long is
 * dropped as a whole, so evidence is cut until it fits: first bodies and log
 * lines, then all but the results and commits that matter most, then all.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/formats/formats.h"
#include "report/report.h"

#define KEPT ((size_t)50) /* rows of a table that was cut */

static const char *const left_out[] = {
    "",
    "\n> Left out for GitHub's limit: bodies and log lines. The record has "
    "them.\n",
    "\n> Left out for GitHub's limit: bodies, log lines, and rows beyond the "
    "50 that matter most. The record has them.\n",
};

static void cut_evidence(struct record *r, struct arena *a)
{
    struct result *result =
        arena_array(a, r->result_count + 1, sizeof(*result));
    struct cause *cause =
        arena_array(a, r->logs.cause_count + 1, sizeof(*cause));
    struct finding *finding =
        arena_array(a, r->logs.finding_count + 1, sizeof(*finding));
    for (size_t i = 0; i < r->result_count; i++) {
        result[i] = r->result[i];
        result[i].body = NULL;
    }
    for (size_t i = 0; i < r->logs.cause_count; i++) {
        cause[i] = r->logs.cause[i];
        cause[i].evidence_count = 0;
    }
    for (size_t i = 0; i < r->logs.finding_count; i++) {
        finding[i] = r->logs.finding[i];
        finding[i].evidence_count = 0;
    }
    r->result = result;
    r->logs.cause = cause;
    r->logs.finding = finding;
    r->logs.unknown_count = 0;
}

static int compare(const void *left, const void *right)
{
    const struct result *l = left, *r = right;
    int order = result_badness(l) - result_badness(r);
    if (order != 0 || l->id == NULL || r->id == NULL)
        return order;
    return strcmp(l->id, r->id);
}

static size_t at_most(size_t count, size_t max)
{
    return count < max ? count : max;
}

static void cut_rows(struct record *r)
{
    if (r->result_count > KEPT)
        qsort(r->result, r->result_count, sizeof(*r->result), compare);
    r->result_count = at_most(r->result_count, KEPT);
    r->service_count = at_most(r->service_count, KEPT);
    r->commit_count = at_most(r->commit_count, KEPT);
    r->timeline_count = at_most(r->timeline_count, KEPT);
    r->reason_count = at_most(r->reason_count, KEPT);
    r->logs.finding_count = at_most(r->logs.finding_count, KEPT);
    r->logs.cause_count = at_most(r->logs.cause_count, 5);
    r->evidence.git.migration_count =
        at_most(r->evidence.git.migration_count, KEPT);
    r->evidence.git.edit_count = at_most(r->evidence.git.edit_count, KEPT);
    r->evidence.run_count = at_most(r->evidence.run_count, KEPT);
    r->comparison.difference_count =
        at_most(r->comparison.difference_count, KEPT);
}

/* Names of ours alone, so nothing needs a proof. */
static bool write_shortest(struct buf *out, const struct record *r,
                           struct err *e)
{
    char text[200];
    int n = snprintf(text, sizeof(text),
                     "**postflight**: %s, %s\n\n> The report is larger than "
                     "GitHub's limit. The record has it.\n",
                     r->verdict < 0 ? "" : name_of(&verdict_names, r->verdict),
                     r->advice < 0 ? "" : name_of(&advice_names, r->advice));
    if (n < 0 || (size_t)n > out->max)
        return err_set(e, POS_NONE,
                       "the step's summary has no room left: %zu bytes",
                       out->max);
    buf_text(out, text);
    return true;
}

static bool write_summary(struct buf *out, struct arena *a,
                          const struct report_templates *templates,
                          const struct report_inputs *in, struct err *e)
{
    struct record r = *in->record;
    const struct report_inputs cut = {.record = &r,
                                      .facts = in->facts,
                                      .incident = in->incident,
                                      .living = in->living};
    for (size_t level = 0; level < ARRAY_COUNT(left_out); level++) {
        struct str text = STR_NONE;
        struct err too_large = {.set = false}; /* what is cut may fit */
        if (level == 1)
            cut_evidence(&r, a);
        if (level == 2)
            cut_rows(&r);
        if (!report_write(&text, a, "status", templates, &cut, &too_large) ||
            text.len + strlen(left_out[level]) > out->max)
            continue;
        buf_str(out, text);
        buf_text(out, left_out[level]);
        return true;
    }
    return write_shortest(out, in->record, e);
}

const struct report_format github_summary_format = {
    .name = "github-summary",
    .suffix = ".md",
    .help = "the status document within 1 MiB",
    .escapes = "as Markdown",
    .limits =
        LIMITS({"bytes of a step's summary, with what it contains already",
                SUMMARY_BYTES_MAX, "GitHub drops a larger one"}),
    .document = write_summary,
};
