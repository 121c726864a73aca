/* What is proven of a regex holds; what does not hold is never proven. */
#include "language/regex.h"
#include "scan/anchor.h"
#include "scan/prefilter.h"
#include "scan/word_filter.h"
#include "tests/unit/testing.h"

static const struct {
    const char *regex, *anchor;
    bool proven;
} rows[] = {
    {"abcdefg", "abcdefg", true},
    {"abcdefg", "abcdefh", false},
    {"\\babc\\.def\\b", "abc.def", true},
    {"abc.def", "abc.def", false},
    {"abc(?:def|xyz)", "abcdef", false},
    {"abc(?:defg|defh)", "abcdef", true},
    {"(?:one|two) failure: (?<x>\\w+)", " failure: ", true},
    {"x(?: failure)?", " failure", false},
    {"x(?: failure)+y", " failure", true},
    {"x(?: failure){0,3}", " failure", false},
    {"x(?: failure){2,3}", " failure", true},
    {"failure|failures", "failure", true},
    {"failure|fault", "failure", false},
    {"fai(?=lure)lure", "failure", true},
    {"fai(?!x)lure", "failure", true},
    {"(?i)failure", "failure", false},
    {"failures?", "failure", true},
    {"failures?", "failures", false},
    {"fail+ure", "failure", false}, /* faillure matches, too */
    {"failur[e]", "failure", false},
    {"a|", "a", false},
    {"(?<code>P3018)\\b: failed", "P3018: failed", true},
    {"(?:a(?:b|c)d|a(?:b|c)e) end of it", " end of it", true},
    {"\\Qfailure\\E", "failure", false},
    {"x{3}", "xxx", false},
    {"\\tfailed", "\tfailed", true},
    {"[(]failure[)]", "failure", true},
    {"fail{ure", "fail{ure", true},
    {"(?:ERROR|FATAL): {1,2}42P07: ", " 42P07: ", true},
    {"a *b", " b", false},
    {"a +b", "a b", false},
    {"a +b", " b", true},
};

static const struct {
    const char *regex;
    bool named, sure; /* the group x */
} groups[] = {
    {"a (?<x>\\S+) b", true, true},
    {"a (?<xy>\\S+) b", false, false},
    {"a (?<x>\\S*) b", true, false},
    {"a(?: (?<x>\\S+))? b", true, false},
    {"a(?: (?<x>\\S+)){0,1} b", true, false},
    {"a(?: (?<x>\\S+)){1,2} b", true, true},
    {"a(?: (?<x>\\S+))+ b", true, true},
    {"(?:a|b) (?<x>c)", true, true},
    {"a (?<x>c)|b", true, false},
    {"(?:a (?<x>c)|b)d", true, false},
    {"(?<y>(?:(?<x>\\w+)-\\d|\\w+)) b", true, false},
    {"(?<y>a(?<x>\\w+)) b", true, true},
    {"a(?=(?<x>b))", true, false},
    {"a (?<x>(?:b|)) c", true, false},
    {"a (?<x>\\b) c", true, false},
    {"[(?<x>)] \\(?<x>", false, false},
};

static void groups_are_sure_in_every_match(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(groups); i++) {
        struct str regex = str_from(groups[i].regex);
        if (group_is_named(regex, STR("x")) != groups[i].named ||
            group_is_sure(regex, STR("x")) != groups[i].sure)
            fail_msg("%s", groups[i].regex);
    }
}

static void what_is_proven_holds(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        bool proven =
            anchor_is_proven(str_from(rows[i].regex), str_from(rows[i].anchor));
        if (proven != rows[i].proven)
            fail_msg("%s with '%s': %d", rows[i].regex, rows[i].anchor, proven);
    }
}

/* Other text that a match must have, and what is behind the anchor. */
static void more_is_known_of_a_match(void **state)
{
    static const struct {
        const char *regex, *anchor, *other, *tail;
    } row[] = {
        {"[1-9]\\d* failed$", " failed", NULL, " failed$"},
        {"Tests: +[1-9]\\d* failed, .*total", "failed, ",
         "Tests:", "failed, .*total"},
        {"(?:Tests|Files): \\d failed in", " failed", NULL, " failed in"},
        {"(?:abc|xabc) failed", " failed", "abc", NULL},
        {"(?:abc)? failed", " failed", NULL, NULL},
        {"a failed\\b|x failed", " failed", NULL, NULL},
        {"(\\w) failed \\1", " failed", NULL, NULL},
        {"(?i)abc failed x", " failed", NULL, NULL},
        {"(?:a failed b)", " failed", NULL, NULL},
        {"a\\.failed(?=x)", ".failed", NULL, "\\.failed(?=x)"},
        {"abc+ failed", " failed", NULL, NULL},
        {"x failed{2}", " failed", "x faile", NULL},
    };
    struct arena a;
    struct str other;
    (void)state;
    arena_init(&a);
    for (size_t i = 0; i < ARRAY_COUNT(row); i++) {
        struct str regex = str_from(row[i].regex);
        struct str anchor = str_from(row[i].anchor);
        size_t count = anchor_others(&a, regex, anchor, &other, 1);
        const char *want = row[i].other;
        if (count != (want != NULL) || (count > 0 && !str_is(other, want)))
            fail_msg("%s: '%.*s'", row[i].regex, STR_ARGS(other));
        struct str tail = anchor_tail(regex, anchor);
        if (!str_is(tail, row[i].tail == NULL ? "" : row[i].tail))
            fail_msg("%s: '%.*s'", row[i].regex, STR_ARGS(tail));
    }
    arena_release(&a);
}

static const struct {
    const char *regex;
    bool nested;
} nested[] = {
    {"(a+)+", true},      {"(?:a*b)*", true}, {"(?:a{2,})+", true},
    {"(?:ab)+", false},   {"a+b+", false},    {"(?:a+)?", false},
    {"(?:a+){3}", false}, {"[(+]+", false},   {"(?:a|(?:b+c))*", true},
};

static void nested_quantifiers_are_seen(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(nested); i++) {
        struct str re = str_from(nested[i].regex);
        if ((nested_quantifier(re) < re.len) != nested[i].nested)
            fail_msg("%s", nested[i].regex);
    }
}

/* Wherever a literal stands, however it is placed, it is found once. */
static void the_filter_misses_nothing(void **state)
{
    static const char *const texts[] = {"seven77", "eight888",
                                        "a longer literal", "ERROR: x"};
    struct str literal[ARRAY_COUNT(texts)];
    char text[200];
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(texts); i++)
        literal[i] = str_from(texts[i]);
    for (size_t size = 30; size < 130; size++)
        for (size_t at = 0; at + 16 < size; at++)
            for (size_t k = 0; k < ARRAY_COUNT(texts); k++) {
                struct arena a;
                struct places found = {NULL, 0, 0};
                size_t times = 0;
                arena_init(&a);
                memset(text, ' ', size);
                memcpy(text + at, literal[k].ptr, literal[k].len);
                if (at % 7 == 0) { /* the filter is made of other text, too */
                    struct filter *f = filter_new(
                        &a, literal, ARRAY_COUNT(texts),
                        at % 2 == 0 ? STR("") : (struct str){text, size});
                    filter_run(f, (struct str){text, size}, &found);
                    for (size_t i = 0; i < found.count; i++)
                        times += found.item[i].literal == k &&
                                 found.item[i].offset == at;
                    assert_int_equal(times, 1);
                }
                places_release(&found);
                arena_release(&a);
            }
}

/* The words of the level, at every place of a text, in either case. */
/* A word that counts, names or asks for something tells of no error. */
static void words_that_tell_nothing(void **state)
{
    static const struct {
        const char *text;
        bool tells;
    } row[] = {
        {"12 passed, 0 errors", false},
        {"0 error", false},
        {"(2 error(s))", false},
        {"error_page 404", false},
        {"\"errors\":0", false},
        {"error=0", false},
        {"error-page.html", false},
        {"at a.FaultException.run(A.java:1)", false},
        {"no error was found", false},
        {"0.1 s  without error", false},
        {"no error\nnpm error x", true},
        {"npm error x", true},
        {"10:00:01 pm error: x", true},
        {"user@db ERROR:  x", true},
        {"UTC ERROR:  x", true},
        {"a: error: x", true},
        {"{\"error\":null}", false},
        {"{\"error\": \"\"}", false},
        {"{\"error\":0,\"a\":1}", false},
        {"{\"error\":\"x\"}", true},
        {"{\"error\":01}", true},
        {"{\"error\":n", true},
        {"terror: x", true},
        {"\"level\":\"error\"", true},
        {"10:00:01 error: x", true},
        {"psycopg2.errors.UndefinedTable: x", true},
        {"level=error msg=x", true},
        {"0 errors\nERROR x", true},
        {"0 errors, but error: x", false},
        {"0 errors; error: x", true},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(row); i++)
        if (filter_has_word(str_from(row[i].text)) != row[i].tells)
            fail_msg("'%s'", row[i].text);
}

static void words_of_errors_are_found(void **state)
{
    static const char *const word[] = {
        "ERROR",    "error",          "Fatal",   "PANIC", "SEVERE",
        "CRITICAL", "EMERG",          "ERR!",    "ERR]",  "ERR ",
        "FTL ",     "SomeException:", "npm ERR!"};
    char text[80];
    struct arena a;
    (void)state;
    arena_init(&a);
    struct filter *f = filter_new(&a, NULL, 0, STR(""));
    for (size_t w = 0; w < ARRAY_COUNT(word); w++)
        for (size_t size = strlen(word[w]); size < 70; size++)
            for (size_t at = 0; at + strlen(word[w]) <= size; at++) {
                struct places found = {NULL, 0, 0};
                memset(text, ' ', size);
                memcpy(text + at, word[w], strlen(word[w]));
                filter_run(f, (struct str){text, size}, &found);
                if (found.count != 1)
                    fail_msg("%s at %zu of %zu: %zu", word[w], at, size,
                             found.count);
                places_release(&found);
            }
    arena_release(&a);
}

static void newlines_are_counted(void **state)
{
    char text[6000];
    (void)state;
    for (size_t size = 0; size < sizeof(text); size += size < 100 ? 1 : 97) {
        size_t want = 0;
        for (size_t i = 0; i < size; i++) {
            text[i] = i % 3 == 0 || i > 300 ? '\n' : 'x';
            want += text[i] == '\n';
        }
        assert_int_equal(count_newlines((struct str){text, size}), want);
    }
}

/* Each byte at each place of texts that end before, at and behind a vector. */
static void one_of_three_bytes(void **state)
{
    static const char any[] = "\"\\{";
    char text[40];
    (void)state;
    memset(text, 'x', sizeof(text));
    for (size_t length = 0; length <= sizeof(text); length++) {
        assert_false(has_any_of_three((struct str){text, length}, any));
        for (size_t at = 0; at < sizeof(text); at++)
            for (size_t i = 0; i < 3; i++) {
                text[at] = any[i];
                assert_int_equal(
                    has_any_of_three((struct str){text, length}, any),
                    at < length);
                text[at] = 'x';
            }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(groups_are_sure_in_every_match),
        cmocka_unit_test(what_is_proven_holds),
        cmocka_unit_test(more_is_known_of_a_match),
        cmocka_unit_test(nested_quantifiers_are_seen),
        cmocka_unit_test(the_filter_misses_nothing),
        cmocka_unit_test(words_of_errors_are_found),
        cmocka_unit_test(words_that_tell_nothing),
        cmocka_unit_test(newlines_are_counted),
        cmocka_unit_test(one_of_three_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
