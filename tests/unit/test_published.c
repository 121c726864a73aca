/*
 * What was published once can be read for ever: a file of each form that
 * programs read back is in tests/data/records, and every member of it counts.
 * Records and histories have their own tests (test_record_versions.c,
 * test_old_histories.c).
 */
#include "base/file.h"
#include "base/shape_yaml.h"
#include "base/yaml.h"
#include "compare/baseline/baseline.h"
#include "compare/prove/prove.h"
#include "evidence/evidence.h"
#include "model/answer.h"
#include "model/facts.h"
#include "tests/unit/testing.h"

#define PUBLISHED_MAX ((size_t)1 << 20)

static const struct source *published(struct arena *a, const char *name)
{
    struct source *source = arena_alloc(a, sizeof(*source));
    struct err e = {.set = false};
    const char *path =
        arena_printf(a, SOURCE_ROOT "/tests/data/records/%s", name);
    if (!file_read(source, a, path, PUBLISHED_MAX, &e))
        fail_msg("%s", e.text);
    return source;
}

/* No member got lost on the way in. */
static void need_same(const struct shape *shape, const void *document,
                      const struct source *source)
{
    struct buf text;
    buf_init(&text, PUBLISHED_MAX);
    shape_write(&text, shape, document);
    buf_text(&text, "\n");
    if (!str_equal(str_trim(buf_view(&text)), str_trim(source->text)))
        fail_msg("%s comes back as %s", source->name, text.ptr);
    buf_release(&text);
}

static void baselines_are_read(void **state)
{
    struct arena a;
    struct baseline b;
    struct err e = {.set = false};
    (void)state;
    arena_init(&a);
    const struct source *source = published(&a, "baseline-1.json");
    if (!baseline_read(&b, &a, source, &e))
        fail_msg("%s", e.text);
    need_same(&baseline_shape, &b, source);
    arena_release(&a);
}

static void recordings_are_read(void **state)
{
    struct arena a;
    struct recording r;
    struct err e = {.set = false};
    (void)state;
    arena_init(&a);
    const struct source *source = published(&a, "recording-1.json");
    if (!recording_read(&r, &a, source, &e))
        fail_msg("%s", e.text);
    need_same(&recording_shape, &r, source);
    arena_release(&a);
}

/* The server reads what its child answered; gates read what it passes on. */
static void answers_are_read(void **state)
{
    struct arena a;
    struct answer answer;
    struct err e = {.set = false};
    (void)state;
    arena_init(&a);
    const struct source *source = published(&a, "answer-1.json");
    if (!shape_read(&answer, &a, &answer_shape, &answer_format, source, &e))
        fail_msg("%s", e.text);
    need_same(&answer_shape, &answer, source);
    arena_release(&a);
}

static void facts_are_read(void **state)
{
    struct arena a;
    struct diags d;
    struct facts facts;
    const struct yaml_node *root = NULL;
    (void)state;
    arena_init(&a);
    diags_init(&d, &a);
    const struct source *source = published(&a, "facts.yaml");
    assert_true(yaml_parse(&root, &a, source, &d));
    assert_true(shape_read_yaml(&facts, &a, &facts_shape, root, &d));
    assert_int_equal(diags_errors(&d), 0);
    need_same(&facts_shape, &facts, source);
    arena_release(&a);
}

static void need_runs(struct arena *a, const char *name,
                      const struct deployment_run *want, size_t count)
{
    struct deploy_evidence got = {.run_count = 0};
    struct err e = {.set = false};
    const struct deployment_inputs in = {.json = published(a, name)};
    if (!evidence_deployments(&got, a, &in, &e))
        fail_msg("%s", e.text);
    assert_int_equal(got.run_count, count);
    for (size_t i = 0; i < count; i++) {
        const struct deployment_run *run = &got.run[i];
        assert_string_equal(run->id, want[i].id);
        assert_string_equal(run->workflow, want[i].workflow);
        assert_string_equal(run->trigger, want[i].trigger);
        assert_string_equal(run->target, want[i].target);
        assert_string_equal(run->status, want[i].status);
        assert_string_equal(run->commit, want[i].commit);
        assert_string_equal(run->url, want[i].url);
        assert_int_equal(run->start_ms, want[i].start_ms);
        assert_int_equal(run->end_ms, want[i].end_ms);
    }
    assert_int_equal(got.conflict_count, 1);
    assert_string_equal(got.conflict[0].first, want[0].id);
    assert_string_equal(got.conflict[0].second, want[1].id);
    assert_int_equal(got.conflict[0].start_ms, want[1].start_ms);
    assert_int_equal(got.conflict[0].overlap_ms,
                     want[0].end_ms - want[1].start_ms);
    assert_true(got.conflict[0].same_commit);
}

#define NOON     INT64_C(1763121600000) /* 2025-11-14T12:00:00Z */
#define AT(h, s) (NOON + ((h)*3600 + (s)) * INT64_C(1000))

static void lists_of_deployments_are_read(void **state)
{
    static const struct deployment_run own[] = {
        {"1201", "Deploy", "push", "web", "failure", "4fd68480",
         "https://ci.example.org/1201", AT(3, 18 * 60 + 29), AT(3, 27 * 60)},
        {"1202", "Deploy by hand", "workflow_dispatch", "web", "success",
         "4fd68480", "https://ci.example.org/1202", AT(3, 20 * 60) + 250,
         AT(3, 32 * 60)},
    };
    static const struct deployment_run gh[] = {
        {"19362817452", "Deploy", "push", "Deploy", "failure",
         "4fd684807b0a0d6c3c0bb7e2f7a54c1a5a5d0f0c",
         "https://github.com/o/r/actions/runs/19362817452", AT(3, 18 * 60 + 29),
         AT(3, 27 * 60)},
        {"19362817460", "Deploy", "workflow_dispatch", "Deploy", "in_progress",
         "4fd684807b0a0d6c3c0bb7e2f7a54c1a5a5d0f0c",
         "https://github.com/o/r/actions/runs/19362817460", AT(3, 20 * 60), 0},
    };
    struct arena a;
    (void)state;
    arena_init(&a);
    need_runs(&a, "deployments-1.json", own, ARRAY_COUNT(own));
    need_runs(&a, "deployments-gh.json", gh, ARRAY_COUNT(gh));
    arena_release(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(baselines_are_read),
        cmocka_unit_test(recordings_are_read),
        cmocka_unit_test(answers_are_read),
        cmocka_unit_test(facts_are_read),
        cmocka_unit_test(lists_of_deployments_are_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
