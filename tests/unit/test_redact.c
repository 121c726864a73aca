/* Secrets go in every encoding, wrapped, cut; what is no secret stays. */
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "redact/recall.h"
#include "redact/redact.h"
#include "tests/unit/testing.h"

#define STEPS_TEXT ((size_t)1 << 16)
#define SECRETS    64
#define SECRET     "hu/nter<2>\"&x%+ \xC3\xA9y"

static void check_redacted(struct redactor *r, const char *in, const char *want)
{
    struct arena a;
    arena_init(&a);
    assert_string_equal(redact(r, &a, str_from(in)).ptr, want);
    arena_release(&a);
}

/* In a text of its own, so that no rule for ends takes part. */
static void check_gone(struct redactor *r, const char *form)
{
    struct arena a;
    arena_init(&a);
    const char *in = arena_printf(&a, "before [%s] behind", form);
    struct str out = redact(r, &a, str_from(in));
    if (!str_is(out, "before [[redacted]] behind"))
        fail_msg("%s\n gave %.*s", in, (int)out.len, out.ptr);
    arena_release(&a);
}

static void check_same(struct redactor *r, const char *text)
{
    check_redacted(r, text, text);
}

static void secrets_go_in_every_encoding(void **state)
{
    struct redactor *r = redactor_open();
    (void)state;
    assert_false(redactor_add(r, STR("abc")));
    assert_true(redactor_add(r, STR("p\"ss word/1")));
    check_redacted(r, "x p\"ss word/1 y", "x [redacted] y");
    check_redacted(r, "cCJzcyB3b3JkLzE=", "[redacted]");
    check_redacted(r, "a=p%22ss%20word%2F1&b", "a=[redacted]&b");
    check_redacted(r, "{\"k\":\"p\\\"ss word/1\"}", "{\"k\":\"[redacted]\"}");
    check_redacted(r, "cut off: p\"ss wor...", "cut off: [redacted]...");
    assert_int_equal(redactor_count(r), 5);
    redactor_close(r);
}

static void test_layers(void **state)
{
    static const char *const form[] = {
        SECRET,
        "hu\\/nter\\u003c2\\u003e\\\"\\u0026x%+ \\u00e9y",
        "hu\\/nter\\u003C2\\u003E\\\"\\u0026x%+ \\u00E9y",
        "\\u0068\\u0075\\u002f\\u006e\\u0074\\u0065\\u0072\\u003c\\u0032"
        "\\u003e\\u0022\\u0026\\u0078\\u0025\\u002b\\u0020\\u00e9\\u0079",
        "hu/nter&lt;2&gt;&quot;&amp;x%+ \xC3\xA9y",
        "hu&#47;nter&#60;2&#x3e;&#34;&#038;x%+ &#233;y",
        "hu&sol;nter&lt;2&gt;&quot;&amp;amp;x&percnt;&plus;&nbsp;\xC3\xA9y",
        "hu%2Fnter%3C2%3E%22%26x%25%2B%20%C3%A9y",
        "hu%2fnter%3c2%3e%22%26x%25%2b+%c3%a9y",
        "hu%252Fnter%253C2%253E%2522%2526x%2525%252B%2520%25C3%25A9y",
        "hu%25252Fnter%25253C2%25253E%252522%252526x%252525%25252B%252520"
        "%2525C3%2525A9y",
        "hu=2Fnter=3C2=3E=22&x%+=20=C3=A9y",
        "hu/nter<2>\\\"&x%+ \\303\\251y",
        "hu/nter<2>\\\\\\\"&x%+ \\\\u00e9y", /* JSON in JSON */
        "hu/nter<2>\"\"&x%+ \xC3\xA9y",      /* CSV */
        "\\x68u/nter<2>\\x22&x%+ \\xe9y",
        "hu/nter<2>\"&x%+ \\u{e9}y",
        "%68%75%2f%6e%74%65%72%3c%32%3e%22%26%78%25%2b%20%c3%a9%79",
        "hu\\u00252Fnter\\u00253C2\\u00253E\\u002522\\u002526x\\u002525"
        "\\u00252B\\u002520\\u0025C3\\u0025A9y",
        "hu/nter&amp;lt;2&amp;gt;&amp;quot;&amp;amp;x%+ &amp;#233;y",
    };
    struct redactor *r = redactor_open();
    (void)state;
    assert_true(redactor_add(r, STR(SECRET)));
    for (size_t i = 0; i < ARRAY_COUNT(form); i++)
        check_gone(r, form[i]);
    redactor_close(r);
}

/* A percent sign, an ampersand, a backslash of the secret itself. */
static void test_own_marks(void **state)
{
    static const char *const row[][3] = {
        {"ab%41cd12", "ab%41cd12", "ab%2541cd12"},
        {"ab&amp;cd12", "ab&amp;cd12", "ab&amp;amp;cd12"},
        {"ab\\ncd12", "ab\\ncd12", "ab\\\\ncd12"},
        {"ab\\u0041cd", "ab\\u0041cd", "ab\\\\u0041cd"},
        {"ab''cd''12", "ab''cd''12", "ab''''cd''''12"},
        {"it's''12", "it's''12", "it'\\''s'\\'''\\''12"},
        {"q\"uo'te12", "q\"uo'\"'\"'te12", "q\"\"uo''te12"},
        {"\xF0\x9F\x98\x80smile", "\\ud83d\\ude00smile", "&#128512;smile"},
        {"line1\nline2", "line1\\nline2", "line1 line2"},
        {"line1\r\nline2", "line1\nline2", "line1%0D%0Aline2"},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(row); i++) {
        struct redactor *r = redactor_open();
        assert_true(redactor_add(r, str_from(row[i][0])));
        check_gone(r, row[i][0]);
        check_gone(r, row[i][1]);
        check_gone(r, row[i][2]);
        redactor_close(r);
    }
}

/* user:secret of any length before it, in both alphabets, and cut anywhere. */
static void test_base64(void **state)
{
    struct redactor *r = redactor_open();
    struct arena a;
    (void)state;
    arena_init(&a);
    assert_true(redactor_add(r, STR("Tr0ub4dor&3>?~~~")));
    for (size_t before = 0; before < 7; before++)
        for (size_t behind = 0; behind < 4; behind++) {
            struct buf out;
            buf_init(&out, 400);
            const char *text = arena_printf(&a, "%sTr0ub4dor&3>?~~~%s",
                                            test_repeat(&a, "u", before),
                                            test_repeat(&a, "Z", behind));
            text_base64(&out, str_from(text));
            for (size_t i = 0; i < out.len && before % 2 == 1; i++)
                out.ptr[i] = out.ptr[i] == '+'   ? '-'
                             : out.ptr[i] == '/' ? '_'
                                                 : out.ptr[i];
            const char *in = arena_printf(&a, "a %s b", out.ptr);
            struct str clean = redact(r, &a, str_from(in));
            assert_true(str_find(clean, STR(REDACTED), 0) < clean.len);
            assert_true(clean.len <= 4 + sizeof(REDACTED) + before * 4 / 3 +
                                         behind * 4 / 3 + 4);
            buf_release(&out);
        }
    redactor_close(r);
    arena_release(&a);
}

static void test_hex(void **state)
{
    static const char *const form[] = {
        "68756e746572322d",
        "68756E746572322D",
        "68:75:6e:74:65:72:32:2d",
        "68 75 6E 74 65 72 32 2D",
        "68-75-6e-74-65-72-32-2d",
        "68+75+6e+74+65+72+32+2d",
        "%36%38+%37%35+6e+74+65+72+32+2d",
        "\\x68\\x75\\x6e\\x74\\x65\\x72\\x32\\x2d",
        "68, 0x75, 0x6e, 0x74, 0x65, 0x72, 0x32, 0x2d",
    };
    struct redactor *r = redactor_open();
    (void)state;
    assert_true(redactor_add(r, STR("hunter2-")));
    for (size_t i = 0; i < ARRAY_COUNT(form); i++)
        check_gone(r, form[i]);
    redactor_close(r);
}

/* Wrapped, folded, quoted, coloured: at any column. */
static void test_wraps(void **state)
{
    static const char *const gap[] = {
        "\n",       "\r\n",     "\r\n  ",     "\n    ",      "\n> ",
        "\\n",      "\\r\\n  ", "%0A",        "%0d%0a%20",   "&#10;",
        "=\n",      "=\r\n",    "\033[0m",    "\\u001b[31m", "\xE2\x80\x8B",
        "\xC2\xAD", "\\u200b",  "&shy;",      "<wbr>",       "<br/>\n",
        "\n  | ",   "\\\\n",    "\\x1b[1;2m", "%E2%80%8B",   "\\u{200B}",
        " ",        "    ",     " > ",
    };
    struct redactor *r = redactor_open();
    struct arena a;
    (void)state;
    arena_init(&a);
    assert_true(redactor_add(r, STR("hunter2-abc")));
    for (size_t i = 0; i < ARRAY_COUNT(gap); i++)
        for (int at = 1; at < 11; at++)
            check_gone(r, arena_printf(&a, "%.*s%s%s", at, "hunter2-abc",
                                       gap[i], &"hunter2-abc"[at]));
    arena_release(&a);
    redactor_close(r);
}

/* A body in hex: what is in it may be encoded, wrapped or cut. */
static void test_bytes_in_hex(void **state)
{
    static const char *const row[][2] = {
        {"h%75nter2-%61", "[redacted]"},
        {"? &#104;unter2-a y", "3f20[redacted]2079"},
        {"hunt\ner2-a", "[redacted]"},
        {"%6eter2-a and so on", "[redacted]20616e6420736f206f6e"},
        {"? z hunter", "3f207a20[redacted]"},
        {"it hunts 2 and more", "69742068756e7473203220616e64206d6f7265"},
    };
    struct redactor *r = redactor_open();
    (void)state;
    assert_true(redactor_add(r, STR("hunter2-a")));
    for (size_t i = 0; i < ARRAY_COUNT(row); i++) {
        struct arena a;
        struct buf hex, want;
        arena_init(&a);
        buf_init(&hex, 200);
        buf_init(&want, 200);
        buf_text(&hex, "bytes ");
        text_hex(&hex, str_from(row[i][0]));
        buf_text(&want, "bytes ");
        buf_text(&want, row[i][1]);
        check_redacted(r, buf_dup(&a, &hex), buf_dup(&a, &want));
        buf_release(&hex);
        buf_release(&want);
        arena_release(&a);
    }
    redactor_close(r);
}

/* A blank of the secret, and marks beside it that blanks may belong to. */
static void test_blanks(void **state)
{
    static const char *const form[] = {
        "a bcd \\ e'f+gh",
        "a   bcd  \\  e'f+gh",
        "a+bcd+%5C+e%27f%2Bgh",
        "a%2bbcd%2b%255c%2be%2527f%252bgh",
        "a bcd \\\\ e'f+gh",
        "a\\u0020bcd\\u0020\\u005C\\u0020e'f+gh",
        "a%20bcd%20%5c%20e%27f%2Bgh",
    };
    struct redactor *r = redactor_open();
    (void)state;
    assert_true(redactor_add(r, STR("a bcd \\ e'f+gh")));
    for (size_t i = 0; i < ARRAY_COUNT(form); i++)
        check_gone(r, form[i]);
    check_redacted(r, "...+bcd+%5c+e%27f%2bgh&b", "...[redacted]&b");
    check_redacted(r, "20bcd%20%5c%20e%27f%2bgh&b", "[redacted]&b");
    check_same(r, "a bcd e f gh");
    redactor_close(r);
}

/* A text that was put on one line within an escape, or cut there. */
static void test_split_escapes(void **state)
{
    static const char *const row[][2] = {
        {"x p%3 Cass%3Cword-1 y", "x [redacted] y"},
        {"x p%25 3Cass%253Cword-1 y", "x [redacted] y"},
        {"x p\\u00  3cass\\u003cword-1 y", "x [redacted] y"},
        {"x p&l t;ass&lt;word-1 y", "x [redacted] y"},
        {"x p&l\\n  t;ass&\\x1B[1mlt;word-1 y", "x [redacted] y"},
        {"x p%3\\u{200B}Cass%\\u200b3Cword-1 y", "x [redacted] y"},
        {"x p%3\\\\u001b[0mCass%\\r\\n 3Cword-1 y", "x [redacted] y"},
        {"26lt%3Bass%26lt%3Bword-1 y", "[redacted] y"},
        {"lt%3bass%26lt%3bword-1 y", "[redacted] y"},
        {"...p%3Blt%3Bass%26lt%3Bword-1 y", "...[redacted] y"},
        {"x horses\xE2\x80\xA6 y", "x [redacted]\xE2\x80\xA6 y"},
        {"p% 3 Cass", "p% 3 Cass"},
        {"5 % 3 of C", "5 % 3 of C"},
    };
    struct redactor *r = redactor_open();
    (void)state;
    assert_true(redactor_add(r, STR("p<ass<word-1")));
    assert_true(redactor_add(r, STR("horses\xE2\x82\xAC"
                                    "stable")));
    for (size_t i = 0; i < ARRAY_COUNT(row); i++)
        check_redacted(r, row[i][0], row[i][1]);
    redactor_close(r);
}

static void test_passwords_of_an_address(void **state)
{
    struct redactor *r = redactor_open();
    (void)state;
    redactor_add_address(
        r, STR("postgresql://me:pass%2Fone@h/db?sslpassword=key-two&a=b-three"
               "&password=pass%20four"));
    check_redacted(r, "x pass/one y", "x [redacted] y");
    check_redacted(r, "x key-two y", "x [redacted] y");
    check_redacted(r, "x pass four y", "x [redacted] y");
    check_same(r, "x b-three y");
    redactor_close(r);
}

/* UTF-16 in a log has NUL between its bytes. */
static void test_wide(void **state)
{
    static const char text[] = "x h\0u\0n\0t\0e\0r\0002\0-\0a\0b\0c y";
    struct redactor *r = redactor_open();
    struct arena a;
    (void)state;
    arena_init(&a);
    assert_true(redactor_add(r, STR("hunter2-abc")));
    struct str out = redact(r, &a, (struct str){text, sizeof(text) - 1});
    assert_true(str_is(out, "x [redacted] y"));
    arena_release(&a);
    redactor_close(r);
}

static void test_parts(void **state)
{
    static const char *const row[][2] = {
        {"x hunter2-hun", "x [redacted]"},
        {"x hunter", "x [redacted]"},
        {"x hunte", "x hunte"},
        {"x hunter2-hun...", "x [redacted]..."},
        {"found \"x hunter2-hunte...\" and", "found \"x [redacted]...\" and"},
        {"found \"x hunter2-hunte\xE2\x80\xA6\"", "found \"x [redacted]"
                                                  "\xE2\x80\xA6\""},
        {"found 'x hunter2-hunte'", "found 'x [redacted]'"},
        {"{\"e\":\"hunter2-hu\"}, 1", "{\"e\":\"[redacted]\"}, 1"},
        {"{\"e\":\"hunter2-h&#x\", \"ok\": 1}, 1",
         "{\"e\":\"[redacted]\", \"ok\": 1}, 1"},
        {"x 'hunter2-h%7' and", "x '[redacted]' and"},
        {"hunter2-hu [truncated]", "[redacted] [truncated]"},
        {"hunter2-hunter2-h or so", "[redacted] or so"},
        {"...nter2-hunter2 y", "...[redacted] y"},
        {"nter2-hunter2 y", "[redacted] y"},
        {"ter2-hunter2-hunt", "[redacted]"},
        {"x ... r2-hunter2 y", "x ... [redacted] y"},
        {"x %68%75%6e%74%65%72%3", "x [redacted]"},
        {"x aHVudGVyMi1odW...", "x [redacted]..."},
        {"x 68756e746572322d6875", "x [redacted]"},
        {"x hunter2\\u002dhu\\u00", "x [redacted]"},
        {"x hunter2-hunter2-hunter...", "x [redacted]..."},
        {"the hunters are here", "the hunters are here"},
        {"\"hunter\" is a word", "\"hunter\" is a word"},
    };
    struct redactor *r = redactor_open();
    (void)state;
    assert_true(redactor_add(r, STR("hunter2-hunter2-hunter2")));
    for (size_t i = 0; i < ARRAY_COUNT(row); i++)
        check_redacted(r, row[i][0], row[i][1]);
    redactor_close(r);
}

/* Of an address the password or the path is secret, not its host. */
static void test_addresses(void **state)
{
    static const char *const row[][2] = {
        {"postgres://app:correcthorse@db.example/planning", "[redacted]"},
        {"connection to postgres", "connection to postgres"},
        {"planning is up", "planning is up"},
        {"cannot reach db.example", "cannot reach db.example"},
        {"password correcthorse refused", "password [redacted] refused"},
        {"postgres://app:correct...", "[redacted]..."},
        {"postgres://app...", "postgres://app..."},
        {"https://hooks.example/T0/abcdefgh", "[redacted]"},
        {"https://hooks.example/T0/abcdefgh/x", "https://REDACTED/x"},
        {"https://hooks.example/...", "https://hooks.example/..."},
        {"https://hooks.example/T0/abc...", "[redacted]..."},
        {"see https://a.example/?k=key-12345&x", "see https://a.example/?k="
                                                 "REDACTED&x"},
        {"https://u:key-12345@a.example/", "https://u:REDACTED@a.example/"},
        {"https:\\/\\/u:key-12345@a\\/", "https:\\/\\/u:REDACTED@a\\/"},
        {"https://a.example/ key-12345", "https://a.example/ [redacted]"},
    };
    struct redactor *r = redactor_open();
    (void)state;
    assert_true(redactor_add(
        r, STR("postgres://app:correcthorse@db.example/planning")));
    assert_true(redactor_add(r, STR("https://hooks.example/T0/abcdefgh")));
    assert_true(redactor_add(r, STR("key-12345")));
    for (size_t i = 0; i < ARRAY_COUNT(row); i++)
        check_redacted(r, row[i][0], row[i][1]);
    redactor_close(r);
}

/* Signs at random that have "://" among them are no address. */
static void test_no_addresses(void **state)
{
    static const char *const secret[] = {
        "+(}shg://;m_~[f!;et0w1k", "8kq2://x7/zz-91-qwerty",
        "ab\\cd://e f/gh-ij-kl-mn", "k://^^pq{rs/tu-vw-xy"};
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(secret); i++)
        for (size_t n = 8; n < strlen(secret[i]); n++) {
            struct redactor *r = redactor_open();
            char text[80];
            assert_true(redactor_add(r, str_from(secret[i])));
            snprintf(text, sizeof(text), "x %.*s...", (int)n, secret[i]);
            check_redacted(r, text, "x [redacted]...");
            redactor_close(r);
        }
}

/* Escapes of line ends beside a secret may go with it; nothing of it stays. */
static void test_line_ends(void **state)
{
    static const char *const secret[] = {"pa\\ss wo rd-1", "\\ \\ \\ \\ x",
                                         "key\\n with blank"};
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(secret) * 300; i++) {
        struct arena a;
        struct buf text;
        struct redactor *r = redactor_open();
        arena_init(&a);
        buf_init(&text, 2000);
        for (size_t k = 0; k < i / 3; k++)
            buf_text(&text, "\\n");
        buf_text(&text, secret[i % 3]);
        for (size_t k = 0; k < i / 7; k++)
            buf_text(&text, "\\n");
        assert_true(redactor_add(r, str_from(secret[i % 3])));
        struct str out = redact(r, &a, buf_view(&text));
        size_t at = str_find(out, STR(REDACTED), 0);
        assert_true(at < out.len);
        for (size_t k = 0; k < out.len; k++) {
            k += k == at ? strlen(REDACTED) : 0;
            assert_true(k >= out.len || strchr("\\n", out.ptr[k]) != NULL);
        }
        buf_release(&text);
        redactor_close(r);
        arena_release(&a);
    }
}

/* Log lines that are alike are shown with '#' for words with a digit. */
static void test_masked(void **state)
{
    struct redactor *r = redactor_open();
    (void)state;
    assert_true(redactor_add(r, STR("correct-horse-9battery_x-staple")));
    check_redacted(r, "x correct-horse-#-staple y", "x [redacted] y");
    check_redacted(r, "x correct-horse-#", "x [redacted]");
    check_same(r, "x correct-#-staple y");
    redactor_close(r);
}

/* Several secrets that share bytes; what is put there is no secret. */
static void test_overlaps(void **state)
{
    static const char *const row[][2] = {
        {"x abcdef-ghi y", "x [redacted] y"},
        {"x abcdef-ghi-jkl y", "x [redacted] y"},
        {"x -ghi-jkl y", "x [redacted] y"},
        {"x [redacted] y", "x [redacted] y"},
        {"https://a/REDACTED/b", "https://a/REDACTED/b"},
        {"it was redacted", "it was [redacted]"},
        {"abcdef-ghi abcdef-ghi", "[redacted] [redacted]"},
        {"password=[redacted]", "password=[redacted]"},
    };
    struct redactor *r = redactor_open();
    (void)state;
    assert_true(redactor_add(r, STR("abcdef-ghi")));
    assert_true(redactor_add(r, STR("-ghi-jkl")));
    assert_true(redactor_add(r, STR("def-gh")));
    assert_true(redactor_add(r, STR("redacted")));
    for (size_t i = 0; i < ARRAY_COUNT(row); i++)
        check_redacted(r, row[i][0], row[i][1]);
    redactor_close(r);
}

/* A number of JSON becomes a string, all of it. */
static void test_numbers(void **state)
{
    static const char *const row[][2] = {
        {"{\"a\": 12345678, \"b\": 1}", "{\"a\": \"[redacted]\", \"b\": 1}"},
        {"{\"a\":[1,12345678.5]}", "{\"a\":[1,\"[redacted]\"]}"},
        {"{\"a\": \"12345678\"}", "{\"a\": \"[redacted]\"}"},
        {"{\"token\": 87654321}", "{\"token\": \"[redacted]\"}"},
        {"{\"a\": \"b\\\": 12345678, c\"}",
         "{\"a\": \"b\\\": [redacted], c\"}"},
        {"found 12345678, 1", "found [redacted], 1"},
    };
    struct redactor *r = redactor_open();
    (void)state;
    assert_true(redactor_add(r, STR("12345678")));
    for (size_t i = 0; i < ARRAY_COUNT(row); i++)
        check_redacted(r, row[i][0], row[i][1]);
    redactor_close(r);
}

/* A unit again and again, so many bytes of it. */
static struct str repeated(struct arena *a, const char *unit, size_t bytes)
{
    struct buf text;
    buf_init(&text, bytes + 100);
    while (text.len < bytes)
        buf_text(&text, unit);
    struct str s = {buf_dup(a, &text), text.len};
    buf_release(&text);
    return s;
}

/* What was JSON still is, whatever a secret begins or ends with. */
static void what_was_json_still_is(void **state)
{
    static const char *const row[][3] = {
        {"12345678", "[12345678]", "[\"[redacted]\"]"},
        {"12345678", "[1,12345678]", "[1,\"[redacted]\"]"},
        {"12345678", "[[12345678]]", "[[\"[redacted]\"]]"},
        {"12345678", "[0,[12345678],2]", "[0,[\"[redacted]\"],2]"},
        {"12345678", "{\"a\":99123456780012345678777}",
         "{\"a\":\"[redacted]\"}"},
        {"12345678", "[12345678.12345678, 1]", "[\"[redacted]\", 1]"},
        {"12345678", "[\"so 1234567...\",\n 2812345678, 1]",
         "[\"so [redacted]...\",\n \"[redacted]\", 1]"},
        {"key-7\"x\"", "{\"a\":\"key-7\\\"x\\\"\"}", "{\"a\":\"[redacted]\"}"},
        {"\"x\":\"y\"", "{\"a\":\"\\\"x\\\":\\\"y\\\"\"}",
         "{\"a\":\"[redacted]\"}"},
        {"\"x\":\"y\"", "{\"a\":\"x\\\":\\\"y\\\"\"}",
         "{\"a\":\"[redacted]\"}"},
        {"key-7-key\\", "[\"key-7-key\\\\\"]", "[\"[redacted]\"]"},
        {"key-7-key-9", "[\"a key-7-key\\\\... b\"]",
         "[\"a [redacted]... b\"]"},
        {"true-key-7", "[true,\"true-key-7\"]", "[true,\"[redacted]\"]"},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(row); i++) {
        struct redactor *r = redactor_open();
        assert_true(redactor_add(r, str_from(row[i][0])));
        check_redacted(r, row[i][1], row[i][2]);
        redactor_close(r);
    }
}

/* The quotes of an attribute are none of a secret's. */
static void what_was_markup_still_is(void **state)
{
    static const char *const row[][3] = {
        {"\"key-7-key", "<a b=\"&quot;key-7-key\">x</a>",
         "<a b=\"[redacted]\">x</a>"},
        {"\"\"key-7-key", "<a b=\"&#34;&#34;key-7-key\">x</a>",
         "<a b=\"[redacted]\">x</a>"},
        {"key-7-key\"\"", "<a b=\"key-7-key&#34;&#34;\">x</a>",
         "<a b=\"[redacted]\">x</a>"},
        {"key-7'key'", "<a b='key-7&#x27;key&#x27;'>x</a>",
         "<a b='[redacted]'>x</a>"},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(row); i++) {
        struct redactor *r = redactor_open();
        assert_true(redactor_add(r, str_from(row[i][0])));
        check_redacted(r, row[i][1], row[i][2]);
        redactor_close(r);
    }
}

/* As htmlentities() and browsers have them: all names, some without an end. */
static void names_of_html_go(void **state)
{
    static const char *const form[] = {
        "a&lt;6&dollar;&amp;&quot;&eacute;&euro;bb",
        "a&LT;6&#36;&AMP;&QUOT;&#xe9;&#8364;bb",
        "a&lt6$&amp&quot&eacute&euro;bb",
        "a&amp;lt6$&amp;amp&amp;quot&amp;eacute&amp;euro;bb",
        "a&lt;6$&amp;&quot;\xC3\xA9\xE2\x82\254bb",
        "a%26lt%3B6%24%26amp%3B%26quot%3B%26eacute%3B%26euro%3Bbb",
    };
    struct redactor *r = redactor_open();
    (void)state;
    assert_true(redactor_add(r, STR("a<6$&\"\xC3\xA9\xE2\x82\xAC"
                                    "bb")));
    for (size_t i = 0; i < ARRAY_COUNT(form); i++)
        check_gone(r, form[i]);
    check_same(r, "GET /?a=1&copy=2&para=3&lt=4&ltd=5");
    check_same(r, "a&lt6$&ampersand");
    redactor_close(r);
}

/* Base64 of what Python, PHP, .NET and forms write. */
static void written_forms_go_in_base64(void **state)
{
    static const char *const form[] = {
        "p\\u00e9 \\u20ac/key 1", "p\\u00E9 \\u20AC/key 1",
        "p%C3%A9+%E2%82%AC%2Fkey+1", "p%c3%a9+%e2%82%ac%2fkey+1",
        "p%C3%A9%20%E2%82%AC%2Fkey%201"};
    struct redactor *r = redactor_open();
    (void)state;
    assert_true(redactor_add(r, STR("p\xC3\xA9 \xE2\x82\xAC/key 1")));
    for (size_t i = 0; i < ARRAY_COUNT(form) * 3; i++) {
        struct buf text, out;
        struct arena a;
        arena_init(&a);
        buf_init(&text, 200);
        buf_init(&out, 200);
        buf_repeat(&text, 'u', i % 3);
        buf_text(&text, form[i / 3]);
        text_base64(&out, buf_view(&text));
        struct str clean = redact(r, &a, buf_view(&out));
        if (str_find(clean, STR(REDACTED), 0) == clean.len || clean.len > 16)
            fail_msg("%s at %zu: %.*s", form[i / 3], i % 3, STR_ARGS(clean));
        buf_release(&text);
        buf_release(&out);
        arena_release(&a);
    }
    redactor_close(r);
}

/* Strings in strings in strings, and a colour or hex that is escaped, too. */
static void deep_forms_go(void **state)
{
    static const char *const form[] = {
        "x&y-key\\\\\\\"-7-it's",
        "x&y-key\\\\\\\\\\\\\\\"-7-it's",
        "x&amp;y-key\\\\\\\\\\\\\\&quot;-7-it's",
        "x\\u0026y-key\\u0022-7-it\\u0027\\u005c\\u0027\\u0027s",
        "x&y-k\\u001b\\u005b\\u0031\\u006dey\\\"-7-it's",
    };
    struct redactor *r = redactor_open();
    (void)state;
    assert_true(redactor_add(r, STR("x&y-key\"-7-it's")));
    for (size_t i = 0; i < ARRAY_COUNT(form); i++)
        check_gone(r, form[i]);
    check_redacted(r,
                   "0x78,0x26,0x79,0x2d,0x6b,0\r\n x65,0x79,0x22,0x2d,0x37,"
                   "0x2d,0x69,0x74,0x27,0x73,0x0a",
                   "[redacted],0x0a");
    assert_true(redactor_add(r, STR("7ArhfxZwEscyJCRE")));
    check_redacted(r,
                   "so 37,41,72,68,66,0\r\n x78,0x5a,0x77,0x45,0x73,0x63,0x79,"
                   "0x4a,0x43,0x52,0x45 is",
                   "so [redacted] is");
    check_redacted(r, "so 0x78 0x26 0x79 0x2d 0x6b 0x65 0x79 0x...",
                   "so 0x[redacted]...");
    check_redacted(r, "...9}\\u{2d}\\u{6b}\\u{65}\\u{79}\\u{22}\\u{2d} is it",
                   "...9}\\u{2d}\\u{6b}\\u{65}\\u{79}\\u{22}\\u{2d} is it");
    check_redacted(r,
                   "...9}\\u{2d}\\u{6b}\\u{65}\\u{79}\\u{22}\\u{2d}\\u{37}"
                   "\\u{2d}\\u{69}\\u{74}\\u{27}\\u{73} is it",
                   "...[redacted] is it");
    redactor_close(r);
}

/* An escape behind what a secret begins with is read, wherever that is. */
static void texts_that_begin_like_a_secret_stay(void **state)
{
    static const char *const secret[] = {"hunter2hunter2h", "s3cr-\"x/y+z",
                                         "Zm9vYmFyLWJheg"};
    static const char *const behind[] = {"\\/",   "\\/v1\\/", "%2F",  "&amp;",
                                         "\\n",   "\\u0026",  "\\\\", "&#47;",
                                         "\",\"", "=3D"};
    struct arena a;
    (void)state;
    arena_init(&a);
    for (size_t i = 0; i < ARRAY_COUNT(secret); i++) {
        struct redactor *r = redactor_open();
        assert_true(redactor_add(r, str_from(secret[i])));
        for (size_t k = 0; k < ARRAY_COUNT(behind); k++) {
            const char *unit = arena_printf(&a, "%.2s%s", secret[i], behind[k]);
            check_same(r, repeated(&a, unit, STEPS_TEXT).ptr);
        }
        redactor_close(r);
    }
    arena_release(&a);
}

static void secret_shapes_go(void **state)
{
    static const char *const row[][2] = {
        {"postgres://app:hunter22@db/x", "postgres://app:REDACTED@db/x"},
        {"postgres:\\/\\/app:hunter22@db\\/x",
         "postgres:\\/\\/app:REDACTED@db\\/x"},
        {"authorization: Bearer abcdef123456",
         "authorization: Bearer [redacted]"},
        {"Authorization: Bearer\r\n abcdef123456",
         "Authorization: Bearer\r\n [redacted]"},
        {"Authorization: Bearer\\r\\n\\tabcdef123456",
         "Authorization: Bearer\\r\\n\\t[redacted]"},
        {"DB_PASSWORD=hunter22 x", "DB_PASSWORD=[redacted] x"},
        {"\"api_key\": \"k-12345\"", "\"api_key\": \"[redacted]\""},
        {"{\\\"password\\\":\\\"hunter22\\\"}",
         "{\\\"password\\\":\\\"[redacted]\\\"}"},
        {"\\\\\\\"pwd\\\\\\\": \\\\\\\"hunter22\\\\\\\"",
         "\\\\\\\"pwd\\\\\\\": \\\\\\\"[redacted]\\\\\\\""},
        {"&quot;token&quot;:&quot;hunter22&quot;",
         "&quot;token&quot;:&quot;[redacted]&quot;"},
        {"a?token=hunter22&b=1", "a?token=[redacted]&b=1"},
        {"https://a/?token=hunter22&b=1", "https://a/?token=REDACTED&b=1"},
        {"ghp_0123456789abcdefghij0123", "[redacted]"},
        {"-----BEGIN RSA PRIVATE KEY-----\nMII\n", "[redacted]"},
        {"nothing to hide at https://x/y?z=1",
         "nothing to hide at https://x/y?z=1"},
        {"url: ${secret:HOOK}", "url: ${secret:HOOK}"},
        {"auth: { bearer: \"${secret:TOK}\" }",
         "auth: { bearer: \"${secret:TOK}\" }"},
        {"password: ${secret:PW}, x", "password: ${secret:PW}, x"},
        {"password: ${PW}", "password: ${PW}"},
        {"postgres://u:${secret:PW}@h/x", "postgres://u:${secret:PW}@h/x"},
        {"password: ${PW:-hunter22}", "password: [redacted]}"},
        {"secret: HOOK", "secret: [redacted]"},
        {"'api_key: ''hunter22'''", "'api_key: ''[redacted]'''"},
        {"\"password=\"\"hunter22\"\"\"", "\"password=\"\"[redacted]\"\"\""},
        {"password: '' of length 0", "password: '' of length 0"},
        {"password: \"\", user: x", "password: \"\", user: x"},
    };
    struct redactor *r = redactor_open();
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(row); i++)
        check_redacted(r, row[i][0], row[i][1]);
    redactor_close(r);
}

/* Every kind of token, in either case. */
static void secret_shapes_go_in_any_case(void **state)
{
    static const char *const secret[] = {
        "mysql://u:hunter22@h",
        "Bearer abcdefgh12",
        "basic abcdefgh12",
        "Token abcdefgh12",
        "eyJhbGciOi12.eyJzdWIiOi12.c2ln1",
        "ghp_0123456789abcdefghij",
        "gho_0123456789abcdefghij",
        "ghu_0123456789abcdefghij",
        "ghs_0123456789abcdefghij",
        "ghr_0123456789abcdefghij",
        "github_pat_0123456789abcdefghij",
        "glpat-0123456789abcdef",
        "xoxb-0123456789",
        "sk_live_0123456789",
        "sk_test_0123456789",
        "AKIA0123456789ABCDEF",
        "ASIA0123456789ABCDEF",
        "npm_012345678901234567890123456789",
        "AIza012345678901234567890123456789",
        "rnd_01234567890123456789",
        "SG.0123456789abcdef.0123456789abcdef",
        "-----BEGIN PRIVATE KEY-----",
        "passwd=hunter22",
        "pwd: hunter22",
        "client_secret=hunter22",
        "access-key=hunter22",
        "private_key: hunter22",
        "Authorization=hunter22",
    };
    struct redactor *r = redactor_open();
    for (size_t i = 0; i < ARRAY_COUNT(secret); i++)
        for (int upper = 0; upper < 2; upper++) {
            struct arena a = {0};
            struct buf text;
            buf_init(&text, 200);
            buf_text(&text, "at 12:00 ");
            for (const char *c = secret[i]; *c != '\0'; c++)
                buf_char(&text, upper && *c >= 'a' && *c <= 'z'
                                    ? (char)(*c - 'a' + 'A')
                                    : *c);
            struct str out = redact(r, &a, buf_view(&text));
            if (str_find(out, STR(REDACTED), 0) == out.len &&
                str_find(out, STR(REDACTED_URL), 0) == out.len)
                fail_msg("not redacted: %.*s", (int)text.len, text.ptr);
            buf_release(&text);
            arena_release(&a);
        }
    redactor_close(r);
    (void)state;
}

/* What has no secret is the same, and the same pointer. */
static void test_neighbours(void **state)
{
    struct redactor *r = redactor_open();
    (void)state;
    assert_true(redactor_add(r, STR("hunter2-hunter2")));
    assert_true(redactor_add(r, STR("1234")));
    check_same(r, "hunter hunted hunter1-hunter3");
    check_same(r, "12\n34 and 12 34 and 12, 34");
    check_same(r, "GET /a?b=%20c&d=%C3%A9 HTTP/1.1\r\n");
    check_same(r, "{\"a\": \"b\\n\\u00e9\"}");
    check_same(r, "...");
    check_same(r, "\xE2\x80\xA6");
    check_same(r, "%");
    check_same(r, "\\");
    redactor_close(r);
}

/* A place may cost more than is left, and no more than its needles do. */
static void check_steps(struct redactor *r, const char *unit, size_t needles)
{
    struct arena a;
    arena_init(&a);
    struct str text = repeated(&a, unit, STEPS_TEXT);
    size_t before = redactor_steps(r);
    (void)redact(r, &a, text);
    size_t steps = redactor_steps(r) - before;
    size_t most = 2 * (RECALL_STEPS + RECALL_STEPS_NEEDLE * needles +
                       RECALL_STEPS_BYTE * text.len);
    if (steps == 0 || steps > most)
        fail_msg("%s: %zu steps for %zu bytes", unit, steps, text.len);
    arena_release(&a);
}

/* However a text repeats itself, its places are read a few times each. */
static void test_steps(void **state)
{
    static const char *const unit[] = {"\\ ",    "%2 ",   "h\n",   "%25",
                                       "\\",     "&#",    "==",    "41 42 ",
                                       "\\\n",   "%25 ",  "&amp;", "\\u005c",
                                       "&#x5c;", "&#37;", "=3D",   "%5c",
                                       "\\\\n",  "\\'",   "'",     "\\x1b[0m ",
                                       "\\0 "};
    struct redactor *r = redactor_open();
    (void)state;
    assert_true(redactor_add(r, STR("h3-ab\\c%2F \"x'y&z")));
    assert_true(redactor_add(r, STR("hunter2hunter2h")));
    for (size_t i = 0; i < ARRAY_COUNT(unit); i++)
        check_steps(r, unit[i], 200);
    redactor_close(r);
}

/* A text of the bytes that many secrets begin with. */
static void bytes_of_hostile_secrets_cost_no_more(void **state)
{
    static const char *const shared[] = {
        "aaaaaaaaaaaaaaaaaaaaaaaa", "ab ab ab ab ab ab ab ab ",
        "%25%25%25%25%25%25%25%25", "\\\\\\\\\\\\\\\\n",
        "&amp;&amp;&amp;amp;&amp;", "%41\\u0041&#65;=41..."};
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(shared); i++) {
        struct redactor *r = redactor_open();
        struct arena a;
        arena_init(&a);
        for (int n = 0; n < SECRETS; n++)
            assert_true(redactor_add(
                r, str_from(arena_printf(&a, "%s%d", shared[i], n))));
        check_steps(r, shared[i], (size_t)SECRETS * 200);
        arena_release(&a);
        redactor_close(r);
    }
}

/* What most texts are made of is read a few times, whoever's secrets are
   looked for; and a run of blanks as often as one. */
static void plain_texts_cost_little(void **state)
{
    static const char *const unit[] = {
        "{\"msg\":\"GET \\/v1\\/boards\",\"status\":200}\n",
        "SET \\/v1\\/boards\nPUT \\/x\n",
        "INFO checkout.service order 4711 was paid in 12 ms, id=9f3\n"};
    struct redactor *r = redactor_open();
    struct arena a;
    (void)state;
    arena_init(&a);
    for (int n = 0; n < SECRETS; n++)
        assert_true(redactor_add(
            r,
            str_from(arena_printf(&a, "k%d-pass-of-%d\"word", n, n * 7919))));
    for (size_t i = 0; i < ARRAY_COUNT(unit); i++) {
        struct str text = repeated(&a, unit[i], STEPS_TEXT);
        size_t before = redactor_steps(r);
        assert_int_equal(redact(r, &a, text).len, text.len);
        size_t steps = redactor_steps(r) - before;
        if (steps > text.len * 24)
            fail_msg("%s: %zu steps for %zu bytes", unit[i], steps, text.len);
    }
    arena_release(&a);
    redactor_close(r);
}

/* A line end became blanks: the secret is found behind however many. */
static void blanks_in_a_secret_have_no_limit(void **state)
{
    static const size_t count[] = {1, 999, 1000, 1001, 5000};
    struct redactor *r = redactor_open();
    struct arena a;
    (void)state;
    arena_init(&a);
    assert_true(redactor_add(r, STR("hunter2hunter2h")));
    for (size_t i = 0; i < ARRAY_COUNT(count); i++) {
        const char *text =
            arena_printf(&a, "so h%s", test_repeat(&a, " ", count[i]));
        text = arena_printf(&a, "%sunter2hunter2h is it", text);
        assert_string_equal(redact(r, &a, str_from(text)).ptr,
                            "so [redacted] is it");
    }
    arena_release(&a);
    redactor_close(r);
}

/* Blanks and escapes alone are no part of a secret that has some, too. */
static void blanks_and_escapes_stay(void **state)
{
    static const char *const secret[] = {"hunter2hunter2h",
                                         "h3-ab\\c%2F \"x'y&z",
                                         "a b c d e f g h", "1234567890abcdef"};
    static const char *const unit[] = {"\\ ",  "\\  ", "\\\t",  "% ",
                                       "& ",   "= ",   "\\\\ ", "' ",
                                       "\\n ", "\\n",  "\\ \n"};
    struct arena a;
    (void)state;
    arena_init(&a);
    for (size_t i = 0; i < ARRAY_COUNT(secret); i++) {
        struct redactor *r = redactor_open();
        assert_true(redactor_add(r, str_from(secret[i])));
        for (size_t k = 0; k < ARRAY_COUNT(unit); k++)
            for (size_t bytes = 2; bytes < 200; bytes *= 2)
                check_same(r, repeated(&a, unit[k], bytes).ptr);
        redactor_close(r);
    }
    arena_release(&a);
}

/* One step less than the limit, the limit, and one more. */
/* A key of several lines is printed line by line; its prose is nobody's. */
static void lines_of_a_secret_go_one_by_one(void **state)
{
    struct redactor *r = redactor_open();
    (void)state;
    assert_true(redactor_add(r, STR("-----BEGIN KEY-----\nMIIBVgIBADANBg9k\n"
                                    "c2hvcnQ1\nabc45de\nproduction\nis not "
                                    "1 secret\n-----END KEY-----")));
    check_redacted(r, "line 2: MIIBVgIBADANBg9k.", "line 2: [redacted].");
    check_redacted(r, "line 3: c2hvcnQ1.", "line 3: [redacted].");
    check_same(r, "abc45de is seven characters");
    check_same(r, "production is down");
    check_same(r, "this is not 1 secret");
    redactor_close(r);
}

static void a_text_is_spent_past_its_steps(void **state)
{
    static struct recall recall;
    const struct seen seen = {STR("a text"), FORM_TEXT, &recall};
    (void)state;
    recall_begin(&recall, seen.text, 3);
    size_t most = RECALL_STEPS + 3 * RECALL_STEPS_NEEDLE;
    recall_count(&seen, most - 1);
    assert_false(recall_is_spent(&seen));
    recall_count(&seen, 1);
    assert_false(recall_is_spent(&seen));
    recall_count(&seen, 1);
    assert_true(recall_is_spent(&seen));
    recall_advance(&recall, 1);
    assert_false(recall_is_spent(&seen));
    recall_count(&seen, RECALL_STEPS_BYTE);
    assert_true(recall_is_spent(&seen));
    recall_continue(&recall, STR("part")); /* the six bytes count */
    assert_false(recall_is_spent(&seen));
    recall_count(&seen, 5 * RECALL_STEPS_BYTE - 1);
    assert_false(recall_is_spent(&seen));
    recall_count(&seen, 1);
    assert_true(recall_is_spent(&seen));
    recall_begin(&recall, seen.text, 3);
    assert_false(recall_is_spent(&seen));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(secrets_go_in_every_encoding),
        cmocka_unit_test(test_layers),
        cmocka_unit_test(test_own_marks),
        cmocka_unit_test(test_base64),
        cmocka_unit_test(test_hex),
        cmocka_unit_test(test_wraps),
        cmocka_unit_test(test_bytes_in_hex),
        cmocka_unit_test(test_blanks),
        cmocka_unit_test(test_split_escapes),
        cmocka_unit_test(test_passwords_of_an_address),
        cmocka_unit_test(test_wide),
        cmocka_unit_test(test_parts),
        cmocka_unit_test(test_addresses),
        cmocka_unit_test(test_no_addresses),
        cmocka_unit_test(test_line_ends),
        cmocka_unit_test(test_masked),
        cmocka_unit_test(test_overlaps),
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(what_was_json_still_is),
        cmocka_unit_test(what_was_markup_still_is),
        cmocka_unit_test(names_of_html_go),
        cmocka_unit_test(written_forms_go_in_base64),
        cmocka_unit_test(deep_forms_go),
        cmocka_unit_test(texts_that_begin_like_a_secret_stay),
        cmocka_unit_test(secret_shapes_go),
        cmocka_unit_test(secret_shapes_go_in_any_case),
        cmocka_unit_test(test_neighbours),
        cmocka_unit_test(test_steps),
        cmocka_unit_test(bytes_of_hostile_secrets_cost_no_more),
        cmocka_unit_test(plain_texts_cost_little),
        cmocka_unit_test(blanks_in_a_secret_have_no_limit),
        cmocka_unit_test(blanks_and_escapes_stay),
        cmocka_unit_test(lines_of_a_secret_go_one_by_one),
        cmocka_unit_test(a_text_is_spent_past_its_steps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
