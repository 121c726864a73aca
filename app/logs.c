/* What verify and scan share when they read logs. */
#include "app/logs.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "app/notes.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/text.h"
#include "model/vocabulary.h"
#include "report/report.h"

#define RECORD_BYTES_MAX ((size_t)256 << 20)
#define FOLLOW_US        INT64_C(300000)

/* Own signatures are read even without a log: they may be wrong. */
static int open_catalogue(struct logs *l, const struct settings *s,
                          const struct notes *n, const struct texts *paths)
{
    struct diags d;
    const char *own = s->signatures;
    if (own == NULL && paths->count == 0)
        return EXIT_VERIFIED;
    diags_init(&d, l->life);
    bool ok = catalogue_open(&l->catalogue, l->life, own, &d);
    if (d.count > 0)
        notes_diags(n, &d); /* suppressions that are over, at least */
    return ok ? EXIT_VERIFIED : EXIT_INVALID;
}

static int compare_runs(const void *left, const void *right)
{
    const struct previous_run *a = left, *b = right;
    return (b->time_ms > a->time_ms) - (b->time_ms < a->time_ms);
}

static int read_previous(struct logs *l, const struct settings *s,
                         const struct notes *n)
{
    const struct texts *given = &s->previous;
    struct previous_run *run =
        arena_array(l->life, given->count + 1, sizeof(*run));
    for (size_t i = 0; i < given->count; i++) {
        struct source *source = arena_alloc(l->life, sizeof(*source));
        struct record *record = arena_alloc(l->life, sizeof(*record));
        struct err e = {.set = false};
        if (!file_read(source, l->life, given->item[i], RECORD_BYTES_MAX, &e))
            return notes_fail(n, &e, EXIT_USAGE);
        if (!report_read_record(record, l->life, source, &e))
            return notes_fail(n, &e, EXIT_INVALID);
        run[i] = (struct previous_run){given->item[i], record->started_ms,
                                       &record->logs};
    }
    if (given->count > 1)
        qsort(run, given->count, sizeof(*run), compare_runs);
    l->in.previous = run;
    l->in.previous_count = given->count;
    return EXIT_VERIFIED;
}

static int open_rest(struct logs *l, const struct settings *s,
                     const struct notes *n, const struct texts *paths)
{
    struct err e = {.set = false};
    for (size_t i = 0; i < l->in.good_count; i++)
        if (!scan_can_read(l->in.good[i], &e))
            return notes_fail(n, &e, EXIT_USAGE);
    int code = open_catalogue(l, s, n, paths);
    return code != EXIT_VERIFIED ? code : read_previous(l, s, n);
}

int logs_open(struct logs *out, struct arena *life, const struct settings *s,
              const struct notes *n, const struct texts *paths)
{
    struct err e = {.set = false};
    *out = (struct logs){.life = life,
                         .in = {.path = paths->item,
                                .path_count = paths->count,
                                .good = s->good.item,
                                .good_count = s->good.count}};
    for (size_t i = 0; i < paths->count; i++)
        if (!scan_can_read(paths->item[i], &e))
            return notes_fail(n, &e, EXIT_USAGE);
    return open_rest(out, s, n, paths);
}

static bool is_missing(const char *path)
{
    struct stat st;
    return strcmp(path, "-") != 0 && stat(path, &st) != 0 &&
           (errno == ENOENT || errno == ENOTDIR);
}

/* A job that died before it wrote its log is no reason to probe nothing. */
static void note_missing(struct logs *l, const struct notes *n,
                         const char *path)
{
    struct log_source *s = &l->source[l->source_count++];
    *s = (struct log_source){.name = path,
                             .kind = "log",
                             .state = SOURCE_UNREADABLE,
                             .message = "the file does not exist"};
    notes_line(
        n,
        arena_printf(l->life,
                     "warning: the log '%s' does not exist, so only the checks "
                     "decide",
                     path));
}

int logs_open_deploy(struct logs *out, struct arena *life,
                     const struct settings *s, const struct notes *n,
                     const char *build)
{
    const struct texts *paths = &s->logs;
    struct err e = {.set = false};
    const char **path = arena_array(life, paths->count + 1, sizeof(*path));
    *out = (struct logs){
        .life = life,
        .path = path,
        .in = {.path = path, .good = s->good.item, .good_count = s->good.count},
        .deploy = {.build = build,
                   .started_ms = clock_wall_ms(),
                   .since_ms = s->log_since_ms}};
    out->source = arena_array(life, paths->count + 1, sizeof(*out->source));
    for (size_t i = 0; !e.set && i < paths->count; i++) {
        bool missing = is_missing(paths->item[i]);
        if (missing && !s->follow)
            note_missing(out, n, paths->item[i]);
        else if (missing || scan_can_read(paths->item[i], &e))
            path[out->in.path_count++] = paths->item[i];
    }
    return e.set ? notes_fail(n, &e, EXIT_USAGE) : open_rest(out, s, n, paths);
}

/* Without a size: what comes through a pipe is read, whatever it was. */
static bool is_empty(const char *path)
{
    struct stat st;
    return strcmp(path, "-") != 0 && stat(path, &st) == 0 &&
           S_ISREG(st.st_mode) && st.st_size == 0;
}

void logs_note_sources(struct logs *l)
{
    for (size_t i = 0; i < l->in.path_count; i++) {
        const char *path = l->in.path[i];
        int64_t bytes = 1;
        bool found =
            l->follower == NULL || follower_found(l->follower, i, &bytes);
        bool empty = l->follower == NULL ? is_empty(path) : bytes == 0;
        l->source[l->source_count++] = (struct log_source){
            .name = path,
            .kind = "log",
            .state = !found  ? SOURCE_WAITED
                     : empty ? SOURCE_EMPTY
                             : SOURCE_READ,
            .message = found ? NULL : "it did not appear before the run ended",
        };
    }
}

void logs_follow(struct logs *l)
{
    l->in.catalogue = &l->catalogue;
    l->in.deploy = &l->deploy;
    l->follower = follower_open(&l->in);
}

void logs_close(struct logs *l)
{
    follower_close(l->follower);
    l->follower = NULL;
}

bool logs_say_failed(struct logs *l)
{
    int64_t now = clock_now_us();
    if (now - l->looked_us < FOLLOW_US)
        return false;
    l->looked_us = now;
    return follower_has_failed(l->follower, now);
}

bool logs_scan(struct logs *l, struct findings *out, struct err *e)
{
    l->in.catalogue = &l->catalogue;
    l->in.deploy = l->deploy.started_ms == 0 ? NULL : &l->deploy;
    if (l->follower != NULL)
        return follower_findings(l->follower, out, l->life, true, e);
    return scan_logs(out, l->life, &l->in, e);
}
