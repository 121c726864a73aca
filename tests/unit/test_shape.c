/* Reading back what a shape wrote: any order, and errors with their path. */
#include "base/shape_rows.h"
#include "tests/unit/testing.h"

struct leaf {
    const char *name;
    int64_t count;
};

struct tree {
    const char *title;
    bool good;
    struct leaf *leaf;
    size_t leaf_count;
};

#define STRUCT leaf
static const struct shape_field leaf_shape_rows[] = {
    FIELD("name", SHAPE_TEXT, name, "of it"),
    FIELD("count", SHAPE_INT, count, "of them"),
};
static SHAPE_OF(leaf_shape, "leaf");
#undef STRUCT

#define STRUCT tree
static const struct shape_field tree_shape_rows[] = {
    FIELD("title", SHAPE_TEXT, title, "of it"),
    FIELD("good", SHAPE_BOOL, good, "or not"),
    LIST("leaves", leaf, &leaf_shape, "on it"),
};
static SHAPE_OF(tree_shape, "tree");
#undef STRUCT

static bool read(struct tree *out, struct arena *a, const char *text,
                 struct err *e)
{
    *e = (struct err){.set = false};
    return shape_read(out, a, &tree_shape, NULL, test_source(a, "t.json", text),
                      e);
}

static void members_stand_in_any_order(void **state)
{
    static const char *const text[] = {
        "{\"title\":\"t\",\"good\":true,\"leaves\":[{\"name\":\"n\",\"count\":"
        "2}]}",
        "{\"leaves\":[{\"count\":2,\"name\":\"n\"}],\"good\":true,\"title\":"
        "\"t\"}",
        "{\"good\":true,\"title\":\"t\",\"leaves\":[{\"name\":\"n\",\"count\":"
        "2}]}",
    };
    struct arena a;
    (void)state;
    arena_init(&a);
    for (size_t i = 0; i < ARRAY_COUNT(text); i++) {
        struct tree t;
        struct err e;
        if (!read(&t, &a, text[i], &e))
            fail_msg("%s", e.text);
        assert_string_equal(t.title, "t");
        assert_true(t.good);
        assert_int_equal(t.leaf_count, 1);
        assert_string_equal(t.leaf[0].name, "n");
        assert_int_equal(t.leaf[0].count, 2);
    }
    arena_release(&a);
}

static void errors_tell_their_path(void **state)
{
    static const struct {
        const char *text, *want;
    } bad[] = {
        {"[]", "$: expected an object, found an array"},
        {"{}", "$.title: missing"},
        {"{\"title\":1,\"good\":true,\"leaves\":[]}",
         "$.title: expected a string or null, found a number"},
        {"{\"title\":null,\"good\":true}", "$.leaves: missing"},
        {"{\"title\":null,\"good\":true,\"leaves\":[],\"x\":1}",
         "$: unknown member 'x'"},
        {"{\"title\":null,\"good\":true,\"leaves\":[{\"name\":null,\"count\":"
         "1},{\"name\":null,\"count\":\"1\"}]}",
         "$.leaves[1].count: expected a number within 2^53, found a string"},
        {"{\"title\":null,\"good\":true,\"leaves\":[{\"nam\":null}]}",
         "$.leaves[0]: unknown member 'nam'"},
        {"{\"title\":null,\"good\":true,\"leaves\":[{\"name\":null}]}",
         "$.leaves[0].count: missing"},
    };
    struct arena a;
    (void)state;
    arena_init(&a);
    for (size_t i = 0; i < ARRAY_COUNT(bad); i++) {
        struct tree t;
        struct err e;
        assert_false(read(&t, &a, bad[i].text, &e));
        if (strstr(e.text, bad[i].want) == NULL)
            fail_msg("'%s' is not in '%s'", bad[i].want, e.text);
    }
    arena_release(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(members_stand_in_any_order),
        cmocka_unit_test(errors_tell_their_path),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
