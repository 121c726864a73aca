/* Every rule on a document that breaks it and on one that does not. */
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "lint/internal.h"
#include "lint/lint.h"
#include "lint/switches.h"
#include "report/marker.h"
#include "tests/unit/testing.h"

#define FOLDER SOURCE_ROOT "/tests/review"

static const char *meaning(void *context, struct str code)
{
    (void)context;
    return str_is(code, "P3018") ? "a migration failed to apply" : NULL;
}

static enum commit_answer commit(void *context, struct str sha)
{
    (void)context;
    return str_starts(sha, STR("dead")) ? COMMIT_UNKNOWN : COMMIT_KNOWN;
}

static int64_t lines(void *context, const char *document, struct str path)
{
    (void)context;
    (void)document;
    return str_is(path, "notes.md") || str_is(path, "earlier.md") ? 10 : -1;
}

static int ancestor(void *context, struct str older, struct str newer)
{
    (void)context;
    if (str_is(older, "aaaaaaa1") && str_is(newer, "bbbbbbb2"))
        return 0;
    return str_is(older, "bbbbbbb2") && str_is(newer, "aaaaaaa1") ? 1 : -1;
}

static struct source *read_file(struct arena *a, const char *path)
{
    struct source *s = arena_alloc(a, sizeof(*s));
    struct err e = {.set = false};
    assert_true(file_read(s, a, path, REVIEW_BYTES_MAX, &e));
    return s;
}

static struct review_options options_with(const struct source *const *earlier)
{
    return (struct review_options){
        .earlier = earlier,
        .earlier_count = earlier == NULL ? 0 : 1,
        .ask = {.meaning = meaning,
                .commit = commit,
                .lines = lines,
                .ancestor = ancestor},
    };
}

static struct remarks review(struct arena *a, const char *text)
{
    struct remarks r;
    struct review_options o = options_with(NULL);
    struct err e = {.set = false};
    remarks_init(&r);
    assert_true(review_document(&r, a, test_source(a, "x.md", text), &o, &e));
    return r;
}

/* "L05-yes.md:18 L05" a line for each remark on the fixtures. */
static void write_found(struct arena *a, struct buf *out, const char *path,
                        const struct source *const *earlier)
{
    const char *name = strrchr(path, '/') + 1;
    struct review_options o = options_with(earlier);
    struct remarks r;
    struct err e = {.set = false};
    struct diags diags;
    remarks_init(&r);
    diags_init(&diags, a);
    if (strncmp(name, "L48", 3) == 0) /* it is off where nobody wants it */
        o.house = house_open(a, test_source(a, "h", "rules: { L48: note }\n"),
                             &diags);
    assert_true(review_document(&r, a, read_file(a, path), &o, &e));
    for (size_t i = 0; i < r.remark_count; i++)
        buf_printf(out, "%s:%lld %s\n", name, (long long)r.remark[i].line,
                   r.remark[i].rule);
}

static void test_fixtures(void **state)
{
    static const char *const suffixes[] = {".md", NULL};
    struct arena a;
    struct file_list files;
    struct err e = {.set = false};
    struct buf found;
    (void)state;
    arena_init(&a);
    buf_init(&found, (size_t)1 << 20);
    assert_true(file_list(&files, &a, FOLDER, suffixes, &e));
    const struct source *earlier = read_file(&a, FOLDER "/earlier.md");
    for (size_t i = 0; i < files.count; i++) {
        bool memory = strstr(files.path[i], "/L5") != NULL;
        write_found(&a, &found, files.path[i], memory ? &earlier : NULL);
    }
    struct source *want = read_file(&a, FOLDER "/expect.txt");
    assert_string_equal(found.ptr, want->text.ptr);
    buf_release(&found);
    arena_release(&a);
}

/* Each rule has a fixture that it finds and one on which all are silent. */
static void test_fixtures_complete(void **state)
{
    struct arena a;
    (void)state;
    arena_init(&a);
    struct str want = read_file(&a, FOLDER "/expect.txt")->text;
    for (size_t i = 0; i < review_rule_count(); i++) {
        struct review_rule rule = review_rule(i);
        const char *yes = arena_printf(&a, "%s-yes.md:", rule.id);
        const char *no = arena_printf(&a, "%s-no.md:", rule.id);
        const char *found = arena_printf(&a, " %s\n", rule.id);
        assert_true(str_find(want, str_from(yes), 0) < want.len);
        assert_true(str_find(want, str_from(found), 0) < want.len);
        assert_int_equal(str_find(want, str_from(no), 0), want.len);
        read_file(&a, arena_printf(&a, FOLDER "/%s-no.md", rule.id));
    }
    assert_int_equal(str_find(want, STR("clean-"), 0), want.len);
    arena_release(&a);
}

static bool has(const struct remarks *r, const char *rule, int64_t line)
{
    for (size_t i = 0; i < r->remark_count; i++)
        if (strcmp(r->remark[i].rule, rule) == 0 && r->remark[i].line == line)
            return true;
    return false;
}

struct sentence {
    const char *text, *rule; /* on its last line */
    bool found;
};

/* Forms in which people write the same. */
static void test_forms(void **state)
{
    static const char head[] = "# Incident X-1\n\n"
                               "Status: Resolved\nDate: 2026-02-03\n"
                               "Severity: 2\nOwner: ops\n"
                               "Impact: 502 for users\nDetection: alert\n\n"
                               "## Timeline (UTC)\n\n- 10:00 begins\n"
                               "- **10:30** ends\n\n## Text\n\n";
    static const struct sentence forms[] = {
        {"Time to resolution: 30 min", "L05", false},
        {"Time to resolution: 0.5 hours", "L05", false},
        {"Time to resolution: PT30M", "L05", false},
        {"Time to resolution: 1 h 15 min", "L05", true},
        {"Time to resolution: 75 minutes", "L05", true},
        {"Time to resolution: 2-4 hours", "L05", true},
        {"Time to resolution: < 40 minutes", "L05", false},
        {"The service was down for 50 minutes.", "L05", true},
        {"The timeout is 50 minutes.", "L05", false},
        {"It began on 3 Feb 2026.", "L27", true},
        {"It began on 2026/02/03.", "L27", true},
        {"It began on 03.02.2026.", "L27", true},
        {"The file 2026-02-03-notes.md, PM2026-002 and 3.4.2020 bytes.", "L27",
         true},
        {"See 2026-02-03-notes.md and version 3.4.2.", "L27", false},
        {"Run `git log aaaaaaa1..bbbbbbb2` first.", "L41", true},
        {"Run `git log bbbbbbb2..aaaaaaa1` first.", "L41", false},
        {"Run `git log aaaaaaa1..aaaaaaa1` first.", "L41", true},
        {"The pilot error light was on.", "L30", true},
        {"postgres://app:s3cretpw@db/x", "L40", true},
        {"postgres://app:$PASSWORD@db/x", "L40", false},
        {"Ask ops@example.com.", "L33", true},
        {"Contact: ops@example.com", "L33", false},
        {"4/3 services answer.", "L08", true},
        {"We changed three files:\n\n- a\n- b\n- c", "L08", false},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(forms); i++) {
        struct arena a;
        arena_init(&a);
        struct remarks r =
            review(&a, arena_printf(&a, "%s%s\n", head, forms[i].text));
        bool found = has(&r, forms[i].rule, 17);
        if (found != forms[i].found)
            fail_msg("%s: %s", forms[i].text, forms[i].rule);
        arena_release(&a);
    }
}

/* Front matter is a part of the document, and moves no line. */
/* "## Text ##" and "## Text" are the same heading. */
static void test_closed_headings(void **state)
{
    struct arena a;
    (void)state;
    arena_init(&a);
    struct remarks r =
        review(&a, "# Orders\n\n## Text ##\n\nOne.\n\n## Text\n\nTwo.\n");
    assert_true(has(&r, "L21", 7));
    arena_release(&a);
}

/* A root cause and one status make an incident of a document. */
static void test_incident_by_cause(void **state)
{
    static const char text[] = "## Root cause\n\nThe pool was too small.\n\n"
                               "## One\n\nOne.\n\n## Two\n\nTwo.\n";
    struct arena a;
    (void)state;
    arena_init(&a);
    for (int status = 0; status < 2; status++) {
        struct remarks r = review(
            &a,
            arena_printf(&a, "# Orders\n\n%s\n\n%s",
                         status == 1 ? "Status: resolved" : "Nothing.", text));
        bool said = false;
        for (size_t i = 0; i < r.remark_count; i++)
            said = said || strstr(r.remark[i].text,
                                  "an incident without severity") != NULL;
        assert_int_equal(said, status == 1);
    }
    arena_release(&a);
}

static void test_front_matter(void **state)
{
    struct arena a;
    (void)state;
    arena_init(&a);
    struct remarks r = review(&a, "---\r\nstatus: resolved\r\n"
                                  "date: 2026-02-03\r\n---\r\n\r\n# X\r\n\r\n"
                                  "## Checks\r\n\r\n- [ ] Verify it\r\n");
    assert_true(has(&r, "L02", 10));
    assert_int_equal(r.remark_count, 1);
    assert_int_equal(r.remark[0].column, 7);
    arena_release(&a);
}

static void test_marker_hash(void **state)
{
    struct arena a;
    struct buf hash, text;
    (void)state;
    arena_init(&a);
    buf_init(&hash, 100);
    buf_init(&text, 1000);
    marker_hash(&hash, STR("a"), STR("one\n"));
    for (int edited = 0; edited < 2; edited++) {
        buf_clear(&text);
        buf_printf(&text,
                   "# X\n\n<!-- postflight:begin a v=1 h=%s -->\n%s\n"
                   "<!-- postflight:end a -->\n",
                   hash.ptr, edited ? "two" : "one");
        struct remarks r = review(&a, text.ptr);
        assert_int_equal(has(&r, "L24", 3), edited);
    }
    buf_release(&text);
    buf_release(&hash);
    arena_release(&a);
}

static void test_mojibake(void **state)
{
    static const char *const cases[][2] = {
        {"it\xc3\xa2\xe2\x82\xac\xe2\x84\xa2s", "it\xe2\x80\x99s"}, /* cp1252 */
        {"\xe2\x80\x9a\xc3\xb6\xe2\x80\xa0\xc3\x94\xe2\x88\x8f\xc3\xa8 x",
         "\xe2\x9a\xa0\xef\xb8\x8f x"}, /* mac_roman */
        {"\xef\xa3\xbf\xc3\xbc\xc3\xb6\xc3\x84", "\xf0\x9f\x9a\x80"},
    };
    static const char *const whole[] = {
        "caf\xc3\xa9 na\xc3\xafve \xe2\x80\x93 \xe2\x80\x9c\xc3\x89lan\xe2\x80"
        "\x9d",
        "\xe2\x9c\x85 done",
        "\xd0\xbf\xd1\x80\xd0\xb8\xd0\xb2\xd0\xb5\xd1\x82",
        "a\xff\xfe"
        "b",
        "",
    };
    struct buf out;
    (void)state;
    buf_init(&out, 1000);
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        buf_clear(&out);
        assert_int_equal(review_mojibake(&out, str_from(cases[i][0])), 1);
        assert_string_equal(out.ptr, cases[i][1]);
    }
    for (size_t i = 0; i < ARRAY_COUNT(whole); i++) {
        buf_clear(&out);
        assert_int_equal(review_mojibake(&out, str_from(whole[i])), 0);
        assert_string_equal(out.ptr, whole[i]);
    }
    buf_release(&out);
}

/* A document of that many bytes, lines of 64. */
static bool reads(size_t bytes, const char *unit)
{
    struct arena a;
    struct remarks r;
    struct err e = {.set = false};
    arena_init(&a);
    struct review_options o = options_with(NULL);
    char *text = test_repeat(&a, unit, bytes / strlen(unit));
    struct source s = {"x.md", {text, bytes}};
    remarks_init(&r);
    bool ok = review_document(&r, &a, &s, &o, &e);
    arena_release(&a);
    return ok;
}

static void test_limits(void **state)
{
    static const char line[] = "many bytes of a paragraph that never "
                               "ends and never stops  .\n";
    struct arena a;
    struct remarks r;
    struct err e = {.set = false};
    (void)state;
    arena_init(&a);
    /* bytes */
    assert_true(reads(REVIEW_BYTES_MAX / strlen(line) * strlen(line), line));
    char *text = arena_alloc(&a, REVIEW_BYTES_MAX + 2);
    memset(text, 'x', REVIEW_BYTES_MAX + 1);
    for (size_t len = REVIEW_BYTES_MAX - 1; len <= REVIEW_BYTES_MAX + 1;
         len++) {
        struct review_options o = options_with(NULL);
        struct source s = {"x.md", {text, len}};
        remarks_init(&r);
        assert_int_equal(review_document(&r, &a, &s, &o, &e),
                         len <= REVIEW_BYTES_MAX);
    }
    assert_non_null(strstr(e.text, "larger than"));
    /* lines: the text ends with LF, so there is one more, empty */
    assert_true(reads(REVIEW_LINES_MAX - 2, "\n"));
    assert_true(reads(REVIEW_LINES_MAX - 1, "\n"));
    assert_false(reads(REVIEW_LINES_MAX, "\n"));
    /* comments that switch: further ones are not read */
    for (size_t n = SWITCHES_MAX - 1; n <= SWITCHES_MAX + 1; n++) {
        r = review(
            &a, test_repeat(&a, "<!-- postflight:lint disable L05 -->\n\n", n));
        assert_int_equal((int64_t)r.remark_count + r.left_out,
                         n < SWITCHES_MAX ? n : SWITCHES_MAX);
    }
    /* remarks of one rule */
    for (size_t n = REVIEW_SAME_MAX - 1; n <= REVIEW_SAME_MAX + 1; n++) {
        r = review(&a, test_repeat(&a, "a human error\n\n", n));
        size_t kept = n < REVIEW_SAME_MAX ? n : REVIEW_SAME_MAX;
        assert_int_equal(r.remark_count, kept);
        assert_int_equal(r.left_out, n - kept);
    }
    arena_release(&a);
}

static size_t count_rule(const struct remarks *r, const char *id)
{
    size_t count = 0;
    for (size_t i = 0; i < r->remark_count; i++)
        count += strcmp(r->remark[i].rule, id) == 0;
    return count;
}

/* Something, as many others as fill the limit, and what it is compared with. */
static const char *with_others(struct arena *a, const char *first,
                               const char *other, size_t others,
                               const char *last)
{
    struct buf out;
    buf_init(&out, (size_t)1 << 20);
    buf_text(&out, first);
    for (size_t i = 0; i < others; i++) {
        buf_printf(&out, "%s%zu\n\n", other, i);
    }
    buf_text(&out, last);
    return buf_take(a, &out);
}

/* At limit - 1, at the limit, and one more, which is not looked at. */
static void test_compared(void **state)
{
    struct arena a;
    (void)state;
    arena_init(&a);
    for (size_t n = SECTIONS_COMPARED_MAX - 1; n <= SECTIONS_COMPARED_MAX + 1;
         n++) { /* the document, its title and two summaries are sections */
        struct remarks r =
            review(&a, with_others(&a, "# Outage\n\n## Summary\n\nOne.\n\n",
                                   "Text.\n\n## Part ", n - 4,
                                   "## Summary\n\nTwo.\n"));
        assert_int_equal(count_rule(&r, "L21"), n <= SECTIONS_COMPARED_MAX);
    }
    for (size_t n = CHECKS_COMPARED_MAX - 1; n <= CHECKS_COMPARED_MAX + 1;
         n++) {
        struct remarks r = review(
            &a, with_others(&a,
                            "# Outage\n\n## Verification\n\n- [x] Probe the "
                            "payments backend twice\n",
                            "- [x] other", n - 2,
                            "\n## Success criteria\n\n- [ ] Probe the payments "
                            "backend twice\n"));
        assert_int_equal(count_rule(&r, "L18"), n <= CHECKS_COMPARED_MAX);
    }
    arena_release(&a);
}

static void test_refused(void **state)
{
    struct arena a;
    struct remarks r;
    struct err e = {.set = false};
    (void)state;
    arena_init(&a);
    struct review_options o = options_with(NULL);
    struct source s = {"x.md", {"a\0b", 3}};
    remarks_init(&r);
    assert_false(review_document(&r, &a, &s, &o, &e));
    assert_non_null(strstr(e.text, "is no text"));
    assert_int_equal(r.document_count, 0);
    arena_release(&a);
}

/* What takes libcmark or a naive matcher the square of its length. */
static void test_hostile(void **state)
{
    static const char *const units[] = {
        "![[]()",
        "[a](",
        "`",
        "**a _b_ ",
        "<a b=\"",
        "> ",
        "- ",
        "|a",
        "*a_ ",
        "<?",
        "&lt;",
        "1. ",
        "\\",
        "~~~\n",
        "# a\n",
        "|-|\n",
        "- a\n  ",
        "12:00 ",
        "1 min ",
        "\xe2\x9c\x85",
        "a: ",
        "- a: 12:00\n",
        "Start: 10:00\n\n",
        "# 1\n\nDuration: 5 min\n\n",
        "[ ] ",
        "\xff",
        "2026-02-03 ",
        "<!-- ",
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(units); i++) {
        size_t len = strlen(units[i]);
        assert_true(reads((size_t)50000 / len * len, units[i]));
    }
}

static void test_sarif(void **state)
{
    struct arena a;
    struct buf out;
    cJSON *root = NULL;
    struct err e = {.set = false};
    (void)state;
    arena_init(&a);
    buf_init(&out, (size_t)1 << 20);
    struct remarks r = review(&a, "a human error\n\na human error\n");
    review_sarif(&out, &r, "1");
    struct source s = {"sarif", buf_view(&out)};
    assert_true(json_parse(&root, &s, &e));
    const cJSON *run = cJSON_GetArrayItem(cJSON_GetObjectItem(root, "runs"), 0);
    const cJSON *results = cJSON_GetObjectItem(run, "results");
    assert_int_equal(cJSON_GetArraySize(results), 2);
    /* the same words twice are two findings */
    const char *print[2];
    for (int i = 0; i < 2; i++)
        print[i] = cJSON_GetObjectItem(
                       cJSON_GetObjectItem(cJSON_GetArrayItem(results, i),
                                           "partialFingerprints"),
                       "postflight/v1")
                       ->valuestring;
    assert_string_not_equal(print[0], print[1]);
    cJSON_Delete(root);
    buf_release(&out);
    arena_release(&a);
}

/* A remark does not lose its fingerprint when the text moves. */
static void test_fingerprint(void **state)
{
    struct arena a;
    (void)state;
    arena_init(&a);
    struct remarks one = review(&a, "a human error\n");
    struct remarks two = review(&a, "x\n\ny\n\na human error\n");
    assert_int_not_equal(one.remark[0].line, two.remark[0].line);
    assert_string_equal(one.remark[0].fingerprint, two.remark[0].fingerprint);
    arena_release(&a);
}

static void test_time(void **state)
{
    struct arena a;
    int64_t ms = 0;
    (void)state;
    arena_init(&a);
    assert_true(review_time(
        &ms, &a, test_source(&a, "x", "# X\n\nDate: 2026-02-03 10:00 UTC\n")));
    assert_int_equal(ms, INT64_C(1770112800000));
    assert_false(review_time(&ms, &a, test_source(&a, "x", "# X\n\nnone\n")));
    arena_release(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fixtures),
        cmocka_unit_test(test_fixtures_complete),
        cmocka_unit_test(test_forms),
        cmocka_unit_test(test_closed_headings),
        cmocka_unit_test(test_incident_by_cause),
        cmocka_unit_test(test_front_matter),
        cmocka_unit_test(test_marker_hash),
        cmocka_unit_test(test_mojibake),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_compared),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_hostile),
        cmocka_unit_test(test_sarif),
        cmocka_unit_test(test_fingerprint),
        cmocka_unit_test(test_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
