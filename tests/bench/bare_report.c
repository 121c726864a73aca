/*
 * A document of a record, in the parts of its time: usage: bare_report RECORD
 * Prints the medians of reading the record and of rendering each kind, proof
 * included.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/file.h"
#include "report/report.h"
#include "verdict/verdict.h"

#define RUNS       15
#define RECORD_MAX ((size_t)256 << 20)

static int compare(const void *left, const void *right)
{
    int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
    return (a > b) - (a < b);
}

static void print_median(const char *what, int64_t *us)
{
    qsort(us, RUNS, sizeof(*us), compare);
    printf(" %s %.1f ms;", what, (double)us[RUNS / 2] / 1000);
}

static int fail(const struct err *e)
{
    fprintf(stderr, "%s\n", e->text);
    return 1;
}

static bool time_reading(const struct source *source, struct err *e)
{
    int64_t us[RUNS];
    bool ok = true;
    for (size_t i = 0; ok && i < RUNS; i++) {
        struct arena a;
        struct record r;
        int64_t began = clock_now_us();
        arena_init(&a);
        ok = report_read_record(&r, &a, source, e);
        us[i] = clock_now_us() - began;
        arena_release(&a);
    }
    if (ok)
        print_median("read", us);
    return ok;
}

static bool time_kind(const char *kind, const struct report_templates *all,
                      const struct report_inputs *in, struct err *e)
{
    int64_t us[RUNS];
    bool ok = true;
    for (size_t i = 0; ok && i < RUNS; i++) {
        struct arena a;
        struct str text;
        int64_t began = clock_now_us();
        arena_init(&a);
        ok = report_write(&text, &a, kind, all, in, e);
        us[i] = clock_now_us() - began;
        arena_release(&a);
    }
    if (ok)
        print_median(kind, us);
    return ok;
}

int main(int argc, char **argv)
{
    const struct facts none = {.severity = -1, .status = -1};
    struct arena life;
    struct source source;
    struct record record;
    struct incident incident;
    struct report_templates *templates = NULL;
    struct diags d;
    struct err e = {.set = false};
    const struct report_inputs in = {
        .record = &record, .facts = &none, .incident = &incident};
    arena_init(&life);
    diags_init(&d, &life);
    if (argc != 2 || !file_read(&source, &life, argv[1], RECORD_MAX, &e) ||
        !report_read_record(&record, &life, &source, &e) ||
        !verdict_incident(&incident, &life, &record, &none, &e) ||
        !report_templates_open(&templates, &life, NULL, &d))
        return fail(&e);
    bool ok = time_reading(&source, &e);
    for (size_t i = 0; ok && i < report_kind_names.count; i++)
        ok = time_kind(report_kind_names.name[i], templates, &in, &e);
    putchar('\n');
    arena_release(&life);
    return ok ? 0 : fail(&e);
}
