/*
 * Prometheus' text format: families in one piece, no time stamps, label sets
 * that occur once. Labels are names and ids, never a URL, a build or a text,
 * since each new value is a new series.
 */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "report/formats/internal.h"

struct prometheus {
    struct buf *out;
    struct arena *arena;
    const struct record *record;
    struct cases cases;
};

static void family(struct prometheus *p, const char *name, const char *help)
{
    buf_printf(p->out, "# HELP postflight_%s %s\n# TYPE postflight_%s gauge\n",
               name, help, name);
}

/* The value is a visible line, cut so that two that differ stay different. */
static void label(struct prometheus *p, const char *name, const char *value)
{
    const char *text = short_name(p->arena, value, LABEL_MAX);
    buf_printf(p->out, "%s=\"", name);
    for (; *text != '\0'; text++) {
        if (*text == '"' || *text == '\\')
            buf_char(p->out, '\\');
        buf_char(p->out, *text);
    }
    buf_char(p->out, '"');
}

static void one(struct prometheus *p, const char *name, const char *help,
                int64_t value)
{
    family(p, name, help);
    buf_printf(p->out, "postflight_%s %lld\n", name, (long long)value);
}

/* 1 for the name that holds now, 0 for the others: so an alert can end. */
static void states(struct prometheus *p, const char *name, const char *help,
                   const struct names *names, int now)
{
    family(p, name, help);
    for (size_t i = 0; i < names->count; i++) {
        buf_printf(p->out, "postflight_%s{", name);
        label(p, "state", names->name[i]);
        buf_printf(p->out, "} %d\n", (int)i == now ? 1 : 0);
    }
}

static void begin_check(struct prometheus *p, const char *name,
                        const struct test_case *c)
{
    buf_printf(p->out, "postflight_%s{", name);
    label(p, "check", c->name);
}

/* A check that was not run, or could not tell, has no sample: not 0. */
static void successes(struct prometheus *p)
{
    family(p, "check_success",
           "1 when the check passed or is degraded, 0 when it failed; absent "
           "if it could not be judged.");
    for (size_t i = 0; i < p->cases.count; i++) {
        const struct result *r = p->cases.item[i].result;
        if (r == NULL ||
            (r->status != STATUS_PASS && r->status != STATUS_DEGRADED &&
             r->status != STATUS_FAIL))
            continue;
        begin_check(p, "check_success", &p->cases.item[i]);
        buf_char(p->out, ',');
        label(p, "severity", word_of(&severity_names, r->severity));
        buf_printf(p->out, "} %d\n", r->status == STATUS_FAIL ? 0 : 1);
    }
}

static void check_states(struct prometheus *p)
{
    family(p, "check_state", "1 for the state that the check has.");
    for (size_t i = 0; i < p->cases.count; i++) {
        const struct result *r = p->cases.item[i].result;
        if (r == NULL)
            continue;
        begin_check(p, "check_state", &p->cases.item[i]);
        buf_char(p->out, ',');
        label(p, "state", word_of(&status_names, r->status));
        buf_text(p->out, "} 1\n");
    }
}

static void durations(struct prometheus *p)
{
    family(p, "check_duration_seconds", "Length of the last attempt.");
    for (size_t i = 0; i < p->cases.count; i++) {
        const struct result *r = p->cases.item[i].result;
        if (r == NULL || !r->answered)
            continue;
        begin_check(p, "check_duration_seconds", &p->cases.item[i]);
        buf_text(p->out, "} ");
        add_seconds(p->out, r->duration_us);
        buf_char(p->out, '\n');
    }
}

static void attempts(struct prometheus *p)
{
    family(p, "check_attempts", "Requests that the check made in this run.");
    for (size_t i = 0; i < p->cases.count; i++) {
        const struct result *r = p->cases.item[i].result;
        if (r == NULL || r->attempts == 0)
            continue;
        begin_check(p, "check_attempts", &p->cases.item[i]);
        buf_printf(p->out, "} %lld\n", (long long)r->attempts);
    }
}

static int compare_findings(const void *left, const void *right)
{
    const struct finding *const *l = left, *const *r = right;
    return strcmp((*l)->signature, (*r)->signature);
}

/* Incidents of one signature are one series. */
static void matches(struct prometheus *p)
{
    const struct findings *f = &p->record->logs;
    const struct finding **by =
        arena_array(p->arena, f->finding_count + 1, sizeof(*by));
    size_t count = 0;
    family(p, "signature_matches", "Hits of a known error in the logs.");
    for (size_t i = 0; i < f->finding_count; i++)
        if (f->finding[i].signature != NULL)
            by[count++] = &f->finding[i];
    qsort((void *)by, count, sizeof(*by), compare_findings);
    for (size_t i = 0; i < count;) {
        const struct finding *first = by[i];
        uint64_t hits = 0;
        for (; i < count && compare_findings(&by[i], &first) == 0; i++)
            hits += by[i]->count > 0 ? (uint64_t)by[i]->count : 0;
        buf_text(p->out, "postflight_signature_matches{");
        label(p, "signature", first->signature);
        buf_printf(p->out, "} %llu\n", (unsigned long long)hits);
    }
}

static void counts(struct prometheus *p)
{
    const struct production_state *s = &p->record->production;
    const int64_t of[] = {s->passed, s->degraded, s->failed,
                          s->errors, s->blocked,  s->skipped};
    family(p, "checks", "Checks in each state.");
    for (size_t i = 0; i < ARRAY_COUNT(of); i++) {
        buf_text(p->out, "postflight_checks{");
        label(p, "state", status_names.name[i]);
        buf_printf(p->out, "} %lld\n", (long long)of[i]);
    }
}

static void times(struct prometheus *p)
{
    const struct record *r = p->record;
    family(p, "run_duration_seconds", "Length of the run.");
    buf_text(p->out, "postflight_run_duration_seconds ");
    add_seconds(p->out, (r->finished_ms - r->started_ms) * 1000);
    buf_char(p->out, '\n');
    family(p, "last_run_timestamp_seconds", "End of the run, in Unix time.");
    buf_text(p->out, "postflight_last_run_timestamp_seconds ");
    add_seconds(p->out, r->finished_ms * 1000);
    buf_char(p->out, '\n');
    family(p, "build_info", "1, with the version of postflight.");
    buf_text(p->out, "postflight_build_info{");
    label(p, "version", r->tool.version);
    buf_text(p->out, "} 1\n");
}

static void write_prometheus(struct buf *out, struct arena *a,
                             const struct record *r)
{
    struct prometheus p = {.out = out, .arena = a, .record = r};
    cases_of(&p.cases, a, r);
    states(&p, "verdict", "1 for the verdict of the run.", &verdict_names,
           r->verdict);
    states(&p, "production", "1 for the state of production.",
           &production_names, r->production.state);
    states(&p, "deployment", "1 for the state of the deployment.",
           &deployment_names, r->deployment.state);
    one(&p, "exit_code", "Exit code of the run.", r->exit);
    counts(&p);
    successes(&p);
    check_states(&p);
    durations(&p);
    attempts(&p);
    if (r->logs.coverage.files > 0) {
        matches(&p);
        one(&p, "log_lines", "Lines that were read of the logs.",
            r->logs.coverage.lines);
        one(&p, "log_error_lines", "Lines of the logs that report an error.",
            r->logs.coverage.errors);
    }
    times(&p);
}

const struct report_format prometheus_format = {
    .name = "prometheus",
    .suffix = ".prom",
    .help = "metrics for the textfile collector",
    .escapes = "`\"` and `\\` in labels with a backslash",
    .limits = LIMITS({"bytes of a label's value", LABEL_MAX, "ours"}),
    .record = write_prometheus,
    .shared = true,
};
