/* Records of every published version can be read, and read again. */
#include "base/file.h"
#include "model/record.h"
#include "report/report.h"
#include "tests/unit/history_world.h"

static struct source published(struct arena *a, int version)
{
    struct source source;
    struct err e = {.set = false};
    if (!file_read(&source, a,
                   arena_printf(a,
                                SOURCE_ROOT "/tests/data/records/"
                                            "record-%d.json",
                                version),
                   (size_t)1 << 20, &e))
        fail_msg("%s", e.text);
    return source;
}

static void need_record(struct record *out, struct arena *a,
                        const struct source *source)
{
    struct err e = {.set = false};
    if (!report_read_record(out, a, source, &e))
        fail_msg("%s: %s", source->name, e.text);
}

/* A record of today is written as it was read: no member gets lost. */
static void the_current_version_is_written_as_read(void **state)
{
    struct arena a;
    struct record r;
    struct buf text;
    (void)state;
    arena_init(&a);
    struct source source = published(&a, 1);
    need_record(&r, &a, &source);
    assert_string_equal(r.schema, RECORD_SCHEMA);
    buf_init(&text, (size_t)1 << 20);
    report_write_record(&text, &r);
    assert_int_equal(text.len, source.text.len);
    assert_memory_equal(text.ptr, source.text.ptr, text.len);
    buf_release(&text);
    arena_release(&a);
}

static void members_of_later_programs_are_ignored(void **state)
{
    struct arena a;
    struct record r;
    (void)state;
    arena_init(&a);
    struct source source = published(&a, 1);
    struct str inside = str_sub(source.text, 1, source.text.len);
    source.text = str_from(
        arena_printf(&a, "{\"later\": {\"x\": [1]},%.*s", STR_ARGS(inside)));
    need_record(&r, &a, &source);
    assert_int_equal(r.result_count, 1);
    arena_release(&a);
}

static void a_newer_version_is_named(void **state)
{
    struct arena a;
    struct record r;
    struct err e = {.set = false};
    (void)state;
    arena_init(&a);
    const struct source *source =
        test_source(&a, "r.json", "{\"schema\": \"postflight/record/2\"}");
    assert_false(report_read_record(&r, &a, source, &e));
    assert_string_equal(e.text, "the schema is 'postflight/record/2', but this "
                                "postflight reads version 1; install a newer "
                                "postflight");
    arena_release(&a);
}

/* The history keeps records as they were written, for months. */
static void a_record_in_the_history_is_read(void **state)
{
    struct world w;
    struct record r;
    struct run_row run = {.started_ms = T0, .finished_ms = T0 + 1};
    struct str got;
    (void)state;
    world_begin(&w);
    struct source source = published(&w.arena, 1);
    GOOD(&w, history_add_run(w.history, &run, NULL, 0, &source.text, &w.err));
    world_close(&w);
    world_open(&w);
    GOOD(&w, history_record(w.history, &w.arena, run.id, &got, &w.err));
    source.text = got;
    need_record(&r, &w.arena, &source);
    assert_int_equal(r.result_count, 1);
    world_end(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_current_version_is_written_as_read),
        cmocka_unit_test(members_of_later_programs_are_ignored),
        cmocka_unit_test(a_newer_version_is_named),
        cmocka_unit_test(a_record_in_the_history_is_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
