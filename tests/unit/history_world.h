/*
 * What the tests of the history share: a new one on the database that
 * POSTFLIGHT_TEST_POSTGRES names, or in a file when it is not set.
 */
#ifndef TESTS_UNIT_HISTORY_WORLD_H
#define TESTS_UNIT_HISTORY_WORLD_H

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "tests/unit/testing.h"
#include "watch/history/history.h"
#include "watch/history/history_rows.h"

#define T0   INT64_C(1795255200000) /* 2026-11-21T10:00:00Z */
#define HOUR INT64_C(3600000)
#define DAY  (24 * HOUR)

struct world {
    struct arena arena;
    struct err err;
    struct history *history;
    char dir[64];
    char where[600];
};

static inline const char *world_server(void)
{
    return getenv("POSTFLIGHT_TEST_POSTGRES");
}

static inline const struct backend *world_backend(void)
{
    return world_server() == NULL ? &sqlite_backend : &postgres_backend;
}

/* One statement on the database as it is. */
static inline void world_run(struct world *w, const char *sql)
{
    struct database *d = NULL;
    struct err e = {.set = false};
    bool ok = world_backend()->open(&d, w->where, &e) &&
              database_run(d, sql, NULL, 0, &e);
    if (!ok)
        print_message("%s\n", e.text);
    assert_true(ok);
    d->backend->close(d);
}

static inline int64_t world_number(struct world *w, const char *sql)
{
    struct database *d = NULL;
    struct datum found;
    struct err e = {.set = false};
    bool ok = world_backend()->open(&d, w->where, &e) &&
              database_number(d, sql, NULL, 0, &found, &e);
    if (!ok)
        print_message("%s\n", e.text);
    assert_true(ok);
    d->backend->close(d);
    return found.number;
}

static inline void world_open(struct world *w)
{
    w->err.set = false;
    if (!history_open(&w->history, w->where, &w->err))
        fail_msg("%s", w->err.text);
}

static inline void world_close(struct world *w)
{
    history_close(w->history);
    w->history = NULL;
}

static inline void world_begin(struct world *w)
{
    const char *server = world_server();
    memset(w, 0, sizeof(*w));
    arena_init(&w->arena);
    snprintf(w->dir, sizeof(w->dir), "/tmp/postflight-history-XXXXXX");
    assert_non_null(mkdtemp(w->dir));
    snprintf(w->where, sizeof(w->where), "%s",
             server == NULL ? arena_printf(&w->arena, "%s/history.db", w->dir)
                            : server);
    if (server != NULL)
        world_run(w, "DROP SCHEMA IF EXISTS postflight CASCADE");
    world_open(w);
}

/* The folder has no folders. */
static inline void world_end(struct world *w)
{
    world_close(w);
    DIR *dir = opendir(w->dir);
    for (struct dirent *d = readdir(dir); d != NULL; d = readdir(dir))
        if (strcmp(d->d_name, ".") != 0 && strcmp(d->d_name, "..") != 0)
            unlink(arena_printf(&w->arena, "%s/%s", w->dir, d->d_name));
    closedir(dir);
    assert_int_equal(rmdir(w->dir), 0);
    arena_release(&w->arena);
}

#define GOOD(w, call)                                                          \
    do {                                                                       \
        bool call_is_good = call;                                              \
        if (!call_is_good)                                                     \
            print_message("%s\n", (w)->err.text);                              \
        assert_true(call_is_good);                                             \
    } while (0)

/* It fails, and what it says has `want` in it. */
#define BAD(w, call, want)                                                     \
    do {                                                                       \
        (w)->err.set = false;                                                  \
        assert_false(call);                                                    \
        assert_true((w)->err.set);                                             \
        if (strstr((w)->err.text, want) == NULL)                               \
            fail_msg("%s", (w)->err.text);                                     \
        (w)->err.set = false;                                                  \
    } while (0)

#define ROUND_CHECKS 3

/* Everything that a watcher writes in one round; n is in all of it. */
static inline bool world_round(struct world *w, int64_t n)
{
    struct history *h = w->history;
    struct err *e = &w->err;
    struct arena a;
    struct result_row result[ROUND_CHECKS];
    struct str record = STR("{\"schema\": \"postflight/record/1\"}");
    struct run_row run = {.started_ms = n,
                          .finished_ms = n + 1,
                          .total = ROUND_CHECKS,
                          .passed = ROUND_CHECKS};
    arena_init(&a);
    for (int i = 0; i < ROUND_CHECKS; i++)
        result[i] = (struct result_row){.check = i == 0   ? "api"
                                                 : i == 1 ? "db"
                                                          : "web",
                                        .title = "A check",
                                        .started_ms = n,
                                        .cause = -1,
                                        .duration_us = n};
    char *id = arena_printf(&a, "INC-%lld", (long long)n);
    char *key = arena_printf(&a, "%s/opened/ops", id);
    struct check_state state = {.check = "api", .rounds = n};
    struct incident_row incident = {
        .id = id, .checks = "api\n", .detected_ms = n};
    struct event_row event = {.time_ms = n, .incident = id, .text = "x"};
    struct notice_row notice = {.key = key,
                                .incident = id,
                                .receiver = "ops",
                                .payload = "{}",
                                .made_ms = n,
                                .next_ms = n};
    bool ok = history_begin(h, e) &&
              history_add_run(h, &run, result, ROUND_CHECKS, &record, e);
    struct deployment_row deployment = {.run = run.id, .started_ms = n};
    ok = ok && history_put_state(h, &state, e) &&
         history_add_event(h, &event, e) &&
         history_put_incident(h, &incident, e) &&
         history_add_notice(h, &notice, e) &&
         history_add_deployment(h, &deployment, e) && history_commit(h, e);
    arena_release(&a);
    return ok;
}

/* How many rounds there are, each of them whole and none of them twice. */
static inline int64_t world_count(struct world *w)
{
    static const struct {
        const char *sql;
        int64_t times;
    } counts[] = {
        {"SELECT COUNT(*) FROM results", ROUND_CHECKS},
        {"SELECT COUNT(*) FROM records", 1},
        {"SELECT COUNT(*) FROM events", 1},
        {"SELECT COUNT(*) FROM incidents", 1},
        {"SELECT COUNT(*) FROM notices", 1},
        {"SELECT COUNT(DISTINCT key) FROM notices", 1},
        {"SELECT COUNT(*) FROM deployments", 1},
        {"SELECT COUNT(DISTINCT started_ms) FROM runs", 1},
        {"SELECT COALESCE(MAX(started_ms), 0) FROM runs", 1},
        {"SELECT COALESCE(MAX(rounds), 0) FROM check_states", 1},
    };
    struct datum n, found;
    GOOD(w, database_number(w->history->database, "SELECT COUNT(*) FROM runs",
                            NULL, 0, &n, &w->err));
    for (size_t i = 0; i < ARRAY_COUNT(counts); i++) {
        GOOD(w, database_number(w->history->database, counts[i].sql, NULL, 0,
                                &found, &w->err));
        if (found.number != n.number * counts[i].times)
            fail_msg("%s: %lld of %lld rounds", counts[i].sql,
                     (long long)found.number, (long long)n.number);
    }
    return n.number;
}

/* Rounds until there is no room; then it must be as after the last good. */
static inline void world_fill(struct world *w)
{
    int64_t n = world_count(w);
    while (world_round(w, n + 1))
        n++;
    history_rollback(w->history);
    if (strstr(w->err.text, "no room for '") == NULL)
        fail_msg("%s", w->err.text);
    w->err.set = false;
    assert_int_equal(world_count(w), n);
}

#endif
