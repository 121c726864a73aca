/* TAP 14: a point for each case, what is wrong as YAML below it. */
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "redact/inert.h"
#include "report/formats/internal.h"

/* What '#' begins is a directive; the text is one visible line already. */
static void add_escaped(struct buf *out, const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '#' || *text == '\\')
            buf_char(out, '\\');
        buf_char(out, *text);
    }
}

/* A JSON string is a double-quoted scalar of YAML. */
static void field(struct buf *out, struct arena *a, const char *name,
                  const char *text)
{
    if (text == NULL)
        return;
    buf_printf(out, "  %s: ", name);
    json_quote(out, str_from(short_text(a, text, TAP_VALUE_MAX)));
    buf_char(out, '\n');
}

static void diagnostics(struct buf *out, struct arena *a,
                        const struct test_case *c)
{
    const struct result *r = c->result;
    buf_text(out, "  ---\n");
    field(out, a, "message", c->message);
    field(out, a, "severity",
          c->outcome == OUTCOME_ERROR    ? "error"
          : c->outcome == OUTCOME_FAILED ? "fail"
                                         : "comment");
    field(out, a, "file", c->file);
    if (c->line > 0)
        buf_printf(out, "  line: %lld\n", (long long)c->line);
    for (size_t i = 0; r != NULL && i < r->expectation_count; i++) {
        const struct expectation *e = &r->expectation[i];
        if (e->status == STATUS_PASS)
            continue;
        field(out, a, "expectation", e->text);
        field(out, a, "wanted", e->expected);
        field(out, a, "found", e->observed);
        break; /* a key stands once in a mapping */
    }
    if (r != NULL && r->cause >= 0)
        field(out, a, "cause", word_of(&cause_names, r->cause));
    if (r != NULL && r->attempts > 1)
        buf_printf(out, "  attempts: %lld\n", (long long)r->attempts);
    field(out, a, "repeat", r == NULL ? NULL : r->reproduce);
    buf_text(out, "  ...\n");
}

static void point(struct buf *out, struct arena *a, size_t number,
                  const struct test_case *c)
{
    bool red = c->outcome == OUTCOME_FAILED || c->outcome == OUTCOME_ERROR;
    bool flaky = c->result != NULL && c->result->flaky;
    buf_printf(out, "%sok %zu - ", red ? "not " : "", number);
    add_escaped(out, c->name);
    if (c->title != NULL && strcmp(c->title, c->name) != 0) {
        buf_text(out, " - ");
        add_escaped(out, short_text(a, c->title, TAP_VALUE_MAX / 4));
    }
    if (c->outcome == OUTCOME_SKIPPED) {
        buf_text(out, " # SKIP ");
        add_escaped(out, short_text(a, c->message, TAP_VALUE_MAX / 4));
    }
    buf_char(out, '\n');
    if (red || flaky || (c->outcome == OUTCOME_PASSED && c->message != NULL))
        diagnostics(out, a, c);
}

static void write_tap(struct buf *out, struct arena *a, const struct record *r)
{
    struct cases c;
    cases_of(&c, a, r);
    buf_printf(out, "TAP version 14\n1..%zu\n", c.count);
    for (size_t i = 0; i < c.count; i++)
        point(out, a, i + 1, &c.item[i]);
    if (r->exit >= 128)
        buf_text(out, "Bail out! interrupted by a signal\n");
}

const struct report_format tap_format = {
    .name = "tap",
    .suffix = ".tap",
    .help = "Test Anything Protocol 14",
    .escapes = "`#` and `\\` with a backslash; values as JSON strings",
    .limits = LIMITS(LIMIT_CASE_NAME, LIMIT_MESSAGE,
                     {"bytes of a value", TAP_VALUE_MAX, "ours"}),
    .record = write_tap,
};
