/* Addresses of databases in the forms that frameworks keep, and errors that
   repeat nothing of them. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "migrations/state/dsn.h"
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

static const char *part(const char *text)
{
    return text == NULL ? "-" : text;
}

/* "kind user password host port database schema name=value…"; - is NULL. */
static const char *read_address(struct arena *a, const char *text)
{
    static const char *const kinds[] = {"pg", "my", "lite"};
    struct dsn d;
    struct err e = {.set = false};
    struct buf out;
    buf_init(&out, (size_t)64 << 10);
    if (!dsn_read(&d, a, text, &e)) {
        assert_true(e.set);
        buf_text(&out, e.text);
        return buf_take(a, &out);
    }
    if (d.kind == DSN_SQLITE)
        buf_printf(&out, "lite %s", part(d.file));
    else
        buf_printf(&out, "%s %s %s %s %s %s %s", kinds[d.kind], part(d.user),
                   part(d.password), part(d.host), part(d.port),
                   part(d.database), part(d.schema));
    for (size_t i = 0; i < d.parameter_count; i++)
        buf_printf(&out, " %s=%s", d.parameter[i].name, d.parameter[i].value);
    return buf_take(a, &out);
}

struct sample {
    const char *text, *expected;
};

static void expect_all(struct arena *a, const struct sample *s, size_t count)
{
    for (size_t i = 0; i < count; i++)
        assert_string_equal(read_address(a, s[i].text), s[i].expected);
}

static void test_urls(void **state)
{
    static const struct sample samples[] = {
        {"postgresql://u:p@h:5432/d", "pg u p h 5432 d -"},
        {" postgres://u@h/d\n", "pg u - h - d -"},
        {"postgresql://", "pg - - - - - -"},
        {"postgresql:///d", "pg - - - - d -"},
        {"postgresql://h", "pg - - h - - -"},
        {"POSTGRES://h/d", "pg - - h - d -"},
        {"postgresql://u:@h/d", "pg u - h - d -"},
        {"postgresql:///d?host=/run/postgresql",
         "pg - - /run/postgresql - d -"},
        {"postgresql://%2Frun%2Fpg/d", "pg - - /run/pg - d -"},
        {"postgresql://h1:5432,h2:5433/d", "pg - - h1,h2 5432,5433 d -"},
        {"postgresql://h1,h2:5433/d", "pg - - h1,h2 ,5433 d -"},
        {"postgresql://[::1]:5432/d", "pg - - ::1 5432 d -"},
        {"postgresql://u:p@[fe80::1]/d", "pg u p fe80::1 - d -"},
        {"postgresql://h/d?sslmode=require&application_name=x%20y",
         "pg - - h - d - sslmode=require application_name=x y"},
        {"postgresql://h/d?options=-c%20search_path%3Dapp,public",
         "pg - - h - d app"},
        {"postgresql://h/d?options=-c%20statement_timeout%3D1",
         "pg - - h - d -"},
        /* Of frameworks. */
        {"postgresql+asyncpg://u:p@h/d", "pg u p h - d -"},
        {"postgresql+psycopg2://u:p@/d?host=h", "pg u p h - d -"},
        {"postgis://u@h/d", "pg u - h - d -"},
        {"pgx5://u@h/d", "pg u - h - d -"},
        {"cockroachdb://u@h:26257/d", "pg u - h 26257 d -"},
        {"ecto://u:p@h/d", "pg u p h - d -"},
        {"ecto://u:p@h:3306/d", "my u p h 3306 d -"},
        {"postgresql://u:p@h/d?schema=app&pgbouncer=true&connection_limit=1",
         "pg u p h - d app pgbouncer=true connection_limit=1"},
        {"mysql://u:p@h:3306/d?ssl-mode=REQUIRED",
         "my u p h 3306 d - ssl-mode=REQUIRED"},
        {"mysql2://u@h/d", "my u - h - d -"},
        {"trilogy://u@h/d", "my u - h - d -"},
        {"mysql+pymysql://u:p@h/d?charset=utf8mb4",
         "my u p h - d - charset=utf8mb4"},
        {"mariadb+mariadbconnector://u:p@h/d", "my u p h - d -"},
        {"mysql://u:p@tcp(h:3307)/d?multiStatements=true",
         "my u p h 3307 d - multiStatements=true"},
        {"u:p@tcp([::1]:3306)/d", "my u p ::1 3306 d -"},
        {"u:p@unix(/run/my.sock)/d?tls=true", "my u p /run/my.sock - d - "
                                              "tls=true"},
        {"jdbc:postgresql://h:5432/d?user=u&password=p%26&currentSchema=app",
         "pg u p& h 5432 d app"},
        {"jdbc:postgresql:d", "pg - - - - d -"},
        {"jdbc:mysql://h:3306/d?useSSL=true", "my - - h 3306 d - useSSL=true"},
        {"jdbc:mariadb://h/d", "my - - h - d -"},
        {"jdbc:sqlite:app.db", "lite app.db"},
    };
    expect_all(*state, samples, ARRAY_COUNT(samples));
}

/* Encoded as they should be, and as people write them. */
static void test_passwords(void **state)
{
    static const struct sample samples[] = {
        {"postgresql://u%40x:p%3A%40%2F%3F%23%25@h/d",
         "pg u@x p:@/?#% h - d -"},
        {"postgresql://u:p@q@h:1/d", "pg u p@q h 1 d -"},
        {"postgresql://u:p/q@h:1/d", "pg u p/q h 1 d -"},
        {"postgresql://u:p@a/b@h:1/d", "pg u p@a/b h 1 d -"},
        {"postgresql://u:p:q@h:1/d", "pg u p:q h 1 d -"},
        {"postgresql://u:p#q@h:1/d", "pg u p#q h 1 d -"},
        {"postgresql://u:p?q@h:1/d?a=b@c", "pg u p?q h 1 d - a=b@c"},
        {"postgresql://h/d?user=a@b", "pg a@b - h - d -"},
        {"postgresql://u:p%zz%4@h/d", "pg u p%zz%4 h - d -"},
        {"postgresql://u:p%00q@h/d", "pg u p%00q h - d -"},
        {"postgresql://u:p+q@h/d%41", "pg u p+q h - dA -"},
    };
    expect_all(*state, samples, ARRAY_COUNT(samples));
}

static void test_words(void **state)
{
    static const struct sample samples[] = {
        {"host=h port=5432 user=u password=p dbname=d", "pg u p h 5432 d -"},
        {"host = h  dbname=\td", "pg - - h - d -"},
        {"host=h\ndbname=d\tuser=u", "pg u - h - d -"},
        {"user='a b' password='it\\'s \\\\' dbname=d",
         "pg a b it's \\ - - d -"},
        {"password=\"q\" dbname=d", "pg - \"q\" - - d -"},
        {"password='' dbname=d", "pg -  - - d -"},
        {"password='open dbname=d", "pg - open dbname=d - - - -"},
        {"dbname=d options='-c search_path=app' sslmode=require",
         "pg - - - - d app sslmode=require"},
        {"service=prod", "pg - - - - - - service=prod"},
    };
    expect_all(*state, samples, ARRAY_COUNT(samples));
}

#define UNCLEAR                                                                \
    "it is not clear of which database this connection string is: add "        \
    "Port=5432 or Port=3306, or give a URL"
#define NOT_READ(name)                                                         \
    "postflight reads no database of '" name "': export the rows of its "      \
    "history table and give the file with --state"

static void test_ado(void **state)
{
    static const struct sample samples[] = {
        {"Host=h;Port=5432;Username=u;Password=p;Database=d",
         "pg u p h 5432 d -"},
        {"Host=h;Username=u;Password=\"a;b\"\"c\";Database=d;SSL Mode=Require",
         "pg u a;b\"c h - d - SSL Mode=Require"},
        {"host=h;username=u;password='a=b';search path=app;",
         "pg u a=b h - - app"},
        {"Server=h;Port=5432;User Id=u;Password=p;Database=d;",
         "pg u p h 5432 d -"},
        {"Server=h;Port=3306;Database=d;User ID=u;Password=p",
         "my u p h 3306 d -"},
        {"Server=h;Database=d;Uid=u;Pwd=p;", "my u p h - d -"},
        {"Server=h;Database=d;User=u;Password=p;SslMode=Required",
         "my u p h - d - SslMode=Required"},
        {"server=h;user id=u;password=p;database=d;AllowPublicKeyRetrieval="
         "True",
         "my u p h - d - AllowPublicKeyRetrieval=True"},
        {"Server=h;Database=d;User Id=u;Password=p", UNCLEAR},
        {"Data Source=app.db", "lite app.db Data Source=app.db"},
        {"Data Source=/srv/app.db;Mode=ReadOnly;Password=x",
         "lite /srv/app.db Data Source=/srv/app.db Mode=ReadOnly"},
        {"Filename=app.db;", "lite app.db Filename=app.db"},
        {"Server=tcp:x.database.windows.net,1433;Initial Catalog=d;User "
         "ID=u;Password=p",
         NOT_READ("sqlserver")},
        {"Server=h,1433;Database=d;User Id=sa;Password=p",
         NOT_READ("sqlserver")},
        {"Server=.;Database=d;Trusted_Connection=True", NOT_READ("sqlserver")},
        {"Data Source=h;User ID=u;Password=p;Encrypt=True",
         NOT_READ("sqlserver")},
    };
    expect_all(*state, samples, ARRAY_COUNT(samples));
}

static void test_files(void **state)
{
    static const struct sample samples[] = {
        {"sqlite:app.db", "lite app.db"},
        {"sqlite:///app.db", "lite /app.db"},
        {"sqlite:////srv/app.db", "lite /srv/app.db"},
        {"sqlite://app.db", "lite app.db"},
        {"sqlite3:///srv/app.sqlite3", "lite /srv/app.sqlite3"},
        {"sqlite+aiosqlite:////srv/a%20b.db?mode=ro",
         "lite /srv/a b.db mode=ro"},
        {"file:./dev.db?connection_limit=1", "lite ./dev.db "
                                             "connection_limit=1"},
        {"app.db", "lite app.db"},
        {"./data/app", "lite ./data/app"},
        {"/srv/app.sqlite", "lite /srv/app.sqlite"},
        {"sqlite::memory:", "the address of the database names no file"},
        {"sqlite://", "the address of the database names no file"},
        {"sqlite:", "the address of the database names no file"},
        {"Data Source=;", "the address of the database names no file"},
    };
    expect_all(*state, samples, ARRAY_COUNT(samples));
}

/* Three slashes are a file beside us to SQLAlchemy, "file:" is beside Prisma's
   schema: the file that is there is meant. */
static void test_files_that_are_there(void **state)
{
    struct arena *a = *state;
    char folder[] = "/tmp/postflight-XXXXXX", before[4096];
    assert_non_null(getcwd(before, sizeof(before)));
    assert_non_null(mkdtemp(folder));
    assert_int_equal(chdir(folder), 0);
    assert_int_equal(mkdir("prisma", 0700), 0);
    fclose(fopen("here.db", "w"));
    fclose(fopen("prisma/dev.db", "w"));
    assert_string_equal(read_address(a, "sqlite:///here.db"), "lite here.db");
    assert_string_equal(read_address(a, "file:dev.db"), "lite prisma/dev.db");
    assert_int_equal(
        unlink("here.db") | unlink("prisma/dev.db") | rmdir("prisma"), 0);
    assert_int_equal(chdir(before) | rmdir(folder), 0);
}

#define NONE                                                                   \
    "this is not the address of a database: give a URL such as "               \
    "postgresql://user@host:5432/name, mysql://… or sqlite:FILE"
#define NO_PORT                                                                \
    "the port in the address of the database is not a number: write ':', '/' " \
    "and '@' in a password as %3A, %2F and %40"

static void test_refused(void **state)
{
    static const struct sample samples[] = {
        {"", NONE},
        {"   ", NONE},
        {"hunter2", NONE},
        {"root:hunter2", NONE},
        {"root:hunter2@db", NONE},
        {"mongodb+srv://u:hunter2@h/d", NOT_READ("mongodb")},
        {"sqlserver://h;password=hunter2", NOT_READ("sqlserver")},
        {"jdbc:oracle:thin:@h:1521:d", NOT_READ("oracle")},
        {"postgresql://u:hunter2", NO_PORT},
        {"postgresql://u:hunter2/d", NO_PORT},
        {"postgresql://h:65536/d", NO_PORT},
        {"postgresql://h:-1/d", NO_PORT},
        {"postgresql://h1:1,h2:x/d", NO_PORT},
        {"postgresql://h/d?port=hunter2", NO_PORT},
        {"host=h port=hunter2", NO_PORT},
    };
    expect_all(*state, samples, ARRAY_COUNT(samples));
    assert_string_equal(read_address(*state, "postgresql://h:65535/d"),
                        "pg - - h 65535 d -");
}

/* What servers repeat of it. */
static void test_hidden(void **state)
{
    static const char *const said[][2] = {
        {"Access denied for user 'bob'@'h' (bobby)",
         "Access denied for user ...@'h' (bobby)"},
        {"authentication failed for user \"bob\"",
         "authentication failed for user ..."},
        {"near 'p:w' and p:wp:w", "near '...' and ......"},
        {"nothing", "nothing"},
    };
    struct dsn d;
    struct err e = {.set = false};
    assert_true(dsn_read(&d, *state, "mysql://bob:p%3Aw@h/d", &e));
    for (size_t i = 0; i < ARRAY_COUNT(said); i++)
        assert_string_equal(dsn_hide(&d, *state, said[i][0]), said[i][1]);
    assert_true(dsn_read(&d, *state, "mysql://:@h/d", &e));
    assert_string_equal(dsn_hide(&d, *state, "a '' b"), "a '' b");
}

static bool takes(struct arena *a, size_t parameters)
{
    const char *text = arena_printf(a, "postgresql://h/d?x=1%s",
                                    test_repeat(a, "&x=1", parameters - 1));
    const char *found = read_address(a, text);
    bool ok = strncmp(found, "pg ", 3) == 0;
    if (!ok)
        assert_string_equal(
            found, "the address of the database has more than 64 parameters");
    return ok;
}

static void test_limits(void **state)
{
    assert_true(takes(*state, 63));
    assert_true(takes(*state, 64));
    assert_false(takes(*state, 65));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_urls, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_passwords, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_words, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_ado, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_files, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_files_that_are_there, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_hidden, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_limits, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
