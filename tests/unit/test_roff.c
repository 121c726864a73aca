/* What is written into a manual page reads as it was, and never acts. */
#include "cli/manual/roff.h"
#include "tests/unit/testing.h"

static void expect(const char *text, unsigned flags, const char *want)
{
    struct buf out;
    buf_init(&out, 4096);
    roff_text(&out, str_from(text), flags);
    assert_string_equal(out.ptr, want);
    buf_release(&out);
}

static void escapes(void **state)
{
    (void)state;
    expect("a-b", 0, "a\\-b");
    expect("\\fBx", 0, "\\(rsfBx");
    expect("it's \"x\" `y` ^ ~", 0,
           "it\\(aqs \\(dqx\\(dq \\(gay\\(ga \\(ha \\(ti");
    expect("\xc3\xa4\xe2\x82\xac", 0, "\\[u00E4]\\[u20AC]");
    expect("\xff", 0, "\\[uFFFD]");
    expect("", 0, "");
}

/* A request is a line that begins with one of two characters. */
static void requests(void **state)
{
    (void)state;
    expect(".SH x", 0, "\\&.SH x");
    expect("'br", 0, "\\&\\(aqbr");
    expect("a\n.so /etc/passwd\nb.", 0, "a\n\\&.so /etc/passwd\nb.");
}

static void marks(void **state)
{
    (void)state;
    expect("the `--log` of", ROFF_MARKED, "the \\fB\\-\\-log\\fR of");
    expect("`open", ROFF_MARKED, "\\fBopen\\fR");
    expect("`open", 0, "\\(gaopen");
}

static void put(char *out, const char *text)
{
    memcpy(out, text, strlen(text) + 1);
}

/* A line may be parted past 60 bytes, and what then begins it is no request. */
static void filling(void **state)
{
    char text[80] = "", want[90] = "";
    (void)state;
    for (size_t length = 59; length <= 61; length++) {
        memset(text, 'x', length);
        put(text + length, " .b");
        memset(want, 'x', length);
        put(want + length, length > 60 ? "\n\\&.b" : " .b");
        expect(text, ROFF_FILLED, want);
        expect(text, 0, text);
    }
}

static void breaks(void **state)
{
    struct buf out;
    (void)state;
    buf_init(&out, 4096);
    roff_heading(&out, "SH", STR("A \"b\""));
    roff_break(&out);
    roff_text(&out, STR("x"), 0);
    roff_break(&out);
    roff_break(&out);
    roff_text(&out, STR("y"), 0);
    roff_break(&out);
    roff_term(&out, STR("-o"));
    roff_text(&out, STR("z"), 0);
    roff_break(&out);
    roff_heading(&out, "SS", STR("w"));
    assert_string_equal(out.ptr, ".SH \"A \\(dqb\\(dq\"\nx\n.PP\ny\n"
                                 ".TP\n\\fB\\-o\\fR\nz\n.SS \"w\"\n");
    buf_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(escapes), cmocka_unit_test(requests),
        cmocka_unit_test(marks),   cmocka_unit_test(filling),
        cmocka_unit_test(breaks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
