/* Exported rows: separated values, tables of consoles and JSON, their tables
   by columns, NULL beside the empty text, and what is refused with its place.
 */
#include "migrations/state/database.h"
#include "migrations/state/gather.h"
#include "tests/unit/testing.h"

static int set_up(void **state)
{
    static struct arena a;
    arena_init(&a);
    *state = &a;
    return 0;
}

static int tear_down(void **state)
{
    arena_release(*state);
    return 0;
}

static void print_table(struct buf *out, const struct table_rows *t)
{
    if (t->schema != NULL)
        buf_printf(out, "%s.", t->schema);
    buf_printf(out, "%s:", t->name);
    for (size_t i = 0; i < t->column_count; i++)
        buf_printf(out, "%s%s", i > 0 ? "," : "", t->column[i]);
    for (size_t r = 0; r < t->row_count; r++)
        for (size_t i = 0; i < t->column_count; i++) {
            const char *cell = t->cell[r * t->column_count + i];
            buf_text(out, i > 0 ? "|" : " / ");
            buf_text(out, cell == NULL ? "-" : cell);
        }
}

/* "table:columns / cells|of|a row"; "-" is NULL; an error as it is. */
static const char *read_text(struct arena *a, struct str text,
                             const char *table)
{
    struct database_facts f;
    struct err e = {.set = false};
    struct buf out;
    buf_init(&out, (size_t)1 << 20);
    if (database_rows(&f, a, "rows", text, table, &e)) {
        assert_null(f.server);
        assert_false(f.has_objects);
        for (size_t i = 0; i < f.table_count; i++) {
            buf_text(&out, i > 0 ? "; " : "");
            print_table(&out, &f.table[i]);
        }
    } else {
        assert_true(e.set);
        buf_printf(&out, "%u:%u %s", e.pos.line, e.pos.column, e.text);
    }
    return buf_take(a, &out);
}

struct sample {
    const char *text, *table, *expected;
};

static void expect_all(struct arena *a, const struct sample *s, size_t count)
{
    for (size_t i = 0; i < count; i++)
        assert_string_equal(read_text(a, str_from(s[i].text), s[i].table),
                            s[i].expected);
}

static void test_separated(void **state)
{
    static const struct sample samples[] = {
        {"version_num\na1\n", NULL, "alembic_version:version_num / a1"},
        {"version_num\r\na1\r\nb2", NULL,
         "alembic_version:version_num / a1 / b2"},
        {"\xef\xbb\xbfversion_num\na1\n", NULL,
         "alembic_version:version_num / a1"},
        {"\n\nversion_num\n\na1\n\n", NULL, "alembic_version:version_num / a1"},
        {"version_num\n", NULL, "alembic_version:version_num"},
        /* NULL beside the empty text, quotes within, line ends within. */
        {"migration_name,checksum,logs,finished_at\nm,c,\"\",\n", NULL,
         "_prisma_migrations:migration_name,checksum,logs,finished_at / "
         "m|c||-"},
        {"migration_name,checksum,logs\nm,c,\"a \"\"b\"\",\nc\"\n", NULL,
         "_prisma_migrations:migration_name,checksum,logs / m|c|a \"b\",\nc"},
        {"migration_name,checksum,logs\nm,c,NULL\nn,d,\\N\no,e,\"NULL\"\n",
         NULL,
         "_prisma_migrations:migration_name,checksum,logs / m|c|- / n|d|- / "
         "o|e|NULL"},
        {"\"id\";\"app\";\"name\"\n1;\"a;b\";\"0001\"\n", NULL,
         "django_migrations:id,app,name / 1|a;b|0001"},
        {"version\tdirty\n3\t0\n", NULL,
         "schema_migrations:version,dirty / 3|0"},
        /* mysql --batch */
        {"migration_name\tchecksum\tlogs\nm\tc\ta\\tb\\nc\\\\d\nn\tc\tNULL\n",
         NULL,
         "_prisma_migrations:migration_name,checksum,logs / m|c|a\tb\nc\\d / "
         "n|c|-"},
        {"id\tname\tbatch\n1\t\"x\" y\t1\n2\t\"z\t2\n", NULL,
         "knex_migrations:id,name,batch / 1|\"x\" y|1 / 2|\"z|2"},
        /* psql -A */
        {"version|inserted_at\n1|2025-01-01 00:00:00\n(1 row)\n", NULL,
         "schema_migrations:version,inserted_at / 1|2025-01-01 00:00:00"},
        /* sqlcmd -s , -W */
        {"MigrationId,ProductVersion\n-----------,--------------\n"
         "20250101000000_A,9.0.0\n\n(1 rows affected)\n",
         NULL,
         "__EFMigrationsHistory:MigrationId,ProductVersion / "
         "20250101000000_A|9.0.0"},
    };
    expect_all(*state, samples, ARRAY_COUNT(samples));
}

static void test_drawn(void **state)
{
    static const struct sample samples[] = {
        {" version_num \n-------------\n a1\n b2\n(2 rows)\n\n", NULL,
         "alembic_version:version_num / a1 / b2"},
        {" id | app  |  name   \n----+------+---------\n  1 | auth | 0001_é\n"
         "  2 | a|b  | 0002\n  3 |      | 0003\n(3 rows)\n",
         NULL,
         "django_migrations:id,app,name / 1|auth|0001_é / 2|a|b|0002 / "
         "3|-|0003"},
        /* Characters that are two columns wide. */
        {" id | app  | name \n----+------+------\n  1 | 認証 | 0001\n(1 row)\n",
         NULL, "django_migrations:id,app,name / 1|認証|0001"},
        /* A cell of several lines. */
        {" migration_name | checksum | logs  \n"
         "----------------+----------+-------\n"
         " m              | c        | one  +\n"
         "                |          | two\n"
         " n              | d        | three\n(2 rows)\n",
         NULL,
         "_prisma_migrations:migration_name,checksum,logs / m|c|one\ntwo / "
         "n|d|three"},
        {"SET\n version_num \n-------------\n a1\n(1 row)\n", NULL,
         "alembic_version:version_num / a1"},
        /* mysql -t */
        {"+---------+-------+\n| version | dirty |\n+---------+-------+\n"
         "|       3 |     1 |\n+---------+-------+\n1 row in set (0.00 sec)\n",
         NULL, "schema_migrations:version,dirty / 3|1"},
        {"+------+-------+-------+\n| id   | name  | batch |\n"
         "+------+-------+-------+\n| NULL | a.js  |     1 |\n"
         "+------+-------+-------+\n",
         NULL, "knex_migrations:id,name,batch / -|a.js|1"},
        /* sqlcmd */
        {"Changed database context to 'app'.\r\n"
         "MigrationId          ProductVersion\r\n"
         "-------------------- --------------\r\n"
         "20250101000000_First 9.0.0         \r\n"
         "20250102000000_Two   NULL          \r\n\r\n(2 rows affected)\r\n",
         NULL,
         "__EFMigrationsHistory:MigrationId,ProductVersion / "
         "20250101000000_First|9.0.0 / 20250102000000_Two|-"},
        /* Two tables, one after the other. */
        {" version_num \n-------------\n a1\n(1 row)\n\n"
         " index | is_locked \n-------+-----------\n     1 |         1\n"
         "(1 row)\n",
         NULL,
         "alembic_version:version_num / a1; "
         "knex_migrations_lock:index,is_locked / 1|1"},
        /* json_agg, in one column */
        {"          json_agg          \n----------------------------\n"
         " [{\"version_num\":\"a1\"},   +\n  {\"version_num\":\"b2\"}]\n"
         "(1 row)\n\n",
         NULL, "alembic_version:version_num / a1 / b2"},
        {"json_agg\n\"[{\"\"version_num\"\":\"\"a1\"\"}]\"\n", NULL,
         "alembic_version:version_num / a1"},
    };
    expect_all(*state, samples, ARRAY_COUNT(samples));
}

static void test_json(void **state)
{
    static const struct sample samples[] = {
        {"[{\"version\":3,\"dirty\":false},{\"version\":4,\"dirty\":true}]",
         NULL, "schema_migrations:version,dirty / 3|false / 4|true"},
        {"[{\"migration_name\":\"m\",\"checksum\":\"c\",\"logs\":null},"
         "{\"migration_name\":\"n\",\"checksum\":\"\",\"x\":[1]}]",
         NULL,
         "_prisma_migrations:migration_name,checksum,logs,x / m|c|-|- / "
         "n||-|[1]"},
        {"{\"knex_migrations\":[{\"name\":\"a.js\",\"batch\":1}],"
         "\"app.knex_migrations_lock\":[{\"is_locked\":1}],\"other\":null}",
         NULL,
         "knex_migrations:name,batch / a.js|1; "
         "app.knex_migrations_lock:is_locked / 1; other:"},
        {"{\"version_num\":\"a1\"}\n{\"version_num\":\"b2\"}\n", NULL,
         "alembic_version:version_num / a1 / b2"},
        {"{\"version_num\":\"a1\"}", NULL, "alembic_version:version_num / a1"},
        {"{\n \"version_num\":\"a1\"\n}\n", NULL,
         "alembic_version:version_num / a1"},
        {" [{\"version_num\":\"a1\"}, +\n  {\"version_num\":\"b2\"}]\n\n", NULL,
         "alembic_version:version_num / a1 / b2"},
        {"[{\"results\":[{\"version_num\":\"a1\"}],\"success\":true}]", NULL,
         "alembic_version:version_num / a1"},
        {"{\"rows\":[{\"version_num\":\"a1\"}],\"rowCount\":1}", NULL,
         "alembic_version:version_num / a1"},
        {"[{\"timestamp\":1735689600000,\"name\":\"A1735689600000\"}]", NULL,
         "migrations:timestamp,name / 1735689600000|A1735689600000"},
        {"[]", "alembic_version", "alembic_version:"},
        {"[{\"version_num\":\"a1\"}]", "app.alembic_version",
         "app.alembic_version:version_num / a1"},
        {"[{\"version_num\":\"a1\"}]", "my_history",
         "my_history:version_num / a1"},
    };
    expect_all(*state, samples, ARRAY_COUNT(samples));
}

/* Every tool's table by the columns that it has. */
static void test_tables(void **state)
{
    static const char *const all[][2] = {
        {"id,checksum,finished_at,migration_name,logs,rolled_back_at,"
         "started_at,applied_steps_count",
         "_prisma_migrations"},
        {"version_num", "alembic_version"},
        {"MigrationId,ProductVersion", "__EFMigrationsHistory"},
        {"id,app,name,applied", "django_migrations"},
        {"version", "schema_migrations"},
        {"installed_rank,version,description,type,script,checksum,installed_by,"
         "installed_on,execution_time,success",
         "flyway_schema_history"},
        {"id,name,batch,migration_time", "knex_migrations"},
        {"id,hash,created_at", "__drizzle_migrations"},
        {"version,dirty", "schema_migrations"},
        {"id,version_id,is_applied,tstamp", "goose_db_version"},
        {"version,description,installed_on,success,checksum,execution_time",
         "_sqlx_migrations"},
        {"id,migration,batch", "migrations"},
        {"id,timestamp,name", "migrations"},
        {"name", "SequelizeMeta"},
        {"name,createdAt,updatedAt", "SequelizeMeta"},
        {"id,name,run_on", "pgmigrations"},
        {"version,run_on", "__diesel_schema_migrations"},
        {"version,inserted_at", "schema_migrations"},
        {"version,description,type,applied,total,executed_at,execution_time,"
         "error,error_stmt,hash,partial_hashes,operator_version",
         "atlas_schema_revisions"},
        {"index,is_locked", "knex_migrations_lock"},
    };
    struct arena *a = *state;
    for (size_t i = 0; i < ARRAY_COUNT(all); i++) {
        const char *found = read_text(a, str_from(all[i][0]), NULL);
        assert_string_equal(found,
                            arena_printf(a, "%s:%s", all[i][1], all[i][0]));
    }
}

#define COLUMNS_OF "export all of its columns, with their names"

static void test_refused(void **state)
{
    static const struct sample samples[] = {
        {"", NULL,
         "0:0 there is nothing in it: export the rows of the history table "
         "with the names of its columns"},
        {" \n\t\n", NULL,
         "0:0 there is nothing in it: export the rows of the history table "
         "with the names of its columns"},
        {"\na1\n", NULL,
         "2:1 the columns 'a1' are of no known migration tool's "
         "history: " COLUMNS_OF},
        {"id,name,email\n1,a,b\n", NULL,
         "1:1 the columns 'id, name, email' are of no known migration tool's "
         "history: " COLUMNS_OF},
        {"a1\n", "alembic_version",
         "1:1 the columns 'a1' are not those of alembic_version: " COLUMNS_OF},
        {"name,batch\na.js,1\n", "alembic_version",
         "1:1 the columns 'name, batch' are not those of "
         "alembic_version: " COLUMNS_OF},
        {"name,batch,migration\n", NULL,
         "1:1 the columns 'name, batch, migration' fit both knex_migrations "
         "and migrations: name the table"},
        {"app,name\nx,\"y\n", NULL,
         "2:3 a quoted value does not end in a quotation mark and ',', or the "
         "end of the line"},
        {"app,name\nx,\"y\"z\n", NULL,
         "2:3 a quoted value does not end in a quotation mark and ',', or the "
         "end of the line"},
        {"app,name\nx,y\nz\n", NULL,
         "3:1 this row has 1 values, where the first line names 2 columns"},
        {"app,name\nx,y,z\n", NULL,
         "2:1 this row has 3 values, where the first line names 2 columns"},
        {" version_num \n-------------\n a1\n(2 rows)\n", NULL,
         "4:1 there are 1 rows, where this line counts 2: the file is not "
         "whole"},
        {"version|dirty\n1|f\n(2 rows)\n", NULL,
         "3:1 there are 1 rows, where this line counts 2: the file is not "
         "whole"},
        {" id | app  | name \n----+------+------\nno bars\n", NULL,
         "3:1 this row is not aligned with the names of the columns"},
        /* sqlcmd -W, which pads nothing. */
        {"MigrationId ProductVersion\n----------- --------------\n"
         "20250101000000_First 9.0.0\n",
         NULL, "3:1 this row is not aligned with the names of the columns"},
        {"MigrationId ProductVersion\n----------- --------------\na 9\n", NULL,
         "3:1 this row is not aligned with the names of the columns"},
        {"[]", NULL,
         "0:0 there are no rows, so it is not known which table they are of: "
         "name it"},
        {"{}", NULL,
         "0:0 there are no rows, so it is not known which table they are of: "
         "name it"},
        {"[1]", NULL,
         "0:0 row 1 is a number, where an object with the columns of a row was "
         "expected"},
        {"{\"a\":[],\"b\":1}", NULL,
         "0:0 an object has both lists and single values: give a list of rows, "
         "or lists of rows by the names of their tables"},
        {"{\"alembic_version\":[{\"x\":1}]}", NULL,
         "0:0 the columns 'x' are not those of alembic_version: " COLUMNS_OF},
    };
    expect_all(*state, samples, ARRAY_COUNT(samples));
}

/* The place of what is wrong in JSON, also on a line of its own. */
static void test_places(void **state)
{
    struct arena *a = *state;
    const char *list = "[{\"version_num\":\n x}]";
    const char *lines = "{\"version_num\":\"a\"}\n{\"version_num\":y}\n";
    assert_int_equal(strncmp(read_text(a, str_from(list), NULL), "2:2 ", 4), 0);
    assert_int_equal(strncmp(read_text(a, str_from(lines), NULL), "2:16 ", 5),
                     0);
    struct str nul = {"version_num\na\0b\n", 16};
    assert_string_equal(read_text(a, nul, NULL),
                        "2:2 a NUL byte: this is not a text file");
}

static void test_utf16(void **state)
{
    static const char little[] = "\xff\xfe[\0{\0\"\0v\0e\0r\0s\0i\0o\0n\0_\0n\0"
                                 "u\0m\0\"\0:\0\"\0\x3d\xd8\x00\xde\"\0}\0]\0";
    static const char big[] = "\xfe\xff\0v\0e\0r\0s\0i\0o\0n\0_\0n\0u\0m\0\n"
                              "\0a\xdc\x01";
    struct arena *a = *state;
    assert_string_equal(
        read_text(a, (struct str){little, sizeof(little) - 1}, NULL),
        "alembic_version:version_num / \xf0\x9f\x98\x80");
    assert_string_equal(read_text(a, (struct str){big, sizeof(big) - 1}, NULL),
                        "alembic_version:version_num / a\xef\xbf\xbd");
}

static bool reads_rows(struct arena *a, size_t rows)
{
    struct database_facts f;
    struct err e = {.set = false};
    const char *text =
        arena_printf(a, "version_num\n%s", test_repeat(a, "a\n", rows));
    bool ok = database_rows(&f, a, "rows", str_from(text), NULL, &e);
    if (ok)
        assert_int_equal(f.table[0].row_count, rows);
    else
        assert_string_equal(e.text, "alembic_version has more than 20000 rows");
    return ok;
}

static bool reads_columns(struct arena *a, size_t columns)
{
    struct database_facts f;
    struct err e = {.set = false};
    const char *text =
        arena_printf(a, "version_num%s\n", test_repeat(a, ",x", columns - 1));
    bool ok = database_rows(&f, a, "rows", str_from(text), NULL, &e);
    if (!ok)
        assert_string_equal(e.text, "alembic_version has more than 64 columns");
    return ok;
}

static void test_limits(void **state)
{
    struct arena *a = *state;
    assert_true(reads_rows(a, STATE_ROWS_MAX - 1));
    assert_true(reads_rows(a, STATE_ROWS_MAX));
    assert_false(reads_rows(a, STATE_ROWS_MAX + 1));
    assert_true(reads_columns(a, GATHER_COLUMNS_MAX - 1));
    assert_true(reads_columns(a, GATHER_COLUMNS_MAX));
    assert_false(reads_columns(a, GATHER_COLUMNS_MAX + 1));
    assert_false(reads_columns(a, GATHER_COLUMNS_MAX + 100));
}

/* More of a cell than is kept is cut off. */
static void test_long_cells(void **state)
{
    struct arena *a = *state;
    for (size_t n = GATHER_CELL_MAX - 1; n <= GATHER_CELL_MAX + 1; n++) {
        struct database_facts f;
        struct err e = {.set = false};
        const char *text =
            arena_printf(a, "version_num\n%s\n", test_repeat(a, "a", n));
        assert_true(database_rows(&f, a, "rows", str_from(text), NULL, &e));
        assert_int_equal(strlen(f.table[0].cell[0]),
                         n < GATHER_CELL_MAX ? n : GATHER_CELL_MAX);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_separated, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_drawn, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_json, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_tables, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_places, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_utf16, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_limits, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_long_cells, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
