/* What there is to say of a result, in lines for people. */
#include <string.h>

#include "base/text.h"
#include "report/formats/internal.h"

#define FIELD_MAX ((size_t)2000)

/* "label: text" on one visible line; nothing when there is no text. */
static void line(struct buf *out, const char *label, const char *text)
{
    struct str s = str_from(text);
    if (s.len == 0)
        return;
    buf_printf(out, "%s: ", label);
    text_visible_line(out, str_sub(s, 0, FIELD_MAX));
    buf_text(out, s.len > FIELD_MAX ? "...\n" : "\n");
}

/* The end of a line that has begun. */
static void rest(struct buf *out, const char *text)
{
    if (text == NULL || text[0] == '\0')
        buf_char(out, '\n');
    else
        line(out, "", text);
}

static void answer(struct buf *out, const struct result *r)
{
    if (!r->answered)
        return;
    if (r->http_status > 0)
        buf_printf(out, "answer: HTTP %lld in ", (long long)r->http_status);
    else
        buf_text(out, "answer: in ");
    text_duration(out, r->duration_us);
    if (r->address != NULL) {
        buf_text(out, " from ");
        text_visible_line(out, str_from(r->address));
    }
    buf_char(out, '\n');
    line(out, "build", r->identity);
}

static void expectations(struct buf *out, const struct result *r)
{
    for (size_t i = 0; i < r->expectation_count; i++) {
        const struct expectation *e = &r->expectation[i];
        if (e->status == STATUS_PASS)
            continue;
        line(out, word_of(&status_names, e->status), e->text);
        line(out, "  expected", e->expected);
        line(out, "  observed", e->observed);
        line(out, "  at", e->at);
    }
}

static void attempts(struct buf *out, const struct result *r)
{
    for (size_t i = 0; r->attempts > 1 && i < r->reason_count; i++) {
        buf_text(out, i == 0 ? "attempts that did not pass:\n" : "");
        buf_printf(out, "  %lld×", (long long)r->reason[i].count);
        rest(out, r->reason[i].reason);
    }
}

static void parts(struct buf *out, const struct result *r)
{
    for (size_t i = 0; i < r->step_count; i++) {
        const struct step *s = &r->step[i];
        buf_printf(out, "step %zu, %s", i + 1,
                   word_of(&status_names, s->status));
        rest(out, s->title);
        line(out, "  why", s->message);
    }
    for (size_t i = 0; i < r->hop_count; i++) {
        buf_printf(out, "hop %zu, HTTP %lld", i + 1,
                   (long long)r->hop[i].status);
        rest(out, r->hop[i].url);
    }
    for (size_t i = 0; i < r->each_count; i++) {
        const struct address_answer *e = &r->each[i];
        if (e->status == STATUS_PASS)
            continue;
        line(out, "address", e->address);
        line(out, "  why", e->message);
    }
}

static void body(struct buf *out, const struct result *r)
{
    struct str left = str_from(r->body);
    if (left.len == 0)
        return;
    buf_text(out, "body, ");
    text_size(out, (uint64_t)r->body_bytes);
    buf_text(out, ":\n");
    while (left.len > 0) {
        buf_text(out, "  ");
        text_visible_line(out, str_cut(left, '\n', &left));
        buf_char(out, '\n');
    }
}

void write_detail(struct buf *out, const struct result *r)
{
    size_t start = out->len;
    line(out, word_of(&status_names, r->status), r->message);
    line(out, "asked", r->url);
    answer(out, r);
    expectations(out, r);
    attempts(out, r);
    parts(out, r);
    body(out, r);
    line(out, "repeat", r->reproduce);
    line(out, "defined", r->at);
    if (out->len - start <= DETAIL_MAX)
        return;
    size_t end = start + DETAIL_MAX;
    while (end > start && out->ptr[end - 1] != '\n')
        end--;
    buf_truncate(out, end);
    buf_text(out, "... and more, in the record\n");
}
