/* scan/literal_set.c finds what a search for each literal finds. */
#include <string.h>

#include "base/attr.h"
#include "scan/literal_set.h"
#include "tests/unit/testing.h"

static const char *const literal[] = {
    "ab",  "ba",  "aab", "error", "Error:", " err", "abab",    "rr",
    "bbb", "ror", "ab",  "b ",    ": a",    "orab", "aaaaaaaa"};

#define COUNT ARRAY_COUNT(literal)

static unsigned next(unsigned *state)
{
    *state = *state * 1103515245u + 12345u;
    return *state >> 16;
}

static void test_same_as_each(void **state)
{
    static const char letters[] = "aaabbrero: E";
    struct literal_set *s = literal_set_open(COUNT);
    unsigned seed = 7;
    (void)state;
    for (size_t i = 0; i < COUNT; i++)
        literal_set_add(s, str_from(literal[i]), i);
    for (int round = 0; round < 20000; round++) {
        char byte[40];
        size_t length = next(&seed) % (sizeof(byte) + 1);
        bool found[COUNT] = {false};
        for (size_t i = 0; i < length; i++)
            byte[i] = letters[next(&seed) % (sizeof(letters) - 1)];
        struct str text = {byte, length};
        literal_set_find(s, text, found);
        for (size_t i = 0; i < COUNT; i++)
            assert_int_equal(found[i],
                             str_find(text, str_from(literal[i]), 0) < length);
    }
    literal_set_close(s);
}

/* At either end of the text, and what was found before stays. */
static void test_ends(void **state)
{
    struct literal_set *s = literal_set_open(2);
    bool found[2] = {false, true};
    (void)state;
    literal_set_add(s, STR("head"), 0);
    literal_set_add(s, STR("tail"), 1);
    literal_set_find(s, STR("hea"), found);
    assert_false(found[0]);
    literal_set_find(s, STR("xhead"), found);
    assert_true(found[0] && found[1]);
    literal_set_find(s, STR(""), found);
    assert_true(found[0]);
    literal_set_close(s);
    literal_set_close(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_same_as_each),
        cmocka_unit_test(test_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
