/* Facts from a file of SQLite: what is read, that nothing is made beside it,
   locks of others, and files that are refused. */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sqlite3.h>

#include "migrations/state/database.h"
#include "tests/unit/testing.h"

struct world {
    struct arena arena;
    char folder[64];
};

static int set_up(void **state)
{
    static struct world w;
    arena_init(&w.arena);
    strcpy(w.folder, "/tmp/postflight-XXXXXX");
    assert_non_null(mkdtemp(w.folder));
    *state = &w;
    return 0;
}

static const char *in(struct world *w, const char *name)
{
    return arena_printf(&w->arena, "%s/%s", w->folder, name);
}

static size_t count_files(struct world *w)
{
    size_t n = 0;
    DIR *dir = opendir(w->folder);
    assert_non_null(dir);
    for (const struct dirent *d; (d = readdir(dir)) != NULL;)
        n += d->d_name[0] != '.';
    closedir(dir);
    return n;
}

static int tear_down(void **state)
{
    struct world *w = *state;
    DIR *dir = opendir(w->folder);
    for (const struct dirent *d; (d = readdir(dir)) != NULL;)
        if (d->d_name[0] != '.')
            assert_int_equal(remove(in(w, d->d_name)), 0);
    closedir(dir);
    assert_int_equal(rmdir(w->folder), 0);
    arena_release(&w->arena);
    return 0;
}

static sqlite3 *make(struct world *w, const char *name, const char *sql)
{
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(in(w, name), &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    return db;
}

static void make_closed(struct world *w, const char *name, const char *sql)
{
    assert_int_equal(sqlite3_close(make(w, name, sql)), SQLITE_OK);
}

static void write_file(struct world *w, const char *name, const char *bytes,
                       size_t count)
{
    FILE *f = fopen(in(w, name), "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(bytes, 1, count, f), count);
    assert_int_equal(fclose(f), 0);
}

static void copy_file(struct world *w, const char *from, const char *to)
{
    static char bytes[1 << 20];
    FILE *f = fopen(in(w, from), "rb");
    assert_non_null(f);
    size_t n = fread(bytes, 1, sizeof(bytes), f);
    fclose(f);
    write_file(w, to, bytes, n);
}

/* The facts; or NULL with the error, without the folder. */
static struct database_facts *read_facts(struct world *w, const char *name,
                                         const char **error)
{
    struct database_facts *f = arena_alloc(&w->arena, sizeof(*f));
    struct err e = {.set = false};
    bool ok = database_read(f, &w->arena, in(w, name), 0, &e);
    assert_true(ok != e.set);
    *error = ok ? NULL : arena_printf(&w->arena, "%s", e.text);
    return ok || f->busy != NULL ? f : NULL;
}

static void expect_error(struct world *w, const char *name, const char *why)
{
    const char *error = NULL;
    size_t files = count_files(w);
    assert_null(read_facts(w, name, &error));
    assert_string_equal(error, arena_printf(&w->arena, "cannot read '%s': %s",
                                            in(w, name), why));
    assert_int_equal(count_files(w), files);
}

static const struct database_object *
find(const struct database_facts *f, enum object_kind kind, const char *name)
{
    for (size_t i = 0; i < f->object_count; i++)
        if (f->object[i].kind == kind && strcmp(f->object[i].name, name) == 0)
            return &f->object[i];
    return NULL;
}

static void expect_cells(const struct table_rows *t,
                         const char *const *expected)
{
    for (size_t i = 0; i < t->row_count * t->column_count; i++)
        if (expected[i] == NULL)
            assert_null(t->cell[i]);
        else
            assert_string_equal(t->cell[i], expected[i]);
}

static void test_facts(void **state)
{
    static const char *const cells[] = {"1",         "1735689600000",
                                        NULL,        "1",
                                        "2",         "2025-01-01 00:00:00",
                                        "\\x0aff00", "0",
                                        "3",         "",
                                        "\\x",       "1"};
    struct world *w = *state;
    const char *error = NULL;
    make_closed(w, "app.db",
                "CREATE TABLE _sqlx_migrations (version, installed_on, "
                "checksum, success BOOLEAN);"
                "INSERT INTO _sqlx_migrations VALUES (1, 1735689600000, NULL, "
                "true), (2, '2025-01-01 00:00:00', x'0aff00', false), "
                "(3, '', x'', true);"
                "CREATE TABLE t (a, b, c AS (a + b)); CREATE INDEX t_a ON t "
                "(a); CREATE VIEW alembic_version AS SELECT 'x' AS "
                "version_num; CREATE VIRTUAL TABLE f USING fts5(x);"
                "CREATE TRIGGER r AFTER INSERT ON t BEGIN SELECT 1; END;"
                "CREATE TABLE __EFMigrationsLock (Id, Timestamp);");
    struct database_facts *f = read_facts(w, "app.db", &error);
    assert_null(error);
    assert_string_equal(
        f->server, arena_printf(&w->arena, "SQLite %s", sqlite3_libversion()));
    assert_true(f->has_objects);
    assert_false(f->standby);
    assert_int_equal(f->lag_ms, -1);
    assert_int_equal(f->table_count, 2); /* a view is no history */
    assert_string_equal(f->table[0].name, "_sqlx_migrations");
    assert_true(f->table[0].visible);
    assert_int_equal(f->table[0].row_count, 3);
    assert_int_equal(f->table[0].column_count, 4);
    assert_string_equal(f->table[0].column[3], "success");
    expect_cells(&f->table[0], cells);
    assert_string_equal(f->table[1].name, "__EFMigrationsLock");
    assert_int_equal(f->table[1].row_count, 0);
    assert_int_equal(f->table[1].column_count, 2);
    assert_non_null(find(f, OBJECT_TABLE, "t"));
    assert_non_null(find(f, OBJECT_TABLE, "alembic_version"));
    assert_non_null(find(f, OBJECT_TABLE, "f"));
    assert_non_null(find(f, OBJECT_INDEX, "t_a"));
    assert_non_null(find(f, OBJECT_COLUMN, "t.b"));
    assert_non_null(find(f, OBJECT_COLUMN, "t.c"));
    assert_null(find(f, OBJECT_TABLE, "r"));
}

/* A module that this build lacks is not asked. */
static void test_unknown_module(void **state)
{
    struct world *w = *state;
    const char *error = NULL;
    make_closed(w, "app.db",
                "CREATE TABLE alembic_version (version_num);"
                "PRAGMA writable_schema = 1; INSERT INTO sqlite_master VALUES "
                "('table', 'v', 'v', 0, 'CREATE VIRTUAL TABLE v USING "
                "vec0(x)');");
    struct database_facts *f = read_facts(w, "app.db", &error);
    assert_null(error);
    assert_int_equal(f->table_count, 1);
    assert_non_null(find(f, OBJECT_TABLE, "v"));
}

#define WAL                                                                    \
    "PRAGMA journal_mode = WAL; CREATE TABLE alembic_version (version_num); "  \
    "INSERT INTO alembic_version VALUES ('a1');"

static void expect_version(struct world *w, const char *name,
                           const char *version)
{
    const char *error = NULL;
    size_t files = count_files(w);
    struct database_facts *f = read_facts(w, name, &error);
    if (error != NULL)
        fail_msg("%s", error);
    assert_int_equal(f->table_count, 1);
    assert_int_equal(f->table[0].row_count, 1);
    assert_string_equal(f->table[0].cell[0], version);
    assert_int_equal(count_files(w), files);
}

/* In WAL mode: closed, in use, and left by a crash with what was committed. */
static void test_wal(void **state)
{
    struct world *w = *state;
    make_closed(w, "closed.db", WAL);
    assert_int_equal(count_files(w), 1);
    expect_version(w, "closed.db", "a1");
    sqlite3 *db = make(w, "used.db", WAL);
    assert_int_equal(sqlite3_exec(db,
                                  "UPDATE alembic_version SET version_num "
                                  "= 'b2'",
                                  NULL, NULL, NULL),
                     SQLITE_OK);
    expect_version(w, "used.db", "b2");
    copy_file(w, "used.db", "left.db");
    copy_file(w, "used.db-wal", "left.db-wal");
    expect_version(w, "left.db", "b2");
    /* A write that is not over hides nothing. */
    assert_int_equal(sqlite3_exec(db,
                                  "BEGIN IMMEDIATE; UPDATE "
                                  "alembic_version SET version_num = 'c3'",
                                  NULL, NULL, NULL),
                     SQLITE_OK);
    expect_version(w, "used.db", "b2");
    sqlite3_close(db);
}

static void test_locked(void **state)
{
    struct world *w = *state;
    const char *error = NULL;
    sqlite3 *db = make(w, "app.db",
                       "CREATE TABLE alembic_version (version_num); INSERT "
                       "INTO alembic_version VALUES ('a1'); BEGIN IMMEDIATE;");
    expect_version(w, "app.db", "a1"); /* a writer that has not begun */
    assert_int_equal(
        sqlite3_exec(db, "COMMIT; BEGIN EXCLUSIVE", NULL, NULL, NULL),
        SQLITE_OK);
    struct database_facts *f = read_facts(w, "app.db", &error);
    assert_non_null(f);
    assert_string_equal(f->busy, "another process has locked the database");
    assert_string_equal(error,
                        arena_printf(&w->arena,
                                     "cannot read '%s': another process has "
                                     "locked it",
                                     in(w, "app.db")));
    sqlite3_close(db);
}

/* A journal that its writer left has to be rolled back, which is a write. */
static void test_left_journal(void **state)
{
    struct world *w = *state;
    sqlite3 *db = make(w, "app.db",
                       "CREATE TABLE alembic_version (version_num); INSERT "
                       "INTO alembic_version VALUES ('a1'); PRAGMA cache_size "
                       "= 1; BEGIN; UPDATE alembic_version SET version_num = "
                       "'b2'; CREATE TABLE x (y); INSERT INTO x SELECT "
                       "randomblob(3000) FROM (WITH RECURSIVE n(i) AS (SELECT "
                       "1 UNION ALL SELECT i + 1 FROM n WHERE i < 50) SELECT i "
                       "FROM n);");
    copy_file(w, "app.db", "left.db");
    copy_file(w, "app.db-journal", "left.db-journal");
    sqlite3_close(db);
    expect_error(w, "left.db",
                 "a write to it was cut off, and its journal is still there: "
                 "open it once with the service that owns it");
}

static void test_refused(void **state)
{
    static const char noise[5000] = "no database";
    struct world *w = *state;
    const char *error = NULL;
    expect_error(w, "none.db", "No such file or directory");
    expect_error(w, "none/app.db", "No such file or directory");
    write_file(w, "noise.db", noise, sizeof(noise));
    expect_error(w, "noise.db",
                 "it is not a SQLite database, or it is encrypted");
    write_file(w, "short.db", noise, 99);
    expect_error(w, "short.db", "it is not a SQLite database");
    write_file(w, "empty.db", noise, 0);
    assert_int_equal(read_facts(w, "empty.db", &error)->object_count, 0);
    make_closed(w, "app.db", "CREATE TABLE alembic_version (version_num);");
    assert_int_equal(symlink("app.db", in(w, "link.db")), 0);
    expect_error(w, "link.db", "it is a link: name the file that it leads to");
    assert_int_equal(mkfifo(in(w, "pipe.db"), 0600), 0);
    expect_error(w, "pipe.db", "it is not a regular file");
    expect_error(w, ".", "it is not a regular file");
    assert_int_equal(mkfifo(in(w, "app.db-wal"), 0600), 0);
    expect_error(w, "app.db", "its wal is not a regular file");
    assert_int_equal(truncate(in(w, "app.db"), 4096), 0);
    assert_int_equal(unlink(in(w, "app.db-wal")), 0);
    expect_error(w, "app.db", "database disk image is malformed");
}

static void expect_rows(struct world *w, int rows, bool fine)
{
    const char *error = NULL;
    const char *name = arena_printf(&w->arena, "%d.db", rows);
    make_closed(w, name,
                arena_printf(&w->arena,
                             "CREATE TABLE schema_migrations (version); WITH "
                             "RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + "
                             "1 FROM n WHERE i < %d) INSERT INTO "
                             "schema_migrations SELECT i FROM n",
                             rows));
    struct database_facts *f = read_facts(w, name, &error);
    if (fine)
        assert_int_equal(f->table[0].row_count, rows);
    else
        assert_string_equal(error,
                            "schema_migrations has more than 20000 rows");
}

static void test_limits(void **state)
{
    expect_rows(*state, STATE_ROWS_MAX - 1, true);
    expect_rows(*state, STATE_ROWS_MAX, true);
    expect_rows(*state, STATE_ROWS_MAX + 1, false);
}

/* Names that only quoting keeps from being words of SQL, and of URLs. */
static void test_names(void **state)
{
    struct world *w = *state;
    make_closed(w, "a b?mode=rwc#%41.db",
                "CREATE TABLE \"Alembic_Version\" (version_num); INSERT INTO "
                "alembic_version VALUES ('a1')");
    expect_version(w, "a b?mode=rwc#%41.db", "a1");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_facts, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_unknown_module, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_wal, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_locked, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_left_journal, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_limits, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_names, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
