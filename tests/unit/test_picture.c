/* The picture of an incident: what it draws, how much, and that it is inert. */
#include "report/report.h"
#include "tests/unit/testing.h"
#include "verdict/verdict.h"

#define MINUTE INT64_C(60000)
#define T0     INT64_C(1795255200000) /* 2026-11-21T10:00:00Z */

/* Two records of so many checks: the first one fails, and then recovers. */
struct scene {
    struct arena arena;
    struct record record[2];
    struct story story;
    struct incident incident;
    struct facts facts;
    struct report_inputs in;
};

static void begin(struct scene *s, size_t checks, const char *title)
{
    struct err e = {.set = false};
    const struct record *all[] = {&s->record[0], &s->record[1]};
    *s = (struct scene){.facts = {.severity = -1, .status = -1}};
    arena_init(&s->arena);
    for (size_t i = 0; i < 2; i++) {
        struct record *r = &s->record[i];
        *r = (struct record){.schema = RECORD_SCHEMA,
                             .started_ms = T0 + (int64_t)i * 10 * MINUTE,
                             .finished_ms = T0 + (int64_t)i * 10 * MINUTE,
                             .production = {.state = i == 0
                                                         ? PRODUCTION_DOWN
                                                         : PRODUCTION_HEALTHY}};
        r->result = arena_array(&s->arena, checks, sizeof(*r->result));
        r->result_count = checks;
        for (size_t k = 0; k < checks; k++)
            r->result[k] = (struct result){
                .id = arena_printf(&s->arena, "check-%zu", k),
                .title =
                    k == 0 ? title : arena_printf(&s->arena, "Check %zu", k),
                .status = i == 0 && k == 0 ? STATUS_FAIL : STATUS_PASS,
                .started_ms = r->started_ms};
    }
    verdict_story(&s->story, &s->arena, all, 2, TELL_FAILURE);
    assert_true(verdict_story_incident(&s->incident, &s->arena, &s->story,
                                       &s->facts, &e));
    s->in = (struct report_inputs){.record = &s->story.told,
                                   .facts = &s->facts,
                                   .incident = &s->incident,
                                   .story = &s->story,
                                   .picture = "incident.svg"};
}

static const char *draw(struct scene *s, bool within_page)
{
    struct str svg;
    assert_true(report_picture(&svg, &s->arena, &s->in, within_page));
    return svg.ptr;
}

static size_t count(const char *text, const char *what)
{
    size_t n = 0;
    for (const char *at = strstr(text, what); at != NULL;
         at = strstr(at + 1, what))
        n++;
    return n;
}

static void a_failure_is_a_bar(void **state)
{
    struct scene s;
    (void)state;
    begin(&s, 2, "The API");
    const char *svg = draw(&s, false);
    assert_int_equal(count(svg, "<rect class=\"bad\""), 1);
    assert_non_null(
        strstr(svg, "x=\"3.00%\" width=\"94.00%\" y=\"25\" height=\"14\""));
    assert_non_null(strstr(svg, "role=\"img\""));
    assert_non_null(strstr(svg, "The API failed from 2026-11-21T10:00:00Z to "
                                "2026-11-21T10:10:00Z."));
    assert_non_null(strstr(svg, ">10:00:00</text>"));
    assert_non_null(strstr(svg, ">10:05:00</text>"));
    assert_non_null(strstr(svg, ">10:10:00</text>"));
    assert_non_null(strstr(svg, "<style>"));
    svg =
        draw(&s, true); /* the page's own style is all that its policy allows */
    assert_null(strstr(svg, "<style>"));
    assert_null(strstr(svg, " style="));
    arena_release(&s.arena);
}

static void bars_are_bounded(void **state)
{
    static const struct {
        size_t checks;
        const char *more;
    } tried[] = {{39, NULL}, {40, NULL}, {41, ">and 1 more checks<"}};
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(tried); i++) {
        struct scene s;
        begin(&s, tried[i].checks, "The API");
        const char *svg = draw(&s, false);
        size_t bars = count(svg, ">Check ") + count(svg, ">The API<");
        assert_int_equal(bars, tried[i].checks < 40 ? tried[i].checks : 40);
        assert_int_equal(strstr(svg, "more checks") != NULL,
                         tried[i].more != NULL);
        if (tried[i].more != NULL)
            assert_non_null(strstr(svg, tried[i].more));
        arena_release(&s.arena);
    }
}

static void names_are_inert(void **state)
{
    static const char *const hostile[] = {
        "<script>alert(1)</script>", "\"/><a href='x'>", "a]]>&amp;<!--",
        "![x](http://x.example)", "\x1b[31mred\xff"};
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(hostile); i++) {
        struct scene s;
        struct str text, page;
        struct err e = {.set = false};
        struct diags d;
        struct report_templates *t;
        begin(&s, 1, hostile[i]);
        const char *svg = draw(&s, true);
        assert_null(strstr(svg, "<script"));
        assert_null(strstr(svg, "<a "));
        assert_null(strstr(svg, "<!--"));
        assert_null(strchr(svg, '\x1b'));
        diags_init(&d, &s.arena);
        assert_true(report_templates_open(&t, &s.arena, NULL, &d));
        assert_true(report_write(&text, &s.arena, "incident", t, &s.in, &e));
        assert_non_null(strstr(text.ptr, "](incident.svg)"));
        struct page_picture picture = {.name = "incident.svg",
                                       .svg = str_from(svg)};
        assert_true(report_html_pictured(&page, &s.arena, text, &picture, &e));
        assert_int_equal(count(page.ptr, "<svg "), 1);
        assert_null(strstr(page.ptr, "[image: "));
        assert_null(strstr(page.ptr, "<script"));
        arena_release(&s.arena);
    }
}

/* Of one record, or without a failure, there is no time to draw. */
static void nothing_is_drawn_of_one_moment(void **state)
{
    struct scene s;
    struct str svg;
    (void)state;
    begin(&s, 1, "The API");
    const struct record *first = &s.record[0], *last = &s.record[1];
    verdict_story(&s.story, &s.arena, &first, 1, TELL_FAILURE);
    assert_false(report_picture(&svg, &s.arena, &s.in, false));
    verdict_story(&s.story, &s.arena, &last, 1, TELL_HISTORY);
    assert_false(report_picture(&svg, &s.arena, &s.in, false));
    arena_release(&s.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_failure_is_a_bar),
        cmocka_unit_test(bars_are_bounded),
        cmocka_unit_test(names_are_inert),
        cmocka_unit_test(nothing_is_drawn_of_one_moment),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
