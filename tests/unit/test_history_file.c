/* The history in a file: broken, foreign, locked in, full, and odd names. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <sqlite3.h>

#include "base/file.h"
#include "tests/unit/history_world.h"

#define FILE_MAX ((size_t)8 << 20)

static struct str content(struct world *w, const char *path)
{
    struct source s;
    GOOD(w, file_read(&s, &w->arena, path, FILE_MAX, &w->err));
    return s.text;
}

static void put(struct world *w, const char *path, struct str text)
{
    GOOD(w, file_write(path, text, &w->err));
}

static char *beside(struct world *w, const char *name)
{
    return arena_printf(&w->arena, "%s/%s", w->dir, name);
}

static void what_is_no_history_is_left_alone(void **state)
{
    struct world w;
    struct history *h = NULL;
    sqlite3 *foreign = NULL;
    (void)state;
    world_begin(&w);
    BAD(&w, history_open(&h, w.dir, &w.err), "is a folder: give a file in it");
    BAD(&w, history_open(&h, "", &w.err), "has no name");
    BAD(&w, history_open(&h, beside(&w, "no/x.db"), &w.err),
        "No such file or directory");
    BAD(&w, history_open(&h, test_repeat(&w.arena, "x/", 3000), &w.err),
        "' is too long");
    char *fifo = beside(&w, "fifo");
    assert_int_equal(mkfifo(fifo, 0600), 0);
    BAD(&w, history_open(&h, fifo, &w.err), "is no regular file");

    struct str text = STR("This is a diary of mine, and no database at all; "
                          "nothing of it may change, whatever happens to it.");
    char *diary = beside(&w, "diary");
    put(&w, diary, text);
    BAD(&w, history_open(&h, diary, &w.err), "is no database");
    assert_true(str_equal(content(&w, diary), text));

    char *other = beside(&w, "other.db");
    assert_int_equal(sqlite3_open(other, &foreign), SQLITE_OK);
    assert_int_equal(
        sqlite3_exec(foreign, "CREATE TABLE runs (x)", NULL, NULL, NULL),
        SQLITE_OK);
    sqlite3_close(foreign);
    struct str before = content(&w, other);
    BAD(&w, history_open(&h, other, &w.err), "is a database of something else");
    assert_true(str_equal(content(&w, other), before));

    char *empty = beside(&w, "empty.db"); /* such as mktemp leaves */
    put(&w, empty, STR_NONE);
    GOOD(&w, history_open(&h, empty, &w.err));
    history_close(h);
    world_end(&w);
}

static void any_name_is_a_name(void **state)
{
    static const char *const names[] = {"file:x?mode=ro",
                                        ":memory:",
                                        "a b#%?'\";.db",
                                        "\xc3\xbc\xe2\x82\xac",
                                        "-x",
                                        "x://y",
                                        "memory",
                                        "postgresql:x",
                                        "new\nline"};
    struct world w;
    char back[4096];
    (void)state;
    world_begin(&w);
    assert_non_null(getcwd(back, sizeof(back)));
    assert_int_equal(chdir(w.dir), 0);
    for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
        struct history *h = NULL;
        struct stat st;
        const char *holder = NULL;
        const char *path = names[i];
        if (strcmp(path, "x://y") == 0) {
            BAD(&w, history_open(&h, "xx://y", &w.err), "cannot be at 'xx://'");
            continue;
        }
        GOOD(&w, history_open(&h, path, &w.err));
        GOOD(&w, history_claim(h, &w.arena, &holder, &w.err));
        history_close(h);
        assert_int_equal(stat(path, &st), 0);
        assert_true(st.st_size > 4096);
        unlink(path);
    }
    assert_int_equal(chdir(back), 0);
    world_end(&w);
}

/* Two names of one file have one lock. */
static void a_link_has_the_same_lock(void **state)
{
    struct world w;
    struct history *h = NULL;
    const char *holder = NULL;
    (void)state;
    world_begin(&w);
    GOOD(&w, history_claim(w.history, &w.arena, &holder, &w.err));
    assert_int_equal(symlink(w.where, beside(&w, "link.db")), 0);
    GOOD(&w, history_open(&h, beside(&w, "link.db"), &w.err));
    GOOD(&w, history_claim(h, &w.arena, &holder, &w.err));
    assert_non_null(holder);
    history_close(h);
    char *path = beside(&w, "history.db-lock");
    put(&w, path, STR("\x1b[2Jpid 1 on evil\n")); /* another file now */
    world_close(&w);
    world_open(&w);
    GOOD(&w, history_claim(w.history, &w.arena, &holder, &w.err));
    assert_null(holder);
    assert_int_equal(chmod(path, 0), 0);
    unlink(path);
    assert_int_equal(mkdir(path, 0700), 0);
    GOOD(&w, history_open(&h, w.where, &w.err));
    BAD(&w, history_claim(h, &w.arena, &holder, &w.err),
        "cannot open the lock '");
    history_close(h);
    assert_int_equal(rmdir(path), 0);
    world_end(&w);
}

/* Asks for all there is; what fails has an error. */
static void ask_all(struct world *w)
{
    struct history *h = w->history;
    struct run_row run;
    struct run_rows runs;
    struct result_rows results;
    struct uptime_rows uptime;
    struct check_states states;
    struct incident_rows incidents;
    struct event_rows events;
    struct notice_rows notices;
    struct deployment_rows deployments;
    struct str record;
    struct arena a;
    const char *id = NULL;
    bool left = false;
    arena_init(&a);
    struct err e[12] = {{.set = false}};
    const bool ok[] = {
        history_last_run(h, &a, T0, &run, &e[0]),
        history_runs(h, &a, 0, T0, &runs, &e[1]),
        history_results(h, &a, 0, T0, &results, &e[2]),
        history_uptime(h, &a, (struct slices){0, T0, HOUR}, &uptime, &e[3]),
        history_states(h, &a, &states, &e[4]),
        history_incidents(h, &a, NULL, 0, &incidents, &e[5]),
        history_events(h, &a, NULL, 0, &events, &e[6]),
        history_due_notices(h, &a, T0, 100, &notices, &e[7]),
        history_deployments(h, &a, 0, T0, &deployments, &e[8]),
        history_record(h, &a, 1, &record, &e[9]),
        history_next_id(h, &a, T0, &id, &e[10]),
        history_prune(h, T0, 3, &left, &e[11]),
    };
    for (size_t i = 0; i < ARRAY_COUNT(ok); i++)
        if (ok[i] == e[i].set)
            fail_msg("question %zu: %s", i, e[i].text);
    arena_release(&a);
}

struct outcome {
    int refused, opened;
};

/* Refused: not a byte has changed. Opened: all questions have an answer. */
static void try_broken(struct world *w, const char *path, struct str text,
                       struct outcome *o)
{
    struct err e = {.set = false};
    put(w, path, text);
    if (history_open(&w->history, path, &e)) {
        ask_all(w);
        world_close(w);
        o->opened++;
    } else {
        assert_true(e.set);
        assert_null(w->history);
        assert_true(str_equal(content(w, path), text));
        o->refused++;
    }
    unlink(arena_printf(&w->arena, "%s-wal", path));
    unlink(arena_printf(&w->arena, "%s-shm", path));
}

static void flipped_bytes_break_nothing_else(void **state)
{
    struct world w;
    struct outcome o = {0, 0};
    (void)state;
    world_begin(&w);
    for (int64_t n = 1; n < 12; n++)
        GOOD(&w, world_round(&w, n));
    world_close(&w);
    struct str good = content(&w, w.where);
    char *bad = beside(&w, "bad.db");
    size_t step = good.len / 300;
    for (size_t at = 0; at < good.len; at += at < 200 ? 3 : step) {
        struct arena keep = w.arena; /* given back after each */
        arena_init(&w.arena);
        char *copy = arena_dup(&w.arena, good.ptr, good.len);
        copy[at] = (char)(copy[at] ^ (at % 2 == 0 ? 0xff : 0x04));
        try_broken(&w, bad, (struct str){copy, good.len}, &o);
        arena_release(&w.arena);
        w.arena = keep;
    }
    print_message("# %d refused, %d opened and asked\n", o.refused, o.opened);
    assert_true(o.refused > 20 && o.opened > 20);
    world_end(&w);
}

static void a_file_cut_short_is_refused(void **state)
{
    struct world w;
    struct outcome o = {0, 0};
    (void)state;
    world_begin(&w);
    /* The last page is of episodes: one that is empty would lose nothing. */
    const struct episode one = {.check = "api", .region = "", .from_ms = 1};
    GOOD(&w, world_round(&w, 1));
    GOOD(&w, history_put_episode(w.history, &one, &w.err));
    world_close(&w);
    struct str good = content(&w, w.where);
    char *bad = beside(&w, "bad.db");
    for (size_t len = 1; len < good.len; len += good.len / 60)
        try_broken(&w, bad, str_sub(good, 0, len), &o);
    assert_int_equal(o.opened, 0);
    assert_true(o.refused > 50);
    world_end(&w);
}

static void damage_is_told_with_what_to_do(void **state)
{
    struct world w;
    struct history *h = NULL;
    (void)state;
    world_begin(&w);
    for (int64_t n = 1; n < 12; n++)
        GOOD(&w, world_round(&w, n));
    world_close(&w);
    struct str good = content(&w, w.where);
    char *bad = arena_dup(&w.arena, good.ptr, good.len);
    memset(bad + 4096, 0xab, good.len - 8192); /* all but first and last */
    put(&w, w.where, (struct str){bad, good.len});
    BAD(&w, history_open(&h, w.where, &w.err), "is damaged (");
    BAD(&w, history_open(&h, w.where, &w.err),
        "nothing was changed; put back a copy of it, or move it away");
    assert_memory_equal(content(&w, w.where).ptr, bad, good.len);
    put(&w, w.where, good);
    world_open(&w);
    assert_int_equal(world_count(&w), 11);
    world_end(&w);
}

/* As somebody who may write nothing there; root may write everywhere. */
static int as_nobody(struct world *w, const char *path)
{
    struct history *h = NULL;
    if (getuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0))
        return 9;
    if (history_open(&h, path, &w->err))
        return 8;
    const char *want = "give a file ";
    if (strstr(w->err.text, want) == NULL) {
        print_message("%s\n", w->err.text);
        return 7;
    }
    return 0;
}

static void in_child(struct world *w, const char *path,
                     int (*act)(struct world *w, const char *path))
{
    int status = 0;
    pid_t pid = fork();
    if (pid == 0)
        _exit(act(w, path));
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

static void what_cannot_be_written_is_told(void **state)
{
    struct world w;
    (void)state;
    world_begin(&w);
    GOOD(&w, world_round(&w, 1));
    world_close(&w);
    assert_int_equal(chmod(w.where, 0444), 0);
    assert_int_equal(chmod(w.dir, 0777), 0);
    in_child(&w, w.where, as_nobody); /* the file */
    assert_int_equal(chmod(w.dir, 0555), 0);
    in_child(&w, w.where, as_nobody); /* both */
    in_child(&w, beside(&w, "new.db"), as_nobody);
    assert_int_equal(chmod(w.where, 0666), 0);
    in_child(&w, w.where, as_nobody); /* the folder */
    assert_int_equal(chmod(w.dir, 0755), 0);
    world_open(&w);
    assert_int_equal(world_count(&w), 1);
    world_end(&w);
}

static void a_full_database_keeps_what_it_has(void **state)
{
    struct world w;
    (void)state;
    world_begin(&w);
    struct database *d = w.history->database;
    GOOD(&w, database_run(d, "PRAGMA max_page_count = 60", NULL, 0, &w.err));
    world_fill(&w);
    GOOD(&w, database_run(d, "PRAGMA max_page_count = 6000", NULL, 0, &w.err));
    int64_t n = world_count(&w);
    assert_true(n > 3);
    GOOD(&w, world_round(&w, n + 1)); /* there is room again */
    world_end(&w);
}

static int over_the_limit(struct world *w, const char *path)
{
    struct rlimit limit = {200000, 200000};
    signal(SIGXFSZ, SIG_IGN);
    (void)path;
    if (setrlimit(RLIMIT_FSIZE, &limit) != 0 ||
        !history_open(&w->history, w->where, &w->err))
        return 1;
    world_fill(w);
    history_close(w->history);
    return 0;
}

static void a_limit_of_file_size_is_a_full_disk(void **state)
{
    struct world w;
    (void)state;
    world_begin(&w);
    GOOD(&w, world_round(&w, 1));
    world_close(&w);
    in_child(&w, w.where, over_the_limit);
    world_open(&w);
    int64_t n = world_count(&w);
    assert_true(n > 1);
    GOOD(&w, world_round(&w, n + 1));
    world_end(&w);
}

/* A disk of 1 MB; mounting it is for root, and not in every container. */
static void a_full_disk_keeps_what_it_has(void **state)
{
    struct world w;
    (void)state;
    world_begin(&w);
    char *disk = beside(&w, "disk");
    assert_int_equal(mkdir(disk, 0755), 0);
    if (mount("tmpfs", disk, "tmpfs", 0, "size=1m") != 0) {
        print_message("# no disk could be mounted: %s\n", strerror(errno));
        rmdir(disk);
        world_end(&w);
        skip();
    }
    snprintf(w.where, sizeof(w.where), "%s/history.db", disk);
    world_close(&w);
    world_open(&w);
    world_fill(&w);
    int64_t n = world_count(&w);
    world_close(&w);
    world_open(&w); /* a second start on the full disk */
    assert_int_equal(world_count(&w), n);
    world_fill(&w);
    assert_int_equal(mount(NULL, disk, NULL, MS_REMOUNT, "size=4m"), 0);
    GOOD(&w, world_round(&w, world_count(&w) + 1));
    assert_true(n > 3);
    world_close(&w);
    assert_int_equal(umount(disk), 0);
    assert_int_equal(rmdir(disk), 0);
    world_end(&w);
}

/* What a hostile file could bring along does nothing. */
static void triggers_and_views_do_nothing(void **state)
{
    struct world w;
    sqlite3 *db = NULL;
    (void)state;
    world_begin(&w);
    world_close(&w);
    assert_int_equal(sqlite3_open(w.where, &db), SQLITE_OK);
    assert_int_equal(
        sqlite3_exec(db,
                     "CREATE TRIGGER t AFTER INSERT ON runs BEGIN DELETE FROM "
                     "runs; END; ALTER TABLE events RENAME TO e; CREATE VIEW "
                     "events AS SELECT * FROM e;",
                     NULL, NULL, NULL),
        SQLITE_OK);
    sqlite3_close(db);
    struct history *h = NULL;
    BAD(&w, history_open(&h, w.where, &w.err), "what postflight did not make");
    assert_int_equal(sqlite3_open(w.where, &db), SQLITE_OK);
    int64_t rows = -1;
    sqlite3_stmt *q = NULL;
    assert_int_equal(
        sqlite3_prepare_v2(db, "SELECT COUNT(*) FROM runs", -1, &q, NULL),
        SQLITE_OK);
    assert_int_equal(sqlite3_step(q), SQLITE_ROW);
    rows = sqlite3_column_int64(q, 0);
    sqlite3_finalize(q);
    sqlite3_close(db);
    assert_int_equal(rows, 0);
    world_end(&w);
}

static void it_is_kept_as_said(void **state)
{
    static const struct {
        const char *sql;
        int64_t want;
    } settings[] = {{"PRAGMA synchronous", 2},
                    {"PRAGMA foreign_keys", 1},
                    {"SELECT journal_mode = 'wal' FROM pragma_journal_mode", 1},
                    {"PRAGMA application_id", 0x70666c74}};
    struct world w;
    struct datum found;
    (void)state;
    world_begin(&w);
    for (size_t i = 0; i < ARRAY_COUNT(settings); i++) {
        GOOD(&w, database_number(w.history->database, settings[i].sql, NULL, 0,
                                 &found, &w.err));
        assert_int_equal(found.number, settings[i].want);
    }
    world_end(&w);
}

static void a_large_file_is_looked_at_for_less_long(void **state)
{
    (void)state;
    assert_int_equal(sqlite_sound_ms(SOUND_BYTES - 1), SOUND_MS);
    assert_int_equal(sqlite_sound_ms(SOUND_BYTES), SOUND_MS);
    assert_int_equal(sqlite_sound_ms(SOUND_BYTES + 1), SOUND_LARGE_MS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_no_history_is_left_alone),
        cmocka_unit_test(any_name_is_a_name),
        cmocka_unit_test(a_link_has_the_same_lock),
        cmocka_unit_test(flipped_bytes_break_nothing_else),
        cmocka_unit_test(a_file_cut_short_is_refused),
        cmocka_unit_test(damage_is_told_with_what_to_do),
        cmocka_unit_test(what_cannot_be_written_is_told),
        cmocka_unit_test(a_full_database_keeps_what_it_has),
        cmocka_unit_test(a_limit_of_file_size_is_a_full_disk),
        cmocka_unit_test(a_full_disk_keeps_what_it_has),
        cmocka_unit_test(triggers_and_views_do_nothing),
        cmocka_unit_test(it_is_kept_as_said),
        cmocka_unit_test(a_large_file_is_looked_at_for_less_long),
    };
    unsetenv("POSTFLIGHT_TEST_POSTGRES"); /* these are about files */
    return cmocka_run_group_tests(tests, NULL, NULL);
}
