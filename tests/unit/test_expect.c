/* The expectation language: what it refuses, and how it judges. */
#include "tests/unit/reading.h"

struct row {
    const char *expect, *body;
    int status;
};

static const struct row row[] = {
    {"status == 200", "", STATUS_PASS},
    {"status != 200", "", STATUS_FAIL},
    {"status in 200..299", "", STATUS_PASS},
    {"status in [301, 400..499]", "", STATUS_FAIL},
    {"status < 200.5", "", STATUS_PASS},
    {"not status == 503", "", STATUS_PASS},
    {"header \"content-type\" == \"text/html\"", "", STATUS_PASS},
    {"header \"content-type\" contains \"json\"", "", STATUS_FAIL},
    {"header \"x-none\" exists", "", STATUS_FAIL},
    {"not header \"x-none\" exists", "", STATUS_PASS},
    {"not header \"x-none\" == \"a\"", "", STATUS_FAIL},
    {"header \"content-type\" matches /^text\\/(html|plain)$/", "",
     STATUS_PASS},
    {"body contains \"hello\"", "say hello", STATUS_PASS},
    {"body == \"\"", "", STATUS_PASS},
    {"body matches /HELLO/i", "say hello", STATUS_PASS},
    {"duration < 300ms", "", STATUS_PASS},
    {"duration < 249", "", STATUS_FAIL},
    {"duration <= 0.25s", "", STATUS_PASS},
    {"jsonpath \"$.a\" == 1", "\xEF\xBB\xBF{\"a\":1}", STATUS_PASS},
    {"jsonpath \"$.a\" == 1", "{\"a\":1}\xEF\xBB\xBF", STATUS_FAIL},
    {"jsonpath \"$.a\" == 1", "\xEF\xBB{\"a\":1}", STATUS_FAIL},
    {"jsonpath \"$.a\" == 1", "{\"a\":1.0}", STATUS_PASS},
    {"jsonpath \"$.a\" == \"1\"", "{\"a\":1}", STATUS_FAIL},
    {"not jsonpath \"$.a\" == \"1\"", "{\"a\":1}", STATUS_FAIL},
    {"jsonpath \"$.a\" != \"1\"", "{\"a\":1}", STATUS_FAIL},
    {"jsonpath \"$.missing\" < 100", "{}", STATUS_FAIL},
    {"not jsonpath \"$.missing\" < 100", "{}", STATUS_FAIL},
    {"jsonpath \"$.missing\" exists", "{}", STATUS_FAIL},
    {"not jsonpath \"$.missing\" exists", "{}", STATUS_PASS},
    {"not jsonpath \"$.missing\" exists", "<html>", STATUS_FAIL},
    {"jsonpath \"$.a\" == null", "{\"a\":null}", STATUS_PASS},
    {"jsonpath \"$.a\" != null", "{\"a\":0}", STATUS_PASS},
    {"jsonpath \"$.a\" == true", "{\"a\":true}", STATUS_PASS},
    {"jsonpath \"$.a\" == true", "{\"a\":1}", STATUS_FAIL},
    {"jsonpath \"$.n\" == 9007199254740993", "{\"n\":9007199254740992}",
     STATUS_FAIL},
    {"jsonpath \"$.n\" == 9007199254740993", "{\"n\":9007199254740993}",
     STATUS_PASS},
    {"jsonpath \"$.l\" contains 2", "{\"l\":[1,2]}", STATUS_PASS},
    {"jsonpath \"$.l[*]\" contains \"c\"", "{\"l\":[\"a\"]}", STATUS_FAIL},
    {"jsonpath \"$.l[*]\" exists", "{\"l\":[]}", STATUS_FAIL},
    {"jsonpath \"$.s\" contains \"ea\"", "{\"s\":\"healthy\"}", STATUS_PASS},
    {"jsonpath \"$.s\" in [\"up\", \"ok\"]", "{\"s\":\"ok\"}", STATUS_PASS},
    {"jsonpath \"$.s\" in [1, 2]", "{\"s\":\"ok\"}", STATUS_FAIL},
    {"jsonpath \"$.a\" >= \"b\"", "{\"a\":\"c\"}", STATUS_PASS},
    {"jsonpath \"$.l\" count == 3", "{\"l\":[1,2,3]}", STATUS_PASS},
    {"jsonpath \"$.l[*]\" count < 3", "{\"l\":[1,2,3]}", STATUS_FAIL},
    {"jsonpath \"$.o\" count == 1", "{\"o\":{\"a\":1}}", STATUS_PASS},
    {"not jsonpath \"$.n\" count == 3", "{\"n\":3}", STATUS_FAIL},
    {"jsonpath \"$.l\" nth 1 == 2", "{\"l\":[1,2,3]}", STATUS_PASS},
    {"jsonpath \"$.l[*]\" nth -1 == 3", "{\"l\":[1,2,3]}", STATUS_PASS},
    {"not jsonpath \"$.l\" nth 3 == 2", "{\"l\":[1,2,3]}", STATUS_FAIL},
    {"jsonpath \"$.l\" nth 3 exists", "{\"l\":[1,2,3]}", STATUS_FAIL},
    {"jsonpath \"$.n\" toInt > 41", "{\"n\":\"42\"}", STATUS_PASS},
    {"jsonpath \"$.n\" toInt > 41", "{\"n\":\"42.5\"}", STATUS_FAIL},
    {"not jsonpath \"$.n\" toInt > 41", "{\"n\":\"x\"}", STATUS_FAIL},
    {"jsonpath \"$.n\" toFloat < 42.6", "{\"n\":\"42.5\"}", STATUS_PASS},
    {"body trim lower == \"ok\"", " OK\n", STATUS_PASS},
    {"body replace \"a\" \"bb\" == \"bbcbb\"", "aca", STATUS_PASS},
    {"body split \",\" count == 3", "a,b,", STATUS_PASS},
    {"body split \",\" nth 1 == \"b\"", "a,b,", STATUS_PASS},
    {"body split \",\" includes \"c\"", "a,b,", STATUS_FAIL},
    {"body regex /v(\\d+)/ toInt >= 7", "build v12", STATUS_PASS},
    {"body regex /v\\d+/ == \"v12\"", "build v12", STATUS_PASS},
    {"not body regex /w(\\d+)/ toInt >= 7", "build v12", STATUS_FAIL},
    {"body regex /^(a|aa|aaa)+b/ exists",
     "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaacb",
     STATUS_ERROR},
    {"jsonpath \"$.s\" jsonpath \"$.a\" == 1", "{\"s\":\"{\\\"a\\\":1}\"}",
     STATUS_PASS},
    {"jsonpath \"$.s\" jsonpath \"$.a\" == 1", "{\"s\":{\"a\":1}}",
     STATUS_PASS},
    {"not jsonpath \"$.s\" jsonpath \"$.a\" == 1", "{\"s\":\"<a>\"}",
     STATUS_FAIL},
    {"jsonpath \"$.t\" toDate daysAfterNow > 9",
     "{\"t\":\"2026-01-14T15:18:29Z\"}", STATUS_PASS},
    {"jsonpath \"$.t\" toDate daysAfterNow > 9",
     "{\"t\":\"2026-01-14T15:18:28Z\"}", STATUS_FAIL},
    {"jsonpath \"$.t\" toDate \"%Y-%m-%d\" daysBeforeNow == 3",
     "{\"t\":\"2026-01-01\"}", STATUS_PASS},
    {"header \"date\" toDate \"%d %b %Y %H:%M:%S %Z\" daysAfterNow == 3", "",
     STATUS_PASS},
    {"not jsonpath \"$.t\" toDate daysAfterNow > 9", "{\"t\":\"soon\"}",
     STATUS_FAIL},
    {"body startsWith \"say\"", "say hello", STATUS_PASS},
    {"body endsWith \"say\"", "say hello", STATUS_FAIL},
    {"not body endsWith \"say\"", "say hello", STATUS_PASS},
    {"header \"content-type\" endsWith \"html\"", "", STATUS_PASS},
    {"jsonpath \"$.a\" startsWith \"1\"", "{\"a\":12}", STATUS_FAIL},
    {"not jsonpath \"$.a\" startsWith \"2\"", "{\"a\":12}", STATUS_FAIL},
    {"jsonpath \"$.l\" includes 2", "{\"l\":[1,2.0]}", STATUS_PASS},
    {"jsonpath \"$.l\" includes \"2\"", "{\"l\":[1,2]}", STATUS_FAIL},
    {"jsonpath \"$.s\" includes \"a\"", "{\"s\":\"abc\"}", STATUS_FAIL},
    {"body isEmpty", "", STATUS_PASS},
    {"not body isEmpty", "x", STATUS_PASS},
    {"jsonpath \"$.l\" isEmpty", "{\"l\":[]}", STATUS_PASS},
    {"jsonpath \"$.l[*]\" isEmpty", "{\"l\":[]}", STATUS_PASS},
    {"jsonpath \"$.o\" isEmpty", "{\"o\":{\"a\":1}}", STATUS_FAIL},
    {"jsonpath \"$.n\" isEmpty", "{\"n\":0}", STATUS_FAIL},
    {"not jsonpath \"$.n\" isEmpty", "{\"n\":0}", STATUS_FAIL},
    {"jsonpath \"$.n\" isInteger", "{\"n\":7}", STATUS_PASS},
    {"jsonpath \"$.n\" isInteger", "{\"n\":-7.00}", STATUS_PASS},
    {"jsonpath \"$.n\" isInteger", "{\"n\":0.7e1}", STATUS_PASS},
    {"jsonpath \"$.n\" isInteger", "{\"n\":100}", STATUS_PASS},
    {"jsonpath \"$.n\" isInteger", "{\"n\":0}", STATUS_PASS},
    {"jsonpath \"$.n\" isInteger", "{\"n\":7.5}", STATUS_FAIL},
    {"jsonpath \"$.n\" isInteger", "{\"n\":7e-1}", STATUS_FAIL},
    {"jsonpath \"$.n\" isInteger", "{\"n\":\"7\"}", STATUS_FAIL},
    {"jsonpath \"$.n\" isNumber", "{\"n\":7.5}", STATUS_PASS},
    {"not jsonpath \"$.n\" isNumber", "{}", STATUS_FAIL},
    {"jsonpath \"$.s\" isString", "{\"s\":\"\"}", STATUS_PASS},
    {"jsonpath \"$.s\" isBoolean", "{\"s\":false}", STATUS_PASS},
    {"jsonpath \"$.s\" isBoolean", "{\"s\":0}", STATUS_FAIL},
    {"jsonpath \"$.s\" isCollection", "{\"s\":{}}", STATUS_PASS},
    {"jsonpath \"$.s\" isCollection", "{\"s\":\"[]\"}", STATUS_FAIL},
    {"jsonpath \"$.t\" isIsoDate", "{\"t\":\"2026-01-04T15:18:29.5Z\"}",
     STATUS_PASS},
    {"jsonpath \"$.t\" isIsoDate", "{\"t\":\"2026-01-04T15:18:29\"}",
     STATUS_FAIL},
    {"jsonpath \"$.t\" isIsoDate", "{\"t\":\"2026-01-04\"}", STATUS_FAIL},
    {"status not == 503", "", STATUS_PASS},
    {"header \"content-type\" not contains \"html\"", "", STATUS_FAIL},
    {"jsonpath \"$.error\" not exists", "{}", STATUS_PASS},
    {"body matches \"^v\\\\d+$\"", "v12", STATUS_PASS},
    {"regex \"v(\\\\d+)\" == \"12\"", "build v12", STATUS_PASS},
    {"regex /v(\\d+)/ toInt > 11", "build v12", STATUS_PASS},
    {"not regex /w(\\d+)/ == \"12\"", "build v12", STATUS_FAIL},
    {"regex /w/ not exists", "build v12", STATUS_PASS},
    {"version == \"1.1\"", "", STATUS_PASS},
    {"version in [\"2\", \"3\"]", "", STATUS_FAIL},
    {"bytes count == 5", "hello", STATUS_PASS},
    {"bytes count < 1kB", "hello", STATUS_PASS},
    {"bytes count >= 1KiB", "hello", STATUS_FAIL},
    {"bytes startsWith hex,6865;", "hello", STATUS_PASS},
    {"bytes == hex,68656C6C6F;", "hello", STATUS_PASS},
    {"bytes endsWith base64,bG8=;", "hello", STATUS_PASS},
    {"bytes contains \"ell\"", "hello", STATUS_PASS},
    {"bytes isEmpty", "", STATUS_PASS},
    {"sha256 == hex,2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938"
     "b9824;",
     "hello", STATUS_PASS},
    {"sha256 == \"2CF24DBA5FB0A30E26E83B2AC5B9E29E1B161E5C1FA7425E73043362938B"
     "9824\"",
     "hello", STATUS_PASS},
    {"sha256 startsWith \"2cf3\"", "hello", STATUS_FAIL},
    {"url endsWith \"/health\"", "", STATUS_PASS},
    {"redirects count == 2", "", STATUS_PASS},
    {"redirects nth 0 == \"http://h.test/a\"", "", STATUS_PASS},
    {"redirects includes \"http://h.test/c\"", "", STATUS_FAIL},
    {"ip == \"127.0.0.1\"", "", STATUS_PASS},
    {"duration dns < 2ms", "", STATUS_PASS},
    {"duration connect < 2", "", STATUS_FAIL},
    {"duration tls == 3ms", "", STATUS_PASS},
    {"duration firstbyte == 15ms", "", STATUS_PASS},
    {"certificate \"Expire-Date\" daysAfterNow == 20", "", STATUS_PASS},
    {"certificate \"Expire-Date\" daysAfterNow > 20d", "", STATUS_FAIL},
    {"certificate \"Start-Date\" daysBeforeNow in 3..4", "", STATUS_PASS},
    {"certificate \"Subject\" contains \"h.test\"", "", STATUS_PASS},
    {"certificate \"Subject-Alt-Name\" exists", "", STATUS_PASS},
    {"cookie \"id\" == \"a=b\"", "", STATUS_PASS},
    {"cookie \"none\" exists", "", STATUS_FAIL},
    {"cookie \"empty\" isEmpty", "", STATUS_PASS},
    {"cookie \"id[Secure]\" exists", "", STATUS_PASS},
    {"cookie \"id[HttpOnly]\" exists", "", STATUS_FAIL},
    {"cookie \"id[Path]\" == \"/x\"", "", STATUS_PASS},
    {"cookie \"id[Max-Age]\" <= 60", "", STATUS_PASS},
    {"cookie \"id[Expires]\" daysAfterNow == 0", "", STATUS_PASS},
    {"not cookie \"empty[Max-Age]\" == 60", "", STATUS_FAIL},
    {"xpath \"string(//title)\" == \"Hi\"",
     "<html><head><title>Hi</title></head><p>x<p>y", STATUS_PASS},
    {"xpath \"//p\" count == 2", "<html><body><p>x<p>y", STATUS_PASS},
    {"xpath \"//p\" nth 1 == \"y\"", "<html><body><p>x<p>y", STATUS_PASS},
    {"xpath \"//b\" exists", "<html><body><p>x<p>y", STATUS_FAIL},
    {"xpath \"count(//p)\" == 2", "<html><body><p>x<p>y", STATUS_PASS},
    {"xpath \"boolean(//p)\" == true", "<html><body><p>x<p>y", STATUS_PASS},
    {"not xpath \"//p\" == \"x\"", "<html><body><p>x<p>y", STATUS_FAIL},
    {"jsonpath \"$.n\" < 4MiB", "{\"n\":4194303}", STATUS_PASS},
    {"jsonpath \"$.b\" in [true, null]", "{\"b\":true}", STATUS_PASS},
    {"body matches /^(a|aa|aaa)+b/",
     "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaacb",
     STATUS_ERROR},
    {"not body matches /^(a|aa|aaa)+b/",
     "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaacb",
     STATUS_ERROR},
    {"status <= 199", "", STATUS_FAIL},
    {"status > 200", "", STATUS_FAIL},
    {"status > 199", "", STATUS_PASS},
    {"status >= 201", "", STATUS_FAIL},
    {"status >= 200", "", STATUS_PASS},
    {"status <= 200", "", STATUS_PASS},
    {"status < 200", "", STATUS_FAIL},
    {"status != 201", "", STATUS_PASS},
    {"body isEmpty", "x", STATUS_FAIL},
    {"body matches /x/", "y", STATUS_FAIL},
    {"body endsWith \"x\"", "ax", STATUS_PASS},
    {"body startsWith \"x\"", "ax", STATUS_FAIL},
    {"jsonpath \"$.n\" isNumber", "{\"n\":\"7\"}", STATUS_FAIL},
    {"jsonpath \"$.n\" isString", "{\"n\":7}", STATUS_FAIL},
    {"jsonpath \"$.n\" isBoolean", "{\"n\":7}", STATUS_FAIL},
    {"jsonpath \"$.n\" isCollection", "{\"n\":7}", STATUS_FAIL},
    {"jsonpath \"$.n\" isIsoDate", "{\"n\":\"7\"}", STATUS_FAIL},
    {"certificate \"Chain-Expire-Date\" daysAfterNow == 5", "", STATUS_PASS},
    {"certificate \"Verified-Expire-Date\" daysAfterNow == 6", "", STATUS_PASS},
    {"exit == 3", "", STATUS_PASS},
    {"stdout contains \"out\"", "output", STATUS_PASS},
    {"variable \"S\" startsWith \"say\"", "", STATUS_PASS},
    {"status == ${N}", "", STATUS_PASS},
    {"body == \"${S}\"", "say hello", STATUS_PASS},
    {"body matches /^${S}$/", "say hello", STATUS_PASS},
    {"body == \"${X:-a b}\"", "a b", STATUS_PASS},
};

/* Each word of the language has a case that is met; a predicate one, too, that
   is not. */
static void check_used(const struct used *used)
{
    static const struct {
        enum word_table table;
        const char *what;
    } table[] = {{WORDS_QUERIES, "query"},
                 {WORDS_FILTERS, "filter"},
                 {WORDS_PREDICATES, "predicate"}};
    for (size_t t = 0; t < ARRAY_COUNT(table); t++)
        for (size_t i = 0; i < word_count(table[t].table); i++) {
            bool met = table[t].table == WORDS_QUERIES   ? used->query[i]
                       : table[t].table == WORDS_FILTERS ? used->filter[i]
                                                         : used->met[i];
            const char *name = word_doc(table[t].table, i).name;
            if (!met)
                fail_msg("no case meets the %s '%s'", table[t].what, name);
            if (table[t].table == WORDS_PREDICATES && !used->missed[i])
                fail_msg("no case misses the predicate '%s'", name);
        }
}

static void expectations_judge(void **state)
{
    struct arena a;
    struct used used = {.query = {false}};
    (void)state;
    arena_init(&a);
    for (size_t i = 0; i < ARRAY_COUNT(row); i++) {
        int status = judged(&a, row[i].expect, row[i].body, &used);
        if (status != row[i].status)
            fail_msg("%s on %s: %d, expected %d", row[i].expect, row[i].body,
                     status, row[i].status);
    }
    check_used(&used);
    arena_release(&a);
}

/* A row is whole: what can be read can be judged, and is explained. */
static void rows_are_whole(void **state)
{
    (void)state;
    for (size_t i = 0; i < query_row_count; i++)
        assert_non_null(query_rows[i].find);
    for (size_t i = 0; i < filter_row_count; i++) {
        assert_non_null(filter_rows[i].apply);
        assert_int_not_equal(filter_rows[i].on, 0);
    }
    for (size_t i = 0; i < predicate_row_count; i++) {
        const struct predicate *p = &predicate_rows[i];
        assert_true((p->takes == NULL) == (p->holds == NULL));
        assert_true((p->takes == NULL) == (p->is != NULL));
        assert_true((p->takes != NULL) == (strstr(p->expected, "%s") != NULL));
        assert_true((p->takes != NULL) ==
                    (strstr(p->unexpected, "%s") != NULL));
        assert_int_not_equal(p->on, 0);
    }
    assert_true(query_row_count + filter_row_count + predicate_row_count <=
                WORDS_MAX);
}

struct refusal {
    const char *text;
    unsigned column;
    const char *why;
};

static const struct refusal refusal[] = {
    {"statsu == 200", 1, "did you mean 'status'?"},
    {"status contians 200", 8, "did you mean 'contains'?"},
    {"status = 200", 8, "did you mean '=='?"},
    {"status ==", 10, "expected a value"},
    {"status == \"200\"", 8, "compare it with numbers"},
    {"status contains 2", 8, "cannot be asked of a number"},
    {"status exists", 8, "cannot fail"},
    {"status == 200 201", 15, "unexpected text after"},
    {"status in 200", 8, "takes a range"},
    {"status == 200..299", 8, "goes with 'in'"},
    {"status in 299..200", 16, "ends below its start"},
    {"status in [200", 15, "expected ',' or ']'"},
    {"body contains \"\"", 6, "cannot fail"},
    {"status count == 1", 8, "does not go with"},
    {"body count == 1", 6, "does not go with"},
    {"body toDate == 1", 13, "cannot be asked of a date"},
    {"body split \"\" count == 1", 12, "empty"},
    {"body nth 1 == \"a\"", 6, "does not go with"},
    {"jsonpath \"$\" nth x == 1", 18, "expected an index"},
    {"body regex 1 exists", 12, "expected a regex"},
    {"body replace \"a\" == \"b\"", 18, "expected a text"},
    {"body lowr == \"b\"", 6, "did you mean 'lower'?"},
    {"body startWith \"b\"", 6, "did you mean 'startsWith'?"},
    {"body frobnicate \"b\"", 6, "unknown predicate"},
    {"not body not == \"b\"", 10, "a second 'not'"},
    {"[STATUS] == 200", 1, "is written here: status"},
    {"[BODY].status == UP", 1, "jsonpath"},
    {"HTTP 200", 1, "is written here: status == 200"},
    {"duration receive < 1s", 10, "unknown predicate"},
    {"cookie \"id[Secur]\" exists", 12, "did you mean 'Secure'?"},
    {"cookie \"id[Path\" exists", 8, "NAME[ATTRIBUTE]"},
    {"certificate \"Expires\" exists", 14, "unknown certificate field"},
    {"certificate \"Expire-Date\" == \"x\"", 27, "asked of a date"},
    {"variable \"NONE\" == \"x\"", 10, "is not set"},
    {"xpath \"//[\" exists", 7, "XPath: "},
    {"bytes == hex,6;", 10, "hexadecimal"},
    {"bytes == hex,66", 10, "closing ';'"},
    {"bytes == base64,*;", 10, "base64"},
    {"bytes < 5", 7, "cannot be asked of bytes"},
    {"bytes == 5", 7, "compare it with a string"},
    {"body matches \"${X:-a}\"", 14, "write the regex as"},
    {"body matches \"${X}\"", 15, "is not set"},
    {"certificate \"Expire-Date\" daysAfterNow > 12h", 40, "whole days"},
    {"status in 100..599", 8, "within 100 and 599: this cannot fail"},
    {"status in 100..598", 0, ""},
    {"status < 600", 8, "cannot fail"},
    {"status < 599", 0, ""},
    {"status <= 599", 8, "cannot fail"},
    {"status >= 100", 8, "cannot fail"},
    {"status > 100", 0, ""},
    {"status != 0", 8, "cannot fail"},
    {"status == 600", 8, "can never hold"},
    {"not status == 600", 12, "cannot fail"},
    {"status in [99, 600]", 8, "can never hold"},
    {"duration < 1h", 10, "timeout of 10.00 s ends the exchange before"},
    {"duration < 10s", 10, "cannot fail"},
    {"duration < 9999ms", 0, ""},
    {"duration connect < 5s", 18, "cannot fail"},
    {"duration firstbyte < 5s", 0, ""},
    {"duration >= 0", 10, "cannot fail"},
    {"duration > 10s", 10, "can never hold"},
    {"jsonpath \"$.l\" count >= 0", 22, "never below 0: this cannot fail"},
    {"jsonpath \"$.l\" count > -1", 22, "cannot fail"},
    {"jsonpath \"$.l\" count > 0", 0, ""},
    {"jsonpath \"$.l\" count < 0", 22, "can never hold"},
    {"bytes count <= 4MiB", 13, "cannot fail"},
    {"bytes count < 4MiB", 0, ""},
    {"not body contains \"\"", 10, "can never hold"},
    {"body startsWith \"\"", 6, "cannot fail"},
    {"body startsWith 1", 6, "takes a string"},
    {"body isInteger", 6, "asked of a string"},
    {"status isInteger", 8, "asked of a number"},
    {"duration startsWith \"1\"", 10, "asked of a duration"},
    {"body startswith \"x\"", 6, "did you mean 'startsWith'?"},
    {"body isEmpty 1", 14, "unexpected text after"},
    {"body == 1", 6, "compare it with a string"},
    {"body matches 1", 6, "takes a regex"},
    {"body matches /(/", 16, "regex: "},
    {"body matches /a/q", 17, "unknown flag"},
    {"body contains 'x'", 15, "double quotes"},
    {"body contains \"x", 15, "closing quote"},
    {"body contains \"\\q\"", 16, "unknown escape"},
    {"header contains \"x\"", 8, "expected a header name"},
    {"header \"\" exists", 8, "empty"},
    {"jsonpath \"$.a[\" exists", 15, "JSONPath: "},
    {"duration < fast", 12, "expected a value"},
    {"duration < 5parsecs", 12, "no duration"},
    {"duration == \"x\"", 10, "gives a duration"},
    {"jsonpath \"$.a\" < 5s", 16, "compare it with numbers"},
    {"jsonpath \"$.a\" < true", 16, "have an order"},
};

static void refusals_have_columns(void **state)
{
    struct arena a;
    (void)state;
    arena_init(&a);
    for (size_t i = 0; i < ARRAY_COUNT(refusal); i++) {
        struct reading r;
        bool ok = read_one(&r, &a, refusal[i].text);
        regexes_close(&r.regexes);
        if (refusal[i].column == 0 && ok) /* just inside of a limit */
            continue;
        const struct err *first = r.diags.count > 0 ? r.diags.item : NULL;
        if (ok || first == NULL ||
            strstr(first->text, refusal[i].why) == NULL ||
            first->pos.column != refusal[i].column)
            fail_msg("%s: %u %s", refusal[i].text,
                     first != NULL ? first->pos.column : 0,
                     first != NULL ? first->text : "accepted");
    }
    arena_release(&a);
}

static void messages_say_what_was_found(void **state)
{
    static const char *const seen[][3] = {
        {"jsonpath \"$.db.status\" == \"up\"",
         "{\"db\":{\"state\":\"up\",\"version\":3}}",
         "nothing: $.db is an object with state, version"},
        {"jsonpath \"$.a\" == 1", "<!doctype html>",
         "nothing: the body is not JSON: text/html, 15 B, starts with "
         "<!doctype html>"},
        {"jsonpath \"$.a\" == 1", "{\"a\":\"1\"}", "the string \"1\""},
        {"body == \"x\"", "\x1b[31m", "\"\\x1B[31m\""},
        {"status == 201", "", "200"},
    };
    struct arena a;
    (void)state;
    arena_init(&a);
    for (size_t i = 0; i < ARRAY_COUNT(seen); i++) {
        struct reading r;
        assert_true(read_one(&r, &a, seen[i][0]));
        struct response response = {.status = 200,
                                    .body = str_from(seen[i][1])};
        struct result result = {.cause = -1, .content_type = "text/html"};
        expect_judge(&result, &a, &r.check, &response);
        assert_non_null(strstr(result.expectation[0].observed, seen[i][2]));
        assert_int_equal(result.cause, CAUSE_ASSERTION);
        regexes_close(&r.regexes);
    }
    arena_release(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(expectations_judge),
        cmocka_unit_test(rows_are_whole),
        cmocka_unit_test(refusals_have_columns),
        cmocka_unit_test(messages_say_what_was_found),
    };
    return cmocka_run_group_tests_name("expect", tests, NULL, NULL);
}
