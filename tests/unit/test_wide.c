/* scan/wide.c and scan/source.c: the bytes decide which encoding a log has. */
#include <string.h>

#include "base/text.h"
#include "scan/internal.h"
#include "scan/wide.h"
#include "tests/unit/testing.h"

#define TEXT_MAX ((size_t)16 << 20)

/* "16le", "16be", "32le", "32be": so is text written; "8": as it is. */
static void encode(struct buf *out, const char *as, struct str text)
{
    size_t width = str_starts(str_from(as), STR("16")) ? 2 : 4;
    bool big = str_ends(str_from(as), STR("be"));
    while (text.len > 0) {
        uint32_t unit[2], code = (unsigned char)text.ptr[0];
        size_t units = 1, length = 1;
        if (strcmp(as, "8") != 0)
            length = utf8_length(text, &code);
        assert_int_not_equal(length, 0);
        unit[0] = code;
        if (width == 2 && code > 0xFFFF) {
            unit[0] = 0xD800 + ((code - 0x10000) >> 10);
            unit[1] = 0xDC00 + ((code - 0x10000) & 0x3FF);
            units = 2;
        }
        if (strcmp(as, "8") == 0)
            buf_char(out, text.ptr[0]);
        for (size_t i = 0; strcmp(as, "8") != 0 && i < units * width; i++) {
            size_t at = i % width, by = big ? width - 1 - at : at;
            buf_char(out, (char)(unsigned char)(unit[i / width] >> (8 * by)));
        }
        text = str_sub(text, length, text.len);
    }
}

/* Read in pieces of `room` bytes. */
static bool read_log(struct buf *out, struct str raw, size_t room)
{
    char piece[4096];
    struct err e = {.set = false};
    struct source_reader *r = source_of_text("log", raw);
    ssize_t n;
    buf_clear(out);
    while ((n = source_read(r, piece, room, &e)) > 0)
        buf_add(out, piece, (size_t)n);
    assert_int_equal(n, 0);
    bool mixed = source_is_mixed(r);
    source_close(r);
    return mixed;
}

#define LINES "2026-11-30 deploying the service\nError: P3018 \303\274\n"

static const struct {
    const char *name;
    struct str mark;
    const char *first;        /* the encoding of LINES */
    const char *stray, *then; /* bytes, and LINES in another; NULL: none */
    bool mixed;
} logs[] = {
    {"plain", {"", 0}, "8", NULL, NULL, false},
    {"UTF-8 with its mark", {"\xEF\xBB\xBF", 3}, "8", NULL, NULL, false},
    {"16le", {"\xff\xfe", 2}, "16le", NULL, NULL, false},
    {"16be", {"\xfe\xff", 2}, "16be", NULL, NULL, false},
    {"32le", {"\xff\xfe\0\0", 4}, "32le", NULL, NULL, false},
    {"32be", {"\0\0\xfe\xff", 4}, "32be", NULL, NULL, false},
    {"16le without a mark", {"", 0}, "16le", NULL, NULL, false},
    {"16be without a mark", {"", 0}, "16be", NULL, NULL, false},
    {"32le without a mark", {"", 0}, "32le", NULL, NULL, false},
    {"32be without a mark", {"", 0}, "32be", NULL, NULL, false},
    {"16le before UTF-8", {"\xff\xfe", 2}, "8", NULL, NULL, true},
    {"16be before UTF-8", {"\xfe\xff", 2}, "8", NULL, NULL, true},
    {"32le before UTF-8", {"\xff\xfe\0\0", 4}, "8", NULL, NULL, true},
    {"32be before UTF-8", {"\0\0\xfe\xff", 4}, "8", NULL, NULL, true},
    {"that of UTF-8 before 16le",
     {"\xEF\xBB\xBF", 3},
     "16le",
     NULL,
     NULL,
     true},
    {"two marks", {"\xEF\xBB\xBF\xff\xfe", 5}, "16le", NULL, NULL, true},
    {"the mark of the other", {"\xfe\xff", 2}, "16le", NULL, NULL, true},
    {"that of 32le before 16le", {"\xff\xfe\0\0", 4}, "16le", NULL, NULL, true},
    {"UTF-8 appended to 16le", {"\xff\xfe", 2}, "16le", "", "8", true},
    {"UTF-8 appended to 16be", {"\xfe\xff", 2}, "16be", "", "8", true},
    {"16le appended to UTF-8", {"\xff\xfe", 2}, "8", "", "16le", true},
    {"16be appended to UTF-8", {"\xfe\xff", 2}, "8", "", "16be", true},
    {"UTF-8 appended to 32le", {"\xff\xfe\0\0", 4}, "32le", "", "8", true},
    {"one odd byte within 16le", {"\xff\xfe", 2}, "16le", "\n", "16le", true},
    {"one odd byte within 16be", {"\xfe\xff", 2}, "16be", "\n", "16be", true},
    {"three odd bytes within 32le",
     {"\xff\xfe\0\0", 4},
     "32le",
     "\n\n\n",
     "32le",
     true},
};

static void test_encodings(void **state)
{
    static const size_t rooms[] = {1, 3, 4, 63, 64, 65, 4096};
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(logs); i++) {
        struct buf raw, out, want;
        buf_init(&raw, TEXT_MAX);
        buf_init(&out, TEXT_MAX);
        buf_init(&want, TEXT_MAX);
        buf_str(&raw, logs[i].mark);
        encode(&raw, logs[i].first, STR(LINES));
        buf_text(&want, strcmp(logs[i].name, "UTF-8 with its mark") == 0
                            ? "\xEF\xBB\xBF" LINES
                            : LINES);
        if (logs[i].then != NULL) {
            buf_text(&raw, logs[i].stray);
            encode(&raw, logs[i].then, STR(LINES));
            buf_printf(&want, "%s%s", logs[i].stray, LINES);
        }
        for (size_t k = 0; k < ARRAY_COUNT(rooms); k++) {
            bool mixed = read_log(&out, buf_view(&raw), rooms[k]);
            if (mixed != logs[i].mixed || strcmp(out.ptr, want.ptr) != 0)
                fail_msg("%s, by %zu: mixed %d, '%s'", logs[i].name, rooms[k],
                         mixed, out.ptr);
        }
        buf_release(&raw);
        buf_release(&out);
        buf_release(&want);
    }
}

/* What is not ASCII must not be taken for plain text by chance. */
static void test_other_scripts(void **state)
{
    static const char *const text[] = {
        "\xE9\x83\xA8\xE7\xBD\xB2\xE5\xBC\x80\xE5\xA7\x8B\n",
        "\xD0\x9E\xD1\x88\xD0\xB8\xD0\xB1\xD0\xBA\xD0\xB0\n",
        "\xF0\x9F\x98\x80\xF0\x9F\x98\x80\n",
        "\xE4\xB8\x80\xE9\x83\xA8\xE4\xB8\x80\xE9\x83\xA8\n",
    };
    static const char *const as[] = {"16le", "16be", "32le", "32be"};
    static const struct str mark[] = {{"\xff\xfe", 2},
                                      {"\xfe\xff", 2},
                                      {"\xff\xfe\0\0", 4},
                                      {"\0\0\xfe\xff", 4}};
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(text) * ARRAY_COUNT(as); i++) {
        struct buf raw, out, want;
        size_t k = i % ARRAY_COUNT(as);
        buf_init(&raw, TEXT_MAX);
        buf_init(&out, TEXT_MAX);
        buf_init(&want, TEXT_MAX);
        buf_str(&raw, mark[k]);
        for (size_t n = 0; n < 100; n++)
            buf_text(&want, text[i / ARRAY_COUNT(as)]);
        buf_text(&want, LINES);
        encode(&raw, as[k], buf_view(&want));
        assert_false(read_log(&out, buf_view(&raw), 4096));
        assert_string_equal(out.ptr, want.ptr);
        buf_release(&raw);
        buf_release(&out);
        buf_release(&want);
    }
}

/* Of a character that needs more room than a block has left, all is kept. */
static void test_long(void **state)
{
    struct buf raw, out, want;
    (void)state;
    buf_init(&raw, TEXT_MAX);
    buf_init(&out, TEXT_MAX);
    buf_init(&want, TEXT_MAX);
    buf_text(&raw, "\xff\xfe");
    while (want.len < (size_t)1 << 20)
        buf_text(&want, "\xE9\x83\xA8 step\n");
    encode(&raw, "16le", buf_view(&want));
    for (size_t room = 1; room <= 7; room++) {
        (void)read_log(&out, buf_view(&raw), room);
        assert_int_equal(out.len, want.len);
        assert_memory_equal(out.ptr, want.ptr, want.len);
    }
    buf_release(&raw);
    buf_release(&out);
    buf_release(&want);
}

/* A log may end anywhere: no byte of a whole character before that is lost. */
static void test_cuts(void **state)
{
    struct buf raw, out;
    (void)state;
    buf_init(&raw, TEXT_MAX);
    buf_init(&out, TEXT_MAX);
    buf_text(&raw, "\xff\xfe");
    encode(&raw, "16le", STR("a sound line \xF0\x9F\x98\x80\n"));
    for (size_t cut = 2; cut <= raw.len; cut++) {
        (void)read_log(&out, (struct str){raw.ptr, cut}, 64);
        size_t whole = (cut - 2) / 2 < 13 ? (cut - 2) / 2 : 13;
        assert_memory_equal(out.ptr, "a sound line ", whole);
    }
    for (size_t cut = 0; cut < 4; cut++)
        (void)read_log(&out, str_sub(STR("\xff\xfe\0\0"), 0, cut), 64);
    buf_release(&raw);
    buf_release(&out);
}

static void test_plain_limit(void **state)
{
    static const struct {
        size_t plain; /* bytes of text within UTF-16 */
        bool seen;
    } row[] = {{23, false}, {24, true}, {25, true}};
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(row); i++) {
        struct buf raw, out;
        buf_init(&raw, TEXT_MAX);
        buf_init(&out, TEXT_MAX);
        buf_text(&raw, "\xff\xfe");
        for (size_t n = 0; n < row[i].plain; n++)
            buf_char(&raw, 'x');
        buf_add(&raw, "\0\0\0\0", 4);
        assert_int_equal(read_log(&out, buf_view(&raw), 64), row[i].seen);
        buf_release(&raw);
        buf_release(&out);
    }
}

/* A mark before bytes that are no UTF-16 is dropped, and the text is read. */
static void marks_that_are_none(void **state)
{
    const struct {
        struct str raw;
        const char *want;
    } log[] = {
        {STR("\xff\xfe"
             "ERROR: gr\xf6\xdf"
             "er als erlaubt\n"),
         "ERROR: gr\xf6\xdf"
         "er als erlaubt\n"},
        {STR("\xfe\xff"
             "FATAL: na\xefve text of a page\n"),
         "FATAL: na\xefve text of a page\n"},
        {STR("\xff\xfe"
             "0123456789abcde\xe9"),
         "0123456789abcde\xe9"},
        {STR("\xff\xfe\xec\x5b\xce\x57\x31\x59\x25\x8d"),
         "\xe5\xaf\xac\xe5\x9f\x8e\xe5\xa4\xb1\xe8\xb4\xa5"},
    };
    struct buf out;
    (void)state;
    buf_init(&out, TEXT_MAX);
    for (size_t i = 0; i < ARRAY_COUNT(log); i++) {
        assert_int_equal(read_log(&out, log[i].raw, 4096), i < 3);
        assert_string_equal(out.ptr, log[i].want);
    }
    buf_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_encodings),
        cmocka_unit_test(test_other_scripts),
        cmocka_unit_test(test_long),
        cmocka_unit_test(test_cuts),
        cmocka_unit_test(test_plain_limit),
        cmocka_unit_test(marks_that_are_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
