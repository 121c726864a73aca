/* What is written into a manual page reads as it was, and never acts. */
#include "cli/manual/manual.h"
#include "tests/unit/testing.h"

static const struct page page = {"postflight-x", "what x is", 5};

/* The page of a Markdown text, without its first lines. */
static void expect_page(const char *markdown, const char *want)
{
    struct buf out;
    buf_init(&out, 4096);
    manual_page(&out, &page, str_from(markdown));
    const char *text = strstr(out.ptr, "what x is\n");
    assert_non_null(text);
    assert_string_equal(text + 10, want);
    buf_release(&out);
}

static void expect_markdown(const char *document, const char *want)
{
    struct buf out;
    buf_init(&out, 4096);
    manual_document(&out, str_from(document));
    assert_string_equal(out.ptr, want);
    buf_release(&out);
}

static void begins(void **state)
{
    struct buf out;
    (void)state;
    buf_init(&out, 4096);
    manual_page(&out, &page, STR(""));
    assert_non_null(strstr(out.ptr, ".TH postflight-x 5 \""));
    assert_non_null(strstr(out.ptr, "\"File Formats\"\n"));
    assert_non_null(strstr(out.ptr, ".SH NAME\npostflight-x \\- what x is\n"));
    buf_release(&out);
}

static void escapes(void **state)
{
    (void)state;
    expect_page("a-b \\\\fBx", ".PP\na\\-b \\efBx\n");
    expect_page(
        "`it's \"x\" ^ ~ --log`",
        ".PP\n\\f[B]it\\(aqs \\(dqx\\(dq \\(ha \\(ti \\-\\-log\\f[R]\n");
    expect_page("it's \\`y\\`", ".PP\nit\\(aqs \\(gay\\(ga\n");
    expect_page("\xc3\xa4\xe2\x82\xac", ".PP\n\\[u00E4]\\[u20AC]\n");
}

/* A request is a line that begins with one of two characters. */
static void requests(void **state)
{
    (void)state;
    expect_page(".SH x", ".PP\n\\&.SH x\n");
    expect_page("```\na\n.so /etc/passwd\n'br\n```",
                ".IP\n.nf\n\\f[B]\na\n\\&.so /etc/passwd\n\\(aqbr\n\\f[R]\n"
                ".fi\n");
}

static void headings(void **state)
{
    (void)state;
    expect_page("# A\n\nb\n\nc\n\n## D\n\n- e\n",
                ".SH\nA\nb\n.PP\nc\n.SS\nD\n.IP \\[bu] 2\ne\n");
    expect_markdown("# Title\n\n## Part\n\n### Below\n",
                    "# DESCRIPTION\n\n# Part\n\n## Below\n");
}

static void tables(void **state)
{
    (void)state;
    expect_markdown("| Key | Type | Meaning |\n| --- | --- | --- |\n"
                    "| `a` | text | what a is |\n| `b` | x \\| y | b |\n\nz\n",
                    "- `a`: what a is (Type: text)\n"
                    "- `b`: b (Type: x | y)\n\nz\n");
    expect_markdown("| A | B |\n|---|---|\n| 1 | 2 |\n", "- 1: 2\n");
    expect_markdown("| A |\n|---|\n| 1 |\nx\n| C |\n| --- |\n| 2 |\n",
                    "- 1\nx\n- 2\n");
    expect_markdown("| A |\n|---|\n|\n||\n", "- \n");
}

/* No cell is lost up to the limit, and none is written beyond it. */
static void cells(void **state)
{
    (void)state;
    for (size_t count = 15; count <= 17; count++) {
        struct buf row, out;
        buf_init(&row, 1000);
        buf_init(&out, 1000);
        for (int line = 0; line < 3; line++) {
            for (size_t i = 1; i <= count; i++)
                buf_printf(&row, "|%zu", i);
            buf_text(&row, "|\n");
        }
        manual_document(&out, buf_view(&row));
        assert_non_null(strstr(out.ptr, count == 15 ? "- 1: 15 (2: 2; "
                                                    : "- 1: 16 (2: 2; "));
        buf_release(&row);
        buf_release(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(begins),   cmocka_unit_test(escapes),
        cmocka_unit_test(requests), cmocka_unit_test(headings),
        cmocka_unit_test(tables),   cmocka_unit_test(cells),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
