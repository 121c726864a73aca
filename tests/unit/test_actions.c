/* Actions as issues, objectives, and the order of a document's blocks. */
#include "base/shape_yaml.h"
#include "model/slo.h"
#include "report/action_issues.h"
#include "report/marker.h"
#include "report/report.h"
#include "tests/unit/testing.h"

static int set_up(void **state)
{
    static struct arena a;
    arena_init(&a);
    *state = &a;
    return 0;
}

static int tear_down(void **state)
{
    arena_release(*state);
    return 0;
}

static void objectives_at_their_limits(void **state)
{
    static const struct {
        const char *text;
        int64_t budget_ms; /* -1: it is none */
    } rows[] = {
        {"99.9% in 30 days", INT64_C(2592000)},
        {"99.95 % in 28 days", INT64_C(1209600)},
        {"99% in 1 day", INT64_C(864000)},
        {"99.9999% in 1 day", 86},
        {"99.99999% in 1 day", -1},
        {"100% in 30 days", -1},
        {"0% in 30 days", -1},
        {"0.0001% in 1 day", INT64_C(86399913)},
        {"99.9% in 0 days", -1},
        {"99.9% in 365 days", INT64_C(31536000)},
        {"99.9% in 366 days", INT64_C(31622400)},
        {"99.9% in 367 days", -1},
        {"99.9%", -1},
        {"99.9 in 30 days", -1},
        {"99.% in 30 days", -1},
        {"", -1},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct slo s;
        bool ok = slo_read(&s, str_from(rows[i].text));
        assert_int_equal(ok, rows[i].budget_ms >= 0);
        assert_int_equal(slo_rule.takes(str_from(rows[i].text)), ok);
        if (ok)
            assert_int_equal(slo_budget_ms(&s), rows[i].budget_ms);
    }
}

static struct facts facts_with(struct arena *a, size_t count)
{
    struct facts f = {.incident = "INC-4",
                      .action = arena_array(a, count + 1, sizeof(*f.action)),
                      .action_count = count};
    for (size_t i = 0; i < count; i++)
        f.action[i] = (struct fact_action){.text = "Do it", .type = -1};
    return f;
}

static const char *exported(struct arena *a, const struct facts *f,
                            enum action_export format)
{
    struct buf out;
    buf_init(&out, (size_t)8 << 20);
    actions_export(&out, a, f, format);
    return buf_take(a, &out);
}

static size_t count_of(const char *text, const char *word)
{
    size_t count = 0;
    for (; (text = strstr(text, word)) != NULL; text++)
        count++;
    return count;
}

static void what_is_done_or_tracked_is_not_exported(void **state)
{
    struct facts f = facts_with(*state, 4);
    f.action[0].done = true;
    f.action[1].issue = "#7";
    f.action[2].text = "=1+1";
    const char *json = exported(*state, &f, EXPORT_GITHUB);
    const char *csv = exported(*state, &f, EXPORT_CSV);
    assert_int_equal(count_of(json, "\"title\""), 2);
    assert_non_null(strstr(json, "<!-- postflight:action INC-4 A3 -->"));
    assert_int_equal(count_of(csv, "\r\n"), 3);
    assert_non_null(strstr(csv, "\"A3\",\"'=1+1\""));
    f.action_count = 0;
    assert_string_equal(exported(*state, &f, EXPORT_GITHUB), "[]\n");
}

static void actions_at_their_limit(void **state)
{
    for (size_t n = ACTIONS_MAX - 1; n <= ACTIONS_MAX + 1; n++) {
        struct facts f = facts_with(*state, n);
        size_t most = n < ACTIONS_MAX ? n : ACTIONS_MAX;
        assert_int_equal(
            count_of(exported(*state, &f, EXPORT_GITHUB), "\"title\""), most);
    }
}

/* The facts with the issues; NULL: they are refused. */
static const char *written(struct arena *a, const char *facts,
                           const char *tracker, size_t *added)
{
    struct source from = {"facts.yaml", str_from(facts)};
    struct source list = {"issues.json", str_from(tracker)};
    struct facts f = {.incident = "INC-4"};
    struct action_issues issues;
    struct str text = STR_NONE;
    struct err e = {.set = false};
    *added = 0;
    if (!action_issues_read(&issues, a, &list, &f, &e) ||
        !action_issues_write(&text, a, &from, &issues, added, &e))
        return NULL;
    return str_dup(a, text);
}

static void issues_are_written_back(void **state)
{
    static const char tracker[] =
        "[{\"html_url\": \"https://x/7\", \"body\": \"a\\n"
        "<!-- postflight:action INC-4 A1 -->\"},"
        "{\"url\": \"https://x/8\", \"body\": "
        "\"<!-- postflight:action INC-5 A2 -->\"},"
        "{\"id\": \"A2\", \"issue\": \"OPS-1\"}, {\"title\": \"other\"}]";
    static const struct {
        const char *facts, *out;
        size_t added;
    } rows[] = {
        {"actions:\n  - id: A1\n    text: x\n",
         "actions:\n  - issue: \"https://x/7\"\n    id: A1\n    text: x\n", 1},
        {"# mine\nactions: # two\n- text: a\n- { text: b }\n",
         "# mine\nactions: # two\n- id: \"A1\"\n  issue: \"https://x/7\"\n"
         "  text: a\n- { \"id\": \"A2\", \"issue\": \"OPS-1\", text: b }\n",
         2},
        {"{\"actions\": [{\"id\": \"A2\"}]}",
         "{\"actions\": [{\"issue\": \"OPS-1\", \"id\": \"A2\"}]}", 1},
        {"actions:\r\n- id: A1\r\n",
         "actions:\r\n- issue: \"https://x/7\"\r\n  id: A1\r\n", 1},
        {"actions:\n- {id: A1, issue: '#1'}\n",
         "actions:\n- {id: A1, issue: '#1'}\n", 0},
        {"title: none\n", "title: none\n", 0},
        {"actions:\n- &x\n  text: a\n- *x\n", NULL, 0},
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        size_t added = 0, again = 0;
        const char *text = written(*state, rows[i].facts, tracker, &added);
        if (rows[i].out == NULL) {
            assert_null(text);
            continue;
        }
        assert_non_null(text);
        assert_string_equal(text, rows[i].out);
        assert_int_equal(added, rows[i].added);
        assert_string_equal(written(*state, text, tracker, &again), text);
        assert_int_equal(again, 0);
    }
    size_t added;
    assert_null(written(*state, "{}", "{}", &added));
    assert_null(written(*state, "{}",
                        "[{\"id\": \"A1\", \"issue\": \"a\\nb\"}]", &added));
}

static const char *block(struct arena *a, const char *name, const char *body)
{
    struct buf hash;
    buf_init(&hash, 80);
    marker_hash(&hash, str_from(name), str_from(body));
    return arena_printf(a,
                        "<!-- postflight:begin %s v=1 h=%s -->\n%s"
                        "<!-- postflight:end %s -->\n",
                        name, buf_take(a, &hash), body, name);
}

/* Blocks move with what stands below them; people's order is theirs. */
static void blocks_follow_the_state(void **state)
{
    static const char head[] = "<!-- postflight:document incident ";
    struct arena *life = *state;
    const char *a = block(life, "summary", "S\n");
    const char *b = block(life, "causes", "C\n");
    const char *c = block(life, "next_steps", "N\n");
    struct report_update u;
    struct err e = {.set = false};
    const char *fresh = arena_printf(
        life, "%s\n%s\n%s\n%ssummary causes next_steps -->\n", a, b, c, head);
    const struct {
        const char *old, *order; /* of first letters; mine: "m" */
    } rows[] = {
        {arena_printf(life,
                      "%s\n%s\nmine\n\n%s\n%ssummary next_steps causes -->\n",
                      a, c, b, head),
         "SCNm"},
        {arena_printf(life,
                      "%s\n%s\nmine\n\n%s\n%ssummary causes next_steps -->\n",
                      a, c, b, head),
         "SNmC"}, /* people moved them */
        {arena_printf(life, "%s\n%s%s%ssummary next_steps causes -->\n", a, c,
                      b, head),
         "SCN"},
        {arena_printf(life,
                      "%s\n%s\n<details>\n<summary>Appendix: details</summary>"
                      "\n\n%s\n</details>\n\n%ssummary next_steps causes -->\n",
                      a, c, b, head),
         "SNC"}, /* the appendix stays at the end */
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct source old = {"old.md", str_from(rows[i].old)};
        char order[8] = "";
        size_t n = 0;
        if (!report_update(&u, life, &old, str_from(fresh), &e))
            fail_msg("row %zu: %s\n%s", i, e.text, rows[i].old);
        for (size_t k = 0; k < u.text.len && n < 7; k++) {
            bool starts = k == 0 || u.text.ptr[k - 1] == '\n';
            char letter = u.text.ptr[k];
            if (starts && (letter == 'S' || letter == 'C' || letter == 'N' ||
                           letter == 'm'))
                order[n++] = letter;
        }
        assert_string_equal(order, rows[i].order);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(objectives_at_their_limits),
        TEST(what_is_done_or_tracked_is_not_exported),
        TEST(actions_at_their_limit),
        TEST(issues_are_written_back),
        TEST(blocks_follow_the_state),
    };
    return cmocka_run_group_tests_name("actions", tests, NULL, NULL);
}
