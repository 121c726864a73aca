/* The forms of tests/review/forms: each with a finding of a rule, or none. */
#include <stdio.h>

#include "base/file.h"
#include "base/text.h"
#include "lint/lint.h"
#include "tests/unit/testing.h"

#define FOLDER SOURCE_ROOT "/tests/review/forms"

static const char head[] =
    "# Incident X-1\n\nStatus: Resolved\nDate: 2026-02-03\nSeverity: SEV-1\n"
    "Owner: ops\nImpact: errors for users\nDetection: an alert\n\n";

struct form {
    struct str rule, text; /* text: a part of the line; empty: no finding */
    struct str body;
    unsigned line;
};

static struct str line_of(struct str text, int64_t line)
{
    struct str rest = text, s = STR_NONE;
    for (int64_t i = 0; i < line; i++)
        s = str_cut(rest, '\n', &rest);
    return s;
}

/* Which line has the finding; an empty text: none has. */
static struct str found_on(struct arena *a, const struct form *form,
                           struct str text)
{
    struct remarks r;
    struct review_options o = {.earlier_count = 0};
    struct err e = {.set = false};
    struct source s = {"x.md", text};
    struct str first = STR_NONE;
    remarks_init(&r);
    assert_true(review_document(&r, a, &s, &o, &e));
    for (size_t i = 0; i < r.remark_count; i++) {
        if (!str_is(form->rule, r.remark[i].rule))
            continue;
        struct str line = line_of(text, r.remark[i].line);
        if (first.len == 0 ||
            (form->text.len > 0 && str_find(line, form->text, 0) < line.len))
            first = line;
    }
    return first;
}

static bool form_fits(const struct form *form, const char *file)
{
    struct arena a;
    arena_init(&a);
    bool whole = str_starts(form->body, STR("# ")) ||
                 str_starts(form->body, STR("---\n"));
    const char *text =
        arena_printf(&a, "%s%.*s", whole ? "" : head, STR_ARGS(form->body));
    struct str line = found_on(&a, form, str_from(text));
    bool fits = form->text.len == 0 ? line.len == 0
                                    : str_find(line, form->text, 0) < line.len;
    if (!fits)
        printf("%s:%u: %.*s of '%.*s': found '%.*s'\n", file, form->line,
               STR_ARGS(form->rule), STR_ARGS(form->text), STR_ARGS(line));
    arena_release(&a);
    return fits;
}

/* "@ RULE yes TEXT" or "@ RULE no", and the lines up to the next. */
static bool form_next(struct str *rest, unsigned *line, struct form *out)
{
    struct str word;
    while (rest->len > 0 && !str_starts(*rest, STR("@ "))) {
        str_cut(*rest, '\n', rest);
        ++*line;
    }
    if (rest->len == 0)
        return false;
    out->line = ++*line;
    struct str top = str_sub(str_cut(*rest, '\n', rest), 2, SIZE_MAX);
    out->rule = str_cut(top, ' ', &top);
    word = str_cut(top, ' ', &top);
    assert_true(str_is(word, "yes") || str_is(word, "no"));
    assert_int_equal(str_is(word, "yes"), top.len > 0);
    out->text = top;
    size_t end = str_find(*rest, STR("\n@ "), 0);
    out->body = str_sub(*rest, 0, end == rest->len ? end : end + 1);
    return true;
}

static void test_forms(void **state)
{
    static const char *const suffixes[] = {".txt", NULL};
    struct arena a;
    struct file_list files;
    struct err e = {.set = false};
    size_t wrong = 0, count = 0;
    (void)state;
    arena_init(&a);
    assert_true(file_list(&files, &a, FOLDER, suffixes, &e));
    for (size_t i = 0; i < files.count; i++) {
        struct source s;
        struct form form;
        unsigned line = 0;
        assert_true(file_read(&s, &a, files.path[i], REVIEW_BYTES_MAX, &e));
        for (struct str rest = s.text; form_next(&rest, &line, &form); count++)
            wrong += !form_fits(&form, strrchr(files.path[i], '/') + 1);
    }
    assert_true(count > 100);
    assert_int_equal(wrong, 0);
    arena_release(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_forms)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
