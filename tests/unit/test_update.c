/* A document that people worked on, updated twice: report/update.c. */
#include <stdio.h>

#include "report/living.h"
#include "report/report.h"
#include "tests/unit/testing.h"

static struct arena arena;

static int open_all(void **state)
{
    (void)state;
    arena_init(&arena);
    return 0;
}

static int close_all(void **state)
{
    (void)state;
    arena_release(&arena);
    return 0;
}

#define INDEX "<!-- postflight:document incident summary -->"
#define NEW_SUMMARY                                                            \
    "<!-- postflight:begin summary v=1 h=075883224adb000b -->\n\n"             \
    "## Summary\n\n<!-- postflight:ask summary -->\n\n"                        \
    "To be written: what.\n\n<!-- postflight:end-ask summary -->\n\n"          \
    "<!-- postflight:end summary -->\n"
#define NEW_ACTIONS                                                            \
    "<!-- postflight:begin actions v=1 h=291e9e2841be06af -->\n\n"             \
    "| Id | Action | Type | Owner | Due | State |\n"                           \
    "| --- | --- | --- | --- | --- | --- |\n"                                  \
    "| A1 | Lock | prevent | `@anna` | no day yet | open |\n\n"                \
    "<!-- postflight:rows 9bd5d047:868d22cf:868d22cf -->\n\n"                  \
    "<!-- postflight:end actions -->\n"
#define NEW_DOCUMENT                                                           \
    NEW_SUMMARY "\n" NEW_ACTIONS                                               \
                "\n<!-- postflight:document incident summary actions -->\n"

static bool update(struct report_update *out, struct str old, struct err *e)
{
    struct source *source = arena_alloc(&arena, sizeof(*source));
    *source = (struct source){"old.md", old};
    *e = (struct err){.set = false};
    return report_update(out, &arena, source, STR(NEW_DOCUMENT), e);
}

static size_t count_of(struct str text, const char *word)
{
    size_t count = 0, at = 0;
    while ((at = str_find(text, str_from(word), at)) < text.len) {
        count++;
        at++;
    }
    return count;
}

#define EDITED "<!-- postflight:begin summary v=1 h=0000000000000000 -->"
#define END    "<!-- postflight:end summary -->"
#define OFFER                                                                  \
    "<!-- postflight:offer summary v=1 h=0 -->\nold\n"                         \
    "<!-- postflight:end-offer summary -->"

/* Each has a block that people changed, or an offer, and an odd line end. */
static const char *const worked_on[] = {
    INDEX "\n" EDITED "\nmine\n" END "\n",
    INDEX "\n" EDITED "\nmine\n" END,
    INDEX "\n" EDITED "\nmine\n" END "\r",
    INDEX "\n" EDITED "\nmine\n" END "\r\rmore\n",
    INDEX "\r\n" EDITED "\r\nmine\r\n" END "\r\n",
    INDEX "\r\n" EDITED "\r\nmine\r\n" END,
    INDEX "\r" EDITED "\rmine\r" END "\r",
    EDITED "\rmine\r" END "\r\r\n" INDEX,
    EDITED "\r\nmine\r\n" END "\r\n\r\n" INDEX,
    "mine\r\r\n" INDEX "\n",
    INDEX "\n\nmine\r",
    INDEX,
    INDEX "\nmine",
    INDEX "\n\n" OFFER "\n",
    INDEX "\n\n" OFFER,
    INDEX "\n" EDITED "\nmine\n" END "\n\n" OFFER "\n\n## Mine\n",
    INDEX "\n" OFFER "\n\nbetween\n\n" EDITED "\nmine\n" END "\n",
};

static void a_second_update_changes_nothing(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(worked_on) / sizeof(worked_on[0]); i++) {
        struct report_update first, second;
        struct err e;
        if (!update(&first, str_from(worked_on[i]), &e)) {
            printf("# document %zu: %s\n", i, e.text);
            fail();
        }
        assert_true(update(&second, first.text, &e));
        if (!str_equal(first.text, second.text))
            printf("# document %zu:\n%s\n---\n%s\n", i, first.text.ptr,
                   second.text.ptr);
        assert_true(str_equal(first.text, second.text));
        assert_int_equal(count_of(first.text, "postflight:end actions"), 1);
    }
}

/* The line ends are those of the marker that says what the document is. */
static void line_ends_are_kept(void **state)
{
    struct report_update u;
    struct err e;
    (void)state;
    assert_true(update(&u, STR("mine\r\n\r\n" INDEX "\r\n"), &e));
    assert_int_equal(count_of(u.text, "\n"), count_of(u.text, "\r\n"));
    assert_true(update(&u, STR("mine\n\n" INDEX "\n"), &e));
    assert_int_equal(count_of(u.text, "\r"), 0);
    assert_true(update(&u, STR("mine\r\n\r\n" INDEX), &e));
    assert_int_equal(count_of(u.text, "\n"), count_of(u.text, "\r\n"));
}

/* Somebody took the block away, kept the offer and answered what it asks. */
static void an_offer_that_was_taken_becomes_the_block(void **state)
{
    static const char old[] =
        INDEX "\n\n<!-- postflight:offer summary v=1 -->\n\n"
              "<!-- postflight:ask gone -->\n\nMy answer.\n\n"
              "<!-- postflight:end-ask gone -->\n"
              "<!-- postflight:end-offer summary -->\n";
    struct report_update u;
    struct err e;
    (void)state;
    assert_true(update(&u, str_from(old), &e));
    assert_true(u.kept);
    assert_int_equal(count_of(u.text, "My answer."), 1);
    assert_int_equal(count_of(u.text, "postflight:begin summary"), 1);
    assert_int_equal(count_of(u.text, "postflight:offer summary"), 1);
}

/*
 * The old offer goes. Without it "<a>" belongs to the paragraph above, and the
 * marker below, which was text in its block, would begin a block.
 */
static void what_would_read_otherwise_next_time_is_refused(void **state)
{
    static const char old[] =
        "<!-- postflight:document incident summary actions -->\n" EDITED
        "\nmine\n" END "\npara\n" OFFER "\n<a>\n"
        "<!-- postflight:begin actions v=1 -->\n"
        "<!-- postflight:end actions -->\n\nmore\n";
    struct report_update u;
    struct err e;
    (void)state;
    assert_false(update(&u, str_from(old), &e));
    assert_non_null(strstr(e.text, "would read otherwise"));
}

static struct str page(const char *markdown)
{
    struct str out;
    struct err e = {.set = false};
    assert_true(report_html(&out, &arena, str_from(markdown), &e));
    size_t from = str_find(out, STR("<main>"), 0);
    return str_sub(out, from, out.len);
}

/* md4c crosses spans, or never leaves one: the page closes each. */
static void spans_of_a_page_are_closed(void **state)
{
    static const char *const text[][2] = {
        {"~[](~)", "<p>~<a rel=\"noreferrer noopener\" href=\"~\"></a></p>"},
        {"~[](~) and the rest, ~~gone~~", "</a> and the rest, <del>gone</del>"},
        {"~[](~) *a* and ~b~", "</a> <em>a</em> and <del>b</del></p>"},
        {"- ~[](~)\n  - b", "</a><ul>\n<li>b</li>"},
        {"# ~[](~)", "</a></h1>"},
        {"| a |\n| --- |\n| ~[](~) |", "</a></td>"},
        {"a[^1]\n\n[^1]: The *foot*.",
         "<sup><a id=\"note-ref-1\" href=\"#note-1\">1</a></sup>"},
        {"a[^1]\n\n[^1]: The *foot*.",
         "<li id=\"note-1\"><p>The <em>foot</em>.</p>\n<a "
         "href=\"#note-ref-1\">"},
        {"a[^b] and[^b]\n\n[^b]: x\ny\n\nz", "<p>x\ny</p>"},
        {"a `[^1]` b\n\n[^1]: x", "<code>[^1]</code>"},
        {"```\n[^1]: x\n```\n[^1]", "<p>[^1]</p>"},
        {"a[^none]", "<p>a[^none]</p>"},
        {"[x](#note-7\"onclick) [^1]\n\n[^1]: y", "<sup>"},
        {"*a **b** c*", "<p><em>a <strong>b</strong> c</em></p>"},
        {"[x](javascript:y) z", "<p>x z</p>"},
        {"![x](y)", "<p>[image: x]</p>"},
        {"[![x](y)](z)", "href=\"z\">[image: x]</a></p>"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(text) / sizeof(text[0]); i++) {
        struct str html = page(text[i][0]);
        if (count_of(html, text[i][1]) != 1)
            printf("# %s: %s\n", text[i][0], html.ptr);
        assert_int_equal(count_of(html, text[i][1]), 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_second_update_changes_nothing),
        cmocka_unit_test(line_ends_are_kept),
        cmocka_unit_test(an_offer_that_was_taken_becomes_the_block),
        cmocka_unit_test(what_would_read_otherwise_next_time_is_refused),
        cmocka_unit_test(spans_of_a_page_are_closed),
    };
    return cmocka_run_group_tests(tests, open_all, close_all);
}
