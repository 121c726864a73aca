/* Hunks of a patch, and workflows: what git prints and people commit. */
#include "evidence/evidence.h"
#include "tests/unit/testing.h"

#define OLD "1111111111111111111111111111111111111111"
#define NEW "2222222222222222222222222222222222222222"

static struct hunks parse(struct arena *a, const char *text, const char *file)
{
    struct change change = {.status = 'M',
                            .old = STR("a b.sql"),
                            .path = STR("a b.sql"),
                            .old_blob = STR(OLD),
                            .blob = STR(NEW)};
    struct changes files = {&change, 1, 1};
    struct hunks out = {.count = 0};
    parse_patch(&out, a, str_from(text), &files, file);
    return out;
}

#define HEAD "diff --git a/a b.sql b/a b.sql\nindex " OLD ".." NEW " 100644\n"

static void lines_before_and_after(void **state)
{
    struct arena a;
    (void)state;
    arena_init(&a);
    struct hunks h = parse(&a,
                           HEAD "--- a/a b.sql\n+++ b/a b.sql\n"
                                "@@ -3,3 +3,3 @@ x\n one\n--- two\n+++ 2\n"
                                " three\n@@ -9 +9,0 @@\n-gone\n"
                                "\\ No newline at end of file\n",
                           NULL);
    assert_int_equal(h.count, 2);
    assert_string_equal(h.item[0].file, "a b.sql");
    assert_int_equal(h.item[0].line, 3);
    assert_int_equal(h.item[0].count, 3);
    assert_string_equal(h.item[0].before, "one\n-- two\nthree");
    assert_string_equal(h.item[0].after, "one\n++ 2\nthree");
    assert_int_equal(h.item[1].line, 9);
    assert_string_equal(h.item[1].before, "gone");
    assert_null(h.item[1].after);
    arena_release(&a);
}

/* A line of a file that looks like a head; other files; what is cut off. */
static void hostile_patches(void **state)
{
    static const struct {
        const char *text, *file;
        size_t count;
    } rows[] = {
        {HEAD "@@ -1,2 +1 @@\n-diff --git a/x b/x\n-@@ -1 +1 @@\n+x\n", NULL,
         1},
        {HEAD "@@ -1 +1 @@\n-a\n+b\n", "other.sql", 0},
        {HEAD "@@ -1 +1 @@\n-a\n+b\n", "a b.sql", 1},
        {"diff --git a/x b/x\nindex " NEW ".." OLD "\n@@ -1 +1 @@\n-a\n+b\n",
         NULL, 0},
        {HEAD "@@ -1,9 +1,9 @@\n-a\n", NULL, 1},
        {HEAD "@@ -99999999999 +1 @@\n-a\n", NULL, 0},
        {HEAD "@@ -x +1 @@\n-a\n", NULL, 0},
        {"@@ -1 +1 @@\n-a\n+b\n", NULL, 0},
        {"", NULL, 0},
    };
    struct arena a;
    (void)state;
    arena_init(&a);
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++)
        assert_int_equal(parse(&a, rows[i].text, rows[i].file).count,
                         rows[i].count);
    struct hunks h = parse(&a, HEAD "@@ -1 +1 @@\n-a\x1b[2J\n+b\n", NULL);
    assert_null(strchr(h.item[0].before, '\x1b'));
    arena_release(&a);
}

static void hunks_at_their_limits(void **state)
{
    struct arena a;
    (void)state;
    arena_init(&a);
    for (size_t n = HUNKS_MAX - 1; n <= HUNKS_MAX + 1; n++) {
        struct buf text;
        buf_init(&text, 100000);
        buf_text(&text, HEAD);
        for (size_t i = 0; i < n; i++)
            buf_text(&text, "@@ -1 +1 @@\n-a\n+b\n");
        struct hunks h = parse(&a, text.ptr, NULL);
        assert_int_equal(h.count, n > HUNKS_MAX ? HUNKS_MAX : n);
        assert_int_equal(h.more, n > HUNKS_MAX);
        buf_clear(&text);
        size_t lines = n - HUNKS_MAX + HUNK_LINES_MAX;
        buf_printf(&text, HEAD "@@ -1,%zu +0,0 @@\n", lines);
        for (size_t i = 0; i < lines; i++)
            buf_text(&text, "-a\n");
        h = parse(&a, text.ptr, NULL);
        assert_int_equal(strstr(h.item[0].before, "... 1 more") != NULL,
                         n > HUNKS_MAX);
        buf_release(&text);
    }
    arena_release(&a);
}

static bool read(struct workflow *out, struct arena *a, const char *text)
{
    struct source source = {"w.yml", str_from(text)};
    struct diags d;
    diags_init(&d, a);
    return workflow_read(out, a, &source, &d);
}

static void workflows_of_three_hosts(void **state)
{
    struct workflow w;
    struct arena a;
    (void)state;
    arena_init(&a);
    assert_true(read(&w, &a,
                     "name: Deploy\non:\n  push: { branches: [main, next] }\n"
                     "  workflow_dispatch:\njobs:\n  go:\n    environment: "
                     "{ name: prod }\n    steps:\n    - uses: a/b@v4\n"
                     "    - { name: Migrate, run: npx prisma }\n"
                     "    - run: |\n\n        ./ship\n        echo\n"));
    assert_string_equal(w.name, "Deploy");
    assert_string_equal(w.trigger, "push to main or next, workflow_dispatch");
    assert_string_equal(w.target, "prod");
    assert_int_equal(w.step_count, 3);
    assert_string_equal(w.step[0], "a/b@v4");
    assert_string_equal(w.step[1], "Migrate");
    assert_string_equal(w.step[2], "./ship");
    assert_true(read(&w, &a,
                     "ship:\n  script: [make, make ship]\n"
                     "  environment: prod\n"));
    assert_int_equal(w.step_count, 2);
    assert_string_equal(w.target, "prod");
    assert_null(w.name);
    assert_true(read(&w, &a,
                     "trigger: [main]\nstages:\n- jobs:\n  - steps:\n"
                     "    - { script: x, displayName: Ship }\n"));
    assert_string_equal(w.trigger, "main");
    assert_string_equal(w.step[0], "Ship");
    assert_true(read(&w, &a, "on: push\nsteps: text\n"));
    assert_string_equal(w.step[0], "text");
    assert_true(read(&w, &a, "on: { push: [a] }\njobs: [1, { steps: [[x]] }]"));
    assert_int_equal(w.step_count, 0);
    assert_false(read(&w, &a, "- a\n"));
    assert_false(read(&w, &a, "a: [\n"));
    arena_release(&a);
}

static void workflows_at_their_limits(void **state)
{
    struct workflow w;
    struct arena a;
    (void)state;
    arena_init(&a);
    for (int n = WORKFLOW_STEPS_MAX - 1; n <= WORKFLOW_STEPS_MAX + 1; n++) {
        struct buf text;
        buf_init(&text, 100000);
        buf_text(&text, "steps:\n");
        for (int i = 0; i < n; i++)
            buf_text(&text, "- run: x\n");
        assert_true(read(&w, &a, text.ptr));
        assert_int_equal(w.more, n > WORKFLOW_STEPS_MAX);
        buf_release(&text);
    }
    for (size_t n = WORKFLOW_BYTES_MAX - 1; n <= WORKFLOW_BYTES_MAX + 1; n++) {
        char *text = arena_alloc(&a, n + 1);
        memset(text, '#', n);
        text[n] = '\0';
        memcpy(text, "a: 1\n", 5);
        assert_int_equal(read(&w, &a, text), n <= WORKFLOW_BYTES_MAX);
    }
    arena_release(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_before_and_after),
        cmocka_unit_test(hostile_patches),
        cmocka_unit_test(hunks_at_their_limits),
        cmocka_unit_test(workflows_of_three_hosts),
        cmocka_unit_test(workflows_at_their_limits),
    };
    return cmocka_run_group_tests_name("hunks", tests, NULL, NULL);
}
