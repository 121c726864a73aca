/*
 * The limits of LIMITS.md that bytes of others reach in a language: each at
 * the last size that passes, one before it, and one after.
 */
#include "base/json.h"
#include "base/yaml.h"
#include "language/jsonpath.h"
#include "language/jsonschema.h"
#include "language/mustache.h"
#include "language/regex.h"
#include "language/xpath.h"
#include "tests/unit/testing.h"

/* A list of `count` zeros. */
static cJSON *list_of(struct arena *a, size_t count)
{
    struct err e = {.set = false};
    cJSON *list = NULL;
    char *text = test_repeat(a, "0,", count);
    text = arena_printf(a, "[%.*s]", (int)(2 * count) - 1, text);
    assert_true(json_parse(&list, test_source(a, "list", text), &e));
    return list;
}

static bool selects(struct arena *a, const char *path, const cJSON *root)
{
    struct jsonpath *p;
    struct jsonpath_error e;
    struct jsonpath_nodes found = {NULL, 0, 0};
    assert_true(jsonpath_compile(&p, a, str_from(path), &e));
    return jsonpath_select(&found, a, p, root);
}

/* A result of as many nodes as there are items. */
static bool path_nodes(struct arena *a, size_t size)
{
    cJSON *list = list_of(a, size);
    bool ok = selects(a, "$[*]", list);
    cJSON_Delete(list);
    return ok;
}

/*
 * The root, 99 filters that visit each item and read it, all items once, and
 * as many more of them as are left.
 */
static bool path_work(struct arena *a, size_t size)
{
    size_t items = 25000;
    size_t more = size - 1 - 99 * 2 * items - items;
    const char *again = test_repeat(a, "?@.a,", 99);
    cJSON *list = list_of(a, items);
    bool ok = selects(a, arena_printf(a, "$[%s*,:%zu]", again, more), list);
    cJSON_Delete(list);
    return ok;
}

static bool validates(struct arena *a, const char *schema, const cJSON *value)
{
    struct jsonschema *s = NULL;
    struct diags d;
    const char *why = NULL;
    diags_init(&d, a);
    if (!jsonschema_open(&s, test_source(a, "s.json", schema), &d))
        fail_msg("%s", d.item[0].text);
    enum jsonschema_answer answer = jsonschema_validate(s, a, value, &why);
    jsonschema_close(s);
    assert_true(answer != JSONSCHEMA_INVALID);
    return answer == JSONSCHEMA_VALID;
}

/*
 * All of it, 99 times the list with each of its items, and as many schemas
 * more as are left.
 */
static bool schema_work(struct arena *a, size_t size)
{
    size_t items = 10090;
    size_t more = size - 1 - 99 * (1 + items);
    cJSON *list = list_of(a, items);
    bool ok = validates(a,
                        arena_printf(a, "{\"allOf\": [%s%s{}]}",
                                     test_repeat(a, "{\"items\": {}},", 99),
                                     test_repeat(a, "{},", more - 1)),
                        list);
    cJSON_Delete(list);
    return ok;
}

static bool schema_depth(struct arena *a, size_t size)
{
    cJSON *one = list_of(a, 1);
    struct buf text;
    buf_init(&text, 100000);
    buf_text(&text, "{\"$ref\": \"#/$defs/d2\", \"$defs\": {");
    for (size_t i = 2; i < size; i++)
        buf_printf(&text, "\"d%zu\": {\"$ref\": \"#/$defs/d%zu\"}, ", i, i + 1);
    buf_printf(&text, "\"d%zu\": {}}}", size);
    bool ok = validates(a, text.ptr, one);
    buf_release(&text);
    cJSON_Delete(one);
    return ok;
}

/* The list and its items; with an alias, this and what it expands to. */
static bool reads_yaml(struct arena *a, const char *text)
{
    const struct yaml_node *node = NULL;
    struct diags d;
    diags_init(&d, a);
    bool ok = yaml_parse(&node, a, test_source(a, "y.yaml", text), &d);
    assert_true(ok || strstr(d.item[0].text, "more than 100000 nodes") != NULL);
    return ok;
}

static bool yaml_nodes(struct arena *a, size_t size)
{
    return reads_yaml(a,
                      arena_printf(a, "[%s]", test_repeat(a, "x,", size - 1)));
}

/* [x…] weighs 1000, and so does each alias with what it expands to. */
static bool yaml_aliases(struct arena *a, size_t size)
{
    size_t more = size - 1000 - 98000 - 1;
    return reads_yaml(a, arena_printf(a, "[&a [%s],%s%s]",
                                      test_repeat(a, "x,", 998),
                                      test_repeat(a, "*a,", 98),
                                      test_repeat(a, "x,", more + 1)));
}

static bool template_bytes(struct arena *a, size_t size)
{
    struct mustache *t = NULL;
    struct err e = {.set = false};
    return mustache_parse(&t, a, test_source(a, "t", test_repeat(a, "x", size)),
                          &e);
}

static bool xpath_nodes(struct arena *a, size_t size)
{
    const char *body =
        arena_printf(a, "<a>%s</a>", test_repeat(a, "<b/>", size));
    struct xpath_found found =
        xpath_select(a, STR("//b"), str_from(body), false);
    return found.kind != XPATH_IS_TOO_MUCH;
}

static const struct limit {
    const char *name;
    size_t most;
    bool (*passes)(struct arena *a, size_t size);
} limit[] = {
    {"nodes of a JSONPath", JSONPATH_NODES_MAX, path_nodes},
    {"work of a JSONPath", JSONPATH_WORK_MAX, path_work},
    {"work of a JSON Schema", JSONSCHEMA_WORK_MAX, schema_work},
    {"references of a JSON Schema", JSONSCHEMA_DEPTH_MAX, schema_depth},
    {"nodes of YAML", YAML_NODES_MAX, yaml_nodes},
    {"aliases of YAML", YAML_NODES_MAX, yaml_aliases},
    {"bytes of a template", MUSTACHE_BYTES_MAX, template_bytes},
    {"nodes of an XPath", 10000, xpath_nodes},
};

static void limits_are_exact(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(limit); i++) {
        const struct limit *l = &limit[i];
        if (l->passes == xpath_nodes && xpath_problem(STR("//b")) != NULL)
            continue;
        for (size_t size = l->most - 1; size <= l->most + 1; size++) {
            struct arena a;
            arena_init(&a);
            if (l->passes(&a, size) != (size <= l->most))
                fail_msg("%s: %zu of %zu", l->name, size, l->most);
            arena_release(&a);
        }
    }
}

/* Backtracks once for each character that it takes back. */
static bool regex_steps(struct arena *a, size_t size)
{
    struct regex *re = NULL;
    struct regex_error e;
    assert_true(regex_open(&re, STR("^(?:a|b)*c"), STR_NONE, &e));
    char *text = test_repeat(a, "a", size);
    enum regex_answer answer = regex_match(re, (struct str){text, size});
    regex_close(re);
    assert_true(answer != REGEX_YES);
    return answer == REGEX_NO;
}

#define FIVE " 1 = 2 or 1 = 2 or 1 = 2 or 1 = 2 or 1 = 2 or "
#define MANY FIVE FIVE FIVE FIVE

static bool xpath_work(struct arena *a, size_t size)
{
    const char *body =
        arena_printf(a, "<a>%s</a>", test_repeat(a, "<b/>", size));
    struct xpath_found found =
        xpath_select(a, STR("count(//b[" MANY MANY MANY MANY " . = 'x'])"),
                     str_from(body), false);
    return found.kind != XPATH_IS_TOO_MUCH;
}

/*
 * What a library counts in steps of its own has a last size that passes: all
 * that is smaller does, and nothing that is larger.
 */
static void counts_of_libraries_have_an_end(void **state)
{
    static const struct counted {
        struct limit limit; /* most: that could pass, a step each */
        size_t least;
    } counted[] = {
        {{"steps of a regex", REGEX_MATCH_LIMIT * 10, regex_steps},
         REGEX_MATCH_LIMIT / 10},
        {{"work of an XPath", 10000, xpath_work}, 100},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(counted); i++) {
        const struct limit *l = &counted[i].limit;
        size_t low = counted[i].least, high = l->most;
        if (l->passes == xpath_work && xpath_problem(STR("//b")) != NULL)
            continue;
        while (high - low > 1) {
            struct arena a;
            size_t middle = low + (high - low) / 2;
            arena_init(&a);
            if (l->passes(&a, middle))
                low = middle;
            else
                high = middle;
            arena_release(&a);
        }
        if (low == counted[i].least || high == l->most)
            fail_msg("%s: %zu pass", l->name, low);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(limits_are_exact),
        cmocka_unit_test(counts_of_libraries_have_an_end),
    };
    return cmocka_run_group_tests_name("limits", tests, NULL, NULL);
}
