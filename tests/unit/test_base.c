/* base/yaml, base/regex, base/shape, base/file. */
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file_lacks.h"
#include "base/text.h"
#include "base/yaml.h"
#include "language/regex.h"
#include "tests/unit/testing.h"

static const struct yaml_node *parse(struct arena *a, struct diags *d,
                                     const char *text)
{
    const struct yaml_node *root = NULL;
    diags_init(d, a);
    return yaml_parse(&root, a, test_source(a, "t.yaml", text), d) ? root
                                                                   : NULL;
}

static void nodes_have_places(void **state)
{
    struct arena a;
    struct diags d;
    (void)state;
    arena_init(&a);
    const struct yaml_node *root =
        parse(&a, &d, "a: 1\n\"\xc3\xa9\": \"x y\"\nlist:\n  - {k: v}\n");
    assert_non_null(root);
    const struct yaml_node *text = yaml_get(root, "\xc3\xa9");
    assert_false(text->plain);
    assert_int_equal(text->pos.line, 2);
    assert_int_equal(text->pos.column, 7); /* in bytes */
    assert_int_equal(yaml_pos_in(text, 2).column, 10);
    const struct yaml_node *list = yaml_get(root, "list");
    assert_int_equal(list->count, 1);
    assert_string_equal(yaml_get(list->item[0], "k")->text.ptr, "v");
    arena_release(&a);
}

static void check_yaml_refused(const char *text, unsigned line, const char *why)
{
    struct arena a;
    struct diags d;
    arena_init(&a);
    parse(&a, &d, text);
    assert_true(d.count > 0);
    assert_non_null(strstr(d.item[0].text, why));
    assert_int_equal(d.item[0].pos.line, line);
    arena_release(&a);
}

static void bad_yaml_is_refused(void **state)
{
    (void)state;
    check_yaml_refused("a: 1\nb: 2\na: 3\n", 3, "first given in line 1");
    check_yaml_refused("a: *nowhere\n", 1, "unknown alias");
    check_yaml_refused("a: 1\n---\nb: 2\n", 2, "second document");
    check_yaml_refused("a: [1, 2\n", 2, "");
    check_yaml_refused("a: \xff\n", 1, "not valid UTF-8");
}

static void yaml_depth_at_its_limit(void **state)
{
    struct arena a;
    struct diags d;
    (void)state;
    arena_init(&a);
    for (size_t depth = YAML_DEPTH_MAX - 2; depth <= YAML_DEPTH_MAX + 1;
         depth++) {
        char *text = arena_printf(&a, "%s0%s", test_repeat(&a, "[", depth),
                                  test_repeat(&a, "]", depth));
        assert_int_equal(parse(&a, &d, text) != NULL, depth < YAML_DEPTH_MAX);
    }
    arena_release(&a);
}

static void alias_bombs_end(void **state)
{
    struct arena a;
    struct diags d;
    (void)state;
    arena_init(&a);
    struct buf text;
    buf_init(&text, 100000);
    buf_text(&text, "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for (int i = 1; i < 9; i++)
        buf_printf(&text,
                   "a%d: &a%d [*a%d, *a%d, *a%d, *a%d, *a%d, *a%d, *a%d, "
                   "*a%d, *a%d, *a%d]\n",
                   i, i, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1,
                   i - 1, i - 1);
    assert_null(parse(&a, &d, text.ptr));
    assert_non_null(strstr(d.item[0].text, "more than 100000"));
    buf_release(&text);
    arena_release(&a);
}

static void carets_stand_under_the_place(void **state)
{
    struct arena a;
    struct diags d;
    struct buf out;
    (void)state;
    arena_init(&a);
    diags_init(&d, &a);
    struct source *s = test_source(&a, "f.yaml", "one\n\tt\xc3\xa9o x\n");
    diags_add(&d, (struct pos){s, 2, 7}, "bad '%s'", "x");
    buf_init(&out, 4000);
    diags_render(&d, &out);
    assert_string_equal(out.ptr, "f.yaml:2:7: error: bad 'x'\n"
                                 "     t\xc3\xa9o x\n"
                                 "         ^\n");
    buf_release(&out);
    arena_release(&a);
}

static void diags_at_their_limit(void **state)
{
    struct arena a;
    struct diags d;
    struct buf out;
    (void)state;
    arena_init(&a);
    for (size_t n = DIAGS_MAX - 1; n <= DIAGS_MAX + 1; n++) {
        diags_init(&d, &a);
        for (size_t i = 0; i < n; i++)
            diags_add(&d, POS_NONE, "x");
        buf_init(&out, 100000);
        diags_render(&d, &out);
        assert_int_equal(strstr(out.ptr, "and 1 more") != NULL, n > DIAGS_MAX);
        buf_release(&out);
    }
    arena_release(&a);
}

static void a_regex_that_gives_up_says_so(void **state)
{
    struct regex *re = NULL;
    struct regex_error e;
    struct arena a;
    (void)state;
    arena_init(&a);
    assert_true(regex_open(&re, STR("^(a|aa|aaa)+b"), STR(""), &e));
    assert_int_equal(
        regex_match(
            re, str_from(arena_printf(&a, "%scb", test_repeat(&a, "a", 60)))),
        REGEX_GAVE_UP);
    assert_int_equal(regex_match(re, STR("ab")), REGEX_YES);
    assert_int_equal(regex_match(re, STR("xyz")), REGEX_NO);
    regex_close(re);
    assert_false(regex_open(&re, STR("(a"), STR(""), &e));
    assert_int_equal(e.offset, 2);
    assert_false(regex_open(&re, STR("a"), STR("q"), &e));
    arena_release(&a);
}

static void files_at_their_limit(void **state)
{
    char folder[] = "/tmp/postflight-test-XXXXXX";
    struct arena a;
    (void)state;
    arena_init(&a);
    assert_non_null(mkdtemp(folder));
    const char *path = arena_printf(&a, "%s/sub/file", folder);
    const char *sub = arena_printf(&a, "%s/sub", folder);
    struct err e = {.set = false};
    assert_true(file_make_folder(sub, &e));
    assert_true(file_write(path, STR("old"), &e));
    assert_true(file_write(path, STR("12345"), &e));
    for (size_t max = 4; max <= 6; max++) {
        struct source s;
        struct err problem = {.set = false};
        assert_int_equal(file_read(&s, &a, path, max, &problem), max >= 5);
    }
    struct source s;
    assert_false(file_read(&s, &a, sub, 10, &e));
    assert_non_null(strstr(e.text, "is a folder"));
    unlink(path);
    rmdir(sub);
    rmdir(folder);
    arena_release(&a);
}

/* The second name is a folder, so neither file is there; `drop` decides about
   what was there before only when nothing was replaced. */
static void files_together_or_none(void **state)
{
    char folder[] = "/tmp/postflight-test-XXXXXX";
    struct arena a;
    (void)state;
    arena_init(&a);
    assert_non_null(mkdtemp(folder));
    const char *one = arena_printf(&a, "%s/one", folder);
    const char *two = arena_printf(&a, "%s/two", folder);
    const struct file_part part[] = {{one, STR("1"), FILE_SHARED},
                                     {two, STR("2"), FILE_SHARED}};
    struct err e = {.set = false};
    assert_true(file_write_together(part, 2, true, &e));
    assert_true(file_is_regular(one) && file_is_regular(two));
    assert_true(file_remove(two, &e) && file_make_folder(two, &e));
    assert_false(file_write_together(part, 2, false, &e));
    assert_false(file_is_regular(one));
    const char *away = arena_printf(&a, "%s/none/three", folder);
    const struct file_part lost[] = {{one, STR("1"), FILE_SHARED},
                                     {away, STR("3"), FILE_SHARED}};
    for (int drop = 0; drop <= 1; drop++) {
        struct err problem = {.set = false};
        assert_true(file_write(one, STR("old"), &problem));
        assert_false(file_write_together(lost, 2, drop == 1, &problem));
        assert_int_equal(file_is_regular(one), drop == 0);
    }
    assert_true(file_remove(one, &e));
    rmdir(two);
    assert_int_equal(rmdir(folder), 0); /* no temporary file is left */
    arena_release(&a);
}

/* What is adopted stays, and the block with room is used on. */
static void test_arena_adopt(void **state)
{
    struct arena into, from, empty;
    (void)state;
    arena_init(&into);
    arena_init(&from);
    arena_init(&empty);
    const char *kept[40];
    for (int i = 0; i < 40; i++) {
        struct arena *a = i % 2 == 0 ? &from : &into;
        kept[i] = arena_printf(a, "%d %s", i, test_repeat(a, "x", 3000));
        if (i % 7 == 0) {
            arena_adopt(&into, &from);
            assert_null(from.head);
        }
    }
    arena_adopt(&into, &from);
    arena_adopt(&into, &empty);
    arena_release(&from);
    for (int i = 0; i < 40; i++)
        assert_int_equal(strtol(kept[i], NULL, 10), i);
    arena_adopt(&empty, &into); /* into an empty one */
    assert_string_equal(kept[1] + 2, test_repeat(&empty, "x", 3000));
    arena_release(&empty);
}

/* A mode that is not the one that was wanted is what the disk could not do. */
static void modes_that_were_not_kept(void **state)
{
    static const struct {
        unsigned mode;
        enum file_mode wanted;
        bool there;
        unsigned lacks;
    } row[] = {
        {0600, FILE_PRIVATE, false, 0},
        {0400, FILE_PRIVATE, false, 0},
        {0640, FILE_PRIVATE, false, FILE_LACKS_SECRECY},
        {0604, FILE_PRIVATE, false, FILE_LACKS_SECRECY},
        {0644, FILE_PRIVATE, true, 0},
        {0644, FILE_SHARED, false, 0},
        {0666, FILE_SHARED, false, 0},
        {0600, FILE_SHARED, false, FILE_LACKS_MODE},
        {0600, FILE_SHARED, true, 0},
    };
    char path[] = "/tmp/postflight-modes-XXXXXX";
    int fd = mkstemp(path);
    mode_t before = umask(022);
    (void)state;
    assert_true(fd >= 0);
    for (size_t i = 0; i < ARRAY_COUNT(row); i++) {
        assert_int_equal(fchmod(fd, (mode_t)row[i].mode), 0);
        assert_int_equal(file_lacks(path, row[i].wanted, row[i].there),
                         row[i].lacks);
    }
    umask(before);
    close(fd);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(file_lacks(path, FILE_PRIVATE, false), 0);
    assert_int_equal(file_lacks("/dev/null", FILE_PRIVATE, false), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nodes_have_places),
        cmocka_unit_test(bad_yaml_is_refused),
        cmocka_unit_test(yaml_depth_at_its_limit),
        cmocka_unit_test(alias_bombs_end),
        cmocka_unit_test(carets_stand_under_the_place),
        cmocka_unit_test(diags_at_their_limit),
        cmocka_unit_test(a_regex_that_gives_up_says_so),
        cmocka_unit_test(test_arena_adopt),
        cmocka_unit_test(files_at_their_limit),
        cmocka_unit_test(files_together_or_none),
        cmocka_unit_test(modes_that_were_not_kept),
    };
    return cmocka_run_group_tests_name("base", tests, NULL, NULL);
}
