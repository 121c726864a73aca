/*
 * The rules on migration files: the samples of tests/migration-rules, each a
 * folder of files and the findings that it must have; and the reader of SQL.
 *
 *   == what it is about: M12 M14/minor     ("-": none)
 *   --- db/migrations/001_x.sql
 *   text of the file, up to the next mark
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "migrations/rules/rules.h"
#include "migrations/rules/sql.h"
#include "tests/unit/testing.h"

#define FOLDER SOURCE_ROOT "/tests/migration-rules"

static bool line_starts(struct str line, const char *mark)
{
    return str_starts(line, str_from(mark));
}

static void remove_tree(struct arena *a, const char *folder)
{
    assert_int_equal(
        system(arena_printf(a, "rm -rf '%s' && mkdir -p '%s'", folder, folder)),
        0);
}

static void write_file(struct arena *a, const char *folder, struct str path,
                       const struct buf *text)
{
    struct err e = {.set = false};
    const char *full = arena_printf(a, "%s/%.*s", folder, STR_ARGS(path));
    assert_true(file_make_parent(full, &e));
    assert_true(file_write(full, buf_view(text), &e));
}

/* "M12 M14/minor": in the order of rules, since of several files. */
static char *findings_of(struct arena *a, const char *folder)
{
    struct migration_folders folders;
    struct remarks r = {.schema = REVIEW_SCHEMA};
    struct err e = {.set = false};
    struct buf out;
    buf_init(&out, 4000);
    assert_true(migration_folders_find(&folders, a, folder, &e));
    for (size_t i = 0; i < folders.count; i++)
        assert_true(migrations_review(&r, a, &folders, i, NULL, &e));
    for (size_t rule = 0; rule < migration_rule_count(); rule++) {
        struct review_rule row = migration_rule(rule);
        for (size_t i = 0; i < r.remark_count; i++) {
            const struct remark *m = &r.remark[i];
            if (strcmp(m->rule, row.id) != 0)
                continue;
            assert_true(m->line >= 1 && m->column >= 1);
            assert_true(m->text[0] != '\0' && m->advice[0] != '\0');
            buf_printf(&out, "%s%s", out.len > 0 ? " " : "", m->rule);
            if (m->severity != row.severity)
                buf_printf(&out, "/%s",
                           name_of(&remark_severity_names, m->severity));
        }
    }
    if (folders.count == 0)
        buf_text(&out, "nothing");
    else if (out.len == 0)
        buf_text(&out, "-");
    return buf_take(a, &out);
}

struct sample {
    struct str name, expected;
    size_t line;
};

static void judge(struct arena *a, const struct sample *s, const char *file,
                  const char *folder, size_t *bad)
{
    if (s->name.len == 0)
        return;
    const char *found = findings_of(a, folder);
    if (str_is(s->expected, found))
        return;
    (*bad)++;
    print_message("%s:%zu: %.*s: expected %.*s, found %s\n", file, s->line,
                  STR_ARGS(s->name), STR_ARGS(s->expected), found);
}

/* One file of samples. */
static size_t run_samples(struct arena *a, const char *file, size_t *bad)
{
    struct source source;
    struct err e = {.set = false};
    struct sample s = {.line = 0};
    struct buf text;
    struct str path = STR_NONE;
    const char *folder = arena_printf(a, "/tmp/postflight-rules-%d", getpid());
    size_t count = 0, line_number = 0;
    assert_true(file_read(&source, a, file, (size_t)1 << 20, &e));
    struct str rest = source.text;
    buf_init(&text, (size_t)1 << 20);
    while (rest.len > 0) {
        struct str line = str_cut(rest, '\n', &rest);
        bool begins = line_starts(line, "== "),
             names = line_starts(line, "--- ");
        line_number++;
        if ((begins || names) && path.len > 0) {
            write_file(a, folder, path, &text);
            path = STR_NONE;
        }
        if (begins) {
            judge(a, &s, file, folder, bad);
            size_t at = line.len;
            while (at > 0 && line.ptr[at - 1] != ':')
                at--;
            s = (struct sample){str_trim(str_sub(line, 3, at - 4)),
                                str_trim(str_sub(line, at, line.len)),
                                line_number};
            remove_tree(a, folder);
            count++;
        } else if (names) {
            path = str_trim(str_sub(line, 4, line.len));
            buf_clear(&text);
        } else if (path.len > 0) {
            buf_str(&text, line);
            buf_char(&text, '\n');
        }
    }
    if (path.len > 0)
        write_file(a, folder, path, &text);
    judge(a, &s, file, folder, bad);
    remove_tree(a, folder);
    assert_int_equal(rmdir(folder), 0);
    buf_release(&text);
    return count;
}

static void every_sample_has_its_findings(void **state)
{
    static const char *const suffixes[] = {".txt", NULL};
    struct arena a;
    struct file_list files;
    struct err e = {.set = false};
    size_t bad = 0, count = 0;
    (void)state;
    arena_init(&a);
    assert_true(file_list(&files, &a, FOLDER, suffixes, &e));
    for (size_t i = 0; i < files.count; i++)
        count += run_samples(&a, files.path[i], &bad);
    assert_true(count > 150);
    assert_int_equal(bad, 0);
    arena_release(&a);
}

/* ---- statements ---- */

static size_t statements_of(const char *text, enum sql_dialect dialect)
{
    struct arena a;
    struct sql_reader r = {.text = str_from(text), .dialect = dialect};
    struct sql_statement s;
    size_t count = 0;
    arena_init(&a);
    while (sql_next(&r, &a, &s)) {
        assert_true(s.count > 0 && s.at < r.text.len);
        count++;
    }
    arena_release(&a);
    return count;
}

static void statements_end_where_they_do(void **state)
{
    static const struct {
        const char *text;
        enum sql_dialect dialect;
        size_t count;
    } samples[] = {
        {"", SQL_UNKNOWN, 0},
        {" ;; -- nothing\n/* nor /* this */ ; */ ;", SQL_UNKNOWN, 0},
        {"SELECT 1", SQL_UNKNOWN, 1},
        {"SELECT 1; SELECT 2;", SQL_UNKNOWN, 2},
        {"SELECT ';'; SELECT 'it''s; one'", SQL_UNKNOWN, 2},
        {"SELECT E'a\\';b'; SELECT 2", SQL_POSTGRES, 2},
        {"SELECT 'C:\\'; SELECT 2", SQL_POSTGRES, 2},
        {"SELECT 'a\\';b'; SELECT 2", SQL_MYSQL, 2},
        {"SELECT \"a;b\"; SELECT `c;d`;", SQL_UNKNOWN, 2},
        {"SELECT U&\"d;\", N'x;y'; SELECT 2", SQL_UNKNOWN, 2},
        {"SELECT $$a;b$$; SELECT $t$ $$;$$ $t$; SELECT 3", SQL_POSTGRES, 3},
        {"SELECT $1; SELECT $2", SQL_POSTGRES, 2},
        {"SELECT $open$ a; b; c", SQL_POSTGRES, 1},
        {"DO $$ BEGIN a; b; END $$; SELECT 2", SQL_POSTGRES, 2},
        {"CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT 2; "
         "END; SELECT 3",
         SQL_POSTGRES, 2},
        {"CREATE TRIGGER t AFTER INSERT ON x BEGIN UPDATE x SET a = CASE WHEN "
         "b THEN 1 END; DELETE FROM y; END; SELECT 1",
         SQL_SQLITE, 2},
        {"CREATE PROCEDURE p() BEGIN IF a THEN b; END IF; LOOP c; END LOOP; "
         "END; SELECT 1",
         SQL_MYSQL, 2},
        {"DELIMITER //\nCREATE PROCEDURE p() a; b; //\nDELIMITER ;\nSELECT 1;",
         SQL_MYSQL, 2},
        {"CREATE TABLE a (i int)\nGO\nCREATE TABLE b (i int)\ngo\n", SQL_OTHER,
         2},
        {"\\set ON_ERROR_STOP on\nSELECT 1;\n\\connect x\nSELECT 2;",
         SQL_POSTGRES, 2},
        {"COPY t (a) FROM stdin;\n1;2;3\n'x\n\\.\nSELECT 1;", SQL_POSTGRES, 2},
        {"BEGIN; SELECT 1; COMMIT;", SQL_POSTGRES, 3},
        {"SELECT a[1], b # 2; SELECT '#'", SQL_POSTGRES, 2},
        {"SELECT 1 # it's\n; SELECT 2", SQL_MYSQL, 2},
        {"\xEF\xBB\xBFSELECT 1;", SQL_UNKNOWN, 1},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(samples); i++) {
        size_t found = statements_of(samples[i].text, samples[i].dialect);
        if (found != samples[i].count)
            print_message("%s\n", samples[i].text);
        assert_int_equal(found, samples[i].count);
    }
}

static void names_have_parts(void **state)
{
    struct arena a;
    struct sql_reader r = {.text = STR("DROP TABLE Users, App.\"Big\", x")};
    struct sql_statement s;
    const char *schema, *name;
    size_t i = 2;
    (void)state;
    arena_init(&a);
    assert_true(sql_next(&r, &a, &s));
    assert_true(sql_name(&s, &i, &a, &schema, &name));
    assert_null(schema);
    assert_string_equal(name, "users");
    assert_true(sql_mark(&s, i, ','));
    i++;
    assert_true(sql_name(&s, &i, &a, &schema, &name));
    assert_string_equal(schema, "app");
    assert_string_equal(name, "Big");
    assert_int_equal(sql_words(&s, 0, "drop table"), 2);
    assert_int_equal(sql_words(&s, 0, "drop index"), 0);
    assert_int_equal(sql_find(&s, "nowhere", 0), s.count);
    arena_release(&a);
}

/* One token less, as many, and one more than are kept. */
static void long_statements_are_cut(void **state)
{
    (void)state;
    for (size_t n = SQL_TOKENS_MAX - 1; n <= SQL_TOKENS_MAX + 1; n++) {
        struct arena a;
        struct sql_statement s;
        arena_init(&a);
        struct sql_reader r = {.text = str_from(test_repeat(&a, "a ", n))};
        assert_true(sql_next(&r, &a, &s));
        assert_int_equal(s.count, n < SQL_TOKENS_MAX ? n : SQL_TOKENS_MAX);
        assert_false(sql_next(&r, &a, &s));
        arena_release(&a);
    }
}

static void rules_are_named_once(void **state)
{
    (void)state;
    for (size_t i = 0; i < migration_rule_count(); i++) {
        struct review_rule rule = migration_rule(i);
        assert_true(rule.help[0] != '\0' && rule.advice[0] != '\0');
        for (size_t k = 0; k < i; k++) {
            assert_string_not_equal(rule.id, migration_rule(k).id);
            assert_string_not_equal(rule.name, migration_rule(k).name);
        }
    }
    assert_int_equal(migration_tool_count(), 19);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_sample_has_its_findings),
        cmocka_unit_test(statements_end_where_they_do),
        cmocka_unit_test(names_have_parts),
        cmocka_unit_test(long_statements_are_cut),
        cmocka_unit_test(rules_are_named_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
