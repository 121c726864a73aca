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
        {"{\"title\":null,\"good\":true,\"leaves\":[{\"name\":null,\"count\":"
         "1},{\"name\":null,\"count\":\"1\"}]}",
         "$.leaves[1].count: expected a number within 2^53, found a string"},
        {"{\"title\":null,\"good\":true,\"leaves\":[{\"nam\":null}]}",
         "$.leaves[0].name: missing"},
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

/* A later program of the same version may have written them. */
static void unknown_members_are_ignored(void **state)
{
    struct arena a;
    struct tree t;
    struct err e;
    (void)state;
    arena_init(&a);
    if (!read(&t, &a,
              "{\"new\":{\"a\":[1]},\"title\":\"t\",\"good\":true,"
              "\"leaves\":[{\"x\":null,\"name\":\"n\",\"count\":2}],"
              "\"later\":[]}",
              &e))
        fail_msg("%s", e.text);
    assert_string_equal(t.title, "t");
    assert_int_equal(t.leaf_count, 1);
    assert_string_equal(t.leaf[0].name, "n");
    arena_release(&a);
}

/* ---- versions */

/* Version 1 called the title a name. */
static bool name_to_title(cJSON *root, struct err *e)
{
    cJSON *name = cJSON_DetachItemFromObject(root, "name");
    if (name == NULL)
        return err_set(e, POS_NONE, "$.name: missing");
    return cJSON_AddItemToObject(root, "title", name) ||
           err_set(e, POS_NONE, "out of memory");
}

/* Version 2 had no leaves. */
static bool add_leaves(cJSON *root, struct err *e)
{
    return cJSON_AddArrayToObject(root, "leaves") != NULL ||
           err_set(e, POS_NONE, "out of memory");
}

static shape_upgrade *const upgrades[] = {name_to_title, add_leaves};
static const struct shape_format third = {"postflight/tree/3", upgrades};
static const struct shape_format first = {"postflight/tree/1", NULL};

static const char *read_version(struct tree *out, struct arena *a,
                                const struct shape_format *format,
                                const char *text)
{
    struct err e = {.set = false};
    if (shape_read(out, a, &tree_shape, format, test_source(a, "t.json", text),
                   &e))
        return "";
    return str_dup(a, str_from(e.text));
}

static void older_versions_are_upgraded(void **state)
{
    static const char *const text[] = {
        "{\"schema\":\"postflight/tree/1\",\"name\":\"t\",\"good\":true}",
        "{\"schema\":\"postflight/tree/2\",\"title\":\"t\",\"good\":true}",
        ("{\"schema\":\"postflight/tree/3\",\"title\":\"t\",\"good\":true,"
         "\"leaves\":[]}")};
    struct arena a;
    (void)state;
    arena_init(&a);
    for (size_t i = 0; i < ARRAY_COUNT(text); i++) {
        struct tree t;
        assert_string_equal(read_version(&t, &a, &third, text[i]), "");
        assert_string_equal(t.title, "t");
        assert_int_equal(t.leaf_count, 0);
    }
    struct tree t;
    assert_string_equal(
        read_version(&t, &a, &third,
                     "{\"schema\":\"postflight/tree/1\",\"good\":true}"),
        "$.name: missing");
    arena_release(&a);
}

static void other_versions_are_refused(void **state)
{
    static const struct {
        const struct shape_format *format;
        const char *schema, *want;
    } bad[] = {
        {&first, "\"postflight/tree/2\"",
         "the schema is 'postflight/tree/2', but this postflight reads version "
         "1; install a newer postflight"},
        {&third, "\"postflight/tree/4\"",
         "the schema is 'postflight/tree/4', but this postflight reads "
         "versions "
         "1 to 3; install a newer postflight"},
        {&third, "\"postflight/leaf/3\"",
         "the schema is 'postflight/leaf/3', expected 'postflight/tree/3'"},
        {&third, "\"postflight/tree/0\"", "expected 'postflight/tree/3'"},
        {&third, "\"postflight/tree/03\"", "expected 'postflight/tree/3'"},
        {&third, "\"postflight/tree/\"", "expected 'postflight/tree/3'"},
        {&third, "\"postflight/tree/2147483647\"", "reads versions 1 to 3"},
        {&third, "\"postflight/tree/2147483648\"",
         "expected 'postflight/tree/3'"},
        {&third, "\"3\"", "the schema is '3', expected"},
        {&third, "3", "it has no 'schema', expected 'postflight/tree/3'"},
    };
    struct arena a;
    (void)state;
    arena_init(&a);
    for (size_t i = 0; i < ARRAY_COUNT(bad); i++) {
        struct tree t;
        const char *error = read_version(
            &t, &a, bad[i].format,
            arena_printf(&a,
                         "{\"schema\":%s,\"title\":\"t\",\"good\":true,"
                         "\"leaves\":[]}",
                         bad[i].schema));
        if (strstr(error, bad[i].want) == NULL)
            fail_msg("'%s' is not in '%s'", bad[i].want, error);
    }
    arena_release(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(members_stand_in_any_order),
        cmocka_unit_test(errors_tell_their_path),
        cmocka_unit_test(unknown_members_are_ignored),
        cmocka_unit_test(older_versions_are_upgraded),
        cmocka_unit_test(other_versions_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
