/* The spool: where it may be, what it gets, and what it gives back. */
#include "tests/unit/history_world.h"
#include "watch/history/spool.h"

static size_t places(struct world *w, const char *state, const char *home,
                     const char *tmp, const char *place[SPOOL_PLACES])
{
    const char *environ[4] = {NULL};
    size_t n = 0;
    if (state != NULL)
        environ[n++] = arena_printf(&w->arena, "XDG_STATE_HOME=%s", state);
    if (home != NULL)
        environ[n++] = arena_printf(&w->arena, "HOME=%s", home);
    environ[n] = arena_printf(&w->arena, "TMPDIR=%s", tmp);
    return spool_places(&w->arena, "history.db", environ, place);
}

static void places_from_the_best_one(void **state)
{
    struct world w;
    const char *place[SPOOL_PLACES];
    (void)state;
    world_begin(&w);
    const char *home = arena_printf(&w.arena, "%s/home", w.dir);
    assert_int_equal(places(&w, w.dir, home, w.dir, place), SPOOL_PLACES);
    const char *const start[] = {"/postflight/spool-",
                                 "/home/.local/state/postflight/spool-",
                                 "/postflight-"};
    for (size_t i = 0; i < 3; i++) {
        const char *want = arena_printf(&w.arena, "%s%s", w.dir, start[i]);
        assert_memory_equal(place[i], want, strlen(want));
        assert_false(spool_is_at(place[i]));
    }
    assert_memory_equal(place[3], "/dev/shm/postflight-", 20);
    /* What is not absolute is no folder. */
    assert_int_equal(places(&w, "relative", NULL, "/tmp", place), 2);
    world_end(&w); /* which wants its folder empty: nothing was made */
}

static void its_folder_is_made_and_ours(void **state)
{
    struct world w;
    struct history *spool = NULL;
    (void)state;
    world_begin(&w);
    const char *folder = arena_printf(&w.arena, "%s/one/two", w.dir);
    const char *place = arena_printf(&w.arena, "%s/spool.db", folder);
    GOOD(&w, spool_open(&spool, place, &w.err));
    history_close(spool);
    assert_true(spool_is_at(place));
    spool_remove(place);
    assert_false(spool_is_at(place));
    BAD(&w, spool_open(&spool, "/dev/null/spool.db", &w.err),
        "'/dev/null' cannot be used as a folder");
    assert_int_equal(rmdir(folder), 0);
    assert_int_equal(rmdir(arena_printf(&w.arena, "%s/one", w.dir)), 0);
    world_end(&w);
}

/* Two histories have two files, and one has the same again. */
static void its_name_is_of_the_history(void **state)
{
    static const char *const environ[] = {"TMPDIR=/tmp", NULL};
    const char *one[SPOOL_PLACES], *two[SPOOL_PLACES], *again[SPOOL_PLACES];
    struct arena a;
    (void)state;
    arena_init(&a);
    assert_true(spool_places(&a, "one.db", environ, one) > 0);
    assert_true(spool_places(&a, "two.db", environ, two) > 0);
    assert_true(spool_places(&a, "one.db", environ, again) > 0);
    assert_string_not_equal(one[0], two[0]);
    assert_string_equal(one[0], again[0]);
    arena_release(&a);
}

static int64_t add_run(struct world *w, struct history *h, int64_t started_ms)
{
    struct run_row run = {.started_ms = started_ms};
    GOOD(w, history_add_run(h, &run, NULL, 0, NULL, &w->err));
    return run.id;
}

static void put_incident(struct world *w, struct history *h, const char *id,
                         int status, int64_t run)
{
    const struct incident_row row = {.id = id,
                                     .status = status,
                                     .severity = SEVERITY_MAJOR,
                                     .started_ms = T0,
                                     .detected_ms = T0,
                                     .acknowledged_ms =
                                         w->history == h ? T0 + 5 : 0,
                                     .run = run};
    GOOD(w, history_put_incident(h, &row, &w->err));
}

static void put_episode(struct world *w, struct history *h, const char *check,
                        int64_t from_ms, int64_t to_ms)
{
    const struct episode episode = {.check = check,
                                    .alarm_ms = w->history == h ? T0 + 7 : 0,
                                    .region = "",
                                    .from_ms = from_ms,
                                    .to_ms = to_ms,
                                    .last_ms = from_ms,
                                    .rounds = 1};
    GOOD(w, history_put_episode(h, &episode, &w->err));
}

static int64_t number(struct world *w, struct history *h, const char *sql)
{
    struct datum found;
    GOOD(w, database_number(h->database, sql, NULL, 0, &found, &w->err));
    return found.number;
}

static struct history *open_spool(struct world *w)
{
    struct history *spool = NULL;
    GOOD(w, spool_open(&spool, arena_printf(&w->arena, "%s/spool.db", w->dir),
                       &w->err));
    return spool;
}

/* A history with a closed incident, an open one, and what failed meanwhile. */
static void begin(struct world *w)
{
    world_begin(w);
    (void)add_run(w, w->history, T0);
    int64_t run = add_run(w, w->history, T0 + HOUR);
    put_incident(w, w->history, "INC-1", INCIDENT_CLOSED, run);
    put_incident(w, w->history, "INC-2", INCIDENT_DETECTED, run);
    put_episode(w, w->history, "old", T0 - DAY, T0 - HOUR);
    put_episode(w, w->history, "a", T0, 0);
}

static void it_gets_what_the_next_round_needs(void **state)
{
    struct world w;
    bool any = true;
    (void)state;
    begin(&w);
    struct history *spool = open_spool(&w);
    GOOD(&w, spool_seed(spool, w.history, &w.err));
    assert_int_equal(number(&w, spool, "SELECT COUNT(*) FROM runs"), 1);
    assert_int_equal(number(&w, spool, "SELECT started_ms FROM runs"),
                     T0 + HOUR);
    assert_int_equal(number(&w, spool, "SELECT COUNT(*) FROM incidents"), 1);
    assert_int_equal(number(&w, spool, "SELECT COUNT(*) FROM episodes"), 1);
    assert_string_equal(history_id(spool), history_id(w.history));
    GOOD(&w, spool_has_rounds(spool, &any, &w.err));
    assert_false(any);
    /* Once only: what it has since is newer than the history. */
    put_incident(&w, spool, "INC-2", INCIDENT_CLOSED, 1);
    GOOD(&w, spool_seed(spool, w.history, &w.err));
    assert_int_equal(number(&w, spool,
                            "SELECT COUNT(*) FROM incidents WHERE status = "
                            "'closed'"),
                     1);
    history_close(spool);
    world_end(&w);
}

static void it_gives_all_back(void **state)
{
    struct world w;
    int64_t run = 0;
    bool any = false;
    (void)state;
    begin(&w);
    struct history *spool = open_spool(&w);
    GOOD(&w, spool_seed(spool, w.history, &w.err));
    run = add_run(&w, spool, T0 + 2 * HOUR);
    put_incident(&w, spool, "INC-2", INCIDENT_RESOLVED, run);
    put_incident(&w, spool, "INC-s1-1", INCIDENT_DETECTED, run);
    put_episode(&w, spool, "a", T0, T0 + 2 * HOUR);
    put_episode(&w, spool, "b", T0 + 2 * HOUR, 0);
    GOOD(&w, spool_has_rounds(spool, &any, &w.err));
    assert_true(any);
    GOOD(&w, spool_take(w.history, spool, &w.err));
    assert_int_equal(number(&w, w.history, "SELECT COUNT(*) FROM runs"), 3);
    assert_int_equal(number(&w, w.history, "SELECT COUNT(*) FROM incidents"),
                     3);
    assert_int_equal(number(&w, w.history, "SELECT COUNT(*) FROM episodes"), 3);
    assert_int_equal(number(&w, w.history,
                            "SELECT to_ms FROM episodes WHERE check_id = 'a'"),
                     T0 + 2 * HOUR);
    /* The run of an incident is the one that its id became. */
    assert_int_equal(number(&w, w.history,
                            "SELECT COUNT(*) FROM incidents i JOIN runs r ON "
                            "r.id = i.run WHERE r.started_ms = 1795262400000"),
                     2);
    /* What a person did meanwhile stays. */
    assert_int_equal(number(&w, w.history,
                            "SELECT acknowledged_ms FROM incidents WHERE id = "
                            "'INC-2'"),
                     T0 + 5);
    history_close(spool);
    world_end(&w);
}

/* The spool knew of nothing: what it saw fail had been failing before. */
static void one_failure_is_one_episode(void **state)
{
    struct world w;
    (void)state;
    begin(&w);
    put_episode(&w, w.history, "b", T0 - HOUR, T0);
    struct history *spool = open_spool(&w);
    (void)add_run(&w, spool, T0 + HOUR);
    put_episode(&w, spool, "a", T0 + HOUR, T0 + 2 * HOUR);
    put_episode(&w, spool, "a", T0 + 3 * HOUR, 0);
    put_episode(&w, spool, "b", T0 + HOUR, T0 + 2 * HOUR);
    for (int i = 0; i < 2; i++) {
        static const char where[] = "SELECT COUNT(*) FROM episodes WHERE ";
        GOOD(&w, spool_take(w.history, spool, &w.err));
        assert_int_equal(
            number(&w, w.history,
                   arena_printf(&w.arena, "%s check_id <> 'old'", where)),
            4);
        assert_int_equal(
            number(
                &w, w.history,
                arena_printf(&w.arena,
                             "%s check_id = 'a' AND from_ms = %lld AND "
                             "to_ms = %lld AND rounds = 2 AND alarm_ms = %lld",
                             where, (long long)T0, (long long)(T0 + 2 * HOUR),
                             (long long)(T0 + 7))),
            1);
    }
    history_close(spool);
    world_end(&w);
}

/* Who takes it is killed before it is removed; then the history is lost again,
   and the spool goes on. */
static void no_row_comes_twice(void **state)
{
    struct world w;
    int64_t run = 0;
    struct event_row event = {.time_ms = T0,
                              .incident = "INC-2",
                              .witness = WITNESS_OBSERVED,
                              .source = "x",
                              .text = "y"};
    (void)state;
    begin(&w);
    struct history *spool = open_spool(&w);
    GOOD(&w, spool_seed(spool, w.history, &w.err));
    for (int64_t i = 2; i < 5; i++) {
        run = add_run(&w, spool, T0 + i * HOUR);
        put_incident(&w, spool, "INC-2", INCIDENT_DETECTED, run);
        GOOD(&w, history_add_event(spool, &event, &w.err));
        GOOD(&w, spool_take(w.history, spool, &w.err));
        GOOD(&w, spool_take(w.history, spool, &w.err));
        assert_int_equal(number(&w, w.history, "SELECT COUNT(*) FROM runs"),
                         i + 1);
        assert_int_equal(number(&w, w.history, "SELECT COUNT(*) FROM events"),
                         i - 1);
        assert_int_equal(number(&w, w.history,
                                "SELECT r.started_ms FROM incidents i JOIN "
                                "runs r ON r.id = i.run WHERE i.id = 'INC-2'"),
                         T0 + i * HOUR);
    }
    history_close(spool);
    world_end(&w);
}

/* Half of a spool is never in the history. */
static void it_gives_all_or_nothing(void **state)
{
    struct world w;
    int64_t run = 0;
    (void)state;
    begin(&w);
    struct history *spool = open_spool(&w);
    run = add_run(&w, spool, T0 + 2 * HOUR);
    struct event_row event = {.time_ms = T0,
                              .incident = "INC-9",
                              .witness = WITNESS_OBSERVED,
                              .source = "x",
                              .text = "y"};
    put_incident(&w, spool, "INC-9", INCIDENT_DETECTED, run);
    GOOD(&w, history_add_event(spool, &event, &w.err));
    GOOD(&w,
         database_run(w.history->database, "ALTER TABLE events RENAME TO gone",
                      NULL, 0, &w.err));
    assert_false(spool_take(w.history, spool, &w.err));
    assert_true(w.err.set);
    assert_int_equal(number(&w, w.history, "SELECT COUNT(*) FROM runs"), 2);
    w.err.set = false;
    history_close(spool);
    world_end(&w);
}

static void each_has_ids_of_its_own(void **state)
{
    struct world w;
    char first[8];
    (void)state;
    world_begin(&w);
    struct history *spool = open_spool(&w);
    int64_t run = add_run(&w, spool, T0);
    snprintf(first, sizeof(first), "%s", spool->infix);
    assert_int_equal(strlen(first), 6);
    history_close(spool);
    spool = open_spool(&w);
    assert_string_equal(spool->infix, first);
    history_close(spool);
    spool_remove(arena_printf(&w.arena, "%s/spool.db", w.dir));
    spool = open_spool(&w);
    assert_string_not_equal(spool->infix, first);
    int64_t other = add_run(&w, spool, T0);
    assert_true(run - other > 60000 || other - run > 60000);
    history_close(spool);
    world_end(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(places_from_the_best_one),
        cmocka_unit_test(its_folder_is_made_and_ours),
        cmocka_unit_test(its_name_is_of_the_history),
        cmocka_unit_test(it_gets_what_the_next_round_needs),
        cmocka_unit_test(it_gives_all_back),
        cmocka_unit_test(one_failure_is_one_episode),
        cmocka_unit_test(no_row_comes_twice),
        cmocka_unit_test(it_gives_all_or_nothing),
        cmocka_unit_test(each_has_ids_of_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
