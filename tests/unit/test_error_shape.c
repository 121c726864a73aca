/* Blocks in which languages and tools state an error, and their roots. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/attr.h"
#include "scan/error_shape.h"

struct row {
    const char *shape;
    const char *text;
    const char *root; /* NULL: the block has none */
    bool uncaught;
};

static const struct row row[] = {
    {"python",
     "Traceback (most recent call last):\n  File \"a.py\", line 1, in f\n"
     "    g()\nOSError: no db\n\nThe above exception was the direct cause of "
     "the following exception:\n\nTraceback (most recent call last):\n"
     "  File \"a.py\", line 2, in f\nStartError: cannot start\n",
     "OSError: no db", true},
    {"python-group",
     "  + Exception Group Traceback (most recent call last):\n"
     "  |   File \"a.py\", line 1, in f\n"
     "  | ExceptionGroup: two (2 sub-exceptions)\n"
     "  +-+---------------- 1 ----------------\n    | ValueError: a\n",
     "ValueError: a", true},
    {"python-syntax",
     "  File \"a.py\", line 3\n    x = (\n        ^\nSyntaxError: '(' was "
     "never "
     "closed\n",
     "SyntaxError: '(' was never closed", true},
    {"java",
     "Exception in thread \"main\" a.b.WrapException: outer\n\tat "
     "a.M.f(M.java:1)\n"
     "\tSuppressed: a.CloseException: close\nCaused by: java.io.IOException: "
     "inner\n\t... 4 more\n",
     "java.io.IOException: inner", false},
    {"spring",
     "APPLICATION FAILED TO START\n***************************\n\n"
     "Description:\n\nWeb server failed to start. Port 8080 is taken.\n\n"
     "Action:\n",
     "Web server failed to start. Port 8080 is taken.", true},
    {"dotnet",
     "Unhandled exception. System.AggregateException: several (inner words)\n"
     " ---> System.InvalidOperationException: no queue\n   at A.B() in C.cs\n",
     "System.InvalidOperationException: no queue", false},
    {"node",
     "Error: start failed\n    at main (/app/a.js:3:7) {\n"
     "  [cause]: Error: connect ECONNREFUSED 10.0.0.5:5432\n}\n\n"
     "Node.js v20.1.0\n",
     "Error: connect ECONNREFUSED 10.0.0.5:5432", true},
    {"ruby",
     "a.rb:3:in `f': outer (RuntimeError)\n\tfrom a.rb:9:in `<main>'\n"
     "a.rb:1:in `g': inner (IOError)\n",
     "inner (IOError)", true},
    {"php",
     "PHP Fatal error:  Uncaught RuntimeException: no key in /a.php:3\n"
     "Stack trace:\n#0 {main}\n  thrown in /a.php on line 3\n",
     "RuntimeException: no key in /a.php:3", true},
    {"php",
     "[09-Feb-2026 10:00:00 UTC] PHP Fatal error:  Uncaught LogicException:\n"
     "the cache cannot be written\n",
     "the cache cannot be written", true},
    {"elixir", "** (RuntimeError) no PORT\n    (app 1.0) lib/a.ex:3: A.f/1\n",
     "RuntimeError) no PORT", true},
    {"perl", "Can't locate Nope.pm in @INC at a.pl line 3.\n",
     "Can't locate Nope.pm in @INC at a.pl line 3.", false},
    {"rake", "rake aborted!\nno such task\n/w/Rakefile:1:in `x'\n",
     "no such task", true},
    {"rust-panic",
     "thread 'main' (77) panicked at src/a.rs:3:7:\nno config\nnote: run "
     "with\n",
     "no config", true},
    {"rust-panic", "thread 'main' panicked at 'no config', src/a.rs:3:7\n",
     "no config", true},
    {"go-panic", "panic: no config\n\ngoroutine 1 [running]:\nmain.main()\n",
     "no config", true},
    {"rustc", "error[E0308]: mismatched types\n --> src/a.rs:4:9\n  |\n",
     "error[E0308]: mismatched types", false},
    {"rustc", "error: could not compile `a` (bin \"a\") due to 1 error\n", NULL,
     false},
    {"compiler", "src/a.c:1:21: error: 'y' undeclared\n",
     "src/a.c:1:21: error: 'y' undeclared", false},
    {"compiler", "src/a.ts(9,3): error TS2353: no such property\n",
     "src/a.ts(9,3): error TS2353: no such property", false},
    {"msbuild", "MSBUILD : error MSB1009: no such project\n",
     "MSBUILD : error MSB1009: no such project", false},
    {"kotlin", "e: file:///w/A.kt:3:7 Unresolved reference: x\n",
     "file:///w/A.kt:3:7 Unresolved reference: x", false},
    {"go-compiler", "cmd/a/main.go:42:13: undefined: store.New\n",
     "cmd/a/main.go:42:13: undefined: store.New", false},
    {"webpack",
     "ERROR in ./src/b.js 1:0-23\nModule not found: no './nope' in '/app'\n",
     "Module not found: no './nope' in '/app'", false},
    {"next", "Failed to compile.\n\n./a.tsx:3:5\nType error: no slug in it\n",
     "Type error: no slug in it", false},
    {"gradle",
     "* What went wrong:\nExecution failed for task ':a'.\n> no repository\n"
     "   > the host does not answer\n\n* Try:\n",
     "the host does not answer", false},
    {"cmake",
     "CMake Error at a.cmake:230 (message):\n  no CURL\nCall Stack (most "
     "recent "
     "call first):\n",
     "no CURL", false},
    {"terraform",
     "\xE2\x94\x82 Error: no access to the service\n\xE2\x94\x82 \n"
     "\xE2\x94\x82   with a.b,\n\xE2\x95\xB5\n",
     "Error: no access to the service", false},
    {"jest", "\xE2\x97\x8F cart \xE2\x80\xBA adds\n\n  expect(a).toBe(b)\n",
     "expect(a).toBe(b)", false},
    {"pytest", "E       assert 422 == 201\nE        +  where 422 = x\n",
     "assert 422 == 201", false},
    {"go-test", "--- FAIL: TestA (0.00s)\n    m_test.go:3: want 1\n",
     "m_test.go:3: want 1", false},
    {"rspec", "Failure/Error: expect(a).to eq(1)\n\n  expected: 1\n",
     "expected: 1", false},
    {"linker", "x.c:(.text+0x5): undefined reference to `f'\n",
     "x.c:(.text+0x5): undefined reference to `f'", false},
    {"shell", "./run.sh: line 9: REGION: unbound variable\n",
     "./run.sh: line 9: REGION: unbound variable", false},
};

/* Lines that look like one, and are none. */
static const char *const plain[] = {
    "Compiling thiserror v1.0",      "0 errors, 0 warnings",
    "error-page.html was written",   "see Traceback in the manual",
    "the panic: room is on floor 3", "ok src/a.c:1:21",
    "Errors are told by mail",
};

static struct shape_part take(struct shape_reader *r, struct str line,
                              int64_t number)
{
    struct shape_line one = {.number = number, .speaker = ""};
    while (line.len > 0 && (line.ptr[0] == ' ' || line.ptr[0] == '\t')) {
        line = str_sub(line, 1, line.len);
        one.indent++;
    }
    one.said = line;
    one.start = &one.said;
    one.start_count = 1;
    return shape_reader_take(r, &one);
}

static void roots_of_blocks(void **state)
{
    struct shape_reader *r = shape_reader_open();
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(row); i++) {
        struct str text = str_from(row[i].text), root = STR_NONE;
        const struct error_shape *shape = NULL;
        bool uncaught = false;
        for (int64_t number = 1; text.len > 0; number++) {
            struct shape_part p = take(r, str_cut(text, '\n', &text), number);
            if (p.block == 0)
                continue;
            shape = p.shape;
            uncaught = uncaught || p.uncaught;
            if (p.message.len > 0 && !p.passes_on &&
                (root.len == 0 || p.shape->take == SHAPE_TAKE_LAST))
                root = p.message;
        }
        shape_reader_end(r);
        if (shape == NULL || strcmp(shape->name, row[i].shape) != 0)
            fail_msg("row %zu: %s instead of %s", i,
                     shape == NULL ? "nothing" : shape->name, row[i].shape);
        if (!str_equal(root, str_from(row[i].root == NULL ? "" : row[i].root)))
            fail_msg("row %zu, %s: '%.*s'", i, row[i].shape, STR_ARGS(root));
        if (uncaught != row[i].uncaught)
            fail_msg("row %zu, %s: uncaught %d", i, row[i].shape, uncaught);
    }
    shape_reader_close(r);
}

static void look_alikes(void **state)
{
    struct shape_reader *r = shape_reader_open();
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(plain); i++)
        if (take(r, str_from(plain[i]), 10 * (int64_t)i).block != 0)
            fail_msg("'%s' is taken for an error", plain[i]);
    shape_reader_close(r);
}

/* Who speaks in between has a block of its own. */
static void two_speakers(void **state)
{
    struct shape_reader *r = shape_reader_open();
    static const struct {
        const char *speaker, *line;
        size_t indent;
    } said[] = {
        {"a", "Traceback (most recent call last):", 0},
        {"b", "Traceback (most recent call last):", 0},
        {"a", "File \"a.py\", line 1", 2},
        {"b", "ValueError: of b", 0},
        {"a", "OSError: of a", 0},
    };
    int64_t block[ARRAY_COUNT(said)];
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(said); i++) {
        struct shape_line one = {.number = (int64_t)i,
                                 .speaker = said[i].speaker,
                                 .said = str_from(said[i].line),
                                 .indent = said[i].indent,
                                 .start_count = 1};
        one.start = &one.said;
        block[i] = shape_reader_take(r, &one).block;
    }
    assert_int_equal(block[0], block[2]);
    assert_int_equal(block[0], block[4]);
    assert_int_equal(block[1], block[3]);
    assert_int_not_equal(block[0], block[1]);
    shape_reader_close(r);
}

static void what_is_forgiven(void **state)
{
    struct shape_reader *r = shape_reader_open();
    struct shape_part first =
        take(r, STR("fatal: [web1]: FAILED! => {\"msg\": \"no\"}"), 1);
    struct shape_part second = take(r, STR("...ignoring"), 2);
    (void)state;
    assert_int_not_equal(first.block, 0);
    assert_int_equal(first.block, second.block);
    assert_false(first.forgiven);
    assert_true(second.forgiven);
    assert_int_equal(take(r, STR("another line"), 3).block, 0);
    shape_reader_close(r);
}

/* A block without an end costs no more than so many lines. */
static void blocks_at_their_limit(void **state)
{
    (void)state;
    for (int lines = 398; lines <= 400; lines++) {
        struct shape_reader *r = shape_reader_open();
        (void)take(r, STR("Traceback (most recent call last):"), 1);
        struct shape_part p = {.block = 0};
        for (int i = 0; i < lines; i++)
            p = take(r, STR("    frame"), 2 + i);
        assert_int_equal(p.block != 0, lines <= 399);
        shape_reader_close(r);
    }
}

/* Others may speak in between for so many lines. */
static void silence_at_its_limit(void **state)
{
    (void)state;
    for (int64_t lines = 199; lines <= 201; lines++) {
        struct shape_reader *r = shape_reader_open();
        (void)take(r, STR("Traceback (most recent call last):"), 1);
        struct shape_part p = take(r, STR("    frame"), 1 + lines);
        assert_int_equal(p.block != 0, lines <= 200);
        shape_reader_close(r);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(roots_of_blocks),
        cmocka_unit_test(look_alikes),
        cmocka_unit_test(two_speakers),
        cmocka_unit_test(what_is_forgiven),
        cmocka_unit_test(blocks_at_their_limit),
        cmocka_unit_test(silence_at_its_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
