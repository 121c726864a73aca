/*
 * The state of migrations, from files and rows that stand in the tables below:
 * what each tool's history says, which objects exist, and what that comes to.
 */
#include <string.h>

#include "base/clock.h"
#include "migrations/state/database.h"
#include "migrations/state/internal.h"
#include "model/migration_chain.h"
#include "tests/unit/testing.h"

#define FILES 4
#define USERS "CREATE TABLE users (id int);"
#define ORDERS                                                                 \
    "CREATE TABLE orders (id int); CREATE INDEX orders_x ON orders (id);"

struct row {
    const char *tool;
    const char *file[FILES][2]; /* path, text */
    const char *rows;           /* JSON of the tables */
    const char *objects;        /* "t:users i:orders_x"; '!': invalid */
    const char *verdict;
    const char *subject; /* first failed, pending, edited or unknown; or NULL */
    const char *way;     /* text in the first remedy; or NULL */
};

#define SQL(one, two)                                                          \
    {                                                                          \
        {one, USERS},                                                          \
        {                                                                      \
            two, ORDERS                                                        \
        }                                                                      \
    }

static const struct row rows[] = {
    /* Prisma: several rows of a name, and what its columns say. */
    {"prisma", SQL("1_a/migration.sql", "2_b/migration.sql"),
     "{\"_prisma_migrations\": [{\"migration_name\": \"1_a\", \"checksum\": "
     "null, "
     "\"finished_at\": \"2025-01-01\", \"rolled_back_at\": null, \"logs\": "
     "null}]}",
     "t:users", "pending", "2_b", "Apply the migrations"},
    {"prisma", SQL("1_a/migration.sql", "2_b/migration.sql"),
     "{\"_prisma_migrations\": [{\"migration_name\": \"1_a\", \"checksum\": "
     "null, "
     "\"finished_at\": \"2025-01-01\", \"rolled_back_at\": null, \"logs\": "
     "null}, "
     "{\"migration_name\": \"2_b\", \"checksum\": null, \"finished_at\": null, "
     "\"rolled_back_at\": null, \"logs\": \"ERROR: boom\"}]}",
     "t:users t:orders i:orders_x", "failed", "2_b", "record the migration"},
    {"prisma", SQL("1_a/migration.sql", "2_b/migration.sql"),
     "{\"_prisma_migrations\": [{\"migration_name\": \"1_a\", \"checksum\": "
     "null, "
     "\"finished_at\": \"2025-01-01\", \"rolled_back_at\": null, \"logs\": "
     "null}, "
     "{\"migration_name\": \"2_b\", \"checksum\": null, \"finished_at\": null, "
     "\"rolled_back_at\": null, \"logs\": null}]}",
     "t:users", "failed", "2_b", "fix its SQL"},
    {"prisma", SQL("1_a/migration.sql", "2_b/migration.sql"),
     "{\"_prisma_migrations\": [{\"migration_name\": \"1_a\", \"checksum\": "
     "null, "
     "\"finished_at\": \"2025-01-01\", \"rolled_back_at\": null, \"logs\": "
     "null}, "
     "{\"migration_name\": \"2_b\", \"checksum\": null, \"finished_at\": null, "
     "\"rolled_back_at\": \"2025-01-02\", \"logs\": \"x\"}]}",
     "t:users t:orders", "half-applied", "2_b", "Create what"},
    {"prisma", SQL("1_a/migration.sql", "2_b/migration.sql"),
     "{\"_prisma_migrations\": [{\"migration_name\": \"1_a\", \"checksum\": "
     "\"00\", "
     "\"finished_at\": \"2025-01-01\", \"rolled_back_at\": null, \"logs\": "
     "null}, "
     "{\"migration_name\": \"2_b\", \"checksum\": null, \"finished_at\": "
     "\"2025-01-02\", \"rolled_back_at\": null, \"logs\": null}]}",
     "t:users t:orders i:orders_x", "edited", "1_a", "Restore"},
    {"prisma", SQL("1_a/migration.sql", "2_b/migration.sql"), "{}",
     "t:users t:orders i:orders_x", "no-history", "1_a", "compare|same"},
    {"prisma", SQL("1_a/migration.sql", "2_b/migration.sql"), "{}", "",
     "pending", "1_a", NULL},
    {"prisma", SQL("1_a/migration.sql", "2_b/migration.sql"),
     "{\"_prisma_migrations\": [{\"migration_name\": \"1_a\", \"checksum\": "
     "null, "
     "\"finished_at\": \"2025-01-01\", \"rolled_back_at\": null, \"logs\": "
     "null}]}",
     "t:users !i:orders_x", "pending", "2_b",
     NULL}, /* it has to be made again */
    /* Alembic: a row a head, and all before it is applied. */
    {"alembic",
     {{"a.py",
       "revision = 'a1'\ndown_revision = None\nop.create_table('users')"},
      {"b.py", "revision = 'b2'\ndown_revision = 'a1'\nop.create_table('o')"}},
     "{\"alembic_version\": [{\"version_num\": \"b2\"}]}",
     "t:users t:o",
     "up-to-date",
     NULL,
     NULL},
    {"alembic",
     {{"a.py", "revision = 'a1'\ndown_revision = None\n"},
      {"b.py", "revision = 'b2'\ndown_revision = 'a1'\n"},
      {"c.py", "revision = 'c3'\ndown_revision = 'a1'\n"}},
     "{\"alembic_version\": [{\"version_num\": \"a1\"}]}",
     "",
     "multiple-heads",
     NULL,
     "merge"},
    {"alembic",
     {{"a.py", "revision = 'a1'\ndown_revision = None\n"},
      {"b.py", "revision = 'b2'\ndown_revision = 'zz'\n"}},
     "{\"alembic_version\": [{\"version_num\": \"a1\"}]}",
     "",
     "broken-code",
     NULL,
     NULL},
    {"alembic",
     {{"a.py", "revision = 'a1'\ndown_revision = None\n"}},
     "{\"alembic_version\": [{\"version_num\": \"f9\"}]}",
     "",
     "unknown-in-code",
     "f9",
     "Deploy the build"},
    {"alembic",
     {{"a.py", "revision = 'a1'\ndown_revision = None\nop.create_table('u')"}},
     "{\"alembic_version\": [{\"version_num\": \"a1\"}]}",
     "",
     "applied-without-tables",
     NULL,
     NULL},
    /* Django: by app, and before what it depends on. */
    {"django",
     {{"shop/migrations/0001_initial.py",
       "class Migration(migrations.Migration):\n    dependencies = []\n"},
      {"shop/migrations/0002_more.py",
       "class Migration(migrations.Migration):\n    dependencies = [\n"
       "        ('auth', '0012_x'),\n        ('shop', '0001_initial'),\n"
       "    ]\n"}},
     "{\"django_migrations\": [{\"app\": \"shop\", \"name\": \"0002_more\", "
     "\"applied\": \"2025-01-01 00:00:00+00\"}]}",
     "",
     "inconsistent",
     NULL,
     "Restore"},
    {"django",
     {{"shop/migrations/0001_initial.py",
       "class Migration(migrations.Migration):\n    dependencies = []\n"},
      {"shop/migrations/0002_more.py",
       "class Migration(migrations.Migration):\n    dependencies = "
       "[('shop', '0001_initial')]\n"}},
     "{\"django_migrations\": [{\"app\": \"shop\", \"name\": \"0002_more\", "
     "\"applied\": \"2025-01-01 00:00:00+00\"}, {\"app\": \"auth\", \"name\": "
     "\"0001_initial\", \"applied\": \"2025-01-01 00:00:00+00\"}]}",
     "",
     "inconsistent",
     NULL,
     "Restore"},
    {"rails",
     {{"20250101000000_a.rb", "create_table :users"},
      {"20250102000000_b.rb", "create_table :orders"}},
     "{\"schema_migrations\": [{\"version\": \"20250101000000\"}]}",
     "t:users t:orders",
     "half-applied",
     "20250102000000",
     NULL},
    {"flyway", SQL("V1__a.sql", "V1.10__b.sql"),
     "{\"flyway_schema_history\": [{\"installed_rank\": 1, \"script\": \"s\", "
     "\"version\": \"1\", "
     "\"type\": \"SQL\", \"checksum\": null, \"success\": true}, "
     "{\"installed_rank\": 2, \"script\": \"s\", \"version\": \"1.10\", "
     "\"type\": \"SQL\", "
     "\"checksum\": null, \"success\": false}]}",
     "t:users", "failed", "1.10", NULL},
    {"flyway", SQL("V1__a.sql", "V2__b.sql"),
     "{\"flyway_schema_history\": [{\"installed_rank\": 1, \"script\": \"s\", "
     "\"version\": \"2\", "
     "\"type\": \"SQL\", \"checksum\": null, \"success\": true}]}",
     "t:orders i:orders_x", "skipped", "1", NULL},
    {"flyway", SQL("V1__a.sql", "V2__b.sql"),
     "{\"flyway_schema_history\": [{\"installed_rank\": 1, \"script\": \"s\", "
     "\"version\": \"2\", \"type\": \"BASELINE\", \"checksum\": null, "
     "\"success\": true}]}",
     "t:users t:orders i:orders_x", "up-to-date", NULL, NULL},
    {"knex",
     {{"1_a.js", "exports.up = knex => knex.schema.createTable('users')"},
      {"2_b.js", "exports.up = knex => knex.schema.createTable('o')"}},
     "{\"knex_migrations\": [{\"name\": \"1_a.js\", \"batch\": 1}], "
     "\"knex_migrations_lock\": [{\"index\": 1, \"is_locked\": 1}]}",
     "t:users",
     "locked",
     NULL,
     "release the lock"},
    {"golang-migrate", SQL("1_a.up.sql", "2_b.up.sql"),
     "{\"schema_migrations\": [{\"version\": 2, \"dirty\": true}]}", "t:users",
     "failed", "2", NULL},
    {"golang-migrate", SQL("1_a.up.sql", "2_b.up.sql"),
     "{\"schema_migrations\": [{\"version\": 3, \"dirty\": false}]}",
     "t:users t:orders i:orders_x", "unknown-in-code", "3", NULL},
    {"goose",
     {{"001_a.sql", "-- +goose Up\n" USERS},
      {"002_b.sql", "-- +goose Up\n" ORDERS}},
     "{\"goose_db_version\": [{\"version_id\": 0, \"is_applied\": true}, "
     "{\"version_id\": 1, \"is_applied\": true}, {\"version_id\": 2, "
     "\"is_applied\": true}, {\"version_id\": 2, \"is_applied\": false}]}",
     "t:users",
     "pending",
     "2",
     NULL},
    {"laravel",
     {{"2025_a.php", "Schema::create('users'"},
      {"2026_b.php", "Schema::create('o'"}},
     "{\"migrations\": [{\"migration\": \"2025_a\", \"batch\": 1}, "
     "{\"migration\": \"2026_b\", \"batch\": 1}]}",
     "t:users t:o !i:bad",
     "leftovers",
     NULL,
     "Drop bad"},
    {"typeorm",
     {{"a.ts", "export class A1700000000001 implements M {}"},
      {"b.ts", "export class B1700000000002 implements M {}"}},
     "{\"migrations\": [{\"timestamp\": 1700000000001, \"name\": "
     "\"A1700000000001\"}]}",
     "",
     "pending",
     "B1700000000002",
     NULL},
    {"sequelize",
     {{"1-a.js", "module.exports = { up: q => q.createTable('users') }"}},
     "{\"SequelizeMeta\": [{\"name\": \"1-a.js\"}, {\"name\": \"2-b.js\"}]}",
     "t:users",
     "unknown-in-code",
     "2-b.js",
     NULL},
    {"dbmate",
     {{"1_a.sql", "-- migrate:up\n" USERS}},
     "{\"schema_migrations\": [{\"version\": \"1\"}]}",
     "t:users",
     "up-to-date",
     NULL,
     NULL},
    {"diesel", SQL("2025-01-01-000000_a/up.sql", "2025-01-02-000000_b/up.sql"),
     "{\"__diesel_schema_migrations\": [{\"version\": \"20250101000000\", "
     "\"run_on\": \"2025-01-01 00:00:00\"}]}",
     "t:users", "pending", "20250102000000", NULL},
    {"ecto",
     {{"20250101_a.exs", "create table(:users)"}, {"20250102_b.exs", "x"}},
     "{\"schema_migrations\": [{\"version\": 20250101, \"inserted_at\": "
     "\"2025-01-01 00:00:00\"}]}",
     "t:users",
     "pending",
     "20250102",
     NULL},
    {"efcore",
     {{"20250101000000_A.cs", "CreateTable(name: \"Users\""},
      {"20250102000000_B.cs", "x"}},
     "{\"__EFMigrationsHistory\": [{\"MigrationId\": \"20250101000000_A\", "
     "\"ProductVersion\": \"8\"}]}",
     "t:Users",
     "pending",
     "20250102000000_B",
     NULL},
    {"node-pg-migrate",
     {{"1700000000001_a.js", "pgm.createTable('users')"},
      {"1700000000002_b.js", "pgm.createTable('o')"}},
     "{\"pgmigrations\": [{\"name\": \"1700000000002_b\", \"run_on\": "
     "\"2025-01-01\"}]}",
     "t:o",
     "skipped",
     "1700000000001_a",
     NULL},
};

static void read_objects_of(struct database_facts *f, struct arena *a,
                            const char *text)
{
    struct str rest = str_from(text);
    f->object = arena_array(a, 20, sizeof(*f->object));
    f->object_count = 0;
    f->has_objects = true;
    while (rest.len > 0) {
        struct str word = str_cut(rest, ' ', &rest);
        bool invalid = word.ptr[0] == '!';
        word = str_sub(word, invalid ? 1 : 0, word.len);
        f->object[f->object_count++] = (struct database_object){
            .kind = word.ptr[0] == 'i' ? OBJECT_INDEX : OBJECT_TABLE,
            .name = str_dup(a, str_sub(word, 2, word.len)),
            .invalid = invalid};
    }
}

static void compare_files(struct migration_state *out, struct arena *a,
                          const struct row *r, struct database_facts *f,
                          const struct compare_options *options)
{
    struct err e = {.set = false};
    struct shipped shipped;
    struct shipped_files files = {.folder = "migrations"};
    files.item = arena_array(a, FILES, sizeof(*files.item));
    for (size_t i = 0; i < FILES && r->file[i][0] != NULL; i++)
        files.item[files.count++] =
            (struct shipped_file){r->file[i][0], str_from(r->file[i][1])};
    if (!state_ship(&shipped, a, &files, state_tool_find(r->tool), f, &e))
        fail_msg("%s: %s", r->tool, e.text);
    state_compare(out, a, &shipped, f, options);
}

static void compare_row(struct migration_state *out, struct arena *a,
                        const struct row *r,
                        const struct compare_options *options)
{
    struct err e = {.set = false};
    struct database_facts f = {.table = NULL};
    if (strcmp(r->rows, "{}") != 0 &&
        !database_rows(&f, a, "rows.json", str_from(r->rows), NULL, &e))
        fail_msg("%s: %s", r->tool, e.text);
    read_objects_of(&f, a, r->objects);
    compare_files(out, a, r, &f, options);
}

static const char *subject_of(const struct migration_state *s)
{
    return s->failed_count > 0    ? s->failed[0].id
           : s->edited_count > 0  ? s->edited[0].id
           : s->pending_count > 0 ? s->pending[0].id
           : s->unknown_count > 0 ? s->unknown[0].id
                                  : NULL;
}

static bool advises(const struct migration_state *s, const char *text)
{
    struct str rest = str_from(text), word;
    while (rest.len > 0) {
        word = str_cut(rest, '|', &rest);
        for (size_t i = 0; i < s->advice_count; i++)
            if (s->advice[i].danger == NULL &&
                strstr(s->advice[i].text, str_sub(word, 0, word.len).ptr) !=
                    NULL)
                return true;
        for (size_t i = 0; i < s->advice_count; i++)
            if (str_find(str_from(s->advice[i].text), word, 0) <
                strlen(s->advice[i].text))
                return true;
    }
    return false;
}

static void states_of_tools(void **state)
{
    static const struct compare_options none = {.table = NULL};
    struct arena a;
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        const struct row *r = &rows[i];
        struct migration_state s;
        arena_init(&a);
        compare_row(&s, &a, r, &none);
        const char *verdict = name_of(&migration_verdict_names, s.verdict);
        if (strcmp(verdict, r->verdict) != 0)
            fail_msg("row %zu, %s: %s, not %s", i, r->tool, verdict,
                     r->verdict);
        if (r->subject != NULL &&
            (subject_of(&s) == NULL || strcmp(subject_of(&s), r->subject) != 0))
            fail_msg("row %zu, %s: about %s", i, r->tool, subject_of(&s));
        if (r->way != NULL && !advises(&s, r->way))
            fail_msg("row %zu, %s: no remedy has '%s'", i, r->tool, r->way);
        if ((s.verdict == MIGRATIONS_UP_TO_DATE) != (s.advice_count == 0))
            fail_msg("row %zu, %s: %zu remedies", i, r->tool, s.advice_count);
        arena_release(&a);
    }
}

/* Exported rows tell nothing of objects: none of them is missing for that. */
static void what_is_not_known_is_not_missing(void **state)
{
    const struct compare_options none = {.table = NULL};
    struct migration_state s;
    struct database_facts f;
    struct err e = {.set = false};
    struct arena a;
    (void)state;
    arena_init(&a);
    assert_true(database_rows(&f, &a, "r", str_from(rows[2].rows), NULL, &e));
    compare_files(&s, &a, &rows[2], &f, &none);
    assert_int_equal(s.verdict, MIGRATIONS_FAILED);
    assert_int_equal(s.failed[0].missing_count, 0);
    assert_int_equal(s.failed[0].there_count, 0);
    assert_false(advises(&s, "If nothing of"));
    assert_false(advises(&s, "record the migration"));
    assert_true(advises(&s, "compare its statements"));
    arena_release(&a);
}

static void schemas_at_their_limit(void **state)
{
    static const char *const all[] = {"t*"};
    const struct compare_options each = {.schema = all, .schema_count = 1};
    struct arena a;
    (void)state;
    for (size_t n = 199; n <= 201; n++) {
        struct shipped_file file = {"1_a.up.sql", STR("")};
        struct shipped_files files = {.folder = "m", .item = &file, .count = 1};
        struct database_facts f = {.table_count = n};
        struct migration_state s;
        struct shipped shipped;
        struct err e = {.set = false};
        arena_init(&a);
        f.table = arena_array(&a, n, sizeof(*f.table));
        for (size_t i = 0; i < n; i++)
            f.table[i] =
                (struct table_rows){.schema = arena_printf(&a, "t%zu", i),
                                    .name = "schema_migrations"};
        assert_true(state_ship(&shipped, &a, &files,
                               state_tool_find("golang-migrate"), &f, &e));
        assert_true(state_compare_schemas(&s, &a, &shipped, &f, &each));
        assert_int_equal(s.verdict,
                         n > 200 ? MIGRATIONS_UNREADABLE : MIGRATIONS_PENDING);
        arena_release(&a);
    }
}

/* Where only a part exists, nothing may be recorded, nor simply run again. */
static void a_part_of_its_objects(void **state)
{
    const struct compare_options none = {.table = NULL};
    struct row one = rows[1];
    struct migration_state s;
    struct arena a;
    (void)state;
    arena_init(&a);
    one.objects = "t:users t:orders";
    compare_row(&s, &a, &one, &none);
    assert_int_equal(s.verdict, MIGRATIONS_FAILED);
    assert_true(advises(&s, "If only a part of 2_b exists"));
    assert_false(advises(&s, "record the migration"));
    assert_false(advises(&s, "If nothing of 2_b"));
    for (size_t i = 0; i < s.advice_count; i++)
        assert_null(s.advice[i].command);
    arena_release(&a);
}

static void what_is_ignored(void **state)
{
    static const char *const ids[] = {"f9", "2-b.js", "1_a"};
    const struct compare_options options = {.ignore = ids, .ignore_count = 3};
    struct arena a;
    (void)state;
    arena_init(&a);
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct migration_state s;
        if (strcmp(rows[i].verdict, "edited") != 0 &&
            strcmp(rows[i].tool, "sequelize") != 0)
            continue;
        compare_row(&s, &a, &rows[i], &options);
        assert_int_equal(s.verdict, MIGRATIONS_UP_TO_DATE);
    }
    arena_release(&a);
}

/* A migration that runs looks as one that failed, until its lock is gone. */
static void while_a_migration_runs(void **state)
{
    static const struct compare_options none = {.table = NULL};
    struct arena a;
    (void)state;
    arena_init(&a);
    for (size_t i = 0; i < 4; i++) {
        struct migration_state s;
        struct err e = {.set = false};
        struct database_facts f;
        assert_true(
            database_rows(&f, &a, "r", str_from(rows[i].rows), NULL, &e));
        read_objects_of(&f, &a, rows[i].objects);
        f.busy = "Prisma has locked this database";
        compare_files(&s, &a, &rows[i], &f, &none);
        assert_int_equal(s.verdict,
                         i == 1 ? MIGRATIONS_FAILED : MIGRATIONS_RUNNING);
    }
    arena_release(&a);
}

/* No rows that were read is not the same as a table without rows. */
static void what_cannot_be_read(void **state)
{
    const struct compare_options none = {.table = NULL};
    const struct compare_options primary = {.primary = true};
    const struct compare_options named = {.table = "b._prisma_migrations"};
    struct table_rows two[] = {{.schema = "a", .name = "_prisma_migrations"},
                               {.schema = "b", .name = "_prisma_migrations"}};
    struct database_facts f = {.table = two, .table_count = 1};
    struct migration_state s;
    struct arena a;
    (void)state;
    arena_init(&a);
    compare_files(&s, &a, &rows[0], &f, &none);
    assert_int_equal(s.verdict, MIGRATIONS_PENDING);
    two[0].unreadable = "this role may not read it";
    compare_files(&s, &a, &rows[0], &f, &none);
    assert_int_equal(s.verdict, MIGRATIONS_UNREADABLE);
    assert_non_null(strstr(s.reason, "this role may not read it"));
    two[0].unreadable = NULL;
    f.table_count = 2; /* which one? */
    compare_files(&s, &a, &rows[0], &f, &none);
    assert_int_equal(s.verdict, MIGRATIONS_UNREADABLE);
    assert_non_null(strstr(s.reason, "a, b"));
    compare_files(&s, &a, &rows[0], &f, &named);
    assert_int_equal(s.verdict, MIGRATIONS_PENDING);
    two[1].visible = true;
    f.standby = true;
    compare_files(&s, &a, &rows[0], &f, &none);
    assert_int_equal(s.verdict, MIGRATIONS_PENDING);
    compare_files(&s, &a, &rows[0], &f, &primary);
    assert_int_equal(s.verdict, MIGRATIONS_UNREADABLE);
    arena_release(&a);
}

static void rows_at_their_limit(void **state)
{
    const struct compare_options none = {.table = NULL};
    static const char *column[] = {"version"};
    struct arena a;
    (void)state;
    for (size_t n = STATE_ROWS_MAX - 1; n <= STATE_ROWS_MAX + 1; n++) {
        struct table_rows t = {.name = "schema_migrations", .row_count = n};
        struct database_facts f = {.table = &t, .table_count = 1};
        struct migration_state s;
        arena_init(&a);
        t.column = column;
        t.column_count = 1;
        t.cell = arena_array(&a, n, sizeof(*t.cell));
        for (size_t i = 0; i < n; i++)
            t.cell[i] = "1"; /* one id, many times */
        compare_files(&s, &a,
                      &(struct row){"dbmate",
                                    {{"1_a.sql", "-- migrate:up"}},
                                    NULL,
                                    NULL,
                                    NULL,
                                    NULL,
                                    NULL},
                      &f, &none);
        assert_int_equal(s.verdict, n > STATE_ROWS_MAX ? MIGRATIONS_UNREADABLE
                                                       : MIGRATIONS_UP_TO_DATE);
        arena_release(&a);
    }
}

static void lists_at_their_limit(void **state)
{
    const struct compare_options none = {.table = NULL};
    struct arena a;
    (void)state;
    for (size_t n = STATE_SHOWN_MAX - 1; n <= STATE_SHOWN_MAX + 1; n++) {
        struct database_facts f = {.table = NULL};
        struct shipped_files files = {.folder = "m"};
        struct migration_state s;
        struct shipped shipped;
        struct err e = {.set = false};
        arena_init(&a);
        files.item = arena_array(&a, n, sizeof(*files.item));
        for (; files.count < n; files.count++)
            files.item[files.count] = (struct shipped_file){
                arena_printf(&a, "%zu_a.up.sql", files.count + 1), STR("")};
        assert_true(state_ship(&shipped, &a, &files,
                               state_tool_find("golang-migrate"), &f, &e));
        state_compare(&s, &a, &shipped, &f, &none);
        assert_int_equal(s.shipped, n);
        assert_int_equal(s.pending_count,
                         n < STATE_SHOWN_MAX ? n : STATE_SHOWN_MAX);
        assert_int_equal(s.note_count, n > STATE_SHOWN_MAX);
        arena_release(&a);
    }
}

/* What is far from all that matters is counted, and ids are made harmless. */
static void the_chain(void **state)
{
    const struct compare_options none = {.table = NULL};
    struct database_facts f;
    struct shipped_files files = {.folder = "m"};
    struct migration_state s;
    struct shipped shipped;
    struct err e = {.set = false};
    struct buf out;
    struct arena a;
    (void)state;
    arena_init(&a);
    assert_true(database_rows(
        &f, &a, "r",
        STR("{\"schema_migrations\": [{\"version\": 9, \"dirty\": false}]}"),
        NULL, &e));
    files.item = arena_array(&a, 12, sizeof(*files.item));
    for (; files.count < 12; files.count++)
        files.item[files.count] = (struct shipped_file){
            arena_printf(&a, "%zu_a.up.sql", files.count + 1), STR("")};
    assert_true(state_ship(&shipped, &a, &files,
                           state_tool_find("golang-migrate"), &f, &e));
    state_compare(&s, &a, &shipped, &f, &none);
    buf_init(&out, 10000);
    migration_chain_text(&out, &s);
    assert_string_equal(out.ptr, "… 5 more, applied\n"
                                 "● 6   applied\n"
                                 "● 7   applied\n"
                                 "● 8   applied\n"
                                 "● 9   applied  ← the database is here\n"
                                 "○ 10  pending\n"
                                 "○ 11  pending\n"
                                 "○ 12  pending\n");
    buf_clear(&out);
    s.chain[1].id = "a\"]--><b>\n";
    migration_chain_mermaid(&out, &s);
    assert_non_null(
        strstr(out.ptr, "m1[\"a#34;#93;--#62;#60;b#62;#10;<br>applied\"]"));
    assert_non_null(strstr(out.ptr, "m3 --> m4"));
    buf_release(&out);
    arena_release(&a);
}

/* Rows of change sets: they are known by file, id and author. */
#define CHANGE(id, how)                                                        \
    "{\"id\": \"" id "\", \"author\": \"ann\", \"filename\": "                 \
    "\"classpath:db/log.x\", \"md5sum\": \"9:1\", \"exectype\": \"" how "\"}"

static void change_sets(void **state)
{
    static const struct {
        const char *path, *text, *more; /* rows beside that of 1 */
        const char *verdict, *subject;
    } row[] = {
        {"db/log.x.sql",
         "--liquibase formatted sql\n--changeset ann:1\nSELECT 1;\n"
         "--changeset ann:2 splitStatements:false\nSELECT 2;",
         "", "pending", "log.x.sql::2::ann"},
        {"a/log.x",
         "<databaseChangeLog><changeSet author=\"ann\" id='1'></changeSet>"
         "<changeSet id=\"2\" author=\"ann\"/></databaseChangeLog>",
         ", " CHANGE("2", "EXECUTED"), "up-to-date", NULL},
        {"log.x",
         "databaseChangeLog:\n- changeSet:\n    id: 1\n    author: ann\n"
         "- changeSet:\n    id: two\n    author: 'ann'\n",
         "", "pending", "log.x::two::ann"},
        {"log.x",
         "{\"databaseChangeLog\": [{\"changeSet\": {\"id\": \"1\", "
         "\"author\": \"ann\"}}]}",
         ", " CHANGE("3", "RERAN"), "unknown-in-code", "log.x::3::ann"},
        {"log.x",
         "databaseChangeLog:\n- changeSet:\n    id: 1\n    author: ann\n"
         "- changeSet:\n    id: 2\n    author: ann\n",
         ", " CHANGE("2", "FAILED"), "failed", "log.x::2::ann"},
    };
    const struct compare_options none = {.table = NULL};
    struct arena a;
    (void)state;
    arena_init(&a);
    for (size_t i = 0; i < ARRAY_COUNT(row); i++) {
        struct migration_state s;
        const char *file = strstr(row[i].path, ".sql") != NULL ? ".sql" : "";
        struct row one = {"liquibase",
                          {{row[i].path, row[i].text}},
                          arena_printf(&a, "{\"databasechangelog\": [%s%s]}",
                                       file[0] != '\0'
                                           ? "{\"id\": \"1\", \"author\": "
                                             "\"ann\", \"filename\": "
                                             "\"log.x.sql\", \"md5sum\": null}"
                                           : CHANGE("1", "EXECUTED"),
                                       row[i].more),
                          "",
                          NULL,
                          NULL,
                          NULL};
        compare_row(&s, &a, &one, &none);
        const char *verdict = name_of(&migration_verdict_names, s.verdict);
        if (strcmp(verdict, row[i].verdict) != 0 ||
            (row[i].subject != NULL &&
             strcmp(subject_of(&s), row[i].subject) != 0))
            fail_msg("change set %zu: %s, %s", i, verdict, subject_of(&s));
    }
    arena_release(&a);
}

/* A lock that Liquibase has just taken is that of a run. */
static void an_old_lock_and_a_young_one(void **state)
{
    static const struct {
        const char *held;
        int64_t age_ms;
        int verdict;
    } row[] = {{"true", INT64_C(15) * 60000 + 5000, MIGRATIONS_LOCKED},
               {"true", INT64_C(14) * 60000, MIGRATIONS_RUNNING},
               {"false", 1000, MIGRATIONS_UP_TO_DATE}};
    const struct compare_options none = {.table = NULL};
    struct arena a;
    (void)state;
    arena_init(&a);
    for (size_t i = 0; i < ARRAY_COUNT(row); i++) {
        struct migration_state s;
        struct row one = {
            "liquibase",
            {{"log.x", "databaseChangeLog:\n- changeSet:\n    id: 1\n"
                       "    author: ann\n"}},
            arena_printf(
                &a,
                "{\"databasechangelog\": [" CHANGE(
                    "1",
                    "EXECUTED") "], \"databasechangeloglock\": [{\"id\": 1, "
                                "\"locked\": %s, \"lockgranted\": \"%lld\"}]}",
                row[i].held, (long long)(clock_wall_ms() - row[i].age_ms)),
            "",
            NULL,
            NULL,
            NULL};
        compare_row(&s, &a, &one, &none);
        assert_int_equal(s.verdict, row[i].verdict);
    }
    arena_release(&a);
}

static void times_of_rows(void **state)
{
    static const struct {
        const char *text;
        int64_t ms;
    } row[] = {{"2025-01-01 00:00:00", 1735689600000},
               {"2025-01-01 01:00:00+01", 1735689600000},
               {"2025-01-01T00:00:00.5Z", 1735689600500},
               {"2025-01-01 00:00:00.000+00:00", 1735689600000},
               {"1735689600", 1735689600000},
               {"1735689600000", 1735689600000},
               {"yesterday", 0},
               {"", 0},
               {NULL, 0}};
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(row); i++)
        if (row_time_ms(row[i].text) != row[i].ms)
            fail_msg("%s: %lld", row[i].text,
                     (long long)row_time_ms(row[i].text));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(states_of_tools),
        cmocka_unit_test(what_is_not_known_is_not_missing),
        cmocka_unit_test(schemas_at_their_limit),
        cmocka_unit_test(a_part_of_its_objects),
        cmocka_unit_test(what_is_ignored),
        cmocka_unit_test(while_a_migration_runs),
        cmocka_unit_test(what_cannot_be_read),
        cmocka_unit_test(rows_at_their_limit),
        cmocka_unit_test(lists_at_their_limit),
        cmocka_unit_test(the_chain),
        cmocka_unit_test(change_sets),
        cmocka_unit_test(an_old_lock_and_a_young_one),
        cmocka_unit_test(times_of_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
