/*
 * JUnit XML, in the part of it that Jenkins' schema (junit-10.xsd) allows: no
 * file or line on a test case, but a suite for each file of definitions, and
 * "file:line" in the text of a failure, where reporters find it. Names and
 * class names stay the same from run to run, since history hangs on them.
 */
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "redact/inert.h"
#include "report/formats/internal.h"

struct junit {
    struct buf *out;
    struct arena *arena;
    const struct record *record;
    bool brief; /* what is told of cases is left out */
};

/* "##" begins a command of TeamCity and of Azure; ">" is of "]]>". */
static void add_char(struct buf *out, const char *c, bool hash_before)
{
    if (*c == '#')
        buf_text(out, hash_before ? "&#35;" : "#");
    else
        text_markup(out, (struct str){c, 1}, "&<>\"");
}

/* The text is visible already: what XML 1.0 forbids is gone. */
static void add_line(struct buf *out, struct str s)
{
    size_t act = inert_start(s);
    for (size_t i = 0; i < s.len; i++) {
        if (i == act)
            buf_printf(out, "&#%u;", (unsigned)(unsigned char)s.ptr[i]);
        else
            add_char(out, &s.ptr[i], i > 0 && s.ptr[i - 1] == '#');
    }
}

static void add_text(struct buf *out, struct str text)
{
    while (text.len > 0) {
        size_t end = str_find(text, STR("\n"), 0);
        add_line(out, str_sub(text, 0, end));
        if (end < text.len)
            buf_char(out, '\n');
        text = str_sub(text, end + 1, text.len);
    }
}

static void attribute(struct buf *out, const char *name, const char *text)
{
    struct buf visible;
    if (text == NULL)
        return;
    buf_init(&visible, CASE_MESSAGE_MAX * 8);
    text_visible_line(&visible, str_from(text));
    buf_printf(out, " %s=\"", name);
    add_line(out, buf_view(&visible));
    buf_char(out, '"');
    buf_release(&visible);
}

static void time_attribute(struct buf *out, int64_t us)
{
    int64_t ms = us < 0 ? 0 : us / 1000;
    buf_printf(out, " time=\"%lld.%03lld\"", (long long)(ms / 1000),
               (long long)(ms % 1000));
}

/* Whole seconds in UTC: what every reader takes. */
static void stamp_attribute(struct buf *out, int64_t wall_ms)
{
    buf_text(out, " timestamp=\"");
    clock_format(out, wall_ms - wall_ms % 1000);
    buf_char(out, '"');
}

static void counts(struct buf *out, const size_t *of)
{
    buf_printf(out, " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\"",
               of[OUTCOME_PASSED] + of[OUTCOME_FAILED] + of[OUTCOME_ERROR] +
                   of[OUTCOME_SKIPPED],
               of[OUTCOME_FAILED], of[OUTCOME_ERROR]);
}

static const char *type_of(const struct test_case *c)
{
    if (c->result == NULL)
        return "deployment";
    return c->result->cause < 0 ? word_of(&status_names, c->result->status)
                                : word_of(&cause_names, c->result->cause);
}

static void detail(struct junit *j, const struct test_case *c)
{
    struct buf text;
    buf_init(&text, DETAIL_MAX * 8);
    if (c->result != NULL && !j->brief) {
        write_detail(&text, c->result);
    } else if (c->file != NULL) {
        text_visible_line(&text, str_from(c->file));
        buf_printf(&text, ":%lld\n", (long long)c->line);
    }
    add_text(j->out, buf_view(&text));
    buf_release(&text);
}

/* As Maven's Surefire tells of attempts: each distinct reason once. */
static void reruns(struct junit *j, const struct test_case *c)
{
    const struct result *r = c->result;
    const char *element = c->outcome == OUTCOME_PASSED   ? "flakyFailure"
                          : c->outcome == OUTCOME_FAILED ? "rerunFailure"
                                                         : "rerunError";
    for (size_t i = 0; r != NULL && i < r->reason_count; i++) {
        const char *message = short_text(
            j->arena,
            arena_printf(j->arena, "%lld× %s", (long long)r->reason[i].count,
                         said(r->reason[i].reason)),
            CASE_MESSAGE_MAX);
        buf_printf(j->out, "      <%s", element);
        attribute(j->out, "message", message);
        attribute(j->out, "type", type_of(c));
        buf_text(j->out, "/>\n");
    }
}

static void outcome(struct junit *j, const struct test_case *c)
{
    const char *element = c->outcome == OUTCOME_FAILED ? "failure" : "error";
    if (c->outcome == OUTCOME_SKIPPED) {
        buf_text(j->out, "      <skipped");
        attribute(j->out, "message", c->message);
        buf_text(j->out, "/>\n");
        return;
    }
    if (c->outcome != OUTCOME_PASSED) {
        buf_printf(j->out, "      <%s", element);
        attribute(j->out, "message", c->message);
        attribute(j->out, "type", type_of(c));
        buf_char(j->out, '>');
        detail(j, c);
        buf_printf(j->out, "</%s>\n", element);
    }
    if (c->outcome != OUTCOME_PASSED || (c->result != NULL && c->result->flaky))
        reruns(j, c);
    if (c->outcome != OUTCOME_PASSED || c->message == NULL)
        return;
    buf_text(j->out, "      <system-out>");
    add_text(j->out, str_from(c->message));
    buf_text(j->out, "</system-out>\n");
}

static bool is_plain(const struct test_case *c)
{
    return c->outcome == OUTCOME_PASSED && c->message == NULL &&
           (c->result == NULL || !c->result->flaky);
}

/* GitLab's column "Suite" is the class name. */
static void test_case(struct junit *j, const struct test_case *c)
{
    buf_text(j->out, "    <testcase classname=\"postflight.");
    buf_text(j->out, c->result == NULL
                         ? "deployment"
                         : word_of(&check_kind_names, c->result->kind));
    buf_char(j->out, '"');
    attribute(j->out, "name", c->name);
    time_attribute(j->out, c->result == NULL ? 0 : c->result->duration_us);
    if (is_plain(c)) {
        buf_text(j->out, "/>\n");
        return;
    }
    buf_text(j->out, ">\n");
    outcome(j, c);
    buf_text(j->out, "    </testcase>\n");
}

static void property(struct junit *j, const char *name, const char *value)
{
    if (value == NULL || value[0] == '\0')
        return;
    buf_printf(j->out, "      <property name=\"%s\"", name);
    attribute(j->out, "value", short_text(j->arena, value, CASE_MESSAGE_MAX));
    buf_text(j->out, "/>\n");
}

static void properties(struct junit *j)
{
    const struct record *r = j->record;
    const struct ci_evidence *ci = &r->evidence.ci;
    buf_text(j->out, "    <properties>\n");
    property(j, "verdict", word_of(&verdict_names, r->verdict));
    property(j, "advice", word_of(&advice_names, r->advice));
    property(j, "exit", arena_printf(j->arena, "%lld", (long long)r->exit));
    property(j, "production", word_of(&production_names, r->production.state));
    property(j, "deployment", word_of(&deployment_names, r->deployment.state));
    property(j, "expected", r->deployment.expected);
    property(j, "commit", ci->commit);
    property(j, "branch", ci->branch);
    property(j, "run", ci->run_url);
    property(j, "postflight", r->tool.version);
    buf_text(j->out, "    </properties>\n");
}

static void suite(struct junit *j, const struct test_case *c, size_t count)
{
    const struct record *r = j->record;
    size_t of[4] = {0};
    int64_t us = 0;
    for (size_t i = 0; i < count; i++) {
        of[c[i].outcome]++;
        us += c[i].result == NULL || c[i].result->duration_us < 0
                  ? 0
                  : c[i].result->duration_us % INT64_C(86400000000);
    }
    buf_text(j->out, "  <testsuite");
    attribute(j->out, "name", c->suite);
    counts(j->out, of);
    buf_printf(j->out, " skipped=\"%zu\"", of[OUTCOME_SKIPPED]);
    time_attribute(j->out, us);
    stamp_attribute(j->out, r->started_ms);
    attribute(j->out, "file", c->result == NULL ? NULL : c->suite);
    attribute(
        j->out, "url",
        r->evidence.ci.run_url == NULL
            ? NULL
            : short_text(j->arena, r->evidence.ci.run_url, CASE_MESSAGE_MAX));
    buf_text(j->out, ">\n");
    properties(j);
    for (size_t i = 0; i < count; i++)
        test_case(j, &c[i]);
    buf_text(j->out, "  </testsuite>\n");
}

static void document(struct junit *j)
{
    struct cases c;
    const struct record *r = j->record;
    cases_of(&c, j->arena, r);
    buf_text(j->out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                     "<testsuites name=\"postflight\"");
    counts(j->out, c.of);
    time_attribute(j->out, (r->finished_ms - r->started_ms) % 86400000 * 1000);
    buf_text(j->out, ">\n");
    for (size_t from = 0, to = 0; from < c.count; from = to) {
        while (to < c.count &&
               strcmp(c.item[to].suite, c.item[from].suite) == 0)
            to++;
        suite(j, &c.item[from], to - from);
    }
    if (j->brief)
        buf_text(j->out, "  <!-- the details of the cases were left out: the "
                         "file would be too large -->\n");
    buf_text(j->out, "</testsuites>\n");
}

static void write_junit(struct buf *out, struct arena *a,
                        const struct record *r)
{
    struct junit j = {.out = out, .arena = a, .record = r};
    size_t start = out->len;
    document(&j);
    if (out->len - start <= JUNIT_BYTES_MAX)
        return;
    buf_truncate(out, start);
    j.brief = true;
    document(&j);
}

const struct report_format junit_format = {
    .name = "junit",
    .suffix = ".xml",
    .help = "tests for Jenkins, GitLab and reporters for GitHub",
    .escapes =
        "`&`, `<`, `>` and `\"` as entities; commands of hosts as `&#35;`",
    .limits = LIMITS(LIMIT_CASE_NAME, LIMIT_MESSAGE, LIMIT_DETAIL,
                     {"bytes of the file; a larger one has no details of cases",
                      JUNIT_BYTES_MAX, "GitLab"}),
    .record = write_junit,
};
