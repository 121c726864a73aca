/* What a cause advises: remedies by the wrapped error, what a rollback does. */
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "scan/scan.h"
#include "tests/unit/catalogue_world.h"
#include "tests/unit/testing.h"

static struct findings scan(struct fixture *f, const char *text)
{
    struct findings out;
    scan_text(&out, &f->arena, &f->catalogue, "t.log", str_from(text), false);
    return out;
}

/* A tool's report with the database's message in each @, and the words of the
   remedy that records a migration without running it. */
static const struct tool {
    const char *name, *log, *mark;
} tools[] = {
    {"prisma",
     "Error: P3018\n\nA migration failed to apply.\n\nMigration name: m1\n\n"
     "Database error:\nERROR: @\n",
     "--applied"},
    {"prisma with an adapter",
     "Error: external connector error\nError querying the database: ERROR: @\n"
     "           with migration_name=\"m1\"\n",
     "--applied"},
    {"golang-migrate",
     "2026/04/10 18:56:27 error: migration failed: @ in line 0: CREATE "
     "(details: "
     "pq: @)\n",
     "force its own version"},
    {"goose",
     "2026/08/22 10:59:18 goose run: ERROR 00002_users.sql: failed to run SQL "
     "migration: failed to execute SQL query \"CREATE\": ERROR: @\n",
     "goose_db_version"},
    {"knex",
     "migration file \"1_users.js\" failed\nmigration failed with error: "
     "create "
     "- @\nerror: create - @\n",
     "knex_migrations"},
    {"liquibase",
     "[ERROR] liquibase.exception.MigrationFailedException: Migration failed "
     "for change set db/1.xml::1::app:\n[ERROR]      Reason: "
     "liquibase.exception.DatabaseException: ERROR: @ [Failed SQL: (0) X]\n",
     "MARK_RAN"},
    {"rails",
     "StandardError: An error has occurred, this and all later migrations "
     "canceled: (StandardError)\n\nActiveRecord::StatementInvalid: ERROR:  @\n",
     "schema_migrations"},
    {"efcore",
     "[03:39:44 ERR] Failed executing DbCommand (9ms) [Parameters=[]]\n"
     "CREATE TABLE x();\nNpgsql.PostgresException (0x80004005): ERROR: @\n",
     "__EFMigrationsHistory from"},
    {"umzug",
     "Error: Migration 1-users.js (up) failed: Original error: @\nerror: @\n",
     "record it as executed"},
    {"typeorm",
     "Migration \"Init1700000000000\" failed, error: @\nQueryFailedError: @\n",
     "record them without running"},
    {"flyway",
     "org.flywaydb.core.FlywayMigrateException: Migration V2__x.sql failed\n"
     "Message    : ERROR: @\nLine       : 3\n",
     "a new script that skips it"},
    {"alembic",
     "sqlalchemy.exc.ProgrammingError: (psycopg2.errors.Error) @\n[SQL: x]\n",
     "stamp its revision"},
};

static const struct inner {
    const char *code, *message;
    bool exists;
} inner[] = {
    {"42P07", "relation \"users\" already exists", true},
    {"42701", "column \"c\" of relation \"users\" already exists", true},
    {"42710", "type \"kind\" already exists", true},
    {"42P06", "schema \"app\" already exists", true},
    {"42723", "function \"f\" already exists with same argument types", true},
    {"1050", "Table 'users' already exists", true},
    {"1060", "Duplicate column name 'c'", true},
    {"1061", "Duplicate key name 'i'", true},
    {"sqlite", "SQLITE_ERROR: table users already exists", true},
    {"sqlite column", "SQLITE_ERROR: duplicate column name: c", true},
    {"42601", "syntax error at or near \"TABEL\"", false},
    {"42703", "column \"c\" of relation \"users\" does not exist", false},
    {"42P01", "relation \"users\" does not exist", false},
    {"23505", "duplicate key value violates unique constraint \"u\"", false},
    {"23502", "column \"c\" of relation \"users\" contains null values", false},
    {"1064",
     "You have an error in your SQL syntax; check the manual that corresponds "
     "to your MySQL server version for the right syntax to use near 'TABEL' at "
     "line 1",
     false},
    {"1146", "Table 'app.users' doesn't exist", false},
    {"1054", "Unknown column 'c' in 'field list'", false},
    {"sqlite syntax", "SQLITE_ERROR: near \"TABEL\": syntax error", false},
    {"sqlite missing", "SQLITE_ERROR: no such table: users", false},
};

static const char *filled(struct arena *a, const char *log, const char *message)
{
    struct buf out;
    buf_init(&out, 4000);
    for (; *log != '\0'; log++) {
        if (*log == '@')
            buf_text(&out, message);
        else
            buf_char(&out, *log);
    }
    const char *text = buf_dup(a, &out);
    buf_release(&out);
    return text;
}

static const struct remedy *remedy_with(const struct cause *c, const char *word)
{
    for (size_t i = 0; i < c->remedy_count; i++)
        if (strstr(c->remedy[i].text, word) != NULL ||
            (c->remedy[i].command != NULL &&
             strstr(c->remedy[i].command, word) != NULL))
            return &c->remedy[i];
    return NULL;
}

static bool begins(const char *text, const char *word)
{
    return strncmp(text, word, strlen(word)) == 0;
}

static void only_what_exists_is_marked_as_applied(void **state)
{
    struct fixture *f = *state;
    for (size_t i = 0; i < ARRAY_COUNT(tools); i++)
        for (size_t k = 0; k < ARRAY_COUNT(inner); k++) {
            struct findings found =
                scan(f, filled(&f->arena, tools[i].log, inner[k].message));
            const struct cause *c = &found.cause[0];
            const struct remedy *mark =
                found.cause_count == 0 ? NULL : remedy_with(c, tools[i].mark);
            if (found.cause_count == 0 || c->signature == NULL ||
                (mark != NULL) != inner[k].exists)
                fail_msg("%s, %s: root %s, mark %s", tools[i].name,
                         inner[k].code,
                         found.cause_count == 0 ? "none" : c->title,
                         mark == NULL ? "not offered" : mark->text);
            if (mark != NULL && !begins(mark->text, "If ") &&
                !begins(mark->text, "Only if "))
                fail_msg("%s: %s", tools[i].name, mark->text);
        }
}

/* A code alone decides, too; without one the condition has to. */
static void an_error_without_a_signature(void **state)
{
    static const struct {
        const char *log;
        bool offered;
    } rows[] = {
        {"Error: P3018\nMigration name: m1\n", true},
        {"Error: P3018\nMigration name: m1\nDatabase error code: 42P07\n",
         true},
        {"Error: P3018\nMigration name: m1\nDatabase error code: 2201B\n"
         "Database error:\nERROR: invalid regular expression: x\n",
         false},
        {"Error: P3018\nMigration name: m1\nDatabase error code: 2714\n"
         "Database error:\nERROR: There is already an object named 'x'\n",
         true},
        {"Error: P3009\n\nmigrate found failed migrations in the target "
         "database\nThe `m1` migration started at 2025-10-19 17:18:20.886 UTC "
         "failed\n",
         true},
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct findings f = scan(*state, rows[i].log);
        assert_int_equal(f.cause_count, 1);
        const struct remedy *mark = remedy_with(&f.cause[0], "--applied");
        if ((mark != NULL) != rows[i].offered)
            fail_msg("row %zu", i);
        if (mark != NULL)
            assert_true(begins(mark->text, "If "));
        assert_non_null(remedy_with(&f.cause[0], "--rolled-back m1"));
    }
}

/* The root's own remedy first: nothing else removes a syntax error. */
static void the_root_comes_before_its_wrapper(void **state)
{
    struct findings f = scan(
        *state, "Error: P3018\nMigration name: m1\nDatabase error code: 42601\n"
                "Database error:\nERROR: syntax error at or near \"TABEL\"\n");
    const struct cause *c = &f.cause[0];
    assert_string_equal(c->signature, "postgres/42601");
    assert_true(begins(c->remedy[0].text, "Fix the statement"));
    assert_null(remedy_with(c, "--applied"));
    assert_null(remedy_with(c, "run the pending migrations"));
    size_t rolled_back = (size_t)(remedy_with(c, "--rolled-back") - c->remedy);
    assert_true(rolled_back > 0 && rolled_back < c->remedy_count);
}

static void the_worst_of_root_and_tool_decides(void **state)
{
    static const struct {
        const char *log;
        int rollback;
        const char *why; /* NULL: nothing is known */
    } rows[] = {
        /* the state that the tool recorded outlives the build */
        {"Error: P3018\nMigration name: m\nDatabase error code: 42601\n",
         ROLLBACK_USELESS, "stops with P3009"},
        {"Error: P3018\nMigration name: m\nDatabase error code: 42P07\n",
         ROLLBACK_USELESS, "stops with P3009"},
        {"Error: P3018\nMigration name: m\nERROR: strange, and unknown\n",
         ROLLBACK_USELESS, "stops with P3009"},
        {"Error: P3009\n", ROLLBACK_USELESS, "stops with P3009"},
        {"error: Dirty database version 7. Fix and force version.\n",
         ROLLBACK_USELESS, "Dirty database version"},
        {"ERROR: Validate failed: Detected failed migration to version 7 (add "
         "orders)\n",
         ROLLBACK_USELESS, "records the migration as failed"},
        /* nothing is recorded: the root decides */
        {"Error: Migration 1-u.js (up) failed: Original error: syntax error at "
         "or near \"TABEL\"\n",
         ROLLBACK_HELPS, "executed nothing of it"},
        {"Error: Migration 1-u.js (up) failed: Original error: relation \"u\" "
         "already exists\n",
         ROLLBACK_USELESS, "stays in the database"},
        {"ERROR: syntax error at or near \"TABEL\"\n", ROLLBACK_HELPS,
         "came with this build"},
        /* the same database for every build */
        {"psql: error: connection to server at \"db\" (10.0.0.5), port 5432 "
         "failed: Connection refused\n",
         ROLLBACK_USELESS, "same address"},
        {"Error: Cannot find module '/app/dist/main.js'\n", ROLLBACK_HELPS,
         "contains the modules"},
        /* a platform's verdict does not outweigh what is known */
        {"Error: Cannot find module '/app/dist/main.js'\n==> Exited with "
         "status "
         "1\n==> Deploy failed\n",
         ROLLBACK_HELPS, "contains the modules"},
        {"out of memory is a song\n", -1, NULL},
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct findings f = scan(*state, rows[i].log);
        if (rows[i].why == NULL) {
            assert_int_equal(f.cause_count, 0);
            continue;
        }
        assert_true(f.cause_count > 0);
        const struct cause *c = &f.cause[0];
        if (c->rollback != rows[i].rollback || c->rollback_why == NULL ||
            strstr(c->rollback_why, rows[i].why) == NULL)
            fail_msg("row %zu (%s): %d, %s", i, c->title, c->rollback,
                     c->rollback_why == NULL ? "no reason" : c->rollback_why);
    }
}

/* "Roll back" is no remedy where a rollback does not help. */
static void no_remedy_rolls_back_in_vain(void **state)
{
    struct findings alone =
        scan(*state, "ERROR: column \"c\" does not exist\n");
    struct findings wrapped =
        scan(*state, "Error: P3018\nMigration name: m\n\nDatabase error:\n"
                     "ERROR: column \"c\" does not exist\n");
    assert_string_equal(alone.cause[0].signature, "postgres/42703");
    assert_non_null(remedy_with(&alone.cause[0], "roll the code back"));
    assert_string_equal(wrapped.cause[0].signature, "postgres/42703");
    assert_null(remedy_with(&wrapped.cause[0], "roll the code back"));
}

/* Text of a remedy is filled; an example's names are in no report. */
static void remedies_name_what_was_captured(void **state)
{
    struct findings f = scan(
        *state, "KeyError: 'DATABASE_URL'\n  File \"/app/m.py\", line 3, in x\n"
                "    url = os.environ[\"DATABASE_URL\"]\n"
                "KeyError: 'DATABASE_URL'\n");
    assert_int_equal(f.cause_count, 1);
    assert_non_null(remedy_with(&f.cause[0], "Set DATABASE_URL"));
    for (size_t i = 0; i < f.cause[0].remedy_count; i++)
        assert_null(strchr(f.cause[0].remedy[i].text, '{'));
    f = scan(*state, "ERROR: column \"c\" of relation \"bills\" does not "
                     "exist\n");
    bool named = false;
    for (size_t i = 0; i < f.cause[0].confirm_count; i++)
        named = named ||
                strstr(f.cause[0].confirm[i], "table_name = 'bills'") != NULL;
    assert_true(named);
}

static void every_fatal_signature_says_what_a_rollback_does(void **state)
{
    static const char *const conditions[] = {
        "When ", "Where ", "While ", "Unless ", "Everything ", "Nothing "};
    struct fixture *f = *state;
    size_t fatal = 0;
    for (size_t i = 0; i < f->catalogue.count; i++) {
        const struct signature *s = &f->catalogue.signature[i];
        if (signature_is_fatal(s) &&
            (s->rollback < 0 || s->rollback_why == NULL))
            fail_msg("%s has no rollback", s->id);
        fatal += signature_is_fatal(s);
        for (size_t k = 0; k < s->remedy_count; k++)
            for (size_t n = 0; n < ARRAY_COUNT(conditions); n++)
                if (begins(s->remedy[k].text, conditions[n]))
                    fail_msg("%s: a condition begins with If: %s", s->id,
                             s->remedy[k].text);
    }
    assert_true(fatal > 300);
}

static void check_text(const char *signature, const char *want)
{
    char path[] = "/tmp/postflight-sig-XXXXXX";
    struct arena a;
    struct diags d;
    struct err e = {.set = false};
    struct catalogue c;
    struct sample_count count;
    struct buf out;
    arena_init(&a);
    diags_init(&d, &a);
    close(mkstemp(path));
    const char *text = arena_printf(
        &a,
        "signatures:\n- id: t/a\n  title: a\n  role: root\n  severity: "
        "critical\n  meaning: m\n  patterns: [{anchor: kaboomer, match: "
        "kaboomer}]\n  samples: [{text: kaboomer}, {not: x}]\n%s",
        signature);
    assert_true(file_write(path, str_from(text), &e));
    if (catalogue_open(&c, &a, path, &d)) {
        const struct catalogue own = {.signature = catalogue_find(&c, "t/a"),
                                      .count = 1};
        catalogue_check(&own, &count, &d);
    }
    buf_init(&out, 100000);
    diags_render(&d, &out);
    if ((want == NULL) != (d.count == 0) ||
        (want != NULL && strstr(out.ptr, want) == NULL))
        fail_msg("%s\n%s", signature, out.len == 0 ? "no error" : out.ptr);
    buf_release(&out);
    unlink(path);
    arena_release(&a);
}

#define HELPS    "  rollback: helps\n  rollback_why: the old build lacks it\n"
#define USELESS  "  rollback: useless\n  rollback_why: it stays\n"
#define DO(text) "  remedies: [{do: '" text "'}]\n"

static void lint_refuses_bad_advice(void **state)
{
    static const struct {
        const char *signature, *want; /* NULL: nothing */
    } rows[] = {
        {HELPS, NULL},
        {"", "can stop a deploy: add 'rollback'"},
        {"  rollback: helps\n", "'rollback_why' is missing"},
        {"  rollback_why: so\n", "'rollback' is missing"},
        {"  rollback: maybe\n  rollback_why: so\n", "maybe"},
        {"  rollback: helps\n  rollback_why: A sentence.\n", "full stop"},
        {USELESS DO("Roll back to the last good build."),
         "a rollback is useless, but"},
        {USELESS DO("Mend it, or go back to the last good build."),
         "a rollback is useless, but"},
        {HELPS DO("Roll the code back."), "needs 'rolls_back: true'"},
        {HELPS "  remedies: [{do: Roll back to it., rolls_back: true}]\n",
         NULL},
        {USELESS
         "  remedies: [{do: Roll back to it., danger: Data is lost.}]\n",
         NULL},
        {HELPS "  remedies: [{do: Mark it., when: [t/a]}]\n",
         "begins with its condition"},
        {HELPS "  remedies: [{do: If it exists mark it., when: [t/a]}]\n",
         NULL},
        {HELPS "  remedies: [{do: If it exists mark it., when: [t/none]}]\n",
         "names 't/none', which no signature is"},
        {HELPS "  remedies: [{do: x, rolls_back: false}]\n", "expected true"},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++)
        check_text(rows[i].signature, rows[i].want);
}

/* 199, 200 and 201 bytes of a reason. */
static void reasons_at_their_limit(void **state)
{
    struct arena a;
    (void)state;
    arena_init(&a);
    for (size_t len = 199; len <= 201; len++)
        check_text(arena_printf(&a, "  rollback: helps\n  rollback_why: %s\n",
                                test_repeat(&a, "x", len)),
                   len <= 200 ? NULL : "at most 200 fit");
    arena_release(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_what_exists_is_marked_as_applied),
        cmocka_unit_test(an_error_without_a_signature),
        cmocka_unit_test(the_root_comes_before_its_wrapper),
        cmocka_unit_test(the_worst_of_root_and_tool_decides),
        cmocka_unit_test(no_remedy_rolls_back_in_vain),
        cmocka_unit_test(remedies_name_what_was_captured),
        cmocka_unit_test(every_fatal_signature_says_what_a_rollback_does),
        cmocka_unit_test(lint_refuses_bad_advice),
        cmocka_unit_test(reasons_at_their_limit),
    };
    return cmocka_run_group_tests(tests, open_all, close_all);
}
