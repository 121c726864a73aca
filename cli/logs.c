/* What verify and scan share when they read logs. */
#include "cli/logs.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/file.h"
#include "cli/console.h"
#include "model/vocabulary.h"
#include "report/report.h"

#define RECORD_BYTES_MAX ((size_t)256 << 20)
#define FOLLOW_US        INT64_C(300000)

static int fail(const struct err *e, int code)
{
    console_error(e);
    return code;
}

/* Own signatures are read even without a log: they may be wrong. */
static int open_catalogue(struct logs *l, const struct options *o,
                          const struct texts *paths)
{
    struct diags d;
    const char *own = option_text(o, OPTION_SIGNATURES, NULL);
    if (own == NULL && paths->count == 0)
        return EXIT_VERIFIED;
    diags_init(&d, l->life);
    bool ok = catalogue_open(&l->catalogue, l->life, own, &d);
    if (d.count > 0)
        console_diags(&d, NULL); /* suppressions that are over, at least */
    return ok ? EXIT_VERIFIED : EXIT_INVALID;
}

static int compare_runs(const void *left, const void *right)
{
    const struct previous_run *a = left, *b = right;
    return (b->time_ms > a->time_ms) - (b->time_ms < a->time_ms);
}

static int read_previous(struct logs *l, const struct options *o)
{
    const struct texts *given = &o->given[OPTION_PREVIOUS];
    struct previous_run *run =
        arena_array(l->life, given->count + 1, sizeof(*run));
    for (size_t i = 0; i < given->count; i++) {
        struct source *source = arena_alloc(l->life, sizeof(*source));
        struct record *record = arena_alloc(l->life, sizeof(*record));
        struct err e = {.set = false};
        if (!file_read(source, l->life, given->item[i], RECORD_BYTES_MAX, &e))
            return fail(&e, EXIT_USAGE);
        if (!report_read_record(record, l->life, source, &e))
            return fail(&e, EXIT_INVALID);
        run[i] = (struct previous_run){given->item[i], record->started_ms,
                                       &record->logs};
    }
    if (given->count > 1)
        qsort(run, given->count, sizeof(*run), compare_runs);
    l->in.previous = run;
    l->in.previous_count = given->count;
    return EXIT_VERIFIED;
}

int logs_open(struct logs *out, struct arena *life, const struct options *o,
              const struct texts *paths)
{
    struct err e = {.set = false};
    *out = (struct logs){.life = life,
                         .in = {.path = paths->item,
                                .path_count = paths->count,
                                .good = option_text(o, OPTION_GOOD, NULL)}};
    for (size_t i = 0; i < paths->count; i++)
        if (!scan_can_read(paths->item[i], &e))
            return fail(&e, EXIT_USAGE);
    if (out->in.good != NULL && !scan_can_read(out->in.good, &e))
        return fail(&e, EXIT_USAGE);
    int code = open_catalogue(out, o, paths);
    return code != EXIT_VERIFIED ? code : read_previous(out, o);
}

void logs_follow(struct logs *l)
{
    l->in.catalogue = &l->catalogue;
    l->follower = follower_open(&l->in);
}

void logs_close(struct logs *l)
{
    follower_close(l->follower);
    l->follower = NULL;
}

bool logs_say_failed(struct logs *l)
{
    struct findings found;
    struct err e = {.set = false};
    struct arena scratch;
    bool failed = false;
    int64_t now = clock_now_us();
    if (now - l->looked_us < FOLLOW_US)
        return false;
    l->looked_us = now;
    if (!follower_read(l->follower))
        return false;
    arena_init(&scratch);
    if (follower_findings(l->follower, &found, &scratch, false, &e))
        for (size_t i = 0; i < found.cause_count; i++)
            failed = failed || found.cause[i].deployment == DEPLOYMENT_FAILED;
    arena_release(&scratch);
    return failed;
}

bool logs_scan(struct logs *l, struct findings *out, struct err *e)
{
    l->in.catalogue = &l->catalogue;
    if (l->follower != NULL)
        return follower_findings(l->follower, out, l->life, true, e);
    return scan_logs(out, l->life, &l->in, e);
}
