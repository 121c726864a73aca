/* How a block reads, and what people added to it: report/units.h. */
#include <stdio.h>

#include "report/carry.h"
#include "report/units.h"
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

static const char *hash_of(const char *body)
{
    struct units all;
    struct buf hash;
    buf_init(&hash, 80);
    units_read(&all, &arena, STR("impact"), str_from(body));
    units_hash(&hash, &all);
    return buf_take(&arena, &hash);
}

#define TABLE "| Service | To |\n| --- | --- |\n| API | `a b` |\n"

static const char *const alike[][2] = {
    {"one two three\n", "one\ntwo  three"},
    {"# A\n", "A\n=\n"},
    {"- one\n- two\n", "* one\n* two\n"},
    {"- one\n- two\n", "+ one\n\n+ two\n"},
    {"1. one\n2. two\n", "1) one\n1) two\n"},
    {"a_b and [x] #1\n", "a\\_b and \\[x\\] \\#1\n"},
    {"*em* and **bold**\n", "_em_ and __bold__\n"},
    {TABLE, "| Service | To    |\n| ------- | ----- |\n| API     | `a b` |\n"},
    {TABLE, "|Service|To|\n|-|-|\n|API|`a b`|\n"},
    {TABLE, "Service | To\n--- | ---\nAPI | `a b`\n"},
    {"```json\n{\"a\": 1}\n```\n", "```json\n{ \"a\": 1 }\n```\n"},
    {"```yaml\na: 'x'\n```\n", "~~~yaml\na: \"x\"\n~~~\n"},
    {"<https://example.org/a>\n",
     "[https://example.org/a](https://example.org/a)\n"},
    {"- [ ] do it\n", "- [x] do it\n"},
    {"- [ ] do it\n", "- \\[ \\] do it\n"},
    {"one\n\ntwo\n", "one\r\n\r\n\r\ntwo"},
};

static const char *const apart[][2] = {
    {"one two\n", "one too\n"},
    {"one\n\ntwo\n", "one two\n"},
    {"# A\n", "## A\n"},
    {"- one\n", "one\n"},
    {"*em*\n", "**em**\n"},
    {"`a`\n", "a\n"},
    {TABLE, "| Service | To |\n| --- | --- |\n| API | `a  b` |\n"},
    {TABLE, "| Service | To |\n| --- | --- |\n| API | `a b` |\n| x | y |\n"},
    {"```text\na b\n```\n", "```text\na  b\n```\n"},
    {"<https://example.org/a>\n", "<https://example.org/b>\n"},
    {"[a](https://example.org)\n", "[a](https://example.com)\n"},
    {"a\n", "a\n\n<!-- b -->\n"},
    {"- [ ] do it\n", "- [ ] do that\n"},
};

static void what_formatters_do_is_no_edit(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(alike) / sizeof(alike[0]); i++) {
        const char *a = hash_of(alike[i][0]), *b = hash_of(alike[i][1]);
        if (strcmp(a, b) != 0)
            printf("# pair %zu: %s\n", i, alike[i][1]);
        assert_string_equal(a, b);
    }
}

static void what_people_change_is_one(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(apart) / sizeof(apart[0]); i++) {
        const char *a = hash_of(apart[i][0]), *b = hash_of(apart[i][1]);
        if (strcmp(a, b) == 0)
            printf("# pair %zu: %s\n", i, apart[i][1]);
        assert_string_not_equal(a, b);
    }
}

/* was: as written; old: with what people did; now: what is written now. */
static const char *merged(const char *was, const char *old, const char *now)
{
    struct units base;
    struct buf list;
    buf_init(&list, 10000);
    units_read(&base, &arena, STR("impact"), str_from(was));
    units_list(&list, &base);
    struct part then = {.name = STR("impact"), .body = str_from(old)};
    struct part fresh = {.name = STR("impact"), .body = str_from(now)};
    then.mark.units = str_from(buf_take(&arena, &list));
    return carry_added(&arena, &then, &fresh);
}

#define ROW(a) "| " a " | x |\n"
#define TOP    "| A | B |\n| --- | --- |\n"

static const struct {
    const char *was, *old, *now, *out; /* out NULL: it has no place */
} merges[] = {
    {TOP ROW("1") ROW("2"), TOP ROW("1") ROW("mine") ROW("2"),
     TOP ROW("1") ROW("2") ROW("3"),
     "\n" TOP ROW("1") ROW("mine") ROW("2") ROW("3") "\n"},
    {TOP ROW("1"), TOP ROW("1") ROW("mine"), TOP ROW("0"),
     "\n" TOP ROW("mine") ROW("0") "\n"},
    {TOP ROW("1"), TOP ROW("1") ROW("mine"), "gone\n", NULL},
    {TOP ROW("1") "\nend\n", TOP ROW("1") ROW("m") ROW("n") "\nend\n",
     TOP ROW("1") ROW("2") "\nend\n",
     "\n" TOP ROW("1") ROW("m") ROW("n") ROW("2") "\nend\n\n"},
    {"## H\n\n- a\n- b\n", "## H\n\n- a\n- mine\n- b\n", "## H\n\n- a\n- c\n",
     "\n## H\n\n- a\n- mine\n- c\n\n"},
    {"## H\n\n- a\n- b\n", "## H\n\n- a\n- b\n\nmine\n\nand this\n",
     "## H\n\n- a\n- b\n- c\n",
     "\n## H\n\n- a\n- b\n- c\n\nmine\n\nand this\n\n"},
    {"## H\n\none\n", "## H\n\n<!-- mine -->\n\none\n", "## H\n\ntwo\n",
     "\n## H\n\n<!-- mine -->\n\ntwo\n\n"},
    {"one\n", "mine\n\none\n", "two\n", "\nmine\n\ntwo\n\n"},
    {"one\n", "one\n\n" TOP ROW("mine"), "two\n",
     "\n" TOP ROW("mine") "\ntwo\n\n"},
    {"- a\n", "- a\n  - under it\n- mine\n- a\n", "- a\n",
     "\n- a\n  - under it\n- mine\n- a\n\n"},
    {"one\n", "eins\n", "one\n", NULL},
    {"- a\n- b\n", "- b\n- a\n", "- a\n- b\n", NULL},
    {"one\n", "one\r\n\r\nmine\r\n", "one\n", "\none\n\nmine\n\n"},
    {"- a\n", "- a\r\n- mine\r\n  and more\r\n", "- a\n",
     "\n- a\n- mine\n  and more\n\n"},
};

static void what_people_add_is_merged(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(merges) / sizeof(merges[0]); i++) {
        const char *out = merged(merges[i].was, merges[i].old, merges[i].now);
        if ((out == NULL) != (merges[i].out == NULL) ||
            (out != NULL && strcmp(out, merges[i].out) != 0))
            printf("# merge %zu: %s\n", i, out == NULL ? "none" : out);
        if (merges[i].out == NULL)
            assert_null(out);
        else
            assert_string_equal(out, merges[i].out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_formatters_do_is_no_edit),
        cmocka_unit_test(what_people_change_is_one),
        cmocka_unit_test(what_people_add_is_merged),
    };
    return cmocka_run_group_tests(tests, open_all, close_all);
}
