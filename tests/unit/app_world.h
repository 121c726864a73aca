/* A folder, settings and a sink that remembers: what tests of app/ start with.
 */
#ifndef TESTS_UNIT_APP_WORLD_H
#define TESTS_UNIT_APP_WORLD_H

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "app/app.h"
#include "base/file.h"
#include "model/vocabulary.h"
#include "tests/unit/testing.h"

struct world {
    struct arena arena;
    char folder[64];
    struct settings settings;
    struct notes notes;
    struct sink *sink;
    struct buf errors; /* errors, lines and progress */
    struct buf out;    /* standard output */
    char last[400];    /* the line that closes a summary */
    size_t starts, results, verdicts, rounds, kept, incidents, events;
    int status; /* of the last result */
};

static inline void world_note(void *context, enum note_kind kind,
                              struct str text)
{
    struct world *w = context;
    bool out = kind == NOTE_OUTPUT || kind == NOTE_COMMAND;
    buf_str(out ? &w->out : &w->errors, text);
    if (kind == NOTE_LINE)
        buf_char(&w->errors, '\n');
}

static inline void world_start(void *context, const struct probing_start *start)
{
    struct world *w = context;
    w->starts += start->sink == w->sink;
}

static inline void world_result(void *context, const struct result *result)
{
    struct world *w = context;
    w->results++;
    w->status = result->status;
}

static inline void world_verdict(void *context, const struct record *record,
                                 const char *last)
{
    struct world *w = context;
    (void)record;
    w->verdicts++;
    snprintf(w->last, sizeof(w->last), "%s", last);
}

static inline void world_round(void *context, const struct round_end *end)
{
    struct world *w = context;
    w->rounds++;
    w->kept += end->kept;
}

static inline void world_incidents(void *context,
                                   const struct incident_row *row, size_t count)
{
    struct world *w = context;
    (void)row;
    w->incidents = count;
}

static inline void world_incident(void *context, const struct incident_row *row,
                                  const struct event_row *event, size_t count)
{
    struct world *w = context;
    (void)event;
    assert_non_null(row->id);
    w->events = count;
}

/* A path in the folder; it lives as long as the world. */
static inline const char *world_path(struct world *w, const char *name)
{
    return arena_printf(&w->arena, "%s/%s", w->folder, name);
}

static inline const char *world_file(struct world *w, const char *name,
                                     const char *text)
{
    struct err e = {.set = false};
    const char *path = world_path(w, name);
    assert_true(file_make_parent(path, &e));
    assert_true(file_write(path, str_from(text), &e));
    return path;
}

static inline const char *world_read(struct world *w, const char *name)
{
    struct source source;
    struct err e = {.set = false};
    if (!file_read(&source, &w->arena, world_path(w, name), (size_t)1 << 22,
                   &e))
        return "";
    return str_dup(&w->arena, source.text);
}

static inline void world_add(struct world *w, struct texts *list,
                             const char *text)
{
    list->item = arena_grow(&w->arena, (void *)list->item, list->count,
                            &list->cap, sizeof(const char *));
    list->item[list->count++] = text;
}

/* The one record of `report`. */
static inline void world_from(struct world *w, const char *path)
{
    w->settings.from.count = 0;
    world_add(w, &w->settings.from, path);
}

static inline void world_begin(struct world *w)
{
    static const char *const environ[] = {"SHELL=/bin/sh", NULL};
    *w = (struct world){.settings = {.version = "0.0.0", .environ = environ}};
    arena_init(&w->arena);
    snprintf(w->folder, sizeof(w->folder), "/tmp/postflight-app-XXXXXX");
    assert_non_null(mkdtemp(w->folder));
    buf_init(&w->errors, (size_t)1 << 20);
    buf_init(&w->out, (size_t)1 << 22);
    w->sink = sink_open();
    w->notes = (struct notes){.context = w,
                              .sink = w->sink,
                              .note = world_note,
                              .start = world_start,
                              .result = world_result,
                              .verdict = world_verdict,
                              .round = world_round,
                              .incidents = world_incidents,
                              .incident = world_incident,
                              .leave = _exit};
}

static inline void world_remove(const char *folder)
{
    char path[1000];
    DIR *dir = opendir(folder);
    for (const struct dirent *d; dir != NULL && (d = readdir(dir)) != NULL;) {
        if (strcmp(d->d_name, ".") == 0 || strcmp(d->d_name, "..") == 0)
            continue;
        snprintf(path, sizeof(path), "%.600s/%s", folder, d->d_name);
        if (unlink(path) != 0)
            world_remove(path);
    }
    if (dir != NULL)
        closedir(dir);
    rmdir(folder);
}

static inline void world_end(struct world *w)
{
    world_remove(w->folder);
    sink_close(w->sink);
    buf_release(&w->errors);
    buf_release(&w->out);
    arena_release(&w->arena);
}

typedef int (*world_run)(struct arena *life, const struct settings *s,
                         const struct notes *n);

/* Runs with what was said before forgotten; the exit code. */
static inline int world_go(struct world *w, world_run run)
{
    struct arena life;
    buf_clear(&w->errors);
    buf_clear(&w->out);
    w->starts = w->results = w->verdicts = w->rounds = w->kept = 0;
    arena_init(&life);
    int code = run(&life, &w->settings, &w->notes);
    arena_release(&life);
    return code;
}

static inline void world_says(struct world *w, const char *text)
{
    if (strstr(w->errors.ptr, text) == NULL)
        fail_msg("'%s' is not in: %s", text, w->errors.ptr);
}

static inline void world_prints(struct world *w, const char *text)
{
    if (strstr(w->out.ptr, text) == NULL)
        fail_msg("'%s' is not in: %s", text, w->out.ptr);
}

/* Checks that need no network: a program each. */
#define CHECK_PASSES                                                           \
    "checks:\n  - { id: good, exec: [/bin/true], expect: [exit == 0] }\n"
#define CHECK_FAILS                                                            \
    "checks:\n  - { id: good, exec: [/bin/true], expect: [exit == 0] }\n"      \
    "  - { id: bad, exec: [/bin/false], expect: [exit == 0] }\n"

static inline void world_checks(struct world *w, const char *text)
{
    w->settings.arguments.count = 0;
    world_add(w, &w->settings.arguments, world_file(w, "checks.yaml", text));
}

#endif
