/* What stands before and around a line; how blocks are cleaned. */
#include <stdlib.h>

#include "scan/block.h"
#include "scan/envelope.h"
#include "scan/internal.h"
#include "scan/prefix.h"
#include "tests/unit/testing.h"

#define NOW INT64_C(1795255400000) /* 2026-11-21 */

struct prefix_case {
    const char *before, *source, *process, *step;
};

static const struct prefix_case prefixes[] = {
    {"", "", "", ""},
    {"2026-11-21T10:02:03.1234567Z ", "", "", ""},
    {"2026-11-21T10:02:03Z ##[error]", "", "", ""},
    {"build\tRun migrate\t2026-11-21T10:02:03.1234567Z ", "build", "",
     "Run migrate"},
    {"[pod/web-7d9f/app] ", "web-7d9f/app", "", ""},
    {"[pod/web-7d9f/app] 2026-11-21T10:02:03Z ", "web-7d9f/app", "", ""},
    {"web-1  | ", "web-1", "", ""},
    {"web-1 | 2026-11-21 10:02:03.123 UTC [4711] ", "web-1", "4711", ""},
    {"2026-11-21 10:02:03.123 UTC [4711] app@prod ", "", "4711", ""},
    {"2026-11-21 10:02:03 UTC [65a1b2c3.1f4] ", "", "65a1b2c3.1f4", ""},
    {"2026-11-21 10:02:03 UTC [4711-12] ", "", "4711", ""},
    {"2026-11-21 10:02:03 UTC:10.0.0.7(51234):app@prod:[4711]:", "", "4711",
     ""},
    {"#12 ", "#12", "", ""},
    {"#12 3.456 ", "#12", "", ""},
    {"2026-11-21T10:02:03.123456+00:00 app[web.1]: ", "web.1", "", ""},
    {"Nov 21 10:02:03 host web[4711]: ", "web", "4711", ""},
    {"<34>Nov 21 10:02:03 host web[4711]: ", "web", "4711", ""},
    {"2026-11-21T10:02:03.123456789Z stderr F ", "", "", ""},
    {"2026-11-21T10:02:03.123456Z 00O ", "", "", ""},
    {"remote: ", "", "", ""},
    {"\xE2\x94\x82 ", "", "", ""},
    {"[2026-11-21T10:02:03.000Z] ", "", "", ""},
    {"2026-11-21T10:02:03Z web-1  | 2026-11-21T10:02:03Z ", "web-1", "", ""},
};

static void prefixes_are_taken_off(void **state)
{
    static const char said[] = "ERROR:  relation \"x\" already exists";
    struct arena a;
    (void)state;
    arena_init(&a);
    for (size_t i = 0; i < ARRAY_COUNT(prefixes); i++) {
        const struct prefix_case *c = &prefixes[i];
        struct prefix p;
        struct str line = str_from(arena_printf(&a, "%s%s", c->before, said));
        prefix_read(&p, line, NOW);
        if (p.length != strlen(c->before))
            print_message("'%s': %zu\n", c->before, p.length);
        assert_int_equal(p.length, strlen(c->before));
        assert_true(str_is(p.source, c->source));
        assert_true(str_is(p.process, c->process));
        assert_true(str_is(p.step, c->step));
    }
    arena_release(&a);
}

/* What only looks like a prefix is what the program said. */
static void other_lines_stay_whole(void **state)
{
    static const char *const line[] = {"ERROR | out of cheese",
                                       "info  | started",
                                       "[4711] hello",
                                       "Step 3/12 : RUN x",
                                       "a | b | c d e",
                                       "# 12 tests",
                                       "#12345 is an issue",
                                       "stdout F x",
                                       "[pod/web",
                                       "00O x",
                                       "app[web.1]: no time stands before it",
                                       "ERROR [main] x"};
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(line); i++) {
        struct prefix p;
        prefix_read(&p, str_from(line[i]), NOW);
        if (i != 4) /* "a |" may be a container of that name */
            assert_int_equal(p.length, 0);
    }
}

struct envelope_case {
    const char *line, *said; /* parts, each followed by a bar */
    const char *process, *request;
    bool error;
};

static const struct envelope_case envelopes[] = {
    {"{\"level\":\"error\",\"msg\":\"relation \\\"x\\\" already exists\"}",
     "relation \"x\" already exists|", "", "", true},
    {"{\"level\":50,\"pid\":7,\"err\":{\"type\":\"DbError\",\"message\":\"no "
     "\\u00e4\"},\"trace_id\":\"t-1\"}",
     "DbError: no \xC3\xA4|", "7", "t-1", true},
    {"{\"level\":30,\"msg\":\"fine\"}", "fine|", "", "", false},
    {"{\"log\":\"ERROR: x\\n\",\"stream\":\"stderr\"}", "ERROR: x\n|", "", "",
     false},
    {"{\"jsonPayload\":{\"message\":\"a\"},\"severity\":\"CRITICAL\"}", "a|",
     "", "", true},
    {"time=x level=error msg=\"a \\\"b\\\" c\" request_id=r7", "a \"b\" c|", "",
     "r7", true},
    {"2026-11-21 10:02:03.123 "
     "UTC,\"u\",\"app\",4711,\"10.0.0.1:5\",65a1b2c3.1,1,\"CREATE "
     "TABLE\",2026-11-21 10:00:00 UTC,3/4,0,ERROR,42P07,\"relation \"\"o\"\" "
     "already exists\",,,,,,,,,\"psql\",\"client backend\",,0",
     "ERROR:  42P07: relation \"o\" already exists|", "4711", "", true},
};

static void envelopes_are_opened(void **state)
{
    struct buf scratch, said;
    (void)state;
    buf_init(&scratch, SCAN_LINE_MAX);
    buf_init(&said, SCAN_LINE_MAX);
    for (size_t i = 0; i < ARRAY_COUNT(envelopes); i++) {
        const struct envelope_case *c = &envelopes[i];
        struct envelope e;
        assert_true(envelope_open(&e, &scratch, str_from(c->line)));
        buf_clear(&said);
        for (size_t k = 0; k < e.count; k++) {
            buf_str(&said, e.part[k]);
            buf_char(&said, '|');
        }
        assert_string_equal(said.ptr, c->said);
        assert_true(str_is(e.process, c->process));
        assert_true(str_is(e.request, c->request));
        assert_int_equal(e.error, c->error);
    }
    buf_release(&scratch);
    buf_release(&said);
}

static void other_lines_are_no_envelopes(void **state)
{
    static const char *const line[] = {"{\"level\":\"error\"}",
                                       "{\"msg\":\"cut",
                                       "{}",
                                       "msg=hello",
                                       "level=error no text",
                                       "2026-11-21,a,b,c",
                                       "{\"msg\": 7}",
                                       "{'msg': 'python'}"};
    struct buf scratch;
    (void)state;
    buf_init(&scratch, SCAN_LINE_MAX);
    for (size_t i = 0; i < ARRAY_COUNT(line); i++) {
        struct envelope e;
        assert_false(envelope_open(&e, &scratch, str_from(line[i])));
    }
    buf_release(&scratch);
}

static struct block read_block(struct str text, size_t width)
{
    struct source_reader *source = source_of_text("t", text);
    struct block_reader *r = block_reader_open(source);
    struct block b = {.offset = 0};
    struct err e = {.set = false};
    assert_int_equal(block_read(r, &b, &e), 1);
    block_clean(&b, width);
    block_reader_close(r);
    source_close(source);
    return b;
}

static void broken_lines_are_joined(void **state)
{
    struct arena a;
    (void)state;
    arena_init(&a);
    struct buf text;
    buf_init(&text, 4000);
    for (int i = 0; i < 3; i++)
        buf_printf(&text, "%-70.70s migrate-r\nesolve --applied x\n",
                   "npx prisma and many words until the right border is there");
    struct block b = read_block(buf_view(&text), 0);
    assert_int_equal(block_width(b.text), 80);
    block_clean(&b, 80);
    size_t at = str_find(b.text, STR("migrate-resolve"), 0);
    assert_int_equal(at, 71);
    assert_int_equal(block_lines_gone(&b, at), 0);
    assert_int_equal(block_lines_gone(&b, b.text.len), 3);
    size_t last = str_find(b.text, STR("esolve"), b.text.len - 30);
    assert_int_equal(block_raw_offset(&b, last),
                     (int64_t)(text.len - strlen("esolve --applied x\n")));
    block_release(&b);
    buf_release(&text);
    arena_release(&a);
}

/* Tables, rulers and base64 have a width, too, and no words that go on. */
static void other_widths_mean_nothing(void **state)
{
    static const char *const line[] = {
        "+------------------------------------------------------------------"
        "------------------+\n",
        "| a table row with words in it and a border at the right end of it, as"
        " it is    |\n",
        "YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXphYmNkZWZnaGlqa2xtbm9wcXJzdHV2d3h5"
        "emFiY2RlZmdo\n",
        "2026-11-30 10:00:00.123 UTC [4711] LOG:  statement: SELECT total FROM "
        "orders 20\n"};
    struct arena a;
    (void)state;
    arena_init(&a);
    for (size_t i = 0; i < ARRAY_COUNT(line); i++)
        assert_int_equal(block_width(str_from(test_repeat(&a, line[i], 8))), 0);
    arena_release(&a);
}

static void sequences_are_taken_out(void **state)
{
    static const char text[] =
        "a\x1b[31mb\x1b[0m\x1b]0;title\ac\x1b_bk;t=17\ad\x1b(Be\x1b[2K\x1b[1Gf";
    (void)state;
    struct block b = read_block(STR(text), 0);
    assert_true(str_is(b.text, "abcdef"));
    assert_int_equal(block_raw_offset(&b, 5), sizeof(text) - 2);
    block_release(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(prefixes_are_taken_off),
        cmocka_unit_test(other_lines_stay_whole),
        cmocka_unit_test(envelopes_are_opened),
        cmocka_unit_test(other_lines_are_no_envelopes),
        cmocka_unit_test(broken_lines_are_joined),
        cmocka_unit_test(other_widths_mean_nothing),
        cmocka_unit_test(sequences_are_taken_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
