/* The status page: services, words, links, limits. */
#include "report/markdown.h"
#include "report/status_page/status_view.h"
#include "tests/unit/testing.h"

#define NOW  INT64_C(1795255200000) /* 2026-11-21T10:00:00Z */
#define HOUR INT64_C(3600000)

struct desk {
    struct arena a;
    struct status_page page;
    struct str markdown, html;
};

static void desk_open(struct desk *d, size_t services, size_t incidents)
{
    memset(d, 0, sizeof(*d));
    arena_init(&d->a);
    struct service_status *s = arena_array(&d->a, services + 1, sizeof(*s));
    struct incident_row *i = arena_array(&d->a, incidents + 1, sizeof(*i));
    for (size_t k = 0; k < services; k++) {
        s[k] = (struct service_status){.check = "api", .title = "Backend API"};
        s[k].day[STATUS_DAYS - 1] =
            (struct day){.rounds = 10, .duration_us = 12000};
    }
    for (size_t k = 0; k < incidents; k++)
        i[k] = (struct incident_row){.id = "INC-1",
                                     .title = "Down",
                                     .status = INCIDENT_CLOSED,
                                     .started_ms = NOW - HOUR,
                                     .resolved_ms = NOW};
    d->page = (struct status_page){.service = "web-shop",
                                   .now_ms = NOW,
                                   .production = PRODUCTION_HEALTHY,
                                   .deployment = DEPLOYMENT_SHIPPED,
                                   .item = s,
                                   .count = services,
                                   .incident = i,
                                   .incident_count = incidents,
                                   .days = 90};
    status_figures(d->page.figure, &d->a, NULL, 0, 0, 0);
}

static struct service_status *item(struct desk *d, size_t index)
{
    return (struct service_status *)(uintptr_t)&d->page.item[index];
}

static struct incident_row *incident(struct desk *d, size_t index)
{
    return (struct incident_row *)(uintptr_t)&d->page.incident[index];
}

static void desk_write(struct desk *d)
{
    struct err e = {.set = false};
    if (!status_markdown(&d->markdown, &d->a, &d->page, &e))
        fail_msg("%s", e.text);
    if (!status_html(&d->html, &d->a, &d->page, &e))
        fail_msg("%s", e.text);
}

static size_t count_of(struct str text, const char *what)
{
    size_t n = 0;
    struct str w = str_from(what);
    for (size_t at = str_find(text, w, 0); at < text.len;
         at = str_find(text, w, at + w.len))
        n++;
    return n;
}

static void both_say(struct desk *d, const char *text)
{
    desk_write(d);
    if (count_of(d->markdown, text) == 0 || count_of(d->html, text) == 0)
        fail_msg("not in both: %s\n%s", text, d->markdown.ptr);
}

static void rows_become_services(void **state)
{
    struct arena a;
    size_t count = 0;
    struct result_row last[] = {
        {.check = "web", .title = "Web", .status = STATUS_FAIL},
        {.check = "api", .title = "API", .status = STATUS_PASS}};
    struct check_state known[] = {
        {.check = "web", .failing_since_ms = NOW, .flapping = true},
        {.check = "gone", .failing_since_ms = NOW}};
    struct uptime_row uptime[] = {
        {.check = "api", .slice = -1, .rounds = 1},
        {.check = "api", .slice = 0, .rounds = 2, .failed = 1},
        {.check = "api", .slice = 89, .rounds = 3, .duration_us = 7},
        {.check = "api", .slice = 90, .rounds = 4},
        {.check = "old", .title = "Old", .slice = 5, .degraded = 6},
        {.check = "web", .slice = 90, .rounds = 4}};
    struct status_rows rows = {last, 2, known, 2, uptime, ARRAY_COUNT(uptime)};
    (void)state;
    arena_init(&a);
    const struct service_status *s = status_services(&a, &rows, &count);
    assert_int_equal(count, 3);
    assert_string_equal(s[0].check, "web");
    assert_int_equal(s[0].status, STATUS_FAIL);
    assert_int_equal(s[0].failing_since_ms, NOW);
    assert_true(s[0].flapping);
    assert_string_equal(s[1].title, "API");
    assert_int_equal(s[1].day[0].failed, 1);
    assert_int_equal(s[1].day[89].rounds, 3);
    assert_int_equal(s[1].day[89].duration_us, 7);
    for (size_t i = 1; i < 89; i++)
        assert_int_equal(s[1].day[i].rounds, 0);
    assert_string_equal(s[2].check, "old");
    assert_int_equal(s[2].status, -1);
    assert_int_equal(s[2].day[5].degraded, 6);
    rows = (struct status_rows){0};
    (void)status_services(&a, &rows, &count);
    assert_int_equal(count, 0);
    arena_release(&a);
}

static void checks_are_found_in_any_order(void **state)
{
    enum { N = 300 };
    struct arena a;
    size_t count = 0;
    struct result_row last[N] = {{0}};
    struct uptime_row uptime[N] = {{0}};
    (void)state;
    arena_init(&a);
    for (size_t i = 0; i < N; i++) {
        last[i].check = arena_printf(&a, "c%zu", i * 7 % N);
        uptime[i].check = arena_printf(&a, "c%zu", i * 11 % N);
        uptime[i].rounds = (int64_t)(i * 11 % N) + 1;
    }
    struct status_rows rows = {
        .last = last, .last_count = N, .uptime = uptime, .uptime_count = N};
    const struct service_status *s = status_services(&a, &rows, &count);
    assert_int_equal(count, N);
    for (size_t i = 0; i < N; i++) {
        assert_string_equal(s[i].check, last[i].check);
        assert_int_equal(s[i].day[0].rounds, i * 7 % N + 1);
    }
    arena_release(&a);
}

static void the_last_day_is_that_of_the_last_round(void **state)
{
    struct desk d;
    (void)state;
    assert_int_equal(status_from_ms(NOW) % STATUS_DAY_MS, 0);
    assert_int_equal(NOW / STATUS_DAY_MS - status_from_ms(NOW) / STATUS_DAY_MS,
                     STATUS_DAYS - 1);
    assert_int_equal(status_from_ms(0), 0);
    assert_int_equal(status_from_ms(-5), 0);
    assert_int_equal(status_from_ms(90 * STATUS_DAY_MS - 1), 0);
    assert_int_equal(status_from_ms(90 * STATUS_DAY_MS), STATUS_DAY_MS);
    desk_open(&d, 1, 0);
    both_say(&d, "2026-08-24");
    both_say(&d, "2026-11-21");
    assert_int_equal(count_of(d.html, "<title>2026-11-21: 10 rounds, none "
                                      "failed</title>"),
                     1);
    assert_int_equal(count_of(d.html, "<title>2026-08-24: no data</title>"), 1);
    arena_release(&d.a);
}

static void no_data_is_not_good(void **state)
{
    struct desk d;
    (void)state;
    desk_open(&d, 1, 0);
    item(&d, 0)->day[3] = (struct day){.rounds = 4, .failed = 1, .degraded = 2};
    item(&d, 0)->day[4] = (struct day){.rounds = 4, .degraded = 1};
    both_say(&d, "1 good, 1 with degraded rounds, 1 with failed rounds, "
                 "87 without data");
    assert_int_equal(count_of(d.html, "<rect "), STATUS_DAYS);
    assert_int_equal(count_of(d.html, "<rect class=\"none\""), 87);
    assert_int_equal(count_of(d.html, "<rect class=\"good\""), 1);
    assert_int_equal(count_of(d.html, "<rect class=\"slow\""), 1);
    assert_int_equal(count_of(d.html, "<rect class=\"bad\""), 1);
    assert_int_equal(count_of(d.markdown, "`...!~......"), 1);
    assert_int_equal(count_of(d.html, "1 of 4 rounds failed, 2 degraded</li>"),
                     1);
    arena_release(&d.a);
}

static void numbers_that_cannot_be_are_bounded(void **state)
{
    static const struct {
        struct day in;
        const char *want;
    } row[] = {
        {{.rounds = -1, .failed = 5}, "no data"},
        {{.rounds = 3, .failed = INT64_MAX, .degraded = INT64_MAX},
         "3 of 3 rounds failed<"},
        {{.rounds = 3, .failed = INT64_MIN, .degraded = 2},
         "2 of 3 rounds degraded"},
        {{.rounds = 1, .failed = 1, .duration_us = 5}, "1 of 1 round failed"},
        {{.rounds = 86400000}, "86400000 rounds, none failed"},
        {{.rounds = 86400001}, "86400000 rounds, none failed"},
        {{.rounds = INT64_MAX, .duration_us = INT64_MAX},
         "86400000 rounds, none failed"},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(row); i++) {
        struct desk d;
        desk_open(&d, 1, 0);
        item(&d, 0)->day[STATUS_DAYS - 1] = row[i].in;
        desk_write(&d);
        const char *want =
            arena_printf(&d.a, "<title>2026-11-21: %s", row[i].want);
        if (count_of(d.html, want) != 1)
            fail_msg("%zu: %s", i, want);
        arena_release(&d.a);
    }
}

static void uptime_is_never_rounded_up(void **state)
{
    static const struct {
        int64_t rounds, failed;
        const char *want;
    } row[] = {{0, 0, "no data"},
               {1, 0, "100 % of 1 round"},
               {1, 1, "0 % of 1 round"},
               {3, 1, "66.66 % of 3 rounds"},
               {10000, 1, "99.99 % of 10000 rounds"},
               {20000, 1, "99.99 % of 20000 rounds"},
               {10000, 9999, "0.01 % of 10000 rounds"},
               {20000, 19999, "less than 0.01 % of 20000 rounds"}};
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(row); i++) {
        struct desk d;
        desk_open(&d, 1, 0);
        item(&d, 0)->day[STATUS_DAYS - 1].rounds = row[i].rounds;
        item(&d, 0)->day[STATUS_DAYS - 1].failed = row[i].failed;
        const struct status_view *v = status_view(&d.a, &d.page);
        assert_string_equal(v->service[0].uptime, row[i].want);
        both_say(&d, row[i].want);
        arena_release(&d.a);
    }
}

static void latencies_have_their_range_in_words(void **state)
{
    struct desk d;
    (void)state;
    desk_open(&d, 1, 0);
    both_say(&d, "12 ms on 2026-11-21, the only day with data");
    assert_int_equal(count_of(d.html, "<polyline points=\"447,2 449,2\"/>"), 1);
    item(&d, 0)->day[87] = (struct day){.rounds = 1, .duration_us = 24000};
    item(&d, 0)->day[88] = (struct day){.rounds = 1, .duration_us = 6000};
    both_say(&d, "6 ms to 24 ms on 3 days, 12 ms on 2026-11-21");
    assert_int_equal(
        count_of(d.html, "<polyline points=\"435,2 442,29 447,20\"/>"), 1);
    item(&d, 0)->day[88] = (struct day){0};
    desk_write(&d);
    assert_int_equal(count_of(d.html, "<polyline"), 2); /* a gap is a gap */
    item(&d, 0)->day[87] = item(&d, 0)->day[89] = (struct day){0};
    both_say(&d, "no data");
    assert_int_equal(count_of(d.html, "<polyline"), 0);
    arena_release(&d.a);
}

static void the_summary_comes_first(void **state)
{
    static const struct {
        int status[6]; /* ends at -2 */
        const char *want;
        int mood;
    } row[] = {
        {{-2}, "No service is watched.", MOOD_WARN},
        {{0, -2}, "The one service passes.", MOOD_GOOD},
        {{0, 0, 0, -2}, "All 3 services pass.", MOOD_GOOD},
        {{2, -2}, "Sa fails since 2026-11-21T10:00:00Z.", MOOD_BAD},
        {{2, 0, -2},
         "Sa fails since 2026-11-21T10:00:00Z. The other service passes.",
         MOOD_BAD},
        {{2, 2, 1, -2}, "Sa and Sb fail. Sc is degraded.", MOOD_BAD},
        {{2, 2, 2, 2, 2, -2}, "Sa, Sb, Sc and 2 others fail.", MOOD_BAD},
        {{2, 2, 2, 2, -2}, "Sa, Sb, Sc and 1 other fail.", MOOD_BAD},
        {{3, 4, 0, 0, -2},
         "It could not be told of Sa and Sb. The other 2 services pass.",
         MOOD_WARN},
        {{1, 1, 0, -2},
         "Sa and Sb are degraded. The other service passes.",
         MOOD_WARN},
        {{0, 0, 5, -1, -2},
         "All 2 services that were asked pass. 2 services were not asked in "
         "the last round.",
         MOOD_WARN},
        {{0, 99, -2},
         "The one service that was asked passes. 1 service was not asked in "
         "the last round.",
         MOOD_WARN},
    };
    static const char *const title[] = {"Sa", "Sb", "Sc", "Sd", "Se", "Sf"};
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(row); i++) {
        struct desk d;
        int mood = -1;
        size_t n = 0;
        desk_open(&d, 6, 0);
        for (; row[i].status[n] != -2; n++) {
            item(&d, n)->status = row[i].status[n];
            item(&d, n)->title = title[n];
            item(&d, n)->failing_since_ms = NOW;
        }
        d.page.count = n;
        assert_string_equal(status_summary(&d.a, &d.page, &mood), row[i].want);
        assert_int_equal(mood, row[i].mood);
        arena_release(&d.a);
    }
}

static void a_late_watcher_is_warned_of(void **state)
{
    struct desk d;
    (void)state;
    desk_open(&d, 1, 0);
    desk_write(&d);
    assert_int_equal(count_of(d.html, "class=\"late\""), 0);
    assert_int_equal(count_of(d.markdown, "Warning"), 0);
    d.page.late_ms = 3 * HOUR;
    both_say(&d, "The watcher is late by 3 h 0 min: what stands here was so");
    both_say(&d, "At the last round: The one service passes.");
    assert_int_equal(count_of(d.html, "class=\"late\""), 1);
    assert_int_equal(count_of(d.html, "class=\"summary slow\""), 1);
    d.page.late_ms = INT64_MAX;
    desk_write(&d);
    arena_release(&d.a);
}

static void incidents_are_open_or_past(void **state)
{
    struct desk d;
    (void)state;
    desk_open(&d, 1, 3);
    incident(&d, 0)->status = INCIDENT_MITIGATED;
    incident(&d, 1)->status = INCIDENT_RESOLVED;
    incident(&d, 2)->resolved_ms = 0;
    incident(&d, 0)->checks = "a\nb\n\nc\nd\ne";
    const struct status_view *v = status_view(&d.a, &d.page);
    assert_int_equal(v->open.count, 1);
    assert_int_equal(v->past.count, 2);
    assert_string_equal(v->open.item[0].when, "since 2026-11-21T09:00:00Z");
    assert_string_equal(v->open.item[0].checks, "a, b, c and 2 more");
    assert_string_equal(v->past.item[0].when,
                        "2026-11-21T09:00:00Z, for 1 h 0 min");
    assert_string_equal(v->past.item[1].when,
                        "2026-11-21T09:00:00Z, for an unknown time");
    assert_string_equal(v->past.item[1].checks, "unknown");
    assert_null(v->past.item[1].document);
    assert_int_equal(v->mood, MOOD_WARN);
    both_say(&d, "1 incident is open.");
    arena_release(&d.a);
}

static void links_lead_to_files_beside_the_page(void **state)
{
    static const struct {
        const char *path, *want;
    } row[] = {
        {"incidents/INC-1.md", "incidents/INC-1.md"},
        {"../a b/\xc3\xa9.md", "../a%20b/%C3%A9.md"},
        {"a/b:c?d#e%2f\"'<>()[]&.md",
         "a/b%3Ac%3Fd%23e%252f%22%27%3C%3E%28%29%5B%5D%26.md"},
        {"a//b~_.md", "a//b~_.md"},
        {NULL, NULL},
        {"", NULL},
        {"/etc/passwd", NULL},
        {"//evil.example/x", NULL},
        {"\\\\host\\x", NULL},
        {"a\\b", NULL},
        {"javascript:alert(1)", NULL},
        {"JaVaScRiPt:a/b", NULL},
        {"data:text/html,x", NULL},
        {"c:x", NULL},
        {"a\nb", NULL},
        {"\x01"
         "a",
         NULL},
        {"a\x7f", NULL},
        {"\xff", NULL},
    };
    struct arena a;
    (void)state;
    arena_init(&a);
    for (size_t i = 0; i < ARRAY_COUNT(row); i++) {
        const char *link = status_link(&a, row[i].path);
        if (row[i].want == NULL)
            assert_null(link);
        else
            assert_string_equal(link, row[i].want);
    }
    assert_non_null(status_link(&a, test_repeat(&a, "x", VIEW_PATH_MAX - 1)));
    assert_non_null(
        status_link(&a, test_repeat(&a, "\xc3\xa9", VIEW_PATH_MAX / 2)));
    assert_non_null(status_link(&a, test_repeat(&a, "x", VIEW_PATH_MAX)));
    assert_null(status_link(&a, test_repeat(&a, "x", VIEW_PATH_MAX + 1)));
    arena_release(&a);
}

static void documents_are_linked(void **state)
{
    struct desk d;
    (void)state;
    desk_open(&d, 1, 2);
    incident(&d, 0)->document = "../in cidents/`x`](y).md";
    incident(&d, 1)->document = "javascript:alert(1)";
    desk_write(&d);
    assert_int_equal(count_of(d.html, "<a rel="), 1);
    assert_int_equal(
        count_of(d.html, "href=\"../in%20cidents/%60x%60%5D%28y%29.md\""), 1);
    assert_int_equal(count_of(d.markdown,
                              "[``../in cidents/`x`](y).md``]"
                              "(../in%20cidents/%60x%60%5D%28y%29.md)"),
                     1);
    assert_int_equal(count_of(d.markdown, "`javascript:alert(1)`"), 1);
    assert_int_equal(count_of(d.html, "<code>javascript:alert(1)</code>"), 1);
    arena_release(&d.a);
}

static void a_link_to_elsewhere_is_not_proved(void **state)
{
    struct arena a;
    struct markdown m;
    struct err e = {.set = false};
    (void)state;
    arena_init(&a);
    markdown_init(&m, &a);
    markdown_paragraph(&m);
    markdown_link_code(&m, "a", "b%20c.md");
    markdown_text(&m, " and ");
    markdown_link_code(&m, "a", "b c.md"); /* no link */
    markdown_end(&m);
    assert_string_equal(m.out.ptr, "[`a`](b%20c.md) and `a`\n");
    assert_true(markdown_prove(&m, &e));
    assert_int_equal(m.intent[1].mark, MARK_LINK);
    m.intent[1].text = STR("c.md");
    assert_false(markdown_prove(&m, &e));
    markdown_release(&m);
    arena_release(&a);
}

static void services_are_shown_up_to_a_limit(void **state)
{
    (void)state;
    for (size_t n = STATUS_SERVICES_MAX - 1; n <= STATUS_SERVICES_MAX + 1;
         n++) {
        struct desk d;
        size_t shown = n < STATUS_SERVICES_MAX ? n : STATUS_SERVICES_MAX;
        desk_open(&d, n, 0);
        desk_write(&d);
        assert_int_equal(count_of(d.html, "<article "), shown);
        assert_int_equal(count_of(d.html, "<rect "), shown * STATUS_DAYS);
        assert_int_equal(count_of(d.markdown, "| Backend API |"), shown);
        assert_int_equal(count_of(d.html, "and 1 more<"), n > shown);
        assert_int_equal(count_of(d.markdown, "\nand 1 more\n"), n > shown);
        assert_int_equal(
            count_of(d.html, arena_printf(&d.a, ">All %zu services pass.<", n)),
            1);
        arena_release(&d.a);
    }
}

static void incidents_are_shown_up_to_a_limit(void **state)
{
    (void)state;
    for (size_t n = STATUS_INCIDENTS_MAX - 1; n <= STATUS_INCIDENTS_MAX + 1;
         n++) {
        struct desk d;
        size_t shown = n < STATUS_INCIDENTS_MAX ? n : STATUS_INCIDENTS_MAX;
        desk_open(&d, 1, n);
        incident(&d, n - 1)->status = INCIDENT_DETECTED;
        incident(&d, n - 1)->title = "The oldest";
        desk_write(&d);
        assert_int_equal(count_of(d.html, "<li class=\"incident\">"), shown);
        assert_int_equal(count_of(d.markdown, "| `INC-1` |"), shown);
        assert_int_equal(count_of(d.html, "The oldest"), 1); /* open: first */
        assert_int_equal(count_of(d.html, "and 1 more<"), n > shown);
        assert_int_equal(count_of(d.markdown, "\nand 1 more\n"), n > shown);
        arena_release(&d.a);
    }
}

static void texts_are_shortened(void **state)
{
    struct arena a;
    (void)state;
    arena_init(&a);
    for (size_t n = VIEW_TEXT_MAX - 1; n <= VIEW_TEXT_MAX + 1; n++) {
        const char *text = test_repeat(&a, "x", n);
        const char *shown = status_text(&a, text, "?");
        assert_int_equal(strlen(shown), n > VIEW_TEXT_MAX ? VIEW_TEXT_MAX : n);
        assert_int_equal(str_ends(str_from(shown), STR("...")),
                         n > VIEW_TEXT_MAX);
    }
    assert_string_equal(status_text(&a, NULL, "?"), "?");
    assert_string_equal(status_text(&a, " \n", "?"), "?");
    assert_string_equal(status_text(&a, "a\x1b[2Jb\nc", "?"), "a\\x1B[2Jb c");
    assert_string_equal(status_stamp(&a, 0), "unknown");
    assert_string_equal(status_stamp(&a, -1), "unknown");
    assert_string_equal(status_stamp(&a, INT64_MAX), "unknown");
    assert_string_equal(status_stamp(&a, INT64_C(253402300799000)),
                        "9999-12-31T23:59:59Z");
    assert_string_equal(status_stamp(&a, INT64_C(253402300800000)), "unknown");
    arena_release(&a);
}

static void foreign_texts_do_not_act(void **state)
{
    static const char *const text[] = {"<script>x</script>",
                                       "\" onload=\"x",
                                       "</title></svg><img src=x>",
                                       "| [x](javascript:x) ` **b**",
                                       "<!-- x",
                                       "# h\n- i",
                                       "www.x.example"};
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(text); i++) {
        struct desk d, plain;
        desk_open(&plain, 1, 1);
        desk_write(&plain);
        desk_open(&d, 1, 1);
        d.page.service = d.page.build = text[i];
        plain.page.build = "x";
        item(&d, 0)->title = item(&d, 0)->check = text[i];
        incident(&d, 0)->id = incident(&d, 0)->title = text[i];
        incident(&d, 0)->service = incident(&d, 0)->checks = text[i];
        desk_write(&plain);
        desk_write(&d);
        assert_int_equal(count_of(d.html, "<"), count_of(plain.html, "<"));
        assert_int_equal(count_of(d.html, "\""), count_of(plain.html, "\""));
        if (strpbrk(text[i], "<>\"") != NULL)
            assert_int_equal(count_of(d.html, text[i]), 0);
        arena_release(&d.a);
        arena_release(&plain.a);
    }
}

/* The largest page of texts that grow when they are written. */
static void the_worst_page_fits(void **state)
{
    static const char *const unit[] = {"`", "|", "'"};
    (void)state;
    for (size_t u = 0; u < ARRAY_COUNT(unit); u++) {
        struct desk d;
        desk_open(&d, STATUS_SERVICES_MAX, STATUS_INCIDENTS_MAX);
        char *name = test_repeat(&d.a, unit[u], VIEW_TEXT_MAX);
        d.page.service = d.page.build = name;
        for (size_t i = 0; i < STATUS_SERVICES_MAX; i++) {
            item(&d, i)->title = item(&d, i)->check = name;
            item(&d, i)->status = STATUS_FAIL;
            item(&d, i)->failing_since_ms = NOW;
            item(&d, i)->flapping = true;
            for (size_t k = 0; k < STATUS_DAYS; k++)
                item(&d, i)->day[k] = (struct day){.rounds = 86400000,
                                                   .failed = 43200000,
                                                   .degraded = 43200000};
        }
        for (size_t i = 0; i < STATUS_INCIDENTS_MAX; i++) {
            struct incident_row *r = incident(&d, i);
            r->id = r->title = r->service = name;
            r->checks =
                arena_printf(&d.a, "%s\n%s\n%s\n%s", name, name, name, name);
            r->document =
                test_repeat(&d.a, unit[u], VIEW_PATH_MAX / strlen(unit[u]));
        }
        desk_write(&d);
        assert_int_equal(count_of(d.html, "<article "), STATUS_SERVICES_MAX);
        arena_release(&d.a);
    }
}

static void the_same_input_gives_the_same_bytes(void **state)
{
    struct desk d;
    (void)state;
    desk_open(&d, 3, 3);
    desk_write(&d);
    struct str markdown = d.markdown, html = d.html;
    desk_write(&d);
    assert_true(str_equal(markdown, d.markdown));
    assert_true(str_equal(html, d.html));
    arena_release(&d.a);
}

static void nothing_at_all_is_a_page(void **state)
{
    struct desk d;
    (void)state;
    desk_open(&d, 0, 0);
    d.page.service = NULL;
    d.page.now_ms = 0;
    d.page.production = d.page.deployment = -1;
    both_say(&d, "No service is watched.");
    both_say(&d, "never");
    both_say(&d, "n = 0 in 90 days");
    assert_int_equal(count_of(d.markdown, "None."), 3);
    assert_int_equal(count_of(d.html, "<p>None.</p>"), 3);
    assert_int_equal(count_of(d.html, "<td>unknown</td>"), FIGURES);
    arena_release(&d.a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_become_services),
        cmocka_unit_test(checks_are_found_in_any_order),
        cmocka_unit_test(the_last_day_is_that_of_the_last_round),
        cmocka_unit_test(no_data_is_not_good),
        cmocka_unit_test(numbers_that_cannot_be_are_bounded),
        cmocka_unit_test(uptime_is_never_rounded_up),
        cmocka_unit_test(latencies_have_their_range_in_words),
        cmocka_unit_test(the_summary_comes_first),
        cmocka_unit_test(a_late_watcher_is_warned_of),
        cmocka_unit_test(incidents_are_open_or_past),
        cmocka_unit_test(links_lead_to_files_beside_the_page),
        cmocka_unit_test(documents_are_linked),
        cmocka_unit_test(a_link_to_elsewhere_is_not_proved),
        cmocka_unit_test(services_are_shown_up_to_a_limit),
        cmocka_unit_test(incidents_are_shown_up_to_a_limit),
        cmocka_unit_test(texts_are_shortened),
        cmocka_unit_test(foreign_texts_do_not_act),
        cmocka_unit_test(the_worst_page_fits),
        cmocka_unit_test(the_same_input_gives_the_same_bytes),
        cmocka_unit_test(nothing_at_all_is_a_page),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
