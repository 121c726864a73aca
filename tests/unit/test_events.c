/* Exports of chats, alerts and deploys: evidence/events.h. */
#include <stdio.h>

#include "evidence/events.h"
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

#define T1 INT64_C(1760979600000) /* 2025-10-20T17:00:00Z */

static const struct {
    const char *json;
    size_t count;
    int64_t time_ms;
    const char *text, *source; /* of the last event */
} good[] = {
    {"[{\"ts\":\"1760979600.5\",\"text\":\"a &lt;b&gt;\",\"user\":\"U1\"}]", 1,
     T1 + 500, "a <b>", "U1"},
    {"{\"messages\":[{\"ts\":\"1760979600\",\"text\":\"x\","
     "\"user_profile\":{\"real_name\":\"Anna\"}}]}",
     1, T1, "x", "Anna"},
    {"{\"alerts\":[{\"startsAt\":\"2025-10-20T17:00:00Z\",\"endsAt\":"
     "\"0001-01-01T00:00:00Z\",\"labels\":{\"alertname\":\"Down\"}}]}",
     1, T1, "firing: Down", "alert"},
    {"[{\"startsAt\":\"2025-10-20T16:00:00Z\",\"endsAt\":"
     "\"2025-10-20T17:00:00Z\",\"annotations\":{\"summary\":\"API\"}}]",
     2, T1, "resolved: API", "alert"},
    {"[{\"time\":1760979600000,\"text\":\"deploy\"}]", 1, T1, "deploy",
     "Grafana"},
    {"{\"log_entries\":[{\"type\":\"acknowledge_log_entry\",\"created_at\":"
     "\"2025-10-20T17:00:00Z\",\"agent\":{\"summary\":\"Ben\"}}]}",
     1, T1, "acknowledged", "Ben"},
    {"{\"event\":{\"event_type\":\"incident.triggered\",\"occurred_at\":"
     "\"2025-10-20T19:00:00+02:00\",\"data\":{\"title\":\"API\"}}}",
     1, T1, "paged: API", "PagerDuty"},
    {"[{\"created_at\":\"2025-10-20T17:00:00Z\",\"state\":\"failure\","
     "\"environment\":\"prod\",\"creator\":{\"login\":\"ci\"}}]",
     1, T1, "failure: prod", "ci"},
    {"{\"events\":[{\"time\":\"2025-10-20T17:00:00Z\",\"text\":\"y\","
     "\"source\":\"editor\"}]}",
     1, T1, "y", "editor"},
};

static const char *const bad[] = {
    "",
    "x",
    "{}",
    "null",
    "[{\"a\":1}]",
    "[{\"ts\":\"abc\",\"text\":\"x\"}]",
    "[{\"ts\":\"1e9\",\"text\":\"x\"}]",
    "[{\"time\":\"2025-10-20T17:00:00\",\"text\":\"no zone\"}]",
    "[{\"time\":\"2025-10-20T17:00:00Z\",\"text\":\"y\"},{\"text\":\"z\"}]",
    "[{\"time\":9999999999999999,\"text\":\"y\"}]",
};

static bool read(struct event_list *out, const char *json, struct err *e)
{
    *out = (struct event_list){.item = NULL};
    *e = (struct err){.set = false};
    return event_export_read(out, &arena,
                             test_source(&arena, "events.json", json), e);
}

static void formats_are_read(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        struct event_list all;
        struct err e;
        if (!read(&all, good[i].json, &e)) {
            printf("# format %zu: %s\n", i, e.text);
            fail();
        }
        assert_int_equal(all.count, good[i].count);
        const struct fact_event *last = &all.item[all.count - 1];
        assert_int_equal(last->time_ms, good[i].time_ms);
        assert_string_equal(last->text, good[i].text);
        assert_string_equal(last->source, good[i].source);
    }
}

static void what_is_none_is_an_error(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct event_list all;
        struct err e;
        if (read(&all, bad[i], &e))
            printf("# accepted: %s\n", bad[i]);
        assert_true(e.set);
    }
}

static void a_page_is_noted(void **state)
{
    struct event_list all;
    struct err e;
    (void)state;
    assert_true(read(&all, good[5].json, &e));
    assert_int_equal(all.acknowledged_ms, T1);
    assert_int_equal(all.paged_ms, 0);
    assert_true(read(&all, good[6].json, &e));
    assert_int_equal(all.paged_ms, T1);
}

static void the_limit_holds(void **state)
{
    static const char one[] = "{\"time\":\"2025-10-20T17:00:00Z\","
                              "\"text\":\"y\"}";
    (void)state;
    for (size_t n = EVENTS_MAX - 1; n <= EVENTS_MAX + 1; n++) {
        struct event_list all;
        struct err e;
        struct buf json;
        buf_init(&json, (size_t)1 << 20);
        buf_char(&json, '[');
        for (size_t i = 0; i < n; i++)
            buf_printf(&json, "%s%s", i == 0 ? "" : ",", one);
        buf_char(&json, ']');
        assert_int_equal(read(&all, buf_take(&arena, &json), &e),
                         n <= EVENTS_MAX);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(formats_are_read),
        cmocka_unit_test(what_is_none_is_an_error),
        cmocka_unit_test(a_page_is_noted),
        cmocka_unit_test(the_limit_holds),
    };
    return cmocka_run_group_tests(tests, open_all, close_all);
}
